import { describe, expect, it } from 'vitest';
import { KernelBuilder } from '../../ir/build.ts';
import { expand } from '../../ir/expand.ts';
import type { Access, ColumnId, NodeId } from '../../ir/expr.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { mayBeVectors } from './eventVectors.ts';
import { analyse } from './levels.ts';

const [G, V, W] = [0, 1, 2] as ColumnId[];
const SPIKES = { list: 3 as ColumnId, count: 4 as ColumnId };
const DOMAIN = {
  kind: 'events',
  side: 'post',
  spikes: SPIKES,
  fanIn: { slices: 1, rows: 5 as ColumnId, synapses: 6 as ColumnId, sources: null },
} as const;

/** Adds a value made of w to g, and stores it. */
function kernelOf(make: (b: KernelBuilder, w: NodeId) => NodeId): Kernel {
  const b = new KernelBuilder('f32');
  const value = make(b, b.load(W, 'edge'));
  b.body.push({ kind: 'accumulate', column: G, value }, { kind: 'store', column: W, value });
  return expand(b.finish('k', DOMAIN));
}

const reading = (column: ColumnId, at: Access) => (b: KernelBuilder, w: NodeId) => b.math('mul', b.math('exp', w), b.load(column, at));

describe('mayBeVectors', () => {
  it.each<[string, Parameters<typeof kernelOf>[0], boolean]>([
    ['reads the common end', reading(V, 'post'), true],
    ['reads the other end', reading(V, 'pre'), false],
    ['reads what it adds to', reading(G, 'post'), false],
    ['draws', (b, w) => b.math('mul', b.math('exp', w), b.math('toFloat', b.random(1, 0))), false],
    ['does little', (b, w) => b.math('add', w, b.constant(1)), false],
  ])('of a kernel that %s', (_, make, expected) => {
    const kernel = kernelOf(make);
    expect(mayBeVectors({ kernel, facts: analyse(kernel) }, 'post')).toBe(expected);
  });
});
