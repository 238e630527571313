import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Plasticity of inhibition that keeps the target near a rate: dw = eta w_scale exp(-|t| / tau) for each pair of spikes, whichever came first,
 * and dw = -eta w_scale alpha for each spike that arrives, with alpha = 2 rate tau. The window has no jump at 0: a pair that coincides counts once.
 * Negative where it inhibits by adding to a current or potential: give `w_max`, `w_scale` in those terms, or connect to a conductance.
 */
export const inhibitoryStdp = defineSynapse({
  name: 'inhibitoryStdp',
  description: 'Symmetric spike-timing dependent plasticity of inhibitory synapses that balances excitation at a target rate.',
  citation:
    'Vogels T P, Sprekeler H, Zenke F, Clopath C, Gerstner W (2011) Inhibitory plasticity balances excitation and inhibition in sensory pathways and memory networks. Science 334(6062):1569-1573. doi:10.1126/science.1211095',
  quantities: {
    w: quantity(0, 'target', 'weight'),
    w_max: quantity(10, 'target', 'largest weight'),
    w_scale: quantity(1, 'target', 'weight that the learning rate is a part of'),
    eta: quantity(0.01, '1', 'learning rate'),
    rate: quantity(3, 'Hz', 'rate of the target that is kept'),
    tau: quantity(20, 'ms', 'time constant of the traces'),
    x_pre: quantity(0, '1', 'trace of spikes that arrived'),
    x_post: quantity(0, '1', 'trace of spikes of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: `
    alpha = 2 * rate * tau
    dx_pre/dt = -x_pre / tau
    dx_post/dt = -x_post / tau
  `,
  bounds: { w: ['0[target]', 'w_max'] },
  onPre: `
    post.<target> += w
    w += eta * w_scale * (x_post - alpha)
    x_pre += 1
  `,
  onPost: `
    w += eta * w_scale * x_pre
    x_post += 1
  `,
});
