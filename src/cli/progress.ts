import type { Progress } from '../simulation/simulation.ts';

/** Least time between two updates, ms. */
const INTERVAL = 100;

/** One line on a terminal that is written over and over; silent elsewhere. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #begin = performance.now();
  #last = 0;
  #shown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show({ time, fraction, speed }: Progress): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#shown = true;
    const remaining = fraction > 0 ? ((now - this.#begin) / fraction) * (1 - fraction) : 0;
    const parts = [
      `${(fraction * 100).toFixed(0).padStart(3)} %`,
      `${time.toFixed(0)} ms`,
      `${speed.toPrecision(3)} x real time`,
      `${Math.ceil(remaining / 1000)} s left`,
    ];
    this.#stream.write(`\r\u001b[K${parts.join('  ')}`);
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K');
  }
}
