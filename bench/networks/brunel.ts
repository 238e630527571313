import { defineNeuron, Network, quantity } from 'spikeloom';
import { poissonInput } from 'spikeloom/models';
import { connectByChance, connectByDegree } from './sparse.ts';
import { excitatory, type StandardOptions } from './variant.ts';

/** What arrives while a cell is refractory is lost. */
const neuron = defineNeuron({
  name: 'integrate and fire with delta synapses',
  citation: 'Brunel N (2000) J Comput Neurosci 8:183-208',
  quantities: {
    v: quantity(0, 'mV', 'membrane potential above rest'),
    v_th: quantity(20, 'mV', 'threshold'),
    v_reset: quantity(0, 'mV', 'reset potential'),
    tau_m: quantity(20, 'ms', 'time constant of the membrane'),
    t_ref: quantity(2, 'ms', 'refractory period'),
  },
  equations: 'dv/dt = -v / tau_m (unless refractory)',
  spike: 'v > v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exact',
});

/** All spikes from outside together. */
const outside = poissonInput({ target: 'v', rate: 20_000, w: 0.1 });

const WEIGHTS = { excitatory: { target: 'v', w: 0.1 }, inhibitory: { target: 'v', w: -0.5 } } as const;

/**
 * Model A of Brunel (2000): integrate-and-fire neurons coupled by delta synapses, a thousand inputs each; g = 5, eta = 2. The
 * peer draws what comes from outside by a binomial law of 800 trials a step, here it is Poisson's: the variance differs by 0.25 %.
 */
export function brunel(n = 10_000, { variant = 'peer', seed = 1 }: StandardOptions = {}): Network {
  const network = new Network({ dt: 0.1, seed });
  const coupling = { ...WEIGHTS, delay: 1.5 };
  if (variant === 'peer') {
    const cells = network.population('cells', neuron(), n).set({ v: 'uniform(0, 20)' });
    network.stimulate(cells, outside);
    connectByChance(network, cells, 1000, coupling);
    return network.recordSpikes(cells);
  }
  const border = excitatory(n);
  const E = network.population('E', neuron(), border);
  const I = network.population('I', neuron(), n - border);
  for (const cells of [E, I]) network.stimulate(cells, outside);
  connectByDegree(network, { E, I }, { E: 800, I: 200 }, coupling);
  return network.recordSpikes(E).recordSpikes(I);
}
