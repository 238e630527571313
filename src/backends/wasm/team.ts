import { InternalError } from '../../core/error.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { Column, Program } from '../../ir/program.ts';
import { GRAIN } from '../../ir/slices.ts';
import type { Code, Local } from './assembler.ts';

/*
 * How a program is carried out by several threads in one memory. Each has a slice of every population (ir/slices.ts) and does all that
 * belongs to its cells. What there is once (the clock, functions of time, sums, cursors of samplers) each thread computes for itself,
 * in an area of its own: the same values everywhere, for which nobody waits.
 */

/** Where threads meet: bytes from the start of their common area. What is written often lies on lines of its own. */
export const MEETING = {
  /**
   * The number of the run that goes on, how many steps it is to do, the number of a thread that was lost, 0 while there is none, how
   * often one who waits looks before it sleeps, and how many steps an epoch may have.
   */
  run: 0,
  steps: 4,
  lost: 8,
  looks: 12,
  longest: 16,
  /** Threads that have come to the meeting, the number of the meeting, and those who sleep until it is over. */
  arrived: 64,
  round: 128,
  sleepers: 192,
  /** For each thread a line of its own. */
  lines: 256,
} as const;

export const LINE = 64;
/** On a thread's line: the steps done behind the step in which it found a fault, and in which its calendars are nearly full. */
export const FAULT = 0;
export const CROWDED = 4;
/** How many meetings in a row came only after it had stopped looking for them. */
export const FAILURES = 8;
/** In the last step of an epoch: how many steps it had, of which spikes are to be filed; else 0. And in which of its two logs they are. */
export const PENDING = 12;
export const LOG = 16;

export interface TeamPlan {
  readonly threads: number;
  /** Where the area for meetings begins. */
  readonly meeting: number;
  /** The columns of which each thread has its own, and where in its area. Areas lie one behind the other. */
  readonly own: { readonly start: number; readonly bytes: number; readonly offsets: ReadonlyMap<ColumnId, number> };
  /** By list of spikes: where the threads' numbers of spikes lie, each on its line. */
  readonly counts: ReadonlyMap<ColumnId, number>;
  /** By the column of the total: where the sums of the blocks lie. */
  readonly blocks: ReadonlyMap<ColumnId, number>;
  /** Null where threads need more of each other than spikes, and meet in every step. */
  readonly epochs: EpochPlan | null;
  /** Of memory, all this included. */
  readonly bytes: number;
}

/**
 * Of a program whose threads need nothing of each other but spikes: they meet once an epoch, in its last step, when cells have spiked.
 * It has at most one step more than the shortest delay, so that no spike of it is due before; each thread then files those of all.
 */
export interface EpochPlan {
  /** Steps of an epoch, at most. */
  readonly longest: number;
  /** The spikes of an epoch by their list. */
  readonly logs: ReadonlyMap<ColumnId, EpochLog>;
  /** Where each thread has a row of so many bytes with what it tells the others. */
  readonly told: { readonly start: number; readonly bytes: number };
}

/** There are two of all, rows too: one is read while the next fills up. A thread's spikes begin at `longest` times the start of its slice. */
export interface EpochLog {
  /** Cells that may spike. */
  readonly length: number;
  readonly spikes: number;
  /** Bytes of one of the two. */
  readonly bytes: number;
  /** Bytes from the start of a row: for how many spikes the thread's calendars have room, then how many it had before each step, and behind the last. */
  readonly row: number;
}

/** A kernel that sums up is divided into whole blocks, so that each block's sum is that of one thread. */
export function hasSums(body: Kernel['body']): boolean {
  return body.some((s) => s.kind === 'reduce');
}

export function stepKernels({ kernels, schedule }: Program): Kernel[] {
  return schedule.step.flatMap((action) => (action.kind === 'kernel' ? [kernels[action.kernel]] : []));
}

/** The program as the code of a step sees it: columns that each thread has of its own have offsets within its area. */
export function seenByThreads(program: Program, { own }: TeamPlan): Program {
  const columns = program.columns.map((column): Column => ({ ...column, offset: own.offsets.get(column.id) ?? column.offset }));
  return { ...program, columns };
}

/** What the code of a thread knows: its number, and where its own area begins. */
export interface ThreadLocals {
  readonly plan: TeamPlan;
  readonly thread: Local;
  readonly area: Local;
}

export function threadLocals(code: Code, plan: TeamPlan, thread: Local): ThreadLocals {
  const area = code.local('i32');
  code.get(thread);
  code.i32(plan.own.bytes);
  code.op('i32.mul');
  code.i32(plan.own.start);
  code.op('i32.add');
  code.set(area);
  return { plan, thread, area };
}

/** Parameters of a function that a thread calls with its number. */
export function parameters(plan: TeamPlan | null): readonly 'i32'[] {
  return plan ? ['i32'] : [];
}

/** Pushes what `sliceStart` says of `count` cells. */
export function pushSliceStart(code: Code, { threads }: TeamPlan, count: number, pushSlice: () => void, grain: number = GRAIN): void {
  const start = code.local('i32');
  pushSlice();
  code.i32(Math.ceil(count / grain));
  code.op('i32.mul');
  code.i32(threads);
  code.op('i32.div_u');
  code.i32(grain);
  code.op('i32.mul');
  code.tee(start);
  code.i32(count);
  code.get(start);
  code.i32(count);
  code.op('i32.lt_u');
  code.select();
}

/** Sets `start` and `end` to those of the thread's slice of `count` cells. */
export function setSlice(code: Code, { plan, thread }: ThreadLocals, count: number, [start, end]: readonly [Local, Local], grain?: number): void {
  pushSliceStart(code, plan, count, () => code.get(thread), grain);
  code.set(start);
  pushSliceStart(
    code,
    plan,
    count,
    () => {
      code.get(thread);
      code.i32(1);
      code.op('i32.add');
    },
    grain,
  );
  code.set(end);
}

/** Pushes how many spikes of a list lie in a slice. */
export function pushSpikeCount(code: Code, plan: TeamPlan, list: ColumnId, pushSlice: () => void): void {
  pushLine(code, pushSlice);
  code.memory('i32.load', countsOf(plan, list));
}

export function countsOf(plan: TeamPlan, list: ColumnId): number {
  const at = plan.counts.get(list);
  if (at === undefined) throw new InternalError(`no thread counts the spikes of column ${list}`);
  return at;
}

export function pushLine(code: Code, pushSlice: () => void): void {
  pushSlice();
  code.i32(LINE);
  code.op('i32.mul');
}

/** What the first thread alone does. */
export function byFirst(code: Code, { thread }: ThreadLocals, body: () => void): void {
  code.get(thread);
  code.op('i32.eqz');
  code.if(body);
}
