import { describe, expect, it } from 'vitest';
import { defineNeuron } from '../../src/model/define.ts';
import type { Integrator } from '../../src/model/definition.ts';
import { quantity } from '../../src/model/quantity.ts';
import { solve } from '../support/solve.ts';

const END = 2;

/** x = 1 / (1 + t^2): the right side depends on time. */
const riccati = defineNeuron({ name: 'riccati', quantities: { x: quantity(1) }, equations: 'dx/dt = -2 * t * frozen(x) * x' });

/** x = 1 / (1 + 9 exp(-t)). */
const logistic = defineNeuron({ name: 'logistic', quantities: { x: quantity(0.1) }, equations: 'dx/dt = (1 - frozen(x)) * x' });

/** A system: x = cos(t) + t, y = exp(-x). What exponential Euler holds constant is `frozen`; the others take it as it is. */
const coupled = defineNeuron({
  name: 'coupled',
  quantities: { x: quantity(1), y: quantity('exp(-x)') },
  equations: `
    dx/dt = speed
    dy/dt = -speed * y * sqrt(frozen(x + log(y) + 1))
    speed = 1 - sin(t)
  `,
});

const PROBLEMS = [
  { name: 'time-dependent', model: riccati, variable: 'x', exact: 1 / (1 + END ** 2) },
  { name: 'logistic', model: logistic, variable: 'x', exact: 1 / (1 + 9 * Math.exp(-END)) },
  { name: 'two variables', model: coupled, variable: 'y', exact: Math.exp(-(Math.cos(END) + END)) },
] as const;

const METHODS: readonly { readonly integrator: Integrator; readonly order: number; readonly steps: readonly number[] }[] = [
  { integrator: 'euler', order: 1, steps: [256, 512, 1024] },
  { integrator: 'exponential-euler', order: 1, steps: [256, 512, 1024] },
  { integrator: 'heun', order: 2, steps: [64, 128, 256] },
  { integrator: 'rk4', order: 4, steps: [32, 64, 128] },
];

describe.each(METHODS)('$integrator has order $order', ({ integrator, order, steps }) => {
  it.each(PROBLEMS)('$name', async ({ model, variable, exact }) => {
    const errors: number[] = [];
    for (const n of steps) {
      const [end] = await solve(model({ integrator }), [variable], { dt: END / n, at: [END] });
      errors.push(Math.abs(end[variable][0] - exact));
    }
    for (let i = 1; i < errors.length; i++) {
      expect(errors[i]).toBeGreaterThan(1e-13);
      expect(Math.abs(Math.log2(errors[i - 1] / errors[i]) - order)).toBeLessThan(0.1);
    }
  });
});
