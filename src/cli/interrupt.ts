/** The first Ctrl-C asks for a stop, the second ends the process. */
export class Interrupt {
  readonly #controller = new AbortController();

  readonly #onSignal = (): void => {
    if (this.signal.aborted) process.exit(130);
    process.stderr.write('\nstopping; what was recorded is kept (Ctrl-C again to leave at once)\n');
    this.#controller.abort();
  };

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Listens while `body` runs; before and after, Ctrl-C has its usual effect. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    process.on('SIGINT', this.#onSignal);
    try {
      return await body();
    } finally {
      process.off('SIGINT', this.#onSignal);
    }
  }
}
