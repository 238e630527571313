import { SpikeloomError } from '../../core/error.ts';
import type { EndOfPair } from '../definition.ts';

/** Synapses by index within the source and target views, in the order in which values are given for them. */
export interface Edges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Values that the rule itself brings, one a synapse. */
  readonly values?: ReadonlyMap<string, Float64Array>;
}

/** The cells at one end of a projection: their indices within their population, ascending. */
export interface End {
  readonly cells: Uint32Array;
  readonly population: { readonly name: string; readonly rows: number; readonly columns: number };
}

export interface RuleContext {
  readonly source: End;
  readonly target: End;
  /** Evaluates a condition over `pre.*` and `post.*` for one target and every source. */
  testSources(condition: string, target: number): Uint8Array;
  /** A random word for a pair of cells, given by their indices within their populations. */
  randomWord(source: number, target: number, draw: number): number;
}

/** A cell as a predicate sees it. */
export function endOfPair(end: End, position: number): EndOfPair {
  const index = end.cells[position];
  const { rows, columns } = end.population;
  return { row: Math.floor(index / columns), col: index % columns, index, size: rows * columns };
}

/** True where both ends are the same cell of the same population. */
export function isSelf(context: RuleContext, source: number, target: number): boolean {
  return context.source.population.name === context.target.population.name && context.source.cells[source] === context.target.cells[target];
}

/** All pairs for which `test` holds, targets outermost. */
export function pairsWhere(context: Pick<RuleContext, 'source' | 'target'>, test: (source: number, target: number) => boolean): Edges {
  let sources = new Uint32Array(1024);
  let targets = new Uint32Array(1024);
  let n = 0;
  for (let t = 0; t < context.target.cells.length; t++) {
    for (let s = 0; s < context.source.cells.length; s++) {
      if (!test(s, t)) continue;
      if (n === sources.length) {
        sources = grown(sources);
        targets = grown(targets);
      }
      sources[n] = s;
      targets[n++] = t;
    }
  }
  return { sources: sources.slice(0, n), targets: targets.slice(0, n) };
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  try {
    const larger = new Uint32Array(array.length * 2);
    larger.set(array);
    return larger;
  } catch {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `more than ${array.length} synapses do not fit into memory while they are made`,
      hint: 'Use fewer cells, or a rule that makes fewer synapses.',
    });
  }
}
