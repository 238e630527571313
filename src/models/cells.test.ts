import { describe, expect, it } from 'vitest';
import { Network, type Neuron, type Population, simulate } from '../index.ts';
import { ampa, destexheTransmitter, gatesAtZero, hodgkinHuxley, izhikevich, leak, leakyIntegrateAndFire, morrisLecar } from './index.ts';

const CASES = [
  { precision: 'f32', tolerance: 1e-3 },
  { precision: 'f64', tolerance: 1e-9 },
] as const;

/** One cell in a network of its own. */
function cellOf(model: Neuron, dt: number): { readonly network: Network; readonly cell: Population<Neuron> } {
  const network = new Network({ dt });
  const cell = network.population('cell', model, 1);
  network.record(cell, 'v').recordSpikes(cell);
  return { network, cell };
}

async function spikeTimes(model: Neuron, dt: number, duration: number): Promise<number[]> {
  const { network, cell } = cellOf(model, dt);
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(duration);
  return [...simulation.recordings.spikes(cell).times];
}

describe('leaky integrate-and-fire', () => {
  it.each(CASES)('follows the closed form at any step in $precision', async ({ precision, tolerance }) => {
    for (const integrator of ['exponential-euler', 'exact'] as const) {
      for (const dt of [0.1, 2.5]) {
        const { network, cell } = cellOf(leakyIntegrateAndFire({ i_in: 150, integrator }), dt);
        const simulation = await simulate(network, { precision });
        await simulation.run(50);
        const { times, values } = simulation.recordings.trace(cell, 'v');
        values.forEach((v, i) => expect(Math.abs(v - (-60 - 15 * Math.exp(-times[i] / 10)))).toBeLessThan(tolerance));
      }
    }
  });

  it('fires at intervals of t_ref + tau ln(I R / (I R - (v_th - e_leak)))', async () => {
    const times = await spikeTimes(leakyIntegrateAndFire({ i_in: 300, t_ref: 3 }), 0.01, 200);
    const interval = 3 + 10 * Math.log(30 / (30 - 20));
    expect(times.length).toBe(14);
    times.forEach((t, i) => expect(Math.abs(t - (interval * (i + 1) - 3))).toBeLessThan(0.01 * (i + 1) + 1e-9));
  });

  it("is silent below threshold, and 'exact' refuses receptors by naming the term", async () => {
    expect(await spikeTimes(leakyIntegrateAndFire({ i_in: 199 }), 0.1, 500)).toEqual([]);
    const { network } = cellOf(leakyIntegrateAndFire({ integrator: 'exact', receptors: { ampa: ampa() } }), 0.1);
    await expect(simulate(network)).rejects.toThrow(/'exact'/);
  });
});

describe('izhikevich', () => {
  it('spikes regularly with adaptation, as in the paper', async () => {
    const times = await spikeTimes(izhikevich({ i_in: 10 }), 0.1, 1000);
    const intervals = times.slice(1).map((t, i) => t - times[i]);
    expect(times.length).toBeGreaterThan(15);
    expect(times.length).toBeLessThan(35);
    expect(intervals[0]).toBeLessThan(0.75 * (intervals.at(-1) ?? 0));
  });

  it('bursts with the parameters of the chattering cell', async () => {
    const times = await spikeTimes(izhikevich({ i_in: 10, c: -50, d: 2 }), 0.1, 500);
    const intervals = times.slice(1).map((t, i) => t - times[i]);
    expect(Math.min(...intervals)).toBeLessThan(6);
    expect(Math.max(...intervals)).toBeGreaterThan(20);
  });
});

