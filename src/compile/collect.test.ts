import { describe, expect, it } from 'vitest';
import { KernelBuilder } from '../ir/build.ts';
import type { NodeId } from '../ir/expr.ts';
import { interpretKernel } from '../ir/interpret.ts';
import { printKernel } from '../ir/print.ts';
import { collectFactors } from './collect.ts';
import { ColumnTable } from './columns.ts';

function kernelOf(make: (b: KernelBuilder, x: NodeId, y: NodeId, tau: NodeId, g: NodeId) => NodeId) {
  const columns = new ColumnTable('f64');
  const step = columns.declare('step', 'u32', 1, 'state');
  const x = columns.declare('x', 'f64', 4, 'state');
  const y = columns.declare('y', 'f64', 4, 'state');
  const tau = columns.declare('tau', 'f64', 1, 'parameter');
  const g = columns.declare('g', 'f64', 4, 'parameter');
  const out = columns.declare('out', 'f64', 4, 'state');
  const b = new KernelBuilder('f64');
  b.body.push({ kind: 'store', column: out, value: make(b, b.load(x, 'self'), b.load(y, 'self'), b.load(tau, 'once'), b.load(g, 'self')) });
  const before = b.finish('k', { kind: 'neurons', count: 4 });
  const after = collectFactors(before, columns);
  const run = (kernel: typeof before): number[] => {
    const memory = [[0], [1.5, -2, 0.25, 7], [3, 0.5, -1, 2], [20], [2, 4, 8, 3], [0, 0, 0, 0]].map((v, i) =>
      i === 0 ? Uint32Array.from(v) : Float64Array.from(v),
    );
    interpretKernel(kernel, { columns: memory, step, seed: [0, 0] })();
    return [...memory[5]];
  };
  return { before: run(before), after: run(after), text: printKernel(after, columns.place().columns) };
}

describe('collectFactors', () => {
  it.each<[string, Parameters<typeof kernelOf>[0]]>([
    ['dt * ((x + y) / tau)', (b, x, y, tau) => b.math('mul', b.constant(0.1), b.math('div', b.math('add', x, y), tau))],
    ['-(x / tau) * g', (b, x, _, tau, g) => b.math('mul', b.math('neg', b.math('div', x, tau)), g)],
    ['x / (y / tau)', (b, x, y, tau) => b.math('div', x, b.math('div', y, tau))],
    ['g / (tau * x) * y', (b, x, y, tau, g) => b.math('mul', b.math('div', g, b.math('mul', tau, x)), y)],
    ['(x / tau) + (x / tau) * y', (b, x, y, tau) => b.math('add', b.math('div', x, tau), b.math('mul', b.math('div', x, tau), y))],
  ])('keeps the value of %s', (_, make) => {
    const { before, after } = kernelOf(make);
    after.forEach((value, i) => expect(Math.abs(value - before[i])).toBeLessThanOrEqual(4e-15 * Math.abs(before[i])));
  });

  it('leaves no division by what depends on parameters alone in what depends on more', () => {
    expect(kernelOf((b, x, y, tau) => b.math('mul', b.constant(0.1), b.math('div', b.math('add', x, y), tau))).text).toMatchInlineSnapshot(`
      "kernel k: f64, neurons 4
        %5 = x[self] + y[self]
        %8 = %5 * (1 / tau[once])
        out = %5 * (0.1 / tau[once])"
    `);
  });

  it('leaves a product alone that has nothing to collect', () => {
    expect(kernelOf((b, x, y) => b.math('mul', x, y)).text).toMatchInlineSnapshot(`
      "kernel k: f64, neurons 4
        out = x[self] * y[self]"
    `);
  });
});
