import { describe, expect, it } from 'vitest';
import { type Channel, Network, type Neuron, simulate } from '../index.ts';
import type { ModelDef } from '../model/definition.ts';
import * as library from './index.ts';
import {
  aeifCondExp,
  connorStevens,
  fitzHughNagumo,
  highThresholdCalcium,
  hodgkinHuxley,
  inwardRectifier,
  leak,
  leakyIntegrateAndFire,
  lowThresholdCalcium,
  mCurrent,
  morrisLecar,
  noiseCurrent,
  noisyInput,
  traubMiles,
  wangBuzsaki,
} from './index.ts';

type MakeChannel = ((values?: { readonly g: number }) => Channel) & { readonly def: ModelDef };

const isChannel = (model: unknown): model is MakeChannel =>
  typeof model === 'function' && 'def' in model && (model as MakeChannel).def.kind === 'channel';

/** All of the library but those that are shifted by a voltage of their neuron. */
const CHANNELS = Object.fromEntries(
  Object.entries<unknown>(library).flatMap(([name, model]) => (isChannel(model) && model.def.reads === undefined ? [[name, model]] : [])),
);

/** Each with a channel more. */
const MEMBRANES: Readonly<Record<string, (x: Channel) => Neuron>> = {
  hodgkinHuxley: (x) => hodgkinHuxley({ i_in: 10, channels: { x } }),
  morrisLecar: (x) => morrisLecar({ i_in: 100, channels: { x } }),
  wangBuzsaki: (x) => wangBuzsaki({ i_in: 1, channels: { x } }),
  connorStevens: (x) => connorStevens({ i_in: 10, channels: { x } }),
  traubMiles: (x) => traubMiles({ channels: { x } }),
  // Its own method takes no noise.
  aeifCondExp: (x) => aeifCondExp({ i_in: 700, integrator: 'heun', channels: { x } }),
  leakyIntegrateAndFire: (x) => leakyIntegrateAndFire({ i_in: 300, channels: { x } }),
};

/** The values of named expressions and gates of a channel at held voltages, when the cells are made. */
async function at(channel: Channel, voltages: readonly number[], ...names: readonly string[]): Promise<number[][]> {
  const network = new Network();
  const model: Neuron = hodgkinHuxley({ channels: { x: channel } });
  const cells = network.population('cells', model, voltages.length).set({ v: voltages });
  const simulation = await simulate(network, { precision: 'f64' });
  return names.map((name) => Array.from(simulation.get(cells, `x.${name}`)));
}

async function spikesOf(model: Neuron, dt: number, duration: number): Promise<number[]> {
  const network = new Network({ dt });
  const cell = network.population('cell', model, 1);
  network.recordSpikes(cell);
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(duration);
  return [...simulation.recordings.spikes(cell).times];
}

describe('any channel in any conductance-based neuron', () => {
  it('is any of the library but those of Traub and Miles, which read their shift v_t', () => {
    const others = Object.entries<unknown>(library).filter(([name, model]) => isChannel(model) && !Object.hasOwn(CHANNELS, name));
    expect(others.map(([name]) => name)).toEqual(['traubPotassium', 'traubSodium']);
    expect(Object.keys(CHANNELS).length).toBe(16);
  });

  it.each(Object.entries(MEMBRANES))('%s', async (_, membrane) => {
    const network = new Network({ dt: 0.02, seed: 2 });
    const cells = Object.entries(CHANNELS).map(([name, channel]) => {
      const cell = network.population(name, membrane(channel()), 1);
      network.record(cell, 'v').record(cell, 'x.current');
      return cell;
    });
    const plain = network.population('plain', membrane(leak({ g: 0 })), 1);
    network.record(plain, 'v');
    const simulation = await simulate(network);
    await simulation.run(5);
    const trace = (cell: (typeof cells)[number], name: string) => simulation.recordings.trace(cell, name).values;
    for (const cell of cells) {
      const v = trace(cell, 'v');
      expect(
        v.every((x) => x > -150 && x < 130),
        cell.name,
      ).toBe(true);
      // It acts on the membrane.
      expect(
        v.some((x, i) => x !== trace(plain, 'v')[i]),
        cell.name,
      ).toBe(true);
    }
  });

  it('starts every gate where its voltage holds it', async () => {
    for (const [name, channel] of Object.entries(CHANNELS)) {
      if (name.startsWith('nois')) continue;
      const network = new Network({ dt: 0.05 });
      const still: Neuron = hodgkinHuxley({ 'na.g': 0, 'k.g': 0, 'leak.g': 0, channels: { x: channel({ g: 0 }) } });
      const cells = network.population('cells', still, 3).set({ v: [-90, -55, -20] });
      const simulation = await simulate(network, { precision: 'f64' });
      const gates = Object.entries(channel.def.quantities).filter(([, q]) => typeof q.value === 'string');
      const values = () => gates.map(([gate]) => Array.from(simulation.get(cells, `x.${gate}`)));
      const before = values();
      await simulation.run(5);
      values().forEach((column, g) => column.forEach((x, i) => expect(Math.abs(x - before[g][i]), `${name}.${gates[g][0]}`).toBeLessThan(1e-9)));
    }
  });
});

