import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLastRun, LONGEST_RUN, mostSteps, PAGE, pageBitsOf, pageStart, stepsOf, synapsesOf } from '../ir/run.ts';
import { slicesOf } from '../ir/slices.ts';
import { type EachValue, FanOutOrder, type FanOutShape } from './fanOut.ts';
import { runTable } from './runTable.ts';

/** Rows of sources, ascending, one for each target; how the delays of synapses differ; in how many parts values come. */
const fans = fc.record({
  byTarget: fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 }), { minLength: 1, maxLength: 40 }),
  delays: fc.constantFrom('one', 'few', 'many', 'far apart'),
  slices: fc.integer({ min: 1, max: 3 }),
  part: fc.integer({ min: 1, max: 50 }),
});

const SPANS = { one: 1, few: 5, many: 300, 'far apart': 2 ** 20 };

it('has synapses by slice, source, delay and target, as a sort has them', () => {
  fc.assert(
    fc.property(fans, ({ byTarget, delays: kind, slices, part }) => {
      const rowsOfSources = byTarget.map((row) => row.toSorted((a, b) => a - b));
      const sources = Uint32Array.from(rowsOfSources.flat());
      const targets = rowsOfSources.flatMap((row, t) => row.map(() => t));
      const rows = Uint32Array.from([0, ...rowsOfSources.map((_, t) => targets.filter((target) => target <= t).length)]);
      const delays = Float64Array.from(sources, (s, i) => ((s * 7919 + i * 104729) * 31) % SPANS[kind]);
      const inParts =
        (values: Float64Array): EachValue =>
        (take) => {
          for (let start = 0; start < values.length; start += part) take(start, values.slice(start, start + part));
        };
      const parts = [{ edges: { sources, rows }, delays: kind === 'one' ? 0 : inParts(delays), start: 0 }];
      const order = new FanOutOrder(parts, { sources: 21, targets: byTarget.length, slices });
      const sliceOf = slicesOf(byTarget.length, slices);
      const row = (i: number): number => sliceOf[targets[i]] * 21 + sources[i];
      const sorted = [...sources.keys()].sort((a, b) => row(a) - row(b) || delays[a] - delays[b] || a - b);

      const [ids, w, to] = [new Uint32Array(sources.length), new Float32Array(sources.length), new Uint16Array(sources.length)];
      const numbers = Float64Array.from(sources.keys());
      order.fill(
        [
          { column: ids, each: [inParts(numbers)] },
          { column: w, each: [inParts(numbers.map((i) => i / 2))] },
        ],
        to,
      );
      expect([...ids]).toEqual(sorted);
      expect([...w]).toEqual(sorted.map((i) => i / 2));
      expect([...to]).toEqual(sorted.map((i) => targets[i]));
      expect([...order.places()]).toEqual([...sources.keys()].map((i) => sorted.indexOf(i)));
      expect([...order.starts]).toEqual(Array.from({ length: 21 * slices + 1 }, (_, r) => sorted.filter((i) => row(i) < r).length));
      expect(order.longestDelay).toBe(Math.max(0, ...delays));
      expect(order.shortestDelay).toBe(delays.length === 0 ? 0 : Math.min(...delays));
      const runs: [number, number][] = [];
      let current = -1;
      order.eachRow(
        (r) => {
          current = r;
        },
        (delay, page, synapses) => {
          expect(page).toBe(0);
          for (let k = 0; k < synapses; k++) runs.push([current, delay]);
        },
        () => undefined,
      );
      expect(runs).toEqual(sorted.map((i) => [row(i), delays[i]]));
    }),
    { numRuns: 150 },
  );
});

/** [source, delay, targets] of each row of one source, read back from the runs: those of equal delay together. */
function read({ rows, starts, runs, targets }: LaidOut, { sources, targets: cells }: FanOutShape): [number, number, number[]][] {
  const bits = pageBitsOf(cells);
  const found: [number, number, number[]][] = [];
  for (let row = 0; row < starts.length - 1; row++) {
    let synapse = starts[row];
    let delay = 0;
    for (let run = rows[row]; synapse < starts[row + 1]; run++) {
      const steps = stepsOf(runs[run], bits);
      delay += steps;
      const end = synapse + synapsesOf(runs[run]);
      const page = pageStart(runs[run], bits);
      const list = Array.from(targets.subarray(synapse, end), (t) => page + t);
      const last = found.at(-1);
      if (last && last[0] === row % sources && last[1] === delay && steps === 0) last[2].push(...list);
      else if (list.length > 0) found.push([row % sources, delay, list]);
      synapse = end;
      expect(isLastRun(runs[run])).toBe(synapse === starts[row + 1]);
    }
  }
  return found;
}

