import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Hands the source's transmitters to the target's receptors: for every transmitter that both have (or `types` names),
 * the weighted concentration is pooled in the target, `delay` later.
 */
export const chemical = defineSynapse({
  name: 'chemical',
  description: 'Transmitter concentrations of the source reach the receptors of the target.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1998) Kinetic models of synaptic transmission. In: Koch C, Segev I (eds) Methods in Neuronal Modeling, 2nd ed, MIT Press, 1-25',
  quantities: {
    w: quantity(1, '1', 'weight'),
    delay: quantity(0, 'ms', 'how long ago the concentrations were in the source; one for all synapses of a projection'),
  },
  continuous: 'post.<type>.conc += w * pre.<type>.conc',
});
