import { LAST_RUN, LONGEST_RUN, mostSteps, packRun, pageBitsOf } from '../ir/run.ts';
import type { FanOutOrder } from './fanOut.ts';

/** The runs of a fan-out (ir/run.ts), and where those of each row begin. */
export interface Runs {
  readonly rows: Uint32Array;
  readonly runs: Uint32Array;
}

export function runTable(order: FanOutOrder): Runs {
  const table = new RunTable(order.starts.length - 1, pageBitsOf(order.shape.targets));
  order.eachRow(
    (row) => table.beginRow(row),
    (delay, page, synapses) => table.add(delay, page, synapses),
    () => table.endRow(),
  );
  return table.finish();
}

/** Runs (ir/run.ts) as they are found, row after row. */
class RunTable {
  readonly #pageBits: number;
  readonly #mostSteps: number;
  readonly #rows: Uint32Array;
  #runs = new Uint32Array(1024);
  #count = 0;
  #delay = 0;

  constructor(rows: number, pageBits: number) {
    this.#pageBits = pageBits;
    this.#mostSteps = mostSteps(pageBits);
    this.#rows = new Uint32Array(rows);
  }

  beginRow(row: number): void {
    this.#rows[row] = this.#count;
    this.#delay = 0;
  }

  /** A run of the row that was begun. Delays must not fall. */
  add(delay: number, page: number, synapses: number): void {
    let steps = delay - this.#delay;
    for (; steps > this.#mostSteps; steps -= this.#mostSteps) this.#push(packRun(this.#mostSteps, 0, 0, this.#pageBits));
    for (; synapses > LONGEST_RUN; synapses -= LONGEST_RUN) {
      this.#push(packRun(steps, page, LONGEST_RUN, this.#pageBits));
      steps = 0;
    }
    this.#push(packRun(steps, page, synapses, this.#pageBits));
    this.#delay = delay;
  }

  /** Ends a row that has runs. */
  endRow(): void {
    this.#runs[this.#count - 1] |= LAST_RUN;
  }

  finish(): Runs {
    return { rows: this.#rows, runs: this.#runs.slice(0, this.#count) };
  }

  #push(run: number): void {
    if (this.#count === this.#runs.length) {
      const larger = new Uint32Array(2 * this.#count);
      larger.set(this.#runs);
      this.#runs = larger;
    }
    this.#runs[this.#count++] = run;
  }
}
