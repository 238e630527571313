import { describe, expect, it } from 'vitest';
import { type RightSide, solveByRungeKutta } from '../../test/support/rungeKutta.ts';
import { Network, type Neuron, simulate } from '../index.ts';
import { aeifCondExp, iafCondAlpha, iafCondExp, izhikevich2007, presetTrain, staticSynapse, traubMiles } from './index.ts';

const { exp, log, abs, max, min } = Math;

interface Arrival {
  readonly at: number;
  readonly to: string;
  readonly w: number;
}

/** A cell that spikes reach behind no delay; its voltage at each whole ms, and its spikes. */
async function run(
  model: Neuron,
  { dt, duration, arrivals = [], record = 'v' }: { dt: number; duration: number; arrivals?: readonly Arrival[]; record?: string },
) {
  const network = new Network({ dt, duration });
  const cell = network.population('cell', model, 1);
  arrivals.forEach(({ at, to, w }, i) => {
    const train = network.population(`train${i}`, presetTrain({ times: [at] }), 1);
    network.connect(train, cell, staticSynapse({ target: to, w, delay: 0 }));
  });
  network.record(cell, record, { every: Math.round(1 / dt) }).recordSpikes(cell);
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run();
  const { recordings } = simulation;
  return { values: [...recordings.trace(cell, record).values], spikes: [...recordings.spikes(cell).times] };
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return max(...a.map((x, i) => abs(x - b[i])));
}

const ARRIVALS: readonly Arrival[] = [
  { at: 3, to: 'ex', w: 40 },
  { at: 9, to: 'ex', w: 60 },
  { at: 9, to: 'in', w: 30 },
  { at: 25, to: 'in', w: 80 },
  { at: 26, to: 'ex', w: 100 },
];

const conductances = (prefix: 'g' | 's') => ARRIVALS.map(({ at, to, w }) => ({ at, to: `${prefix}_${to}` as 'ex', w }));

describe('iafCondExp', () => {
  type Names = 'v' | 'g_ex' | 'g_in';
  const f: RightSide<Names> = ({ v, g_ex, g_in }) => ({
    v: (16.6667 * (-70 - v) + g_ex * (0 - v) + g_in * (-85 - v)) / 250,
    g_ex: -g_ex / 0.2,
    g_in: -g_in / 2,
  });

  it('follows an independent solution, by its own integrator at the usual step', async () => {
    const start = { v: -70, g_ex: 0, g_in: 0 };
    const { states } = solveByRungeKutta<Names>({ f, start, dt: 0.005, duration: 50, arrivals: conductances('g') as never });
    const { values, spikes } = await run(iafCondExp(), { dt: 0.1, duration: 50, arrivals: conductances('g') });
    expect(spikes).toEqual([]);
    expect(max(...values)).toBeGreaterThan(-67.5);
    expect(
      largestDifference(
        values,
        states.map(({ v }) => v),
      ),
    ).toBeLessThan(0.003);
  });

  it('fires at intervals of t_ref + tau ln((v_inf - v_reset) / (v_inf - v_th))', async () => {
    const { spikes } = await run(iafCondExp({ i_in: 500 }), { dt: 0.01, duration: 200 });
    const inf = -70 + 500 / 16.6667;
    const interval = 2 + (250 / 16.6667) * log((inf + 60) / (inf + 55));
    spikes.slice(1).forEach((t, i) => expect(abs(t - spikes[i] - interval)).toBeLessThan(0.011));
    expect(spikes.length).toBeGreaterThan(20);
  });
});

