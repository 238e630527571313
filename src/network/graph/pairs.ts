import { isList, isObject, wrongKind } from '../../core/checks.ts';
import { SpikeloomError } from '../../core/error.ts';
import type { NumberArray } from '../definition.ts';
import { type CellPlace, cellIndex, cellText, type Shape } from './cell.ts';

/** Pairs of a source and a target: each cell by its index or as [row, column]; or two arrays of indices of equal length. */
export type CellPairs =
  | readonly (readonly [source: CellPlace, target: CellPlace])[]
  | { readonly sources: NumberArray; readonly targets: NumberArray };

/** Cells by index within their populations. */
export interface CellEnds {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

/** Whether something is built like pairs of cells; whether there are such cells, `pairIndices` says. */
export function isCellPairs(pairs: unknown): pairs is CellPairs {
  if (Array.isArray(pairs)) return pairs.every((pair: unknown) => isList(pair) && pair.length === 2);
  return isObject(pairs) && isList(pairs.sources) && isList(pairs.targets) && pairs.sources.length === pairs.targets.length;
}

/** @throws SpikeloomError where something is not built like pairs of cells */
export function requireCellPairs(pairs: unknown, path: readonly string[]): asserts pairs is CellPairs {
  if (isCellPairs(pairs)) return;
  const hint = 'Give pairs of a source and a target, [[0, 1], [[2, 0], [2, 1]]], or { sources: [0, 20], targets: [1, 21] }.';
  throw wrongKind('what names pairs of cells', pairs, hint, path);
}

/** The indices of pairs of cells. @throws SpikeloomError where a population has no such cell */
export function pairIndices(pairs: CellPairs, source: Shape, target: Shape, path: readonly string[]): CellEnds {
  if ('sources' in pairs) {
    const all = (cells: NumberArray, shape: Shape): Uint32Array => Uint32Array.from(cells, (cell) => cellIndex(shape, cell, path));
    return { sources: all(pairs.sources, source), targets: all(pairs.targets, target) };
  }
  return {
    sources: Uint32Array.from(pairs, ([cell]) => cellIndex(source, cell, path)),
    targets: Uint32Array.from(pairs, ([, cell]) => cellIndex(target, cell, path)),
  };
}

/** Which of synapses sorted by target, then source, join two cells: from the first up to, not including, the second. */
export function rangeBetween({ sources, targets }: CellEnds, source: number, target: number): readonly [from: number, to: number] {
  const first = (beyond: boolean): number => {
    let [low, high] = [0, sources.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = targets[middle] - target || sources[middle] - source;
      if (order < 0 || (beyond && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [first(false), first(true)];
}

/** `no synapse joins cell 0 of 'a' to cell 1 of 'b'`. */
export function noSynapse(source: Shape, s: number, target: Shape, t: number, path: readonly string[]): SpikeloomError {
  return new SpikeloomError({
    code: 'unknown-name',
    message: `no synapse joins ${cellText(source, s)} to ${cellText(target, t)}`,
    path,
    hint: 'Look up what there is: simulation.graph(projection).outgoing(source).',
  });
}
