import { defineStimulus } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { during, startStop } from './stepCurrent.ts';

/**
 * A current with mean `mean` and standard deviation `sigma` that forgets with time constant `tau`, of each cell its own:
 * dx/dt = (mean - x) / tau + sigma sqrt(2 / tau) xi. It goes on by the exact law of the process, whatever dt is, and starts with a
 * draw from its stationary law. It is held over each step.
 */
export const ornsteinUhlenbeckCurrent = defineStimulus({
  name: 'ornsteinUhlenbeckCurrent',
  description: 'Coloured noise: an Ornstein-Uhlenbeck process for each cell.',
  citation: 'Uhlenbeck G E, Ornstein L S (1930) On the theory of the Brownian motion. Phys Rev 36:823-841. doi:10.1103/PhysRev.36.823',
  quantities: {
    x: quantity('normal(mean, sigma)', 'target', 'current'),
    mean: quantity(0, 'target', 'mean'),
    sigma: quantity(1, 'target', 'stationary standard deviation'),
    tau: quantity(5, 'ms', 'time constant'),
    ...startStop,
  },
  equations: 'dx/dt = (mean - x) / tau + sigma * sqrt(2 / tau) * xi(x)',
  output: `where(${during}, x, 0)`,
  integrator: 'exact',
});
