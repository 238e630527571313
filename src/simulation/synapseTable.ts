import { parseUnit } from '../core/unit.ts';
import type { Loaded } from './loaded.ts';
import { readSynapses } from './synapseValues.ts';

/**
 * The synapses of a projection, one after the other: sorted by target, then source, then as they were made. With
 * `connect(from, to, synapse, edgeList(table)).set(table.values)` another network gets the same, where `from` and `to` are whole
 * populations: an edge list counts the cells of a view from its first.
 */
export interface SynapseTable<S extends string = string> {
  /** Indices of cells within their populations. */
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Values by quantity, one a synapse, in its unit. */
  readonly values: { readonly [K in S]: Float64Array };
  readonly units: { readonly [K in S]: string };
}

/** The quantities of all synapses of a projection now; all of them, or those named. */
export function readSynapseTable(loaded: Loaded, projection: string, quantities?: readonly string[]): SynapseTable {
  const plan = loaded.projection(projection);
  const declared = plan.def.synapse.quantities;
  const names = quantities ?? Object.keys(declared);
  const values = Object.fromEntries(names.map((name) => [name, readSynapses(loaded, projection, name)]));
  const { sources, targets } = plan.ends();
  return {
    sources: sources.slice(),
    targets: targets.slice(),
    values,
    units: Object.fromEntries(names.map((name) => [name, parseUnit(declared[name].unit ?? '1').text])),
  };
}
