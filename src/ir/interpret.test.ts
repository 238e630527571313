import { describe, expect, it } from 'vitest';
import { philox } from '../core/rng.ts';
import { KernelBuilder } from './build.ts';
import { evaluatePrimitive } from './evaluate.ts';
import { type ColumnId, type NodeId, PRIMITIVES, type Precision, type PrimitiveName } from './expr.ts';
import { interpretKernel } from './interpret.ts';
import type { Domain } from './kernel.ts';
import type { ColumnArray } from './program.ts';

/** Columns and one kernel over them; column 0 holds the step, which is 5. */
function carryOut(columns: Record<string, ColumnArray>, precision: Precision, domain: DomainOf, write: (k: KernelBuilder, c: Ids) => void) {
  const names = ['step', ...Object.keys(columns)];
  const ids = Object.fromEntries(names.map((name, i) => [name, i as ColumnId]));
  const k = new KernelBuilder(precision);
  write(k, ids);
  const memory = { columns: [Uint32Array.of(5), ...Object.values(columns)], step: ids.step, seed: [11, 12] as const };
  return interpretKernel(k.finish('k', domain(ids)), memory)();
}

type Ids = Record<string, ColumnId>;
type DomainOf = (ids: Ids) => Domain;

const once: DomainOf = () => ({ kind: 'once' });
const neurons =
  (count: number): DomainOf =>
  () => ({ kind: 'neurons', count });

describe('domain once', () => {
  it('converts at load and store', () => {
    const columns = { a: Float64Array.of(0.1), b: Float32Array.of(0.1), x: new Float64Array(4), y: new Float32Array(4), z: new Float64Array(4) };
    carryOut(columns, 'f32', once, (k, c) => {
      k.body.push({ kind: 'store', column: c.x, value: k.load(c.a, 'once') });
      k.body.push({ kind: 'store', column: c.z, value: k.math('mul', k.load(c.a, 'once'), k.load(c.b, 'once')) });
    });
    expect(columns.x[0]).toBe(Math.fround(0.1));
    expect(columns.z[0]).toBe(Math.fround(Math.fround(0.1) * Math.fround(0.1)));
    carryOut(columns, 'f64', once, (k, c) => {
      const product = k.math('mul', k.load(c.a, 'once'), k.load(c.b, 'once'));
      k.body.push({ kind: 'store', column: c.y, value: product }, { kind: 'store', column: c.x, value: product });
    });
    expect(columns.x[0]).toBe(0.1 * Math.fround(0.1));
    expect(columns.y[0]).toBe(Math.fround(0.1 * Math.fround(0.1)));
    expect([...columns.x.subarray(1)]).toEqual([0, 0, 0]);
  });

  it('draws for element 0', () => {
    const columns = { x: new Uint32Array(4) };
    carryOut(columns, 'f32', once, (k, c) => k.body.push({ kind: 'store', column: c.x, value: k.random(77, 3) }));
    const words = new Uint32Array(4);
    philox(words, 0, 5, 77, 3, 11, 12);
    expect([...columns.x]).toEqual([words[0], 0, 0, 0]);
  });
});

