import { describe, expect, it } from 'vitest';
import { blockSum } from './blockSum.ts';

describe('blockSum', () => {
  it('adds every fourth value of a block apart, then the pairs', () => {
    // 2^53 + 1 is 2^53: only where the two small values meet first do they count.
    const big = 2 ** 53;
    expect(blockSum([big, 1, 0, 0, 0, 1], 6)).toBe(big + 2);
    expect(blockSum([1, big, 0, 0, 1, 0], 6)).toBe(big + 2);
    expect(blockSum([big, 1, 1, 0], 4)).toBe(big);
    expect(blockSum([big, 0, 1, 1], 4)).toBe(big + 2);
    expect(blockSum([1, 1, big, 0], 4)).toBe(big + 2);
    expect(blockSum([big, 0, 0, 0, 1, 0, 0, 0, 1], 9)).toBe(big);
  });

  it('adds the sums of blocks of 256 in sequence', () => {
    const values = new Float64Array(600);
    values[0] = 2 ** 53;
    values[255] = 1;
    values[256] = 1;
    values[300] = 1;
    values[512] = 0.5;
    // What stands alone in the first and third block is lost, the two of the second are not.
    expect(blockSum(values, 600)).toBe(2 ** 53 + 2);
  });

  it('takes the first count values only', () => {
    expect(blockSum([1, 2, 4, 8, 16], 3)).toBe(7);
    expect(blockSum([1], 0)).toBe(0);
  });
});
