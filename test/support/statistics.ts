import { expect } from 'vitest';

/** Deviations that a statistic of correct code exceeds once in a hundred thousand seeds. */
const BOUND = 4.5;

export function moments(values: ArrayLike<number>): { readonly mean: number; readonly variance: number; readonly skewness: number } {
  const n = values.length;
  const sum = (f: (x: number) => number): number =>
    Array.prototype.reduce.call(values, (total, x) => (total as number) + f(x as number), 0) as number;
  const mean = sum((x) => x) / n;
  const variance = sum((x) => (x - mean) ** 2) / (n - 1);
  return { mean, variance, skewness: sum((x) => (x - mean) ** 3) / n / variance ** 1.5 };
}

/** Holds where independent values can be from that normal distribution by mean, variance and skewness. */
export function expectNormal(values: ArrayLike<number>, mean: number, variance: number, bias = 0): void {
  const n = values.length;
  const found = moments(values);
  expect(Math.abs(found.mean - mean), `mean ${found.mean}, not ${mean}`).toBeLessThan(BOUND * Math.sqrt(variance / n) + bias);
  expect(Math.abs(found.variance / variance - 1), `variance ${found.variance}, not ${variance}`).toBeLessThan(
    BOUND * Math.sqrt(2 / n) + bias / variance,
  );
  expect(Math.abs(found.skewness), 'skewness').toBeLessThan(BOUND * Math.sqrt(6 / n) + bias);
}

/** Pearson's statistic of counts against probabilities, as deviations of its own distribution; classes below 10 are joined with the next. */
export function expectCounts(counts: readonly number[], probabilities: readonly number[]): void {
  const n = counts.reduce((a, b) => a + b, 0);
  let statistic = 0;
  let classes = 0;
  let [observed, expected] = [0, 0];
  counts.forEach((count, i) => {
    observed += count;
    expected += n * probabilities[i];
    if (expected < 10 && i < counts.length - 1) return;
    if (expected > 0) statistic += (observed - expected) ** 2 / expected;
    classes++;
    [observed, expected] = [0, 0];
  });
  const freedom = classes - 1;
  // Wilson and Hilferty: the cube root of chi-square is nearly normal.
  const z = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
  expect(z, `chi-square ${statistic} of ${freedom} degrees of freedom`).toBeLessThan(BOUND);
}
