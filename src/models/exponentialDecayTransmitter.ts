import { defineTransmitter } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** A spike adds `t_max`; what is there decays with `tau_decay`, whatever dt; never more than `t_max`. */
export const exponentialDecayTransmitter = defineTransmitter({
  name: 'exponential decay transmitter',
  description: 'A pulse of transmitter at each spike that decays exponentially.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 5.8 (exponential synaptic time course)',
  quantities: {
    conc: quantity(0, 'mM', 'concentration'),
    t_max: quantity(1, 'mM', 'largest concentration'),
    tau_decay: quantity(2, 'ms', 'time constant of decay'),
    lag: quantity(0, '1', '0: released in the step of the spike, 1: in the step after it'),
  },
  step: `
    conc *= exp(-dt / tau_decay)
    if ((spike and lag < 0.5) or (spiked and lag >= 0.5)) { conc += t_max }
    conc = clamp(conc, 0, t_max)
  `,
});
