import { mulHigh } from './rng.ts';

/** Where random words come from: four of them for each block of a row. */
interface WordSource {
  drawWords(out: Uint32Array, row: number, block: number): void;
}

/**
 * Random numbers of one row after the other: what a row draws depends on its source and the row alone. Rules of connection have a
 * row for each cell: block 0 says how many synapses it has, the blocks from 1 on say which.
 */
export class RowDraws {
  readonly #drawWords: WordSource['drawWords'];
  readonly #words = new Uint32Array(4);
  #row = 0;
  #block = 0;
  #used = 4;

  constructor(source: WordSource) {
    this.#drawWords = source.drawWords;
  }

  begin(row: number, block: number): this {
    this.#row = row;
    this.#block = block;
    this.#used = 4;
    return this;
  }

  #word(): number {
    if (this.#used === 4) {
      this.#drawWords(this.#words, this.#row, this.#block++);
      this.#used = 0;
    }
    return this.#words[this.#used++];
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
}
