import { describe, expect, it } from 'vitest';
import { difference, observe } from '../../test/support/observe.ts';
import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

/** v counts the steps done, in V; a spike at every fourth. */
const counter = defineNeuron({
  name: 'counter',
  quantities: { v: quantity(0, 'V', 'count'), k: quantity(1, 'V/ms', 'slope'), n: quantity(0, '1', 'steps') },
  inputs: { i: input('V', 'port') },
  equations: `
    dv/dt = k
    twice = 2 * v
  `,
  step: 'n += 1',
  spike: 'n - 4 * floor(n / 4) == 0',
});

function counters(cells = 6, dt = 1) {
  const network = new Network({ dt, duration: 10 });
  return { network, population: network.lattice('cells', counter(), { rows: 2, columns: cells / 2 }).set({ v: 'index' }) };
}

describe('recorders', () => {
  it('sample the end of each step, or of every k-th, in the unit of the quantity', async () => {
    const { network, population } = counters();
    network
      .record(population, 'v')
      .record(population.cells([1, 4]), 'twice', { every: 3 })
      .record(population, 'k', { every: 5 });
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(4);
    await simulation.run(6);
    const { recordings } = simulation;
    const v = recordings.trace(population, 'v');
    expect(v.unit).toBe('V');
    expect([...v.times]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...v.of(2)]).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([...v.values.slice(0, 6)]).toEqual([1, 2, 3, 4, 5, 6]);
    const twice = recordings.trace(population.cells([1, 4]), 'twice');
    expect([...twice.times]).toEqual([3, 6, 9]);
    expect([...twice.values]).toEqual([8, 14, 14, 20, 20, 26]);
    expect([...recordings.trace(population, 'k').values]).toEqual(new Array(12).fill(1));
    expect(() => v.of(7)).toThrow("cell 7 of 'cells' was not recorded");
    expect(() => recordings.trace(population, 'n')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: trace of 'cells', 'n', was not recorded
        Ask for it before the run: network.record(...). Recorded: trace of cells.v, trace of cells.twice, trace of cells.k.]
    `);
  });

  it('find a view apart from the whole', async () => {
    const { network, population } = counters();
    network.record(population, 'v', { mean: true }).record(population.slice(4), 'v', { mean: true, every: 2 });
    network.recordSpikeCounts(population).recordSpikeCounts(population.slice(1, 3));
    const { recordings, run } = await started(network);
    await run(5);
    expect([...recordings.mean('cells', 'v').values]).toEqual([3.5, 4.5, 5.5, 6.5, 7.5]);
    expect([...recordings.mean(population.slice(4), 'v').values]).toEqual([6.5, 8.5]);
    expect([...recordings.mean(population.slice(4), 'v').times]).toEqual([2, 4]);
    expect([...recordings.spikeCounts(population)]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...recordings.spikeCounts(population.slice(1, 3))]).toEqual([1, 1]);
  });

  it('keep more than their buffers hold', async () => {
    const { network, population } = counters(6, 0.5);
    network.record(population, 'n').record(population, 'v', { every: 7 }).record(population, 'n', { mean: true }).recordSpikes(population);
    const { recordings, run } = await started(network);
    await run(30_001 / 2);
    expect(recordings.trace(population, 'n').values.length).toBe(6 * 30_001);
    expect(
      recordings
        .trace(population, 'n')
        .of(5)
        .every((n, i) => n === i + 1),
    ).toBe(true);
    expect(recordings.mean(population, 'n').values.every((n, i) => n === i + 1)).toBe(true);
    expect(recordings.trace(population, 'v').times.every((t, i) => t === (7 * (i + 1)) / 2)).toBe(true);
    const spikes = recordings.spikes(population);
    expect(spikes.cells.length).toBe(6 * 7500);
    expect(spikes.steps.every((step, i) => step === 4 * Math.floor(i / 6) + 3 && spikes.cells[i] === i % 6)).toBe(true);
    expect(spikes.times.every((t, i) => t === (spikes.steps[i] + 1) / 2)).toBe(true);
  });

  it('give single numbers in f32', async () => {
    const { network, population } = counters();
    network.record(population, 'v');
    const simulation = await simulate(network);
    await simulation.run(1);
    expect(simulation.recordings.trace(population, 'v').values).toBeInstanceOf(Float32Array);
  });
});

async function started(network: Network) {
  const simulation = await simulate(network, { precision: 'f64' });
  return { simulation, recordings: simulation.recordings, run: (duration: number) => simulation.run(duration) };
}

describe('run', () => {
  it('takes the duration of the network, and steps by rounding', async () => {
    const { network } = counters(6, 0.1);
    const simulation = await simulate(network);
    expect((await simulation.run()).steps).toBe(100);
    for (const [duration, steps] of [
      [0.3, 3],
      [0, 0],
      [0.05, 1],
      [0.04, 0],
      [0.7, 7],
    ] as const)
      expect((await simulation.run(duration)).steps).toBe(steps);
    expect(simulation.step).toBe(111);
    expect(simulation.time).toBeCloseTo(11.1, 12);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %f ms', async (duration) => {
    const simulation = await simulate(counters().network);
    await expect(simulation.run(duration)).rejects.toThrow(`the duration is ${duration}`);
    expect(simulation.step).toBe(0);
  });

  it('tells its progress and ends where the signal says so, with all that was recorded', async () => {
    const { network, population } = counters();
    network.record(population, 'n', { mean: true });
    const simulation = await simulate(network);
    const controller = new AbortController();
    const fractions: number[] = [];
    const onProgress = ({ fraction, time }: { fraction: number; time: number }): void => {
      fractions.push(fraction);
      expect(time).toBeCloseTo(fraction * 1e7, 3);
      if (fractions.length === 3) controller.abort();
    };
    const result = await simulation.run(1e7, { signal: controller.signal, onProgress });
    expect(result.end).toBe('aborted');
    expect(fractions).toHaveLength(3);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(result.steps).toBe(simulation.step);
    expect(simulation.recordings.mean(population, 'n').values.length).toBe(result.steps);
    expect(await simulation.run(5)).toMatchObject({ end: 'done', steps: 5 });
    expect((await simulation.run(5, { signal: AbortSignal.abort() })).steps).toBe(0);
  });

  it('refuses to run twice at a time', async () => {
    const simulation = await simulate(counters().network);
    const controller = new AbortController();
    const first = simulation.run(1e9, { signal: controller.signal });
    await expect(simulation.run(1)).rejects.toThrow('this simulation is running already');
    controller.abort();
    expect((await first).end).toBe('aborted');
    expect((await simulation.run(1)).end).toBe('done');
  });
});

describe('reset', () => {
  it('goes back to the start: state, clock, draws and recordings', async () => {
    const network = new Network({ dt: 1, seed: 4 });
    const model = defineNeuron({
      name: 'noisy',
      quantities: { v: quantity('normal()'), k: quantity(2) },
      equations: 'dv/dt = xi(n) * k',
      spike: 'v > 1',
      reset: 'v = 0',
      refractory: '2',
    });
    const population = network.population('cells', model(), 5);
    network.record(population, 'v').recordSpikes(population).recordSpikeCounts(population);
    const simulation = await simulate(network);
    await simulation.run(20);
    const first = observe(simulation);
    await simulation.set(population, { k: 3 });
    await simulation.set(population.slice(1), { k: 4 });
    await simulation.run(5);
    simulation.reset();
    expect([simulation.step, simulation.recordings.spikes(population).cells.length, simulation.recordings.spikeCounts(population)[0]]).toEqual([
      0, 0, 0,
    ]);
    await simulation.run(20);
    expect(difference(first, observe(simulation))).toBeUndefined();
  });
});

describe('a value that is not finite', () => {
  const exploding = defineNeuron({ name: 'exploding', quantities: { v: quantity(1), u: quantity(0) }, equations: 'dv/dt = v^2\ndu/dt = 1' });

  it.each(['js', 'wasm'] as const)('stops the run with its cell and time on %s; recordings stay', async (backend) => {
    const network = new Network({ dt: 1 });
    const population = network.population('cells', exploding(), 3).set({ v: [0, 0, 1] });
    network.record(population, 'v');
    const simulation = await simulate(network, { backend, precision: 'f64' });
    await expect(simulation.run(100)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [diverged]: the value is no longer finite at t = 11 ms
        in network > population 'cells' > cell 2 > quantity 'v'
        What was recorded until then is kept. Take a smaller dt, weaker coupling, or another integrator.]
    `);
    expect(simulation.step).toBe(11);
    const { values } = simulation.recordings.trace(population, 'v');
    expect(values.length).toBe(33);
    expect(values.slice(0, 30).every(Number.isFinite)).toBe(true);
    await expect(simulation.run(1)).rejects.toThrow('no longer finite at t = 12 ms');
    simulation.reset();
    expect((await simulation.run(5)).steps).toBe(5);
  });

  it('is found in the first cell and the last', async () => {
    for (const cell of [0, 2]) {
      const network = new Network({ dt: 1 });
      network.population('other', exploding(), 2).set({ v: 0 });
      network.population('cells', exploding(), 3).set({ v: [0, 1, 2].map((i) => Number(i === cell)) });
      const simulation = await simulate(network);
      await expect(simulation.run(100)).rejects.toThrow(`in network > population 'cells' > cell ${cell} > quantity 'v'`);
    }
  });
});
