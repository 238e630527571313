import { describe, expect, it } from 'vitest';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { izhikevich } from '../models/index.ts';
import { Network } from '../network/network.ts';
import type { RecordedChunk, RecorderInfo, RecordingSink } from './recordings.ts';
import { simulate } from './simulation.ts';

/** Spikes at every n-th step from the step `from` on. */
const clockwork = defineNeuron({
  name: 'clockwork',
  quantities: { k: quantity(0, '1', 'steps'), n: quantity(10, '1', 'steps between'), from: quantity(0, '1', 'steps') },
  step: 'k += 1',
  spike: 'k > from and k - n * floor(k / n) == 0',
});

function clocks(values: { readonly n?: number; readonly from?: number } = {}) {
  const network = new Network({ dt: 1 });
  const calm = network.population('calm', clockwork({ n: 100 }), 5);
  const wild = network.population('wild', clockwork(values), 4);
  return { network: network.record(wild, 'k').recordSpikes(wild).recordSpikeCounts(wild), calm, wild };
}

describe('maxRate', () => {
  it('stops a run away, at a step that depends on model time alone, and keeps the data', async () => {
    const { network, wild } = clocks({ n: 2, from: 140 });
    for (const parts of [[1000], [33, 120, 847]]) {
      const simulation = await simulate(network, { maxRate: 150 });
      let last = await simulation.run(0);
      for (const duration of parts) if (last.end !== 'stopped') last = await simulation.run(duration);
      // From 142 ms on a spike every 2 ms: 15 in the window that ends at 170 ms, 20 in that of 180 ms.
      expect(simulation.time).toBe(180);
      expect(last.end).toBe('stopped');
      expect(last.reason).toMatchInlineSnapshot(
        `"population 'wild' fired at 200 Hz a cell over the 100 ms up to t = 180 ms; maxRate allows 150 Hz. Weaken excitation or input, strengthen inhibition, or raise maxRate."`,
      );
      expect(simulation.recordings.trace(wild, 'k').times).toHaveLength(180);
      expect(simulation.recordings.spikeCounts(wild)[0]).toBe(20);
    }
  });

  it('needs 20 ms at least, and lets pass what is slower', async () => {
    const fast = await simulate(clocks({ n: 2 }).network, { maxRate: 150 });
    expect((await fast.run(19)).end).toBe('done');
    expect(await fast.run(1000)).toMatchObject({ end: 'stopped', steps: 1 });
    const slow = await simulate(clocks({ n: 10 }).network, { maxRate: 101 });
    expect((await slow.run(1000)).end).toBe('done');
  });

  it('changes no bit', async () => {
    const network = new Network({ dt: 0.5, seed: 4 });
    const cells = network.population('cells', izhikevich({ i_in: 10 }), 7).set({ v: 'uniform(-65, -50)' });
    network.record(cells, 'v').recordSpikeCounts(cells);
    const [plain, guarded] = [await simulate(network), await simulate(network, { maxRate: 1e4, maxMemory: 1e9, maxWall: 1e7 })];
    for (const simulation of [plain, guarded]) await simulation.run(200);
    expect(guarded.recordings.trace(cells, 'v').values).toEqual(plain.recordings.trace(cells, 'v').values);
    expect(guarded.recordings.recorders).toHaveLength(2);
    expect(Buffer.from(guarded.snapshot()).equals(plain.snapshot())).toBe(true);
  });
});

it('maxWall stops a run that takes too long, which can go on', async () => {
  const { network, wild } = clocks();
  const simulation = await simulate(network, { maxWall: 60, keepRecorded: 1e5 });
  const result = await simulation.run(1e9);
  expect(result.end).toBe('stopped');
  expect(result.reason).toMatch(/^the run took \d+ ms of real time up to t = \d+ of 1000000000 ms; maxWall allows 60 ms\. Run on from here/);
  expect(result.elapsed).toBeLessThan(1000);
  expect(simulation.recordings.trace(wild, 'k').times.at(-1)).toBe(simulation.time);
  expect((await simulation.run(10)).end).toBe('done');
});

