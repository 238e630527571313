import type { ColumnId } from '../../ir/expr.ts';
import type { SpikeList } from '../../ir/kernel.ts';
import { COLUMN_BYTES, type Program } from '../../ir/program.ts';
import type { Code, Local } from './assembler.ts';
import { forRange, scale } from './loops.ts';
import { pushSliceStart, pushSpikeCount, type TeamPlan, type ThreadLocals, threadLocals } from './team.ts';

/** Loads and stores of u32 columns by an index. */
export class Columns {
  readonly code: Code;
  readonly #program: Program;
  readonly #starts = new Map<ColumnId, Local>();

  constructor(code: Code, program: Program) {
    this.code = code;
    this.#program = program;
  }

  /** Has the indices of columns count from the thread's part of them, of `length` elements. */
  slice(columns: readonly ColumnId[], length: number, { thread }: ThreadLocals): void {
    const start = this.code.local('i32');
    this.code.get(thread);
    this.code.i32(length);
    this.code.op('i32.mul');
    this.code.set(start);
    for (const column of columns) this.#starts.set(column, start);
  }

  /** Pushes element `index + ahead` of a column. */
  load(column: ColumnId, index: () => void, ahead = 0): void {
    this.#address(column, index);
    this.code.memory('i32.load', this.#program.columns[column].offset + 4 * ahead);
  }

  /** Pushes an element of a column of places of cells. */
  loadPlace(column: ColumnId, index: Local): void {
    const { type, offset } = this.#program.columns[column];
    this.code.get(index);
    scale(this.code, COLUMN_BYTES[type]);
    this.code.memory(type === 'u16' ? 'i32.load16_u' : 'i32.load', offset);
  }

  #address(column: ColumnId, index: () => void): void {
    index();
    const start = this.#starts.get(column);
    if (start) {
      this.code.get(start);
      this.code.op('i32.add');
    }
    scale(this.code, 4);
  }

  store(column: ColumnId, index: () => void, value: () => void, ahead = 0): void {
    this.#address(column, index);
    value();
    this.code.memory('i32.store', this.#program.columns[column].offset + 4 * ahead);
  }
}

/** A thread is the last parameter of its functions. */
export function ownThread(code: Code, team: TeamPlan | null): ThreadLocals | null {
  return team && threadLocals(code, team, code.params[code.params.length - 1]);
}

/** All spikes of this step: of threads, part after part of the list. */
export function eachSpike(
  columns: Columns,
  { program, thread, spikes }: { readonly program: Program; readonly thread: ThreadLocals | null; readonly spikes: SpikeList },
  i: Local,
  end: Local,
  body: () => void,
): void {
  const { code } = columns;
  if (!thread) {
    columns.load(spikes.count, () => code.i32(0));
    code.set(end);
    forRange(code, { index: i, end }, body);
    return;
  }
  const { plan } = thread;
  const slice = code.local('i32');
  const pushSlice = (): void => code.get(slice);
  forRange(code, { index: slice, end: plan.threads }, () => {
    pushSliceStart(code, plan, program.columns[spikes.list].length, pushSlice);
    code.tee(i);
    pushSpikeCount(code, plan, spikes.list, pushSlice);
    code.op('i32.add');
    code.set(end);
    forRange(code, { index: i, end }, body);
  });
}

export function plus(code: Code, local: Local, constant: number): void {
  code.get(local);
  code.i32(constant);
  code.op('i32.add');
}
