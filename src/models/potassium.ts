import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Delayed-rectifier potassium channel of the squid axon, with activation n, which starts at its steady state. */
export const potassium = defineChannel({
  name: 'potassium',
  description: 'Delayed-rectifier potassium current g n^4 (v - e).',
  citation:
    'Hodgkin A L, Huxley A F (1952) A quantitative description of membrane current and its application to conduction and excitation in nerve. J Physiol 117(4):500-544. doi:10.1113/jphysiol.1952.sp004764 (in the modern convention of voltage)',
  quantities: {
    g: quantity(36, 'conductance', 'maximal conductance'),
    e: quantity(-77, 'mV', 'reversal potential'),
    n: quantity('alpha_n / (alpha_n + beta_n)', '1', 'activation'),
  },
  equations: `
    alpha_n = 0.1[1/ms] / exprel(-(v + 55[mV]) / 10[mV])
    beta_n = 0.125[1/ms] * exp(-(v + 65[mV]) / 80[mV])
    dn/dt = alpha_n * (1 - n) - beta_n * n
    current = g * n^4 * (v - e)
  `,
});
