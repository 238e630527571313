import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Spike-timing dependent plasticity that waits for a reward: pairs of spikes change the eligibility c, dc/dt = -c / tau_c, and dopamine d,
 * dd/dt = -d / tau_d, turns it into weight: dw/dt = gain c d between hard bounds. `simulation.reward(size)` adds to d.
 * c and d keep their signs between spikes and rewards, so that the weight moves one way: closed form and bounds are exact.
 */
export const rewardStdp = defineSynapse({
  name: 'rewardStdp',
  description: 'Spike-timing dependent plasticity gated by dopamine, with an eligibility trace at each synapse.',
  citation:
    'Izhikevich E M (2007) Solving the distal reward problem through linkage of STDP and dopamine signaling. Cerebral Cortex 17(10):2443-2452. doi:10.1093/cercor/bhl152',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_min: quantity(0, 'target', 'smallest weight'),
    w_max: quantity(1, 'target', 'largest weight'),
    gain: quantity(0.001, 'target/ms', 'change of the weight by dopamine and eligibility of 1'),
    a_plus: quantity(1, '1', 'eligibility by a pair, the target after the source'),
    a_minus: quantity(1.5, '1', 'eligibility lost by a pair, the source after the target'),
    tau_plus: quantity(20, 'ms', 'time constant of potentiation'),
    tau_minus: quantity(20, 'ms', 'time constant of depression'),
    tau_c: quantity(1000, 'ms', 'decay of eligibility'),
    tau_d: quantity(200, 'ms', 'decay of dopamine'),
    saturation: quantity(0, '1', '0: all pairs of spikes count, 1: only nearest ones'),
    c: quantity(0, '1', 'eligibility'),
    x_pre: quantity(0, '1', 'trace of spikes that arrived'),
    x_post: quantity(0, '1', 'trace of spikes of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  shared: { d: quantity(0, '1', 'dopamine') },
  equations: `
    dx_pre/dt = -x_pre / tau_plus
    dx_post/dt = -x_post / tau_minus
    dc/dt = -c / tau_c
    dd/dt = -d / tau_d
    dw/dt = gain * c * d
  `,
  bounds: { w: ['w_min', 'w_max'] },
  onPre: `
    post.<target> += w
    c -= a_minus * where(post.spiked, (1 - saturation) * x_post, x_post)
    x_pre += 1 - saturation * x_pre
  `,
  onPost: `
    c += a_plus * where(arrived, x_pre - 1, x_pre)
    x_post += 1 - saturation * x_post
  `,
  onReward: 'd += reward',
});
