import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/**
 * Nitric oxide, which binds guanylate cyclase inside the cell: cyclic GMP x follows, dx/dt = (r - x) / tau, and lowers the currents
 * through all receptors for glutamate by the factor 1 - s x. A template: the chain is known, its effect differs between cells (a negative s
 * raises the currents), and the rates are placeholders. How the gas spreads is left to the weights of its projection.
 */
export const nitricOxide = defineReceptor({
  name: 'nitric oxide',
  description: 'Guanylate cyclase that nitric oxide activates and that modulates receptors for glutamate.',
  citation:
    'Garthwaite J (2008) Concepts of neural nitric oxide-mediated transmission. Eur J Neurosci 27(11):2783-2802. doi:10.1111/j.1460-9568.2008.06285.x (the chain; its effect and form are phenomenological)',
  transmitter: 'nitricOxide',
  kinetics: destexheReceptor({ alpha: 0.1, beta: 0.002 }),
  quantities: {
    s: quantity(0.5, '1', 'part of the currents that is lost at the highest cyclic GMP'),
    x: quantity(0, '1', 'cyclic GMP, in units of its highest concentration'),
    tau: quantity(500, 'ms', 'time constant of cyclic GMP'),
  },
  equations: 'dx/dt = (r - x) / tau',
  modulates: { glutamate: '1 - s * x' },
});
