import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Slow potassium channel that muscarine closes: makes the rate adapt. Its gate starts at its steady state. */
export const mCurrent = defineChannel({
  name: 'm current',
  description: 'Slow potassium current g p (v - e) that makes the rate adapt.',
  citation:
    'Yamada W M, Koch C, Adams P R (1989) Multiple channels and calcium dynamics. In: Koch C, Segev I (eds) Methods in Neuronal Modeling, MIT Press, 97-134; conductance of Pospischil M et al (2008) Biol Cybern 99(4-5):427-441. doi:10.1007/s00422-008-0263-8',
  quantities: {
    g: quantity(0.07, 'conductance', 'maximal conductance'),
    e: quantity(-90, 'mV', 'reversal potential'),
    p: quantity('p_inf', '1', 'activation'),
    tau_max: quantity(1000, 'ms', 'scale of the time constant'),
  },
  equations: `
    p_inf = 1 / (1 + exp(-(v + 35[mV]) / 10[mV]))
    tau_p = tau_max / (3.3 * exp((v + 35[mV]) / 20[mV]) + exp(-(v + 35[mV]) / 20[mV]))
    dp/dt = (p_inf - p) / tau_p
    current = g * p * (v - e)
  `,
});
