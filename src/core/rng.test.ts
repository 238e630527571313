import { describe, expect, it } from 'vitest';
import { philox, seedWords } from './rng.ts';

function words(counter: readonly [number, number, number, number], key: readonly [number, number]): string {
  const out = new Uint32Array(4);
  philox(out, ...counter, ...key);
  return [...out].map((w) => w.toString(16).padStart(8, '0')).join(' ');
}

describe('philox', () => {
  const ones = 0xffffffff;

  it('gives the known answers of Random123', () => {
    expect(words([0, 0, 0, 0], [0, 0])).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(words([ones, ones, ones, ones], [ones, ones])).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    expect(words([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
  });
});

describe('seedWords', () => {
  it('splits an integer of 53 bits', () => {
    expect(seedWords(0)).toEqual([0, 0]);
    expect(seedWords(0x100000000 * 5 + 7)).toEqual([7, 5]);
    expect(seedWords(Number.MAX_SAFE_INTEGER)).toEqual([0xffffffff, 0x1fffff]);
  });
});
