import type { NodeId } from '../../ir/expr.ts';
import { diffusion, drift, type Integrate } from './system.ts';

/** Forward Euler, order 1; with noise Euler and Maruyama (Ito's sense): x + dt f + sqrt(dt) g N. */
export const euler: Integrate = (system) => {
  const { environment, derivatives } = system;
  const b = environment.builder;
  const next = new Map<string, NodeId>();
  for (const d of derivatives) {
    const change = b.math('mul', b.constant(environment.plan.clock.dt), drift(system, d, environment));
    const moved = b.math('add', environment.lookup(d.variable), change);
    const noise = diffusion(system, d, environment);
    next.set(d.variable, noise === undefined ? moved : b.math('add', moved, noise));
  }
  return next;
};
