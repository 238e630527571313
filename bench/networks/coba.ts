import { defineNeuron, Network, quantity } from 'spikeloom';
import { iafCondExp } from 'spikeloom/models';
import { connectByChance, connectByDegree, kickStart } from './sparse.ts';
import { excitatory, type StandardOptions } from './variant.ts';

/** Conductances in units of the leak. */
const neuron = defineNeuron({
  name: 'integrate and fire with conductances',
  citation: 'Brette R et al. (2007) J Comput Neurosci 23:349-398, benchmark 1; Vogels T P, Abbott L F (2005) J Neurosci 25:10786-10795',
  quantities: {
    v: quantity(-60, 'mV', 'membrane potential'),
    g_ex: quantity(0, '1', 'excitatory conductance'),
    g_in: quantity(0, '1', 'inhibitory conductance'),
    e_leak: quantity(-60, 'mV', 'resting potential'),
    e_ex: quantity(0, 'mV', 'reversal potential of excitation'),
    e_in: quantity(-80, 'mV', 'reversal potential of inhibition'),
    v_th: quantity(-50, 'mV', 'threshold'),
    v_reset: quantity(-60, 'mV', 'reset potential'),
    tau_m: quantity(20, 'ms', 'time constant of the membrane'),
    tau_ex: quantity(5, 'ms', 'decay of excitatory conductances'),
    tau_in: quantity(10, 'ms', 'decay of inhibitory conductances'),
    t_ref: quantity(5, 'ms', 'refractory period'),
  },
  equations: `
    dv/dt = (g_ex * (e_ex - v) + g_in * (e_in - v) + e_leak - v) / tau_m (unless refractory)
    dg_ex/dt = -g_ex / tau_ex
    dg_in/dt = -g_in / tau_in
  `,
  spike: 'v > v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exponential-euler',
});

const WEIGHTS = { excitatory: { target: 'g_ex', w: 0.6 }, inhibitory: { target: 'g_in', w: 6.7 } } as const;

/** Benchmark 1 of Brette et al. (2007): integrate-and-fire neurons coupled by exponential conductances, 80 inputs each. */
export function coba(n = 4000, { variant = 'peer', seed = 1 }: StandardOptions = {}): Network {
  const network = new Network({ dt: 0.1, seed });
  if (variant === 'peer') {
    const start = { v: '-65 + 5 * normal()', g_ex: '4 + 1.5 * normal()', g_in: '20 + 12 * normal()' };
    const cells = network.population('cells', neuron(), n).set(start);
    connectByChance(network, cells, 80, { ...WEIGHTS, delay: 0 });
    return network.recordSpikes(cells);
  }
  const border = excitatory(n);
  const model = iafCondExp({
    ...{ v: -70, v_th: -50, v_reset: -60, e_leak: -60, e_ex: 0, e_in: -80, c_m: 200, g_leak: 10, t_ref: 5 },
    ...{ tau_syn_ex: 5, tau_syn_in: 10 },
  });
  const E = network.population('E', model, border);
  const I = network.population('I', model, n - border);
  const coupling = { excitatory: { target: 'g_ex', w: 6 }, inhibitory: { target: 'g_in', w: 67 }, delay: 0.1 };
  connectByDegree(network, { E, I }, { E: 64, I: 16 }, coupling);
  kickStart(network, E.slice(0, 50), coupling);
  return network.recordSpikes(E).recordSpikes(I);
}
