/** What a model is, as plain JSON-able data. The functions of define.ts make and check it. */
export type ModelKind = 'neuron' | 'spikeTrain' | 'channel' | 'receptor' | 'transmitter' | 'synapse' | 'stimulus';

/** A named number (or list of numbers) of a model: a parameter, or a variable where an equation or a block changes it. */
export interface Quantity {
  /** A number in `unit`; an expression over the model's other quantities; or a list of numbers. */
  readonly value: number | string | readonly number[];
  /** Absent where the model declares no units at all. */
  readonly unit?: string;
  readonly meaning?: string;
}

/** How a port pools its synapses. */
export type Normalization = 'sum' | 'mean';

/** A port: pools what all projections that target it add up in a step. */
export interface Input {
  readonly unit?: string;
  readonly meaning?: string;
  /** `mean` divides by the number of incoming synapses that can feed the port, at least 1. */
  readonly normalize: Normalization;
}

/** When a cell spikes. */
export type SpikeCondition =
  /** A cell spikes in a step after which the condition holds. */
  | { readonly kind: 'threshold'; readonly condition: string }
  /** A cell spikes in the first step in which the variable no longer rises, while it is above a quantity. */
  | { readonly kind: 'peak'; readonly variable: string; readonly above: string }
  /** A cell spikes at the times of a list. */
  | { readonly kind: 'scheduled'; readonly times: string };

export const INTEGRATORS = ['euler', 'exponential-euler', 'exact', 'heun', 'rk4'] as const;
/** A method of integration, with fixed steps. */
export type Integrator = (typeof INTEGRATORS)[number];

/**
 * `simultaneous`: all equations of a cell are one system, every right side is taken at t_k.
 * `staggered`: receptors, channels, membrane advance in this order, each sees the new values of those before it.
 */
export type Coupling = 'simultaneous' | 'staggered';

/** A model as plain data, as files hold it. */
export interface ModelDef {
  readonly kind: ModelKind;
  readonly name: string;
  readonly description?: string;
  /** Where the equations come from. */
  readonly citation?: string;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly inputs?: Readonly<Record<string, Input>>;
  /** What a part reads of its neuron besides `v`: names and units. */
  readonly reads?: Readonly<Record<string, string>>;
  readonly equations?: string;
  /** A block carried out once a step, after the equations of its stage. */
  readonly step?: string;
  readonly spike?: SpikeCondition;
  /** A block carried out by a cell that spikes. */
  readonly reset?: string;
  /** An expression for the time after a spike during which variables marked `unless refractory` are held. */
  readonly refractory?: string;
  readonly integrator?: Integrator;
  readonly coupling?: Coupling;
  /** What `conductance` and `current` mean in the units of this neuron's parts; nS and pA unless said. */
  readonly units?: { readonly conductance: string; readonly current: string };
  readonly channels?: Readonly<Record<string, ModelDef>>;
  readonly receptors?: Readonly<Record<string, ModelDef>>;
  readonly transmitters?: Readonly<Record<string, ModelDef>>;
  /** Receptor: the transmitter whose concentration it feels as `conc`. */
  readonly transmitter?: string;
  /**
   * Receptor: factors, expressions over its own names, by which it multiplies named expressions of its neuron such as `nmda.current`;
   * the name of a transmitter stands for the currents of all other receptors that feel it.
   */
  readonly modulates?: Readonly<Record<string, string>>;
  /** Receptor: the model of its gating variables. */
  readonly kinetics?: ModelDef;
  /** Synapse: a block over `pre`, `post` and its own quantities, evaluated every step; `<type>` stands for each transmitter. */
  readonly continuous?: string;
  /** Synapse: a block carried out when a spike of the source arrives, behind its `delay`. */
  readonly onPre?: string;
  /** Synapse: a block carried out when the target spikes. */
  readonly onPost?: string;
  /** Synapse: a block carried out for a `reward`. */
  readonly onReward?: string;
  /** Stimulus: an expression for what it adds to its target in a step, in the target's unit. */
  readonly output?: string;
  /**
   * Synapse: the variable or port of its target that `<target>` stands for in its blocks. Stimulus: the variable, port or parameter
   * that it adds to. Of both, the unit `target` stands for its unit.
   */
  readonly target?: string;
  /** Synapse: variables that all synapses of a projection share; only `onReward` changes them. */
  readonly shared?: Readonly<Record<string, Quantity>>;
  /** Synapse: expressions of parameters between which its variables stay. */
  readonly bounds?: Readonly<Record<string, readonly [low: string, high: string]>>;
  /** Synapse: the transmitters that `<type>` stands for; all that both ends share unless given. */
  readonly types?: readonly string[];
}
