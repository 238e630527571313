/** Work from outside, done one after the other and never while steps are computed. */
export class Operations {
  #last: Promise<void> | undefined;

  /** Whether something is being done. */
  get busy(): boolean {
    return this.#last !== undefined;
  }

  /** Does something when everything before it is done: at once, where nothing is. */
  add<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#last === undefined ? body() : this.#last.then(body);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last = settled;
    settled.then(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    return result;
  }

  /** Waits until nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#last) await this.#last;
  }
}
