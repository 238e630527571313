import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/**
 * Noradrenaline as a gain of all synaptic currents, excitatory and inhibitory: i_receptors is raised by the factor 1 + s r. A template:
 * gain is a summary of many effects of several receptors, and the rates of r are placeholders.
 */
export const noradrenaline = defineReceptor({
  name: 'noradrenaline',
  description: 'Metabotropic receptor for noradrenaline that raises the gain of synaptic input.',
  citation:
    'Servan-Schreiber D, Printz H, Cohen J D (1990) A network model of catecholamine effects: gain, signal-to-noise ratio, and behavior. Science 249:892-895. doi:10.1126/science.2392679 (phenomenological)',
  transmitter: 'noradrenaline',
  kinetics: destexheReceptor({ alpha: 0.05, beta: 0.005 }),
  quantities: { s: quantity(0.5, '1', 'gain that is added when all receptors are bound') },
  modulates: { i_receptors: '1 + s * clamp(r, 0, 1)' },
});