describe('maxMemory', () => {
  it('refuses a network before it is allocated', async () => {
    const network = new Network({ dt: 1 });
    network.population('cells', izhikevich(), 1e6);
    await expect(simulate(network, { maxMemory: 1e6 })).rejects.toThrow(
      /^the network needs about 12\.0 MB of memory; maxMemory allows 1\.00 MB\n {2}in network\n {2}Population 'cells' takes 12\.0 MB of it: 1000000 cells of 12\.0 bytes each\. Use fewer cells/,
    );
  });

  it('stops a run whose recordings grow beyond it', async () => {
    const { network, wild } = clocks();
    const simulation = await simulate(network, { maxMemory: 3e6 });
    const result = await simulation.run(1e8);
    expect(result.end).toBe('stopped');
    expect(result.reason).toMatch(/^the network takes [\d.]+ MB of memory and its recordings [\d.]+ MB at t = \d+ ms; maxMemory allows 3\.00 MB/);
    expect(simulation.recordings.trace(wild, 'k').times).toHaveLength(simulation.step);
  });

  it('of a replacement leaves the network as it is', async () => {
    const simulation = await simulate(clocks().network, { maxMemory: 3e6 });
    const large = new Network({ dt: 1 });
    large.population('cells', izhikevich(), 1e6);
    await expect(simulation.replace(large)).rejects.toThrow('maxMemory allows 3.00 MB');
    expect((await simulation.run(5)).end).toBe('done');
  });
});

describe('a sink', () => {
  /** Joins what it gets; waits between. */
  class Memory implements RecordingSink {
    readonly opened: (readonly RecorderInfo[])[] = [];
    readonly chunks: (readonly [number, RecordedChunk])[] = [];
    fail: string | undefined;

    async open(recorders: readonly RecorderInfo[], dt: number): Promise<void> {
      expect(dt).toBe(1);
      await Promise.resolve();
      this.opened.push(recorders);
    }

    async write(index: number, chunk: RecordedChunk): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (this.fail) throw new Error(this.fail);
      this.chunks.push([index, chunk]);
    }

    all(index: number): number[] {
      return this.chunks.filter(([i]) => i === index).flatMap(([, { values }]) => [...values]);
    }
  }

  it('gets everything in order, once, the counts at the end of each run; memory keeps the newest', async () => {
    const { network, wild } = clocks();
    const sink = new Memory();
    const [plain, spooled] = [await simulate(network), await simulate(network, { sink, keepRecorded: 2000 })];
    for (const simulation of [plain, spooled]) for (const duration of [3, 40_000, 0, 17]) await simulation.run(duration);
    expect(sink.opened).toHaveLength(1);
    expect(sink.opened[0].map(({ def }) => def.kind)).toEqual(['trace', 'spikes', 'spike-counts']);
    expect(sink.all(0)).toEqual([...plain.recordings.trace(wild, 'k').values]);
    expect(sink.all(1)).toEqual([...plain.recordings.spikes(wild).cells]);
    expect(sink.chunks.filter(([i]) => i === 2).map(([, { values }]) => values[0])).toEqual([0, 4000, 4000, 4002]);
    const kept = spooled.recordings.trace(wild, 'k');
    expect(kept.dropped + kept.times.length).toBe(40_020);
    expect(spooled.recordings.bytes).toBeLessThanOrEqual(2000);
  });

  it('that fails ends the run with its error, the data in memory kept', async () => {
    const { network, wild } = clocks();
    const sink = new Memory();
    const simulation = await simulate(network, { sink });
    await simulation.run(10);
    sink.fail = 'no space left';
    await expect(simulation.run(1e7)).rejects.toThrow('no space left');
    expect(simulation.recordings.trace(wild, 'k').times).toHaveLength(simulation.step);
    sink.fail = undefined;
    expect((await simulation.run(1)).end).toBe('done');
    const closed: RecordingSink = { ...sink, open: () => Promise.reject(new Error('no folder')), write: () => undefined };
    await expect((await simulate(network, { sink: closed })).run(5)).rejects.toThrow('no folder');
  });

  it('gets what was recorded until a run is aborted, diverges, or a function throws', async () => {
    const growing = defineNeuron({ name: 'growing', quantities: { v: quantity(1) }, step: 'v *= 10' });
    const network = new Network({ dt: 1 });
    network.record(network.population('cells', growing(), 1), 'v');
    const sink = new Memory();
    const simulation = await simulate(network, { sink });
    const stop = simulation.every(3, () => {
      throw new Error('enough');
    });
    await expect(simulation.run(10)).rejects.toThrow('enough');
    expect(sink.all(0)).toEqual([10, 100, 1000]);
    stop();
    await expect(simulation.run(1000)).rejects.toThrow('no longer finite');
    expect(sink.all(0)).toHaveLength(simulation.step);
  });
});
