import { expect, it } from 'vitest';
import { CalendarMemory } from './calendar.ts';
import type { ColumnId } from './expr.ts';
import { LAST_RUN, packRun } from './run.ts';

/** A calendar of 64 spikes over 3 sources: two runs, none, one. */
function calendar(first: number) {
  const columns: Uint32Array[] = [];
  const column = (length: number, data: readonly number[] = []): ColumnId => {
    const values = new Uint32Array(length);
    values.set(data);
    return (columns.push(values) - 1) as ColumnId;
  };
  const fanOut = {
    sources: 3,
    slices: 1,
    pageBits: 0,
    rows: column(3, [0, 2, 2]),
    starts: column(4, [0, 3, 3, 4]),
    runs: column(3, [packRun(0, 0, 2, 0), packRun(5, 0, 1, 0) + LAST_RUN, packRun(2, 0, 1, 0) + LAST_RUN]),
    targets: column(4),
  };
  const ends = column(2, [first, first]);
  const state = {
    ends,
    buckets: column(6),
    sources: column(64),
    births: column(64),
    runs: column(64),
    synapses: column(64),
    links: column(64),
    due: column(2),
  };
  return new CalendarMemory({ capacity: 64, reserve: 3, span: 6, shortest: 0, ...state }, fanOut, columns);
}

/** What is due in each of 60 steps, of spikes that come in every third. */
function delivered(first: number): unknown[] {
  const memory = calendar(first);
  return Array.from({ length: 60 }, (_, k) => {
    memory.add(k % 3 === 0 ? [0, 1, 2] : [2], k % 3 === 0 ? 3 : 1, k + 1);
    return [...memory.takeDue(k + 1)].map(({ source, start }) => [source, start]);
  });
}

it('gives each run when its delay is over, older spikes first', () => {
  expect(delivered(0).slice(0, 7)).toEqual([
    [[0, 0]],
    [],
    [[2, 3]],
    [
      [2, 3],
      [0, 0],
    ],
    [[2, 3]],
    [
      [0, 2],
      [2, 3],
    ],
    [
      [2, 3],
      [0, 0],
    ],
  ]);
});

it('goes on where the numbers of spikes begin anew', () => {
  for (const first of [2 ** 32 - 1, 2 ** 32 - 7, 2 ** 32 - 64]) expect(delivered(first)).toEqual(delivered(0));
});
