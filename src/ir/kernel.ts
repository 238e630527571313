import type { ColumnId, IrNode, NodeId, Precision } from './expr.ts';

/** What a kernel does with its values, in order, for each element of its domain. */
export type KernelStatement =
  /** Writes an element of a column: the only one, the neuron's own, or the synapse's. */
  | { readonly kind: 'store'; readonly column: ColumnId; readonly value: NodeId }
  /** Domains synapses and events: adds to the target's element of a column, sources in ascending order or events as they come. */
  | { readonly kind: 'accumulate'; readonly column: ColumnId; readonly value: NodeId }
  /** Domain neurons: the sum over all elements into a once column of f64, in f64, in blocks of 256 (see `blockSum`). */
  | { readonly kind: 'reduce'; readonly column: ColumnId; readonly value: NodeId }
  /** Domain neurons: the elements for which `when` holds, ascending, replace the list of spikes of this step. */
  | { readonly kind: 'emit'; readonly list: ColumnId; readonly count: ColumnId; readonly when: NodeId }
  /** Domain neurons: reports a fault where the value is not finite. */
  | { readonly kind: 'check'; readonly value: NodeId };

/** How the synapses of a projection lie in memory. */
export type Layout =
  /** Every source to every target; edge columns hold a row of `targets` (padded) elements per source. */
  | { readonly kind: 'dense' }
  /** Rows per target: `rows[t] .. rows[t + 1]` index `sources` and the edge columns; sources ascending in a row. */
  | { readonly kind: 'list'; readonly rows: ColumnId; readonly sources: ColumnId }
  /** Rows per source, for synapses that act on spikes too. */
  | { readonly kind: 'fan-out'; readonly fanOut: FanOut };

/**
 * Synapses by source: source s has the synapses `starts[s] .. starts[s + 1]`, in ascending order of their delays, then of their targets.
 * They come in `runs` (see run.ts) of one delay and one page of targets, one behind the other from `rows[s]` on, where it has synapses.
 * `targets` (u16) are places within pages. Where targets are cut into slices (see `sliceStart`), the synapses of the first come first:
 * source s has those from `starts[k * sources + s]` on in slice k, and the runs from `rows[k * sources + s]` on.
 */
export interface FanOut {
  readonly sources: number;
  readonly slices: number;
  /** Of the number of a page. */
  readonly pageBits: number;
  readonly rows: ColumnId;
  readonly starts: ColumnId;
  readonly runs: ColumnId;
  readonly targets: ColumnId;
}

/** Synapses by target: target t has the `synapses` `rows[t] .. rows[t + 1]`, given by their places in the fan-out, sources ascending. */
export interface FanIn {
  /** Of the fan-out. */
  readonly slices: number;
  readonly rows: ColumnId;
  readonly synapses: ColumnId;
  /** The source of each, in the same order, where something reads it: u16 where that is enough. */
  readonly sources: ColumnId | null;
}

/** The list of those neurons of a population that spiked in this step, ascending. */
export interface SpikeList {
  readonly list: ColumnId;
  readonly count: ColumnId;
}

/**
 * Spikes on their way to the synapses of a projection. They are numbered as they come; `ends` holds the number of the oldest
 * that has runs left, and that of the next spike. Spike n lies at place n modulo the capacity, a power of two: its `sources`,
 * its `births` (the number of steps done when it came), its next `runs` (2^32 - 1 where none is left) and with which of the `synapses`
 * that one begins. Each waits in the bucket of the step in which that run is due: `buckets` holds one more than the place of the first, `links` one more than that of the next, 0 where there is none.
 * `due` has one bit a place, all 0 between steps. Each slice of the fan-out has its own calendar: its part of every column, one behind the other.
 */
export interface Calendar {
  /** Spikes that fit: a power of two, at least 64. */
  readonly capacity: number;
  /** Spikes that there must be room for before a step begins. */
  readonly reserve: number;
  /** Buckets: the longest delay in steps, and one more. */
  readonly span: number;
  /** The shortest delay in steps: no spike is due earlier. */
  readonly shortest: number;
  readonly ends: ColumnId;
  readonly buckets: ColumnId;
  readonly sources: ColumnId;
  readonly births: ColumnId;
  readonly runs: ColumnId;
  readonly synapses: ColumnId;
  readonly links: ColumnId;
  readonly due: ColumnId;
}

/**
 * What a kernel runs over. Its statements see one element at a time and, but for events, may not depend on the order of elements.
 * Events come one after the other, each sees what those before it did: older spikes first, then in the order of sources, then of targets.
 */
export type Domain =
  | { readonly kind: 'once' }
  | { readonly kind: 'neurons'; readonly count: number }
  /** Those neurons that are in the list of spikes of this step. */
  | ({ readonly kind: 'spikes' } & SpikeList)
  | { readonly kind: 'synapses'; readonly sources: number; readonly targets: number; readonly layout: Layout }
  /** The synapses behind the spikes of sources, each run when its delay is over. Carried out when the clock has advanced. */
  | { readonly kind: 'events'; readonly side: 'pre'; readonly spikes: SpikeList; readonly fanOut: FanOut; readonly calendar: Calendar }
  /** The synapses before the targets that spiked in this step. */
  | { readonly kind: 'events'; readonly side: 'post'; readonly spikes: SpikeList; readonly fanIn: FanIn };

/**
 * A pure function over columns: all loads see the values from before the kernel (of events: from before the event), stores happen at
 * the end of an element.
 * `precision` is that of its arithmetic; columns of another precision are converted at load and store.
 */
export interface Kernel {
  readonly name: string;
  readonly domain: Domain;
  readonly precision: Precision;
  readonly nodes: readonly IrNode[];
  readonly body: readonly KernelStatement[];
}
