import { describe, expect, it } from 'vitest';
import { defineNeuron, Network, type Neuron, quantity, type Receptor, simulate, type Transmitter } from '../index.ts';
import {
  ampa,
  approximateReceptor,
  approximateTransmitter,
  chemical,
  defaultReceptor,
  destexheTransmitter,
  discreteSpikeTransmitter,
  exponentialDecayReceptor,
  exponentialDecayTransmitter,
  gaba,
  gabaB,
  gabaBRates,
  hodgkinHuxley,
  nmda,
  presetTrain,
} from './index.ts';

/** Concentration after each step of a cell that spikes in steps 10 and 30. */
async function concentration(glutamate: Transmitter, dt: number, duration: number): Promise<number[]> {
  const network = new Network({ dt });
  const train = network.population('train', presetTrain({ times: [11 * dt, 31 * dt], transmitters: { glutamate } }), 1);
  network.record(train, 'glutamate.conc');
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(duration);
  return Array.from(simulation.recordings.trace(train, 'glutamate.conc').values);
}

describe('transmitters', () => {
  it('exponential decay keeps exp(-dt / tau) a step, whatever dt', async () => {
    for (const dt of [0.05, 0.1, 1]) {
      const conc = await concentration(exponentialDecayTransmitter({ tau_decay: 3 }), dt, 40 * dt);
      expect(conc.slice(0, 10)).toEqual(new Array(10).fill(0));
      expect(conc[10]).toBe(1);
      for (let k = 11; k < 30; k++) expect(conc[k]).toBeCloseTo(Math.exp((-(k - 10) * dt) / 3), 12);
      // A second spike finds some left: never more than t_max.
      expect(conc[30]).toBe(1);
    }
  });

  it('approximate is cleared linearly and never exceeds t_max', async () => {
    const conc = await concentration(approximateTransmitter({ t_max: 0.5, clearance: 0.2 }), 0.1, 4);
    expect(conc[9]).toBe(0);
    expect(conc[10]).toBe(0.5);
    for (let k = 11; k < 30; k++) expect(conc[k]).toBeCloseTo(0.5 * (1 - 0.02) ** (k - 10), 12);
    expect(conc[30]).toBe(0.5);
  });

  it('discrete spike is there for one step', async () => {
    const conc = await concentration(discreteSpikeTransmitter({ t_max: 2 }), 0.1, 4);
    expect(conc).toEqual(Array.from({ length: 40 }, (_, k) => (k === 10 || k === 30 ? 2 : 0)));
  });

  it('release in the step after the spike where lag is 1', async () => {
    for (const make of [approximateTransmitter, discreteSpikeTransmitter, exponentialDecayTransmitter]) {
      const [now, later] = [await concentration(make({ lag: 0 }), 0.1, 4), await concentration(make({ lag: 1 }), 0.1, 4)];
      expect(later).toEqual([0, ...now.slice(0, -1)]);
      expect(Math.max(...now)).toBe(1);
    }
  });

  it('destexhe follows the presynaptic voltage', async () => {
    const network = new Network({ dt: 0.01 });
    const model = hodgkinHuxley({ i_in: 10, transmitters: { glutamate: destexheTransmitter({ t_max: 2 }) } });
    const cells = network.population('cells', model, 1);
    network.record(cells, 'v').record(cells, 'glutamate.conc');
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(20);
    const v = simulation.recordings.trace(cells, 'v').values;
    const conc = simulation.recordings.trace(cells, 'glutamate.conc').values;
    conc.forEach((c, k) => expect(c).toBeCloseTo(2 / (1 + Math.exp(-(v[k] - 2) / 5)), 12));
    expect(Math.max(...conc)).toBeGreaterThan(1.9);
  });
});

/** A membrane that neither moves nor spikes. */
const clamped = defineNeuron({
  name: 'clamped',
  quantities: { v: quantity(-65, 'mV', 'membrane potential') },
});

/** A source with constant concentration. */
const constant = (conc: number): Neuron => clamped({ transmitters: { glutamate: destexheTransmitter({ conc, t_max: conc, v_p: -1e4 }) } });

/** Values of a receptor of a clamped cell after each step, with a constant concentration. */
async function openings(
  receptor: Receptor,
  name: string,
  options: { readonly conc: number; readonly dt: number; readonly steps: number; readonly v?: number },
) {
  const network = new Network({ dt: options.dt });
  const source = network.population('source', constant(options.conc), 1);
  const cell = network.population('cell', clamped({ v: options.v ?? -65, integrator: 'exponential-euler', receptors: { receptor } }) as Neuron, 1);
  network.connect(source, cell, chemical());
  network.record(cell, `receptor.${name}`);
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(options.steps * options.dt);
  return Array.from(simulation.recordings.trace(cell, `receptor.${name}`).values);
}

