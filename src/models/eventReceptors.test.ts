import { describe, expect, it } from 'vitest';
import { allToAll, Network, type Neuron, simulate } from '../index.ts';
import {
  alphaGate,
  ampa,
  chemical,
  destexheTransmitter,
  doubleExponentialGate,
  exponentialGate,
  gaba,
  hodgkinHuxley,
  iafCondExp,
  iafPscDelta,
  iafPscExp,
  izhikevich,
  nmda,
  presetTrain,
  staticSynapse,
  synapticConductance,
  synapticCurrent,
} from './index.ts';

const { exp, log, abs, max } = Math;

/** A cell that gets one spike per target at 2 ms, and records something of itself. */
async function response(model: Neuron, to: Readonly<Record<string, number>>, names: readonly string[], { dt = 0.1, duration = 60 } = {}) {
  const network = new Network({ dt, duration });
  const cell = network.population('cell', model, 1);
  const train = network.population('train', presetTrain({ times: [2] }), 1);
  Object.entries(to).forEach(([target, w], i) => {
    network.connect(train, cell, staticSynapse({ target, w, delay: 0 }), allToAll(), { name: `to${i}` });
  });
  for (const name of names) network.record(cell, name);
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run();
  return names.map((name) => {
    const { times, values } = simulation.recordings.trace(cell, name);
    // From the spike on.
    const first = times.findIndex((t) => t > 2 - 1e-9);
    return { s: [...times.slice(first)].map((t) => t - 2), values: [...values.slice(first)] };
  });
}

/** By their definitions; peaks are those of the formula, found by its derivative. */
const GATES = [
  { name: 'exponentialGate', gate: exponentialGate({ tau: 4 }), r: (s: number): number => exp(-s / 4) },
  { name: 'alphaGate', gate: alphaGate({ tau: 3 }), r: (s: number): number => (s / 3) * exp(1 - s / 3) },
  { name: 'doubleExponentialGate', gate: doubleExponentialGate({ tau_rise: 1, tau_decay: 8 }), r: difference(1, 8) },
  { name: 'doubleExponentialGate, slow rise', gate: doubleExponentialGate({ tau_rise: 8, tau_decay: 1 }), r: difference(1, 8) },
  {
    name: 'doubleExponentialGate, equal',
    gate: doubleExponentialGate({ tau_rise: 3, tau_decay: 3 }),
    r: (s: number): number => (s / 3) * exp(1 - s / 3),
  },
] as const;

function difference(rise: number, decay: number): (s: number) => number {
  const at = (s: number): number => exp(-s / decay) - exp(-s / rise);
  const peak = ((rise * decay) / (decay - rise)) * log(decay / rise);
  return (s) => at(s) / at(peak);
}

describe.each(GATES)('$name', ({ name, gate, r }) => {
  it('opens by its closed form, with the weight as its peak', async () => {
    const cell = iafPscDelta({ receptors: { x: synapticCurrent(gate) }, v_th: 1e9 });
    const [{ s, values }] = await response(cell, { 'x.s': 2.5 }, ['x.r']);
    s.forEach((time, i) => {
      expect(abs(values[i] - 2.5 * r(time))).toBeLessThan(name.endsWith('slow rise') ? 1e-9 : 1e-11);
    });
    expect(abs(max(...values) - 2.5)).toBeLessThan(0.01);
  });

  it('makes currents in a neuron that stays exact, and conductances in others', async () => {
    const current = await response(iafPscDelta({ receptors: { x: synapticCurrent(gate, { i: 20 }) }, v_th: 1e9 }), { 'x.s': 3 }, ['v', 'x.current']);
    expect(current[1].values.every((i, k) => abs(i + 60 * r(current[1].s[k])) < 1e-9)).toBe(true);
    // The charge that came in has to be the charge that is there, or has leaked.
    const { values: v } = current[0];
    const dv = (v.at(-1) ?? 0) + 70;
    const leaked = v.slice(1).reduce((sum, x, i) => sum + 0.1 * ((x + v[i]) / 2 + 70), 0) / 10;
    const came = current[1].values.slice(1).reduce((sum, i, k) => sum - 0.1 * ((i + current[1].values[k]) / 2), 0) / 250;
    expect(abs(dv + leaked - came)).toBeLessThan(2e-3 * came);
    const receptor = synapticConductance(gate, { e: -20 });
    const [g, potential] = await response(iafCondExp({ receptors: { x: receptor }, v_th: 1e9 }), { 'x.s': 3 }, ['x.current', 'v']);
    g.values.forEach((i, k) => {
      expect(abs(i - 3 * r(g.s[k]) * (potential.values[k] + 20))).toBeLessThan(2e-2);
    });
  });
});

