import { describe, expect, it } from 'vitest';
import { Network, type Neuron, type Population, type Simulation, simulate } from '../index.ts';
import {
  adaptiveExponential,
  adaptiveLeaky,
  ampa,
  bcmIzhikevich,
  connorStevens,
  fitzHughNagumo,
  hindmarshRose,
  izhikevich,
  izhikevichTypes,
  leakyIntegrateAndFire,
  leakyIzhikevich,
  quadraticIntegrateAndFire,
  simpleLeaky,
  wangBuzsaki,
} from './index.ts';

interface Run {
  readonly simulation: Simulation;
  readonly cell: Population<Neuron>;
  readonly times: number[];
  /** Of v. */
  readonly values: Float64Array;
}

async function run(model: Neuron, dt: number, duration: number): Promise<Run> {
  const network = new Network({ dt });
  const cell = network.population('cell', model, 1);
  network.recordSpikes(cell).record(cell, 'v');
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(duration);
  const values = Float64Array.from(simulation.recordings.trace(cell, 'v').values);
  return { simulation, cell, times: [...simulation.recordings.spikes(cell).times], values };
}

const countOf = async (model: Neuron, dt: number, duration: number) => (await run(model, dt, duration)).times.length;
const intervalsOf = (times: readonly number[]) => times.slice(1).map((t, i) => t - times[i]);