describe('iafCondAlpha', () => {
  type Names = 'v' | 'd_ex' | 'g_ex' | 'd_in' | 'g_in';
  // As NEST has it: a spike adds e w / tau to the derivative.
  const f: RightSide<Names> = ({ v, d_ex, g_ex, d_in, g_in }) => ({
    v: (16.6667 * (-70 - v) + g_ex * (0 - v) + g_in * (-85 - v)) / 250,
    d_ex: -d_ex / 0.2,
    g_ex: d_ex - g_ex / 0.2,
    d_in: -d_in / 2,
    g_in: d_in - g_in / 2,
  });

  it('follows an independent solution, by its own integrator at the usual step', async () => {
    const start = { v: -70, d_ex: 0, g_ex: 0, d_in: 0, g_in: 0 };
    const arrivals = ARRIVALS.map(({ at, to, w }) => ({ at, to: to === 'ex' ? 'd_ex' : 'd_in', w: (Math.E * w) / (to === 'ex' ? 0.2 : 2) }) as const);
    const { states } = solveByRungeKutta<Names>({ f, start, dt: 0.005, duration: 50, arrivals });
    const { values, spikes } = await run(iafCondAlpha({ v_th: 0 }), { dt: 0.1, duration: 50, arrivals: conductances('s') });
    expect(spikes).toEqual([]);
    expect(
      largestDifference(
        values,
        states.map(({ v }) => v),
      ),
    ).toBeLessThan(0.01);
  });

  it.each(['g_ex', 'g_in'] as const)('a spike makes %s peak with its weight, after tau', async (name) => {
    const network = new Network({ dt: 0.01, duration: 10 });
    const cell = network.population('cell', iafCondAlpha({ tau_syn_ex: 1.5, tau_syn_in: 4 }), 1);
    const train = network.population('train', presetTrain({ times: [2] }), 1);
    network.connect(train, cell, staticSynapse({ target: name === 'g_ex' ? 's_ex' : 's_in', w: 7, delay: 0 }));
    network.record(cell, name);
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run();
    const { times, values } = simulation.recordings.trace(cell, name);
    const peak = max(...values);
    expect(abs(peak - 7)).toBeLessThan(1e-6);
    expect(abs(times[values.indexOf(peak)] - (name === 'g_ex' ? 3.5 : 6))).toBeLessThan(1e-9);
  });
});

