import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Multiplicative input noise for any neuron: a constant current times a factor that is drawn anew in every step, normal and
 * kept between `low` and `high`, independent in every cell. What it does to the cell shrinks with dt; `noiseCurrent` has a
 * time scale of its own.
 */
export const noisyInput = defineChannel({
  name: 'noisy input',
  description: 'Injected current times a Gaussian factor that is drawn anew in every step: multiplicative noise.',
  citation:
    'Faisal A A, Selen L P J, Wolpert D M (2008) Noise in the nervous system. Nat Rev Neurosci 9(4):292-303. doi:10.1038/nrn2258 (on such noise; the form is that of the crate spiking-neural-networks)',
  quantities: {
    i: quantity(1, 'current', 'current without noise, inward positive'),
    sd: quantity(0.1, '1', 'standard deviation of the factor'),
    low: quantity(0, '1', 'least factor'),
    high: quantity(2, '1', 'largest factor'),
    factor: quantity('truncated(normal(1, sd), low, high)', '1', 'the factor of this step'),
  },
  equations: 'current = -i * factor',
  step: 'factor = truncated(normal(1, sd), low, high)',
});
