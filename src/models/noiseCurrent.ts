import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Additive input noise for any neuron: a current i that fluctuates about `mean` with standard deviation `sigma` and forgets
 * with `tau`, independent in every cell. Its strength does not depend on dt. Does not fit `rk4`, which takes no noise.
 */
export const noiseCurrent = defineChannel({
  name: 'noise current',
  description: 'Injected current that fluctuates as an Ornstein-Uhlenbeck process: additive noise.',
  citation: 'Uhlenbeck G E, Ornstein L S (1930) On the theory of the Brownian motion. Phys Rev 36(5):823-841. doi:10.1103/PhysRev.36.823',
  quantities: {
    mean: quantity(0, 'current', 'mean'),
    sigma: quantity(1, 'current', 'standard deviation'),
    tau: quantity(5, 'ms', 'time constant'),
    i: quantity('normal(mean, sigma)', 'current', 'injected current, inward positive'),
  },
  equations: `
    di/dt = (mean - i) / tau + sigma * sqrt(2 / tau) * xi(input)
    current = -i
  `,
});
