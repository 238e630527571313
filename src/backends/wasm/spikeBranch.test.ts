import { describe, expect, it } from 'vitest';
import { KernelBuilder } from '../../ir/build.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Kernel, KernelStatement } from '../../ir/kernel.ts';
import { printKernel } from '../../ir/print.ts';
import type { Column } from '../../ir/program.ts';
import { divideBySpikes } from './spikeBranch.ts';

const NAMES = ['v', 'u', 'w', 'last', 'list', 'count', 'sum', 'other list'];
const COLUMNS = NAMES.map((name, id): Column => ({ id: id as ColumnId, name, type: 'f32', length: 8, padded: 8, offset: 64 * id }));
const [V, U, W, LAST, LIST, COUNT, SUM, OTHER] = NAMES.map((_, id) => id as ColumnId);

function divided(write: (b: KernelBuilder) => void): { always: string; spiking: string } {
  const b = new KernelBuilder('f32');
  write(b);
  const { kernel, always, spiking } = divideBySpikes(b.finish('k', { kind: 'neurons', count: 8 }));
  return { always: printed(kernel, always), spiking: printed(kernel, spiking) };
}

/** Statements alone, with the nodes that they need. */
function printed(kernel: Kernel, body: readonly KernelStatement[]): string {
  const lines = printKernel({ ...kernel, body }, COLUMNS)
    .trimEnd()
    .split('\n')
    .slice(1);
  const isNeeded = (line: string, i: number): boolean => {
    const name = /^ *(%\d+) =/.exec(line)?.[1];
    return name === undefined || lines.slice(i + 1).some((later, k) => new RegExp(`${name}\\b`).test(later) && isNeeded(later, i + 1 + k));
  };
  return lines.filter(isNeeded).join('\n');
}

describe('divideBySpikes', () => {
  it('puts what a spike decides behind it, and stores nothing that is there', () => {
    const both = divided((b) => {
      const moved = b.math('mul', b.load(V, 'self'), b.constant(0.5));
      const spike = b.math('lt', b.constant(1), moved);
      const reset = b.math('select', spike, b.constant(-65), moved);
      const both = b.math('and', b.math('lt', b.constant(0), b.load(U, 'self')), spike);
      b.body.push({ kind: 'check', value: moved }, { kind: 'check', value: reset });
      b.body.push({ kind: 'store', column: V, value: reset });
      b.body.push({ kind: 'store', column: U, value: b.math('select', both, b.constant(0), b.math('sqrt', b.load(U, 'self'))) });
      b.body.push({ kind: 'store', column: W, value: b.math('select', b.math('not', spike), b.load(W, 'self'), reset) });
      b.body.push({ kind: 'emit', list: LIST, count: COUNT, when: spike });
      b.body.push({ kind: 'store', column: LAST, value: b.math('selectU32', spike, b.u32(7), b.load(LAST, 'self', 'u32')) });
    });
    expect(both).toMatchInlineSnapshot(`
      {
        "always": "  %2 = v[self] * 0.5
        %4 = 1 < %2
        %11 = sqrt(u[self])
        check %2
        v = %2
        u = %11
        emit list, count when %4",
        "spiking": "  %2 = v[self] * 0.5
        %4 = 1 < %2
        %6 = select(%4, -65, %2)
        check %6
        v = %6
        u = select((0 < u[self]) and %4, 0, sqrt(u[self]))
        w = select(not(%4), w[self], %6)
        last = selectU32(%4, 7u, last[self])",
      }
    `);
  });

  it('leaves whole what adds up over all cells, and what does not only choose', () => {
    const both = divided((b) => {
      const spike = b.math('lt', b.constant(1), b.load(V, 'self'));
      const value = b.math('select', b.math('or', spike, b.math('lt', b.load(U, 'self'), b.constant(3))), b.constant(2), b.load(V, 'self'));
      b.body.push({ kind: 'reduce', column: SUM, value });
      b.body.push({ kind: 'store', column: V, value });
      b.body.push({ kind: 'emit', list: LIST, count: COUNT, when: spike });
    });
    expect(both).toMatchInlineSnapshot(`
      {
        "always": "  %2 = 1 < v[self]
        %8 = select(%2 or (u[self] < 3), 2, v[self])
        sum = sum %8
        v = %8
        emit list, count when %2",
        "spiking": "  v = select((1 < v[self]) or (u[self] < 3), 2, v[self])",
      }
    `);
  });

  it('does not divide a kernel with no list of spikes, or with two', () => {
    for (const lists of [[], [LIST, OTHER]]) {
      const { spiking } = divided((b) => {
        const spike = b.math('lt', b.constant(1), b.load(V, 'self'));
        b.body.push({ kind: 'store', column: V, value: b.math('select', spike, b.constant(0), b.load(V, 'self')) });
        for (const list of lists) b.body.push({ kind: 'emit', list, count: COUNT, when: spike });
      });
      expect(spiking).toBe('');
    }
  });
});
