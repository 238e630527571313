import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Hands the source's transmitters to the target's receptors: for every transmitter that both have (or `types` names),
 * the weighted concentration is pooled in the target.
 */
export const chemical = defineSynapse({
  name: 'chemical',
  description: 'Transmitter concentrations of the source reach the receptors of the target.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1998) Kinetic models of synaptic transmission. In: Koch C, Segev I (eds) Methods in Neuronal Modeling, 2nd ed, MIT Press, 1-25',
  quantities: { w: quantity(1, '1', 'weight') },
  continuous: 'post.<type>.conc += w * pre.<type>.conc',
});
