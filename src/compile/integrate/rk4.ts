import { SpikeloomError } from '../../core/error.ts';
import type { NodeId } from '../../ir/expr.ts';
import type { CellEnvironment } from '../environment.ts';
import { drift, hasNoise, type Integrate } from './system.ts';

/** The classical method of Runge and Kutta, order 4; refuses noise. */
export const rk4: Integrate = (system) => {
  const { environment, derivatives } = system;
  const b = environment.builder;
  const dt = environment.plan.clock.dt;
  const noisy = derivatives.find((d) => hasNoise(system, d));
  if (noisy) {
    throw new SpikeloomError({
      code: 'integrator',
      message: `'rk4' is for equations without noise, but d${noisy.variable}/dt has xi`,
      path: noisy.path,
      hint: "Use integrator: 'heun' (Stratonovich's sense) or 'euler' (Ito's).",
    });
  }
  const slopes = (at: CellEnvironment): NodeId[] => derivatives.map((d) => drift(system, d, at));
  const ahead = (k: readonly NodeId[], fraction: number): CellEnvironment => {
    const h = b.constant(dt * fraction);
    const values = derivatives.map((d, i): [string, NodeId] => [d.variable, b.math('add', environment.lookup(d.variable), b.math('mul', h, k[i]))]);
    return environment.with(new Map([...values, ['t', b.math('add', environment.lookup('t'), h)]]));
  };
  const k1 = slopes(environment);
  const k2 = slopes(ahead(k1, 0.5));
  const k3 = slopes(ahead(k2, 0.5));
  const k4 = slopes(ahead(k3, 1));
  return new Map(
    derivatives.map((d, i) => {
      const middle = b.math('mul', b.constant(2), b.math('add', k2[i], k3[i]));
      const sum = b.math('add', b.math('add', k1[i], middle), k4[i]);
      return [d.variable, b.math('add', environment.lookup(d.variable), b.math('mul', b.constant(dt / 6), sum))];
    }),
  );
};