describe('high-threshold calcium', () => {
  it('is closed at rest, open at 0 mV, inward, and has no hole at -8.9 mV', async () => {
    const [s, beta, current] = await at(highThresholdCalcium(), [-65, 0, -8.9, -8.9 + 1e-7], 's', 'beta_s', 'current');
    expect(s[0]).toBeLessThan(0.01);
    expect(s[1]).toBeGreaterThan(0.85);
    expect(current[1]).toBeLessThan(0);
    expect([beta[2], beta[3]].map((x) => x.toFixed(6))).toEqual(['0.100000', '0.100000']);
    // By hand: alpha 1.6 / (1 + e^5.04), beta 0.02 (-56.1) / (e^-11.22 - 1).
    const [alpha, closing] = [1.6 / (1 + Math.exp(5.04)), (0.02 * -56.1) / (Math.exp(-11.22) - 1)];
    expect(s[0]).toBeCloseTo(alpha / (alpha + closing), 12);
  });
});

describe('low-threshold calcium', () => {
  it('has the published gates', async () => {
    const [m, h, tauM, tauH] = await at(lowThresholdCalcium(), [-57, -81, -90], 'm', 'h', 'tau_m', 'tau_h');
    expect(m[0]).toBeCloseTo(0.5, 12);
    expect(h[1]).toBeCloseTo(0.5, 12);
    expect(tauM[0]).toBeCloseTo(0.612 + 1 / (Math.exp(-75 / 16.7) + Math.exp(-40.2 / 18.2)), 12);
    expect([tauH[0], tauH[2]].map((x) => x.toFixed(3))).toEqual([28 + Math.exp(35 / 10.5), Math.exp(377 / 66.6)].map((x) => x.toFixed(3)));
  });

  it('fires when inhibition ends: a rebound that the membrane does not have without it', async () => {
    const rebound = async (g: number) => {
      const network = new Network({ dt: 0.02 });
      const cell = network.population('cell', wangBuzsaki({ i_in: -1.5, channels: { ca: lowThresholdCalcium({ g }) } }), 1);
      network.recordSpikes(cell);
      const simulation = await simulate(network);
      await simulation.run(400);
      expect(simulation.recordings.spikes(cell).times).toHaveLength(0);
      await simulation.set(cell, { i_in: 0 });
      await simulation.run(150);
      return simulation.recordings.spikes(cell).times.length;
    };
    expect(await rebound(0)).toBe(0);
    expect(await rebound(0.4)).toBeGreaterThan(1);
  });
});

describe('m current', () => {
  it('makes the rate adapt', async () => {
    const times = await spikesOf(wangBuzsaki({ i_in: 2, channels: { m: mCurrent({ g: 0.3 }) } }), 0.02, 600);
    const intervals = times.slice(1).map((t, i) => t - times[i]);
    expect(intervals[intervals.length - 1]).toBeGreaterThan(1.5 * intervals[1]);
    const [p, tau] = await at(mCurrent(), [-35], 'p', 'tau_p');
    expect([p[0], tau[0]]).toEqual([0.5, 1000 / 4.3]);
  });
});

describe('inward rectifier', () => {
  it('opens below its half activation, and conducts less and less above', async () => {
    const [open, current] = await at(inwardRectifier(), [-130, -111, -90, -60], 'open', 'current');
    expect(open[1]).toBe(0.5);
    expect([...open].sort((a, b) => b - a)).toEqual(open);
    expect([current[0] < 0, Math.abs(current[2]) < 1e-9, current[3] > 0]).toEqual([true, true, true]);
    expect(current[3] / 30).toBeLessThan(0.02 * (current[0] / -40));
  });
});

