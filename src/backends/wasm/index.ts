import { InternalError, SpikeloomError } from '../../core/error.ts';
import { type Calculation, type Calculator, interpretCalculation } from '../../ir/calculate.ts';
import { type CalendarOf, calendarsOf, isCrowded } from '../../ir/calendar.ts';
import type { ColumnId } from '../../ir/expr.ts';
import { COLUMN_ARRAYS, type Column, type ColumnArray, fillColumns, type Program } from '../../ir/program.ts';
import { MOST_THREADS } from '../../ir/slices.ts';
import { verifyProgram } from '../../ir/verify.ts';
import type { Backend, Executor, RunEnd } from '../backend.ts';
import { outOfMemory } from '../refuse.ts';
import { RUN_ENDS, UNDO } from './actions.ts';
import { ModuleAssembler } from './assembler.ts';
import { emitModule, MAX_PAGES, PAGE_BYTES, planMemory } from './emit.ts';
import { planTeam } from './planTeam.ts';
import { Team } from './threads.ts';
import { Undo } from './undo.ts';

export { emitModule } from './emit.ts';

/** Compiles programs to WebAssembly with SIMD, for the calling thread and as many more as the program is made for. */
export const wasmBackend: Backend = {
  name: 'wasm',
  mostThreads: MOST_THREADS,
  mostBytes: MAX_PAGES * PAGE_BYTES,
  async load(program, host) {
    refuseMissingSimd();
    refuseTooLarge(program);
    verifyProgram(program);
    const module = await WebAssembly.compile(emitModule(program));
    const memory = allocate(program);
    const columns = columnsIn(memory, program);
    // Before there are threads: it may find mistakes.
    fillColumns(program, (column) => columns[column]);
    const plan = planTeam(program);
    const team = plan && (await Team.start(plan, { module, memory }, host));
    const instance = await WebAssembly.instantiate(module, { env: { memory, ...(team && { stalled: () => team.requireAll() }) } });
    const longest = plan?.epochs?.longest ?? 1;
    const threads = team && { team, epochs: longest > 1 ? { longest, undo: new Undo(program, columns) } : null };
    return new WasmExecutor(program, columns, instance.exports as unknown as ProgramExports, threads);
  },
  calculator,
};

function calculator(): Calculator {
  refuseMissingSimd();
  const known = new Map<string, Calculation>();
  const asked = new Map<string, number>();
  const keys = new WeakMap<Program, string>();
  return (program, elements) => {
    const key = keys.get(program) ?? JSON.stringify([program.seed, program.columns, program.kernels, program.schedule.init]);
    keys.set(program, key);
    const total = (asked.get(key) ?? 0) + elements;
    asked.set(key, total);
    if (total < WORTH_COMPILING) return interpretCalculation(program);
    const calculation = known.get(key) ?? prepare(program);
    known.set(key, calculation);
    return calculation;
  };
}

/** As many elements are interpreted in the time in which a program is compiled. */
const WORTH_COMPILING = 2 ** 14;

function prepare(program: Program): Calculation {
  verifyProgram(program);
  const memory = allocate(program);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitModule(program)), { env: { memory } });
  const executor = new WasmExecutor(program, columnsIn(memory, program), exports as unknown as ProgramExports, null);
  return { view: (column) => executor.view(column), run: () => executor.init() };
}

interface ProgramExports {
  init(): void;
  derive(): void;
  run(steps: number, thread?: number): [steps: number, end: number];
  readonly [onDemand: `call ${string}`]: () => void;
}

/** Epochs that a run has at least where they are of several steps. */
const WORTH_KEEPING = 2;

/** How many steps an epoch has, where that is more than one, and what undoes them. */
interface Epochs {
  readonly longest: number;
  readonly undo: Undo;
}

interface Threads {
  readonly team: Team;
  readonly epochs: Epochs | null;
}

