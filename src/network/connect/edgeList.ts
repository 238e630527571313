import { SpikeloomError } from '../../core/error.ts';
import type { NumberArray, RuleDef } from '../definition.ts';
import type { Edges, End, RuleContext } from './rule.ts';

/**
 * Synapses one by one: pairs, or two arrays of equal length, of indices within the source and target views.
 * Values given as arrays follow this order.
 */
export function edgeList(pairs: readonly (readonly [number, number])[] | { readonly sources: NumberArray; readonly targets: NumberArray }): RuleDef {
  const { sources, targets } = 'sources' in pairs ? pairs : { sources: pairs.map((p) => p[0]), targets: pairs.map((p) => p[1]) };
  if (sources.length !== targets.length) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `${sources.length} sources and ${targets.length} targets do not make pairs`,
      hint: 'Give one source and one target for each synapse.',
    });
  }
  return { kind: 'edge-list', sources: sources.slice(), targets: targets.slice() };
}

export function edgeListEdges(rule: Extract<RuleDef, { kind: 'edge-list' }>, context: RuleContext): Edges {
  return { sources: indices(rule.sources, context.source, 'source'), targets: indices(rule.targets, context.target, 'target') };
}

function indices(given: NumberArray, end: End, side: string): Uint32Array {
  const bad = given.findIndex((i) => !Number.isInteger(i) || i < 0 || i >= end.cells.length);
  if (bad >= 0) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `synapse ${bad} names ${side} ${given[bad]}, but '${end.population.name}' has ${end.cells.length} cells there`,
      hint: `Use whole numbers from 0 to ${end.cells.length - 1}.`,
    });
  }
  return Uint32Array.from(given);
}
