import { InternalError } from '../../core/error.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Calendar } from '../../ir/kernel.ts';
import type { Program, SpikeSampler } from '../../ir/program.ts';
import { RUN_ENDS, UNDO } from './actions.ts';
import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';
import { forRange, scale, setI32 } from './loops.ts';
import {
  type EpochLog,
  type EpochPlan,
  FAULT,
  LOG,
  MEETING,
  PENDING,
  pushLine,
  pushSliceStart,
  pushSpikeCount,
  setSlice,
  type TeamPlan,
  type ThreadLocals,
  threadLocals,
} from './team.ts';
import { pushOnce } from './values.ts';

/** The functions by which threads tell each other their spikes once an epoch. `half` is which of the two logs an epoch is written into. */
export class EpochEmitter {
  readonly #assembler: ModuleAssembler;
  readonly #program: Program;
  readonly #plan: TeamPlan;
  readonly #epochs: EpochPlan;

  /** @param program as threads see it */
  constructor(assembler: ModuleAssembler, program: Program, plan: TeamPlan, epochs: EpochPlan) {
    this.#assembler = assembler;
    this.#program = program;
    this.#plan = plan;
    this.#epochs = epochs;
  }

  /** A function (step of the epoch, half, thread) that writes the thread's spikes of a step behind those of the steps before. */
  log(): FunctionRef {
    return this.#function('log', ['i32', 'i32'], (code, thread) => {
      const [at, half] = code.params;
      const [start, end, i, to, row] = Array.from({ length: 5 }, () => code.local('i32'));
      for (const [list, log] of this.#epochs.logs) {
        setSlice(code, thread, log.length, [start, end]);
        pushRow(code, this.#plan, this.#epochs, { half, thread: thread.thread });
        elementOf(code, at);
        code.set(row);
        pushPart(code, this.#plan, this.#epochs, log, { half, thread: thread.thread });
        code.get(row);
        code.memory('i32.load', log.row + ENDS);
        scale(code, 4);
        code.op('i32.add');
        code.set(to);
        code.get(start);
        code.set(i);
        code.get(start);
        pushSpikeCount(code, this.#plan, list, () => code.get(thread.thread));
        code.op('i32.add');
        code.set(end);
        code.get(row);
        code.get(row);
        code.memory('i32.load', log.row + ENDS);
        code.get(end);
        code.get(start);
        code.op('i32.sub');
        code.op('i32.add');
        code.memory('i32.store', log.row + ENDS + 4);
        forRange(code, { index: i, end }, () => {
          code.get(to);
          code.get(i);
          scale(code, 4);
          code.memory('i32.load', this.#program.columns[list].offset);
          code.memory('i32.store', 0);
          code.get(to);
          code.i32(4);
          code.op('i32.add');
          code.set(to);
        });
      }
    });
  }

  /** A function (half, thread) that tells the others for how many spikes of each list the thread's calendars have room. */
  tell(): FunctionRef {
    return this.#function('tell', ['i32'], (code, { thread }) => {
      const [row, least, room] = Array.from({ length: 3 }, () => code.local('i32'));
      pushRow(code, this.#plan, this.#epochs, { half: code.params[0], thread });
      code.set(row);
      for (const [list, log] of this.#epochs.logs) {
        setI32(code, least, -1);
        for (const calendar of this.#calendarsOf(list)) {
          const { offset } = this.#program.columns[calendar.ends];
          code.i32(calendar.capacity - 32);
          for (const ahead of [4, 0]) {
            code.get(thread);
            scale(code, 8);
            code.memory('i32.load', offset + ahead);
          }
          code.op('i32.sub');
          code.op('i32.sub');
          code.set(room);
          setLesser(code, least, room);
        }
        code.get(row);
        code.get(least);
        code.memory('i32.store', log.row);
      }
    });
  }

  /**
   * A function (first step, steps of the epoch, half, thread), when the threads have met: has the thread's calendars file the spikes of
   * the epoch in this step, and answers, the same for all threads, with the index in RUN_ENDS of what ends the run, UNDO, or 0.
   */
  settle(): FunctionRef {
    const body = (code: Code, { thread }: ThreadLocals): void => {
      const [first, steps, half] = code.params;
      const end = code.local('i32');
      this.#pushFault(code, first, steps);
      code.if(() => {
        this.#answerUndo(code, () => {
          code.get(steps);
          code.i32(1);
          code.op('i32.ne');
        });
        setI32(code, end, RUN_ENDS.indexOf('fault'));
      });
      for (const [list, log] of this.#epochs.logs) {
        const calendars = this.#calendarsOf(list);
        if (calendars.length > 0) this.#setCrowded(code, log, Math.max(...calendars.map(({ reserve }) => reserve)), end);
      }
      for (const [what, value] of [
        [PENDING, steps],
        [LOG, half],
      ] as const) {
        pushLine(code, () => code.get(thread));
        code.get(value);
        code.memory('i32.store', this.#plan.meeting + MEETING.lines + what);
      }
      code.get(end);
    };
    return this.#function('settle', ['i32', 'i32', 'i32'], body, ['i32']);
  }

