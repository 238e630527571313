import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { approximateReceptor } from './approximateReceptor.ts';

/**
 * Dopamine receptors of family D1, which raise the current through the neuron's receptor `nmda`: its fraction of open receptors r counts
 * as r^exponent, exponent = 1 - s occupied, never below 0; closed receptors stay closed. Phenomenological: the exponent stands for
 * phosphorylation by protein kinase A. With s near 1 any glutamate opens all receptors where dopamine is at its highest; the default of 0.5 makes r its root.
 * Give it slower kinetics as its first argument where the rise of dopamine matters.
 */
export const dopamineD1 = defineReceptor({
  name: 'dopamine D1',
  description: 'Metabotropic receptor for dopamine that strengthens NMDA receptors.',
  citation:
    'Cepeda C, Buchwald N A, Levine M S (1993) Neuromodulatory actions of dopamine in the neostriatum are dependent upon the excitatory amino acid receptor subtypes activated. PNAS 90(20):9576-9580. doi:10.1073/pnas.90.20.9576 (the effect; its form is phenomenological)',
  transmitter: 'dopamine',
  kinetics: approximateReceptor(),
  quantities: { s: quantity(0.5, '1', 'decrease of the exponent when all receptors are occupied') },
  reads: { 'nmda.r': '1' },
  equations: `
    occupied = clamp(r, 0, 1)
    exponent = max(1 - s * occupied, 0)
  `,
  modulates: { 'nmda.current': 'where(nmda.r > 0, nmda.r^(exponent - 1), 0)' },
});
