/** How fast a number grows: over the newest part of its history. */
export class Meter {
  readonly #span: number;
  #samples: (readonly [at: number, total: number])[] = [];

  /** @param span over which is averaged, in what `at` counts */
  constructor(span: number) {
    this.#span = span;
  }

  /** @returns growth of `total` per `at`; undefined where there is no telling yet */
  add(at: number, total: number): number | undefined {
    if (at < (this.#samples.at(-1)?.[0] ?? at)) this.clear();
    const last = this.#samples.at(-1);
    if (!last || at > last[0]) this.#samples.push([at, total]);
    while (this.#samples.length > 2 && at - this.#samples[1][0] >= this.#span) this.#samples.shift();
    const [begin, before] = this.#samples[0];
    return at > begin ? (total - before) / (at - begin) : undefined;
  }

  clear(): void {
    this.#samples = [];
  }
}
