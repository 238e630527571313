import { defineTransmitter } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** A spike adds `t_max`, clearance removes in proportion; never more than `t_max`. `lag: 1` releases in the step after the spike. */
export const approximateTransmitter = defineTransmitter({
  name: 'approximate transmitter',
  description: 'A pulse of transmitter at each spike, cleared linearly.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1994) An efficient method for computing synaptic conductances based on a kinetic model of receptor binding. Neural Comput 6(1):14-18. doi:10.1162/neco.1994.6.1.14 (pulse release)',
  quantities: {
    conc: quantity(0, 'mM', 'concentration'),
    t_max: quantity(1, 'mM', 'largest concentration'),
    clearance: quantity(0.01, '1/ms', 'rate of clearance'),
    lag: quantity(0, '1', '0: released in the step of the spike, 1: in the step after it'),
  },
  equations: 'dconc/dt = -clearance * conc',
  step: `
    if ((spike and lag < 0.5) or (spiked and lag >= 0.5)) { conc += t_max }
    conc = clamp(conc, 0, t_max)
  `,
});
