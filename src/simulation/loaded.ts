import { coreCount, startThread } from '#platform';
import type { Executor } from '../backends/backend.ts';
import { type CompiledNetwork, compileNetwork } from '../compile/compile.ts';
import { requireUnmetBounds } from '../compile/integratedBounds.ts';
import type { SliceMakers } from '../compile/makeFanOut.ts';
import { memoryOf } from '../compile/memoryPlan.ts';
import type { Marks } from '../compile/mergeProjections.ts';
import type { ProgramMemory } from '../compile/now.ts';
import { requireOutput } from '../compile/output.ts';
import type { PopulationPlan } from '../compile/plan.ts';
import type { ProjectionPlan, Room } from '../compile/projection.ts';
import { requireRefractory } from '../compile/refractory.ts';
import { type Problem, SpikeloomError } from '../core/error.ts';
import { requireNamed } from '../core/keys.ts';
import type { Calculator } from '../ir/calculate.ts';
import type { ColumnId, Precision } from '../ir/expr.ts';
import { type ColumnArray, type ColumnType, type Filling, fillColumns, type Program } from '../ir/program.ts';
import type { NetworkDef, ProjectionDef, RecorderDef } from '../network/definition.ts';
import { BACKENDS, type BackendName } from './backends.ts';
import { Helpers, wantsHelpers } from './helpers.ts';
import { requireMemory, requireRoom } from './requireMemory.ts';
import { type ExactStarts, NO_STARTS, withExactStarts } from './spread.ts';

/** Milliseconds spent on the way from a network to its first step. */
export interface Timings {
  readonly compile: number;
  /** Of `compile`: making the synapses and laying them out. */
  readonly build: number;
  readonly load: number;
  readonly init: number;
}

/** How networks of one simulation are loaded. */
export interface LoadSettings {
  readonly backend: BackendName;
  readonly precision: Precision;
  /** Bytes that a program may take. */
  readonly maxMemory: number | undefined;
  /** On how many threads they run. */
  readonly threads: number;
  /** Whether the spikes of all populations are counted, for a guard. */
  readonly counts: boolean;
}

/** What a network has from one that was loaded before. */
export interface LoadState {
  readonly exact?: ExactStarts;
  readonly room?: Room;
  readonly marks?: Marks;
}

/** Counts of the spikes of each cell of a population since the start. */
export interface SpikeCounter {
  readonly population: string;
  readonly size: number;
  readonly column: ColumnId;
}

/** A compiled network in the memory of an executor. */
export class Loaded {
  readonly compiled: CompiledNetwork;
  readonly executor: Executor;
  readonly settings: LoadSettings;
  readonly counters: readonly SpikeCounter[];
  readonly timings: Timings;
  readonly #byName: ReadonlyMap<string, ColumnId>;

  readonly exact: ExactStarts;
  /** Spikes on their way that there is room for, where that is more than usual. */
  readonly room: Room;

  /** Use `Loaded.load`. */
  constructor(parts: Pick<Loaded, 'compiled' | 'executor' | 'settings' | 'counters' | 'timings' | 'exact' | 'room'>) {
    this.compiled = parts.compiled;
    this.executor = parts.executor;
    this.settings = parts.settings;
    this.counters = parts.counters;
    this.timings = parts.timings;
    this.exact = parts.exact;
    this.room = parts.room;
    this.#byName = new Map(parts.compiled.program.columns.map((c) => [c.name, c.id]));
  }

  /**
   * Compiles a network and gives it its initial state.
   *
   * @throws SpikeloomError with every mistake of the network, and where it needs more memory than is allowed
   */
  static async load(
    def: NetworkDef,
    settings: LoadSettings,
    { exact = NO_STARTS, room = new Map(), marks = new Map() }: LoadState = {},
  ): Promise<Loaded> {
    const begin = performance.now();
    requireRoom(def, settings);
    const helpers = wantsHelpers(def, settings.threads) ? await Helpers.start(settings.threads) : undefined;
    const helped = performance.now();
    try {
      const { compiled: rounded, counters } = compileCounting(def, settings, { room, marks, makers: helpers });
      const compiled = withExactStarts(rounded, exact);
      requireMemory(memoryOf(compiled), settings);
      const compiledAt = performance.now();
      const { program, filling } = timed(compiled.program);
      const executor = await BACKENDS[settings.backend].load(program, { startThread, cores: coreCount() });
      const loadedAt = performance.now();
      executor.init();
      const timings = {
        compile: compiledAt - begin + filling(),
        build: helped - begin + compiled.building + filling(),
        load: loadedAt - compiledAt - filling(),
        init: performance.now() - loadedAt,
      };
      return Loaded.#checked(new Loaded({ compiled, executor, settings, counters, timings, exact, room }));
    } finally {
      helpers?.end();
    }
  }

