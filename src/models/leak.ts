import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Ohmic leak; the defaults are those of the squid axon. */
export const leak = defineChannel({
  name: 'leak',
  description: 'Ohmic leak current g (v - e).',
  citation:
    'Hodgkin A L, Huxley A F (1952) A quantitative description of membrane current and its application to conduction and excitation in nerve. J Physiol 117(4):500-544. doi:10.1113/jphysiol.1952.sp004764',
  quantities: {
    g: quantity(0.3, 'conductance', 'conductance'),
    e: quantity(-54.387, 'mV', 'reversal potential'),
  },
  equations: 'current = g * (v - e)',
});
