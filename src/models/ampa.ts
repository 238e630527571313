import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/** Fast excitatory receptor for glutamate: g r (v - e). Takes other kinetics as its first argument. */
export const ampa = defineReceptor({
  name: 'AMPA',
  description: 'Fast excitatory receptor for glutamate.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1998) Kinetic models of synaptic transmission. In: Koch C, Segev I (eds) Methods in Neuronal Modeling, 2nd ed, MIT Press, 1-25',
  transmitter: 'glutamate',
  kinetics: destexheReceptor({ alpha: 1.1, beta: 0.19 }),
  quantities: {
    g: quantity(1, 'conductance', 'maximal conductance'),
    e: quantity(0, 'mV', 'reversal potential'),
  },
  equations: 'current = g * r * (v - e)',
});
