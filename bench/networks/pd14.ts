import { defineNeuron, fixedTotal, Network, quantity } from 'spikeloom';
import { poissonInput, staticSynapse } from 'spikeloom/models';
import type { StandardOptions } from './variant.ts';

/** The populations at full scale: cells, inputs from outside, mean and standard deviation of the potential at the start (mV), and the rate (Hz). */
const POPULATIONS = [
  { name: 'L23E', size: 20_683, outside: 1600, start: [-68.28, 5.36], rate: 0.903 },
  { name: 'L23I', size: 5834, outside: 1500, start: [-63.16, 4.57], rate: 2.965 },
  { name: 'L4E', size: 21_915, outside: 2100, start: [-63.33, 4.74], rate: 4.414 },
  { name: 'L4I', size: 5479, outside: 1900, start: [-63.45, 4.94], rate: 5.876 },
  { name: 'L5E', size: 4850, outside: 2000, start: [-63.11, 4.94], rate: 7.569 },
  { name: 'L5I', size: 1065, outside: 1900, start: [-61.66, 4.55], rate: 8.633 },
  { name: 'L6E', size: 14_395, outside: 2900, start: [-66.72, 5.46], rate: 1.105 },
  { name: 'L6I', size: 2948, outside: 2100, start: [-61.43, 4.48], rate: 7.829 },
] as const;

/** The probability that two cells are joined at all: a row for each target, a column for each source. */
const PROBABILITIES = [
  [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0],
  [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
  [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0],
  [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
  [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0],
  [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
  [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
  [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
] as const;

/** Cells at full scale. */
const FULL = POPULATIONS.reduce((n, { size }) => n + size, 0);
/** pA, for a potential of 0.15 mV. */
const WEIGHT = 87.8;
/** ms */
const TAU_SYN = 0.5;
/** Hz, of each input from outside. */
const OUTSIDE = 8;

const neuron = defineNeuron({
  name: 'integrate and fire with currents of one time constant',
  citation: 'Potjans T C, Diesmann M (2014) Cereb Cortex 24:785-806',
  quantities: {
    v: quantity(-65, 'mV', 'membrane potential'),
    i_syn: quantity(0, 'pA', 'synaptic current'),
    e_leak: quantity(-65, 'mV', 'resting potential'),
    v_th: quantity(-50, 'mV', 'threshold'),
    v_reset: quantity(-65, 'mV', 'reset potential'),
    c_m: quantity(250, 'pF', 'capacitance'),
    tau_m: quantity(10, 'ms', 'time constant of the membrane'),
    tau_syn: quantity(TAU_SYN, 'ms', 'decay of synaptic currents'),
    t_ref: quantity(2, 'ms', 'refractory period'),
    i_in: quantity(0, 'pA', 'constant current'),
  },
  equations: `
    dv/dt = (e_leak - v) / tau_m + (i_syn + i_in) / c_m (unless refractory)
    di_syn/dt = -i_syn / tau_syn
  `,
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exact',
});

/** Synapses onto one cell at full scale, and the mean weight of each, pA. */
function inputs(target: number, source: number): { readonly degree: number; readonly weight: number } {
  const pairs = POPULATIONS[source].size * POPULATIONS[target].size;
  // So many synapses, drawn one by one, join a given pair at least once with the probability of the table.
  const total = Math.round(Math.log(1 - PROBABILITIES[target][source]) / Math.log(1 - 1 / pairs));
  const fromL4EtoL23E = target === 0 && source === 2;
  return { degree: total / POPULATIONS[target].size, weight: isInhibitory(source) ? -4 * WEIGHT : fromL4EtoL23E ? 2 * WEIGHT : WEIGHT };
}

function isInhibitory(population: number): boolean {
  return population % 2 === 1;
}

/**
 * The cortical column of Potjans and Diesmann (2014), of n cells in all: 77 169 at full scale. Smaller ones have cells and inputs
 * in proportion, weights larger by the root of that, and a constant current in the place of the mean input that is missing then
 * (van Albada, Helias, Diesmann 2015, PLoS Comput Biol 11:e1004490). There is one definition of it.
 */
export function pd14(n = FULL / 10, { seed = 1 }: StandardOptions = {}): Network {
  const scale = n / FULL;
  const root = Math.sqrt(scale);
  const network = new Network({ dt: 0.1, seed });
  const populations = POPULATIONS.map(({ name, size, outside, start: [mean, sd] }, target) => {
    // pA Hz: over all inputs of a cell at full scale.
    const within = POPULATIONS.map(({ rate }, source) => inputs(target, source).degree * inputs(target, source).weight * rate);
    const drive = within.reduce((a, b) => a + b, outside * OUTSIDE * WEIGHT);
    const model = neuron({ i_in: (1 - root) * (TAU_SYN / 1000) * drive });
    const cells = network.population(name, model, Math.max(1, Math.round(size * scale))).set({ v: `normal(${mean}, ${sd})` });
    network.stimulate(cells, poissonInput({ target: 'i_syn', rate: outside * scale * OUTSIDE, w: WEIGHT / root }));
    return cells;
  });
  for (const [target, to] of populations.entries()) {
    for (const [source, from] of populations.entries()) {
      const { degree, weight } = inputs(target, source);
      const total = Math.round(degree * scale * to.size);
      if (total === 0) continue;
      const delay = isInhibitory(source) ? 0.75 : 1.5;
      network.connect(from, to, staticSynapse({ target: 'i_syn' }), fixedTotal(total, { multapses: true })).set({
        w: `normal(${weight / root}, ${Math.abs(weight / root) / 10})`,
        delay: `truncated(normal(${delay}, ${delay / 2}), 0.1, 100)`,
      });
    }
  }
  for (const cells of populations) network.recordSpikes(cells);
  return network;
}
