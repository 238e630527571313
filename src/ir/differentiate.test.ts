import { describe, expect, it } from 'vitest';
import { KernelBuilder } from './build.ts';
import { differentiate } from './differentiate.ts';
import { expand } from './expand.ts';
import { type ColumnId, MATH, type MathName, type NodeId } from './expr.ts';
import { interpretKernel } from './interpret.ts';

const X = 1 as ColumnId;

/** Value and derivative by x of what `make` builds, at each of the points. */
function evaluate(make: (b: KernelBuilder, x: NodeId) => NodeId, points: readonly number[]): { value: number[]; slope: number[] | undefined } {
  const b = new KernelBuilder('f64');
  const x = b.load(X, 'self');
  const node = make(b, x);
  const slope = differentiate(b, node, x);
  const columns = [new Uint32Array(1), Float64Array.from(points), new Float64Array(points.length), new Float64Array(points.length)];
  b.body.push({ kind: 'store', column: 2 as ColumnId, value: node }, { kind: 'store', column: 3 as ColumnId, value: slope ?? b.constant(0) });
  interpretKernel(expand(b.finish('k', { kind: 'neurons', count: points.length })), { columns, step: 0 as ColumnId, seed: [0, 0] })();
  return { value: [...columns[2]], slope: slope === undefined ? undefined : [...columns[3]] };
}

function expectSlope(make: (b: KernelBuilder, x: NodeId) => NodeId, points: readonly number[]): void {
  const h = 1e-5;
  const { slope } = evaluate(make, points);
  const below = evaluate(
    make,
    points.map((x) => x - h),
  ).value;
  const above = evaluate(
    make,
    points.map((x) => x + h),
  ).value;
  points.forEach((x, i) => {
    const expected = (above[i] - below[i]) / (2 * h);
    expect(Math.abs((slope?.[i] ?? 0) - expected), `at ${x}: ${slope?.[i]} instead of ${expected}`).toBeLessThan(1e-8 * (1 + Math.abs(expected)));
  });
}

/** Beside jumps and corners, where both signs are in the range of the function. */
const POINTS = [-2.3, -0.7, 0.3, 1.4, 5.2];
const POSITIVE: ReadonlySet<MathName> = new Set(['sqrt', 'log', 'pow', 'exponent', 'mantissa']);
const WHOLE: ReadonlySet<MathName> = new Set(['pow2']);

describe('the derivative of an operation', () => {
  const floats = Object.entries(MATH).filter(
    ([name, { args, result }]) => result === 'float' && args.every((type) => type === 'float') && !WHOLE.has(name as MathName),
  );
  it.each(floats.map(([name, { args }]) => [name as MathName, args.length] as const))('%s', (name, count) => {
    const points = POSITIVE.has(name) ? POINTS.map(Math.abs) : POINTS;
    const other = (b: KernelBuilder, x: NodeId): NodeId => b.math('add', b.math('mul', x, b.constant(0.4)), b.constant(1.1));
    for (let i = 0; i < count; i++) {
      expectSlope((b, x) => b.math(name, ...Array.from({ length: count }, (_, k) => (k === i ? x : b.constant(1.7)))), points);
    }
    expectSlope((b, x) => b.math(name, ...(count === 1 ? [other(b, x)] : [x, other(b, x)])), points);
  });

  it('pow2 of a whole number', () => {
    const { value, slope } = evaluate((b, x) => b.math('pow2', x), [-3, 0, 4]);
    expect(slope).toEqual(value.map((v) => v * Math.LN2));
  });

  it('a choice has that of what is chosen, at the jump too', () => {
    const choice = (b: KernelBuilder, x: NodeId) => b.math('select', b.math('lt', x, b.constant(1)), b.math('mul', x, x), b.constant(7));
    expect(evaluate(choice, [-2, 0.5, 1, 3]).slope).toEqual([-4, 1, 0, 0]);
  });

  it('exprel near 0, where its formula cancels', () => {
    const { slope } = evaluate((b, x) => b.math('exprel', x), [-1e-4, -1e-9, 0, 1e-9, 1e-4]);
    for (const s of slope ?? []) expect(Math.abs(s - 0.5)).toBeLessThan(4e-5);
  });
});

describe('what does not depend on it', () => {
  it('has no derivative', () => {
    const constant = (b: KernelBuilder) => b.math('exp', b.load(2 as ColumnId, 'self'));
    expect(evaluate(constant, [1]).slope).toBeUndefined();
    expect(evaluate((b, x) => b.math('floor', x), [1]).slope).toBeUndefined();
    expect(evaluate((b) => b.index('self') && b.math('toFloat', b.index('self')), [1]).slope).toBeUndefined();
  });

  it('adds nothing', () => {
    const mixed = (b: KernelBuilder, x: NodeId) => b.math('mul', b.math('add', x, b.math('toFloat', b.index('self'))), b.constant(3));
    expect(evaluate(mixed, [1, 2, 3]).slope).toEqual([3, 3, 3]);
  });
});
