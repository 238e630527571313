import { describe, expect, it } from 'vitest';
import { expectCounts, expectNormal } from '../../test/support/statistics.ts';
import { defineNeuron, defineStimulus, input, Network, type Precision, quantity, type SimulateOptions, type Stimulus, simulate } from '../index.ts';
import {
  leakyIntegrateAndFire,
  ornsteinUhlenbeckCurrent,
  poissonInput,
  poissonTrain,
  rampCurrent,
  sineCurrent,
  stepCurrent,
  whiteNoiseCurrent,
} from './index.ts';

const MODES: readonly Required<Pick<SimulateOptions, 'backend' | 'precision'>>[] = (['js', 'wasm'] as const).flatMap((backend) =>
  (['f32', 'f64'] as const).map((precision) => ({ backend, precision })),
);

/** Shows what comes in. */
const probe = defineNeuron({
  name: 'probe',
  quantities: { sum: quantity(0, 'mV', 'of all that came'), i_in: quantity(0, 'pA', 'current') },
  inputs: { i: input('pA', 'current') },
});

interface Setting extends SimulateOptions {
  readonly cells?: number;
  readonly dt?: number;
  readonly steps?: number;
  readonly seed?: number;
  readonly values?: Readonly<Record<string, number | string>>;
}

/** What a stimulus puts into the port of each cell in each step, step after step. */
async function seen(
  stimulus: Stimulus,
  { cells = 1, dt = 0.1, steps = 1, seed = 1, values = {}, ...options }: Setting = {},
): Promise<Float32Array | Float64Array> {
  const network = new Network({ dt, seed });
  const population = network.population('cells', probe(), cells);
  network.stimulate(population, stimulus, { name: 'stimulus' }).set(values);
  network.record(population, 'i');
  const simulation = await simulate(network, { precision: 'f64', ...options });
  await simulation.run(steps * dt);
  return simulation.recordings.trace(population, 'i').values;
}

/** The probabilities of 0, 1, ... events, the last for that many or more. */
function poissonLaw(mean: number, classes: number): number[] {
  const law = [Math.exp(-mean)];
  for (let k = 1; k < classes - 1; k++) law.push((law[k - 1] * mean) / k);
  return [...law, 1 - law.reduce((a, b) => a + b, 0)];
}

describe('poissonInput', () => {
  it.each([0.05, 0.8, 2, 7, 15.9, 16.1, 60])('has the law of Poisson with a mean of %f', async (mean) => {
    const values = await seen(poissonInput({ target: 'i', rate: mean * 10_000 }), { cells: 2000, steps: 50, precision: 'f32' });
    const classes = Math.ceil(mean + 6 * Math.sqrt(mean) + 3);
    const counts = new Array<number>(classes).fill(0);
    for (const n of values) counts[Math.min(n, classes - 1)]++;
    expectCounts(counts, poissonLaw(mean, classes));
  });

  it('draws the same on every backend in every precision, with rates for all or of each cell', async () => {
    for (const rate of [3000, 20_000, 400_000, 'uniform(0, 300000)', 'where(index < 20, 0, 1000 * index)']) {
      const results = await Promise.all(
        MODES.map((mode) => seen(poissonInput({ target: 'i' }), { cells: 101, steps: 30, values: { rate }, ...mode })),
      );
      for (const result of results) expect([...result]).toEqual([...results[0]]);
    }
  });

  it('begins and ends with the steps that begin at its times', async () => {
    const values = await seen(poissonInput({ target: 'i', rate: 1e6, start: 0.3, stop: 0.7 }), { steps: 10 });
    expect([...values].map((n) => n > 0)).toEqual([false, false, false, true, true, true, true, false, false, false]);
  });

  it('adds nothing to variables that are held after a spike', async () => {
    const network = new Network({ dt: 0.1, seed: 1 });
    const cell = leakyIntegrateAndFire({ t_ref: 0.5, v_th: -70, i_in: 0 });
    const cells = network.population('cells', cell, 1);
    network.stimulate(cells, stepCurrent({ target: 'v', amplitude: 100 }));
    network.record(cells, 'v').recordSpikes(cells);
    const simulation = await simulate(network);
    await simulation.run(1.3);
    // A spike in the first step, then five steps at rest in which nothing is added.
    expect([...simulation.recordings.spikes(cells).steps]).toEqual([0, 6, 12]);
    expect([...simulation.recordings.trace(cells, 'v').values]).toEqual(new Array(13).fill(-75));
  });

  it('gives each cell and each stimulus events of its own, which others change nothing about', async () => {
    const alone = new Network({ dt: 0.1, seed: 4 });
    const both = new Network({ dt: 0.1, seed: 4 });
    const results: number[][] = [];
    for (const network of [alone, both]) {
      const cells = network.population('cells', probe(), 2000);
      if (network === both) network.stimulate(cells, poissonInput({ target: 'i_in', rate: 20_000 }), { name: 'other' });
      network.stimulate(cells.slice(0, 1000), poissonInput({ target: 'i', rate: 20_000 }), { name: 'first' });
      network.record(cells, 'i').record(cells, 'i_in');
      const simulation = await simulate(network, { precision: 'f64' });
      await simulation.run(1);
      for (const name of ['i', 'i_in'] as const) results.push([...simulation.recordings.trace(cells, name).values]);
    }
    expect(results[2]).toEqual(results[0]);
    expect(results[0].slice(1000, 2000).every((x) => x === 0)).toBe(true);
    const chosen = (values: number[]): number[] => values.filter((_, i) => i % 2000 < 1000);
    const [a, b] = [chosen(results[2]), chosen(results[3])];
    const correlation = a.reduce((sum, x, i) => sum + (x - 2) * (b[i] - 2), 0) / a.length / 2;
    expect(Math.abs(correlation)).toBeLessThan(4.5 / Math.sqrt(a.length));
  });
});

