import { numbersIn } from '../network/connect/matrix.ts';
import type { End } from '../network/connect/rule.ts';
import type { ProjectionDef } from '../network/definition.ts';
import { buildEdges } from './edges.ts';

/** How many synapses a projection has: by its rule, or about so many. */
export interface SynapseCount {
  readonly synapses: number;
  readonly isExact: boolean;
}

/** What a rule says of itself, with so many cells at both ends; undefined where only its pairs can tell. */
export function countByRule({ rule, source, target }: ProjectionDef, sources: number, targets: number): SynapseCount | undefined {
  const exactly = (synapses: number): SynapseCount => ({ synapses, isExact: true });
  switch (rule.kind) {
    case 'all-to-all': {
      const isSame = source.population === target.population;
      const all = source.cells.kind === 'all' && target.cells.kind === 'all';
      if (rule.autapses || !isSame) return exactly(sources * targets);
      return { synapses: sources * targets - (all ? sources : 0), isExact: all };
    }
    case 'one-to-one':
      return exactly(Math.min(sources, targets));
    case 'probability':
      return { synapses: Math.round(rule.p * sources * targets), isExact: false };
    case 'fixed-in-degree':
      return exactly(rule.degree * targets);
    case 'fixed-out-degree':
      return exactly(rule.degree * sources);
    case 'fixed-total':
      return exactly(rule.total);
    case 'matrix':
      return exactly(numbersIn(rule.values));
    case 'edge-list':
      return exactly(rule.sources.length);
    default:
      return undefined;
  }
}

/** Targets whose synapses are made to see how many there are. */
const SAMPLE = 64;

/** How many synapses a projection has, without making more of them than those of some of its targets. */
export function countSynapses(def: ProjectionDef, source: End, target: End, seed: readonly [number, number]): SynapseCount {
  const count = target.cells.length;
  const known = countByRule(def, source.cells.length, count);
  if (known) return known;
  const taken = Math.min(SAMPLE, count);
  const cells = Uint32Array.from({ length: taken }, (_, i) => target.cells[Math.floor(((i + 0.5) * count) / taken)]);
  const { sources } = buildEdges({ ...def, values: {} }, source, { ...target, cells }, { seed });
  return { synapses: Math.round((sources.length * count) / Math.max(1, taken)), isExact: taken === count };
}