describe('receptors', () => {
  it('destexhe binds to its closed form, at any step', async () => {
    for (const dt of [0.1, 2]) {
      const r = await openings(ampa(), 'r', { conc: 0.5, dt, steps: 20 });
      const [rate, end] = [1.1 * 0.5 + 0.19, (1.1 * 0.5) / (1.1 * 0.5 + 0.19)];
      r.forEach((x, k) => expect(x).toBeCloseTo(end * (1 - Math.exp(-rate * dt * (k + 1))), 12));
    }
  });

  it('approximate follows the concentration, exponential decay adds and forgets', async () => {
    expect(await openings(ampa(approximateReceptor({ conc_full: 2 })), 'r', { conc: 0.5, dt: 0.1, steps: 2 })).toEqual([0.25, 0.25]);
    const r = await openings(ampa(exponentialDecayReceptor({ tau_close: 4, r_max: 0.9 })), 'r', { conc: 0.3, dt: 1, steps: 8 });
    let expected = 0;
    for (const x of r) {
      expected = Math.min(expected * Math.exp(-1 / 4) + 0.3, 0.9);
      expect(x).toBeCloseTo(expected, 12);
    }
    expect(r.at(-1)).toBe(0.9);
  });

  it('pass g r (v - e), outward positive', async () => {
    const open = approximateReceptor();
    const options = { conc: 0.5, dt: 0.1, steps: 1, v: -50 };
    expect((await openings(ampa(open, { g: 2 }), 'current', options))[0]).toBeCloseTo(2 * 0.5 * -50, 12);
    expect((await openings(gaba(open, { g: 2, transmitter: 'glutamate' }), 'current', options))[0]).toBeCloseTo(2 * 0.5 * 30, 12);
  });

  it('NMDA is blocked by magnesium at rest and freed by depolarisation', async () => {
    for (const [mg, half] of [
      [1, 3.57],
      [0.3, 3.75],
    ] as const) {
      for (const v of [-80, -40, 0, 20]) {
        const [current] = await openings(nmda(approximateReceptor(), { mg, mg_half: half }), 'current', { conc: 1, dt: 0.1, steps: 1, v });
        expect(current).toBeCloseTo((0.6 * v) / (1 + (Math.exp(-0.062 * v) * mg) / half), 10);
      }
    }
  });

  it.each(Object.entries(gabaBRates))('GABA type B passes on what a G protein opens, %s', async (_, rates) => {
    const receptor = gabaB({ ...rates, g: 2, transmitter: 'glutamate' });
    const options = { conc: 0.5, dt: 0.5, steps: 2000 };
    const [r, s, current] = [
      await openings(receptor, 'r', options),
      await openings(receptor, 's', options),
      await openings(receptor, 'current', options),
    ];
    const rate = rates.alpha * 0.5 + rates.beta;
    const end = (rates.alpha * 0.5) / rate;
    r.forEach((x, k) => expect(x).toBeCloseTo(end * -Math.expm1(-rate * (k + 1) * 0.5), 10));
    // The closed form of the chain, which steps follow to their order.
    const chain = (t: number) => {
      const rising = -Math.expm1(-rates.k4 * t) / rates.k4;
      return rates.k3 * end * (rising - (Math.exp(-rate * t) - Math.exp(-rates.k4 * t)) / (rates.k4 - rate));
    };
    s.forEach((x, k) => expect(Math.abs(x - chain((k + 1) * 0.5))).toBeLessThan(0.01 * ((rates.k3 * end) / rates.k4)));
    current.forEach((i, k) => expect(i).toBeCloseTo((2 * s[k] ** 4 * 30) / (s[k] ** 4 + 100), 9));
    expect(current.at(-1)).toBeGreaterThan(1);
  });

  it('of a cell with several transmitters each feel their own', async () => {
    const network = new Network({ dt: 0.1 });
    const conc = (t_max: number) => destexheTransmitter({ conc: t_max, t_max, v_p: -1e4 });
    const source = network.population('source', clamped({ transmitters: { glutamate: conc(0.3), gaba: conc(0.2), X: conc(0.1) } }), 2);
    const open = approximateReceptor();
    const receptors = { ampa: ampa(open), gaba: gaba(open), own: defaultReceptor(), other: defaultReceptor({ transmitter: 'Y' }) };
    const cell = network.population('cell', clamped({ receptors }), 1);
    network.connect(source, cell, chemical({ w: 2 }));
    network.connect(source, cell, chemical({ types: ['gaba'] }), undefined, { name: 'more' });
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(0.1);
    const r = Object.keys(receptors).map((name) => simulation.get(cell, `${name}.r` as 'ampa.r')[0]);
    [1.2, 1.2, 0.4, 0].forEach((expected, i) => expect(r[i]).toBeCloseTo(expected, 12));
  });

  it('feel nothing of a transmitter that is not theirs, and close again', async () => {
    const network = new Network({ dt: 0.1 });
    const source = network.population('source', constant(1), 1);
    const cell = network.population('cell', clamped({ receptors: { ampa: ampa(), gaba: gaba({ r: 0.5 }) } }), 1);
    network.connect(source, cell, chemical());
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(50);
    expect(simulation.get(cell, 'ampa.r')[0]).toBeGreaterThan(0.8);
    expect(simulation.get(cell, 'gaba.r')[0]).toBeLessThan(1e-3);
  });

  it('add up weighted concentrations of all sources, or their mean', async () => {
    const pooled = [];
    for (const normalize of ['sum', 'mean'] as const) {
      const network = new Network({ dt: 0.1 });
      const sources = network.population('sources', constant(0.5), 3);
      const cell = network.population('cell', clamped({ receptors: { ampa: ampa(approximateReceptor()) } }), 1, { normalize });
      network.connect(sources, cell, chemical()).set({ w: [1, 2, -0.5] });
      const simulation = await simulate(network, { precision: 'f64' });
      await simulation.run(0.1);
      pooled.push(simulation.get(cell, 'ampa.r')[0]);
    }
    expect(pooled[0]).toBeCloseTo(1.25, 12);
    expect(pooled[1]).toBeCloseTo(1.25 / 3, 12);
  });
});
