import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * The rule of Bienenstock, Cooper and Munro with a threshold that slides faster than the activity: each spike that arrives changes the weight
 * by eta y (y - theta), theta = y_mean (y_mean / y_0)^p. The rate y and its mean are those of the target's spikes, filtered by exponentials.
 * With spikes in place of the source's rate, the mean of dw/dt is eta x y (y - theta). A spike of the target that coincides is not seen.
 */
export const bcm = defineSynapse({
  name: 'bcm',
  description: 'Hebbian plasticity with a sliding threshold between depression and potentiation.',
  citation:
    'Bienenstock E L, Cooper L N, Munro P W (1982) Theory for the development of neuron selectivity: orientation specificity and binocular interaction in visual cortex. Journal of Neuroscience 2(1):32-48. doi:10.1523/JNEUROSCI.02-01-00032.1982',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_min: quantity(0, 'target', 'smallest weight'),
    w_max: quantity(1, 'target', 'largest weight'),
    eta: quantity(1e-5, 'target/Hz^2', 'learning rate'),
    y_0: quantity(10, 'Hz', 'rate at which the threshold equals the mean rate'),
    p: quantity(1, '1', 'how much faster than the mean rate the threshold slides'),
    tau_y: quantity(100, 'ms', 'time over which the rate is taken'),
    tau_mean: quantity(10000, 'ms', 'time over which the mean rate is taken'),
    y: quantity(0, 'Hz', 'rate of the target'),
    y_mean: quantity(0, 'Hz', 'mean rate of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: `
    theta = y_mean * (y_mean / y_0)^p
    dy/dt = -y / tau_y
    dy_mean/dt = -y_mean / tau_mean
  `,
  bounds: { w: ['w_min', 'w_max'] },
  onPre: `
    post.<target> += w
    w += eta * y * (y - theta)
  `,
  onPost: `
    y += 1 / tau_y
    y_mean += 1 / tau_mean
  `,
});
