import { defineTransmitter } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** `t_max` for the one step of a spike, else nothing. `lag: 1` releases in the step after the spike. */
export const discreteSpikeTransmitter = defineTransmitter({
  name: 'discrete spike transmitter',
  description: 'Transmitter that is there for one step after each spike.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1994) An efficient method for computing synaptic conductances based on a kinetic model of receptor binding. Neural Comput 6(1):14-18. doi:10.1162/neco.1994.6.1.14 (pulse release, shortest pulse)',
  quantities: {
    conc: quantity(0, 'mM', 'concentration'),
    t_max: quantity(1, 'mM', 'concentration at a spike'),
    lag: quantity(0, '1', '0: released in the step of the spike, 1: in the step after it'),
  },
  step: 'conc = where((spike and lag < 0.5) or (spiked and lag >= 0.5), t_max, 0)',
});
