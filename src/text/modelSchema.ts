import * as z from 'zod';
import { INTEGRATORS, type ModelDef, type ModelKind, type Normalization, type SpikeCondition } from '../model/definition.ts';
import { choice, keyed, named, text, want } from './wording.ts';

/*
 * What the text of a model may hold. The JSON Schema that editors read is made from this.
 */

/** A model by its name, as a variant of another, or written out. */
export type SlotText = string | VariantText | ModelText;
type Slots = Readonly<Record<string, SlotText>>;
type Maybe<T> = { readonly [K in keyof T]?: T[K] | undefined };

interface PartsText {
  readonly channels: Slots;
  readonly receptors: Slots;
  readonly transmitters: Slots;
  readonly kinetics: SlotText;
}

export type QuantityValue = string | number | readonly number[];

export interface VariantText extends Maybe<PartsText & Pick<ModelDef, 'integrator' | 'coupling' | 'transmitter' | 'types' | 'target'>> {
  readonly from: string;
  readonly values?: Readonly<Record<string, QuantityValue>> | undefined;
}

type UnitText = string | 1;
export type QuantityText =
  | QuantityValue
  | { readonly value: QuantityValue; readonly unit?: UnitText | undefined; readonly meaning?: string | undefined };
export type InputText =
  | string
  | { readonly unit?: UnitText | undefined; readonly meaning?: string | undefined; readonly normalize?: Normalization | undefined };

type SameKeys = Omit<
  ModelDef,
  'kind' | 'name' | 'quantities' | 'shared' | 'bounds' | 'inputs' | 'reads' | 'modulates' | 'units' | 'spike' | keyof PartsText
>;
/** An expression, where a number alone may stand as one. */
type BoundText = string | number;

export interface ModelText extends Maybe<PartsText & SameKeys> {
  readonly kind: ModelKind;
  readonly name?: string | undefined;
  readonly quantities: Readonly<Record<string, QuantityText>>;
  readonly shared?: Readonly<Record<string, QuantityText>> | undefined;
  readonly bounds?: Readonly<Record<string, readonly [low: BoundText, high: BoundText]>> | undefined;
  readonly inputs?: Readonly<Record<string, InputText>> | undefined;
  readonly reads?: Readonly<Record<string, UnitText>> | undefined;
  readonly modulates?: Readonly<Record<string, BoundText>> | undefined;
  readonly units?: { readonly conductance: UnitText; readonly current: UnitText } | undefined;
  readonly spike?: string | SpikeCondition | undefined;
}

const finite = z.number(want('a number', 'Give a finite number.'));
const numbers = z.array(finite, want('a list of numbers', 'Write [1, 2, 3].'));

const unit = z
  .union([z.string(), z.literal(1)], want('a unit', 'Write a unit such as mV or mS/cm^2; 1 for a pure number.'))
  .describe("A unit such as mV, mS/cm^2 or 1/(mV ms); 1 for a pure number; in parts, 'conductance' and 'current' stand for those of the neuron.");
const meaning = text('One line that says what it is; shown in docs and forms.', 'membrane time constant');

const quantityValue = z
  .union([finite, z.string(), numbers], want('a number, an expression or a list of numbers', 'Write 10, n_inf or [1, 2, 3].'))
  .describe('A number in the unit; an expression over the other quantities, worked out when a cell is made; or a list of numbers.');

const quantity = z
  .union(
    [
      finite,
      z.string(),
      numbers,
      keyed('a quantity', 'A parameter, or a variable where an equation or a block changes it.', {
        value: quantityValue,
        unit: unit.optional(),
        meaning: meaning.optional(),
      }),
    ],
    want('a quantity', 'Write 10, 10 ms, an expression, a list of numbers, or { value: 10, unit: ms, meaning: membrane time constant }.'),
  )
  .meta({ id: 'quantity', description: 'A number; a number with its unit, such as 10 ms; an expression; a list; or value, unit and meaning.' });

export const normalization = choice('How a port pools its synapses: their sum, or their mean over those that can feed it.', ['sum', 'mean']);

const input = z
  .union(
    [
      z.string(),
      keyed('an input', 'A port: projections add to it, equations read it.', {
        unit: unit.optional(),
        meaning: meaning.optional(),
        normalize: normalization.optional(),
      }),
    ],
    want('an input', 'Write its unit, such as pA, or { unit: pA, meaning: synaptic current }.'),
  )
  .meta({ id: 'input', description: 'The unit of a port; or unit, meaning and normalize.' });

const EQUATIONS = text(
  "Equations, one a line: 'dv/dt = ...', a named expression 'i_leak = ...', 'function f(x) = ...'; add '(unless refractory)' to hold a variable after a spike.",
  'dv/dt = (e - v) / tau',
);
const STEP = text('A block carried out once a step, after the equations.', 'conc *= exp(-dt / tau)');

