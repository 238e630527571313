import { describe, expect, it } from 'vitest';
import { autocorrelogram, type BinnedMap, gridScore, rateMap } from './index.ts';

const BINS = 30;

/** A map from waves across the box, each of a direction and a length in bins. */
function waves(degrees: readonly number[], length = 9): BinnedMap {
  const values = Float64Array.from({ length: BINS * BINS }, (_, i) => {
    const [y, x] = [Math.floor(i / BINS), i % BINS];
    const wave = (d: number): number => Math.cos((2 * Math.PI * (x * Math.cos((d * Math.PI) / 180) + y * Math.sin((d * Math.PI) / 180))) / length);
    return degrees.reduce((sum, d) => sum + wave(d), degrees.length);
  });
  return { rows: BINS, columns: BINS, values };
}

describe('grid score', () => {
  it('is high for a hexagonal map, whatever way it lies, and low for a square one and for stripes', () => {
    expect(gridScore(waves([0, 60, 120]))).toBeGreaterThan(1.2);
    expect(gridScore(waves([17, 77, 137], 8))).toBeGreaterThan(1.2);
    expect(gridScore(waves([0, 90]))).toBeLessThan(-0.3);
    expect(gridScore(waves([20]))).toBeLessThan(0.3);
  });

  it('stands places where the animal never came', () => {
    const map = waves([0, 60, 120]);
    map.values.fill(Number.NaN, 0, 2 * BINS);
    expect(gridScore(map)).toBeGreaterThan(1.1);
  });

  it('is none of an even map', () => {
    expect(gridScore({ rows: BINS, columns: BINS, values: new Float64Array(BINS * BINS).fill(3) })).toBeNaN();
  });
});

describe('autocorrelogram', () => {
  it('is 1 without a shift, symmetric about it, and 1 again a wave away', () => {
    const { rows, columns, values } = autocorrelogram(waves([0], 10));
    expect([rows, columns]).toEqual([2 * BINS - 1, 2 * BINS - 1]);
    const at = (dr: number, dc: number): number => values[(BINS - 1 + dr) * columns + BINS - 1 + dc];
    expect(at(0, 0)).toBeCloseTo(1, 12);
    expect(at(3, 10)).toBeCloseTo(1, 9);
    expect(at(0, 5)).toBeCloseTo(-1, 9);
    expect(at(4, -7)).toBeCloseTo(at(-4, 7), 12);
    expect(at(BINS - 1, BINS - 1)).toBeNaN();
  });
});

describe('rate map', () => {
  // Half a second in each quarter of the box but the last.
  const path = { interval: 100, x: [1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1], y: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3] };

  it('is spikes over time in each bin, NaN where nobody was', () => {
    const { values } = rateMap([10, 450, 650, 2000], path, { low: 0, high: 4, bins: 2, smooth: 0 });
    expect([...values]).toEqual([4, 2, 0, NaN]);
  });

  it('smooths spikes and visits alike: even firing stays even', () => {
    const everywhere = Array.from({ length: 15 }, (_, k) => 100 * k + 50);
    const { values } = rateMap(everywhere, path, { low: 0, high: 4, bins: 2 });
    for (const rate of values) expect(rate).toBeCloseTo(10, 9);
  });

  it.each([
    ['a box without room', () => rateMap([], path, { low: 1, high: 1, bins: 2 })],
    ['no bins', () => rateMap([], path, { low: 0, high: 1, bins: 0 })],
    ['smoothing below 0', () => rateMap([], path, { low: 0, high: 1, bins: 2, smooth: -1 })],
    ['a path without time', () => rateMap([], { ...path, interval: 0 }, { low: 0, high: 1, bins: 2 })],
    ['more x than y', () => rateMap([], { ...path, y: [1] }, { low: 0, high: 1, bins: 2 })],
    ['a map that does not fit its shape', () => gridScore({ rows: 3, columns: 3, values: new Float64Array(8) })],
  ])('refuses %s', (_, call) => {
    expect(call).toThrowErrorMatchingSnapshot();
  });
});
