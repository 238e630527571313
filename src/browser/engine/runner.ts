import { SpikeloomError } from '../../core/error.ts';
import { STEPS, stepsOf } from '../../simulation/options.ts';
import type { Progress, RunResult, Simulation } from '../../simulation/simulation.ts';
import type { Outlet } from './outlet.ts';

/** Where there is a limit of speed, the least real time between two pieces of a run, ms. */
const PIECE = 8;
/** Real time by which the engine may lag behind its limit and still catch up, ms. */
const LAG = 100;

/** Runs a simulation in pieces, so that it can be held, and be slower than it could. As run(a); run(b) gives run(a + b), nobody sees the joints. */
export class Runner {
  readonly #simulation: Simulation;
  readonly #outlet: Outlet;
  /** Steps left of the run that goes on. */
  #left: number | undefined;
  #paused = false;
  #aborted = false;
  /** Model ms per real s. */
  #limit = Number.POSITIVE_INFINITY;
  /** The moment, and the step done then, from which the limit counts. */
  #from = { now: 0, step: 0 };
  #piece: { readonly controller: AbortController; readonly over: Promise<unknown> } | undefined;
  #wake: () => void = () => {};

  constructor(simulation: Simulation, outlet: Outlet) {
    this.#simulation = simulation;
    this.#outlet = outlet;
    outlet.onTaken = () => this.#wake();
  }

  /** @param duration ms, or Infinity */
  async run(duration: number, onProgress: (progress: Progress) => void): Promise<RunResult> {
    const { step } = this.#simulation;
    const { dt } = this.#simulation.network;
    const steps = duration === Number.POSITIVE_INFINITY ? STEPS - 1 - step : stepsOf(duration, dt, step);
    if (this.#left !== undefined)
      throw new SpikeloomError({ code: 'usage', message: 'this simulation is running already', hint: 'Await the run before you start the next.' });
    this.#left = steps;
    this.#aborted = false;
    this.#paused = false;
    this.recount();
    let elapsed = 0;
    try {
      while (this.#left > 0 && !this.#aborted) {
        const due = this.#due();
        if (due === 0) {
          await this.#rest();
          continue;
        }
        const before = steps - this.#left;
        const result = await this.#carryOut(due, (p) => {
          const done = before + p.fraction * due;
          onProgress({ time: p.time, fraction: done / steps, speed: (done * dt) / (elapsed + (p.fraction * due * dt) / p.speed) });
        });
        elapsed += result.elapsed;
        if (result.end === 'stopped') return { ...result, steps: steps - this.#left, elapsed };
      }
      return { steps: steps - this.#left, end: this.#left > 0 ? 'aborted' : 'done', elapsed };
    } finally {
      this.#left = undefined;
    }
  }

  /** Ends the run that goes on at the next boundary of a step. */
  abort(): void {
    this.#aborted = true;
    this.#interrupt();
  }

  /** Holds the run that goes on; done when it stands. */
  async pause(): Promise<void> {
    this.#paused = true;
    this.#interrupt();
    await this.#piece?.over.catch(() => {});
  }

  resume(): void {
    this.#paused = false;
    this.recount();
    this.#wake();
  }

  /** Does some steps while nothing runs, or of a run that is held. */
  async advance(steps: number): Promise<RunResult> {
    if (!(Number.isSafeInteger(steps) && steps >= 1)) {
      throw new SpikeloomError({ code: 'invalid-value', message: `the number of steps is ${String(steps)}`, hint: 'Give a whole number from 1.' });
    }
    if (this.#left !== undefined && !this.#paused) {
      throw new SpikeloomError({ code: 'usage', message: 'this simulation is running', hint: 'Pause it before you go on step by step.' });
    }
    const result = await this.#carryOut(Math.min(steps, this.#left ?? steps), () => {});
    if (this.#left === 0) this.#wake();
    return result;
  }

  /** @param limit model ms per real s; Infinity for none */
  limit(limit: number): void {
    if (!(typeof limit === 'number' && limit > 0)) {
      throw new SpikeloomError({
        code: 'invalid-value',
        message: `the speed is ${String(limit)}`,
        hint: 'Give model ms per real second, above 0; Infinity for no limit.',
      });
    }
    this.#limit = limit;
    this.recount();
    this.#interrupt();
  }

  #interrupt(): void {
    this.#piece?.controller.abort();
    this.#wake();
  }

  /** The limit counts from now, and from the step that is done now. */
  recount(): void {
    this.#from = { now: performance.now(), step: this.#simulation.step };
  }

  /** Steps that may be done now. */
  #due(): number {
    if (this.#paused || this.#outlet.isFull) return 0;
    const left = this.#left ?? 0;
    if (this.#limit === Number.POSITIVE_INFINITY) return left;
    const { step, network } = this.#simulation;
    const behind = this.#stepsIn(performance.now() - this.#from.now) - (step - this.#from.step);
    if (behind * network.dt > (this.#limit * LAG) / 1000 && behind > 1) this.recount();
    return Math.max(0, Math.min(left, Math.floor(behind + 1e-9)));
  }

  #stepsIn(real: number): number {
    return (real * this.#limit) / 1000 / this.#simulation.network.dt;
  }

  /** Waits for the next step that is due, or for something to change. */
  async #rest(): Promise<void> {
    this.#outlet.flush();
    const held = this.#paused || this.#outlet.isFull || this.#aborted;
    const { step } = this.#simulation;
    const next = this.#from.now + (step + 1 - this.#from.step) / this.#stepsIn(1) - performance.now();
    await new Promise<void>((resolve) => {
      const timer = held ? undefined : setTimeout(resolve, Math.max(PIECE, Math.min(next, 1e9)));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }

  async #carryOut(steps: number, onProgress: (progress: Progress) => void): Promise<RunResult> {
    await this.#piece?.over.catch(() => {});
    const controller = new AbortController();
    const over = this.#simulation.run(steps * this.#simulation.network.dt, {
      signal: controller.signal,
      onProgress: (progress) => {
        onProgress(progress);
        if (this.#outlet.isFull) controller.abort();
      },
    });
    this.#piece = { controller, over };
    try {
      const result = await over;
      if (this.#left !== undefined) this.#left -= result.steps;
      return result;
    } finally {
      this.#piece = undefined;
    }
  }
}