describe('hodgkin-huxley', () => {
  it('rests at -65 mV with its gates at their steady state', async () => {
    const { network, cell } = cellOf(hodgkinHuxley(), 0.01);
    const simulation = await simulate(network, { precision: 'f64' });
    const gate = (name: 'na.m' | 'na.h' | 'k.n') => simulation.get(cell, name)[0];
    expect(gate('na.m')).toBeCloseTo(0.0529, 4);
    expect(gate('na.h')).toBeCloseTo(0.5961, 4);
    expect(gate('k.n')).toBeCloseTo(0.3177, 4);
    await simulation.run(100);
    for (const v of simulation.recordings.trace(cell, 'v').values) expect(Math.abs(v + 65)).toBeLessThan(0.01);
    expect(simulation.recordings.spikes(cell).times).toHaveLength(0);
  });

  it('makes one spike of its own where the gates start at 0', async () => {
    expect(await spikeTimes(hodgkinHuxley(gatesAtZero), 0.01, 100)).toHaveLength(1);
  });

  it('fires with about 68 Hz at 10 uA/cm^2, whatever the integrator', async () => {
    const rates = [];
    for (const integrator of ['exponential-euler', 'euler', 'heun', 'rk4'] as const) {
      const times = await spikeTimes(hodgkinHuxley({ i_in: 10, integrator }), 0.01, 500);
      rates.push((1000 * (times.length - 3)) / ((times.at(-1) ?? 0) - times[2]));
    }
    for (const rate of rates) expect(Math.abs(rate - 68.3)).toBeLessThan(0.7);
  });

  it.each(CASES)('has finite rates where their formulas are 0 / 0 in $precision', async ({ precision }) => {
    const network = new Network({ dt: 0.01 });
    const cells = network.population('cells', hodgkinHuxley(), 4).set({ v: [-40, -55, -40 + 1e-6, -55 - 1e-6] });
    const simulation = await simulate(network, { precision });
    const alphaM = simulation.get(cells, 'na.alpha_m');
    const alphaN = simulation.get(cells, 'k.alpha_n');
    for (const i of [0, 2]) expect(alphaM[i]).toBeCloseTo(1, 5);
    for (const i of [1, 3]) expect(alphaN[i]).toBeCloseTo(0.1, 5);
    await simulation.run(5);
    for (const name of ['v', 'na.m', 'na.h', 'k.n'] as const) expect(simulation.get(cells, name).every(Number.isFinite)).toBe(true);
  });

  it('takes another channel in one line', async () => {
    const shunted = hodgkinHuxley({ i_in: 10, channels: { shunt: leak({ g: 2, e: -65 }) } });
    expect((await spikeTimes(shunted, 0.01, 200)).length).toBeLessThan((await spikeTimes(hodgkinHuxley({ i_in: 10 }), 0.01, 200)).length);
  });
});

describe('morris-lecar', () => {
  it('fires above its threshold current only, with its gate starting at steady state', async () => {
    const { network, cell } = cellOf(morrisLecar({ i_in: 100 }), 0.01);
    const simulation = await simulate(network, { precision: 'f64' });
    expect(simulation.get(cell, 'k.n')).toEqual(simulation.get(cell, 'k.n_ss'));
    expect(await spikeTimes(morrisLecar({ i_in: 20 }), 0.01, 300)).toEqual([]);
    expect((await spikeTimes(morrisLecar({ i_in: 100 }), 0.01, 300)).length).toBeGreaterThan(5);
  });
});

describe('every cell', () => {
  const parts = { transmitters: { glutamate: destexheTransmitter() }, receptors: { ampa: ampa() } };
  const cells: readonly { readonly name: string; readonly model: Neuron }[] = [
    { name: 'leaky integrate-and-fire', model: leakyIntegrateAndFire({ ...parts, i_in: 300 }) },
    { name: 'izhikevich', model: izhikevich({ ...parts, i_in: 10 }) },
    { name: 'hodgkin-huxley', model: hodgkinHuxley({ ...parts, i_in: 10 }) },
    { name: 'morris-lecar', model: morrisLecar({ ...parts, i_in: 100 }) },
  ];

  it.each(cells)('$name gives the same bits on both backends, and stays finite', async ({ model }) => {
    for (const precision of ['f32', 'f64'] as const) {
      const bits = [];
      for (const backend of ['js', 'wasm'] as const) {
        const { network, cell } = cellOf(model, 0.02);
        const simulation = await simulate(network, { backend, precision });
        await simulation.run(40);
        expect(simulation.recordings.spikes(cell).times.length).toBeGreaterThan(0);
        bits.push(Buffer.from(simulation.recordings.trace(cell, 'v').values.buffer).toString('hex'));
      }
      expect(bits[0]).toBe(bits[1]);
    }
  });
});