describe('a-type potassium', () => {
  it('delays the first spike of a depolarised cell', async () => {
    const first = async (g: number) => (await spikesOf(connorStevens({ i_in: 15, 'a.g': g }), 0.01, 60))[0];
    expect(await first(47.7)).toBeGreaterThan(2 * (await first(20)));
  });
});

describe('noise of the input', () => {
  const isolated = { 'na.g': 0, 'k.g': 0, 'leak.g': 0 } as const;

  it('of a current has the mean, spread and time constant that were asked for, at every step', async () => {
    for (const dt of [0.05, 1]) {
      const network = new Network({ dt, seed: 3 });
      const model: Neuron = hodgkinHuxley({ ...isolated, c_m: 1e6, channels: { noise: noiseCurrent({ mean: 3, sigma: 2, tau: 5 }) } });
      const cells = network.population('cells', model, 4000);
      const simulation = await simulate(network);
      const start = Float64Array.from(simulation.get(cells, 'noise.i'));
      await simulation.run(5);
      const end = simulation.get(cells, 'noise.i');
      const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
      const product = (a: ArrayLike<number>, b: ArrayLike<number>) => mean(Array.from(a, (x, i) => (x - 3) * (b[i] - 3)));
      for (const values of [start, end]) {
        expect(Math.abs(mean(values) - 3)).toBeLessThan(0.15);
        expect(Math.abs(Math.sqrt(product(values, values)) - 2)).toBeLessThan(0.12);
      }
      // After one time constant a factor of 1 / e of the deviation is left.
      expect(Math.abs(product(start, end) / 4 - Math.exp(-1))).toBeLessThan(0.08);
    }
  });

  it('of a factor multiplies the current, is drawn anew in every step and stays in its bounds', async () => {
    const network = new Network({ dt: 0.1, seed: 3 });
    const model: Neuron = hodgkinHuxley({ ...isolated, c_m: 1e6, channels: { noise: noisyInput({ i: 10, sd: 0.5, low: 0.2, high: 1.8 }) } });
    const cells = network.population('cells', model, 3);
    network.record(cells, 'noise.factor').record(cells, 'noise.current');
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(400);
    const [a, b] = [0, 1].map((cell) => Array.from(simulation.recordings.trace(cells, 'noise.factor').of(cell)));
    const current = simulation.recordings.trace(cells, 'noise.current').of(0);
    const mean = a.reduce((x, y) => x + y) / a.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.03);
    expect([Math.min(...a) >= 0.2, Math.max(...a) <= 1.8, Math.min(...a) < 0.25, Math.max(...a) > 1.75]).toEqual([true, true, true, true]);
    expect(new Set(a).size).toBe(a.length);
    expect(a).not.toEqual(b);
    a.forEach((factor, i) => expect(current[i]).toBeCloseTo(-10 * factor, 9));
  });

  it('makes intervals irregular, the same for the same seed', async () => {
    const times = async (seed: number, x: Channel) => {
      const network = new Network({ dt: 0.1, seed });
      const cell = network.population('cell', leakyIntegrateAndFire({ i_in: 0, channels: { x } }), 1);
      network.recordSpikes(cell);
      const simulation = await simulate(network);
      await simulation.run(1000);
      return [...simulation.recordings.spikes(cell).times];
    };
    const spread = (all: readonly number[]) => {
      const intervals = all.slice(1).map((t, i) => t - all[i]);
      return Math.max(...intervals) - Math.min(...intervals);
    };
    for (const noise of [noiseCurrent({ mean: 250, sigma: 50 }), noisyInput({ i: 250, sd: 0.5 })]) {
      const [one, same, other] = await Promise.all([times(1, noise), times(1, noise), times(2, noise)]);
      expect(one).toEqual(same);
      expect(one).not.toEqual(other);
      expect(spread(one)).toBeGreaterThan(1);
    }
    expect(spread(await times(1, noisyInput({ i: 250, sd: 0 })))).toBeLessThan(0.11);
  });

  it('is refused by rk4, which takes none', async () => {
    const network = new Network();
    network.population('cell', hodgkinHuxley({ integrator: 'rk4', channels: { noise: noiseCurrent() } }), 1);
    await expect(simulate(network)).rejects.toThrow(/'rk4'/);
    expect(() => fitzHughNagumo({ channels: { leak: leak() } })).toThrow(/reads 'v' in mV/);
  });
});
