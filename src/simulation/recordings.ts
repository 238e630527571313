import type { Executor } from '../backends/backend.ts';
import type { CompiledNetwork } from '../compile/compile.ts';
import type { RecorderPlan } from '../compile/recorders.ts';
import { SpikeloomError } from '../core/error.ts';
import { fromCoherent, type Unit } from '../core/unit.ts';
import type { RecorderDef } from '../network/definition.ts';

/** Where to look for something recorded: a population or view, or the name of a population. */
export type Recorded = string | { readonly def: { readonly population: string } };

/** Samples of one quantity of the recorded cells. */
export interface Trace {
  readonly population: string;
  readonly quantity: string;
  readonly unit: string;
  /** End of the step of each sample, ms. */
  readonly times: Float64Array;
  /** Indices of the recorded cells, ascending. */
  readonly cells: Uint32Array;
  /** Sample after sample: values[sample * cells.length + i] is that of cells[i]. */
  readonly values: Float32Array | Float64Array;
  /** The samples of one cell, by its index in the population. */
  of(cell: number): Float32Array | Float64Array;
}

/** Samples of a spatial mean. */
export interface MeanTrace {
  readonly population: string;
  readonly quantity: string;
  readonly unit: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Spikes in order of time, then of cell. */
export interface Spikes {
  readonly population: string;
  readonly cells: Uint32Array;
  /** The step k, counted from 0, in which each came; it happens at (k + 1) dt. */
  readonly steps: Uint32Array;
  /** ms. */
  readonly times: Float64Array;
}

/** Grows as it is filled; keeps plain numbers of one array type. */
class Chunks<A extends Float32Array | Float64Array | Uint32Array> {
  #parts: A[] = [];
  #length = 0;

  push(part: A): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** Everything so far as one array; calls in a row join only what is new. */
  joined(empty: A): A {
    if (this.#parts.length > 1) {
      const all = new (empty.constructor as new (n: number) => A)(this.#length);
      let at = 0;
      for (const part of this.#parts) {
        all.set(part, at);
        at += part.length;
      }
      this.#parts = [all];
    }
    return this.#parts[0] ?? empty;
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }
}

interface Collected {
  plan: RecorderPlan;
  readonly values: Chunks<Float32Array | Float64Array | Uint32Array>;
  readonly steps: Chunks<Uint32Array>;
  /** Spikes of every cell of the population, at the end of the last run. */
  counts: Uint32Array;
}

/** What has been recorded so far. */
export class Recordings {
  #compiled: CompiledNetwork;
  readonly #collected: readonly Collected[];

  constructor(compiled: CompiledNetwork) {
    this.#compiled = compiled;
    this.#collected = compiled.recorders.map((plan) => ({ plan, values: new Chunks(), steps: new Chunks(), counts: new Uint32Array(0) }));
  }

  /** Steps that can be run before some buffer of samples is full. */
  room(step: number): number {
    let room = Number.POSITIVE_INFINITY;
    for (const { plan } of this.#collected) {
      if (plan.kind !== 'samples') continue;
      const { every, capacity } = plan.sampler;
      room = Math.min(room, capacity * every - (step % every));
    }
    return room;
  }

  /** Empties the executor's buffers into the recordings; `step` is the number of steps done. */
  drain(executor: Executor, step: number): void {
    for (const collected of this.#collected) {
      if (collected.plan.kind === 'samples') drainSamples(collected, collected.plan, executor, step);
      if (collected.plan.kind === 'spikes') drainSpikes(collected, collected.plan, executor);
      if (collected.plan.kind === 'counts') collected.counts = Uint32Array.from(executor.view(collected.plan.counts));
    }
  }