describe('aeifCondExp', () => {
  type Names = 'v' | 'w' | 'g_ex' | 'g_in';
  const system =
    (i: number): RightSide<Names> =>
    ({ v, w, g_ex, g_in }) => {
      const u = min(v, 0);
      const current = 30 * (-70.6 - u) + 60 * exp((u + 50.4) / 2) - w + g_ex * (0 - u) + g_in * (-85 - u) + i;
      return { v: current / 281, w: (4 * (u + 70.6) - w) / 144, g_ex: -g_ex / 0.2, g_in: -g_in / 2 };
    };
  const start = { v: -70.6, w: 0, g_ex: 0, g_in: 0 };
  const spiking = { spike: ({ v }: { v: number }) => v >= 0, reset: (x: Record<Names, number>) => ({ ...x, v: -60, w: x.w + 80.5 }) };

  it('has the spikes of an independent solution', async () => {
    const oracle = solveByRungeKutta<Names>({ f: system(1000), start, dt: 0.002, duration: 300, ...spiking });
    const { spikes } = await run(aeifCondExp({ i_in: 1000 }), { dt: 0.01, duration: 300 });
    expect(spikes.length).toBe(oracle.spikes.length);
    expect(spikes.length).toBeGreaterThan(8);
    expect(largestDifference(spikes, oracle.spikes)).toBeLessThan(0.25);
    // It adapts.
    const intervals = spikes.slice(1).map((t, i) => t - spikes[i]);
    expect(intervals[0]).toBeLessThan(0.5 * (intervals.at(-1) ?? 0));
  });

  it('follows it between spikes at the usual step', async () => {
    const oracle = solveByRungeKutta<Names>({ f: system(200), start, dt: 0.005, duration: 50, arrivals: conductances('g') as never });
    const { values, spikes } = await run(aeifCondExp({ i_in: 200 }), { dt: 0.1, duration: 50, arrivals: conductances('g') });
    expect(spikes).toEqual([]);
    expect(
      largestDifference(
        values,
        oracle.states.map(({ v }) => v),
      ),
    ).toBeLessThan(0.003);
  });

  it('loses its stability at the current of Naud, Marcille, Clopath and Gerstner (2008)', async () => {
    // Andronov-Hopf, because a / g_leak > tau_m / tau_w.
    const [tau_m, slope] = [281 / 30, 4 / 30];
    const critical = 34 * (20.2 - 2 + 2 * log(1 + tau_m / 144)) + 60 * (slope - tau_m / 144);
    expect(abs(critical - 627.2)).toBeLessThan(0.1);
    const excess = (v: number, i_in: number): number => 30 * (-70.6 - v) + 60 * exp((v + 50.4) / 2) - 4 * (v + 70.6) + i_in;
    // The fixed point below the critical current.
    let v = -60;
    for (let k = 0; k < 50; k++) v -= excess(v, critical - 1) / (-34 + 30 * exp((v + 50.4) / 2));
    expect(abs(excess(v, critical - 1))).toBeLessThan(1e-9);
    const spikesAt = async (i_in: number): Promise<number> =>
      (await run(aeifCondExp({ i_in, v: v + 0.02, w: 4 * (v + 70.6) }), { dt: 0.05, duration: 3000 })).spikes.length;
    expect(await spikesAt(critical - 1)).toBe(0);
    expect(await spikesAt(critical + 1)).toBeGreaterThan(1);
  });

  it('stays finite whatever drives it, in every precision and by every integrator that takes it', async () => {
    for (const integrator of ['rk4', 'heun', 'euler'] as const) {
      for (const precision of ['f32', 'f64'] as const) {
        const network = new Network({ dt: 0.1, duration: 100 });
        const cell = network.population('cell', aeifCondExp({ integrator }), 8).set({ i_in: '500 + 3000 * index' });
        network.recordSpikes(cell);
        const simulation = await simulate(network, { precision });
        await simulation.run();
        expect(simulation.recordings.spikes(cell).times.length).toBeGreaterThan(50);
        for (const w of simulation.get(cell, 'w')) expect(abs(w)).toBeLessThan(30000);
      }
    }
  });
});

describe('izhikevich2007', () => {
  type Names = 'v' | 'u';
  const f: RightSide<Names> = ({ v, u }) => ({ v: (0.7 * (v + 60) * (v + 40) - u + 70) / 100, u: 0.03 * (-2 * (v + 60) - u) });

  it('has the spikes of an independent solution', async () => {
    const reset = (x: Record<Names, number>) => ({ v: -50, u: x.u + 100 });
    const oracle = solveByRungeKutta<Names>({ f, start: { v: -60, u: 0 }, dt: 0.001, duration: 500, spike: ({ v }) => v >= 35, reset });
    const { spikes } = await run(izhikevich2007({ i_in: 70 }), { dt: 0.01, duration: 500 });
    expect(spikes.length).toBe(oracle.spikes.length);
    expect(spikes.length).toBeGreaterThan(2);
    expect(largestDifference(spikes, oracle.spikes)).toBeLessThan(0.1);
  });

  it('has the rheobase (k (v_t - v_r) + b)^2 / (4 k) of the regular spiking cell', async () => {
    const rheobase = (0.7 * 20 - 2) ** 2 / (4 * 0.7);
    expect((await run(izhikevich2007({ i_in: rheobase - 0.2 }), { dt: 0.1, duration: 2000 })).spikes).toEqual([]);
    expect((await run(izhikevich2007({ i_in: rheobase + 0.2 }), { dt: 0.1, duration: 2000 })).spikes.length).toBeGreaterThan(0);
  });
});

