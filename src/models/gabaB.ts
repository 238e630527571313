import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/**
 * Slow inhibitory receptor for GABA (type B) in two steps: bound receptors r make a G protein s, ds/dt = k3 r - k4 s, of which n together
 * open a potassium channel: g s^n / (s^n + kd) (v - e). So bursts of spikes count more than single ones. Takes other kinetics of r as its
 * first argument; `gabaBRates` has the published sets.
 */
export const gabaB = defineReceptor({
  name: 'GABA (type B)',
  description: 'Slow inhibitory receptor for GABA that acts through a G protein.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1998) Kinetic models of synaptic transmission. In: Koch C, Segev I (eds) Methods in Neuronal Modeling, 2nd ed, MIT Press, 1-25',
  transmitter: 'gaba',
  kinetics: destexheReceptor({ alpha: 0.09, beta: 0.0012 }),
  quantities: {
    g: quantity(0.06, 'conductance', 'maximal conductance'),
    e: quantity(-95, 'mV', 'reversal potential of potassium'),
    s: quantity(0, 'uM', 'concentration of the active G protein'),
    k3: quantity(0.18, 'uM/ms', 'rate at which bound receptors make it'),
    k4: quantity(0.034, '1/ms', 'rate of its decay'),
    kd: quantity(100, 'uM^4', 'dissociation constant of four of it and the channel'),
  },
  equations: `
    ds/dt = k3 * r - k4 * s
    open = s^4 / (s^4 + kd)
    current = g * open * (v - e)
  `,
});

/**
 * Rates of `gabaB`; spread a set into its values: `gabaB({ ...gabaBRates.destexhe1996 })`. Those of 1998 are the defaults; those of 1996
 * are of Destexhe A, Bal T, McCormick D A, Sejnowski T J (1996) J Neurophysiol 76(3):2049-2070, doi:10.1152/jn.1996.76.3.2049; `slowBinding`,
 * of unknown origin, is what some programs have.
 */
export const gabaBRates = {
  destexhe1998: { alpha: 0.09, beta: 0.0012, k3: 0.18, k4: 0.034 },
  destexhe1996: { alpha: 0.52, beta: 0.0013, k3: 0.098, k4: 0.033 },
  slowBinding: { alpha: 0.016, beta: 0.0047, k3: 0.098, k4: 0.033 },
} as const;
