import { defineTransmitter } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Concentration in the cleft as a sigmoid of the presynaptic voltage, without delay. */
export const destexheTransmitter = defineTransmitter({
  name: 'destexhe transmitter',
  description: 'Release that follows the presynaptic voltage.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1994) An efficient method for computing synaptic conductances based on a kinetic model of receptor binding. Neural Comput 6(1):14-18. doi:10.1162/neco.1994.6.1.14',
  quantities: {
    conc: quantity(0, 'mM', 'concentration'),
    t_max: quantity(1, 'mM', 'largest concentration'),
    v_p: quantity(2, 'mV', 'voltage of half the largest concentration'),
    k_p: quantity(5, 'mV', 'steepness'),
  },
  step: 'conc = t_max / (1 + exp(-(v - v_p) / k_p))',
});
