import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Sodium channel of a fast spiking interneuron: activation follows the voltage at once, inactivation h starts at its steady state. */
export const wangBuzsakiSodium = defineChannel({
  name: 'wang-buzsaki sodium',
  description: 'Transient sodium current g m_inf(v)^3 h (v - e) with instantaneous activation.',
  citation:
    'Wang X-J, Buzsáki G (1996) Gamma oscillation by synaptic inhibition in a hippocampal interneuronal network model. J Neurosci 16(20):6402-6413. doi:10.1523/JNEUROSCI.16-20-06402.1996',
  quantities: {
    g: quantity(35, 'conductance', 'maximal conductance'),
    e: quantity(55, 'mV', 'reversal potential'),
    h: quantity('alpha_h / (alpha_h + beta_h)', '1', 'inactivation'),
    phi: quantity(5, '1', 'factor of temperature'),
  },
  equations: `
    alpha_m = 1[1/ms] / exprel(-(v + 35[mV]) / 10[mV])
    beta_m = 4[1/ms] * exp(-(v + 60[mV]) / 18[mV])
    alpha_h = 0.07[1/ms] * exp(-(v + 58[mV]) / 20[mV])
    beta_h = 1[1/ms] / (exp(-(v + 28[mV]) / 10[mV]) + 1)
    m_inf = alpha_m / (alpha_m + beta_m)
    dh/dt = phi * (alpha_h * (1 - h) - beta_h * h)
    current = g * frozen(m_inf^3) * h * (v - e)
  `,
});
