import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Delayed-rectifier potassium channel of a fast spiking interneuron, with activation n, which starts at its steady state. */
export const wangBuzsakiPotassium = defineChannel({
  name: 'wang-buzsaki potassium',
  description: 'Delayed-rectifier potassium current g n^4 (v - e), fast and of high threshold.',
  citation:
    'Wang X-J, Buzsáki G (1996) Gamma oscillation by synaptic inhibition in a hippocampal interneuronal network model. J Neurosci 16(20):6402-6413. doi:10.1523/JNEUROSCI.16-20-06402.1996',
  quantities: {
    g: quantity(9, 'conductance', 'maximal conductance'),
    e: quantity(-90, 'mV', 'reversal potential'),
    n: quantity('alpha_n / (alpha_n + beta_n)', '1', 'activation'),
    phi: quantity(5, '1', 'factor of temperature'),
  },
  equations: `
    alpha_n = 0.1[1/ms] / exprel(-(v + 34[mV]) / 10[mV])
    beta_n = 0.125[1/ms] * exp(-(v + 44[mV]) / 80[mV])
    dn/dt = phi * (alpha_n * (1 - n) - beta_n * n)
    current = g * n^4 * (v - e)
  `,
});