describe('domain neurons', () => {
  it('reads and writes its own element, once columns, tables and its index, and leaves padding alone', () => {
    const columns = {
      v: Float32Array.of(1, 2, 3, 99),
      scale: Float32Array.of(10),
      table: Float32Array.of(0.5, 0.25),
      out: Float32Array.of(-1, -1, -1, -1),
      i: Uint32Array.of(9, 9, 9, 9),
    };
    carryOut(columns, 'f32', neurons(3), (k, c) => {
      const index = k.index('self');
      const entry = k.gather(c.table, k.math('andU32', index, k.u32(1)), 'float');
      const value = k.math('add', k.math('mul', k.load(c.v, 'self'), k.load(c.scale, 'once')), entry);
      k.body.push({ kind: 'store', column: c.out, value }, { kind: 'store', column: c.i, value: index });
    });
    expect([...columns.out]).toEqual([10.5, 20.25, 30.5, -1]);
    expect([...columns.i]).toEqual([0, 1, 2, 9]);
  });

  it('loads values from before the kernel', () => {
    const columns = { a: Float32Array.of(1, 2), b: Float32Array.of(3, 4) };
    carryOut(columns, 'f32', neurons(2), (k, c) => {
      k.body.push({ kind: 'store', column: c.a, value: k.load(c.b, 'self') }, { kind: 'store', column: c.b, value: k.load(c.a, 'self') });
    });
    expect([...columns.a, ...columns.b]).toEqual([3, 4, 1, 2]);
  });

  it('draws a word for each element, four of a block', () => {
    const columns = { x: new Uint32Array(8) };
    carryOut(columns, 'f64', neurons(6), (k, c) => k.body.push({ kind: 'store', column: c.x, value: k.random(77, 3) }));
    const expected = [0, 1].flatMap((block) => {
      const words = new Uint32Array(4);
      philox(words, block, 5, 77, 3, 11, 12);
      return [...words];
    });
    expect([...columns.x]).toEqual([...expected.slice(0, 6), 0, 0]);
  });

  it('reduces in f64, one value for all as well', () => {
    const columns = { v: Float32Array.from({ length: 300 }, () => 0.1), sum: Float64Array.of(5), count: Float64Array.of(0) };
    carryOut(columns, 'f32', neurons(300), (k, c) => {
      k.body.push({ kind: 'reduce', column: c.sum, value: k.load(c.v, 'self') }, { kind: 'reduce', column: c.count, value: k.constant(1) });
    });
    expect(columns.sum[0]).toBeCloseTo(300 * Math.fround(0.1), 9);
    expect(columns.sum[0]).not.toBe(Math.fround(columns.sum[0]));
    expect(columns.count[0]).toBe(300);
  });

  it('emits the elements in ascending order in place of the list', () => {
    const columns = { v: Float32Array.of(1, 5, 2, 7, 9), list: Uint32Array.of(8, 8, 8, 8), count: Uint32Array.of(4) };
    carryOut(columns, 'f32', neurons(4), (k, c) => {
      k.body.push({ kind: 'emit', list: c.list, count: c.count, when: k.math('lt', k.constant(4), k.load(c.v, 'self')) });
    });
    expect([...columns.list.subarray(0, 2), ...columns.count]).toEqual([1, 3, 2]);
  });

  it.each([NaN, Infinity, -Infinity])('reports %d of an element that it checks, but not of padding', (value) => {
    const check = (v: Float32Array) => carryOut({ v }, 'f32', neurons(2), (k, c) => k.body.push({ kind: 'check', value: k.load(c.v, 'self') }));
    expect(check(Float32Array.of(1, 2, value, value))).toBe(true);
    expect(check(Float32Array.of(1, value, 0, 0))).toBe(false);
  });

  it('carries out all statements also where a check fails', () => {
    const columns = { v: Float32Array.of(NaN), w: Float32Array.of(3) };
    const finite = carryOut(columns, 'f32', neurons(1), (k, c) => {
      k.body.push({ kind: 'check', value: k.load(c.v, 'self') }, { kind: 'store', column: c.v, value: k.load(c.w, 'self') });
    });
    expect([finite, columns.v[0]]).toEqual([false, 3]);
  });

  it('refuses an index beyond a table', () => {
    const columns = { v: new Float32Array(4), table: new Float32Array(4) };
    const run = () =>
      carryOut(columns, 'f32', neurons(1), (k, c) => k.body.push({ kind: 'store', column: c.v, value: k.gather(c.table, k.u32(4), 'float') }));
    expect(run).toThrow('element 4 of a column of 4');
  });
});

describe('domain spikes', () => {
  const domain: DomainOf = (c) => ({ kind: 'spikes', list: c.list, count: c.count });

  it('works on the neurons of the list', () => {
    const columns = { v: Float32Array.of(1, 2, 3, 4, 5), list: Uint32Array.of(1, 4, 0, 0, 0), count: Uint32Array.of(2), word: new Uint32Array(5) };
    carryOut(columns, 'f32', domain, (k, c) => {
      k.body.push({ kind: 'store', column: c.v, value: k.math('mul', k.load(c.v, 'self'), k.constant(10)) });
      k.body.push({ kind: 'store', column: c.word, value: k.random(1, 2) });
    });
    expect([...columns.v]).toEqual([1, 20, 3, 4, 50]);
    const word = (element: number) => {
      const words = new Uint32Array(4);
      philox(words, element >> 2, 5, 1, 2, 11, 12);
      return words[element & 3];
    };
    expect([...columns.word]).toEqual([0, word(1), 0, 0, word(4)]);
  });

  it('does nothing without spikes', () => {
    const columns = { v: Float32Array.of(1, 2), list: Uint32Array.of(0, 1), count: Uint32Array.of(0) };
    carryOut(columns, 'f32', domain, (k, c) => k.body.push({ kind: 'store', column: c.v, value: k.constant(7) }));
    expect([...columns.v]).toEqual([1, 2]);
  });
});

