import type { RowDraws } from '../../core/rowDraws.ts';
import { CellSet } from './cellSet.ts';
import { allocateCells, EdgesByTarget, type End, rowsOf } from './rule.ts';

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

/** The cells chosen, row after row, ascending in each; row r has `cells` from starts[r] to starts[r + 1]. */
export function chooseCells({ rows, among, counts, barred, repeated, draws }: Choice): { readonly starts: Uint32Array; readonly cells: Uint32Array } {
  const starts = rowsOf(counts);
  const cells = allocateCells(starts[counts.length]);
  const chooser = new Chooser(among, draws);
  for (let row = 0; row < counts.length; row++) {
    const [at, end] = [starts[row], starts[row + 1]];
    if (at === end) continue;
    chooser.choose(rows.cells[row], { cells, at, count: end - at }, { barred: barred[row], repeated });
  }
  return { starts, cells };
}

/** Where the cells of a row go. */
interface Row {
  readonly cells: Uint32Array;
  readonly at: number;
  readonly count: number;
}

class Chooser {
  readonly #among: number;
  readonly #draws: RowDraws;
  /** Empty between rows. */
  readonly #chosen: CellSet;
  /** How often each cell was chosen besides the first time; all 0 between rows. */
  readonly #again: Uint32Array;
  #drawn = new Uint32Array(64);

  constructor(among: number, draws: RowDraws) {
    this.#among = among;
    this.#draws = draws;
    this.#chosen = new CellSet(among);
    this.#again = new Uint32Array(among);
  }

  /** Fills the row of a cell with cells in ascending order. Candidates are numbered without the barred one. */
  choose(cell: number, row: Row, { barred, repeated }: { readonly barred: number; readonly repeated: boolean }): void {
    const { cells, at, count } = row;
    const candidates = this.#among - (barred < 0 ? 0 : 1);
    // Of more than half of all, it is faster to choose those left out.
    const omit = !repeated && count * 2 > candidates;
    const wanted = omit ? candidates - count : count;
    if (this.#drawn.length < wanted) this.#drawn = new Uint32Array(2 * wanted);
    this.#draws.begin(cell, 1, wanted);
    if (repeated) this.#repeated(row, candidates);
    else {
      this.#distinct(wanted, candidates);
      if (omit) this.#chosen.drainOthers(cells, at, candidates);
      else this.#chosen.drain(cells, at);
    }
    if (barred >= 0) for (let i = at; i < at + count; i++) if (cells[i] >= barred) cells[i]++;
  }

  #repeated({ cells, at, count }: Row, candidates: number): void {
    const [chosen, again, drawn] = [this.#chosen, this.#again, this.#drawn];
    this.#draws.manyBelow(drawn, count, candidates, 0);
    for (let i = 0; i < count; i++) {
      if (chosen.has(drawn[i])) again[drawn[i]]++;
      else chosen.add(drawn[i]);
    }
    // From the back, so that what lies in front of it need not be kept.
    let from = chosen.drain(cells, at);
    let to = at + count;
    while (from < to) {
      const cell = cells[--from];
      for (; again[cell] > 0; again[cell]--) cells[--to] = cell;
      cells[--to] = cell;
    }
  }

  /** Floyd's: every set of so many cells is as probable as every other (Bentley and Floyd, CACM 1987). */
  #distinct(count: number, candidates: number): void {
    const [chosen, drawn] = [this.#chosen, this.#drawn];
    const before = candidates - count;
    this.#draws.manyBelow(drawn, count, before + 1, 1);
    for (let i = 0; i < count; i++) chosen.add(chosen.has(drawn[i]) ? before + i : drawn[i]);
  }
}

/** Synapses by source, as they are by target. */
export function byTarget({ starts, cells: targets }: ReturnType<typeof chooseCells>, targetCount: number): EdgesByTarget {
  const counts = new Uint32Array(targetCount);
  for (let i = 0; i < targets.length; i++) counts[targets[i]]++;
  const rows = rowsOf(counts);
  const next = rows.slice();
  const sources = allocateCells(targets.length);
  for (let source = 0; source + 1 < starts.length; source++) {
    for (let i = starts[source]; i < starts[source + 1]; i++) sources[next[targets[i]]++] = source;
  }
  return new EdgesByTarget(sources, rows);
}
