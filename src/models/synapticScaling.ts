import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Homeostatic scaling: dw/dt = beta w (rate - y) multiplies all weights onto a cell until its rate y, spikes filtered by an exponential,
 * is the wanted one. Exact in closed form: between spikes the logarithm of the weight is an integral of decaying terms.
 */
export const synapticScaling = defineSynapse({
  name: 'synapticScaling',
  description: 'Scales the weights onto a cell, all by the same factor, towards a target rate.',
  citation:
    'van Rossum M C W, Bi G Q, Turrigiano G G (2000) Stable Hebbian learning from spike timing-dependent plasticity. Journal of Neuroscience 20(23):8812-8821. doi:10.1523/JNEUROSCI.20-23-08812.2000',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    beta: quantity(4e-5, '1/(Hz*s)', 'rate of scaling'),
    rate: quantity(10, 'Hz', 'rate of the target that is wanted'),
    tau_y: quantity(100000, 'ms', 'time over which the rate of the target is taken'),
    y: quantity(10, 'Hz', 'rate of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: `
    dy/dt = -y / tau_y
    dw/dt = beta * w * (rate - y)
  `,
  onPre: 'post.<target> += w',
  onPost: 'y += 1 / tau_y',
});