describe('domain synapses', () => {
  const dense: DomainOf = () => ({ kind: 'synapses', sources: 2, targets: 3, layout: { kind: 'dense' } });
  const list: DomainOf = (c) => ({ kind: 'synapses', sources: 3, targets: 3, layout: { kind: 'list', rows: c.rows, sources: c.from } });
  const term = (k: KernelBuilder, c: Ids): NodeId => {
    const difference = k.math('sub', k.load(c.x, 'pre'), k.load(c.y, 'post'));
    return k.math('mul', k.math('mul', k.load(c.w, 'edge'), difference), k.load(c.scale, 'once'));
  };

  it('adds each source to each target, rows of a dense matrix padded to 4', () => {
    const columns = {
      x: Float32Array.of(10, 20, 0, 0),
      y: Float32Array.of(1, 2, 3, 0),
      w: Float32Array.of(1, 2, 3, 99, 4, 5, 6, 99),
      scale: Float32Array.of(2),
      sum: Float32Array.of(100, 200, 300, -5),
    };
    carryOut(columns, 'f32', dense, (k, c) => k.body.push({ kind: 'accumulate', column: c.sum, value: term(k, c) }));
    const expected = [0, 1, 2].map((t) => columns.sum[t] && 100 * (t + 1) + 2 * ((t + 1) * (10 - t - 1) + (t + 4) * (20 - t - 1)));
    expect([...columns.sum]).toEqual([...expected, -5]);
  });

  it('adds the sources of each row of a list, and writes what belongs to the edge', () => {
    const columns = {
      x: Float32Array.of(10, 20, 30),
      y: Float32Array.of(0, 0, 0),
      w: Float32Array.of(1, 2, 3),
      scale: Float32Array.of(1),
      sum: new Float32Array(4),
      rows: Uint32Array.of(0, 2, 2, 3),
      from: Uint32Array.of(0, 2, 1),
      ends: new Uint32Array(4),
    };
    carryOut(columns, 'f32', list, (k, c) => {
      k.body.push({ kind: 'accumulate', column: c.sum, value: term(k, c) });
      k.body.push({ kind: 'store', column: c.w, value: k.math('add', k.load(c.w, 'edge'), k.load(c.x, 'pre')) });
      const ten = k.math('selectU32', k.math('eqU32', k.index('post'), k.u32(0)), k.u32(100), k.u32(200));
      k.body.push({ kind: 'store', column: c.ends, value: k.math('addU32', k.index('pre'), ten) });
    });
    expect([...columns.sum]).toEqual([70, 0, 60, 0]);
    expect([...columns.w]).toEqual([11, 32, 23]);
    expect([...columns.ends]).toEqual([100, 102, 201, 0]);
  });

  it('rounds each sum to the type of the column, sources in ascending order', () => {
    const columns = { x: Float64Array.of(2 ** 24, 1, 1), f32: new Float32Array(4), f64: new Float64Array(4) };
    const all: DomainOf = () => ({ kind: 'synapses', sources: 3, targets: 1, layout: { kind: 'dense' } });
    carryOut(columns, 'f64', all, (k, c) => {
      for (const column of [c.f32, c.f64]) k.body.push({ kind: 'accumulate', column, value: k.load(c.x, 'pre') });
    });
    expect([columns.f32[0], columns.f64[0]]).toEqual([2 ** 24, 2 ** 24 + 2]);
  });

  it('rounds a term to the type of the column before it is added', () => {
    const columns = { x: Float64Array.of(1 + 2 ** -30), sum: Float32Array.of(2 ** -24) };
    const one: DomainOf = () => ({ kind: 'synapses', sources: 1, targets: 1, layout: { kind: 'dense' } });
    carryOut(columns, 'f64', one, (k, c) => k.body.push({ kind: 'accumulate', column: c.sum, value: k.load(c.x, 'pre') }));
    // Unrounded, the sum would lie above the tie between 1 and the next number.
    expect(columns.sum[0]).toBe(1);
  });

  it('adds several terms of one column edge by edge', () => {
    const columns = { x: Float32Array.of(2 ** 24, 0), y: Float32Array.of(0, 1), sum: new Float32Array(4) };
    const all: DomainOf = () => ({ kind: 'synapses', sources: 2, targets: 1, layout: { kind: 'dense' } });
    carryOut(columns, 'f32', all, (k, c) => {
      k.body.push({ kind: 'accumulate', column: c.sum, value: k.load(c.x, 'pre') });
      k.body.push({ kind: 'accumulate', column: c.sum, value: k.math('neg', k.load(c.x, 'pre')) });
      k.body.push({ kind: 'accumulate', column: c.sum, value: k.load(c.y, 'pre') });
    });
    expect(columns.sum[0]).toBe(1);
  });
});