describe('traubMiles', () => {
  type Names = 'v' | 'm' | 'h' | 'n' | 'g_ex' | 'g_in';
  // As NEST writes the rates.
  const rates = (v: number) => {
    const x = v + 63;
    return {
      an: (0.032 * (15 - x)) / (exp((15 - x) / 5) - 1),
      bn: 0.5 * exp((10 - x) / 40),
      am: (0.32 * (13 - x)) / (exp((13 - x) / 4) - 1),
      bm: (0.28 * (x - 40)) / (exp((x - 40) / 5) - 1),
      ah: 0.128 * exp((17 - x) / 18),
      bh: 4 / (1 + exp((40 - x) / 5)),
    };
  };
  const system =
    (i: number): RightSide<Names> =>
    ({ v, m, h, n, g_ex, g_in }) => {
      const { an, bn, am, bm, ah, bh } = rates(v);
      const current = 20000 * m ** 3 * h * (50 - v) + 6000 * n ** 4 * (-90 - v) + 10 * (-60 - v) + g_ex * (0 - v) + g_in * (-80 - v) + i;
      return { v: current / 200, m: am - (am + bm) * m, h: ah - (ah + bh) * h, n: an - (an + bn) * n, g_ex: -g_ex / 5, g_in: -g_in / 10 };
    };
  const { an, bn, am, bm, ah, bh } = rates(-60);
  const start = { v: -60, m: am / (am + bm), h: ah / (ah + bh), n: an / (an + bn), g_ex: 0, g_in: 0 };

  it('rests where its equations do with a leak that keeps it from firing by itself', async () => {
    const lower: RightSide<Names> = (x, t) => {
      const d = system(0)(x, t);
      return { ...d, v: d.v - (10 * 5) / 200 };
    };
    const { states } = solveByRungeKutta<Names>({ f: lower, start, dt: 0.01, duration: 150 });
    const { values, spikes } = await run(traubMiles({ 'leak.e': -65 }), { dt: 0.05, duration: 150 });
    expect(spikes).toEqual([]);
    expect(abs(values[149] - states[149].v)).toBeLessThan(1e-3);
    expect(abs(values[149] + 64.765)).toBeLessThan(0.05);
  });

  it('fires by itself, every 72.2 ms, to 1 % at the usual step', async () => {
    const { spikes } = await run(traubMiles(), { dt: 0.1, duration: 200 });
    expect(spikes.length).toBe(3);
    for (const interval of [spikes[1] - spikes[0], spikes[2] - spikes[1]]) expect(abs(interval / 72.18 - 1)).toBeLessThan(0.01);
  });

  it('has the spikes of an independent solution, with a current and with synapses', async () => {
    let rising = false;
    const spike = (after: { v: number }, before: { v: number }): boolean => {
      const was = rising;
      rising = after.v > before.v;
      return was && !rising && after.v > -33;
    };
    for (const [i_in, arrivals] of [
      [500, []],
      [
        0,
        [
          { at: 5, to: 'g_ex', w: 60 },
          { at: 20, to: 'g_in', w: 100 },
          { at: 22, to: 'g_ex', w: 60 },
          { at: 60, to: 'g_ex', w: 90 },
        ],
      ],
    ] as const) {
      const oracle = solveByRungeKutta<Names>({ f: system(i_in), start, dt: 0.002, duration: 100, arrivals, spike });
      const { spikes } = await run(traubMiles({ i_in }), { dt: 0.01, duration: 100, arrivals });
      expect(spikes.length).toBe(oracle.spikes.length);
      expect(spikes.length).toBeGreaterThan(1);
      expect(largestDifference(spikes, oracle.spikes) / 100).toBeLessThan(0.002);
    }
  });

  it('has finite rates where their formulas are 0 / 0', async () => {
    const network = new Network({ dt: 0.01 });
    const cells = network.population('cells', traubMiles(), 3).set({ v: [-50, -23, -48] });
    const simulation = await simulate(network);
    expect(simulation.get(cells, 'na.alpha_m')[0]).toBeCloseTo(1.28, 5);
    expect(simulation.get(cells, 'na.beta_m')[1]).toBeCloseTo(1.4, 5);
    expect(simulation.get(cells, 'k.alpha_n')[2]).toBeCloseTo(0.16, 5);
  });
});