  /** A function (first step, steps of the epoch, half, thread): each thread writes its spikes of the epoch where those of one thread would lie. */
  sample({ list, buffer, cursor }: SpikeSampler): FunctionRef {
    return this.#function('sampleEpoch', ['i32', 'i32', 'i32'], (code, thread) => {
      const [first, steps, half] = code.params;
      const columns = { buffer: this.#program.columns[buffer], cursor: this.#program.columns[cursor] };
      const [at, place] = [code.local('i32'), code.local('i32')];
      pushOnce({ code, thread }, columns.cursor);
      code.memory('i32.load', columns.cursor.offset);
      code.set(at);
      eachPart(code, this.#plan, list, { steps, half }, ({ step, slice, from, to }) => {
        code.get(at);
        scale(code, 8);
        code.set(place);
        code.get(at);
        code.get(to);
        code.get(from);
        code.op('i32.sub');
        code.i32(2);
        code.op('i32.shr_u');
        code.op('i32.add');
        code.set(at);
        code.get(slice);
        code.get(thread.thread);
        code.op('i32.eq');
        code.if(() =>
          forRange(code, { index: from, end: to, step: 4 }, () => {
            code.get(place);
            code.get(from);
            code.memory('i32.load', 0);
            code.memory('i32.store', columns.buffer.offset);
            code.get(place);
            code.get(first);
            code.get(step);
            code.op('i32.add');
            code.memory('i32.store', columns.buffer.offset + 4);
            code.get(place);
            code.i32(8);
            code.op('i32.add');
            code.set(place);
          }),
        );
      });
      pushOnce({ code, thread }, columns.cursor);
      code.get(at);
      code.memory('i32.store', columns.cursor.offset);
    });
  }

  #calendarsOf(list: ColumnId): Calendar[] {
    return this.#program.kernels.flatMap(({ domain }) =>
      domain.kind === 'events' && domain.side === 'pre' && domain.spikes.list === list ? [domain.calendar] : [],
    );
  }

  /** Pushes whether some thread has found a fault in the epoch. */
  #pushFault(code: Code, first: Local, steps: Local): void {
    const [i, found] = [code.local('i32'), code.local('i32')];
    forRange(code, { index: i, end: this.#plan.threads }, () => {
      pushLine(code, () => code.get(i));
      code.memory('i32.load', this.#plan.meeting + MEETING.lines + FAULT);
      code.get(first);
      code.op('i32.sub');
      code.i32(1);
      code.op('i32.sub');
      code.get(steps);
      code.op('i32.lt_u');
      code.get(found);
      code.op('i32.or');
      code.set(found);
    });
    code.get(found);
  }

  /** Where calendars have no room for the spikes of the epoch, it is done again in shorter ones; where they are nearly full, the run ends. */
  #setCrowded(code: Code, log: EpochLog, reserve: number, end: Local): void {
    const [, steps, half] = code.params;
    const [slice, row, least, room, spikes] = Array.from({ length: 5 }, () => code.local('i32'));
    setI32(code, least, -1);
    setI32(code, slice, 0);
    forRange(code, { index: slice, end: this.#plan.threads }, () => {
      pushRow(code, this.#plan, this.#epochs, { half, thread: slice });
      code.tee(row);
      code.memory('i32.load', log.row);
      code.set(room);
      setLesser(code, least, room);
      code.get(spikes);
      code.get(row);
      elementOf(code, steps);
      code.memory('i32.load', log.row + ENDS);
      code.op('i32.add');
      code.set(spikes);
    });
    this.#answerUndo(code, () => {
      code.get(spikes);
      code.get(least);
      code.op('i32.gt_u');
    });
    code.get(least);
    code.i32(reserve);
    code.op('i32.lt_u');
    code.get(end);
    code.op('i32.eqz');
    code.op('i32.and');
    code.if(() => setI32(code, end, RUN_ENDS.indexOf('crowded')));
  }

  #answerUndo(code: Code, when: () => void): void {
    when();
    code.if(() => {
      code.i32(UNDO);
      code.return();
    });
  }

  #function(name: string, params: readonly 'i32'[], body: (code: Code, thread: ThreadLocals) => void, results: readonly 'i32'[] = []): FunctionRef {
    return this.#assembler.function(name, { params: [...params, 'i32'], results }, (code) =>
      body(code, threadLocals(code, this.#plan, code.params[params.length])),
    );
  }
}

