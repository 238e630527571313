import type { RowDraws } from '../../core/rowDraws.ts';
import { allocateEdges, type Edges, type End } from './rule.ts';

/** Cells that are to be chosen for each cell of `rows`. */
export interface Choice {
  readonly rows: End;
  /** Out of how many cells. */
  readonly among: number;
  /** How many for each row. */
  readonly counts: Uint32Array;
  /** For each row, the one that may not be chosen; -1 for none. */
  readonly barred: Int32Array;
  /** Whether one may be chosen more than once. */
  readonly repeated: boolean;
  readonly draws: RowDraws;
}

/** The cells chosen, row after row, ascending in each; `rows` says for which. */
export function chooseCells({ rows, among, counts, barred, repeated, draws }: Choice): { readonly rows: Uint32Array; readonly cells: Uint32Array } {
  let total = 0;
  for (const count of counts) total += count;
  const { sources: cells, targets: belongTo } = allocateEdges(total);
  const chooser = new Chooser(among, draws);
  let at = 0;
  for (let row = 0; row < counts.length; row++) {
    const count = counts[row];
    if (count === 0) continue;
    const end = at + count;
    draws.begin(rows.cells[row], 1);
    chooser.choose({ cells, at, count }, barred[row], repeated);
    belongTo.fill(row, at, end);
    at = end;
  }
  return { rows: belongTo, cells };
}

/** Rows of fewer cells than this part of all are sorted; others are read off the marks. */
const SPARSE = 1 / 16;

/** Where the cells of a row go. */
interface Row {
  readonly cells: Uint32Array;
  readonly at: number;
  readonly count: number;
}

class Chooser {
  readonly #draws: RowDraws;
  /** How often each cell is chosen; all 0 between rows. */
  readonly #taken: Uint32Array;

  constructor(among: number, draws: RowDraws) {
    this.#draws = draws;
    this.#taken = new Uint32Array(among);
  }

  /** Fills a row with cells in ascending order. Candidates are numbered without the barred one. */
  choose(row: Row, barred: number, repeated: boolean): void {
    const { cells, at, count } = row;
    const candidates = this.#taken.length - (barred < 0 ? 0 : 1);
    const sparse = count < candidates * SPARSE;
    // Of more than half of all, it is faster to choose those left out.
    const omit = !repeated && count * 2 > candidates;
    if (repeated) this.#repeated(row, candidates, sparse);
    else if (omit) this.#distinct({ cells: new Uint32Array(candidates - count), at: 0, count: candidates - count }, candidates);
    else this.#distinct(row, candidates);
    if (sparse) {
      sortPart(row);
      if (!repeated) for (let i = at; i < at + count; i++) this.#taken[cells[i]] = 0;
    } else this.#readOff(row, candidates, omit);
    if (barred >= 0) for (let i = at; i < at + count; i++) if (cells[i] >= barred) cells[i]++;
  }

  #repeated({ cells, at, count }: Row, candidates: number, sparse: boolean): void {
    for (let i = 0; i < count; i++) {
      const cell = this.#draws.below(candidates);
      if (sparse) cells[at + i] = cell;
      else this.#taken[cell]++;
    }
  }

  /** Floyd's: every set of so many cells is as probable as every other (Bentley and Floyd, CACM 1987). */
  #distinct({ cells, at, count }: Row, candidates: number): void {
    const taken = this.#taken;
    const before = candidates - count;
    for (let i = 0; i < count; i++) {
      const drawn = this.#draws.below(before + i + 1);
      const cell = taken[drawn] === 0 ? drawn : before + i;
      taken[cell] = 1;
      cells[at + i] = cell;
    }
  }

  #readOff({ cells, at }: Row, candidates: number, omit: boolean): void {
    const taken = this.#taken;
    let n = at;
    for (let cell = 0; cell < candidates; cell++) {
      const times = omit ? 1 - taken[cell] : taken[cell];
      for (let i = 0; i < times; i++) cells[n++] = cell;
      taken[cell] = 0;
    }
  }
}

/** Fewer numbers than this are put into order by hand. */
const FEW = 24;

/** Sorts the numbers of a row. */
export function sortPart({ cells, at, count }: Row): void {
  if (count > FEW) {
    cells.subarray(at, at + count).sort();
    return;
  }
  for (let i = at + 1; i < at + count; i++) {
    const cell = cells[i];
    let k = i;
    for (; k > at && cells[k - 1] > cell; k--) cells[k] = cells[k - 1];
    cells[k] = cell;
  }
}

/** Synapses sorted by source, as they are sorted by target. */
export function byTarget({ sources, targets }: Edges, targetCount: number): Edges {
  const next = new Uint32Array(targetCount + 1);
  for (let i = 0; i < targets.length; i++) next[targets[i] + 1]++;
  for (let t = 0; t < targetCount; t++) next[t + 1] += next[t];
  const starts = next.slice();
  const sorted = allocateEdges(sources.length);
  for (let i = 0; i < targets.length; i++) sorted.sources[next[targets[i]]++] = sources[i];
  for (let t = 0; t < targetCount; t++) sorted.targets.fill(t, starts[t], starts[t + 1]);
  return sorted;
}
