/** Sorts the synapses of one row after the other by their delays, equal ones as they were. */
export class RowSorter {
  #places = new Uint32Array(64);
  #counts = new Uint32Array(64);
  #scratch = new Float64Array(64);

  /** For the elements of `keys` from `start` to `end`, in order: their places behind `start`. Valid until the next call. */
  sort(keys: Uint8Array | Uint16Array | Uint32Array, start: number, end: number): Uint32Array {
    const n = end - start;
    if (this.#places.length < n) this.#places = new Uint32Array(2 * n);
    let [least, most] = [keys[start], keys[start]];
    for (let p = start; p < end; p++) {
      if (keys[p] < least) least = keys[p];
      if (keys[p] > most) most = keys[p];
    }
    if (most - least < 4 * n + 64) this.#count(keys, start, end, least, most);
    else this.#compare(keys, start, end);
    return this.#places;
  }

  /** Puts the elements of a column from `start` on into the order that was found last. */
  apply(column: Uint16Array | Uint32Array | Float32Array | Float64Array, start: number, end: number): void {
    const n = end - start;
    if (this.#scratch.length < n) this.#scratch = new Float64Array(2 * n);
    const [places, scratch] = [this.#places, this.#scratch];
    for (let k = 0; k < n; k++) scratch[k] = column[start + places[k]];
    for (let k = 0; k < n; k++) column[start + k] = scratch[k];
  }

  #count(keys: Uint8Array | Uint16Array | Uint32Array, start: number, end: number, least: number, most: number): void {
    const span = most - least + 1;
    if (this.#counts.length <= span) this.#counts = new Uint32Array(2 * span);
    const [next, places] = [this.#counts, this.#places];
    next.fill(0, 0, span + 1);
    for (let p = start; p < end; p++) next[keys[p] - least + 1]++;
    for (let key = 1; key < span; key++) next[key] += next[key - 1];
    for (let p = start; p < end; p++) places[next[keys[p] - least]++] = p - start;
  }

  /** Where keys lie far apart. */
  #compare(keys: Uint8Array | Uint16Array | Uint32Array, start: number, end: number): void {
    const n = end - start;
    const both = new Float64Array(n);
    for (let i = 0; i < n; i++) both[i] = keys[start + i] * n + i;
    both.sort();
    for (let k = 0; k < n; k++) this.#places[k] = both[k] % n;
  }
}
