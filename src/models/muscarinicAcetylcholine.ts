import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/**
 * Muscarinic receptors for acetylcholine that close M channels: the current of the neuron's channel `m` (such as `mCurrent`) is lowered by
 * the factor 1 - s r. A template: that M channels close is measured, the linear factor and the rates of r are placeholders.
 */
export const muscarinicAcetylcholine = defineReceptor({
  name: 'acetylcholine (muscarinic)',
  description: 'Metabotropic receptor for acetylcholine that closes M channels.',
  citation:
    'Brown D A, Adams P R (1980) Muscarinic suppression of a novel voltage-sensitive K+ current in a vertebrate neurone. Nature 283:673-676. doi:10.1038/283673a0 (the effect; its form is phenomenological)',
  transmitter: 'acetylcholine',
  kinetics: destexheReceptor({ alpha: 0.05, beta: 0.005 }),
  quantities: { s: quantity(1, '1', 'part of the M current that is lost when all receptors are bound') },
  modulates: { 'm.current': '1 - s * clamp(r, 0, 1)' },
});
