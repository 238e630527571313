import { breathe } from '#platform';
import type { Backend, Executor } from '../backends/backend.ts';
import { jsBackend } from '../backends/js/index.ts';
import { wasmBackend } from '../backends/wasm/index.ts';
import { type CompiledNetwork, compileNetwork } from '../compile/compile.ts';
import { evaluateNow, type ProgramMemory } from '../compile/now.ts';
import type { PopulationPlan } from '../compile/plan.ts';
import { startValue } from '../compile/quantities.ts';
import { selectCells } from '../compile/selection.ts';
import { decimal } from '../core/decimal.ts';
import { type Problem, SpikeloomError, suggest } from '../core/error.ts';
import { fromCoherent } from '../core/unit.ts';
import type { Precision } from '../ir/expr.ts';
import { lowerExpression } from '../language/lower.ts';
import { requireQuantity } from '../model/compose.ts';
import type { Assignment, CellSelection, NetworkDef, ValueSpec, ViewDef } from '../network/definition.ts';
import type { Network } from '../network/network.ts';
import type { ReadableNames, ValuesFor, View } from '../network/view.ts';
import { drainRecorders, recorderInfos, roomOfRecorders } from './drain.ts';
import { Recordings } from './recordings.ts';

export const BACKENDS = { js: jsBackend, wasm: wasmBackend } as const satisfies Record<string, Backend>;
export type BackendName = keyof typeof BACKENDS;

export interface SimulateOptions {
  /** `wasm` (the default) is fast, `js` is its definition; both give the same bits. */
  readonly backend?: BackendName;
  /** Of state and arithmetic; f32 unless said. */
  readonly precision?: Precision;
}

export interface Progress {
  /** Model time, ms. */
  readonly time: number;
  /** Of this run, from 0 to 1. */
  readonly fraction: number;
  /** Model time per real time so far. */
  readonly speed: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How a run ended. */
export interface RunResult {
  readonly steps: number;
  /** `aborted` where the signal stopped it; what was recorded until then is kept. */
  readonly end: 'done' | 'aborted';
  /** Real time, ms. */
  readonly elapsed: number;
}

/** Milliseconds spent on the way from a network to its first step. */
export interface Timings {
  readonly compile: number;
  readonly load: number;
  readonly init: number;
}

/** How long the engine may work before it looks at the signal and lets others run, ms. */
const SLICE = 20;

/**
 * Compiles a network and makes it ready to run.
 *
 * @throws SpikeloomError with every mistake of the network
 */
export async function simulate(network: Network | NetworkDef, options: SimulateOptions = {}): Promise<Simulation> {
  const def = 'connect' in network ? network.def : network;
  const backend = requireOption('backend', options.backend ?? 'wasm', Object.keys(BACKENDS)) as BackendName;
  const precision = requireOption('precision', options.precision ?? 'f32', ['f32', 'f64']) as Precision;

  const begin = performance.now();
  const compiled = compileNetwork(def, precision);
  const compiledAt = performance.now();
  const executor = await BACKENDS[backend].load(compiled.program);
  const loadedAt = performance.now();
  executor.init();
  const timings = { compile: compiledAt - begin, load: loadedAt - compiledAt, init: performance.now() - loadedAt };
  return new Simulation(backend, compiled, executor, timings);
}

function requireOption(name: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  throw new SpikeloomError({ code: 'usage', message: `there is no ${name} '${value}'`, hint: `Choose one of: ${known.join(', ')}.` });
}

function cellPath(plan: PopulationPlan, cell: number, quantity: string): string[] {
  return ['network', `population '${plan.def.name}'`, `cell ${cell}`, `quantity '${quantity}'`];
}

/** A network in memory, at some point of its time. */
export class Simulation {
  readonly backend: BackendName;
  readonly precision: Precision;
  #compiled: CompiledNetwork;
  #executor: Executor;
  #recordings: Recordings;
  #timings: Timings;
  #running = false;
  #def: NetworkDef;

