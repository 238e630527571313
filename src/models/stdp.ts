import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Spike-timing dependent plasticity by pairs of spikes, additive with hard bounds: dw = a_plus w_max exp(-t / tau_plus) for a spike of the
 * target t after one that arrived, dw = -a_minus w_max exp(-t / tau_minus) for one that arrives t after a spike of the target.
 * All pairs count, or with `saturation: 1` each spike pairs with the nearest one before it. Spikes that coincide make no pair.
 * An arriving spike acts with the weight from before it. The defaults are those of the paper, `w` is in the unit of the target.
 */
export const stdp = defineSynapse({
  name: 'stdp',
  description: 'Pair-based spike-timing dependent plasticity, additive with hard bounds.',
  citation:
    'Song S, Miller K D, Abbott L F (2000) Competitive Hebbian learning through spike-timing-dependent synaptic plasticity. Nature Neuroscience 3(9):919-926. doi:10.1038/78829',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_min: quantity(0, 'target', 'smallest weight'),
    w_max: quantity(1, 'target', 'largest weight'),
    a_plus: quantity(0.005, '1', 'potentiation by a pair, as a part of w_max'),
    a_minus: quantity(0.00525, '1', 'depression by a pair, as a part of w_max'),
    tau_plus: quantity(20, 'ms', 'time constant of potentiation'),
    tau_minus: quantity(20, 'ms', 'time constant of depression'),
    saturation: quantity(0, '1', '0: all pairs of spikes count, 1: only nearest ones'),
    x_pre: quantity(0, '1', 'trace of spikes that arrived'),
    x_post: quantity(0, '1', 'trace of spikes of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: `
    dx_pre/dt = -x_pre / tau_plus
    dx_post/dt = -x_post / tau_minus
  `,
  bounds: { w: ['w_min', 'w_max'] },
  onPre: `
    post.<target> += w
    w -= a_minus * w_max * where(post.spiked, (1 - saturation) * x_post, x_post)
    x_pre += 1 - saturation * x_pre
  `,
  onPost: `
    w += a_plus * w_max * where(arrived, x_pre - 1, x_pre)
    x_post += 1 - saturation * x_post
  `,
});
