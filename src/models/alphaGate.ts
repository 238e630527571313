import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Kinetics of receptors that spikes open without a transmitter: a spike of weight w adds w (s / tau) exp(1 - s / tau) to r, s the time
 * since it arrived, which peaks with w at s = tau. Spikes add to `s`: `staticSynapse({ target: 'ampa.s' })`.
 */
export const alphaGate = defineReceptor({
  name: 'alpha gate',
  description: 'Receptors that each spike opens along an alpha function, by its weight at the peak.',
  citation:
    'Rall W (1967) Distinguishing theoretical synaptic potentials computed for different soma-dendritic distributions of synaptic input. J Neurophysiol 30(5):1138-1168. doi:10.1152/jn.1967.30.5.1138',
  quantities: {
    s: quantity(0, '1', 'what spikes add to'),
    open: quantity(0, '1', 'fraction of open receptors / e'),
    tau: quantity(2, 'ms', 'time to the peak'),
  },
  equations: `
    r = exp(1) * open
    ds/dt = -s / tau
    dopen/dt = (s - open) / tau
  `,
});
