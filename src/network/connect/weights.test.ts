import { describe, expect, it } from 'vitest';
import { Weights } from './weights.ts';

describe('weights', () => {
  it('are drawn in proportion', () => {
    const weights = new Weights(Float64Array.of(1, 0, 2, 5));
    expect(weights.total).toBe(8);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((k) => weights.at(k / 8))).toEqual([0, 2, 2, 3, 3, 3, 3, 3]);
    expect([1, 3, 8].map((k) => weights.at(k / 8 - 1e-12))).toEqual([0, 2, 3]);
  });

  it('may be very unequal', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => 2 ** -i + 1e-9 * (i % 7));
    const weights = new Weights(values);
    let below = 0;
    values.forEach((weight, i) => {
      if (weight > 1e-14) expect(weights.at((below + weight / 2) / weights.total)).toBe(i);
      below += weight;
    });
  });
});
