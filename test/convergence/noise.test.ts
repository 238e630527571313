import { describe, expect, it } from 'vitest';
import { defineNeuron } from '../../src/model/define.ts';
import { quantity } from '../../src/model/quantity.ts';
import { solve } from '../support/solve.ts';
import { expectNormal, moments } from '../support/statistics.ts';

const CELLS = 20_000;
const TAU = 10;
const START = 3;
const SIGMA = 2;

/** Ornstein and Uhlenbeck's process with a stationary deviation of SIGMA. */
const ornsteinUhlenbeck = defineNeuron({
  name: 'noisy',
  quantities: { x: quantity(START), tau: quantity(TAU), sigma: quantity(SIGMA) },
  equations: 'dx/dt = -x / tau + sigma * sqrt(2 / tau) * xi(n)',
});

describe('additive noise', () => {
  it.each([
    ['exact', 0.1],
    ['exact', 5],
    ['exact', 40],
    ['exponential-euler', 0.1],
    ['exponential-euler', 5],
    ['exponential-euler', 40],
  ] as const)('%s has the exact distribution at dt = %f', async (integrator, dt) => {
    const at = [dt, 2 * dt, 20 * dt];
    const results = await solve(ornsteinUhlenbeck({ integrator }), ['x'], { dt, at, cells: CELLS, seed: 5 });
    results.forEach(({ x }, k) => {
      expectNormal(x, START * Math.exp(-at[k] / TAU), SIGMA ** 2 * -Math.expm1((-2 * at[k]) / TAU));
    });
  });

  it.each(['f32', 'f64'] as const)('euler is the method of Euler and Maruyama in %s', async (precision) => {
    const dt = 2;
    const [{ x }] = await solve(ornsteinUhlenbeck({ integrator: 'euler' }), ['x'], { dt, at: [10], cells: CELLS, seed: 6, precision });
    const a = 1 - dt / TAU;
    expectNormal(x, START * a ** 5, (((2 * SIGMA ** 2 * dt) / TAU) * (1 - a ** 10)) / (1 - a ** 2));
  });

  it('reaches the distribution of the process as dt goes to 0', async () => {
    const [{ x }] = await solve(ornsteinUhlenbeck({ integrator: 'euler' }), ['x'], { dt: 0.05, at: [5], cells: CELLS, seed: 7 });
    expectNormal(x, START * Math.exp(-0.5), SIGMA ** 2 * -Math.expm1(-1));
  });

  it('is forgotten at the rate of the process', async () => {
    const [a, b] = await solve(ornsteinUhlenbeck({ integrator: 'exact' }), ['x'], { dt: 5, at: [100, 105], cells: CELLS, seed: 8 });
    expect(Math.abs(correlation(a.x, b.x) - Math.exp(-0.5))).toBeLessThan(4.5 / Math.sqrt(CELLS));
    expect(Math.abs(correlation(a.x.subarray(1), a.x.subarray(0, CELLS - 1)))).toBeLessThan(4.5 / Math.sqrt(CELLS));
  });

  it('is the same where it has the same name', async () => {
    const model = defineNeuron({
      name: 'shared',
      quantities: { x: quantity(0), y: quantity(0), z: quantity(0) },
      equations: `
        dx/dt = xi(a)
        dy/dt = 2 * xi(a)
        dz/dt = xi(b)
      `,
    });
    const [{ x, y, z }] = await solve(model(), ['x', 'y', 'z'], { dt: 1, at: [3], cells: CELLS, seed: 9 });
    expectNormal(x, 0, 3);
    y.forEach((value, i) => expect(value).toBeCloseTo(2 * x[i], 12));
    expect(Math.abs(correlation(x, z))).toBeLessThan(4.5 / Math.sqrt(CELLS));
  });

  it('stops for held variables', async () => {
    const model = defineNeuron({
      name: 'held',
      quantities: { x: quantity(0), y: quantity(0) },
      equations: `
        dx/dt = xi(a)  (unless refractory)
        dy/dt = xi(a)
      `,
      spike: 't == 0',
      refractory: '2',
    });
    const [first, second, third] = await solve(model(), ['x', 'y'], { dt: 1, at: [1, 3, 4] });
    expect(second.x).toEqual(first.x);
    expect(second.y).not.toEqual(first.y);
    expect(third.x).not.toEqual(first.x);
  });
});

describe('multiplicative noise', () => {
  const geometric = defineNeuron({
    name: 'geometric',
    quantities: { x: quantity(1), rate: quantity(0.3), sigma: quantity(0.5) },
    equations: 'dx/dt = x * (rate + sigma * xi(n))',
  });

  it.each([
    ['heun', 'Stratonovich', 0.3],
    ['euler', 'Ito', 0.3 - 0.5 ** 2 / 2],
  ] as const)('%s takes it in the sense of %s', async (integrator, _, drift) => {
    const [{ x }] = await solve(geometric({ integrator }), ['x'], { dt: 1 / 128, at: [1], cells: CELLS, seed: 10 });
    // Of weak order 1: the bias of the mean is below dt.
    expectNormal(x.map(Math.log), drift, 0.25, 0.003);
  });
});

function correlation(x: Float64Array, y: Float64Array): number {
  const a = moments(x);
  const b = moments(y);
  const covariance = x.reduce((sum, value, i) => sum + (value - a.mean) * (y[i] - b.mean), 0) / x.length;
  return covariance / Math.sqrt(a.variance * b.variance);
}
