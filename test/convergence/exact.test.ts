import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../src/compile/compile.ts';
import { defineNeuron } from '../../src/model/define.ts';
import { quantity } from '../../src/model/quantity.ts';
import { Network } from '../../src/network/network.ts';
import type { BackendName } from '../../src/simulation/simulation.ts';
import { solve } from '../support/solve.ts';

const { exp, expm1, cos, sin } = Math;

const one = defineNeuron({
  name: 'leak',
  integrator: 'exact',
  quantities: { v: quantity(1), e: quantity(-2), tau_m: quantity(10), tau_s: quantity(0) },
  equations: 'dv/dt = (e - v) / tau_m',
});
const two = defineNeuron({
  name: 'exponential synapse',
  integrator: 'exact',
  quantities: { v: quantity(1), i: quantity(3), e: quantity(-2), tau_m: quantity(10), tau_s: quantity(2) },
  equations: `
    dv/dt = (e - v + i) / tau_m
    di/dt = -i / tau_s
  `,
});
const three = defineNeuron({
  name: 'alpha synapse',
  integrator: 'exact',
  quantities: { v: quantity(1), i: quantity(3), x: quantity(2), tau_m: quantity(10), tau_s: quantity(2) },
  equations: `
    dv/dt = -v / tau_m + i
    di/dt = -i / tau_s + x
    dx/dt = -x / tau_s
  `,
});

interface Solution {
  readonly v: number;
  readonly i?: number;
  readonly x?: number;
}

/** The closed forms; equal time constants apart. */
const SYSTEMS = [
  { name: 'one variable', model: one, names: ['v'], solution: (t: number, tm: number): Solution => ({ v: -2 + 3 * exp(-t / tm) }) },
  {
    name: 'two variables',
    model: two,
    names: ['v', 'i'],
    solution: (t: number, tm: number, ts: number): Solution => {
      const driven = tm === ts ? (t / tm) * exp(-t / tm) : (ts / (ts - tm)) * (exp(-t / ts) - exp(-t / tm));
      return { v: -2 + 3 * exp(-t / tm) + 3 * driven, i: 3 * exp(-t / ts) };
    },
  },
  {
    name: 'three variables',
    model: three,
    names: ['v', 'i', 'x'],
    solution: (t: number, tm: number, ts: number): Solution => {
      const g = 1 / tm - 1 / ts;
      const driven = tm === ts ? 3 * t + t * t : (3 * expm1(g * t)) / g + 2 * ((t * exp(g * t)) / g - expm1(g * t) / g / g);
      return { v: exp(-t / tm) * (1 + driven), i: (3 + 2 * t) * exp(-t / ts), x: 2 * exp(-t / ts) };
    },
  },
] as const;

const TIME_CONSTANTS = [
  [10, 2],
  [10, 10],
  [20, 0.5],
] as const;
const STEPS = [0.1, 0.2, 0.5, 1, 7, 100];

describe.each(SYSTEMS)('exact: $name', ({ model, names, solution }) => {
  it.each(STEPS)('agrees with the closed form at dt = %f', async (dt) => {
    const at = [1, 2, 10, 100].map((n) => n * dt);
    for (const [tau_m, tau_s] of TIME_CONSTANTS) {
      const results = await solve(model(), names, { dt, at, values: { tau_m, tau_s } });
      results.forEach((result, k) => {
        const expected = solution(at[k], tau_m, tau_s);
        for (const name of names) expectClose(result[name][0], expected[name] ?? Number.NaN);
      });
    }
  });

  it.each<BackendName>(['js', 'wasm'])('takes each cell its own time constants on %s', async (backend) => {
    const tau_m = [10, 10, 3, 40, 7];
    const tau_s = [2, 10, 3, 1, 0.2];
    const [result] = await solve(model(), names, { dt: 0.5, at: [5], cells: 5, values: { tau_m, tau_s }, backend });
    for (let cell = 0; cell < 5; cell++) {
      const expected = solution(5, tau_m[cell], tau_s[cell]);
      for (const name of names) expectClose(result[name][cell], expected[name] ?? Number.NaN);
    }
  });
});

describe('exact', () => {
  it('solves what turns and what grows', async () => {
    const spiral = defineNeuron({
      name: 'spiral',
      integrator: 'exact',
      quantities: { x: quantity(1), y: quantity(0), a: quantity(-0.1), b: quantity(2) },
      equations: `
        dx/dt = a * x - b * y
        dy/dt = b * x + a * y
      `,
    });
    for (const a of [-0.1, 0.1]) {
      const [{ x, y }] = await solve(spiral({ a }), ['x', 'y'], { dt: 0.5, at: [20] });
      const radius = exp(20 * a);
      expect(Math.abs(x[0] - radius * cos(40)) / radius).toBeLessThan(1e-11);
      expect(Math.abs(y[0] - radius * sin(40)) / radius).toBeLessThan(1e-11);
    }
  });

  it('stays at the fixed point however stiff the system is', async () => {
    const [{ v }] = await solve(two(), ['v'], { dt: 1000, at: [1e5], values: { tau_m: 0.01, tau_s: 5 } });
    expect(v[0]).toBeCloseTo(-2, 12);
  });

  it('computes the propagators once and not in every step', () => {
    const rates = defineNeuron({
      name: 'rates',
      integrator: 'exact',
      quantities: { x: quantity(1), y: quantity(1), k: quantity(0.3), g: quantity(2) },
      equations: `
        dx/dt = -k * x + y
        dy/dt = -g * y
      `,
    });
    const network = new Network();
    network.population('cells', rates(), 4);
    const { program } = compileNetwork(network.def, 'f32');
    const step = program.kernels[program.schedule.step.flatMap((a) => (a.kind === 'kernel' ? [a.kernel] : []))[0]];
    expect(step.nodes.length).toBeLessThan(25);
  });
});

function expectClose(actual: number, expected: number): void {
  // What has decayed to nothing is 0.
  if (actual === 0 && Math.abs(expected) < 2 ** -100) return;
  expect(Math.abs(actual - expected), `${actual} for ${expected}`).toBeLessThanOrEqual(1e-11 * Math.abs(expected));
}
