import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Fast sodium channel of the squid axon, with activation m and inactivation h, which start at their steady state. */
export const sodium = defineChannel({
  name: 'sodium',
  description: 'Transient sodium current g m^3 h (v - e).',
  citation:
    'Hodgkin A L, Huxley A F (1952) A quantitative description of membrane current and its application to conduction and excitation in nerve. J Physiol 117(4):500-544. doi:10.1113/jphysiol.1952.sp004764 (in the modern convention of voltage)',
  quantities: {
    g: quantity(120, 'conductance', 'maximal conductance'),
    e: quantity(50, 'mV', 'reversal potential'),
    m: quantity('alpha_m / (alpha_m + beta_m)', '1', 'activation'),
    h: quantity('alpha_h / (alpha_h + beta_h)', '1', 'inactivation'),
  },
  equations: `
    alpha_m = 1[1/ms] / exprel(-(v + 40[mV]) / 10[mV])
    beta_m = 4[1/ms] * exp(-(v + 65[mV]) / 18[mV])
    alpha_h = 0.07[1/ms] * exp(-(v + 65[mV]) / 20[mV])
    beta_h = 1[1/ms] / (exp(-(v + 35[mV]) / 10[mV]) + 1)
    dm/dt = alpha_m * (1 - m) - beta_m * m
    dh/dt = alpha_h * (1 - h) - beta_h * h
    current = g * m^3 * h * (v - e)
  `,
});
