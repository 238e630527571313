import { allToAll, defineNeuron, defineSpikeTrain, defineSynapse, Network, quantity } from 'spikeloom';
import type { StandardOptions } from './variant.ts';

const inputs = defineSpikeTrain({
  name: 'Poisson input',
  quantities: { rate: quantity(15, 'Hz', 'mean rate') },
  spike: 'bernoulli(rate * dt)',
});

const neuron = defineNeuron({
  name: 'integrate and fire with a conductance',
  citation: 'Song S, Miller K D, Abbott L F (2000) Nat Neurosci 3:919-926',
  quantities: {
    v: quantity(-60, 'mV', 'membrane potential'),
    g: quantity(0, '1', 'conductance in units of the leak'),
    e_leak: quantity(-74, 'mV', 'resting potential'),
    e_ex: quantity(0, 'mV', 'reversal potential of excitation'),
    v_th: quantity(-54, 'mV', 'threshold'),
    v_reset: quantity(-60, 'mV', 'reset potential'),
    tau_m: quantity(10, 'ms', 'time constant of the membrane'),
    tau_g: quantity(5, 'ms', 'decay of the conductance'),
  },
  equations: `
    dv/dt = (g * (e_ex - v) + e_leak - v) / tau_m
    dg/dt = -g / tau_g
  `,
  spike: 'v > v_th',
  reset: 'v = v_reset',
  integrator: 'euler',
});

const plastic = defineSynapse({
  name: 'additive pair STDP',
  citation: 'Song S, Miller K D, Abbott L F (2000) Nat Neurosci 3:919-926',
  quantities: {
    w: quantity(0, '1', 'weight'),
    w_max: quantity(0.01, '1', 'largest weight'),
    a_pre: quantity(0, '1', 'trace of the source'),
    a_post: quantity(0, '1', 'trace of the target'),
    up: quantity(0.0001, '1', 'step of the trace of the source'),
    down: quantity(-0.000105, '1', 'step of the trace of the target'),
    tau: quantity(20, 'ms', 'decay of the traces'),
  },
  equations: `
    da_pre/dt = -a_pre / tau
    da_post/dt = -a_post / tau
  `,
  bounds: { w: ['0', 'w_max'] },
  onPre: `
    post.g += w
    a_pre += up
    w += a_post
  `,
  onPost: `
    a_post += down
    w += a_pre
  `,
});

/** A thousand Poisson inputs of 15 Hz onto n cells, plasticity on every synapse: after Song, Miller and Abbott (2000). There is one definition of it. */
export function stdp(n = 100, { seed = 1 }: StandardOptions = {}): Network {
  const network = new Network({ dt: 0.1, seed });
  const sources = network.population('inputs', inputs(), 1000);
  const cells = network.population('cells', neuron(), n);
  network.connect(sources, cells, plastic(), allToAll()).set({ w: 'uniform(0, 0.01)' });
  return network.recordSpikes(cells);
}
