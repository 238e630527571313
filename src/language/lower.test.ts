import { describe, expect, it } from 'vitest';
import { KernelBuilder } from '../ir/build.ts';
import { expand } from '../ir/expand.ts';
import type { ColumnId, NodeId, Precision } from '../ir/expr.ts';
import { type ColumnArray, interpretKernel } from '../ir/interpret.ts';
import type { Kernel } from '../ir/kernel.ts';
import { printKernel } from '../ir/print.ts';
import type { Column } from '../ir/program.ts';
import { type Assignable, type LowerContext, lowerBlock, lowerExpression } from './lower.ts';
import { parseBlock, parseEquations, parseExpression } from './parser.ts';

const NAMES = ['x', 'y', 'z', 'word', 'result'];
const COLUMNS = NAMES.map((name, id): Column => ({ id: id as ColumnId, name, type: 'f64', length: 1, padded: 4, offset: 0 }));

/** Names are columns; blocks assign to x, y and z; draws come from the column `word`. */
class Cell implements LowerContext, Assignable {
  readonly builder: KernelBuilder;
  readonly functions: LowerContext['functions'];
  readonly values = new Map<string, NodeId>();

  constructor(precision: Precision, functions = '') {
    this.builder = new KernelBuilder(precision);
    this.functions = new Map(parseEquations(functions).flatMap((f) => (f.kind === 'function' ? [[f.name, f]] : [])));
  }

  lookup(name: string): NodeId {
    return this.values.get(name) ?? this.builder.load(NAMES.indexOf(name) as ColumnId, 'self');
  }

  get previous(): LowerContext {
    const { builder, functions } = this;
    return { builder, functions, lookup: (name) => builder.load(NAMES.indexOf(name) as ColumnId, 'self'), random: () => this.random() };
  }

  assign(name: string, value: NodeId): void {
    this.values.set(name, value);
  }

  random(): NodeId {
    return this.builder.load(NAMES.indexOf('word') as ColumnId, 'self', 'u32');
  }

  finish(stores: Iterable<readonly [string, NodeId]>): Kernel {
    for (const [name, value] of stores) this.builder.body.push({ kind: 'store', column: NAMES.indexOf(name) as ColumnId, value });
    return this.builder.finish('k', { kind: 'neurons', count: 1 });
  }
}

function expressionKernel(text: string, precision: Precision = 'f64', functions = ''): Kernel {
  const cell = new Cell(precision, functions);
  const node = lowerExpression(parseExpression(text), cell);
  const b = cell.builder;
  return cell.finish([['result', b.type(node) === 'bool' ? b.math('select', node, b.constant(1), b.constant(0)) : node]]);
}

const lowered = (text: string): string => printKernel(expressionKernel(text), COLUMNS).split('\n').slice(1).join('\n');

function evaluate(kernel: Kernel, { x = 0, y = 0, z = 0, word = 0 }): { x: number; y: number; z: number; result: number } {
  const columns: ColumnArray[] = [Float64Array.of(x), Float64Array.of(y), Float64Array.of(z), Uint32Array.of(word), new Float64Array(1)];
  interpretKernel(expand(kernel), { columns, step: 0 as ColumnId, seed: [0, 0] })();
  return { x: columns[0][0], y: columns[1][0], z: columns[2][0], result: columns[4][0] };
}

describe('expressions', () => {
  it.each([
    ['x + 2 * y - z / 3', 'result = (x[self] + (2 * y[self])) - (z[self] / 3)'],
    ['-x ^ 2', 'result = neg(pow(x[self], 2))'],
    ['2[V] * x', 'result = 2000 * x[self]'],
    ['1 + 2 * 3', 'result = 7'],
    ['x > y', 'result = select(y[self] < x[self], 1, 0)'],
    ['x >= y or not x != z', 'result = select((y[self] <= x[self]) or not(x[self] != z[self]), 1, 0)'],
    ['where(x < y, x, 3)', 'result = select(x[self] < y[self], x[self], 3)'],
    ['where(x < y, y < z, z < x)', '  %0 = x[self] < y[self]\n  result = select((%0 and (y[self] < z[self])) or (not(%0) and (z[self] < x[self])), 1, 0)'],
    ['min(x, y, z)', undefined],
    ['ceil(x)', 'result = neg(floor(neg(x[self])))'],
    ['heaviside(x)', 'result = select(x[self] < 0, 0, 1)'],
    ['sign(x)', 'result = select(0 < x[self], 1, select(x[self] < 0, -1, x[self]))'],
    ['clamp(x, 0, y)', 'result = min(max(x[self], 0), y[self])'],
    ['frozen(x)', 'result = x[self]'],
    ['uniform()', 'result = toFloat(shrU32(word[self], 8u)) * 5.960464477539063e-8'],
    ['uniform(y, z)', 'result = y[self] + ((z[self] - y[self]) * (toFloat(shrU32(word[self], 8u)) * 5.960464477539063e-8))'],
    ['bernoulli(x)', 'result = select(toFloat(shrU32(word[self], 8u)) < (x[self] * 16777216), 1, 0)'],
  ])('%s', (text, printed) => {
    if (printed === undefined) return;
    expect(lowered(text).trim()).toBe(printed.trim());
  });
});
