import { defineNeuron, Network, quantity } from 'spikeloom';
import { traubMiles } from 'spikeloom/models';
import { connectByChance, connectByDegree, kickStart } from './sparse.ts';
import { excitatory, type StandardOptions } from './variant.ts';

const neuron = defineNeuron({
  name: 'Hodgkin-Huxley after Traub and Miles',
  citation: 'Brette R et al. (2007) J Comput Neurosci 23:349-398, benchmark 3; Traub R D, Miles R (1991) Neuronal Networks of the Hippocampus',
  quantities: {
    v: quantity(-60, 'mV', 'membrane potential'),
    m: quantity(0, '1', 'activation of sodium'),
    n: quantity(0, '1', 'activation of potassium'),
    h: quantity(0, '1', 'inactivation of sodium'),
    g_ex: quantity(0, 'nS', 'excitatory conductance'),
    g_in: quantity(0, 'nS', 'inhibitory conductance'),
    c_m: quantity(200, 'pF', 'capacitance'),
    g_leak: quantity(10, 'nS', 'leak conductance'),
    g_na: quantity(20_000, 'nS', 'maximal conductance of sodium'),
    g_kd: quantity(6000, 'nS', 'maximal conductance of potassium'),
    e_leak: quantity(-60, 'mV', 'reversal potential of the leak'),
    e_na: quantity(50, 'mV', 'reversal potential of sodium'),
    e_k: quantity(-90, 'mV', 'reversal potential of potassium'),
    e_ex: quantity(0, 'mV', 'reversal potential of excitation'),
    e_in: quantity(-80, 'mV', 'reversal potential of inhibition'),
    v_t: quantity(-63, 'mV', 'shifts the rates of the gates'),
    v_th: quantity(-20, 'mV', 'threshold at which a spike is counted'),
    tau_ex: quantity(5, 'ms', 'decay of excitatory conductances'),
    tau_in: quantity(10, 'ms', 'decay of inhibitory conductances'),
    t_ref: quantity(3, 'ms', 'for so long after a spike none is counted'),
  },
  equations: `
    i_na = g_na * m^3 * h * (v - e_na)
    i_kd = g_kd * n^4 * (v - e_k)
    dv/dt = (g_leak * (e_leak - v) + g_ex * (e_ex - v) + g_in * (e_in - v) - i_na - i_kd) / c_m
    dm/dt = a_m * (1 - m) - b_m * m
    dn/dt = a_n * (1 - n) - b_n * n
    dh/dt = a_h * (1 - h) - b_h * h
    dg_ex/dt = -g_ex / tau_ex
    dg_in/dt = -g_in / tau_in
    a_m = 1.28[1/ms] / exprel((13[mV] - v + v_t) / 4[mV])
    b_m = 1.4[1/ms] / exprel((v - v_t - 40[mV]) / 5[mV])
    a_h = 0.128[1/ms] * exp((17[mV] - v + v_t) / 18[mV])
    b_h = 4[1/ms] / (1 + exp((40[mV] - v + v_t) / 5[mV]))
    a_n = 0.16[1/ms] / exprel((15[mV] - v + v_t) / 5[mV])
    b_n = 0.5[1/ms] * exp((10[mV] - v + v_t) / 40[mV])
  `,
  spike: 'v > v_th',
  refractory: 't_ref',
  integrator: 'exponential-euler',
});

const WEIGHTS = { excitatory: { target: 'g_ex', w: 6 }, inhibitory: { target: 'g_in', w: 67 } } as const;

/** Benchmark 3 of Brette et al. (2007): Hodgkin-Huxley neurons coupled by exponential conductances, 80 inputs each. */
export function cobahh(n = 4000, { variant = 'peer', seed = 1 }: StandardOptions = {}): Network {
  const network = new Network({ dt: 0.1, seed });
  if (variant === 'peer') {
    const start = { v: '-65 + 5 * normal()', g_ex: '10 * (4 + 1.5 * normal())', g_in: '10 * (20 + 12 * normal())' };
    const cells = network.population('cells', neuron(), n).set(start);
    connectByChance(network, cells, 80, { ...WEIGHTS, delay: 0 });
    return network.recordSpikes(cells);
  }
  const border = excitatory(n);
  const E = network.population('E', traubMiles({ v: -70 }), border);
  const I = network.population('I', traubMiles({ v: -70 }), n - border);
  const coupling = { ...WEIGHTS, delay: 0.1 };
  connectByDegree(network, { E, I }, { E: 64, I: 16 }, coupling);
  kickStart(network, E.slice(0, 50), coupling);
  return network.recordSpikes(E).recordSpikes(I);
}
