/** Elements of one block of `blockSum`. */
export const BLOCK = 256;

/**
 * The sum of the first `count` values in an order that is fixed, so that every backend finds the same bits, and that
 * suits SIMD: blocks of 256; within a block four accumulators take every fourth value, then (a0 + a1) + (a2 + a3);
 * the sums of the blocks are added in sequence. All in f64, from 0. A last, shorter block skips what is missing.
 */
export function blockSum(values: ArrayLike<number>, count: number): number {
  const a = new Float64Array(4);
  let sum = 0;
  for (let start = 0; start < count; start += BLOCK) {
    const end = Math.min(start + BLOCK, count);
    a.fill(0);
    for (let i = start; i < end; i++) a[i & 3] += values[i];
    sum += a[0] + a[1] + (a[2] + a[3]);
  }
  return sum;
}
