import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineNeuron, quantity } from '../../src/index.ts';
import { solve } from '../support/solve.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;

/** dx/dt = A x + drive, for as many variables as A has rows. */
function linear(matrix: readonly (readonly number[])[], drive: readonly number[]) {
  const names = NAMES.slice(0, matrix.length);
  const coefficient = (i: number, j: number): string => `m_${names[i]}${names[j]}`;
  const entries = matrix.flatMap((row, i) => row.flatMap((x, j) => (x === 0 ? [] : [[coefficient(i, j), quantity(x)] as const])));
  const terms = (i: number): string[] => matrix[i].flatMap((x, j) => (x === 0 ? [] : [`${coefficient(i, j)} * ${names[j]}`]));
  const model = defineNeuron({
    name: 'linear',
    integrator: 'exact',
    quantities: Object.fromEntries([...names.map((name, i) => [name, quantity(i + 1)] as const), ...entries]),
    equations: names.map((name, i) => `d${name}/dt = ${[...terms(i), drive[i]].join(' + ')}`).join('\n'),
  });
  return { model: model(), names };
}

const entry = fc.oneof(fc.constant(0), fc.double({ min: -3, max: 1, noNaN: true }));
const systems = fc.integer({ min: 1, max: 4 }).chain((n) =>
  fc.record({
    matrix: fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }),
    drive: fc.array(entry, { minLength: n, maxLength: n }),
  }),
);

describe('exact', () => {
  it('takes one step of 2 dt as two of dt', async () => {
    await fc.assert(
      fc.asyncProperty(systems, fc.constantFrom(0.01, 0.1, 1), async ({ matrix, drive }, dt) => {
        const { model, names } = linear(matrix, drive);
        const [two] = await solve(model, names, { dt, at: [2 * dt] });
        const [one] = await solve(model, names, { dt: 2 * dt, at: [2 * dt] });
        const scale = Math.max(...names.map((name) => Math.abs(one[name][0])), 1);
        for (const name of names) expect(Math.abs(two[name][0] - one[name][0])).toBeLessThan(1e-11 * scale);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('is what rk4 comes to with small steps', async () => {
    await fc.assert(
      fc.asyncProperty(systems, async ({ matrix, drive }) => {
        const { model, names } = linear(matrix, drive);
        const [exact] = await solve(model, names, { dt: 1, at: [1] });
        const [small] = await solve({ ...model, def: { ...model.def, integrator: 'rk4' } }, names, { dt: 1 / 256, at: [1] });
        const scale = Math.max(...names.map((name) => Math.abs(exact[name][0])), 1);
        for (const name of names) expect(Math.abs(small[name][0] - exact[name][0])).toBeLessThan(1e-7 * scale);
      }),
      { seed: 2, numRuns: 25 },
    );
  });
});

describe('what is computed ahead', () => {
  /** The same equations with p and q as parameters, whose terms are computed ahead, and as variables, whose terms are not. */
  const model = (areParameters: boolean) =>
    defineNeuron({
      name: 'cell',
      quantities: { v: quantity(1), u: quantity(-0.5), p: quantity(0.7), q: quantity(-1.3) },
      equations: `
        dv/dt = tanh(v * exp(-p / 3) + sin(t * q) / (1 + p^2) + u * sqrt(abs(p - q)) / (2 + q))
        du/dt = -u / (1 + p * p) + sin(t * p) * exp(q) * v
      `,
      step: areParameters ? 'u = u' : 'u = u; p = p; q = q',
    })();

  it.each([
    ['f32', undefined, 2e-6],
    ['f32', [0.7, 0.2, -3], 2e-6],
    ['f64', undefined, 1e-14],
    ['f64', [0.7, 0.2, -3], 1e-14],
  ] as const)('is the same within rounding in %s, p = %j', async (precision, p, tolerance) => {
    const options = { dt: 0.1, at: [2], cells: 3, precision, ...(p && { values: { p, q: [-1.3, 0, 2] } }) };
    const [ahead] = await solve(model(true), ['v', 'u'], options);
    const [inStep] = await solve(model(false), ['v', 'u'], options);
    for (const name of ['v', 'u'] as const) {
      ahead[name].forEach((x, i) => expect(Math.abs(x - inStep[name][i])).toBeLessThanOrEqual(tolerance));
    }
  });
});
