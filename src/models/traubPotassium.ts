import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Delayed-rectifier potassium channel of hippocampal cells, with activation n, which starts at its steady state. */
export const traubPotassium = defineChannel({
  name: 'Traub-Miles potassium',
  description: 'Delayed-rectifier potassium current g n^4 (v - e) of hippocampal pyramidal cells.',
  citation:
    'Traub R D, Miles R (1991) Neuronal Networks of the Hippocampus. Cambridge University Press; as in Brette R et al (2007) Simulation of networks of spiking neurons: a review of tools and strategies. J Comput Neurosci 23(3):349-398, benchmark 3. doi:10.1007/s10827-007-0038-6',
  reads: { v_t: 'mV' },
  quantities: {
    g: quantity(6000, 'conductance', 'maximal conductance'),
    e: quantity(-90, 'mV', 'reversal potential'),
    n: quantity('alpha_n / (alpha_n + beta_n)', '1', 'activation'),
  },
  equations: `
    alpha_n = 0.16[1/ms] / exprel((15[mV] - v + v_t) / 5[mV])
    beta_n = 0.5[1/ms] * exp((10[mV] - v + v_t) / 40[mV])
    dn/dt = alpha_n * (1 - n) - beta_n * n
    current = g * n^4 * (v - e)
  `,
});
