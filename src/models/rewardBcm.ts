import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * The rule of Bienenstock, Cooper and Munro that waits for a reward: what `bcm` would change by each spike that arrives, eta y (y - theta)
 * with theta = y_mean (y_mean / y_0)^p, goes into the eligibility c, dc/dt = -c / tau_c, and dopamine d, dd/dt = -d / tau_d, turns it into
 * weight: dw/dt = gain c d between hard bounds. `simulation.reward(size)` adds to d. A spike of the target that coincides is not seen.
 */
export const rewardBcm = defineSynapse({
  name: 'rewardBcm',
  description: 'Hebbian plasticity with a sliding threshold gated by dopamine, with an eligibility trace at each synapse.',
  citation:
    'Baras D, Meir R (2007) Reinforcement learning, spike-time-dependent plasticity, and the BCM rule. Neural Computation 19(8):2245-2279. doi:10.1162/neco.2007.19.8.2245; dopamine and eligibility of Izhikevich E M (2007) Cerebral Cortex 17(10):2443-2452. doi:10.1093/cercor/bhl152',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_min: quantity(0, 'target', 'smallest weight'),
    w_max: quantity(1, 'target', 'largest weight'),
    gain: quantity(0.001, '1/ms', 'rate at which dopamine of 1 turns eligibility into weight'),
    eta: quantity(1e-5, 'target/Hz^2', 'learning rate'),
    y_0: quantity(10, 'Hz', 'rate at which the threshold equals the mean rate'),
    p: quantity(1, '1', 'how much faster than the mean rate the threshold slides'),
    tau_y: quantity(100, 'ms', 'time over which the rate is taken'),
    tau_mean: quantity(10000, 'ms', 'time over which the mean rate is taken'),
    tau_c: quantity(1000, 'ms', 'decay of eligibility'),
    tau_d: quantity(200, 'ms', 'decay of dopamine'),
    c: quantity(0, 'target', 'eligibility'),
    y: quantity(0, 'Hz', 'rate of the target'),
    y_mean: quantity(0, 'Hz', 'mean rate of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  shared: { d: quantity(0, '1', 'dopamine') },
  equations: `
    theta = y_mean * (y_mean / y_0)^p
    dy/dt = -y / tau_y
    dy_mean/dt = -y_mean / tau_mean
    dc/dt = -c / tau_c
    dd/dt = -d / tau_d
    dw/dt = gain * c * d
  `,
  bounds: { w: ['w_min', 'w_max'] },
  onPre: `
    post.<target> += w
    c += eta * y * (y - theta)
  `,
  onPost: `
    y += 1 / tau_y
    y_mean += 1 / tau_mean
  `,
  onReward: 'd += reward',
});
