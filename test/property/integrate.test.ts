import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BackendName, defineNeuron, quantity } from '../../src/index.ts';
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
const systems = fc
  .integer({ min: 1, max: 4 })
  .chain((n) => fc.record({ matrix: fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }), drive: fc.array(entry, { minLength: n, maxLength: n }) }));

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

/** Expressions over two variables, two parameters and time that stay finite. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    fc.constantFrom('v', 'u', 'p', 'q', 't', '0.5', '2'),
    fc.tuple(tie('expression'), fc.constantFrom('+', '-', '*'), tie('expression')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a} / (1 + (${b})^2)`),
    fc.tuple(fc.constantFrom('tanh', 'sin', 'cos', 'floor', 'abs'), tie('expression')).map(([f, a]) => `${f}(${a})`),
    tie('expression').map((a) => `exp(-abs(${a}))`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `where(${a} < ${b}, ${b}, ${c})`),
  ),
}));

describe('what is computed ahead', () => {
  /** The same equations with p and q as parameters, whose terms are computed ahead, and as variables, whose terms are not. */
  const model = (text: string, arePassive: boolean) =>
    defineNeuron({
      name: 'cell',
      quantities: { v: quantity(1), u: quantity(-0.5), p: quantity(0.7), q: quantity(-1.3) },
      equations: `dv/dt = tanh(${text})\ndu/dt = -u + sin(t * p) * exp(q)`,
      step: arePassive ? 'u = u' : 'u = u; p = p; q = q',
    })();

  const values = { p: [0.7, 0.2, -3], q: [-1.3, 0, 2] };

  it.each<BackendName>(['js', 'wasm'])('is the same to the bit in f64 on %s', async (backend) => {
    await fc.assert(
      fc.asyncProperty(expression, fc.boolean(), async (text, perCell) => {
        const options = { dt: 0.1, at: [0.5], cells: 3, backend, ...(perCell && { values }) };
        expect(await solve(model(text, true), ['v', 'u'], options)).toEqual(await solve(model(text, false), ['v', 'u'], options));
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('is the same within rounding in f32', async () => {
    const text = 'v * exp(-p / 3) + sin(t * q) / (1 + p^2) + u * sqrt(abs(p - q))';
    for (const precision of ['f32', 'f64'] as const) {
      const options = { dt: 0.1, at: [2], cells: 3, precision, values };
      const [ahead] = await solve(model(text, true), ['v', 'u'], options);
      const [inStep] = await solve(model(text, false), ['v', 'u'], options);
      for (const name of ['v', 'u'] as const) {
        ahead[name].forEach((x, i) => expect(Math.abs(x - inStep[name][i])).toBeLessThanOrEqual(precision === 'f32' ? 2e-6 : 0));
      }
    }
  });
});
