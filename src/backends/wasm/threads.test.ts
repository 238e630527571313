import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../compile/compile.ts';
import { calendarsOf } from '../../ir/calendar.ts';
import { defineNeuron } from '../../model/define.ts';
import { quantity } from '../../model/quantity.ts';
import { izhikevich, staticSynapse } from '../../models/index.ts';
import { probability } from '../../network/connect/index.ts';
import { Network } from '../../network/network.ts';
import { coreCount, startThread } from '../../platform/node.ts';
import type { StartThread, Thread } from '../backend.ts';
import { wasmBackend } from './index.ts';

function program(threads: number, delay = 0) {
  const network = new Network({ dt: 0.5, seed: 3 });
  const cells = network.population('cells', izhikevich(), 100).set({ i_in: 10 });
  network.connect(cells, cells, staticSynapse({ target: 'v', w: 0.1, delay }), probability(0.1));
  return compileNetwork(network.def, 'f32', { threads }).program;
}

/** Loads it, with the threads that it starts. */
async function load(threads: number, start: StartThread = startThread, delay = 0, cores = coreCount()) {
  const made = program(threads, delay);
  const started: Thread[] = [];
  const executor = await wasmBackend.load(made, {
    startThread: async (part) => {
      const thread = await start(part);
      started[part.thread - 1] = thread;
      return thread;
    },
    cores,
  });
  executor.init();
  return { executor, started, program: made };
}

describe('a thread that is lost ends the run', () => {
  it('where it was ended from outside', async () => {
    const { executor, started } = await load(3);
    expect(executor.run(5)).toEqual({ steps: 5, end: 'done' });
    started[1].end();
    // It may still begin this run, and will not end it.
    expect(() => {
      for (;;) executor.run(1000);
    }).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: thread 3 of 3 has ended; the network's state is lost
        It may have run out of memory. What was recorded is kept. Start anew from a snapshot, on fewer threads.]
    `);
    expect(() => executor.run(1)).toThrow('thread 3 of 3 has ended');
    executor.dispose();
  });

  it('where it ends in the middle of a run', async () => {
    let asked = 0;
    const silent: Thread = { isAlive: () => asked++ === 0, end: () => {} };
    const { executor, started } = await load(3, async (part) => (part.thread === 2 ? silent : startThread(part)));
    expect(() => executor.run(1000)).toThrow('thread 3 of 3 has ended');
    expect(asked).toBeGreaterThan(1);
    await ended(started[0]);
    executor.dispose();
  });

  it('where it fails', async () => {
    const noCode = await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    const { executor, started } = await load(2, (part) => startThread({ ...part, module: noCode }));
    expect(() => executor.run(10)).toThrow('thread 2 of 2 has ended');
    await ended(started[0]);
    executor.dispose();
  });
});

it('threads that can not be started are refused', async () => {
  const two: StartThread = (part) => (part.thread < 2 ? startThread(part) : Promise.reject(new Error('no more threads')));
  await expect(load(4, two)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [unsupported]: only 2 of 4 threads could be started: no more threads
      Take fewer threads, 2 at most, or 'auto'.]
  `);
});

it('dispose ends the threads', async () => {
  const { executor, started } = await load(2);
  expect(started[0].isAlive()).toBe(true);
  executor.dispose();
  await ended(started[0]);
});

it.each([1, 2, 8])('eight threads come to the end, believed to have cores: %i', async (cores) => {
  const { executor } = await load(8, startThread, 0, cores);
  expect(executor.run(200)).toEqual({ steps: 200, end: 'done' });
  executor.dispose();
});

it('a run ends before any calendar is full, after the same step for all', async () => {
  const { executor, program } = await load(3, startThread, 400);
  const { steps, end } = executor.run(5000);
  expect([end, executor.view(program.clock.step)[0]]).toEqual(['crowded', steps]);
  const [{ calendar }] = calendarsOf(program);
  const ends = executor.view(calendar.ends);
  for (const slice of [0, 1, 2]) {
    const waiting = ends[2 * slice + 1] - ends[2 * slice];
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThanOrEqual(calendar.capacity - 32);
  }
  expect(executor.run(1)).toEqual({ steps: 0, end: 'crowded' });
  executor.dispose();
});

it('an epoch with more spikes than a calendar has room for is done again step by step', async () => {
  const restless = defineNeuron({ name: 'restless', quantities: { v: quantity(1) }, equations: 'dv/dt = 0', spike: 'v > 0' });
  const network = new Network({ dt: 0.5, seed: 3 });
  const cells = network.population('cells', restless(), 100);
  network.connect(cells, cells, staticSynapse({ target: 'v', w: 0.1, delay: 20 }), probability(0.5));
  const made = compileNetwork(network.def, 'f32', { threads: 2 }).program;
  const executor = await wasmBackend.load(made, { startThread, cores: coreCount() });
  executor.init();
  const [{ calendar }] = calendarsOf(made);
  const waiting = (): number[] => [0, 2].map((slice) => executor.view(calendar.ends)[slice + 1] - executor.view(calendar.ends)[slice]);
  const { steps, end } = executor.run(500);
  expect([end, executor.view(made.clock.step)[0]]).toEqual(['crowded', steps]);
  expect(waiting()).toEqual([100 * steps, 100 * steps]);
  expect(100 * steps).toBeLessThanOrEqual(calendar.capacity - 32);
  executor.dispose();
});

async function ended(thread: Thread): Promise<void> {
  while (thread.isAlive()) await new Promise((resolve) => setTimeout(resolve, 5));
}