class WasmExecutor implements Executor {
  #exports: ProgramExports | null;
  #columns: readonly ColumnArray[];
  readonly #threads: Threads | null;
  readonly #calendars: readonly CalendarOf[];

  constructor(program: Program, columns: readonly ColumnArray[], exports: ProgramExports, threads: Threads | null) {
    this.#exports = exports;
    this.#threads = threads;
    this.#calendars = calendarsOf(program);
    this.#columns = columns;
  }

  init(): void {
    this.#loaded().init();
    this.derive();
  }

  derive(): void {
    this.#loaded().derive();
  }

  call(name: string): void {
    const body = this.#loaded()[`call ${name}`];
    if (!body) throw new InternalError(`the program has nothing called '${name}'`);
    body();
  }

  run(steps: number): { readonly steps: number; readonly end: RunEnd } {
    // Where there are more threads, the code looks at calendars only after the first step.
    if (this.#threads && this.#calendars.some((c) => isCrowded(c, this.#columns[c.calendar.ends]))) return { steps: 0, end: 'crowded' };
    try {
      // In a short run, putting by what it changes would take longer than meetings.
      const epochs = this.#threads?.epochs;
      if (epochs && steps >= WORTH_KEEPING * epochs.longest) {
        epochs.undo.keep();
        const [done, end] = this.#runBy(steps, epochs.longest);
        if (end !== UNDO) return { steps: done, end: RUN_ENDS[end] };
        epochs.undo.restore();
      }
      const [done, end] = this.#runBy(steps, 1);
      return { steps: done, end: RUN_ENDS[end] };
    } catch (error) {
      this.#threads?.team.requireAll();
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new InternalError(`the compiled program trapped (${error.message}), as it does when a buffer of samples is full`);
    }
  }

  #runBy(steps: number, longest: number): [steps: number, end: number] {
    this.#threads?.team.begin(steps, longest);
    return this.#loaded().run(steps, 0);
  }

  view(column: ColumnId): ColumnArray {
    return this.#columns[column];
  }

  dispose(): void {
    this.#threads?.team.end();
    this.#exports = null;
    this.#columns = [];
  }

  #loaded(): ProgramExports {
    if (!this.#exports) throw new InternalError('an executor is used after dispose');
    return this.#exports;
  }
}

function columnsIn({ buffer }: WebAssembly.Memory, { columns }: Program): ColumnArray[] {
  return columns.map(({ type, offset, padded }: Column) => new COLUMN_ARRAYS[type](buffer, offset, padded));
}

/** Whether this engine has WebAssembly with SIMD. */
function hasSimd(): boolean {
  if (typeof WebAssembly === 'undefined') return false;
  const assembler = new ModuleAssembler(1, false);
  assembler.function('probe', { params: [], results: ['v128'] }, (code) => code.v128([0, 0, 0, 0]));
  return WebAssembly.validate(assembler.finish());
}

function refuseMissingSimd(): void {
  if (hasSimd()) return;
  throw new SpikeloomError({
    code: 'unsupported',
    message: `the backend 'wasm' needs WebAssembly with SIMD, which this JavaScript engine does not have`,
    hint: `Use a browser or Node of 2022 or later, or the backend 'js'.`,
  });
}

const GIB = 2 ** 30;

function refuseTooLarge(program: Program): void {
  if (planMemory(program).pages <= MAX_PAGES) return;
  throw new SpikeloomError({
    code: 'unsupported',
    message: `the network needs ${(program.bytes / GIB).toFixed(2)} GiB of memory; the backend 'wasm' has at most ${(MAX_PAGES * PAGE_BYTES) / GIB} GiB`,
    path: ['program'],
    hint: 'Use fewer neurons, synapses or recorders, or a rule that makes fewer synapses than all-to-all.',
  });
}

function allocate(program: Program): WebAssembly.Memory {
  const { pages, shared } = planMemory(program);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    throw outOfMemory('wasm', program);
  }
}
