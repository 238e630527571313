import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Adds its weight to a variable or port of the target for each spike, behind a delay: `staticSynapse({ target: 'v' })` makes
 * delta synapses, `target: 'i_ex'` currents, `target: 'g_ex'` conductances. The weight is in the unit of the target.
 */
export const staticSynapse = defineSynapse({
  name: 'staticSynapse',
  description: 'Adds its weight to a variable of the target for each spike.',
  citation: 'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 1.3',
  quantities: {
    w: quantity(1, 'target', 'weight'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  onPre: 'post.<target> += w',
});
