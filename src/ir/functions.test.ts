import { describe, expect, it } from 'vitest';
import { add, type Big, big, div, exp, expm1, log, mul, neg, sin, ulps } from '../../test/support/highPrecision.ts';
import { uniform } from '../../test/support/uniform.ts';
import { KernelBuilder } from './build.ts';
import { expand } from './expand.ts';
import { type ColumnId, type FunctionName, type NodeId, PRIMITIVES, type Precision } from './expr.ts';
import { interpretKernel } from './interpret.ts';
import type { ColumnArray } from './program.ts';

const [X, Y, OUT] = [0, 1, 2] as ColumnId[];

type Values = Float32Array | Float64Array;

/** f of every x (and y), through the interpreter. */
function run(name: FunctionName, precision: Precision, x: readonly number[], y: readonly number[] | number = x): Values {
  const value = (b: KernelBuilder): NodeId => {
    const first = b.load(X, 'self');
    if (name !== 'pow') return b.math(name, first);
    return b.math('pow', first, typeof y === 'number' ? b.constant(y) : b.load(Y, 'self'));
  };
  return through(precision, x, value, typeof y === 'number' ? [] : y);
}

/** A value of every x (and y), through the interpreter. */
function through(precision: Precision, x: readonly number[], value: (b: KernelBuilder) => NodeId, y: readonly number[] = []): Values {
  const b = new KernelBuilder(precision);
  b.body.push({ kind: 'store', column: OUT, value: value(b) });
  const kernel = expand(b.finish('through', { kind: 'neurons', count: x.length }));
  const ArrayType = precision === 'f32' ? Float32Array : Float64Array;
  const out = new ArrayType(x.length);
  const columns: ColumnArray[] = [ArrayType.from(x), ArrayType.from(y), out];
  interpretKernel(kernel, { columns, step: X, seed: [0, 0] })();
  return out;
}

/** `count` numbers of [low, high], and as many of both signs within it with their logarithms spread out down to 1e-12. */
function points(seed: number, low: number, high: number, count: number): number[] {
  const next = uniform(seed);
  const flat = Array.from({ length: count }, () => low + (high - low) * next());
  const steep = Array.from({ length: count }, () => 10 ** (-12 + next() * (12 + Math.log10(Math.max(-low, high)))) * (next() < 0.5 ? -1 : 1));
  const turns = [-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2].flatMap((k) => [k * Math.LN2 - 1e-7, k * Math.LN2 + 1e-7, k * (Math.PI / 4)]);
  return [...flat, ...steep, ...turns].filter((x) => x >= low && x <= high);
}

const single = (x: readonly number[]): number[] => x.map(Math.fround);

const half = (x: Big): Big => ({ m: x.m, e: x.e - 1 });

type Unary = Exclude<FunctionName, 'pow'>;

const TRUTH: { readonly [K in Unary]: (x: Big) => Big } = {
  exp,
  log,
  sin: (x) => sin(x, 0),
  cos: (x) => sin(x, 1),
  tanh: (x) => div(expm1(add(x, x)), add(expm1(add(x, x)), big(2))),
  sinh: (x) => half(add(expm1(x), neg(expm1(neg(x))))),
  cosh: (x) => half(add(exp(x), exp(neg(x)))),
  exprel: (x) => div(expm1(x), x),
};

const DOUBLE_TRUTH: { readonly [K in Unary]: (x: number) => number } = {
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sinh: Math.sinh,
  cosh: Math.cosh,
  exprel: (x) => (x === 0 ? 1 : x === -Infinity ? 0 : x === Infinity ? x : Math.expm1(x) / x),
};

function worst(errors: readonly number[]): number {
  expect(errors.length).toBeGreaterThan(100);
  expect(errors.every((e) => !Number.isNaN(e))).toBe(true);
  return Math.max(...errors);
}

describe('accuracy in f32', () => {
  const cases: [Unary, number, number][] = [
    ['exp', -87, 88.7],
    ['log', 1e-37, 3e38],
    ['log', 0.5, 2],
    ['sin', -1e4, 1e4],
    ['cos', -1e4, 1e4],
    ['sin', -4, 4],
    ['cos', -4, 4],
    ['tanh', -12, 12],
    ['tanh', -1, 1],
    ['sinh', -89, 89],
    ['sinh', -1, 1],
    ['cosh', -89, 89],
    ['cosh', -1, 1],
    ['exprel', -200, 93],
    ['exprel', -1, 1],
  ];
  it.each(cases)('%s on [%d, %d] is within 2e-7', (name, low, high) => {
    const x = single(points(1, low, high, 20000));
    const y = run(name, 'f32', x);
    const absolute = name === 'sin' || name === 'cos';
    const error = x.map((v, i) => Math.abs(y[i] - DOUBLE_TRUTH[name](v)) / (absolute ? 1 : Math.abs(DOUBLE_TRUTH[name](v))));
    expect(worst(error)).toBeLessThan(2e-7);
  });

  it('pow is within 1e-6', () => {
    const next = uniform(2);
    const [x, y]: number[][] = [[], []];
    for (let i = 0; i < 20000; i++) {
      x.push(Math.fround(i % 2 === 0 ? 0.5 + next() * 1.5 : 2 ** (252 * next() - 126)));
      y.push(Math.fround(((2 * next() - 1) * 87) / Math.log(x[i])));
    }
    const z = run('pow', 'f32', x, y);
    expect(worst(x.map((v, i) => Math.abs(z[i] / v ** y[i] - 1)))).toBeLessThan(1e-6);
  });
});

