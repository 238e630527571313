import type { ColumnId, IrNode, NodeId, Precision } from './expr.ts';

/** What a kernel does with its values, in order, for each element of its domain. */
export type KernelStatement =
  /** Writes an element of a column: the only one, the neuron's own, or the synapse's. */
  | { readonly kind: 'store'; readonly column: ColumnId; readonly value: NodeId }
  /** Domain synapses: adds to the target's element of a column, sources in ascending order. */
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
  | { readonly kind: 'list'; readonly rows: ColumnId; readonly sources: ColumnId };

/** What a kernel runs over. Its statements see one element at a time and may not depend on the order of elements. */
export type Domain =
  | { readonly kind: 'once' }
  | { readonly kind: 'neurons'; readonly count: number }
  /** Those neurons that are in the list of spikes of this step. */
  | { readonly kind: 'spikes'; readonly list: ColumnId; readonly count: ColumnId }
  | { readonly kind: 'synapses'; readonly sources: number; readonly targets: number; readonly layout: Layout }
  /** The synapses of each spike that is due in this step, before or behind it. */
  | { readonly kind: 'events'; readonly side: 'pre' | 'post'; readonly layout: Layout };

/**
 * A pure function over columns: all loads see the values from before the kernel, stores happen at the end of an element.
 * `precision` is that of its arithmetic; columns of another precision are converted at load and store.
 */
export interface Kernel {
  readonly name: string;
  readonly domain: Domain;
  readonly precision: Precision;
  readonly nodes: readonly IrNode[];
  readonly body: readonly KernelStatement[];
}
