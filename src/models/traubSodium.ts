import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Fast sodium channel of hippocampal cells, with activation m and inactivation h, which start at their steady state. */
export const traubSodium = defineChannel({
  name: 'Traub-Miles sodium',
  description: 'Transient sodium current g m^3 h (v - e) of hippocampal pyramidal cells.',
  citation:
    'Traub R D, Miles R (1991) Neuronal Networks of the Hippocampus. Cambridge University Press; as in Brette R et al (2007) Simulation of networks of spiking neurons: a review of tools and strategies. J Comput Neurosci 23(3):349-398, benchmark 3. doi:10.1007/s10827-007-0038-6',
  reads: { v_t: 'mV' },
  quantities: {
    g: quantity(20000, 'conductance', 'maximal conductance'),
    e: quantity(50, 'mV', 'reversal potential'),
    m: quantity('alpha_m / (alpha_m + beta_m)', '1', 'activation'),
    h: quantity('alpha_h / (alpha_h + beta_h)', '1', 'inactivation'),
  },
  equations: `
    alpha_m = 1.28[1/ms] / exprel((13[mV] - v + v_t) / 4[mV])
    beta_m = 1.4[1/ms] / exprel((v - v_t - 40[mV]) / 5[mV])
    alpha_h = 0.128[1/ms] * exp((17[mV] - v + v_t) / 18[mV])
    beta_h = 4[1/ms] / (1 + exp((40[mV] - v + v_t) / 5[mV]))
    dm/dt = alpha_m * (1 - m) - beta_m * m
    dh/dt = alpha_h * (1 - h) - beta_h * h
    current = g * m^3 * h * (v - e)
  `,
});