describe('a rate that depends on time', () => {
  it('of a train or an input is driven by another stimulus, or written into the model', async () => {
    const network = new Network({ dt: 0.1, seed: 2 });
    const trains = network.population('trains', poissonTrain({ rate: 100 }), 500);
    network.stimulate(trains, sineCurrent({ target: 'rate', amplitude: 100, frequency: 10 }));
    const cells = network.population('cells', probe(), 500);
    const rising = defineStimulus({
      name: 'rising',
      quantities: { slope: quantity(10, 'Hz/ms', 'of the rate'), w: quantity(1, 'target', 'weight') },
      output: 'w * poisson(slope * t * dt)',
    });
    network.stimulate(cells, rising({ target: 'i' }));
    const events = network.stimulate(cells, poissonInput({ target: 'i_in', rate: 0 }));
    network.stimulate(events, rampCurrent({ target: 'rate', slope: 10 }));
    network.recordSpikes(trains).record(cells, 'i', { mean: true }).record(cells, 'i_in', { mean: true });
    const simulation = await simulate(network);
    await simulation.run(100);
    const { times } = simulation.recordings.spikes(trains);
    const found = [0, 25, 50, 75].map((from) => times.filter((t) => t > from && t <= from + 25).length);
    const expected = [0, 1, 2, 3].map((quarter) => 500 * (2.5 + (quarter < 2 ? 1 : -1) * (10 / (2 * Math.PI))));
    found.forEach((n, i) => expect(Math.abs(n - expected[i])).toBeLessThan(4.5 * Math.sqrt(expected[i])));
    for (const name of ['i', 'i_in'] as const) {
      const sum = simulation.recordings.mean(cells, name).values.reduce((a, x) => a + x, 0);
      // 10 Hz/ms over 100 ms, at the beginnings of steps: 49.95 events a cell.
      expect(Math.abs(sum - 49.95)).toBeLessThan(4.5 * Math.sqrt(49.95 / 500));
    }
  });
});

describe('currents without noise', () => {
  it.each(MODES)('have the values of their formulas at the beginning of each step on $backend in $precision', async (mode) => {
    const round = mode.precision === 'f32' ? Math.fround : (x: number): number => x;
    const at = Array.from({ length: 12 }, (_, k) => k * 0.1);
    const on = (k: number, value: number): number => (k >= 2 && k < 9 ? round(value) : 0);
    const window = { target: 'i', start: 0.2, stop: 0.9 } as const;
    const step = await seen(stepCurrent({ ...window, amplitude: 3 }), { steps: 12, ...mode });
    expect([...step]).toEqual(at.map((_, k) => on(k, 3)));
    const ramp = await seen(rampCurrent({ ...window, from: 1, slope: 10 }), { steps: 12, ...mode });
    at.forEach((t, k) => expect(ramp[k]).toBeCloseTo(on(k, 1 + 10 * (t - 0.2)), 5));
    const sine = await seen(sineCurrent({ ...window, amplitude: 2, frequency: 500, phase: 0.5, offset: 1 }), { steps: 12, ...mode });
    at.forEach((t, k) => expect(sine[k]).toBeCloseTo(on(k, 1 + 2 * Math.sin(Math.PI * t + 0.5)), 5));
  });

  it('come to a parameter besides what it was set to, and leave that alone', async () => {
    const network = new Network({ dt: 0.1 });
    const cells = network.population('cells', probe(), 2).set({ i_in: [5, 7] });
    network.stimulate(cells, stepCurrent({ target: 'i_in', amplitude: 1, stop: 0.2 })).set({ amplitude: '1 + index' });
    network.stimulate(cells, stepCurrent({ target: 'i_in', amplitude: 10, start: 0.1 }), { name: 'second' });
    network.record(cells, 'i_in');
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(0.3);
    expect([...simulation.recordings.trace(cells, 'i_in').values]).toEqual([6, 9, 16, 19, 15, 17]);
    expect([...simulation.get(cells, 'i_in')]).toEqual([5, 7]);
    await simulation.set(cells, { i_in: '2 * i_in' });
    expect([...simulation.get(cells, 'i_in')]).toEqual([10, 14]);
  });
});