/** Runge-Kutta of order 4, written here so that nothing of ours checks itself. The first component, after each step. */
function rungeKutta(f: (x: readonly number[]) => readonly number[], start: readonly number[], dt: number, steps: number): number[] {
  let x = start;
  const at = (k: readonly number[], h: number) => x.map((value, i) => value + h * k[i]);
  return Array.from({ length: steps }, () => {
    const k1 = f(x);
    const k2 = f(at(k1, dt / 2));
    const k3 = f(at(k2, dt / 2));
    const k4 = f(at(k3, dt));
    x = x.map((value, i) => value + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
    return x[0];
  });
}

async function expectTrace(model: Neuron, expected: readonly number[], dt: number, tolerance: number): Promise<void> {
  const { values } = await run(model, dt, expected.length * dt);
  const off = Math.max(...expected.map((v, i) => Math.abs(v - values[i])));
  expect(values.length).toBe(expected.length);
  expect(off).toBeLessThan(tolerance);
}

const { exp } = Math;
const balance = (alpha: number, beta: number) => alpha / (alpha + beta);

describe('quadratic integrate-and-fire', () => {
  const rheobase = (10 * 15) / 4;

  it('fires above its rheobase g (v_c - v_rest) / 4 only', async () => {
    expect(await countOf(quadraticIntegrateAndFire({ i_in: 0.99 * rheobase }), 0.1, 2000)).toBe(0);
    expect(await countOf(quadraticIntegrateAndFire({ i_in: 1.02 * rheobase }), 0.1, 2000)).toBeGreaterThan(3);
  });

  it('needs the time of the closed form from reset to peak', async () => {
    // tau dv/dt = a ((v - middle)^2 + k^2)
    const k = 15 * Math.sqrt(60 / rheobase - 1) * 0.5;
    const angle = (v: number) => Math.atan((v + 57.5) / k);
    const interval = ((10 * 15) / k) * (angle(20) - angle(-80));
    const { times } = await run(quadraticIntegrateAndFire({ i_in: 60 }), 0.002, 400);
    for (const measured of intervalsOf(times)) expect(Math.abs(measured - interval)).toBeLessThan(0.02);
    const held = await run(quadraticIntegrateAndFire({ i_in: 60, t_ref: 3 }), 0.002, 400);
    for (const measured of intervalsOf(held.times)) expect(Math.abs(measured - interval - 3)).toBeLessThan(0.02);
  });
});

describe('adaptive leaky integrate-and-fire', () => {
  it('is the leaky integrate-and-fire neuron without adaptation', async () => {
    const plain = await run(leakyIntegrateAndFire({ i_in: 300 }), 0.1, 300);
    const adaptive = await run(adaptiveLeaky({ i_in: 300, a: 0, b: 0 }), 0.1, 300);
    expect(adaptive.times.length).toBeGreaterThan(10);
    expect(adaptive.times).toEqual(plain.times);
  });

  it('stays below threshold at e_leak + I / (g_leak + a), and fires above', async () => {
    const { values, times } = await run(adaptiveLeaky({ i_in: 300 / 2, a: 5 }), 0.1, 2000);
    expect(times).toEqual([]);
    expect(values.at(-1)).toBeCloseTo(-75 + 150 / 15, 6);
    // 400 / 15 is more than the 20 mV that it needs.
    expect(await countOf(adaptiveLeaky({ i_in: 400, a: 5, b: 0 }), 0.1, 500)).toBeGreaterThan(10);
  });

  it('fires ever more slowly, until each spike adds what has decayed since the last', async () => {
    const { times, simulation, cell } = await run(adaptiveLeaky({ i_in: 400, a: 0, b: 20, tau_w: 200 }), 0.01, 3000);
    const intervals = intervalsOf(times);
    expect(intervals[0]).toBeLessThan(0.8 * intervals[intervals.length - 1]);
    const last = intervals[intervals.length - 1];
    const w = simulation.get(cell, 'w')[0] * exp((3000 - times[times.length - 1]) / 200);
    expect(w).toBeCloseTo(20 / (1 - exp(-last / 200)), 0);
  });
});

describe('adaptive exponential integrate-and-fire', () => {
  it('has the rheobase of a slow current, (g_leak + a) (v_t - e_leak - delta + delta ln(1 + a / g_leak))', async () => {
    // Saddle-node of the fixed points with w = a (v - e_leak); tau_w is short so that w follows v and no Hopf bifurcation comes first.
    const v = -50.4 + 2 * Math.log(1 + 4 / 30);
    const rheobase = 34 * (v + 70.6) - 30 * 2 * (1 + 4 / 30);
    const at = (i_in: number) => countOf(adaptiveExponential({ i_in, tau_w: 1, w: 0 }), 0.05, 2000);
    expect(await at(rheobase * 0.99)).toBe(0);
    expect(await at(rheobase * 1.01)).toBeGreaterThan(2);
  });

  it('adapts with the published parameters', async () => {
    const intervals = intervalsOf((await run(adaptiveExponential({ i_in: 1000 }), 0.02, 500)).times);
    expect(intervals.length).toBeGreaterThan(10);
    expect(intervals[intervals.length - 1]).toBeGreaterThan(2 * intervals[0]);
  });

  it('does not overflow at a cut-off that steps jump over, whatever the method', async () => {
    for (const integrator of ['euler', 'heun', 'rk4'] as const) {
      const network = new Network({ dt: 0.5 });
      const cell = network.population('cell', adaptiveExponential({ i_in: 2000, integrator }), 1);
      network.recordSpikes(cell).record(cell, 'w');
      const simulation = await simulate(network, { precision: 'f32' });
      await simulation.run(200);
      expect(simulation.recordings.spikes(cell).times.length).toBeGreaterThan(5);
      expect(Math.max(...simulation.recordings.trace(cell, 'w').values)).toBeLessThan(2000);
    }
  });
});

describe('simple leaky integrate-and-fire', () => {
  it('rests with its defaults, and fires above g (v_th - e) at intervals of ln(I / (I - g (v_th - e))) / g', async () => {
    expect(await countOf(simpleLeaky(), 0.1, 500)).toBe(0);
    expect(await countOf(simpleLeaky({ i_in: 1.99 }), 0.1, 500)).toBe(0);
    const { times } = await run(simpleLeaky({ i_in: 3 }), 0.01, 300);
    for (const interval of intervalsOf(times)) expect(Math.abs(interval - 10 * Math.log(3))).toBeLessThan(0.011);
  });
});

describe('izhikevich', () => {
  const type = (name: keyof typeof izhikevichTypes, i_in: number, v = -65) => run(izhikevich({ ...izhikevichTypes[name], i_in, v }), 0.1, 1000);

  it('is the regular spiking type by default', () => {
    const { a, b, c, d } = izhikevich.def.quantities;
    expect({ a: a.value, b: b.value, c: c.value, d: d.value }).toEqual(izhikevichTypes.regularSpiking);
  });

  it('begins with a burst and goes on with single spikes: intrinsically bursting', async () => {
    const intervals = intervalsOf((await type('intrinsicallyBursting', 10)).times);
    expect(Math.max(...intervals.slice(0, 2))).toBeLessThan(8);
    expect(Math.min(...intervals.slice(3))).toBeGreaterThan(20);
  });

  it('bursts again and again, with less than 6 ms between spikes: chattering', async () => {
    const intervals = intervalsOf((await type('chattering', 10)).times);
    const pauses = intervals.filter((x) => x > 20).length;
    expect(pauses).toBeGreaterThan(5);
    expect(intervals.filter((x) => x < 6).length).toBeGreaterThan(2 * pauses);
  });

  it('fires fast without adaptation: fast spiking; with adaptation: low-threshold spiking', async () => {
    const [regular, fast, low] = await Promise.all([type('regularSpiking', 10), type('fastSpiking', 10), type('lowThresholdSpiking', 10)]);
    expect(fast.times.length).toBeGreaterThan(4 * regular.times.length);
    const fastIntervals = intervalsOf(fast.times);
    expect(fastIntervals[fastIntervals.length - 1]).toBeLessThan(1.05 * fastIntervals[4]);
    const lowIntervals = intervalsOf(low.times);
    expect(lowIntervals[lowIntervals.length - 1]).toBeGreaterThan(3 * lowIntervals[0]);
    expect([(await type('lowThresholdSpiking', 1)).times.length > 0, (await type('regularSpiking', 1)).times.length]).toEqual([true, 0]);
  });

  it('fires tonically from rest and makes a rebound burst when inhibition ends: thalamo-cortical', async () => {
    const tonic = intervalsOf((await type('thalamoCortical', 2)).times);
    expect(tonic.length).toBeGreaterThan(5);
    const network = new Network({ dt: 0.1 });
    const cell = network.population('cell', izhikevich({ ...izhikevichTypes.thalamoCortical, i_in: -10 }), 1);
    network.recordSpikes(cell);
    const simulation = await simulate(network);
    await simulation.run(200);
    expect(simulation.recordings.spikes(cell).times).toHaveLength(0);
    await simulation.set(cell, { i_in: 0 });
    await simulation.run(200);
    const rebound = intervalsOf([...simulation.recordings.spikes(cell).times]);
    expect(rebound.length).toBeGreaterThan(1);
    expect(rebound[0]).toBeLessThan(10);
  });

  it('rings with damped oscillations below threshold: resonator', async () => {
    const crossings = async (name: keyof typeof izhikevichTypes) => {
      const { values, times } = await run(izhikevich({ ...izhikevichTypes[name], i_in: 0, v: -62 }), 0.1, 300);
      expect(times).toEqual([]);
      const rest = values[values.length - 1];
      return values.slice(1).filter((v, i) => (v - rest) * (values[i] - rest) < 0 && Math.abs(v - values[i]) > 1e-6).length;
    };
    expect(await crossings('resonator')).toBeGreaterThan(5);
    expect(await crossings('regularSpiking')).toBeLessThan(3);
  });
});

describe('leaky izhikevich', () => {
  it('has a rheobase of 16.25 mV, where 0.04 v^2 + 5 v + 140 + I has one root', async () => {
    expect(await countOf(leakyIzhikevich({ i_in: 16.2 }), 0.1, 1000)).toBe(0);
    expect(await countOf(leakyIzhikevich({ i_in: 16.3 }), 0.1, 1000)).toBeGreaterThan(1);
  });

  it('slows down by the conductance that its spikes leave, the more so the larger d', async () => {
    const counts = await Promise.all([0, 0.5, 2].map((d) => countOf(leakyIzhikevich({ i_in: 25, d }), 0.05, 500)));
    expect(counts[0]).toBeGreaterThan(2 * counts[1]);
    expect(counts[1]).toBeGreaterThan(1.2 * counts[2]);
  });
});

describe('bcm izhikevich', () => {
  it('measures the rate of whole windows, and forgets over period windows', async () => {
    for (const { dt, precision } of [
      { dt: 0.1, precision: 'f32' },
      { dt: 0.3, precision: 'f64' },
    ] as const) {
      const network = new Network({ dt });
      const cell = network.population('cell', bcmIzhikevich({ i_in: 10, window: 150 }), 1);
      network.recordSpikes(cell).record(cell, 'activity').record(cell, 'average_activity');
      const simulation = await simulate(network, { precision });
      await simulation.run(1500);
      const { steps } = simulation.recordings.spikes(cell);
      const perWindow = Math.round(150 / dt);
      // A window closes before the spikes of its last step are counted.
      const counts = Array.from({ length: 9 }, (_, k) => steps.filter((s) => s >= k * perWindow - 1 && s < (k + 1) * perWindow - 1).length);
      let average = 0;
      counts.forEach((count, k) => {
        const rate = (1000 * count) / 150;
        average += (rate - average) / 3;
        const at = (name: 'activity' | 'average_activity', step: number) => simulation.recordings.trace(cell, name).values[step];
        expect(at('activity', (k + 1) * perWindow - 1), `${dt} window ${k}`).toBeCloseTo(rate, 3);
        expect(at('activity', (k + 2) * perWindow - 2), `${dt} window ${k}`).toBeCloseTo(rate, 3);
        expect(at('average_activity', (k + 1) * perWindow - 1)).toBeCloseTo(average, 3);
      });
      expect(average).toBeGreaterThan(10);
    }
  });

  it('spikes like the neuron that it measures', async () => {
    expect((await run(bcmIzhikevich({ i_in: 10 }), 0.1, 600)).times).toEqual((await run(izhikevich({ i_in: 10 }), 0.1, 600)).times);
  });
});

describe('fitzhugh-nagumo', () => {
  it('fires again and again between its Hopf bifurcations only', async () => {
    // The trace of the Jacobian, 1 - v^2 - phi b, vanishes at v = -+sqrt(1 - phi b); I follows from the nullclines.
    const bifurcation = (v: number) => (v + 0.7) / 0.8 - v + v ** 3 / 3;
    const v = Math.sqrt(1 - 0.08 * 0.8);
    const [low, high] = [bifurcation(-v), bifurcation(v)];
    expect([low, high].map((i) => i.toFixed(3))).toEqual(['0.331', '1.419']);
    const late = async (i_in: number) => (await run(fitzHughNagumo({ i_in }), 0.05, 600)).times.filter((t) => t > 300).length;
    expect(await late(low - 0.02)).toBe(0);
    expect(await late(low + 0.02)).toBeGreaterThan(4);
    expect(await late(high - 0.05)).toBeGreaterThan(4);
    expect(await late(high + 0.05)).toBe(0);
  });

  it('follows an independent Runge-Kutta method', async () => {
    const f = ([v, w]: readonly number[]) => [v - v ** 3 / 3 - w + 0.5, 0.08 * (v + 0.7 - 0.8 * w)];
    await expectTrace(fitzHughNagumo({ i_in: 0.5, v: 0, w: 0.2 }), rungeKutta(f, [0, 0.2], 0.05, 3000), 0.05, 1e-9);
  });

  it('refuses a receptor, which reads a voltage in mV', () => {
    expect(() => fitzHughNagumo({ receptors: { ampa: ampa() } })).toThrow(/reads 'v' in mV, but the neuron has it in 1/);
  });
});

describe('hindmarsh-rose', () => {
  it('follows an independent Runge-Kutta method through bursts', async () => {
    const f = ([x, y, z]: readonly number[]) => [y - x ** 3 + 3 * x ** 2 - z + 2, 1 - 5 * x ** 2 - y, 0.006 * (4 * (x + 1.6) - z)];
    await expectTrace(hindmarshRose({ i_in: 2 }), rungeKutta(f, [-1.6, 1 - 5 * 1.6 ** 2, 0], 0.05, 4000), 0.05, 1e-6);
  });

  it('rests where its nullclines meet, bursts at 2 and fires without pauses at 4', async () => {
    const { values } = await run(hindmarshRose(), 0.05, 3000);
    const rest = values[values.length - 1];
    expect(Math.abs(1 - rest ** 3 - 2 * rest ** 2 - 4 * (rest + 1.6))).toBeLessThan(1e-6);
    const bursts = intervalsOf((await run(hindmarshRose({ i_in: 2 }), 0.05, 1500)).times);
    expect(bursts.filter((x) => x > 80).length).toBeGreaterThan(4);
    expect(bursts.filter((x) => x < 20).length).toBeGreaterThan(15);
    const tonic = intervalsOf((await run(hindmarshRose({ i_in: 4 }), 0.05, 1500)).times.filter((t) => t > 500));
    expect(Math.max(...tonic)).toBeLessThan(1.2 * Math.min(...tonic));
  });
});

describe('wang-buzsaki', () => {
  it('follows an independent Runge-Kutta method', async () => {
    const gates = (v: number) => {
      const m = balance((0.1 * (v + 35)) / (1 - exp(-0.1 * (v + 35))), 4 * exp(-(v + 60) / 18));
      const h = [0.07 * exp(-(v + 58) / 20), 1 / (exp(-0.1 * (v + 28)) + 1)];
      const n = [(0.01 * (v + 34)) / (1 - exp(-0.1 * (v + 34))), 0.125 * exp(-(v + 44) / 80)];
      return { m, h, n };
    };
    const f = ([v, h, n]: readonly number[]) => {
      const {
        m,
        h: [ah, bh],
        n: [an, bn],
      } = gates(v);
      const current = 35 * m ** 3 * h * (v - 55) + 9 * n ** 4 * (v + 90) + 0.1 * (v + 65);
      return [1 - current, 5 * (ah * (1 - h) - bh * h), 5 * (an * (1 - n) - bn * n)];
    };
    const { h, n } = gates(-64);
    await expectTrace(
      wangBuzsaki({ i_in: 1, integrator: 'rk4' }),
      rungeKutta(f, [-64, balance(h[0], h[1]), balance(n[0], n[1])], 0.02, 4000),
      0.02,
      1e-6,
    );
  });

  it('rests at -64 mV, fires from rates near 0 on and fast at strong currents, with a shallow afterhyperpolarisation', async () => {
    const { values } = await run(wangBuzsaki(), 0.02, 200);
    expect(values[values.length - 1]).toBeCloseTo(-64.02, 1);
    expect(await countOf(wangBuzsaki({ i_in: 0.15 }), 0.05, 1000)).toBe(0);
    const slow = await countOf(wangBuzsaki({ i_in: 0.18 }), 0.05, 1000);
    expect([slow > 0, slow < 10]).toEqual([true, true]);
    const strong = await run(wangBuzsaki({ i_in: 10, integrator: 'rk4' }), 0.02, 500);
    expect(strong.times.length / 0.5).toBeGreaterThan(250);
    const one = await run(wangBuzsaki({ i_in: 1, integrator: 'rk4' }), 0.02, 500);
    expect(Math.min(...one.values.slice(2000))).toBeCloseTo(-66.7, 0);
  });
});

describe('connor-stevens', () => {
  it('follows an independent Runge-Kutta method', async () => {
    const rates = (v: number) => {
      const m = [(0.38 * (v + 29.7)) / (1 - exp(-0.1 * (v + 29.7))), 15.2 * exp(-0.0556 * (v + 54.7))];
      const h = [0.266 * exp(-0.05 * (v + 48)), 3.8 / (1 + exp(-0.1 * (v + 18)))];
      const n = [(0.02 * (v + 45.7)) / (1 - exp(-0.1 * (v + 45.7))), 0.25 * exp(-0.0125 * (v + 55.7))];
      const a = Math.cbrt((0.0761 * exp(0.0314 * (v + 94.22))) / (1 + exp(0.0346 * (v + 1.17))));
      const b = (1 / (1 + exp(0.0688 * (v + 53.3)))) ** 4;
      return { m, h, n, a, b };
    };
    const f = ([v, m, h, n, a, b]: readonly number[]) => {
      const r = rates(v);
      const current = 120 * m ** 3 * h * (v - 55) + 20 * n ** 4 * (v + 72) + 47.7 * a ** 3 * b * (v + 75) + 0.3 * (v + 17);
      const gate = ([alpha, beta]: readonly number[], x: number) => alpha * (1 - x) - beta * x;
      const [ta, tb] = [0.3632 + 1.158 / (1 + exp(0.0497 * (v + 55.96))), 1.24 + 2.678 / (1 + exp(0.0624 * (v + 50)))];
      return [12 - current, gate(r.m, m), gate(r.h, h), gate(r.n, n), (r.a - a) / ta, (r.b - b) / tb];
    };
    const r = rates(-68);
    const start = [-68, balance(r.m[0], r.m[1]), balance(r.h[0], r.h[1]), balance(r.n[0], r.n[1]), r.a, r.b];
    await expectTrace(connorStevens({ i_in: 12, integrator: 'rk4' }), rungeKutta(f, start, 0.01, 6000), 0.01, 1e-6);
  });

  it('begins to fire at low rates, and not without the A-type current', async () => {
    const slowest = async (currents: readonly number[], model: (i_in: number) => Neuron) => {
      for (const i_in of currents) {
        const { times } = await run(model(i_in), 0.01, 700);
        if (times.length > 2) return Math.max(...intervalsOf(times).slice(1));
      }
      return Number.NaN;
    };
    const withA = await slowest([8, 8.3, 8.6], (i_in) => connorStevens({ i_in, integrator: 'rk4' }));
    // Where the A-type current is replaced by leak of the same resting potential.
    const without = await slowest([5, 6, 7, 8, 9, 10], (i_in) => connorStevens({ i_in, 'a.g': 0, 'leak.e': -72, integrator: 'rk4' }));
    expect(withA).toBeGreaterThan(90);
    expect(without).toBeLessThan(20);
  });
});
