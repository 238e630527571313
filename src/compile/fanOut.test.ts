import { expect, it } from 'vitest';
import { isLastRun, LONGEST_RUN, mostSteps, PAGE, pageBitsOf, pageStart, stepsOf, synapsesOf } from '../ir/run.ts';
import { type FanOutShape, type LaidOut, layOut } from './fanOut.ts';

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
  expect([...one.order()]).toEqual([0, 1, 2, 3]);
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
