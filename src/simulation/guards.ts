import { bytesText } from '../core/bytes.ts';
import { decimal } from '../core/decimal.ts';
import { toSteps } from '../core/steps.ts';
import type { Loaded } from './loaded.ts';

/** How long the mean rate is taken over, and at least, ms; how often it is looked at. */
const WINDOW = 100;
const SHORTEST = 20;
const PERIOD = 10;

/** Watches the mean rates of all populations, at times that depend on model time alone. */
export class RateGuard {
  readonly #limit: number;
  readonly #dt: number;
  /** Steps between two looks. */
  readonly every: number;
  #seen: { readonly step: number; readonly counts: readonly number[] }[] = [];

  /** @param limit Hz @param dt ms */
  constructor(limit: number, dt: number) {
    this.#limit = limit;
    this.#dt = dt;
    this.every = Math.max(1, toSteps(PERIOD, dt));
  }

  /** Forgets what it saw: the time or the cells are others now. */
  restart(): void {
    this.#seen = [];
  }

  /** Where its window begins, if it has seen nothing yet. */
  begin(loaded: Loaded): void {
    if (this.#seen.length === 0) this.#seen.push({ step: loaded.step, counts: loaded.spikeCounts() });
  }

  /** Why the run should stop, where a rate is too high. */
  look(loaded: Loaded): string | undefined {
    const now = { step: loaded.step, counts: loaded.spikeCounts() };
    const time = (step: number): number => (now.step - step) * this.#dt;
    while (this.#seen.length > 1 && time(this.#seen[1].step) >= WINDOW * (1 - 1e-9)) this.#seen.shift();
    const since = this.#seen[0] ?? now;
    this.#seen.push(now);
    const span = time(since.step);
    if (span < SHORTEST * (1 - 1e-9)) return undefined;
    for (const [i, { population, size }] of loaded.counters.entries()) {
      const rate = (now.counts[i] - since.counts[i]) / size / (span / 1000);
      if (rate <= this.#limit) continue;
      return (
        `population '${population}' fired at ${rate.toPrecision(3)} Hz a cell over the ${decimal(span)} ms up to t = ${decimal(now.step * this.#dt)} ms; ` +
        `maxRate allows ${this.#limit} Hz. Weaken excitation or input, strengthen inhibition, or raise maxRate.`
      );
    }
    return undefined;
  }
}

/** Why a run should stop that has taken that long, ms. */
export function overWall(elapsed: number, limit: number | undefined, time: number, end: number): string | undefined {
  if (limit === undefined || elapsed <= limit) return undefined;
  return (
    `the run took ${elapsed.toFixed(0)} ms of real time up to t = ${decimal(time)} of ${decimal(end)} ms; maxWall allows ${limit} ms. ` +
    'Run on from here, simulate less, or raise maxWall.'
  );
}

/** Why a run should stop whose network and recordings take those bytes. */
export function overMemory(program: number, recordings: number, limit: number | undefined, time: number): string | undefined {
  if (limit === undefined || program + recordings <= limit) return undefined;
  return (
    `the network takes ${bytesText(program)} of memory and its recordings ${bytesText(recordings)} at t = ${decimal(time)} ms; maxMemory allows ${bytesText(limit)}. ` +
    'Record less or more rarely, give a sink, lower keepRecorded, or raise maxMemory.'
  );
}
