import type { Unit } from '../core/unit.ts';
import type { Warning } from '../core/warning.ts';
import type { KernelBuilder } from '../ir/build.ts';
import type { Calculator } from '../ir/calculate.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import type { Calendar, Domain, FanOut, Kernel, Layout } from '../ir/kernel.ts';
import type { EventBlock } from '../model/synapse.ts';
import type { ProjectionDef } from '../network/definition.ts';
import type { EventSynapse } from './eventSynapse.ts';
import type { SliceMakers } from './makeFanOut.ts';
import type { PopulationPlan } from './plan.ts';
import type { Contribution } from './synapse.ts';

/** A projection as it was compiled. */
export interface ProjectionPlan {
  readonly def: ProjectionDef;
  readonly synapses: number;
  /** What they add to ports of the target every step, and how they lie in memory: `uniform` are all pairs of two populations, equal and stored nowhere. */
  readonly contributions: readonly Contribution[];
  readonly layout: Layout | { readonly kind: 'uniform' };
  /** The projections that share the layout and the spikes on their way, by name, this one among them. */
  readonly together: readonly string[];
  /** Where the values of synapses lie, by the names of their quantities. */
  readonly quantities: ReadonlyMap<string, SynapseColumn>;
  /** Where the spikes on their way lie, of a projection that acts on spikes. */
  readonly calendar?: { readonly calendar: Calendar; readonly fanOut: FanOut };
  /** Variables that go on between events; what lies in their columns is as old as `touched` says. */
  readonly courses?: CoursePlan;
  /** Variables that all synapses share, with where they lie; what lies there is as old as `sharedTouched` says. */
  readonly shared: ReadonlyMap<string, SharedColumn>;
  readonly sharedTouched?: ColumnId;
  /** Where the size of a reward is put, for a projection that takes rewards. */
  readonly reward?: ColumnId;
  /** How long spikes take, ms: in the order of `ends`, or the same for all. */
  readonly delays?: () => Float64Array | number;
  /** The cells at both ends of each synapse, sorted by target, then source; computed when first asked for. */
  ends(): { readonly sources: Uint32Array; readonly targets: Uint32Array };
}

export interface CoursePlan {
  readonly variables: ReadonlySet<string>;
  /** For each synapse, the number of steps that were done when its variables were advanced last. */
  readonly touched: ColumnId;
  readonly domain: Domain;
  /** A variable as it is now, in a kernel over `domain`. */
  now(variable: string, b: KernelBuilder): NodeId;
  /** Decaying variables with bounds that another one integrates, by their names: the name of that one. */
  readonly integrated: ReadonlyMap<string, string>;
  /** Of such a variable, in a kernel over `domain`: what lies in memory, its bounds, and the rate by which it decays. */
  limits(variable: string, b: KernelBuilder): { readonly stored: NodeId; readonly low: NodeId; readonly high: NodeId; readonly rate: NodeId };
}

export interface SharedColumn {
  readonly column: ColumnId;
  readonly unit: Unit;
  /** As it is now, in a kernel over what there is once. */
  now(b: KernelBuilder): NodeId;
}

export interface SynapseColumn {
  readonly column: ColumnId;
  /** One value for all synapses, or one a synapse. */
  readonly per: 'projection' | 'synapse';
  /** Where in the column the value of the i-th synapse in the order of `ends` lies; at i where not given. */
  readonly position?: (i: number) => number;
}

/** By the names of the quantities. */
export type SynapseColumns = ReadonlyMap<string, SynapseColumn>;

export interface LoweredProjection {
  readonly plan: ProjectionPlan;
  readonly kernels: readonly Kernel[];
  /** Carried out when the clock has advanced. */
  readonly events?: ReadonlyMap<Exclude<EventBlock, 'onReward'>, Kernel>;
  /** Carried out for a reward. */
  readonly onReward?: readonly Kernel[];
  readonly warnings: readonly Warning[];
}

/** Named expressions of cells that synapses read: computed once a step for each cell. */
export interface Published {
  column(plan: PopulationPlan, name: string): ColumnId;
}

/** Spikes on their way that there is room for, by the names of projections. */
export type Room = ReadonlyMap<string, number>;

export interface ProjectionSetting {
  readonly def: ProjectionDef;
  readonly source: PopulationPlan;
  readonly target: PopulationPlan;
  readonly published: Published;
  readonly seed: readonly [number, number];
  readonly room: Room;
  readonly threads: number;
  /** Evaluates expressions of many synapses. */
  readonly calculate: Calculator;
  /** Threads that help to make the synapses. */
  readonly makers?: SliceMakers | undefined;
  /** Steps by which continuous synapses lag behind their sources. */
  readonly lag?: number;
}

/** A projection that acts on spikes, and what its synapses do. */
export interface EventProjection {
  readonly setting: ProjectionSetting;
  readonly synapse: EventSynapse;
  readonly contributions: readonly Contribution[];
  readonly path: readonly string[];
}