describe('primitives', () => {
  const numbers = [0, -0, 1, -1.5, 2.75, NaN, Infinity, -Infinity, 1e-30, 0.1, 4294967296];
  const words = [0, 1, 31, 32, 0x80000000, 0xffffffff];

  it.each(Object.keys(PRIMITIVES) as PrimitiveName[])('%s is carried out on each element as defined', (op) => {
    const { args, result } = PRIMITIVES[op];
    for (const precision of ['f32', 'f64'] as const) {
      const floats = (values: readonly number[]) => (precision === 'f32' ? Float32Array.from(values) : Float64Array.from(values));
      const n = 121;
      const cases = (list: readonly number[], i: number) => Array.from({ length: n }, (_, j) => pick(list, i, j));
      const inputs = args.map((type, i) => (type === 'u32' ? Uint32Array.from(cases(words, i)) : floats(cases(numbers, i))));
      const out = result === 'u32' ? new Uint32Array(n) : floats(new Array(n).fill(0));
      const columns = Object.fromEntries([...inputs.map((input, i) => [`in${i}`, input]), ['out', out]]) as Record<string, ColumnArray>;
      carryOut(columns, precision, neurons(n), (k, c) => {
        const operands = args.map((type, i) => {
          const load = k.load(c[`in${i}`], 'self', type === 'u32' ? 'u32' : 'float');
          return type === 'bool' ? k.math('lt', k.constant(0), load) : load;
        });
        const value = k.math(op, ...operands);
        k.body.push({ kind: 'store', column: c.out, value: result === 'bool' ? k.math('select', value, k.constant(1), k.constant(0)) : value });
      });
      for (let j = 0; j < n; j++) {
        const operands = args.map((type, i) => (type === 'bool' ? inputs[i][j] > 0 : inputs[i][j]));
        expect(out[j], `${op}(${operands})`).toBe(Number(evaluatePrimitive(op, precision, operands)));
      }
    }
  });

  it.each<[PrimitiveName, Precision, (number | boolean)[], number | boolean]>([
    ['add', 'f32', [1, 2 ** -25], 1],
    ['add', 'f64', [1, 2 ** -25], 1 + 2 ** -25],
    ['sub', 'f64', [0.5, 2], -1.5],
    ['mul', 'f32', [Math.fround(0.1), 3], Math.fround(Math.fround(0.1) * 3)],
    ['div', 'f64', [-1, 0], -Infinity],
    ['min', 'f64', [0, -0], -0],
    ['max', 'f64', [-0, 0], 0],
    ['min', 'f64', [1, NaN], NaN],
    ['max', 'f64', [NaN, 1], NaN],
    ['neg', 'f64', [0], -0],
    ['abs', 'f64', [-2], 2],
    ['sqrt', 'f32', [2], Math.fround(Math.SQRT2)],
    ['floor', 'f64', [-0.5], -1],
    ['pow2', 'f64', [-1022], 2 ** -1022],
    ['pow2', 'f32', [127], 2 ** 127],
    ['exponent', 'f64', [0.75], -1],
    ['mantissa', 'f64', [0.75], 1.5],
    ['exponent', 'f32', [2 ** -126], -126],
    ['lt', 'f64', [NaN, 1], false],
    ['le', 'f64', [1, 1], true],
    ['eq', 'f64', [0, -0], true],
    ['ne', 'f64', [NaN, NaN], true],
    ['and', 'f64', [true, false], false],
    ['or', 'f64', [true, false], true],
    ['not', 'f64', [true], false],
    ['select', 'f64', [false, 1, 2], 2],
    ['selectU32', 'f64', [true, 1, 2], 1],
    ['addU32', 'f64', [0xffffffff, 2], 1],
    ['subU32', 'f64', [1, 2], 0xffffffff],
    ['andU32', 'f64', [0xf0000001, 0x80000001], 0x80000001],
    ['shrU32', 'f64', [0x80000000, 33], 0x40000000],
    ['ltU32', 'f64', [1, 0x80000000], true],
    ['leU32', 'f64', [0x80000000, 0x80000000], true],
    ['leU32', 'f64', [0x80000000, 1], false],
    ['eqU32', 'f64', [5, 5], true],
    ['toFloat', 'f32', [0xffffffff], 2 ** 32],
    ['toFloat', 'f64', [0xffffffff], 0xffffffff],
    ['toU32', 'f64', [-1], 0],
    ['toU32', 'f64', [NaN], 0],
    ['toU32', 'f64', [2.9], 2],
    ['toU32', 'f64', [4294967295.5], 0xffffffff],
    ['toU32', 'f32', [1e30], 0xffffffff],
  ])('%s in %s of %j', (op, precision, args, expected) => {
    expect(evaluatePrimitive(op, precision, args)).toBe(expected);
  });

  /** Argument i of case j, so that the pairs of the first two arguments are all there. */
  function pick(list: readonly number[], i: number, j: number): number {
    return list[(i === 0 ? j : Math.floor(j / 11) + (i - 1) * j) % list.length];
  }
});
