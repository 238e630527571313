import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Delayed-rectifier potassium channel of a crustacean axon. Its gate starts at its steady state. */
export const connorStevensPotassium = defineChannel({
  name: 'connor-stevens potassium',
  description: 'Delayed-rectifier potassium current g n^4 (v - e) of a crustacean axon.',
  citation:
    'Connor J A, Walter D, McKown R (1977) Neural repetitive firing: modifications of the Hodgkin-Huxley axon suggested by experimental results from crustacean axons. Biophys J 18(1):81-102. doi:10.1016/S0006-3495(77)85598-7; after Connor J A, Stevens C F (1971) J Physiol 213(1):31-53; in the numbers of Dayan P, Abbott L F (2001) Theoretical Neuroscience, MIT Press, section 6.6',
  quantities: {
    g: quantity(20, 'conductance', 'maximal conductance'),
    e: quantity(-72, 'mV', 'reversal potential'),
    n: quantity('alpha_n / (alpha_n + beta_n)', '1', 'activation'),
  },
  equations: `
    alpha_n = 0.2[1/ms] / exprel(-0.1[1/mV] * (v + 45.7[mV]))
    beta_n = 0.25[1/ms] * exp(-0.0125[1/mV] * (v + 55.7[mV]))
    dn/dt = alpha_n * (1 - n) - beta_n * n
    current = g * n^4 * (v - e)
  `,
});
