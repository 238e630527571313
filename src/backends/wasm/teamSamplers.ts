import type { ColumnId } from '../../ir/expr.ts';
import { COLUMN_BYTES, type Column, type Program, type Sampler, type SpikeSampler } from '../../ir/program.ts';
import { increment, pushIsBetween } from './actions.ts';
import type { Code, Local } from './assembler.ts';
import { forRange, scale, setI32 } from './loops.ts';
import { isSliced } from './meetings.ts';
import { wasmTypeOf } from './mode.ts';
import { byFirst, pushSliceStart, pushSpikeCount, seenByThreads, setSlice, type TeamPlan, type ThreadLocals } from './team.ts';
import { pushOnce } from './values.ts';

/** What recorders take in a step, each thread of its own cells. */
export class TeamSamplers {
  readonly #original: Program;
  readonly #program: Program;
  readonly #plan: TeamPlan;

  constructor(program: Program, plan: TeamPlan) {
    this.#original = program;
    this.#program = seenByThreads(program, plan);
    this.#plan = plan;
  }

  #column(id: ColumnId): Column {
    return this.#program.columns[id];
  }

  #load(code: Code, thread: ThreadLocals, id: ColumnId): void {
    const column = this.#column(id);
    pushOnce({ code, thread }, column);
    code.memory('i32.load', column.offset);
  }

  /** Takes a sample in the steps that are due. Traps where the simulation has let the buffer fill up. */
  sample(code: Code, thread: ThreadLocals, sampler: Sampler, step: Local): void {
    const cursorColumn = this.#column(sampler.cursor);
    const cursor = code.local('i32');
    pushIsBetween(code, step, sampler.every);
    code.if(() => code.return());
    this.#load(code, thread, sampler.cursor);
    code.tee(cursor);
    code.i32(sampler.capacity);
    code.op('i32.ge_u');
    code.if(() => code.unreachable());
    if (isSliced(sampler, this.#original, this.#plan)) this.#copySample(code, sampler, cursor, thread);
    else byFirst(code, thread, () => this.#copySample(code, sampler, cursor, thread, true));
    pushOnce({ code, thread }, cursorColumn);
    increment(code, cursor);
    code.get(cursor);
    code.memory('i32.store', cursorColumn.offset);
  }

  /** Copies the elements of a sample that lie in the thread's slice, or all. */
  #copySample(code: Code, sampler: Sampler, cursor: Local, thread: ThreadLocals, all = false): void {
    const column = this.#column(sampler.column);
    const buffer = this.#column(sampler.buffer);
    const bytes = COLUMN_BYTES[column.type];
    const type = wasmTypeOf(column);
    const [i, to, start, end, cell] = Array.from({ length: 5 }, () => code.local('i32'));
    if (all) setI32(code, end, -1);
    else setSlice(code, thread, column.length, [start, end]);
    code.get(cursor);
    code.i32(sampler.cellCount * bytes);
    code.op('i32.mul');
    code.set(to);
    forRange(code, { index: i, end: sampler.cellCount }, () => {
      code.get(i);
      if (sampler.cells !== null) {
        scale(code, 4);
        code.memory('i32.load', this.#column(sampler.cells).offset);
      }
      code.tee(cell);
      // Below the slice this wraps around, and is far above its length.
      code.get(start);
      code.op('i32.sub');
      code.get(end);
      code.get(start);
      code.op('i32.sub');
      code.op('i32.lt_u');
      code.if(() => {
        code.get(to);
        pushOnce({ code, thread }, column);
        code.get(cell);
        scale(code, bytes);
        code.op('i32.add');
        code.memory(`${type}.load`, column.offset);
        code.memory(`${type}.store`, buffer.offset);
      });
      code.get(to);
      code.i32(bytes);
      code.op('i32.add');
      code.set(to);
    });
  }

  /** Each thread copies the spikes of its slice behind those of the slices before. */
  sampleSpikes(code: Code, thread: ThreadLocals, sampler: SpikeSampler, step: Local): void {
    const [list, buffer, cursorColumn] = [sampler.list, sampler.buffer, sampler.cursor].map((id) => this.#column(id));
    const [slice, i, end, cursor] = Array.from({ length: 4 }, () => code.local('i32'));
    const pushSlice = (): void => code.get(slice);
    this.#load(code, thread, sampler.cursor);
    code.set(cursor);
    forRange(code, { index: slice, end: this.#plan.threads }, () => {
      code.get(slice);
      code.get(thread.thread);
      code.op('i32.eq');
      code.if(() => {
        const at = code.local('i32');
        code.get(cursor);
        code.set(at);
        pushSliceStart(code, this.#plan, list.length, pushSlice);
        code.tee(i);
        pushSpikeCount(code, this.#plan, sampler.list, pushSlice);
        code.op('i32.add');
        code.set(end);
        forRange(code, { index: i, end }, () => {
          code.get(at);
          scale(code, 8);
          code.get(i);
          scale(code, 4);
          code.memory('i32.load', list.offset);
          code.memory('i32.store', buffer.offset);
          code.get(at);
          scale(code, 8);
          code.get(step);
          code.memory('i32.store', buffer.offset + 4);
          increment(code, at);
        });
      });
      code.get(cursor);
      pushSpikeCount(code, this.#plan, sampler.list, pushSlice);
      code.op('i32.add');
      code.set(cursor);
    });
    pushOnce({ code, thread }, cursorColumn);
    code.get(cursor);
    code.memory('i32.store', cursorColumn.offset);
  }
}
