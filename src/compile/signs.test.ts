import { describe, expect, it } from 'vitest';
import { KernelBuilder } from '../ir/build.ts';
import type { NodeId } from '../ir/expr.ts';
import { interpretKernel } from '../ir/interpret.ts';
import { printKernel } from '../ir/print.ts';
import type { ColumnArray } from '../ir/program.ts';
import { ColumnTable } from './columns.ts';
import { takeOutSigns } from './signs.ts';

function setUp(make: (b: KernelBuilder, x: NodeId, y: NodeId, z: NodeId) => NodeId) {
  const columns = new ColumnTable('f32');
  const step = columns.declare('step', 'u32', 1, 'state');
  const [x, y, z, out] = ['x', 'y', 'z', 'out'].map((name) => columns.declare(name, 'f32', 4, 'state'));
  const b = new KernelBuilder('f32');
  b.body.push({ kind: 'store', column: out, value: make(b, b.load(x, 'self'), b.load(y, 'self'), b.load(z, 'self')) });
  const before = b.finish('k', { kind: 'neurons', count: 4 });
  const after = takeOutSigns(before);
  const run = (kernel: typeof before): number[] => {
    const memory: ColumnArray[] = [
      Uint32Array.of(0),
      ...[
        [1.5, -2e8, 0.1, 7],
        [3, 1.7, -1e-9, 2],
        [-20, 3, 0.3, 2 ** -30],
        [0, 0, 0, 0],
      ].map((v) => Float32Array.from(v)),
    ];
    interpretKernel(kernel, { columns: memory, step, seed: [0, 0] })();
    return [...memory[4]];
  };
  const text = printKernel(after, columns.place().columns).trimEnd().split('\n');
  return { before: run(before), after: run(after), text: text[text.length - 1].trim() };
}

describe('takeOutSigns', () => {
  it.each<[string, string, Parameters<typeof setUp>[0]]>([
    ['-x + -y', 'out = neg(x[self] + y[self])', (b, x, y) => b.math('add', b.math('neg', x), b.math('neg', y))],
    [
      'x * -1 + -1 * y + -3',
      'out = neg(%6 + 3)',
      (b, x, y) => b.math('add', b.math('add', b.math('mul', x, b.constant(-1)), b.math('mul', b.constant(-1), y)), b.constant(-3)),
    ],
    ['-3 + -x', 'out = neg(3 + x[self])', (b, x) => b.math('add', b.constant(-3), b.math('neg', x))],
    ['x + -y', 'out = x[self] - y[self]', (b, x, y) => b.math('add', x, b.math('neg', y))],
    ['-x + y', 'out = y[self] - x[self]', (b, x, y) => b.math('add', b.math('neg', x), y)],
    ['x - -y', 'out = x[self] + y[self]', (b, x, y) => b.math('sub', x, b.math('neg', y))],
    ['-x - y', 'out = neg(x[self] + y[self])', (b, x, y) => b.math('sub', b.math('neg', x), y)],
    ['-x - -y', 'out = y[self] - x[self]', (b, x, y) => b.math('sub', b.math('neg', x), b.math('neg', y))],
    ['-(-x) * -1', 'out = neg(x[self])', (b, x) => b.math('mul', b.math('neg', b.math('neg', x)), b.constant(-1))],
    ['-x * y + z', 'out = (neg(x[self]) * y[self]) + z[self]', (b, x, y, z) => b.math('add', b.math('mul', b.math('neg', x), y), z)],
    ['-3 + x', 'out = -3 + x[self]', (b, x) => b.math('add', b.constant(-3), x)],
  ])('%s is %s, to the bit', (_, text, make) => {
    const { before, after, text: printed } = setUp(make);
    expect(printed).toBe(text);
    expect(after).toEqual(before);
  });
});
