import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Transient (A-type) potassium channel, open below threshold and inactivating: delays spikes. Gates start at their steady state. */
export const aTypePotassium = defineChannel({
  name: 'a-type potassium',
  description: 'Transient potassium current g a^3 b (v - e) that delays spikes.',
  citation:
    'Connor J A, Walter D, McKown R (1977) Neural repetitive firing: modifications of the Hodgkin-Huxley axon suggested by experimental results from crustacean axons. Biophys J 18(1):81-102. doi:10.1016/S0006-3495(77)85598-7; after Connor J A, Stevens C F (1971) J Physiol 213(1):31-53; in the numbers of Dayan P, Abbott L F (2001) Theoretical Neuroscience, MIT Press, section 6.6',
  quantities: {
    g: quantity(47.7, 'conductance', 'maximal conductance'),
    e: quantity(-75, 'mV', 'reversal potential'),
    a: quantity('a_inf', '1', 'activation'),
    b: quantity('b_inf', '1', 'inactivation'),
  },
  equations: `
    a_inf = (0.0761 * exp(0.0314[1/mV] * (v + 94.22[mV])) / (1 + exp(0.0346[1/mV] * (v + 1.17[mV]))))^(1 / 3)
    tau_a = 0.3632[ms] + 1.158[ms] / (1 + exp(0.0497[1/mV] * (v + 55.96[mV])))
    b_inf = 1 / (1 + exp(0.0688[1/mV] * (v + 53.3[mV])))^4
    tau_b = 1.24[ms] + 2.678[ms] / (1 + exp(0.0624[1/mV] * (v + 50[mV])))
    da/dt = (a_inf - a) / tau_a
    db/dt = (b_inf - b) / tau_b
    current = g * a^3 * b * (v - e)
  `,
});
