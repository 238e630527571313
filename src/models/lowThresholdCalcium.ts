import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Low-threshold (T-type) calcium channel of thalamic relay cells: inactivated at rest, freed by hyperpolarisation, after which
 * it makes rebound bursts. At 24 degrees; `phi_m` and `phi_h` speed its gates up, which start at their steady state.
 */
export const lowThresholdCalcium = defineChannel({
  name: 'low-threshold calcium',
  description: 'Transient calcium current g m^2 h (v - e) that makes rebound bursts.',
  citation:
    'Huguenard J R, McCormick D A (1992) Simulation of the currents involved in rhythmic oscillations in thalamic relay neurons. J Neurophysiol 68(4):1373-1383. doi:10.1152/jn.1992.68.4.1373; as an ohmic current in Pospischil M et al (2008) Biol Cybern 99(4-5):427-441. doi:10.1007/s00422-008-0263-8',
  quantities: {
    g: quantity(0.4, 'conductance', 'maximal conductance'),
    e: quantity(120, 'mV', 'reversal potential'),
    m: quantity('m_inf', '1', 'activation'),
    h: quantity('h_inf', '1', 'inactivation'),
    phi_m: quantity(1, '1', 'factor of temperature of activation'),
    phi_h: quantity(1, '1', 'factor of temperature of inactivation'),
  },
  equations: `
    m_inf = 1 / (1 + exp(-(v + 57[mV]) / 6.2[mV]))
    tau_m = 0.612[ms] + 1[ms] / (exp(-(v + 132[mV]) / 16.7[mV]) + exp((v + 16.8[mV]) / 18.2[mV]))
    h_inf = 1 / (1 + exp((v + 81[mV]) / 4[mV]))
    tau_h = 1[ms] * where(v < -80[mV], exp((v + 467[mV]) / 66.6[mV]), 28 + exp(-(v + 22[mV]) / 10.5[mV]))
    dm/dt = phi_m * (m_inf - m) / tau_m
    dh/dt = phi_h * (h_inf - h) / tau_h
    current = g * m^2 * h * (v - e)
  `,
});