const described = {
  name: text('The name of the model in errors and results; the key that it stands under unless given.', 'my neuron').optional(),
  description: text('One sentence that says what the model is.', 'Linear membrane with threshold.').optional(),
  citation: text('Where the equations come from.', 'Lapicque L (1907)').optional(),
};
const quantities = named('quantities', 'Parameters and variables by name.', quantity);
const reads = named('units', 'What the part reads of its neuron besides v: names and units.', unit);
const integrator = choice('The method of integration.', INTEGRATORS);
const coupling = choice("'simultaneous': all equations of a cell are one system. 'staggered': receptors, channels, membrane advance in this order.", [
  'simultaneous',
  'staggered',
]);

const spike = z
  .union(
    [
      z.string(),
      z.discriminatedUnion(
        'kind',
        [
          keyed('a threshold', 'A cell spikes in a step after which the condition holds.', {
            kind: z.literal('threshold'),
            condition: text('When a cell spikes.', 'v >= v_th'),
          }),
          keyed('a peak', 'A cell spikes in the first step in which the variable no longer rises, while it is above a quantity.', {
            kind: z.literal('peak'),
            variable: text('The variable that peaks.', 'v'),
            above: text('An expression that the peak must be above.', 'v_th'),
          }),
          keyed('a schedule', 'A cell spikes at the times of a list.', {
            kind: z.literal('scheduled'),
            times: text('The quantity that lists the times, in ms.', 'times'),
          }),
        ],
        want('a spike condition of a known kind', 'Choose one of: threshold, peak, scheduled.'),
      ),
    ],
    want('a condition', 'Write v >= v_th, or { kind: peak, variable: v, above: v_th }.'),
  )
  .describe('When a cell spikes: a condition such as v >= v_th, a peak, or a list of times.');

const modelName = z.string().describe('The name of a model of this file or of the library.');
const from = text('The model that this is a variant of: one of this file or of the library.', 'izhikevich');

export const overrides = named(
  'values',
  'Other values for quantities of the model; a dotted name such as ampa.g reaches into a part.',
  quantityValue,
);

const NAME_OR_MODEL = 'Write the name of a model, { from: name, values: { ... } }, or a model with kind, quantities and equations.';
const slot = (what: string) => want(what, NAME_OR_MODEL);

const channelShape = {
  kind: z.literal('channel'),
  ...described,
  quantities,
  reads: reads.optional(),
  equations: EQUATIONS.optional(),
  step: STEP.optional(),
};
const channel = keyed('a channel', 'An ion channel: its equations give current, outward positive.', channelShape).meta({ id: 'channel' });
const transmitter = keyed('a transmitter', 'Transmitter kinetics: its equations and step block give conc.', {
  ...channelShape,
  kind: z.literal('transmitter'),
}).meta({ id: 'transmitter' });

const plainVariant = keyed('a variant of a model', 'A variant of a model: other values.', { from, values: overrides.optional() }).meta({
  id: 'variant',
});
const transmitterName = text('The transmitter whose concentration the receptor feels as conc; the name of the receptor unless given.', 'glutamate');

const receptorVariant = keyed('a variant of a receptor', 'A variant of a receptor: other values, other kinetics.', {
  from,
  values: overrides.optional(),
  get kinetics() {
    return receptorSlot.optional();
  },
  transmitter: transmitterName.optional(),
}).meta({ id: 'receptorVariant' });

const modulates = named(
  'factors',
  'Named expressions of the neuron that the receptor multiplies by factors; the name of a transmitter stands for the currents of all its receptors.',
  z.union([finite, z.string()], want('a factor', 'Write an expression such as 1 - s * r.')),
);

const receptor = keyed('a receptor', 'Receptor kinetics (equations for r from conc), or a receptor that gives current from r and v.', {
  ...channelShape,
  kind: z.literal('receptor'),
  modulates: modulates.optional(),
  get kinetics() {
    return receptorSlot.optional();
  },
  transmitter: transmitterName.optional(),
}).meta({ id: 'receptor' });

const receptorSlot: z.ZodType<SlotText> = z
  .lazy(() => z.union([modelName, receptorVariant, receptor], slot('a receptor')))
  .meta({
    id: 'receptorSlot',
    description: 'A receptor: the name of a model, a variant of one, or a model of its own.',
  });

const channels = named(
  'channels',
  'Ion channels by name; equations read ca.current, or i_channels for their sum.',
  z.union([modelName, plainVariant, channel], slot('a channel')),
);
const receptors = named('receptors', 'Receptors by name; equations read ampa.current, or i_receptors for their sum.', receptorSlot);
const transmitters = named(
  'transmitters',
  'Transmitters that the cell releases, by name.',
  z.union([modelName, plainVariant, transmitter], slot('a transmitter')),
);

const emitting = {
  ...described,
  quantities,
  equations: EQUATIONS.optional(),
  step: STEP.optional(),
  spike: spike.optional(),
  reset: text('A block carried out by a cell that spikes.', 'v = c; w += d').optional(),
  refractory: text("The time after a spike during which variables marked 'unless refractory' are held.", 't_ref').optional(),
  integrator: integrator.optional(),
  coupling: coupling.optional(),
  transmitters: transmitters.optional(),
};

