import { PAGE } from '../ir/run.ts';
import { sliceStart, slicesOf } from '../ir/slices.ts';
import { RowSorter } from './sortRow.ts';

/** The two populations of a fan-out, and into how many slices its targets are cut. */
export interface FanOutShape {
  readonly sources: number;
  readonly targets: number;
  readonly slices: number;
}

/** Synapses sorted by target, then source: those of target t have the `sources` from `rows[t]` to `rows[t + 1]`. */
interface ByTarget {
  readonly sources: Uint32Array;
  readonly rows: Uint32Array;
}

/** Hands out the values of all synapses in order, some at a time: those from `start` on. */
export type EachValue = (take: (start: number, values: Uint32Array | Float64Array) => void) => void;

/** A column of the fan-out, and the values of synapses that belong there. */
export interface Filled {
  readonly column: Values;
  readonly each: EachValue;
}

type Delays = Uint8Array | Uint16Array | Uint32Array;
type Values = Uint16Array | Uint32Array | Float32Array | Float64Array;

/**
 * The order of a fan-out (see FanOut of the intermediate representation): rows of the slices of targets, in them of sources; in each
 * row by delay, then as synapses were, by target. Synapses are counted first and put into their places second, so that nothing of their
 * size is needed but where they come from, and their delays.
 */
export class FanOutOrder {
  readonly shape: FanOutShape;
  readonly #edges: ByTarget;
  /** Where the synapses of each row begin, and where the last ones end. */
  readonly starts: Uint32Array;
  /** In steps: of all, or of each, by row, but within a row by target. */
  readonly #delays: Delays | number;
  readonly #sorter = new RowSorter();

  /** @param delays in steps: of all, or of each */
  constructor(edges: ByTarget, delays: number | EachValue, shape: FanOutShape) {
    this.#edges = edges;
    this.shape = shape;
    this.starts = this.#countRows();
    this.#delays = typeof delays === 'number' ? delays : this.#byRow(delays);
  }

  /** Bytes that it takes, for the most part. */
  get bytes(): number {
    return typeof this.#delays === 'number' ? 0 : this.#delays.byteLength;
  }

