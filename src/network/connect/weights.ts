/** Things that are drawn in proportion to their weights. */
export class Weights {
  readonly total: number;
  readonly #cumulative: Float64Array;
  /** For equal parts of the whole, the first thing in each: where to begin to look. Made for the second draw: one alone does without. */
  #guide: Uint32Array | undefined;
  #isDrawn = false;

  /** @param values none negative */
  constructor(values: Float64Array) {
    this.#cumulative = values.slice();
    const cumulative = this.#cumulative;
    const n = values.length;
    for (let i = 1; i < n; i++) cumulative[i] += cumulative[i - 1];
    this.total = n === 0 ? 0 : cumulative[n - 1];
  }

  /** The thing at a part u of the whole, 0 <= u < 1: the first whose sum of weights is above it. */
  at(u: number): number {
    const cumulative = this.#cumulative;
    const x = u * this.total;
    const last = cumulative.length - 1;
    let i = this.#begin(u, x);
    // Rounding may have put the guide one too far.
    while (i > 0 && cumulative[i - 1] > x) i--;
    while (i < last && cumulative[i] <= x) i++;
    return i;
  }

  #begin(u: number, x: number): number {
    const cumulative = this.#cumulative;
    if (this.#isDrawn) {
      this.#guide ??= guideTo(cumulative, this.total);
      return this.#guide[Math.min(cumulative.length - 1, Math.floor(u * cumulative.length))];
    }
    this.#isDrawn = true;
    let [low, high] = [0, Math.max(0, cumulative.length - 1)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle] <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function guideTo(cumulative: Float64Array, total: number): Uint32Array {
  const n = cumulative.length;
  const guide = new Uint32Array(n);
  for (let part = 0, i = 0; part < n; part++) {
    while (i < n - 1 && cumulative[i] <= (part / n) * total) i++;
    guide[part] = i;
  }
  return guide;
}