const neuron = keyed('a neuron', 'A neuron: equations, a spike condition, a reset, and parts.', {
  kind: z.literal('neuron'),
  ...emitting,
  inputs: named('inputs', 'Ports that projections add to, by name.', input).optional(),
  units: keyed('units', "What 'conductance' and 'current' mean in the units of this neuron's parts; nS and pA unless given.", {
    conductance: unit,
    current: unit,
  }).optional(),
  channels: channels.optional(),
  receptors: receptors.optional(),
}).meta({ id: 'neuron' });

const spikeTrain = keyed('a spike train', 'A population that only emits: like a neuron, without inputs, channels or receptors.', {
  kind: z.literal('spikeTrain'),
  ...emitting,
}).meta({ id: 'spikeTrain' });

const types = z
  .array(text('The name of a transmitter.', 'glutamate'), want('a list of names', 'Write [glutamate, gaba].'))
  .describe('The transmitters that <type> stands for; all that both ends share unless given.');

const target = text('The variable or port of the target that <target> stands for in the blocks.', 'i_ex');

const bound = z.union([finite, z.string()], want('a bound', 'Write a number, or an expression of parameters such as w_max.'));
const bounds = named(
  'bounds',
  'Between what variables of the synapse stay: [low, high], each a number or an expression of parameters.',
  z.tuple([bound, bound], want('a pair of bounds', 'Write [0, w_max].')),
);

const synapse = keyed('a synapse', 'A synapse: blocks that act on its target, every step or for each spike.', {
  kind: z.literal('synapse'),
  ...described,
  quantities,
  target: target.optional(),
  shared: named('quantities', 'Variables that all synapses of a projection share; only onReward changes them.', quantity).optional(),
  bounds: bounds.optional(),
  equations: text(
    'How its variables change between events, one a line: each decays linearly by itself, or is the integral of products of such; and named expressions.',
    'da/dt = -a / tau',
  ).optional(),
  continuous: text('A block over pre, post and its own quantities, evaluated every step.', 'post.i_gap += w * (pre.v - post.v)').optional(),
  onPre: text('A block for each spike of the source that arrives, behind the quantity delay where there is one.', 'post.<target> += w').optional(),
  onPost: text('A block for each spike of the target.', 'w += a').optional(),
  onReward: text('A block for each reward, whose size it reads as reward.', 'd += reward').optional(),
  types: types.optional(),
}).meta({ id: 'synapse' });

const stimulusTarget = text('The port, variable or parameter of the cells that it adds to.', 'i_in');

const stimulus = keyed('a stimulus', 'A stimulus: what comes to each of some cells from outside the network.', {
  kind: z.literal('stimulus'),
  ...described,
  quantities,
  equations: EQUATIONS.optional(),
  step: STEP.optional(),
  output: text('An expression for what is added in a step, in the unit of the target.', 'w * poisson(rate * dt)').optional(),
  target: stimulusTarget.optional(),
  integrator: integrator.optional(),
}).meta({ id: 'stimulus' });

const stimulusVariant = keyed('a variant of a stimulus', 'A variant of a stimulus: other values, another target.', {
  from,
  values: overrides.optional(),
  target: stimulusTarget.optional(),
  integrator: integrator.optional(),
}).meta({ id: 'stimulusVariant' });

const cellVariant = keyed('a variant of a cell', 'A variant of a neuron or spike train: other values, other or more parts.', {
  from,
  values: overrides.optional(),
  channels: channels.optional(),
  receptors: receptors.optional(),
  transmitters: transmitters.optional(),
  integrator: integrator.optional(),
  coupling: coupling.optional(),
}).meta({ id: 'cellVariant' });

const synapseVariant = keyed('a variant of a synapse', 'A variant of a synapse: other values, other types of transmitter, another target.', {
  from,
  values: overrides.optional(),
  types: types.optional(),
  target: target.optional(),
}).meta({ id: 'synapseVariant' });

const anyVariant = keyed('a variant of a model', 'A variant of any model; its keys are those that the model can have.', {
  from,
  values: overrides.optional(),
  channels: channels.optional(),
  receptors: receptors.optional(),
  transmitters: transmitters.optional(),
  integrator: integrator.optional(),
  coupling: coupling.optional(),
  get kinetics() {
    return receptorSlot.optional();
  },
  transmitter: transmitterName.optional(),
  types: types.optional(),
  target: target.optional(),
}).meta({ id: 'anyVariant' });

export const cellSlot: z.ZodType<SlotText> = z.union([modelName, cellVariant, neuron, spikeTrain], slot('a neuron or spike train'));
export const synapseSlot: z.ZodType<SlotText> = z.union([modelName, synapseVariant, synapse], slot('a synapse'));

export const stimulusSlot: z.ZodType<SlotText> = z.union([modelName, stimulusVariant, stimulus], slot('a stimulus'));

const anyModel = [anyVariant, neuron, spikeTrain, channel, receptor, transmitter, synapse, stimulus] as const;
export const modelEntry: z.ZodType<VariantText | ModelText> = z.union(anyModel, slot('a model'));
