import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** The fraction of open receptors is the concentration in units of `conc_full`, at once and without bound. */
export const approximateReceptor = defineReceptor({
  name: 'approximate receptor',
  description: 'Receptors that follow the concentration without delay.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 5.8 (limit of fast binding)',
  quantities: { conc_full: quantity(1, 'mM', 'concentration at which all receptors are open') },
  equations: 'r = conc / conc_full',
});