  /** The same recorders in a program that was compiled anew. */
  rebind(compiled: CompiledNetwork): void {
    this.#compiled = compiled;
    compiled.recorders.forEach((plan, i) => (this.#collected[i].plan = plan));
  }

  clear(): void {
    for (const collected of this.#collected) {
      collected.values.clear();
      collected.steps.clear();
      collected.counts = new Uint32Array(0);
    }
  }

  /** @throws SpikeloomError where that was not recorded */
  trace(where: Recorded, quantity: string, options: { readonly every?: number } = {}): Trace {
    const { plan, values, steps } = this.#find('trace', where, quantity, options.every);
    const empty = this.#compiled.program.precision === 'f32' ? new Float32Array(0) : new Float64Array(0);
    const all = values.joined(empty) as Float32Array | Float64Array;
    const width = plan.cells.length;
    const shown = toUnit(all, plan.unit);
    const population = plan.def.view.population;
    return {
      population,
      quantity,
      unit: plan.unit.text,
      times: this.#times(steps),
      cells: plan.cells,
      values: shown,
      of: (cell) => {
        const i = plan.cells.indexOf(cell);
        if (i < 0) {
          throw new SpikeloomError({
            code: 'unknown-name',
            message: `cell ${cell} of '${population}' was not recorded`,
            hint: `Recorded are ${plan.cells.length} cells, from ${plan.cells[0]} to ${plan.cells.at(-1)}.`,
          });
        }
        const samples = shown.slice(0, shown.length / width);
        for (let k = 0; k < samples.length; k++) samples[k] = shown[k * width + i];
        return samples;
      },
    };
  }

  /** @throws SpikeloomError where that was not recorded */
  mean(where: Recorded, quantity: string, options: { readonly every?: number } = {}): MeanTrace {
    const { plan, values, steps } = this.#find('mean', where, quantity, options.every);
    const totals = values.joined(new Float64Array(0)) as Float64Array;
    return {
      population: plan.def.view.population,
      quantity,
      unit: plan.unit.text,
      times: this.#times(steps),
      values: totals.map((x) => fromCoherent(x / plan.cells.length, plan.unit)),
    };
  }

  /** @throws SpikeloomError where that was not recorded */
  spikes(where: Recorded): Spikes {
    const { plan, values, steps } = this.#find('spikes', where);
    return {
      population: plan.def.view.population,
      cells: values.joined(new Uint32Array(0)) as Uint32Array,
      steps: steps.joined(new Uint32Array(0)),
      times: this.#times(steps, 1),
    };
  }

  /** Spikes of each recorded cell, in the order of the view. @throws SpikeloomError where that was not recorded */
  spikeCounts(where: Recorded): Uint32Array {
    const { plan, counts } = this.#find('spike-counts', where);
    return Uint32Array.from(plan.cells, (cell) => counts[cell] ?? 0);
  }

  /** What there is, in the order in which it was asked for. */
  get recorders(): readonly RecorderDef[] {
    return this.#collected.map(({ plan }) => plan.def);
  }

  /** Steps done at each sample, or steps of spikes, as times. */
  #times(steps: Chunks<Uint32Array>, offset = 0): Float64Array {
    return Float64Array.from(steps.joined(new Uint32Array(0)), (step) => (step + offset) * this.#compiled.def.dt);
  }

  /**
   * What was recorded of a view; for a whole population, where results name their cells, also what was recorded of its only view.
   */
  #find(kind: RecorderDef['kind'], where: Recorded, quantity?: string, every?: number): Collected {
    const population = typeof where === 'string' ? where : where.def.population;
    const view = typeof where === 'string' ? { population, cells: { kind: 'all' } } : where.def;
    const fits = this.#collected.filter(
      ({ plan: { def } }) =>
        def.kind === kind &&
        def.view.population === population &&
        (quantity === undefined || ('quantity' in def && def.quantity === quantity)) &&
        (every === undefined || ('every' in def && def.every === every)),
    );
    const exact = fits.filter(({ plan }) => JSON.stringify(plan.def.view) === JSON.stringify(view));
    const namesCells = kind === 'trace' || kind === 'spikes';
    const found = exact.length === 0 && namesCells && 'cells' in view && isWhole(view.cells) ? fits : exact;
    const different = new Set(found.map(({ plan: { def } }) => JSON.stringify([def.view, 'every' in def ? def.every : 1])));
    if (different.size === 1) return found[0];
    if (different.size > 1) {
      throw new SpikeloomError({
        code: 'usage',
        message: `${kind} of '${population}'${quantity === undefined ? '' : `, '${quantity}',`} was recorded in ${different.size} ways`,
        hint: 'Say which: give the view, and { every } where that differs.',
      });
    }
    const known = this.#collected.map(({ plan: { def } }) => `${def.kind} of ${def.view.population}${'quantity' in def ? `.${def.quantity}` : ''}`);
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `${kind} of '${population}'${quantity === undefined ? '' : `, '${quantity}',`} was not recorded`,
      hint: `Ask for it before the run: network.record(...). Recorded: ${known.length > 0 ? known.join(', ') : 'nothing'}.`,
    });
  }
}

function isWhole(cells: unknown): boolean {
  return typeof cells === 'object' && cells !== null && 'kind' in cells && cells.kind === 'all';
}

function toUnit(values: Float32Array | Float64Array, unit: Unit): Float32Array | Float64Array {
  return unit.scale === 1 ? values : values.map((x) => fromCoherent(x, unit));
}

function drainSamples({ values, steps }: Collected, plan: Extract<RecorderPlan, { kind: 'samples' }>, executor: Executor, step: number): void {
  const { sampler } = plan;
  const cursor = executor.view(sampler.cursor);
  const count = cursor[0];
  if (count === 0) return;
  values.push(executor.view(sampler.buffer).slice(0, count * sampler.cellCount));
  const last = step - (step % sampler.every);
  const at = new Uint32Array(count);
  for (let i = 0; i < count; i++) at[i] = last - (count - 1 - i) * sampler.every;
  steps.push(at);
  cursor[0] = 0;
}

function drainSpikes({ values, steps }: Collected, plan: Extract<RecorderPlan, { kind: 'spikes' }>, executor: Executor): void {
  const cursor = executor.view(plan.sampler.cursor);
  const pairs = executor.view(plan.sampler.buffer).subarray(0, 2 * cursor[0]);
  const chosen = plan.def.view.cells.kind === 'all' ? undefined : new Set(plan.cells);
  const cells: number[] = [];
  const at: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    if (chosen && !chosen.has(pairs[i])) continue;
    cells.push(pairs[i]);
    at.push(pairs[i + 1]);
  }
  values.push(Uint32Array.from(cells));
  steps.push(Uint32Array.from(at));
  cursor[0] = 0;
}
