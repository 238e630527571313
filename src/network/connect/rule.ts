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
export function pairsWhere(context: RuleContext, test: (source: number, target: number) => boolean): Edges {
  const sources: number[] = [];
  const targets: number[] = [];
  for (let t = 0; t < context.target.cells.length; t++) {
    for (let s = 0; s < context.source.cells.length; s++) {
      if (!test(s, t)) continue;
      sources.push(s);
      targets.push(t);
    }
  }
  return { sources: Uint32Array.from(sources), targets: Uint32Array.from(targets) };
}
