import type { NodeId } from '../../ir/expr.ts';
import { lowerExpression } from '../../language/lower.ts';
import { drift, type Integrate, linearIn, requireAdditiveNoise, sumOfNoise } from './system.ts';

const INSTEAD = "Hold that term constant over a step with frozen(...), or use integrator: 'heun'.";

/**
 * Exponential Euler, order 1: each equation, linear in its own variable, f = a + b x, is solved with everything else
 * held constant: x + dt f exprel(b dt). Additive noise g xi enters with its exact deviation over the step,
 * g sqrt(dt exprel(2 b dt)).
 */
export const exponentialEuler: Integrate = (system) => {
  const { environment, derivatives } = system;
  const b = environment.builder;
  const dt = b.constant(environment.plan.clock.dt);
  const next = new Map<string, NodeId>();
  for (const d of derivatives) {
    const own = new Set([d.variable]);
    requireAdditiveNoise(system, d, own, 'exponential-euler');
    const rate = linearIn(system, d, own, 'exponential-euler', INSTEAD).coefficients.get(d.variable);
    const z = rate ? b.math('mul', lowerExpression(rate, environment), dt) : b.constant(0);
    const moved = b.math('add', environment.lookup(d.variable), b.math('mul', drift(system, d, environment, dt), b.math('exprel', z)));
    const deviation = (): NodeId => b.math('sqrt', b.math('mul', dt, b.math('exprel', b.math('mul', b.constant(2), z))));
    const noise = sumOfNoise(system, d, environment, deviation);
    next.set(d.variable, noise === undefined ? moved : b.math('add', moved, noise));
  }
  return next;
};
