import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** The waveform of a spike train as a current into the target, through its gap conductance; it doesn't see the target's voltage. */
export const pulse = defineSynapse({
  name: 'pulse',
  description: 'Injects the waveform of a spike train.',
  citation: 'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 1.3 (pulse currents)',
  quantities: { w: quantity(1, '1', 'weight') },
  continuous: 'post.i_gap += w * post.g_gap * pre.waveform',
});
