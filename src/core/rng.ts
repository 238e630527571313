/**
 * Version of the mapping from seeds to draws: which counter and key each draw of a network has, and how words become numbers.
 * Results of one version can't be had from another; manifests name it.
 */
export const RANDOM_NUMBERS_VERSION = 3;

/**
 * Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * A pure function from a counter and a key, each word 32 bits, to four random words, written into `out`.
 */
export function philox(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  // Signed throughout: engines keep such numbers in registers as they are.
  let [a, b, c, d, k, l] = [c0 | 0, c1 | 0, c2 | 0, c3 | 0, k0 | 0, k1 | 0];
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, a);
    const low0 = Math.imul(0xd2511f53, a);
    const high1 = mulHigh(0xcd9e8d57, c);
    const low1 = Math.imul(0xcd9e8d57, c);
    a = high1 ^ b ^ k;
    b = low1;
    c = high0 ^ d ^ l;
    d = low0;
    k = (k + 0x9e3779b9) | 0;
    l = (l + 0xbb67ae85) | 0;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

/** The upper 32 bits of the product of two unsigned 32-bit integers, as a signed integer. */
export function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const carry = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
  return (Math.imul(a1, b1) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** The two key words of a seed: an integer from 0 to 2^53 - 1. */
export function seedWords(seed: number): readonly [number, number] {
  return [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0];
}