describe('noise', () => {
  it.each([0.1, 2, 20])('of Ornstein and Uhlenbeck has its stationary law and its correlation at dt = %f', async (dt) => {
    const cells = 10_000;
    const values = await seen(ornsteinUhlenbeckCurrent({ target: 'i', mean: 3, sigma: 2, tau: 5 }), { cells, dt, steps: 11 });
    const [first, last] = [values.slice(0, cells), values.slice(10 * cells)];
    expectNormal(first, 3, 4);
    expectNormal(last, 3, 4);
    const rho = Math.exp((-10 * dt) / 5);
    // The sum and the difference of two normal values are independent: so are their variances.
    expectNormal(
      first.map((x, i) => x + last[i]),
      6,
      8 * (1 + rho),
    );
    expectNormal(
      first.map((x, i) => x - last[i]),
      0,
      8 * (1 - rho),
    );
  });

  it.each([0.1, 0.5])('that is white moves a membrane the same at dt = %f', async (dt) => {
    const membrane = defineNeuron({
      name: 'membrane',
      quantities: { v: quantity(0, 'mV', 'voltage'), tau: quantity(10, 'ms', 'time constant') },
      inputs: { u: input('mV', 'drive') },
      equations: 'dv/dt = (u - v) / tau',
      integrator: 'exact',
    });
    const network = new Network({ dt, seed: 3 });
    const cells = network.population('cells', membrane(), 10_000);
    network.stimulate(cells, whiteNoiseCurrent({ target: 'u', mean: 1, sigma: 4 }));
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(100);
    const a = Math.exp(-dt / 10);
    // sigma^2 / (2 tau), as far as dt is short: exactly (1 - a) / (1 + a) / dt of sigma^2.
    expectNormal(simulation.get(cells, 'v'), 1, (16 * (1 - a)) / (1 + a) / dt, 1e-3);
  });

  it.each(['f32', 'f64'] as const satisfies readonly Precision[])('has the same bits on js and wasm in %s', async (precision) => {
    for (const stimulus of [ornsteinUhlenbeckCurrent({ target: 'i' }), whiteNoiseCurrent({ target: 'i' })]) {
      const [js, wasm] = await Promise.all((['js', 'wasm'] as const).map((backend) => seen(stimulus, { cells: 37, steps: 20, backend, precision })));
      expect([...wasm]).toEqual([...js]);
    }
  });
});

describe('a stimulus that makes no sense', () => {
  const textOf = (body: () => unknown): string => {
    try {
      body();
    } catch (error) {
      return String(error);
    }
    return 'no error';
  };
  const onto = (stimulus: Stimulus): string => {
    const network = new Network();
    const cells = network.population('cells', probe(), 1);
    return textOf(() => network.stimulate(cells, stimulus, { name: 'drive' }));
  };

  it('names no target, or none that the cells have', () => {
    expect(onto(poissonInput())).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: stimulus 'poissonInput' adds to something that is not named
        in network > stimulus 'drive'
        Name it: poissonInput({ target: 'i' }). Known here: i, sum, i_in."
    `);
    expect(onto(poissonInput({ target: 'i_inn' }))).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'i_inn', which stimulus 'poissonInput' adds to, is no port, variable or parameter of model 'probe'
        in network > stimulus 'drive'
        Did you mean 'i_in'? Known here: i, sum, i_in."
    `);
  });

  it('adds what has another unit', () => {
    const volts = defineStimulus({ name: 'volts', quantities: { u: quantity(1, 'mV', 'voltage') }, output: 'u' });
    expect(onto(volts({ target: 'i' }))).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: this is in mV, but 'i' is in pA
        in network > stimulus 'drive' > model 'volts' > output
          u
          ^
        Correct its unit; a quantity in the unit 'target' has that of whatever the stimulus adds to."
    `);
  });

  it('adds nothing, or a condition', () => {
    expect(textOf(() => defineStimulus({ name: 'idle', quantities: {} } as never))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-model]: stimulus 'idle' adds nothing
        in model 'idle'
        Say what it adds in a step, in the unit of its target: output: 'w * poisson(rate * dt)'."
    `);
    expect(textOf(() => defineStimulus({ name: 'truth', quantities: {}, output: 't > dt' }))).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: this is a boolean, but a number is wanted here
        in model 'truth' > output
          t > dt
          ^^^^^^
        Use where(condition, a, b) to turn a condition into a number."
    `);
  });

  it('is taken for cells', () => {
    const network = new Network();
    const cells = network.population('cells', probe(), 1);
    const drive = network.stimulate(cells, stepCurrent({ target: 'i' }), { name: 'drive' });
    expect(textOf(() => network.recordSpikes(drive))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-network]: 'drive' is a stimulus: it has no spikes
        in network > record
        Record the spikes of the cells that it acts on."
    `);
    expect(textOf(() => network.stimulate(cells, stepCurrent({ target: 'i' }), { name: 'drive' }))).toMatchInlineSnapshot(`
      "SpikeloomError [duplicate-name]: there is a stimulus 'drive' already
        in network
        Choose another name: names are how results and random numbers are told apart."
    `);
  });
});
