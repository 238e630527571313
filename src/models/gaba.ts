import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/** Fast inhibitory receptor for GABA: g r (v - e). Takes other kinetics as its first argument. */
export const gaba = defineReceptor({
  name: 'GABA (type A)',
  description: 'Fast inhibitory receptor for GABA.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1998) Kinetic models of synaptic transmission. In: Koch C, Segev I (eds) Methods in Neuronal Modeling, 2nd ed, MIT Press, 1-25',
  transmitter: 'gaba',
  kinetics: destexheReceptor({ alpha: 5, beta: 0.18 }),
  quantities: {
    g: quantity(1.2, 'conductance', 'maximal conductance'),
    e: quantity(-80, 'mV', 'reversal potential'),
  },
  equations: 'current = g * r * (v - e)',
});