/** In a row of what a thread tells, behind the room: how many spikes it had before each step. */
const ENDS = 4;

/** The spikes of a list that one thread had in one step of the epoch: addresses. */
interface Part {
  readonly step: Local;
  readonly slice: Local;
  readonly from: Local;
  readonly to: Local;
}

/** Step after step of an epoch, thread after thread: the order of one thread. `each` may count `from` up. */
export function eachPart(
  code: Code,
  plan: TeamPlan,
  list: ColumnId,
  { steps, half }: { readonly steps: Local; readonly half: Local },
  each: (part: Part) => void,
): void {
  const log = plan.epochs?.logs.get(list);
  if (!plan.epochs || !log) throw new InternalError(`no thread logs the spikes of column ${list}`);
  const [step, from, to, row, slice, part] = Array.from({ length: 6 }, () => code.local('i32'));
  const { epochs } = plan;
  setI32(code, step, 0);
  forRange(code, { index: step, end: steps }, () => {
    setI32(code, slice, 0);
    forRange(code, { index: slice, end: plan.threads }, () => {
      pushRow(code, plan, epochs, { half, thread: slice });
      elementOf(code, step);
      code.set(row);
      pushPart(code, plan, epochs, log, { half, thread: slice });
      code.set(part);
      for (const [end, ahead] of [
        [from, 0],
        [to, 4],
      ] as const) {
        code.get(part);
        code.get(row);
        code.memory('i32.load', log.row + ENDS + ahead);
        scale(code, 4);
        code.op('i32.add');
        code.set(end);
      }
      each({ step, slice, from, to });
    });
  });
}

interface Whose {
  readonly half: Local;
  readonly thread: Local;
}

/** Pushes where what a thread tells begins. */
function pushRow(code: Code, { threads }: TeamPlan, { told }: EpochPlan, { half, thread }: Whose): void {
  code.get(half);
  code.i32(threads);
  code.op('i32.mul');
  code.get(thread);
  code.op('i32.add');
  code.i32(told.bytes);
  code.op('i32.mul');
  code.i32(told.start);
  code.op('i32.add');
}

/** Pushes where a thread's spikes of an epoch begin. */
function pushPart(code: Code, plan: TeamPlan, { longest }: EpochPlan, log: EpochLog, { half, thread }: Whose): void {
  pushSliceStart(code, plan, log.length, () => code.get(thread));
  code.i32(4 * longest);
  code.op('i32.mul');
  code.get(half);
  code.i32(log.bytes);
  code.op('i32.mul');
  code.op('i32.add');
  code.i32(log.spikes);
  code.op('i32.add');
}

/** Moves the address on the stack on by so many words. */
function elementOf(code: Code, index: Local): void {
  code.get(index);
  scale(code, 4);
  code.op('i32.add');
}

/** Sets a local to the other where that is less, unsigned. */
export function setLesser(code: Code, least: Local, other: Local): void {
  code.get(other);
  code.get(least);
  code.get(other);
  code.get(least);
  code.op('i32.lt_u');
  code.select();
  code.set(least);
}
