import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * The delta rule of Widrow and Hoff: each spike that arrives changes the weight by eta (rate - y) between hard bounds, so that the rate y of
 * the target, its spikes filtered by an exponential, comes to be the wanted one. With spikes in place of the source's rate x, the mean of
 * dw/dt is eta x (rate - y). The wanted rate may differ between targets, `set({ rate: '5 + post.index' })`, and change as the simulation
 * goes. A spike of the target that coincides is not seen.
 */
export const deltaRule = defineSynapse({
  name: 'deltaRule',
  description: 'Supervised plasticity: weights follow the difference of the wanted rate of the target and its rate.',
  citation: 'Widrow B, Hoff M E (1960) Adaptive switching circuits. IRE WESCON Convention Record 4:96-104',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_min: quantity(0, 'target', 'smallest weight'),
    w_max: quantity(1, 'target', 'largest weight'),
    eta: quantity(1e-4, 'target/Hz', 'learning rate'),
    rate: quantity(10, 'Hz', 'rate of the target that is wanted'),
    tau_y: quantity(100, 'ms', 'time over which the rate of the target is taken'),
    y: quantity(0, 'Hz', 'rate of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: 'dy/dt = -y / tau_y',
  bounds: { w: ['w_min', 'w_max'] },
  onPre: `
    post.<target> += w
    w += eta * (rate - y)
  `,
  onPost: 'y += 1 / tau_y',
});
