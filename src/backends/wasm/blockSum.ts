import type { Code, Local } from './assembler.ts';
import type { Mode } from './mode.ts';
import { promoteHigh } from './vectorModes.ts';

/**
 * The sum of ir/blockSum.ts over vectors: one pair of lanes holds the accumulators 0 and 1 of a block, the other those 2
 * and 3. On two lanes the pairs change places with each vector, which leaves the sum of a block as it is.
 */
export class BlockSum {
  readonly #code: Code;
  readonly #mode: Mode;
  readonly #pairs: readonly [Local, Local];
  readonly #value: Local;
  readonly #sum: Local;

  constructor(code: Code, mode: Mode) {
    this.#code = code;
    this.#mode = mode;
    this.#pairs = [code.local('v128'), code.local('v128')];
    this.#value = code.local('v128');
    this.#sum = code.local('f64');
  }

  /** Adds the vector that `pushValue` pushes to the block. */
  add(pushValue: () => void): void {
    const code = this.#code;
    const [first, second] = this.#pairs;
    if (this.#mode.lanes === 4) {
      pushValue();
      code.tee(this.#value);
      code.op('f64x2.promote_low_f32x4');
      this.#addTo(first);
      promoteHigh(code, () => code.get(this.#value));
      this.#addTo(second);
      return;
    }
    pushValue();
    this.#addTo(first);
    code.get(first);
    code.get(second);
    code.set(first);
    code.set(second);
  }

  /** Adds the sum of the block to the whole, and begins another. */
  closeBlock(): void {
    const code = this.#code;
    code.get(this.#sum);
    for (const pair of this.#pairs) {
      for (const lane of [0, 1]) {
        code.get(pair);
        code.lane('f64x2.extract_lane', lane);
      }
      code.op('f64.add');
    }
    code.op('f64.add');
    code.op('f64.add');
    code.set(this.#sum);
    for (const pair of this.#pairs) {
      code.v128([0, 0, 0, 0]);
      code.set(pair);
    }
  }

  /** Pushes the sum of the closed blocks. */
  push(): void {
    this.#code.get(this.#sum);
  }

  /** Pushes it and begins anew. From 0, so that adding up what was taken gives the bits of one sum. */
  take(): void {
    this.push();
    this.#code.f64(0);
    this.#code.set(this.#sum);
  }

  #addTo(pair: Local): void {
    this.#code.get(pair);
    this.#code.op('f64x2.add');
    this.#code.set(pair);
  }
}
