import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Spike-timing dependent plasticity by pairs of spikes, as fits the data of Bi and Poo (1998): dw = lambda w_0^(1 - mu) w^mu exp(-t / tau)
 * for potentiation, dw = -lambda alpha w exp(-t / tau) for depression. There is no largest weight: depression grows faster than potentiation.
 * Pairs and `saturation` are those of `stdp`.
 */
export const powerLawStdp = defineSynapse({
  name: 'powerLawStdp',
  description: 'Pair-based spike-timing dependent plasticity, potentiation by a power of the weight, depression multiplicative.',
  citation:
    'Morrison A, Aertsen A, Diesmann M (2007) Spike-timing-dependent plasticity in balanced random networks. Neural Computation 19(6):1437-1467. doi:10.1162/neco.2007.19.6.1437',
  quantities: {
    w: quantity(1, 'target', 'weight'),
    w_0: quantity(1, 'target', 'reference weight'),
    lambda: quantity(0.1, '1', 'learning rate'),
    alpha: quantity(0.11, '1', 'depression relative to potentiation'),
    mu: quantity(0.4, '1', 'exponent of potentiation'),
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
  onPre: `
    post.<target> += w
    w = max(w - lambda * alpha * w * where(post.spiked, (1 - saturation) * x_post, x_post), 0[target])
    x_pre += 1 - saturation * x_pre
  `,
  onPost: `
    w += lambda * w_0 * (w / w_0)^mu * where(arrived, x_pre - 1, x_pre)
    x_post += 1 - saturation * x_post
  `,
});
