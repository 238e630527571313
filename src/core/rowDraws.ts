import { mulHigh, philox } from './rng.ts';

/** Where random words come from: four of them for each block of a row. */
export interface WordSource {
  /** Writes the words of `blocks` blocks, from block `block` on. */
  drawWords(out: Uint32Array, row: number, block: number, blocks: number): void;
}

/** Words that are drawn together, at most. */
const AT_ONCE = 1024;

/** Numbers below this have products with words that a double holds exactly. */
const EXACT = 2 ** 21;

/**
 * Random numbers of one row after the other: what a row draws depends on its source and the row alone. Rules of connection have a
 * row for each cell: block 0 says how many synapses it has, the blocks from 1 on say which.
 */
export class RowDraws {
  readonly #source: WordSource;
  readonly #words = new Uint32Array(AT_ONCE);
  #row = 0;
  #block = 0;
  #used = 0;
  #drawn = 0;
  /** Words that are still to come. */
  #expected = 0;

  constructor(source: WordSource) {
    this.#source = source;
  }

  /** @param expected how many words will be drawn, more or less */
  begin(row: number, block: number, expected = 1): this {
    this.#row = row;
    this.#block = block;
    this.#used = 0;
    this.#drawn = 0;
    this.#expected = expected;
    return this;
  }

  #word(): number {
    if (this.#used === this.#drawn) this.#draw();
    return this.#words[this.#used++];
  }

  #draw(): void {
    const blocks = Math.max(1, Math.min(AT_ONCE / 4, Math.ceil(this.#expected / 4)));
    this.#source.drawWords(this.#words, this.#row, this.#block, blocks);
    this.#block += blocks;
    this.#used = 0;
    this.#drawn = 4 * blocks;
    this.#expected -= 4 * blocks;
  }

  /** Evenly from 0 up to but not 1, with 53 bits. */
  unit(): number {
    const high = this.#word() >>> 5;
    return (high * 0x4000000 + (this.#word() >>> 6)) / 2 ** 53;
  }

  /** Evenly from 0 to n - 1, exactly: Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019. */
  below(n: number): number {
    let word = this.#word();
    let low = Math.imul(word, n) >>> 0;
    if (low < n) {
      const least = 2 ** 32 % n;
      while (low < least) {
        word = this.#word();
        low = Math.imul(word, n) >>> 0;
      }
    }
    return mulHigh(word, n) >>> 0;
  }

  /** Several such numbers, the i-th below n + i * step. */
  manyBelow(out: Uint32Array, count: number, n: number, step: 0 | 1): void {
    for (let i = 0; i < count; ) {
      if (this.#used === this.#drawn) this.#draw();
      const words = this.#words;
      const start = this.#used - i;
      const end = Math.min(count, this.#drawn - start);
      for (; i < end; i++) {
        const limit = n + i * step;
        const product = words[start + i] * limit;
        // Those that may have to be drawn again, and those that would be rounded, are looked at one by one.
        if (limit > EXACT || Math.imul(words[start + i], limit) >>> 0 < limit) break;
        out[i] = product / 2 ** 32;
      }
      this.#used = start + i;
      if (i < end) {
        out[i] = this.below(n + i * step);
        i++;
      }
    }
  }
}

/** The words of Philox under a key, a stream for each use. */
export function philoxWords(stream: number, [k0, k1]: readonly [number, number]): WordSource {
  const four = new Uint32Array(4);
  return {
    drawWords: (out, row, block, blocks) => {
      for (let i = 0; i < blocks; i++) {
        philox(four, row, block + i, stream, 0, k0, k1);
        out.set(four, 4 * i);
      }
    },
  };
}
