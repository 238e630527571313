import type { NodeId } from '../../ir/expr.ts';
import { diffusion, drift, type Integrate } from './system.ts';

/** Heun's method, order 2; noise in Stratonovich's sense (Kloeden and Platen 1992, the predictor-corrector of section 15.5). */
export const heun: Integrate = (system) => {
  const { environment, derivatives } = system;
  const b = environment.builder;
  const dt = b.constant(environment.plan.clock.dt);
  const predicted = new Map<string, NodeId>([['t', b.math('add', environment.lookup('t'), dt)]]);
  const first = new Map<string, { change: NodeId; noise: NodeId | undefined }>();
  for (const d of derivatives) {
    const change = b.math('mul', dt, drift(system, d, environment));
    const noise = diffusion(system, d, environment);
    first.set(d.variable, { change, noise });
    const moved = b.math('add', environment.lookup(d.variable), change);
    predicted.set(d.variable, noise === undefined ? moved : b.math('add', moved, noise));
  }
  const end = environment.with(predicted);
  const half = b.constant(0.5);
  const next = new Map<string, NodeId>();
  for (const d of derivatives) {
    const start = first.get(d.variable);
    let change = b.math('add', start?.change ?? half, b.math('mul', dt, drift(system, d, end)));
    const noise = diffusion(system, d, end);
    if (noise !== undefined) change = b.math('add', change, b.math('add', start?.noise ?? half, noise));
    next.set(d.variable, b.math('add', environment.lookup(d.variable), b.math('mul', half, change)));
  }
  return next;
};
