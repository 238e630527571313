import { describe, expect, it } from 'vitest';
import { CountLaw } from './countLaw.ts';

const choose = (n: number, k: number): number =>
  k < 0 || k > n ? 0 : Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1);

const LAWS: readonly [string, CountLaw, (k: number) => number][] = [
  ['binomial, few', CountLaw.binomial(7, 0.3), (k) => choose(7, k) * 0.3 ** k * 0.7 ** (7 - k)],
  ['binomial, many', CountLaw.binomial(500, 0.02), (k) => choose(500, k) * 0.02 ** k * 0.98 ** (500 - k)],
  ['binomial, likely', CountLaw.binomial(60, 0.97), (k) => choose(60, k) * 0.97 ** k * 0.03 ** (60 - k)],
  ['binomial of nothing', CountLaw.binomial(0, 0.5), (k) => Number(k === 0)],
  ['binomial, never', CountLaw.binomial(9, 0), (k) => Number(k === 0)],
  ['binomial, always', CountLaw.binomial(9, 1), (k) => Number(k === 9)],
  ['poisson', CountLaw.poisson(4.2), (k) => Array.from({ length: k }, (_, i) => 4.2 / (i + 1)).reduce((a, b) => a * b, Math.exp(-4.2))],
  ['poisson of nothing', CountLaw.poisson(0), (k) => Number(k === 0)],
  ['hypergeometric', CountLaw.hypergeometric(30, 12, 9), (k) => (choose(12, k) * choose(18, 9 - k)) / choose(30, 9)],
  ['hypergeometric, nearly all', CountLaw.hypergeometric(30, 25, 28), (k) => (choose(25, k) * choose(5, 28 - k)) / choose(30, 28)],
  ['hypergeometric of all', CountLaw.hypergeometric(12, 12, 5), (k) => Number(k === 5)],
];

describe('laws of numbers', () => {
  it.each(LAWS)('%s', (_, law, probability) => {
    let below = 0;
    for (let k = 0; below < 1 - 1e-12; k++) {
      const p = probability(k);
      // Each number is found from one end of its part to the other.
      if (p > 1e-10) {
        expect(law.at(below + 1e-3 * p + 1e-15)).toBe(k);
        expect(law.at(below + 0.999 * p)).toBe(k);
      }
      below += p;
    }
  });

  it.each([
    ['binomial', CountLaw.binomial(2 ** 31, 0.25), 2 ** 29, Math.sqrt(2 ** 29 * 0.75)],
    ['poisson', CountLaw.poisson(1e6), 1e6, 1e3],
    ['hypergeometric', CountLaw.hypergeometric(1e10, 1e5, 1e9), 1e4, Math.sqrt(1e4 * 0.9)],
  ])('large: %s', (_, law, mean, deviation) => {
    expect(Math.abs(law.at(0.5) - mean)).toBeLessThan(2);
    // Quantiles of the normal law, which it is near to.
    expect(Math.abs(law.at(0.9772499) - mean - 2 * deviation) / deviation).toBeLessThan(0.02);
    expect(Math.abs(law.at(0.0227501) - mean + 2 * deviation) / deviation).toBeLessThan(0.02);
    expect(law.at(1 - 2 ** -53) - mean).toBeGreaterThan(7 * deviation);
    expect(mean - law.at(0)).toBeGreaterThan(7 * deviation);
  });
});
