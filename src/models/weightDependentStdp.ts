import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Spike-timing dependent plasticity by pairs of spikes, with soft bounds: dw = lambda w_max (1 - w / w_max)^mu_plus for potentiation,
 * dw = -lambda alpha w_max (w / w_max)^mu_minus for depression, times exp(-t / tau). Exponents of 0 make it additive, of 1
 * multiplicative (Kistler and van Hemmen 2000, Rubin et al. 2001), mu_plus 0 with mu_minus 1 is the rule of van Rossum et al. (2000).
 * Pairs and `saturation` are those of `stdp`.
 */
export const weightDependentStdp = defineSynapse({
  name: 'weightDependentStdp',
  description: 'Pair-based spike-timing dependent plasticity with a power of the weight, from additive to multiplicative.',
  citation:
    'Guetig R, Aharonov R, Rotter S, Sompolinsky H (2003) Learning input correlations through nonlinear temporally asymmetric Hebbian plasticity. Journal of Neuroscience 23(9):3697-3714. doi:10.1523/JNEUROSCI.23-09-03697.2003',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_max: quantity(1, 'target', 'largest weight'),
    lambda: quantity(0.005, '1', 'learning rate'),
    alpha: quantity(1.05, '1', 'depression relative to potentiation'),
    mu_plus: quantity(0.02, '1', 'exponent of potentiation'),
    mu_minus: quantity(0.02, '1', 'exponent of depression'),
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
  bounds: { w: ['0[target]', 'w_max'] },
  onPre: `
    post.<target> += w
    w -= lambda * alpha * w_max * (w / w_max)^mu_minus * where(post.spiked, (1 - saturation) * x_post, x_post)
    x_pre += 1 - saturation * x_pre
  `,
  onPost: `
    w += lambda * w_max * (1 - w / w_max)^mu_plus * where(arrived, x_pre - 1, x_pre)
    x_post += 1 - saturation * x_post
  `,
});
