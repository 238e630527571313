import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** High-threshold (HVA, L-type) calcium channel of hippocampal pyramidal cells. Its gate starts at its steady state. */
export const highThresholdCalcium = defineChannel({
  name: 'high-threshold calcium',
  description: 'Persistent calcium current g s^2 (v - e) that opens during spikes.',
  citation:
    'Traub R D, Wong R K S, Miles R, Michelson H (1991) A model of a CA3 hippocampal pyramidal neuron incorporating voltage-clamp data on intrinsic conductances. J Neurophysiol 66(2):635-650. doi:10.1152/jn.1991.66.2.635 (with rest at -60 mV)',
  quantities: {
    g: quantity(4, 'conductance', 'maximal conductance'),
    e: quantity(80, 'mV', 'reversal potential'),
    s: quantity('alpha_s / (alpha_s + beta_s)', '1', 'activation'),
  },
  equations: `
    alpha_s = 1.6[1/ms] / (1 + exp(-0.072[1/mV] * (v - 5[mV])))
    beta_s = 0.1[1/ms] / exprel((v + 8.9[mV]) / 5[mV])
    ds/dt = alpha_s * (1 - s) - beta_s * s
    current = g * s^2 * (v - e)
  `,
});
