import { slicesOf } from '../ir/slices.ts';
import type { SortedEdges } from './edges.ts';

/** Synapses by source, as FanOut of the intermediate representation has them: in order of source, then delay, then as they were: by target. */
export interface LaidOut {
  readonly rows: Uint32Array;
  readonly delays: Uint32Array;
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
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
  const ordered = new Uint32Array(targets.length);
  if (typeof delays === 'number') {
    const next = firstOf(sources, sourceCount);
    for (let i = 0; i < targets.length; i++) ordered[next[sources[i]]++] = targets[i];
    let order: Uint32Array | undefined;
    return {
      ...runsOfOne(sources, delays, sourceCount),
      targets: ordered,
      order: () => {
        order ??= orderOfRows(sources, delays, sourceCount);
        return order;
      },
    };
  }
  const order = orderOfRows(sources, delays, sourceCount);
  for (let k = 0; k < order.length; k++) ordered[k] = targets[order[k]];
  return { ...runsOf(order, sources, delays, sourceCount), targets: ordered, order: () => order };
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

type Runs = Pick<LaidOut, 'rows' | 'delays' | 'starts'>;

/** Runs where all delays are equal: one for each source that has synapses. */
function runsOfOne(sources: Uint32Array, delay: number, sourceCount: number): Runs {
  const first = firstOf(sources, sourceCount);
  const rows = new Uint32Array(sourceCount + 1);
  for (let s = 0; s < sourceCount; s++) rows[s + 1] = rows[s] + (first[s] < first[s + 1] ? 1 : 0);
  const count = rows[sourceCount];
  const starts = new Uint32Array(count + 1).fill(sources.length);
  for (let s = 0; s < sourceCount; s++) if (first[s] < first[s + 1]) starts[rows[s]] = first[s];
  return { rows, delays: new Uint32Array(count).fill(delay), starts };
}

function runsOf(order: Uint32Array, sources: Uint32Array, delays: Uint32Array, sourceCount: number): Runs {
  const first = firstOf(sources, sourceCount);
  const rows = new Uint32Array(sourceCount + 1);
  const walk = (begin: (delay: number, k: number) => void): void => {
    for (let s = 0; s < sourceCount; s++) {
      let last = -1;
      for (let k = first[s]; k < first[s + 1]; k++) {
        const delay = delays[order[k]];
        if (delay !== last) begin(delay, k);
        last = delay;
      }
      rows[s + 1] = count;
    }
  };
  let count = 0;
  walk(() => count++);
  const runs = { delays: new Uint32Array(count), starts: new Uint32Array(count + 1).fill(order.length) };
  count = 0;
  walk((delay, k) => {
    runs.delays[count] = delay;
    runs.starts[count++] = k;
  });
  return { rows, ...runs };
}
