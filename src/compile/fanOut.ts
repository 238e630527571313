import { PAGE } from '../ir/run.ts';
import { sliceStart, slicesOf } from '../ir/slices.ts';
import { RowSorter } from './sortRow.ts';

/** Cells at both ends of a fan-out, and into how many slices those of each target population are cut. */
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

/** Synapses onto the cells of one population. */
export interface FanOutPart {
  readonly edges: ByTarget;
  /** In steps: of all, or of each. */
  readonly delays: number | EachValue;
  /** The place of the first cell of that population among the targets. */
  readonly start: number;
}

/** Hands out the values of all synapses in order, some at a time: those from `start` on. */
export type EachValue = (take: (start: number, values: Uint32Array | Float64Array) => void) => void;

/** A column of the fan-out, and the values of synapses that belong there, by its parts. */
export interface Filled {
  readonly column: Values;
  readonly each: readonly EachValue[];
}

type Delays = Uint8Array | Uint16Array | Uint32Array;
/** The longest delay that an element of so many bytes holds. */
const MOST: { readonly [bytes: number]: number } = { 1: 0xff, 2: 0xffff, 4: 0xffffffff };

type Values = Uint16Array | Uint32Array | Float32Array | Float64Array;

/**
 * The order of a fan-out (see FanOut of the intermediate representation): rows of the slices of targets, in them of sources; in each
 * row by delay, then by part, then as synapses were, by target. Synapses are counted first and put into their places second, so that
 * nothing of their size is needed but where they come from, and their delays.
 */
export class FanOutOrder {
  readonly shape: FanOutShape;
  readonly #parts: readonly FanOutPart[];
  /** Where the synapses of each row begin, and where the last ones end. */
  readonly starts: Uint32Array;
  /** In steps: of all, or of each, by row, but within a row by part and target. */
  readonly #delays: Delays | number;
  readonly #sorter = new RowSorter();

  constructor(parts: readonly FanOutPart[], shape: FanOutShape) {
    this.#parts = parts;
    this.shape = shape;
    this.starts = this.#countRows();
    const [{ delays }] = parts;
    this.#delays = typeof delays === 'number' && parts.every((part) => part.delays === delays) ? delays : this.#delaysByRow();
  }

  get synapses(): number {
    return this.starts[this.starts.length - 1];
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

  /** 0 where there are no synapses. */
  get shortestDelay(): number {
    if (typeof this.#delays === 'number') return this.#delays;
    let shortest = this.#delays.length > 0 ? this.#delays[0] : 0;
    for (let p = 1; p < this.#delays.length; p++) if (this.#delays[p] < shortest) shortest = this.#delays[p];
    return shortest;
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

  /** For each synapse, part after part, its place in the fan-out. */
  places(): Uint32Array {
    const order = new Uint32Array(this.synapses);
    let first = 0;
    const each = this.#parts.map(({ edges }): EachValue => {
      const numbers = new Uint32Array(edges.sources.length);
      for (let i = 0; i < numbers.length; i++) numbers[i] = first++;
      return (take) => take(0, numbers);
    });
    this.fill([{ column: order, each }]);
    const places = new Uint32Array(order.length);
    for (let k = 0; k < order.length; k++) places[order[k]] = k;
    return places;
  }

  #countRows(): Uint32Array {
    const starts = new Uint32Array(this.shape.slices * this.shape.sources + 1);
    for (const part of this.#parts) {
      const { sources } = part.edges;
      this.#eachTarget(part, (base, _, start, end) => {
        for (let i = start; i < end; i++) starts[base + sources[i] + 1]++;
      });
    }
    for (let row = 1; row < starts.length; row++) starts[row] += starts[row - 1];
    return starts;
  }

  #delaysByRow(): Delays {
    let byRow: Delays = new Uint8Array(this.synapses);
    const next = this.starts.slice();
    for (const part of this.#parts) {
      const { sources } = part.edges;
      const { delays } = part;
      const each: EachValue = typeof delays === 'number' ? (take) => take(0, new Uint32Array(sources.length).fill(delays)) : delays;
      this.#eachPart(part, each, (base, first, values, from, to) => {
        let longest = 0;
        for (let k = from; k < to; k++) longest = Math.max(longest, values[k]);
        if (longest > MOST[byRow.BYTES_PER_ELEMENT]) byRow = longest > 0xffff ? new Uint32Array(byRow) : new Uint16Array(byRow);
        const column = byRow;
        for (let k = from; k < to; k++) column[next[base + sources[first + k]]++] = values[k];
      });
    }
    return byRow;
  }

  /** The page of each target, by row; undefined where there is one page. */
  #pagesByRow(): Uint16Array | undefined {
    if (this.shape.targets <= PAGE) return undefined;
    const pages = new Uint16Array(this.synapses);
    this.#scatterTargets(pages, (target) => target / PAGE);
    return pages;
  }

  #scatter(column: Values, each: readonly EachValue[]): void {
    const next = this.starts.slice();
    for (const [i, part] of this.#parts.entries()) {
      const { sources } = part.edges;
      this.#eachPart(part, each[i], (base, first, values, from, to) => {
        for (let k = from; k < to; k++) column[next[base + sources[first + k]]++] = values[k];
      });
    }
  }

  #scatterTargets(column: Values, of: (target: number) => number): void {
    const next = this.starts.slice();
    for (const part of this.#parts) {
      const { sources } = part.edges;
      this.#eachTarget(part, (base, target, start, end) => {
        const value = of(part.start + target);
        for (let i = start; i < end; i++) column[next[base + sources[i]]++] = value;
      });
    }
  }

  /** Values `from` to `to` of some, which are those of the synapses of a part from `first` on: of targets in one slice, of which `base` is the first row. */
  #eachPart(
    { edges: { rows } }: FanOutPart,
    each: EachValue,
    visit: (base: number, first: number, values: Uint32Array | Float64Array, from: number, to: number) => void,
  ): void {
    const { sources, slices } = this.shape;
    each((first, values) => {
      for (let slice = 0; slice < slices; slice++) {
        const [start, end] = [slice, slice + 1].map((k) => rows[sliceStart(rows.length - 1, slices, k)]);
        const from = Math.max(0, start - first);
        const to = Math.min(values.length, end - first);
        if (from < to) visit(slice * sources, first, values, from, to);
      }
    });
  }

  /** Target after target of a part: the first row of its slice, and the places of its synapses. */
  #eachTarget({ edges: { rows } }: FanOutPart, visit: (base: number, target: number, start: number, end: number) => void): void {
    const sliceOf = slicesOf(rows.length - 1, this.shape.slices);
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
