import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Sodium channel of a crustacean axon: Hodgkin and Huxley's, faster and shifted. Gates start at their steady state. */
export const connorStevensSodium = defineChannel({
  name: 'connor-stevens sodium',
  description: 'Transient sodium current g m^3 h (v - e) of a crustacean axon.',
  citation:
    'Connor J A, Walter D, McKown R (1977) Neural repetitive firing: modifications of the Hodgkin-Huxley axon suggested by experimental results from crustacean axons. Biophys J 18(1):81-102. doi:10.1016/S0006-3495(77)85598-7; after Connor J A, Stevens C F (1971) J Physiol 213(1):31-53; in the numbers of Dayan P, Abbott L F (2001) Theoretical Neuroscience, MIT Press, section 6.6',
  quantities: {
    g: quantity(120, 'conductance', 'maximal conductance'),
    e: quantity(55, 'mV', 'reversal potential'),
    m: quantity('alpha_m / (alpha_m + beta_m)', '1', 'activation'),
    h: quantity('alpha_h / (alpha_h + beta_h)', '1', 'inactivation'),
  },
  equations: `
    alpha_m = 3.8[1/ms] / exprel(-0.1[1/mV] * (v + 29.7[mV]))
    beta_m = 15.2[1/ms] * exp(-0.0556[1/mV] * (v + 54.7[mV]))
    alpha_h = 0.266[1/ms] * exp(-0.05[1/mV] * (v + 48[mV]))
    beta_h = 3.8[1/ms] / (1 + exp(-0.1[1/mV] * (v + 18[mV])))
    dm/dt = alpha_m * (1 - m) - beta_m * m
    dh/dt = alpha_h * (1 - h) - beta_h * h
    current = g * m^3 * h * (v - e)
  `,
});
