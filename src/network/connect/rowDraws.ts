import { mulHigh } from '../../core/rng.ts';
import type { RuleContext } from './rule.ts';

/**
 * Random numbers of one cell after the other, by which the rules make the synapses of that cell: what a cell draws depends on
 * the seed, the projection and the cell alone. Block 0 says how many synapses, the blocks from 1 on say which.
 */
export class RowDraws {
  readonly #drawWords: RuleContext['drawWords'];
  readonly #words = new Uint32Array(4);
  #cell = 0;
  #block = 0;
  #used = 4;

  constructor(context: Pick<RuleContext, 'drawWords'>) {
    this.#drawWords = context.drawWords;
  }

  begin(cell: number, block: number): this {
    this.#cell = cell;
    this.#block = block;
    this.#used = 4;
    return this;
  }

  #word(): number {
    if (this.#used === 4) {
      this.#drawWords(this.#words, this.#cell, this.#block++);
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
