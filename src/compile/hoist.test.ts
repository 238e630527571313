import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KernelBuilder } from '../ir/build.ts';
import { expand } from '../ir/expand.ts';
import type { NodeId } from '../ir/expr.ts';
import { interpretKernel } from '../ir/interpret.ts';
import type { Kernel } from '../ir/kernel.ts';
import { printKernel } from '../ir/print.ts';
import type { ColumnArray } from '../ir/program.ts';
import { lowerExpression } from '../language/lower.ts';
import { parseExpression } from '../language/parser.ts';
import { ColumnTable } from './columns.ts';
import { hoist } from './hoist.ts';

const CELLS = 3;

/** A kernel that stores an expression over the variables v and u, the parameters p and q, each cell's own c, and t. */
function setUp(text: string) {
  const columns = new ColumnTable('f64');
  const step = columns.declare('step', 'u32', 1, 'state');
  const of = {
    v: columns.declare('v', 'f64', CELLS, 'state', [0.3, -1.2, 2]),
    u: columns.declare('u', 'f64', CELLS, 'state', [-0.5, 0, 4]),
    c: columns.declare('c', 'f64', CELLS, 'parameter', [1.5, 0.2, -2]),
    p: columns.declare('p', 'f64', 1, 'parameter', [0.7]),
    q: columns.declare('q', 'f64', 1, 'parameter', [-1.3]),
    t: columns.declare('t', 'f64', 1, 'time', [2.5]),
  };
  const out = columns.declare('out', 'f64', CELLS, 'state');
  const builder = new KernelBuilder('f64');
  const lookup = (name: string): NodeId => builder.load(of[name as keyof typeof of], ['v', 'u', 'c'].includes(name) ? 'self' : 'once');
  const node = lowerExpression(parseExpression(text), { builder, functions: new Map(), lookup, random: () => builder.u32(0) });
  builder.body.push({ kind: 'store', column: out, value: node });
  const kernel = builder.finish('k', { kind: 'neurons', count: CELLS });
  const hoisted = hoist(kernel, columns, CELLS);
  /** Carries out kernels one after the other on fresh memory. */
  const run = (kernels: readonly Kernel[]): number[] => {
    const memory = columns.place().columns.map((c): ColumnArray => {
      const values = c.type === 'u32' ? new Uint32Array(c.padded) : new Float64Array(c.padded);
      values.set(columns.data.get(c.id) ?? []);
      return values;
    });
    for (const k of kernels) interpretKernel(expand(k), { columns: memory, step, seed: [0, 0] })();
    return [...memory[out].slice(0, CELLS)];
  };
  const after = [...hoisted.derive, ...hoisted.time, hoisted.kernel];
  const print = (): string => after.map((k) => printKernel(k, columns.place().columns)).join('\n');
  return { hoisted, before: () => run([kernel]), after: () => run(after), print };
}

it('computes ahead what depends on parameters and on time, in kernels of its own', () => {
  expect(setUp('v * exp(-p / q) + sin(t * p) * c / (1 + c) + u * (p + q)').print()).toMatchInlineSnapshot(`
    "kernel k.derive: f64, once
      k.derived 5 = exp(neg(p[once]) / q[once])
    kernel k.time: f64, once
      k.derived 9 = sin(t[once] * p[once])
    kernel k: f64, neurons 3
      out = ((v[self] * k.derived 5[once]) + ((k.derived 9[once] * c[self]) / (1 + c[self]))) + (u[self] * (p[once] + q[once]))"
  `);
});

it('lifts conditions', () => {
  const { print, before, after } = setUp('where(exp(p) < q, v, u) + where(t > q, v, 2)');
  expect(print()).toMatchInlineSnapshot(`
    "kernel k.derive: f64, once
      k.derived 3 = selectU32(exp(p[once]) < q[once], 1u, 0u)
    kernel k.time: f64, once
      k.derived 8 = selectU32(q[once] < t[once], 1u, 0u)
    kernel k: f64, neurons 3
      out = select(ltU32(0u, k.derived 3[once]), v[self], u[self]) + select(ltU32(0u, k.derived 8[once]), v[self], 2)"
  `);
  expect(after()).toEqual(before());
});

it.each([
  ['v * u + v / u', 0],
  ['v * (p + q)', 0],
  ['v * (p / q)', 1],
  ['v * c / p', 0],
  ['v * (c / p)', 1],
  ['v * (p / q) + u * exp(c)', 2],
] as const)('%s needs %i kernels ahead of a step', (text, kernels) => {
  expect(setUp(text).hoisted.derive.length).toBe(kernels);
});

it('computes what is made of t once a step, but where each cell makes something else of it', () => {
  expect(setUp('v + t').hoisted.time).toHaveLength(0);
  expect(setUp('v + 2 * t').hoisted.time).toHaveLength(1);
  expect(setUp('v + c * t').hoisted.time).toHaveLength(0);
});

describe('every expression', () => {
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'expression' },
      fc.constantFrom('v', 'u', 'p', 'q', 'c', 't', '0.5', '2'),
      fc.tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/'), tie('expression')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(fc.constantFrom('tanh', 'sin', 'exp', 'floor', 'abs', 'sqrt'), tie('expression')).map(([f, a]) => `${f}(${a})`),
      fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `where(${a} < ${b} or ${c} >= ${a}, ${b}, ${c})`),
    ),
  }));

  it('has the same value to the bit', () => {
    let ahead = 0;
    fc.assert(
      fc.property(expression, (text) => {
        const { hoisted, before, after } = setUp(text);
        ahead += hoisted.derive.length + hoisted.time.length;
        expect(after()).toEqual(before());
      }),
      { seed: 1, numRuns: 400 },
    );
    expect(ahead).toBeGreaterThan(100);
  });
});
