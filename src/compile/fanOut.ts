import { LAST_RUN, LONGEST_RUN, mostSteps, packRun, pageBitsOf } from '../ir/run.ts';
import { slicesOf } from '../ir/slices.ts';
import type { SortedEdges } from './edges.ts';

/** Synapses by source, as FanOut of the intermediate representation has them: in order of source, then delay, then as they were: by target. */
export interface LaidOut {
  readonly rows: Uint32Array;
  readonly starts: Uint32Array;
  readonly runs: Uint32Array;
  readonly targets: Uint16Array;
  /** Places in the order of the edges, in the order of the fan-out; made when they are first asked for, many have no use for them. */
  order(): Uint32Array;
}

/** The two populations of a fan-out, and into how many slices its targets are cut. */
export interface FanOutShape {
  readonly sources: number;
  readonly targets: number;
  readonly slices: number;
}

/** @param delays in steps: of each edge, or of all */
export function layOut(edges: SortedEdges, delays: Uint32Array | number, shape: FanOutShape): LaidOut {
  const { targets } = edges;
  const sources = rowsOf(edges, shape);
  const sourceCount = shape.slices * shape.sources;
  const starts = firstOf(sources, sourceCount);
  // A place in a page is the low 16 bits of a cell's.
  const ordered = new Uint16Array(targets.length);
  const table = new RunTable(sourceCount, pageBitsOf(shape.targets));
  if (typeof delays === 'number') {
    const next = starts.slice();
    for (let i = 0; i < targets.length; i++) ordered[next[sources[i]]++] = targets[i];
    let order: Uint32Array | undefined;
    const orderOnce = (): Uint32Array => {
      order ??= orderOfRows(sources, delays, sourceCount);
      return order;
    };
    if (table.pageBits === 0) fillWithOneDelay(table, starts, delays);
    else fillTable(table, starts, orderOnce(), { targets, delays: new Uint32Array(targets.length).fill(delays) });
    return { ...table.finish(), starts, targets: ordered, order: orderOnce };
  }
  const order = orderOfRows(sources, delays, sourceCount);
  for (let k = 0; k < order.length; k++) ordered[k] = targets[order[k]];
  fillTable(table, starts, order, { targets, delays });
  return { ...table.finish(), starts, targets: ordered, order: () => order };
}

/** Places in the order of the edges, sorted by slice of the target, then source, then delay, then as they were. */
export function orderOfFanOut(edges: SortedEdges, delays: Uint32Array | number, shape: FanOutShape): Uint32Array {
  return orderOfRows(rowsOf(edges, shape), delays, shape.slices * shape.sources);
}

/** The row of each edge: the source's, of those of the slice in which its target lies. */
function rowsOf({ sources, targets }: SortedEdges, shape: FanOutShape): Uint32Array {
  if (shape.slices === 1) return sources;
  const sliceOf = slicesOf(shape.targets, shape.slices);
  const rows = new Uint32Array(sources.length);
  for (let i = 0; i < rows.length; i++) rows[i] = sliceOf[targets[i]] * shape.sources + sources[i];
  return rows;
}

function orderOfRows(sources: Uint32Array, delays: Uint32Array | number, sourceCount: number): Uint32Array {
  const next = firstOf(sources, sourceCount);
  const order = new Uint32Array(sources.length);
  if (typeof delays === 'number') for (let i = 0; i < order.length; i++) order[next[sources[i]]++] = i;
  else for (const i of byKey(delays)) order[next[sources[i]]++] = i;
  return order;
}

/** Where in an order each place went. */
export function inverse(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k++) places[order[k]] = k;
  return places;
}

/** For each of `count` keys, and one more, how many there are of smaller ones. */
export function firstOf(keys: Uint32Array, count: number): Uint32Array {
  const first = new Uint32Array(count + 1);
  for (let i = 0; i < keys.length; i++) first[keys[i] + 1]++;
  for (let key = 0; key < count; key++) first[key + 1] += first[key];
  return first;
}

/** Places in ascending order of their keys, equal ones as they were. */
function byKey(keys: Uint32Array): Uint32Array {
  let largest = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i] > largest) largest = keys[i];
  const next = firstOf(keys, largest + 1);
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) order[next[keys[i]]++] = i;
  return order;
}

function fillWithOneDelay(table: RunTable, starts: Uint32Array, delay: number): void {
  for (let row = 0; row < starts.length - 1; row++) {
    table.beginRow(row);
    if (starts[row] === starts[row + 1]) continue;
    table.add(delay, 0, starts[row + 1] - starts[row]);
    table.endRow();
  }
}

/** @param order of the fan-out */
function fillTable(
  table: RunTable,
  starts: Uint32Array,
  order: Uint32Array,
  { targets, delays }: { readonly targets: Uint32Array; readonly delays: Uint32Array },
): void {
  for (let row = 0; row < starts.length - 1; row++) {
    table.beginRow(row);
    const end = starts[row + 1];
    let k = starts[row];
    if (k === end) continue;
    while (k < end) {
      const begin = k;
      const delay = delays[order[k]];
      const page = targets[order[k]] >>> 16;
      do k++;
      while (k < end && delays[order[k]] === delay && targets[order[k]] >>> 16 === page);
      table.add(delay, page, k - begin);
    }
    table.endRow();
  }
}

/** Runs (ir/run.ts) as they are found, row after row. */
class RunTable {
  readonly pageBits: number;
  readonly #mostSteps: number;
  readonly #rows: Uint32Array;
  #runs = new Uint32Array(1024);
  #count = 0;
  #delay = 0;

  constructor(rows: number, pageBits: number) {
    this.pageBits = pageBits;
    this.#mostSteps = mostSteps(pageBits);
    this.#rows = new Uint32Array(rows);
  }

  beginRow(row: number): void {
    this.#rows[row] = this.#count;
    this.#delay = 0;
  }

  /** A run of the row that was begun. Delays must not fall. */
  add(delay: number, page: number, synapses: number): void {
    let steps = delay - this.#delay;
    for (; steps > this.#mostSteps; steps -= this.#mostSteps) this.#push(packRun(this.#mostSteps, 0, 0, this.pageBits));
    for (; synapses > LONGEST_RUN; synapses -= LONGEST_RUN) {
      this.#push(packRun(steps, page, LONGEST_RUN, this.pageBits));
      steps = 0;
    }
    this.#push(packRun(steps, page, synapses, this.pageBits));
    this.#delay = delay;
  }

  /** Ends a row that has runs. */
  endRow(): void {
    this.#runs[this.#count - 1] |= LAST_RUN;
  }

  finish(): Pick<LaidOut, 'rows' | 'runs'> {
    return { rows: this.#rows, runs: this.#runs.slice(0, this.#count) };
  }

  #push(run: number): void {
    if (this.#count === this.#runs.length) {
      const larger = new Uint32Array(2 * this.#count);
      larger.set(this.#runs);
      this.#runs = larger;
    }
    this.#runs[this.#count++] = run;
  }
}
