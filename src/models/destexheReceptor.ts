import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** First-order binding: dr/dt = alpha conc (1 - r) - beta r. */
export const destexheReceptor = defineReceptor({
  name: 'destexhe receptor',
  description: 'Fraction of open receptors by first-order binding and unbinding.',
  citation:
    'Destexhe A, Mainen Z F, Sejnowski T J (1994) An efficient method for computing synaptic conductances based on a kinetic model of receptor binding. Neural Comput 6(1):14-18. doi:10.1162/neco.1994.6.1.14',
  quantities: {
    r: quantity(0, '1', 'fraction of open receptors'),
    alpha: quantity(1, '1/(mM*ms)', 'rate of binding'),
    beta: quantity(1, '1/ms', 'rate of unbinding'),
  },
  equations: 'dr/dt = alpha * conc * (1 - r) - beta * r',
});
