/** The newest of many pairs of a time and a value, in bounded memory. */
export class History {
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  /** How many came so far. */
  #total = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  /** The number of the next that comes. */
  get end(): number {
    return this.#total;
  }

  /** The number of the oldest that is kept. */
  get begin(): number {
    return Math.max(0, this.#total - this.#times.length);
  }

  push(time: number, value: number): void {
    const slot = this.#total++ % this.#times.length;
    this.#times[slot] = time;
    this.#values[slot] = value;
  }

  timeAt(number: number): number {
    return this.#times[number % this.#times.length];
  }

  valueAt(number: number): number {
    return this.#values[number % this.#times.length];
  }

  clear(): void {
    this.#total = 0;
  }
}
