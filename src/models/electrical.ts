import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** A gap junction, one-directional: current into the target in proportion to the difference of voltages. */
export const electrical = defineSynapse({
  name: 'electrical',
  description: 'Gap junction with the conductance of the target; a pair of them makes it symmetric.',
  citation:
    'Bennett M V L, Zukin R S (2004) Electrical coupling and neuronal synchronization in the mammalian brain. Neuron 41(4):495-511. doi:10.1016/S0896-6273(04)00043-1',
  quantities: { w: quantity(1, '1', 'weight') },
  continuous: 'post.i_gap += w * post.g_gap * (pre.v - post.v)',
});