  get longestDelay(): number {
    if (typeof this.#delays === 'number') return this.#delays;
    let longest = 0;
    for (let p = 0; p < this.#delays.length; p++) if (this.#delays[p] > longest) longest = this.#delays[p];
    return longest;
  }

  /** Visits rows, and in each the runs of synapses of equal delay onto one page of targets; rows without synapses only begin. */
  eachRow(begin: (row: number) => void, visit: (delay: number, page: number, synapses: number) => void, end: () => void): void {
    const [delays, pages] = [this.#delays, this.#pagesByRow()];
    for (let row = 0; row + 1 < this.starts.length; row++) {
      begin(row);
      const start = this.starts[row];
      const n = this.starts[row + 1] - start;
      if (n === 0) continue;
      if (typeof delays === 'number') eachPage(pages, start, n, (page, synapses) => visit(delays, page, synapses));
      else {
        const places = this.#sorter.sort(delays, start, start + n);
        for (let k = 0; k < n; ) {
          const first = k;
          const delay = delays[start + places[k]];
          const page = pages ? pages[start + places[k]] : 0;
          do k++;
          while (k < n && delays[start + places[k]] === delay && (!pages || pages[start + places[k]] === page));
          visit(delay, page, k - first);
        }
      }
      end();
    }
  }

  /** Fills columns with values of the synapses, and one with the places of their targets within pages. */
  fill(columns: readonly Filled[], targets?: Values): void {
    if (targets) this.#scatterTargets(targets, (target) => target % PAGE);
    for (const { column, each } of columns) this.#scatter(column, each);
    if (typeof this.#delays === 'number') return;
    const all = [...(targets ? [targets] : []), ...columns.map(({ column }) => column)];
    for (let row = 0; row + 1 < this.starts.length; row++) {
      const [start, end] = [this.starts[row], this.starts[row + 1]];
      if (start === end) continue;
      this.#sorter.sort(this.#delays, start, end);
      for (const column of all) this.#sorter.apply(column, start, end);
    }
  }

  /** For each synapse, its place in the fan-out. */
  places(): Uint32Array {
    const n = this.#edges.sources.length;
    const order = new Uint32Array(n);
    const each: EachValue = (take) =>
      take(
        0,
        Uint32Array.from({ length: n }, (_, i) => i),
      );
    this.fill([{ column: order, each }]);
    const places = new Uint32Array(n);
    for (let k = 0; k < n; k++) places[order[k]] = k;
    return places;
  }

  #countRows(): Uint32Array {
    const { sources } = this.#edges;
    const starts = new Uint32Array(this.shape.slices * this.shape.sources + 1);
    this.#eachTarget((base, _, start, end) => {
      for (let i = start; i < end; i++) starts[base + sources[i] + 1]++;
    });
    for (let row = 1; row < starts.length; row++) starts[row] += starts[row - 1];
    return starts;
  }

  #byRow(each: EachValue): Delays {
    const { sources } = this.#edges;
    let delays: Delays = new Uint8Array(sources.length);
    let most = 0xff;
    const next = this.starts.slice();
    this.#eachPart(each, (base, first, values, from, to) => {
      for (let k = from; k < to; k++) {
        if (values[k] > most) {
          most = values[k] > 0xffff ? 0xffffffff : 0xffff;
          delays = most > 0xffff ? new Uint32Array(delays) : new Uint16Array(delays);
        }
        delays[next[base + sources[first + k]]++] = values[k];
      }
    });
    return delays;
  }

  /** The page of each target, by row; undefined where there is one page. */
  #pagesByRow(): Uint16Array | undefined {
    if (this.shape.targets <= PAGE) return undefined;
    const pages = new Uint16Array(this.#edges.sources.length);
    this.#scatterTargets(pages, (target) => target / PAGE);
    return pages;
  }

  #scatter(column: Values, each: EachValue): void {
    const { sources } = this.#edges;
    const next = this.starts.slice();
    this.#eachPart(each, (base, first, values, from, to) => {
      for (let k = from; k < to; k++) column[next[base + sources[first + k]]++] = values[k];
    });
  }

  #scatterTargets(column: Values, of: (target: number) => number): void {
    const { sources } = this.#edges;
    const next = this.starts.slice();
    this.#eachTarget((base, target, start, end) => {
      const value = of(target);
      for (let i = start; i < end; i++) column[next[base + sources[i]]++] = value;
    });
  }

  /** Values `from` to `to` of some, which are those of the synapses from `first` on: of targets in one slice, of which `base` is the first row. */
  #eachPart(each: EachValue, visit: (base: number, first: number, values: Uint32Array | Float64Array, from: number, to: number) => void): void {
    const { sources, targets, slices } = this.shape;
    const { rows } = this.#edges;
    each((first, values) => {
      for (let slice = 0; slice < slices; slice++) {
        const [start, end] = [slice, slice + 1].map((k) => rows[sliceStart(targets, slices, k)]);
        const from = Math.max(0, start - first);
        const to = Math.min(values.length, end - first);
        if (from < to) visit(slice * sources, first, values, from, to);
      }
    });
  }

  /** Target after target: the first row of its slice, and the places of its synapses. */
  #eachTarget(visit: (base: number, target: number, start: number, end: number) => void): void {
    const { rows } = this.#edges;
    const sliceOf = slicesOf(this.shape.targets, this.shape.slices);
    for (let t = 0; t + 1 < rows.length; t++) visit(sliceOf[t] * this.shape.sources, t, rows[t], rows[t + 1]);
  }
}

/** Of synapses by target, how many lead to each page. */
function eachPage(pages: Uint16Array | undefined, start: number, n: number, visit: (page: number, synapses: number) => void): void {
  if (!pages) {
    visit(0, n);
    return;
  }
  for (let k = 0; k < n; ) {
    const first = k;
    const page = pages[start + k];
    do k++;
    while (k < n && pages[start + k] === page);
    visit(page, k - first);
  }
}