/** What a compiled program has of a fan-out. */
interface LaidOut {
  readonly rows: Uint32Array;
  readonly starts: Uint32Array;
  readonly runs: Uint32Array;
  readonly targets: Uint16Array;
  readonly places: Uint32Array;
}

/** Sorted synapses by source, in memory. */
function layOut({ sources, targets }: { sources: Uint32Array; targets: Uint32Array }, delays: Uint32Array | number, shape: FanOutShape): LaidOut {
  const rows = new Uint32Array(shape.targets + 1);
  for (const t of targets) rows[t + 1]++;
  for (let t = 0; t < shape.targets; t++) rows[t + 1] += rows[t];
  const each: number | EachValue = typeof delays === 'number' ? delays : (take) => take(0, delays);
  const order = new FanOutOrder([{ edges: { sources, rows }, delays: each, start: 0 }], shape);
  const places = new Uint16Array(targets.length);
  order.fill([], places);
  return { ...runTable(order), starts: order.starts, targets: places, places: order.places() };
}

function laidOut(edges: readonly (readonly [source: number, target: number, delay: number])[], shape: FanOutShape): LaidOut {
  const sorted = edges.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
  const column = (i: 0 | 1 | 2): Uint32Array => Uint32Array.from(sorted, (edge) => edge[i]);
  return layOut({ sources: column(0), targets: column(1) }, column(2), shape);
}

const SOME = [
  [0, 5, 3],
  [0, 2, 3],
  [0, 1, 0],
  [2, 4, 7],
  [2, 4, 7],
] as const;

it('has the runs of each source by delay, then target', () => {
  const shape = { sources: 3, targets: 6, slices: 1 };
  const found = laidOut(SOME, shape);
  expect(read(found, shape)).toEqual([
    [0, 0, [1]],
    [0, 3, [2, 5]],
    [2, 7, [4, 4]],
  ]);
  expect(found.runs).toHaveLength(3);
  expect([...found.starts]).toEqual([0, 3, 3, 5]);
});

it('keeps the synapses of each slice together', () => {
  const shape = { sources: 3, targets: 32, slices: 2 };
  const edges = [...SOME, [0, 20, 3], [1, 31, 1]] as const;
  expect(read(laidOut(edges, shape), shape)).toEqual([
    [0, 0, [1]],
    [0, 3, [2, 5]],
    [2, 7, [4, 4]],
    [0, 3, [20]],
    [1, 1, [31]],
  ]);
});

it('cuts runs at the pages of many targets, and finds one delay likewise', () => {
  const shape = { sources: 2, targets: 3 * PAGE, slices: 1 };
  const targets = [7, PAGE - 1, PAGE, 2 * PAGE + 9];
  const edges = [...targets.map((t) => [1, t, 12] as const), [1, PAGE + 3, 2] as const];
  const found = laidOut(edges, shape);
  expect(read(found, shape)).toEqual([
    [1, 2, [PAGE + 3]],
    [1, 12, targets],
  ]);
  expect(found.runs).toHaveLength(4);
  const sorted = { sources: new Uint32Array(4).fill(1), targets: Uint32Array.from(targets) };
  const one = layOut(sorted, 12, shape);
  expect(read(one, shape)).toEqual([[1, 12, targets]]);
  expect([...one.places]).toEqual([0, 1, 2, 3]);
});

it.each([1, 3 * PAGE])('counts steps and synapses that do not fit into a run in several, with %i targets', (cells) => {
  const shape = { sources: 1, targets: cells, slices: 1 };
  const most = mostSteps(pageBitsOf(cells));
  const edges = [most, most + 1, 5 * most].map((delay) => [0, 0, delay] as const);
  expect(read(laidOut(edges, shape), shape)).toEqual(edges.map(([, , delay]) => [0, delay, [0]]));
  const many = { sources: new Uint32Array(2 * LONGEST_RUN + 1), targets: new Uint32Array(2 * LONGEST_RUN + 1) };
  for (const delays of [4, new Uint32Array(2 * LONGEST_RUN + 1).fill(4)]) {
    const found = layOut(many, delays, shape);
    expect(Array.from(found.runs, synapsesOf)).toEqual([LONGEST_RUN, LONGEST_RUN, 1]);
    expect(Array.from(found.runs, (run) => stepsOf(run, pageBitsOf(cells)))).toEqual([4, 0, 0]);
  }
});
