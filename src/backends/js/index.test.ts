import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../test/conformance/programBuilder.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Program } from '../../ir/program.ts';
import { jsBackend } from './index.ts';

/** Three neurons that count steps, each from its own start; those at a multiple of 4 spike. */
function counters(capacity = 100) {
  const b = new ProgramBuilder();
  const c = {
    step: b.step,
    t: b.t,
    n: b.column('n', 'f32', [0, 1, 3]),
    rest: b.column('rest', 'f32', 3),
    gain: b.column('gain', 'f64', [2]),
    twice: b.column('twice', 'f32', 1),
    list: b.column('list', 'u32', 3),
    count: b.column('count', 'u32', 1),
    samples: b.column('samples', 'f32', 20),
    cells: b.column('cells', 'u32', [2, 0]),
    cursor: b.column('cursor', 'u32', 1),
    pairs: b.column('pairs', 'u32', 2 * capacity),
    pairCursor: b.column('pairCursor', 'u32', 1),
  };
  const init = b.kernel('init', 'f32', { kind: 'neurons', count: 3 }, (k) => {
    k.body.push({ kind: 'store', column: c.n, value: k.math('add', k.load(c.n, 'self'), k.load(c.twice, 'once')) });
  });
  const derive = b.kernel('derive', 'f64', { kind: 'once' }, (k) => {
    k.body.push({ kind: 'store', column: c.twice, value: k.math('mul', k.load(c.gain, 'once'), k.constant(2)) });
  });
  const update = b.kernel('update', 'f32', { kind: 'neurons', count: 3 }, (k) => {
    const next = k.math('add', k.load(c.n, 'self'), k.constant(1));
    const fourths = k.math('mul', next, k.constant(0.25));
    k.body.push({ kind: 'store', column: c.n, value: next }, { kind: 'check', value: next });
    k.body.push({ kind: 'emit', list: c.list, count: c.count, when: k.math('eq', fourths, k.math('floor', fourths)) });
    k.body.push({ kind: 'store', column: c.rest, value: k.math('sub', k.load(c.rest, 'self'), k.constant(-1)) });
  });
  const program = b.finish({
    init: [init],
    derive: [derive],
    step: [
      { kind: 'clear', column: c.rest },
      update,
      { kind: 'sampleSpikes', sampler: { list: c.list, count: c.count, buffer: c.pairs, cursor: c.pairCursor, capacity } },
      { kind: 'sample', sampler: { column: c.n, cells: c.cells, cellCount: 2, every: 2, buffer: c.samples, cursor: c.cursor, capacity: 10 } },
      { kind: 'advance' },
    ],
  });
  return { program, c };
}

async function loaded(program: Program) {
  const executor = await jsBackend.load(program);
  return { executor, read: (id: ColumnId, length: number) => [...executor.view(id).subarray(0, length)] };
}

describe('jsBackend', () => {
  it('runs init and derive, and derive alone', async () => {
    const { program, c } = counters();
    const { executor, read } = await loaded(program);
    executor.init();
    // Init comes first: it sees what derive has not written yet.
    expect([read(c.n, 3), read(c.twice, 1)]).toEqual([[0, 1, 3], [4]]);
    executor.view(c.gain)[0] = 5;
    executor.derive();
    expect([read(c.n, 3), read(c.twice, 1)]).toEqual([[0, 1, 3], [10]]);
  });

  it('runs steps: clock, clear, samples of chosen cells, spikes', async () => {
    const { program, c } = counters();
    const { executor, read } = await loaded(program);
    expect(executor.run(5)).toEqual({ steps: 5, end: 'done' });
    expect([read(c.step, 1), read(c.t, 1), read(c.rest, 3), read(c.n, 3)]).toEqual([[5], [5 * 0.1], [1, 1, 1], [5, 6, 8]]);
    expect([read(c.cursor, 1), read(c.samples, 6)]).toEqual([[2], [5, 2, 7, 4, 0, 0]]);
    expect([read(c.pairCursor, 1), read(c.pairs, 10)]).toEqual([[4], [2, 0, 1, 2, 0, 3, 2, 4, 0, 0]]);
    expect(executor.run(0)).toEqual({ steps: 0, end: 'done' });
  });

  it('carries out a kernel every so many steps, counted through all runs', async () => {
    const { program, c } = counters();
    const step = program.schedule.step.map((action) => (action.kind === 'kernel' ? { ...action, every: 3 } : action));
    const { executor, read } = await loaded({ ...program, schedule: { ...program.schedule, step } });
    const seen = [2, 1, 2, 1, 4].map((steps) => [executor.run(steps).end, read(c.n, 1)[0]]);
    expect(seen.map(([end]) => end)).toEqual(Array(5).fill('done'));
    expect(seen.map(([, n]) => n)).toEqual([0, 1, 1, 2, 3]);
  });

  it('gives the same for a run in parts', async () => {
    const { program, c } = counters();
    const [whole, parts] = [await loaded(program), await loaded(program)];
    whole.executor.run(7);
    parts.executor.run(3);
    parts.executor.run(4);
    for (const id of Object.values(c)) expect([...parts.executor.view(id)]).toEqual([...whole.executor.view(id)]);
  });

  it('samples all cells, and by the step from before the advance wherever it stands', async () => {
    const { program, c } = counters();
    const sample = {
      kind: 'sample',
      sampler: { column: c.n, cells: null, cellCount: 3, every: 3, buffer: c.samples, cursor: c.cursor, capacity: 6 },
    } as const;
    const { executor, read } = await loaded({
      ...program,
      schedule: { ...program.schedule, step: [{ kind: 'kernel', kernel: 2 }, { kind: 'advance' }, sample] },
    });
    executor.run(3);
    expect([read(c.cursor, 1), read(c.samples, 4)]).toEqual([[1], [3, 4, 6, 0]]);
  });

  it('stops before a step whose spikes may not fit, and goes on when the buffer is emptied', async () => {
    const { program, c } = counters(5);
    const { executor, read } = await loaded(program);
    expect(executor.run(10)).toEqual({ steps: 4, end: 'full' });
    expect(read(c.pairs, 6)).toEqual([2, 0, 1, 2, 0, 3]);
    expect(executor.run(10)).toEqual({ steps: 0, end: 'full' });
    executor.view(c.pairCursor)[0] = 0;
    expect(executor.run(6)).toEqual({ steps: 4, end: 'full' });
    expect(read(c.pairs, 6)).toEqual([2, 4, 1, 6, 0, 7]);
  });

  it('completes the step of a fault', async () => {
    const { program, c } = counters();
    const { executor, read } = await loaded(program);
    executor.run(1);
    executor.view(c.n)[1] = Infinity;
    expect(executor.run(3)).toEqual({ steps: 1, end: 'fault' });
    expect([read(c.step, 1), read(c.n, 3), read(c.cursor, 1)]).toEqual([[2], [2, Infinity, 5], [1]]);
  });

  it('refuses to sample beyond a buffer', async () => {
    const { program } = counters();
    const { executor } = await loaded(program);
    expect(executor.run(20).end).toBe('done');
    expect(() => executor.run(2)).toThrow("the buffer 'samples' is full");
  });

  it('says how much memory it could not get', async () => {
    const { program } = counters();
    const error = await jsBackend.load({ ...program, bytes: 2 ** 52 }).catch((e: unknown) => e);
    expect(String(error)).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the backend 'js' could not get the 4503599627370496 bytes of memory that the network needs
        in program
        Use fewer neurons, synapses or recorders."
    `);
  });
});
