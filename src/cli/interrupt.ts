/** Exit codes of a process that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof EXIT_CODES;

/** The first Ctrl-C (or SIGTERM) asks for a stop, the second ends the process. */
export class Interrupt {
  readonly #controller = new AbortController();
  #exitCode: number = EXIT_CODES.SIGINT;

  readonly #onSignal = (signal: Signal = 'SIGINT'): void => {
    if (this.signal.aborted) process.exit(EXIT_CODES[signal]);
    process.stderr.write('\nstopping; what was recorded is kept (Ctrl-C again to leave at once)\n');
    this.#exitCode = EXIT_CODES[signal];
    this.#controller.abort();
  };

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Of a process that was stopped. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** Listens while `body` runs; before and after, signals have their usual effect. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    const signals = Object.keys(EXIT_CODES) as Signal[];
    for (const signal of signals) process.on(signal, this.#onSignal);
    try {
      return await body();
    } finally {
      for (const signal of signals) process.off(signal, this.#onSignal);
    }
  }
}
