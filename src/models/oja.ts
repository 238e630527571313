import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Oja's rule: each spike of the target changes the weight by eta (x - y w / w_scale), so that weights grow with correlation and the sum
 * of their squares stays near w_scale^2. The rates x of the source and y of the target are spikes filtered by exponentials; with spikes in
 * place of the target's rate, the mean of dw/dt is eta y (x - y w / w_scale). Spikes that coincide do not see each other.
 */
export const oja = defineSynapse({
  name: 'oja',
  description: 'Hebbian plasticity with a decay that keeps the sum of squared weights, as principal component analysis does.',
  citation:
    'Oja E (1982) Simplified neuron model as a principal component analyzer. Journal of Mathematical Biology 15(3):267-273. doi:10.1007/BF00275687',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_scale: quantity(1, 'target', 'weight at which a synapse alone is at rest where both rates are equal'),
    eta: quantity(1e-4, 'target/Hz', 'learning rate'),
    tau_x: quantity(100, 'ms', 'time over which the rate of the source is taken'),
    tau_y: quantity(100, 'ms', 'time over which the rate of the target is taken'),
    x: quantity(0, 'Hz', 'rate of spikes that arrive'),
    y: quantity(0, 'Hz', 'rate of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: `
    dx/dt = -x / tau_x
    dy/dt = -y / tau_y
  `,
  onPre: `
    post.<target> += w
    x += 1 / tau_x
  `,
  onPost: `
    w += eta * (where(arrived, x - 1 / tau_x, x) - y * w / w_scale)
    y += 1 / tau_y
  `,
});
