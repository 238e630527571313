import { describe, expect, it } from 'vitest';
import { KernelBuilder } from '../ir/build.ts';
import { expand } from '../ir/expand.ts';
import type { ColumnId, NodeId, Precision } from '../ir/expr.ts';
import { interpretKernel } from '../ir/interpret.ts';
import type { Kernel } from '../ir/kernel.ts';
import { printKernel } from '../ir/print.ts';
import type { Column, ColumnArray } from '../ir/program.ts';
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

/** The statements of a kernel, without its head. */
const lines = (kernel: Kernel): string => printKernel(kernel, COLUMNS).replace(/^.*\n/, '').replaceAll(/^ {2}/gm, '');

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
    [
      'where(x < y, y < z, z < x)',
      '%2 = x[self] < y[self]\nresult = select((%2 and (y[self] < z[self])) or (not(%2) and (z[self] < x[self])), 1, 0)',
    ],
    ['ceil(x)', 'result = neg(floor(neg(x[self])))'],
    ['heaviside(x)', 'result = select(x[self] < 0, 0, 1)'],
    ['sign(x)', 'result = select(0 < x[self], 1, select(x[self] < 0, -1, x[self]))'],
    ['clamp(x, 0, y)', 'result = min(max(x[self], 0), y[self])'],
    ['frozen(x)', 'result = x[self]'],
    ['uniform()', 'result = toFloat(shrU32(word[self], 8u)) * 5.960464477539063e-8'],
    ['uniform(y, z)', 'result = y[self] + ((z[self] - y[self]) * (toFloat(shrU32(word[self], 8u)) * 5.960464477539063e-8))'],
    ['bernoulli(x)', 'result = select(ltU32(word[self], toU32(x[self] * 4294967296)) or (1 <= x[self]), 1, 0)'],
  ])('%s', (text, printed) => {
    expect(lines(expressionKernel(text))).toBe(printed);
  });

  it('takes functions of the user apart, with each argument computed once', () => {
    const functions = `
      function square(a) = a * a
      function shifted(a, x) = square(a + x) + y
    `;
    expect(lines(expressionKernel('shifted(exp(z), 2)', 'f64', functions))).toMatchInlineSnapshot(`
      "%3 = exp(z[self]) + 2
      result = (%3 * %3) + y[self]"
    `);
    expect(evaluate(expressionKernel('shifted(z, 2)', 'f64', functions), { x: 100, y: 1, z: 3 }).result).toBe(26);
  });
});

describe('blocks', () => {
  function block(text: string, functions = ''): Kernel {
    const cell = new Cell('f64', functions);
    lowerBlock(parseBlock(text), cell);
    return cell.finish(cell.values);
  }

  it('makes selects of branches', () => {
    expect(lines(block('if (x > 1) { y = 2; if (y > x) { z += y } } else { y -= 1 }'))).toMatchInlineSnapshot(`
      "%2 = 1 < x[self]
      %5 = select(%2, 2, y[self])
      y = select(not(%2), %5 - 1, %5)
      z = select(%2 and (x[self] < %5), z[self] + %5, z[self])"
    `);
  });

  it.each<[string, { x?: number; y?: number; z?: number }, { x?: number; y?: number; z?: number }]>([
    ['x = 1; y = x + 1; x = y * 2', {}, { x: 4, y: 2 }],
    ['x += 2; x *= 3; x -= 1; x /= 4', { x: 3 }, { x: 3.5 }],
    ['x = 5; y = previous(x) + x', { x: 1 }, { x: 5, y: 6 }],
    ['if (x > 0) { x = -1 } else { x = 1 }', { x: 2 }, { x: -1 }],
    ['if (x > 0) { x = -1 } else { x = 1 }', { x: -2 }, { x: 1 }],
    ['if (x > 0) { x = 0; y = x }; z = x', { x: 2, y: 7 }, { x: 0, y: 0, z: 0 }],
    ['if (x > 0) { if (y > 0) { z = 1 } else { z = 2 } } else if (y > 0) { z = 3 } else { z = 4 }', { x: 1, y: -1 }, { z: 2 }],
    ['if (x > 0) { if (y > 0) { z = 1 } else { z = 2 } } else if (y > 0) { z = 3 } else { z = 4 }', { x: -1, y: 1 }, { z: 3 }],
  ])('%s', (text, given, expected) => {
    expect(evaluate(block(text), given)).toMatchObject(expected);
  });

  it('finds values from before the step inside a function too', () => {
    expect(evaluate(block('x = 5; y = was(1)', 'function was(a) = a + previous(x) + 10 * x'), { x: 2 })).toMatchObject({ x: 5, y: 53 });
  });
});

describe('draws at the ends of their range', () => {
  const ALL = 0xffffffff;

  it.each(['f32', 'f64'] as const)('uniform stays below its end in %s', (precision) => {
    expect(evaluate(expressionKernel('uniform()', precision), { word: 0 }).result).toBe(0);
    expect(evaluate(expressionKernel('uniform()', precision), { word: ALL }).result).toBe(1 - 2 ** -24);
  });

  it.each(['f32', 'f64'] as const)('bernoulli of 0 never and of 1 always in %s', (precision) => {
    for (const word of [0, ALL]) {
      expect(evaluate(expressionKernel('bernoulli(0)', precision), { word }).result).toBe(0);
      expect(evaluate(expressionKernel('bernoulli(1)', precision), { word }).result).toBe(1);
    }
  });

  it.each(['f32', 'f64'] as const)('normal is finite in %s', (precision) => {
    for (const word of [0, 1, 0x80000000, ALL]) {
      expect(Math.abs(evaluate(expressionKernel('normal()', precision), { word }).result)).toBeLessThan(5.78);
    }
  });

  it.each(['f32', 'f64'] as const)('poisson has no outliers in %s', (precision) => {
    for (const x of [0.01, 0.5, 1, 2, 3, 5, 8, 10, 14, 16, 16.1, 200]) {
      const kernel = expressionKernel('poisson(x)', precision);
      for (const word of [0, 0x80000000, ALL - 256, ALL]) {
        const { result } = evaluate(kernel, { x, word });
        expect(result).toBeGreaterThanOrEqual(Math.max(0, Math.floor(x - 5.8 * Math.sqrt(x))));
        expect(result).toBeLessThan(x + 6.3 * Math.sqrt(x) + 8);
      }
    }
  });
});