describe('accuracy in f64', () => {
  const cases: [Unary, number, number, number][] = [
    ['exp', -708, 709.7, 2],
    ['exp', -1, 1, 2],
    ['log', 1e-300, 1e300, 2],
    ['log', 0.5, 2, 2],
    ['tanh', -25, 25, 4],
    ['tanh', -1, 1, 4],
    ['sinh', -710, 710, 4],
    ['sinh', -1, 1, 4],
    ['cosh', -710, 710, 4],
    ['cosh', -1, 1, 4],
    ['exprel', -800, 716, 4],
    ['exprel', -1, 1, 4],
  ];
  it.each(cases)('%s on [%d, %d] is within %d ulp', (name, low, high, bound) => {
    const x = points(3, low, high, 1000);
    const y = run(name, 'f64', x);
    expect(worst(x.map((v, i) => ulps(y[i], TRUTH[name](big(v)))))).toBeLessThan(bound);
  });

  it.each<['sin' | 'cos', number]>([
    ['sin', 1e6],
    ['cos', 1e6],
    ['sin', 4],
    ['cos', 4],
  ])('%s up to %d is within 1e-15', (name, top) => {
    const x = points(4, -top, top, 1500);
    const y = run(name, 'f64', x);
    const errors = x.map((v, i) => {
      const error = add(big(y[i]), neg(TRUTH[name](big(v))));
      return Math.abs(Number(error.m)) * 2 ** error.e;
    });
    expect(worst(errors)).toBeLessThan(1e-15);
  });

  it('pow is within 4 + |y ln x| ulp', () => {
    const next = uniform(5);
    const [x, y]: number[][] = [[], []];
    for (let i = 0; i < 2000; i++) {
      x.push(i % 2 === 0 ? 0.5 + next() * 1.5 : 2 ** (2044 * next() - 1022));
      y.push(((2 * next() - 1) * 708) / Math.log(x[i]));
    }
    const z = run('pow', 'f64', x, y);
    const excess = x.map((v, i) => ulps(z[i], exp(mul(big(y[i]), log(big(v))))) - 4 - Math.abs(y[i] * Math.log(v)));
    expect(worst(excess)).toBeLessThan(0);
  });
});

describe('integer powers', () => {
  it.each<Precision>(['f32', 'f64'])('up to 8 are products in %s', (precision) => {
    const round = precision === 'f32' ? Math.fround : (v: number) => v;
    const x = [1.1, -1.7, 3.3e-3, -0, 0, 12].map(round);
    const square = x.map((v) => round(v * v));
    expect([...Array.from(run('pow', precision, x, 2))]).toEqual(square);
    expect([...Array.from(run('pow', precision, x, 3))]).toEqual(x.map((v, i) => round(square[i] * v)));
    expect([...Array.from(run('pow', precision, x, -2))]).toEqual(square.map((v) => round(1 / v)));
    expect([...Array.from(run('pow', precision, x, 0))]).toEqual(x.map(() => 1));
    const error = Array.from(run('pow', precision, x, -7)).map((v, i) => (x[i] === 0 ? 0 : Math.abs(v * x[i] ** 7 - 1)));
    expect(Math.max(...error)).toBeLessThan(precision === 'f32' ? 1e-6 : 2e-15);
    expect(Array.from(run('pow', precision, [0, -0], -7))).toEqual([Infinity, -Infinity]);
  });
});

