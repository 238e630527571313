import { philox } from '../../src/core/rng.ts';

/** Repeatable uniform numbers in [0, 1), for choosing test cases. */
export function uniform(seed: number): () => number {
  const words = new Uint32Array(4);
  let n = 0;
  return () => {
    philox(words, n++, 0, 0, 0, seed, 1);
    return (words[0] + words[1] / 2 ** 32) / 2 ** 32;
  };
}