  /** Use `simulate`. */
  constructor(backend: BackendName, compiled: CompiledNetwork, executor: Executor, timings: Timings) {
    this.#def = compiled.def;
    this.backend = backend;
    this.precision = compiled.program.precision;
    this.#compiled = compiled;
    this.#executor = executor;
    this.#recordings = new Recordings(recorderInfos(compiled), compiled.def.dt);
    this.#timings = timings;
    this.#requireFinite((path) => ({
      code: 'invalid-value',
      message: 'the initial value is not finite',
      path,
      hint: 'Check the initial values that this one is computed from.',
    }));
  }

  /** Steps done since the start. */
  get step(): number {
    return this.#executor.view(this.#compiled.program.clock.step)[0];
  }

  /** Model time, ms. */
  get time(): number {
    return this.step * this.#def.dt;
  }

  /** Synapses in all projections together. */
  get synapses(): number {
    return [...this.#compiled.projections.values()].reduce((n, p) => n + p.synapses, 0);
  }

  get recordings(): Recordings {
    return this.#recordings;
  }

  get warnings(): readonly string[] {
    return this.#compiled.warnings;
  }

  get timings(): Timings {
    return this.#timings;
  }

  /** The network as it was given. */
  get network(): NetworkDef {
    return this.#def;
  }

  /**
   * Runs on.
   *
   * @param duration ms; a whole number of steps. The network's own duration unless given
   * @throws SpikeloomError 'diverged' where a variable is no longer finite; what was recorded until then is kept
   */
  async run(duration: number = this.#def.duration, options: RunOptions = {}): Promise<RunResult> {
    const steps = this.#stepsOf(duration);
    if (this.#running)
      throw new SpikeloomError({ code: 'usage', message: 'this simulation is running already', hint: 'Await the run before you start the next.' });
    this.#running = true;
    const begin = performance.now();
    let done = 0;
    try {
      let batch = 1;
      while (done < steps) {
        if (options.signal?.aborted) break;
        const sliceBegin = performance.now();
        do {
          done += this.#runBatch(Math.min(batch, steps - done));
          if (performance.now() - sliceBegin < SLICE / 4) batch *= 2;
        } while (done < steps && performance.now() - sliceBegin < SLICE / 2);
        if (performance.now() - sliceBegin > SLICE && batch > 1) batch = Math.ceil(batch / 2);
        const elapsed = performance.now() - begin;
        options.onProgress?.({ time: this.time, fraction: done / steps, speed: (done * this.#def.dt) / elapsed });
        if (done < steps) await breathe();
      }
    } finally {
      this.#running = false;
    }
    return { steps: done, end: done < steps ? 'aborted' : 'done', elapsed: performance.now() - begin };
  }

  #stepsOf(duration: number): number {
    const steps = Math.floor(duration / this.#def.dt + 0.5 + 1e-9);
    if (typeof duration === 'number' && duration >= 0 && this.step + steps < 2 ** 32 - 1) return steps;
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `the duration is ${String(duration)}`,
      hint: `Give a time in ms, at least 0 and below ${((2 ** 32 - 1) * this.#def.dt).toPrecision(3)}.`,
    });
  }

  /** Runs at most `steps` steps, as many as the buffers of the recorders hold. */
  #runBatch(steps: number): number {
    const before = this.step;
    const result = this.#executor.run(Math.min(steps, roomOfRecorders(this.#compiled, before)));
    for (const [index, chunk] of drainRecorders(this.#compiled, this.#executor, this.step)) this.#recordings.append(index, chunk);
    if (result.end === 'fault') {
      this.#requireFinite((path) => ({
        code: 'diverged',
        message: `the value is no longer finite at t = ${decimal(this.time)} ms`,
        path,
        hint: 'What was recorded until then is kept. Take a smaller dt, weaker coupling, or another integrator.',
      }));
      throw new SpikeloomError({
        code: 'diverged',
        message: `a variable was no longer finite before its reset at t = ${decimal(this.time)} ms`,
        path: ['network'],
        hint: 'What was recorded until then is kept. Take a smaller dt, weaker coupling, or another integrator.',
      });
    }
    return result.steps;
  }

  /** Values of a quantity, named expression or port now, in its unit, in the order of the view's cells. */
  get<V extends View>(view: V, name: ReadableNames<V['model']>): Float64Array {
    return this.read(view.def, name);
  }

  /** Like `get`, for a view given by its definition and any name. */
  read(view: ViewDef, name: string): Float64Array {
    const plan = this.#plan(view.population);
    const cells = selectCells(view.cells, plan.def);
    const quantity = plan.quantities.get(name);
    if (!quantity) return this.#readDerived(plan, cells, name);
    const values = this.#executor.view(quantity.column);
    const unit = requireQuantity(plan.model, name, ['network', `population '${view.population}'`]).unit;
    return Float64Array.from(cells, (i) => fromCoherent(values[quantity.per === 'cell' ? i : 0], unit));
  }

  #readDerived(plan: PopulationPlan, cells: Uint32Array, name: string): Float64Array {
    const found = plan.model.definitions.get(name) ?? plan.model.inputs.get(name);
    if (!found) {
      const known = [...plan.model.quantities.keys(), ...plan.model.definitions.keys(), ...plan.model.inputs.keys()];
      const path = ['network', `population '${plan.def.name}'`];
      throw new SpikeloomError({
        code: 'unknown-name',
        message: `'${name}' is not known of model '${plan.model.name}'`,
        path,
        hint: suggest(name, known),
      });
    }
    const values = evaluateNow(plan, this.#memory, `get ${name}`, (cell) => cell.lookup(name));
    return Float64Array.from(cells, (i) => fromCoherent(values[i], found.unit));
  }

  /**
   * Sets quantities of cells from now on: numbers, arrays, or expressions as in `View.set`, whose draws are those of this
   * step. A parameter that was one for all becomes one a cell where needed, by compiling anew with all state kept.
   */
  async set<V extends View>(view: V, values: ValuesFor<V['model']>): Promise<void> {
    await this.write(view.def, values as Readonly<Record<string, ValueSpec>>);
  }

  /** Like `set`, for a view given by its definition and any names. One after the other; all or, where one is refused, none. */
  async write(view: ViewDef, values: Readonly<Record<string, ValueSpec>>): Promise<void> {
    const starts = Object.entries(values).map(([name, spec]) => ({ name, value: this.#valueToSet(view, name, spec) }));
    for (const { name, value } of starts) {
      const oneForAll = typeof value === 'number' && view.cells.kind === 'all';
      if (!oneForAll && this.#plan(view.population).quantity(name).per === 'population') await this.#spread(view.population, name);
    }
    const plan = this.#plan(view.population);
    const columns = starts.map(({ name }) => this.#executor.view(plan.quantity(name).column));
    const before = columns.map((column) => column.slice());
    try {
      for (const { name, value } of starts) this.#store(plan, name, value, view.cells);
    } catch (error) {
      columns.forEach((column, i) => {
        column.set(before[i]);
      });
      throw error;
    }
    this.#executor.derive();
  }

  #valueToSet(view: ViewDef, name: string, spec: ValueSpec): ReturnType<typeof startValue> {
    const plan = this.#plan(view.population);
    const path = ['network', `population '${view.population}'`, 'set'];
    const quantity = requireQuantity(plan.model, name, path);
    if (quantity.role !== 'list') return startValue(plan, quantity, spec, view.cells);
    throw new SpikeloomError({
      code: 'unsupported',
      message: `'${name}' is a list: it can only be set before the simulation starts`,
      path,
      hint: 'Set it on the network.',
    });
  }

  #store(plan: PopulationPlan, name: string, value: ReturnType<typeof startValue>, selection: CellSelection): void {
    const { column, per } = plan.quantity(name);
    const target = this.#executor.view(column);
    const cells = per === 'population' ? [0] : selectCells(selection, plan.def);
    const values = target.slice(0, cells.length);
    if (typeof value === 'number') values.fill(value);
    else if (value instanceof Float64Array) values.set(value);
    else {
      const all = evaluateNow(plan, this.#memory, `set ${name}`, (cell) => lowerExpression(value.value, cell));
      cells.forEach((cell, i) => {
        values[i] = all[cell];
      });
    }
    const bad = values.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) {
      throw new SpikeloomError({
        code: 'invalid-value',
        message: `the new value is ${values[bad]}`,
        path: cellPath(plan, cells[bad], name),
        hint: `The quantity keeps its values. Give numbers that are finite in ${this.precision}.`,
      });
    }
    cells.forEach((cell, i) => {
      target[cell] = values[i];
    });
  }

  /** Gives every cell its own value of a parameter: the same program but for that column, all state kept. */
  async #spread(population: string, name: string): Promise<void> {
    if (this.#running) {
      throw new SpikeloomError({
        code: 'usage',
        message: `'${name}' of '${population}' can't become one value a cell while a run goes on`,
        hint: 'Set it between runs, or give the cells their own values on the network.',
      });
    }
    const plan = this.#plan(population);
    const { unit } = requireQuantity(plan.model, name, []);
    const initial = fromCoherent(this.#compiled.program.data.get(plan.quantity(name).column)?.[0] ?? 0, unit);
    const spread: Assignment = { cells: { kind: 'all' }, values: { [name]: new Float64Array(plan.size).fill(initial) } };
    const populations = this.#def.populations.map((p) => (p.name === population ? { ...p, assignments: [...p.assignments, spread] } : p));
    this.#def = { ...this.#def, populations };
    const compiled = compileNetwork(this.#def, this.precision);
    const executor = await BACKENDS[this.backend].load(compiled.program);
    const old = new Map(this.#compiled.program.columns.map((c) => [c.name, c]));
    for (const column of compiled.program.columns) {
      const from = old.get(column.name);
      if (!from) continue;
      const values = this.#executor.view(from.id);
      if (from.length === column.length) executor.view(column.id).set(values);
      else executor.view(column.id).fill(values[0]);
    }
    executor.derive();
    this.#executor.dispose();
    this.#executor = executor;
    this.#compiled = compiled;
  }

  #plan(population: string): PopulationPlan {
    const plan = this.#compiled.populations.get(population);
    if (plan) return plan;
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `there is no population '${population}'`,
      path: ['network'],
      hint: suggest(population, this.#compiled.populations.keys()),
    });
  }

  get #memory(): ProgramMemory {
    return { program: this.#compiled.program, view: (column) => this.#executor.view(column) };
  }

  /** Throws for the first value of a cell that is not finite. */
  #requireFinite(problem: (path: string[]) => Problem): void {
    for (const plan of this.#compiled.populations.values()) {
      for (const [name, { column, per }] of plan.quantities) {
        const values = this.#executor.view(column);
        const length = per === 'cell' ? plan.size : 1;
        for (let i = 0; i < length; i++) {
          if (Number.isFinite(values[i])) continue;
          throw new SpikeloomError(problem(cellPath(plan, i, name)));
        }
      }
    }
  }

  /** Back to the start: state, clock and recordings as after `simulate`. */
  reset(): void {
    if (this.#running)
      throw new SpikeloomError({
        code: 'usage',
        message: 'this simulation is running',
        hint: 'Await the run, or abort it by its signal, before you reset.',
      });
    const { program } = this.#compiled;
    for (const column of program.columns) {
      const view = this.#executor.view(column.id);
      view.fill(0);
      const data = program.data.get(column.id);
      if (data) view.set(data);
    }
    this.#executor.init();
    this.#recordings.clear();
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#executor.dispose();
  }
}