describe('receptors that spikes open', () => {
  it('block the current of NMDA receptors by magnesium, in any neuron that has a voltage', async () => {
    const neurons: readonly Neuron[] = [
      iafCondExp({ receptors: { nmda: nmda(doubleExponentialGate({ tau_rise: 2, tau_decay: 80 }), { g: 1 }) }, v_th: 1e9 }),
      hodgkinHuxley({ receptors: { nmda: nmda(doubleExponentialGate({ tau_rise: 2, tau_decay: 80 }), { g: 1 }) } }),
      izhikevich({ receptors: { nmda: nmda(doubleExponentialGate({ tau_rise: 2, tau_decay: 80 }), { g: 1 }) } }),
    ];
    for (const neuron of neurons) {
      const [{ s, values }, { values: v }] = await response(neuron, { 'nmda.s': 0.02 }, ['nmda.current', 'v'], { dt: 0.01, duration: 30 });
      const open = difference(2, 80);
      s.forEach((time, i) => {
        // Jahr and Stevens 1990.
        const expected = (0.02 * open(time) * v[i]) / (1 + exp(-0.062 * v[i]) / 3.57);
        expect(abs(values[i] - expected)).toBeLessThan(1e-3 * 0.02 * 70);
      });
    }
  });

  it('stand side by side in one neuron, each with synapses of its own', async () => {
    const network = new Network({ dt: 0.1, duration: 40 });
    const cell = network.population(
      'cell',
      iafCondExp({
        receptors: {
          ampa: ampa(exponentialGate({ tau: 5 }), { g: 1 }),
          nmda: nmda(alphaGate({ tau: 20 }), { g: 1 }),
          gaba: gaba(doubleExponentialGate({ tau_rise: 1, tau_decay: 8 }), { g: 1 }),
          kick: synapticCurrent(alphaGate({ tau: 1 })),
        },
        v_th: 1e9,
      }),
      1,
    );
    const trains = network.population('trains', presetTrain(), 2).set({ times: [[2], [4]] });
    const weights = { 'ampa.s': 6, 'nmda.s': 3, 'gaba.s': 2, 'kick.s': 50, g_ex: 4, g_in: 5, v: 1.5 };
    for (const [target, w] of Object.entries(weights)) {
      network.connect(trains, cell, staticSynapse({ target, w, delay: 1 }), allToAll(), { name: `to_${target.replace('.', '_')}` });
    }
    for (const name of ['ampa.r', 'nmda.r', 'gaba.r', 'kick.r', 'g_ex', 'g_in'] as const) network.record(cell, name);
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run();
    const since = (s: number, f: (s: number) => number): number => (s < -1e-9 ? 0 : f(max(s, 0)));
    const both = (t: number, f: (s: number) => number): number => since(t - 3, f) + since(t - 5, f);
    const expected = {
      'ampa.r': (t: number) => 6 * both(t, (s) => exp(-s / 5)),
      'nmda.r': (t: number) => 3 * both(t, (s) => (s / 20) * exp(1 - s / 20)),
      'gaba.r': (t: number) => 2 * both(t, difference(1, 8)),
      'kick.r': (t: number) => 50 * both(t, (s) => s * exp(1 - s)),
      g_ex: (t: number) => 4 * both(t, (s) => exp(-s / 0.2)),
      g_in: (t: number) => 5 * both(t, (s) => exp(-s / 2)),
    };
    for (const [name, f] of Object.entries(expected)) {
      const { times, values } = simulation.recordings.trace(cell, name as 'g_ex');
      const peak = max(...times.map(f));
      // By Runge-Kutta.
      times.forEach((t, i) => {
        expect(abs(values[i] - f(t)), `${name} at ${t}`).toBeLessThan(1e-3 * peak);
      });
    }
  });

  it('keep the integration of a linear neuron exact', async () => {
    const slow = iafPscExp({ receptors: { slow: synapticCurrent(alphaGate({ tau: 10 })) }, tau_m: 10, v_th: 1e9 });
    const [{ s, values }] = await response(slow, { 'slow.s': 30 }, ['v']);
    // The singular case: tau_m = tau.
    s.forEach((time, i) => {
      expect(abs(values[i] + 70 - (30 * Math.E * time * time * exp(-time / 10)) / (2 * 10 * 250))).toBeLessThan(1e-11);
    });
  });

  it('are named where a synapse adds to what follows from them', async () => {
    const network = new Network();
    const cell = network.population('cell', iafCondExp({ receptors: { ampa: ampa(alphaGate()) } }), 1);
    network.connect(network.population('train', presetTrain(), 1), cell, staticSynapse({ target: 'ampa.r' }));
    await expect(simulate(network)).rejects.toThrow(
      "'ampa.r', which synapse 'staticSynapse' adds to, is neither a port nor a variable of model 'iafCondExp'",
    );
    await expect(simulate(network)).rejects.toThrow("Did you mean 'ampa.s'?");
  });

  it('feel no transmitter, which is said', async () => {
    const network = new Network();
    const source = network.population('source', izhikevich({ transmitters: { glutamate: destexheTransmitter() } }), 1);
    const cell = network.population('cell', iafCondExp({ receptors: { ampa: ampa(alphaGate()) } }), 1);
    network.connect(source, cell, chemical());
    const { warnings } = await simulate(network);
    expect(warnings.map(({ message }) => message)).toContain(
      "the projection does nothing: 'source' releases no transmitter that 'cell' has a receptor for",
    );
  });
});
