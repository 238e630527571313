/** Things that are drawn in proportion to their weights. */
export class Weights {
  readonly total: number;
  readonly #cumulative: Float64Array;
  /** For equal parts of the whole, the first thing in each: where to begin to look. */
  readonly #guide: Uint32Array;

  /** @param values none negative */
  constructor(values: Float64Array) {
    this.#cumulative = values.slice();
    const cumulative = this.#cumulative;
    const n = values.length;
    for (let i = 1; i < n; i++) cumulative[i] += cumulative[i - 1];
    this.total = n === 0 ? 0 : cumulative[n - 1];
    this.#guide = new Uint32Array(n);
    for (let part = 0, i = 0; part < n; part++) {
      while (i < n - 1 && cumulative[i] <= (part / n) * this.total) i++;
      this.#guide[part] = i;
    }
  }

  /** The thing at a part u of the whole, 0 <= u < 1: the first whose sum of weights is above it. */
  at(u: number): number {
    const cumulative = this.#cumulative;
    const x = u * this.total;
    const last = cumulative.length - 1;
    let i = this.#guide[Math.min(last, Math.floor(u * cumulative.length))];
    // Rounding may have put the guide one too far.
    while (i > 0 && cumulative[i - 1] > x) i--;
    while (i < last && cumulative[i] <= x) i++;
    return i;
  }
}
