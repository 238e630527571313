import { defineNeuron, Network, quantity } from 'spikeloom';
import { iafPscExp } from 'spikeloom/models';
import { connectByChance, connectByDegree, kickStart } from './sparse.ts';
import { excitatory, type StandardOptions } from './variant.ts';

const neuron = defineNeuron({
  name: 'integrate and fire with currents',
  citation: 'Brette R et al. (2007) J Comput Neurosci 23:349-398, benchmark 2; Vogels T P, Abbott L F (2005) J Neurosci 25:10786-10795',
  quantities: {
    v: quantity(-60, 'mV', 'membrane potential'),
    i_ex: quantity(0, 'mV', 'excitatory current, as the voltage that it would hold'),
    i_in: quantity(0, 'mV', 'inhibitory current, likewise'),
    e_leak: quantity(-49, 'mV', 'resting potential'),
    v_th: quantity(-50, 'mV', 'threshold'),
    v_reset: quantity(-60, 'mV', 'reset potential'),
    tau_m: quantity(20, 'ms', 'time constant of the membrane'),
    tau_ex: quantity(5, 'ms', 'decay of excitatory currents'),
    tau_in: quantity(10, 'ms', 'decay of inhibitory currents'),
    t_ref: quantity(5, 'ms', 'refractory period'),
  },
  equations: `
    dv/dt = (i_ex + i_in + e_leak - v) / tau_m (unless refractory)
    di_ex/dt = -i_ex / tau_ex
    di_in/dt = -i_in / tau_in
  `,
  spike: 'v > v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exact',
});

const WEIGHTS = { excitatory: { target: 'i_ex', w: 1.62 }, inhibitory: { target: 'i_in', w: -9 } } as const;

/** Benchmark 2 of Brette et al. (2007): integrate-and-fire neurons coupled by exponential currents, 80 inputs each. */
export function cuba(n = 4000, { variant = 'peer', seed = 1 }: StandardOptions = {}): Network {
  const network = new Network({ dt: 0.1, seed });
  if (variant === 'peer') {
    const cells = network.population('cells', neuron(), n).set({ v: 'uniform(-60, -50)' });
    connectByChance(network, cells, 80, { ...WEIGHTS, delay: 0 });
    return network.recordSpikes(cells);
  }
  const border = excitatory(n);
  const model = iafPscExp({ e_leak: -49, v_th: -50, v_reset: -60, tau_m: 20, c_m: 200, t_ref: 5, tau_syn_ex: 5, tau_syn_in: 10 });
  const E = network.population('E', model, border);
  const I = network.population('I', model, n - border);
  const coupling = { excitatory: { target: 'i_syn_ex', w: 16.2 }, inhibitory: { target: 'i_syn_in', w: -90 }, delay: 0.1 };
  connectByDegree(network, { E, I }, { E: 64, I: 16 }, coupling);
  kickStart(network, E.slice(0, 50), coupling);
  return network.recordSpikes(E).recordSpikes(I);
}
