import { breathe } from '#platform';
import { decimal } from '../core/decimal.ts';
import { SpikeloomError } from '../core/error.ts';
import { roomOfRecorders } from './drain.ts';
import type { Engine } from './engine.ts';
import { overMemory, overWall } from './guards.ts';
import type { RunOptions, RunResult } from './options.ts';

/** How long the engine may work before it looks at the signal and lets others run, ms. */
const SLICE = 20;

/** Runs steps. Whatever ends the run, the sink gets what was recorded until then. */
export async function runSteps(engine: Engine, steps: number, options: RunOptions): Promise<RunResult> {
  const run = new Run(engine, steps, options);
  engine.running = true;
  try {
    return await run.carryOut();
  } finally {
    engine.running = false;
  }
}

class Run {
  readonly #engine: Engine;
  readonly #steps: number;
  readonly #options: RunOptions;
  readonly #begin = performance.now();
  readonly #end: number;
  #sliceBegin = this.#begin;
  #done = 0;
  /** Whether a calendar is full. */
  #crowded = false;
  /** Steps that are run at once, about as many as take a quarter of a slice. */
  #batch = 1;

  constructor(engine: Engine, steps: number, options: RunOptions) {
    this.#engine = engine;
    this.#steps = steps;
    this.#options = options;
    this.#end = (engine.loaded.step + steps) * engine.def.dt;
  }

  async carryOut(): Promise<RunResult> {
    const { spool } = this.#engine;
    let failure: { readonly error: unknown } | undefined;
    let reason: string | undefined;
    try {
      await spool.open();
      reason = await this.#loop();
    } catch (error) {
      failure = { error };
    }
    try {
      // After an error of the sink itself nothing waits for it any more.
      await spool.finish(this.#engine.loaded);
    } catch (error) {
      failure ??= { error };
    }
    if (failure) throw failure.error;
    const elapsed = performance.now() - this.#begin;
    if (reason !== undefined) return { steps: this.#done, end: 'stopped', reason, elapsed };
    return { steps: this.#done, end: this.#done < this.#steps ? 'aborted' : 'done', elapsed };
  }

  /** Why a guard stopped the run, if one did. */
  async #loop(): Promise<string | undefined> {
    const { operations, spool, script } = this.#engine;
    for (;;) {
      if (operations.busy) await operations.idle();
      if (script.length > 0) await this.#engine.followScript();
      if (this.#done >= this.#steps || this.#options.signal?.aborted) return undefined;
      await spool.open();
      this.#engine.rate?.begin(this.#engine.loaded);
      this.#slice();
      if (this.#crowded) await this.#engine.makeRoom();
      this.#crowded = false;
      await spool.flush();
      await this.#callHooks();
      const reason = this.#guards();
      const isOver = performance.now() - this.#sliceBegin >= SLICE / 2;
      if (isOver || this.#done >= this.#steps || reason !== undefined) this.#report();
      if (reason !== undefined) return reason;
      if (isOver && this.#done < this.#steps) {
        await breathe();
        this.#sliceBegin = performance.now();
      }
    }
  }

  /** Batches, up to the next step at which something else is to be done, or for half the time of a slice. */
  #slice(): void {
    const until = this.#done + Math.min(this.#steps - this.#done, this.#stepsToNext());
    let begin = performance.now();
    do {
      this.#done += this.#runBatch(Math.min(this.#batch, until - this.#done));
      const now = performance.now();
      if (now - begin < SLICE / 4) this.#batch *= 2;
      else if (now - begin > SLICE && this.#batch > 1) this.#batch = Math.ceil(this.#batch / 2);
      begin = now;
    } while (!this.#crowded && this.#done < until && begin - this.#sliceBegin < SLICE / 2);
  }

  /** Steps from now to the next call of a hook, look of a guard or entry of the script. */
  #stepsToNext(): number {
    const { hooks, rate, script, loaded } = this.#engine;
    const { step } = loaded;
    let next = Number.POSITIVE_INFINITY;
    for (const { every } of hooks) next = Math.min(next, every - (step % every));
    if (rate) next = Math.min(next, rate.every - (step % rate.every));
    if (script.length > 0) next = Math.min(next, script[0].step - step);
    return next;
  }

  async #callHooks(): Promise<void> {
    const { hooks, loaded, operations } = this.#engine;
    const { step } = loaded;
    for (const hook of [...hooks]) {
      if (step % hook.every !== 0 || !hooks.has(hook)) continue;
      await hook.call();
      if (operations.busy) await operations.idle();
    }
  }

  #guards(): string | undefined {
    const { loaded, rate, spool, options, def } = this.#engine;
    const { step } = loaded;
    const time = step * def.dt;
    return (
      (rate && step % rate.every === 0 ? rate.look(loaded) : undefined) ??
      overMemory(loaded.bytes, spool.recordings.bytes, options.maxMemory, time) ??
      (this.#done < this.#steps ? overWall(performance.now() - this.#begin, options.maxWall, time, this.#end) : undefined)
    );
  }

  #report(): void {
    const { loaded, def } = this.#engine;
    const elapsed = performance.now() - this.#begin;
    this.#options.onProgress?.({ time: loaded.step * def.dt, fraction: this.#done / this.#steps, speed: (this.#done * def.dt) / elapsed });
  }

  /** Runs at most `steps` steps, as many as the buffers of the recorders hold. */
  #runBatch(steps: number): number {
    const { loaded, spool, def } = this.#engine;
    const result = loaded.executor.run(Math.min(steps, roomOfRecorders(loaded.compiled, loaded.step)));
    this.#engine.stepsRun += result.steps;
    spool.drain(loaded);
    this.#crowded = result.end === 'crowded';
    if (result.end !== 'fault') return result.steps;
    const time = decimal(loaded.step * def.dt);
    const hint = 'What was recorded until then is kept. Take a smaller dt, weaker coupling, or another integrator.';
    loaded.requireFinite((path) => ({ code: 'diverged', message: `the value is no longer finite at t = ${time} ms`, path, hint }));
    const message = `a variable was no longer finite before its reset at t = ${time} ms`;
    throw new SpikeloomError({ code: 'diverged', message, path: ['network'], hint });
  }
}
