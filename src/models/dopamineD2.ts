import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { approximateReceptor } from './approximateReceptor.ts';

/**
 * Dopamine receptors of family D2, which lower the currents through all receptors for glutamate by the factor 1 - s occupied, never
 * below 0. Phenomenological: it leaves out the G protein and adenylate cyclase between. Takes other kinetics as its first argument.
 */
export const dopamineD2 = defineReceptor({
  name: 'dopamine D2',
  description: 'Metabotropic receptor for dopamine that weakens receptors for glutamate.',
  citation:
    'Cepeda C, Buchwald N A, Levine M S (1993) Neuromodulatory actions of dopamine in the neostriatum are dependent upon the excitatory amino acid receptor subtypes activated. PNAS 90(20):9576-9580. doi:10.1073/pnas.90.20.9576 (the effect; its form is phenomenological)',
  transmitter: 'dopamine',
  kinetics: approximateReceptor(),
  quantities: { s: quantity(0.5, '1', 'part of the currents that is lost when all receptors are occupied') },
  equations: `
    occupied = clamp(r, 0, 1)
    factor = max(1 - s * occupied, 0)
  `,
  modulates: { glutamate: 'factor' },
});
