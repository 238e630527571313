import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Kinetics of receptors that spikes open without a transmitter: a spike of weight w adds w exp(-s / tau) to r, s the time since it
 * arrived. Spikes add to `s`: `staticSynapse({ target: 'ampa.s' })`.
 */
export const exponentialGate = defineReceptor({
  name: 'exponential gate',
  description: 'Receptors that each spike opens at once and that close exponentially.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 5.8 (exponential synaptic time course)',
  quantities: {
    s: quantity(0, '1', 'what spikes add to'),
    tau: quantity(5, 'ms', 'time constant of closing'),
  },
  equations: `
    r = s
    ds/dt = -s / tau
  `,
});