describe('special values', () => {
  const values = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1e-40, -1e-40, 1000, -1000, 0.75, -1.5, 4097];

  it.each<Precision>(['f32', 'f64'])('of one argument are those of Math in %s', (precision) => {
    const x = precision === 'f32' ? single(values) : values;
    for (const name of Object.keys(DOUBLE_TRUTH) as Unary[]) {
      const y = run(name, precision, x);
      x.forEach((v, i) => expectLike(y[i], DOUBLE_TRUTH[name](v), precision, `${name}(${v})`));
    }
  });

  it.each<Precision>(['f32', 'f64'])('of pow are those of Math in %s', (precision) => {
    const x = precision === 'f32' ? single(values) : values;
    const pairs = x.flatMap((a) => x.map((b) => [a, b]));
    const z = run(
      'pow',
      precision,
      pairs.map(([a]) => a),
      pairs.map(([, b]) => b),
    );
    pairs.forEach(([a, b], i) => expectLike(z[i], a ** b, precision, `${a} ** ${b}`));
  });

  it('underflow through subnormals to 0, in one rounding', () => {
    const x = [-708.5, -720, -740, -745.1, -745.2, -800, -1e300];
    expect(Array.from(run('exp', 'f64', x)).map((v, i) => Math.abs(v - Math.exp(x[i])))).toSatisfy((d: number[]) => d.every((v) => v <= 5e-324));
    const xs = single([-87.5, -95, -103, -103.9, -104.1, -1e30]);
    expect(Array.from(run('exp', 'f32', xs)).map((v, i) => Math.abs(v - Math.exp(xs[i])))).toSatisfy((d: number[]) => d.every((v) => v <= 2 ** -149));
    expect(run('exp', 'f64', [-745.1])[0]).toBe(5e-324);
    expect(run('log', 'f64', [5e-324])[0]).toBeCloseTo(-744.44007192138, 10);
    expect(run('log', 'f32', [2 ** -149])[0]).toBeCloseTo(-103.27893, 5);
    expect(run('pow', 'f64', [2], [-1074])[0]).toBe(5e-324);
    expect(run('pow', 'f64', [5e-324], [0.5])[0]).toBeCloseTo(Math.sqrt(5e-324), 170);
  });

  it('overflow to infinity where Math does', () => {
    for (const name of ['sinh', 'cosh'] as const) expect(Array.from(run(name, 'f64', [710.4, 710.5])).map(Number.isFinite)).toEqual([true, false]);
    expect(Array.from(run('exp', 'f64', [709.78, 709.79])).map(Number.isFinite)).toEqual([true, false]);
    expect(Array.from(run('exprel', 'f64', [716.3, 716.4])).map(Number.isFinite)).toEqual([true, false]);
    for (const name of ['sinh', 'cosh'] as const) expect(Array.from(run(name, 'f32', [89.4, 89.5])).map(Number.isFinite)).toEqual([true, false]);
    expect(Array.from(run('exp', 'f32', [88.7, 88.8])).map(Number.isFinite)).toEqual([true, false]);
    expect(Array.from(run('exprel', 'f32', [93.2, 93.4])).map(Number.isFinite)).toEqual([true, false]);
  });

  it.each(['f32', 'f64'] as const)('exprel of the smallest numbers is 1, and dividing by it changes nothing, in %s', (precision) => {
    const least = precision === 'f32' ? -149 : -1074;
    const x = Array.from({ length: 80 }, (_, e) => [1, -1, 1.3, -1.7].map((m) => m * 2 ** (least + e))).flat();
    const quotients = through(precision, x, (b) => b.math('div', b.constant(3), b.math('exprel', b.load(X, 'self'))));
    expect(new Set(run('exprel', precision, x))).toEqual(new Set([1]));
    expect(new Set(quotients)).toEqual(new Set([3]));
  });

  it('sin and cos stay within [-1, 1] for huge arguments', () => {
    const next = uniform(6);
    for (const precision of ['f32', 'f64'] as const) {
      const x = Array.from({ length: 500 }, () => 10 ** (next() * (precision === 'f32' ? 38 : 300)));
      for (const name of ['sin', 'cos'] as const) expect(Array.from(run(name, precision, x)).every((v) => Math.abs(v) <= 1)).toBe(true);
    }
  });
});

function expectLike(actual: number, truth: number, precision: Precision, what: string): void {
  const expected = precision === 'f32' ? Math.fround(truth) : truth;
  if (Number.isNaN(expected) || !Number.isFinite(expected) || expected === 0) expect(actual, what).toBe(expected);
  else
    expect(Math.abs(actual - expected), what).toBeLessThan(
      Math.abs(expected) * (precision === 'f32' ? 1e-6 : 1e-13) + (precision === 'f32' ? 2e-45 : 5e-324),
    );
}

describe('expand', () => {
  it('leaves primitives only, and every function in its place', () => {
    const b = new KernelBuilder('f32');
    const x = b.load(X, 'self');
    const value = b.math('add', b.math('exp', b.math('tanh', x)), x);
    b.body.push({ kind: 'store', column: OUT, value });
    const kernel = expand(b.finish('k', { kind: 'neurons', count: 4 }));
    expect(kernel.nodes.every((node) => node.op in PRIMITIVES || node.op === 'load' || node.op === 'constant')).toBe(true);
    const columns = [new Float32Array([0, 1, -1, 2]), new Float32Array(0), new Float32Array(4)];
    interpretKernel(kernel, { columns, step: X, seed: [0, 0] })();
    Array.from(columns[0]).forEach((v, i) => expect(columns[2][i]).toBeCloseTo(Math.exp(Math.tanh(v)) + v, 5));
  });
});
