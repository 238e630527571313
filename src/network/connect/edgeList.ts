import { isList, isObject, wrongKind } from '../../core/checks.ts';
import { SpikeloomError } from '../../core/error.ts';
import type { NumberArray, RuleDef } from '../definition.ts';
import { requireSwitches } from './options.ts';
import type { Edges, End, RuleContext } from './rule.ts';

type Pairs = readonly (readonly [number, number])[];

interface Ends {
  readonly sources: NumberArray;
  readonly targets: NumberArray;
}

/**
 * Synapses one by one: pairs, or two arrays of equal length, of indices within the source and target views.
 * Values given as arrays follow this order.
 *
 * @param options.torus whether `distance` in expressions of values is measured around the lattice
 */
export function edgeList(pairs: Pairs | Ends, options: { readonly torus?: boolean } = {}): RuleDef {
  const { torus } = requireSwitches('edge-list', options, ['torus']);
  const { sources, targets } = endsOf(pairs);
  if (sources.length !== targets.length) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `${sources.length} sources and ${targets.length} targets do not make pairs`,
      hint: 'Give one source and one target for each synapse.',
    });
  }
  return { kind: 'edge-list', sources: sources.slice(), targets: targets.slice(), ...(torus && { torus }) };
}

function endsOf(pairs: Pairs | Ends): Ends {
  const hint = 'Give pairs, [[0, 1], [0, 2]], or { sources: [0, 0], targets: [1, 2] }.';
  if (isObject(pairs)) {
    const { sources, targets } = pairs as Partial<Ends>;
    if (isList(sources) && isList(targets)) return { sources, targets };
    throw wrongKind(isList(sources) ? 'the list of targets' : 'the list of sources', isList(sources) ? targets : sources, hint, ['edgeList']);
  }
  if (!Array.isArray(pairs)) throw wrongKind('the list', pairs, hint, ['edgeList']);
  const bad = pairs.findIndex((pair: unknown) => !isList(pair) || pair.length !== 2);
  if (bad >= 0) throw wrongKind(`pair ${bad}`, pairs[bad], hint, ['edgeList']);
  return { sources: pairs.map((p) => p[0]), targets: pairs.map((p) => p[1]) };
}

export function edgeListEdges(rule: Extract<RuleDef, { kind: 'edge-list' }>, context: RuleContext): Edges {
  return { sources: indices(rule.sources, context.source, 'source'), targets: indices(rule.targets, context.target, 'target') };
}

function indices(given: NumberArray, end: End, side: string): Uint32Array {
  const cells = end.cells.length;
  for (let i = 0; i < given.length; i++) {
    if (Number.isInteger(given[i]) && given[i] >= 0 && given[i] < cells) continue;
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `synapse ${i} names ${side} ${given[i]}, but '${end.population.name}' has ${cells} cells there`,
      hint: `Use whole numbers from 0 to ${cells - 1}.`,
    });
  }
  return given instanceof Uint32Array ? given : new Uint32Array(given);
}
