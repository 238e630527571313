import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Each step the concentration, in units of `conc_full`, is added; what is there closes with `tau_close`; between 0 and `r_max`. */
export const exponentialDecayReceptor = defineReceptor({
  name: 'exponential decay receptor',
  description: 'Receptors opened by each pulse of transmitter that close exponentially.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 5.8 (exponential synaptic time course)',
  quantities: {
    r: quantity(0, '1', 'fraction of open receptors'),
    r_max: quantity(1, '1', 'largest fraction'),
    tau_close: quantity(2, 'ms', 'time constant of closing'),
    conc_full: quantity(1, 'mM', 'concentration that opens all receptors in one step'),
  },
  step: 'r = clamp(r * exp(-dt / tau_close) + conc / conc_full, 0, r_max)',
});