  /** @throws SpikeloomError where the network can't be at its start */
  static #checked(loaded: Loaded): Loaded {
    const { compiled } = loaded;
    try {
      loaded.requireFinite((path) => ({
        code: 'invalid-value',
        message: 'the initial value is not finite',
        path,
        hint: 'Check the initial values that this one is computed from.',
      }));
      for (const plan of compiled.populations.values()) {
        requireRefractory(plan, loaded.memory);
        requireOutput(plan, loaded.memory);
      }
      for (const plan of compiled.projections.values()) requireUnmetBounds(plan, loaded.memory);
    } catch (error) {
      loaded.dispose();
      throw error;
    }
    return loaded;
  }

  /** Steps done since the start. */
  get step(): number {
    return this.executor.view(this.compiled.program.clock.step)[0];
  }

  set step(step: number) {
    const { clock, dt } = this.compiled.program;
    this.executor.view(clock.step)[0] = step;
    this.executor.view(clock.t)[0] = step * dt;
  }

  get memory(): ProgramMemory {
    return { program: this.compiled.program, view: (column) => this.executor.view(column) };
  }

  /** Evaluates expressions of many synapses. */
  get calculate(): Calculator {
    return BACKENDS[this.settings.backend].calculator();
  }

  get bytes(): number {
    return this.compiled.program.bytes;
  }

  /** Of them, those of synapses: values, tables, spikes on their way. */
  get synapseBytes(): number {
    return memoryOf(this.compiled).projections.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The elements in use of a column given by its name, live; undefined where the program has none. */
  column(name: string): { readonly values: ColumnArray; readonly type: ColumnType } | undefined {
    const id = this.#byName.get(name);
    if (id === undefined) return undefined;
    const { length, type } = this.compiled.program.columns[id];
    return { values: this.values(id).subarray(0, length), type };
  }

  /** The elements in use of a column, live. */
  values(column: ColumnId): ColumnArray {
    return this.executor.view(column).subarray(0, this.compiled.program.columns[column].length);
  }

  /** @throws SpikeloomError 'unknown-name' */
  population(name: string): PopulationPlan {
    return requireNamed('population', name, this.compiled.populations);
  }

  /** @throws SpikeloomError 'unknown-name' */
  projection(name: string): ProjectionPlan {
    return requireNamed('projection', name, this.compiled.projections);
  }

  /** Throws for the first value of a cell that is not finite. */
  requireFinite(problem: (path: string[]) => Problem): void {
    for (const plan of this.compiled.populations.values()) {
      for (const [name, { column }] of plan.quantities) {
        const bad = this.values(column).findIndex((x) => !Number.isFinite(x));
        if (bad >= 0) throw new SpikeloomError(problem(cellPath(plan, bad, name)));
      }
    }
  }

  /** Spikes of each population since the start, in the order of `counters`. */
  spikeCounts(): number[] {
    return this.counters.map(({ column }) => {
      let sum = 0;
      for (const count of this.values(column)) sum += count;
      return sum;
    });
  }

  /**
   * Another network, loaded in the same way. Projections share spikes on their way with those alone with which they do here, or,
   * where they are new, with others that are, unless other marks are given.
   */
  sibling(def: NetworkDef, { exact = NO_STARTS, room = this.room, marks = this.#marksIn(def) }: LoadState = {}): Promise<Loaded> {
    return Loaded.load(def, this.settings, { exact, room, marks });
  }

  /** Of the projections that another network has too: those alone keep spikes on their way. */
  #marksIn({ projections, populations }: NetworkDef): Marks {
    const shapeOf = (of: NetworkDef['populations'], name: string): string => {
      const found = of.find((p) => p.name === name);
      return `${name} ${found?.rows} ${found?.columns}`;
    };
    const ends = ({ source, target }: ProjectionDef, of: NetworkDef['populations']): string =>
      [source, target].map(({ population }) => shapeOf(of, population)).join();
    const now = this.compiled.def.populations;
    const kept = projections.flatMap((next): [string, string][] => {
      const plan = this.compiled.projections.get(next.name);
      return plan && ends(plan.def, now) === ends(next, populations) ? [[next.name, plan.together[0]]] : [];
    });
    return new Map(kept);
  }

  /** The same network as at its start, with another seed. This one stays as it is. */
  seeded(seed: number): Promise<Loaded> {
    return this.sibling({ ...this.compiled.def, seed }, { exact: this.exact });
  }

  /** State and clock as they are at load. */
  restart(): void {
    const { program } = this.compiled;
    for (const { id } of program.columns) this.executor.view(id).fill(0);
    fillColumns(program, (id) => this.executor.view(id));
    this.executor.init();
  }

  dispose(): void {
    this.executor.dispose();
  }
}

/** The same program, and how long its fillings have taken, ms. */
function timed(program: Program): { readonly program: Program; filling(): number } {
  let total = 0;
  const fillings = program.fillings.map(
    ({ columns, fill }): Filling => ({
      columns,
      fill: (view) => {
        const begin = performance.now();
        fill(view);
        total += performance.now() - begin;
      },
    }),
  );
  return { program: { ...program, fillings }, filling: () => total };
}

export function cellPath(plan: PopulationPlan, cell: number, quantity: string): string[] {
  return ['network', `population '${plan.def.name}'`, `cell ${cell}`, `quantity '${quantity}'`];
}

/** The program, with a recorder of spike counts for each population behind those of the network where a guard wants them. */
function compileCounting(
  def: NetworkDef,
  { backend, precision, counts, threads }: LoadSettings,
  state: { readonly room: Room; readonly marks: Marks; readonly makers: SliceMakers | undefined },
): { readonly compiled: CompiledNetwork; readonly counters: SpikeCounter[] } {
  const options = { ...state, threads, calculate: BACKENDS[backend].calculator() };
  if (!counts) return { compiled: compileNetwork(def, precision, options), counters: [] };
  const counted = def.populations.filter((p) => !p.onto);
  const extra = counted.map(({ name }): RecorderDef => ({ kind: 'spike-counts', view: { population: name, cells: { kind: 'all' } } }));
  const compiled = compileNetwork({ ...def, recorders: [...def.recorders, ...extra] }, precision, options);
  const counters = compiled.recorders.slice(def.recorders.length).flatMap((plan, i): SpikeCounter[] => {
    const { name, rows, columns } = counted[i];
    return plan.kind === 'counts' ? [{ population: name, size: rows * columns, column: plan.counts }] : [];
  });
  return { compiled: { ...compiled, def, recorders: compiled.recorders.slice(0, def.recorders.length) }, counters };
}
