/** Numbers below a limit that are taken out in ascending order: in time in proportion to how many there are, and to a 1024th of the limit. */
export class CellSet {
  readonly #limit: number;
  /** A bit for each number. */
  readonly #bits: Uint32Array;
  /** A bit for each word of `bits` that is not 0. */
  readonly #used: Uint32Array;

  constructor(limit: number) {
    this.#limit = limit;
    this.#bits = new Uint32Array(Math.ceil(limit / 32));
    this.#used = new Uint32Array(Math.ceil(this.#bits.length / 32));
  }

  has(n: number): boolean {
    return ((this.#bits[n >>> 5] >>> (n & 31)) & 1) !== 0;
  }

  add(n: number): void {
    const word = n >>> 5;
    this.#bits[word] |= 1 << (n & 31);
    this.#used[word >>> 5] |= 1 << (word & 31);
  }

  /** Takes all out, ascending, to `out` from `at` on; answers where it ended. */
  drain(out: Uint32Array, at: number): number {
    const [bits, used] = [this.#bits, this.#used];
    for (let group = 0; group < used.length; group++) {
      for (let words = used[group]; words !== 0; words &= words - 1) {
        const word = 32 * group + 31 - Math.clz32(words & -words);
        for (let left = bits[word]; left !== 0; left &= left - 1) out[at++] = 32 * word + 31 - Math.clz32(left & -left);
        bits[word] = 0;
      }
      used[group] = 0;
    }
    return at;
  }

  /** Takes all out; to `out` go, ascending, those below a limit that were not in. */
  drainOthers(out: Uint32Array, at: number, limit = this.#limit): number {
    const bits = this.#bits;
    for (let word = 0; 32 * word < limit; word++) {
      const left = limit - 32 * word;
      const asked = left < 32 ? 2 ** left - 1 : -1;
      for (let others = ~bits[word] & asked; others !== 0; others &= others - 1) out[at++] = 32 * word + 31 - Math.clz32(others & -others);
    }
    bits.fill(0);
    this.#used.fill(0);
    return at;
  }
}
