import { describe, expect, it } from 'vitest';
import { wasmBackend } from '../backends/wasm/index.ts';
import { philoxWords, RowDraws, type WordSource } from '../core/rowDraws.ts';
import { rowWords } from './rowWords.ts';

describe('RowDraws', () => {
  it.each([
    ['a few', 5, 7, 0],
    ['one limit for all', 3000, 20_683, 0],
    ['limits that grow', 3000, 1, 1],
    ['limits near those whose products are exact', 100, 2 ** 21 - 50, 1],
    // A quarter of all words are drawn again.
    ['limits so large that words are drawn again', 3000, 3 * 2 ** 30, 0],
  ] as const)('draws many numbers as it draws one after the other: %s', (_, count, n, step) => {
    const source = philoxWords(1, [2, 3]);
    const [one, many] = [new RowDraws(source).begin(4, 1), new RowDraws(source).begin(4, 1, count)];
    const wanted = Uint32Array.from({ length: count }, (_, i) => one.below(n + i * step));
    const out = new Uint32Array(count);
    many.manyBelow(out, count, n, step);
    expect(out).toEqual(wanted);
    // Both go on from the same word.
    expect(many.below(1000)).toBe(one.below(1000));
  });

  it('has the same words from whoever draws them', () => {
    const [js, wasm] = [philoxWords(9, [1, 2]), rowWords(9, [1, 2], wasmBackend.calculator())];
    const words = (source: WordSource, row: number, block: number, blocks: number): Uint32Array => {
      const out = new Uint32Array(4 * blocks);
      source.drawWords(out, row, block, blocks);
      return out;
    };
    words(wasm, 0, 0, 2 ** 14);
    for (const [row, block, blocks] of [
      [5, 1, 3],
      [5, 4, 4],
      [6, 0, 257],
      [2 ** 32 - 1, 2 ** 31, 1001],
    ] as const) {
      expect(words(wasm, row, block, blocks)).toEqual(words(js, row, block, blocks));
    }
  });
});
