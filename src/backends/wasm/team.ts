import { InternalError } from '../../core/error.ts';
import { BLOCK } from '../../ir/blockSum.ts';
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
   * The number of the run that goes on, how many steps it is to do, the number of a thread that was lost, 0 while there is none, and
   * how often one who waits looks before it sleeps.
   */
  run: 0,
  steps: 4,
  lost: 8,
  looks: 12,
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
  /** Of memory, all this included. */
  readonly bytes: number;
}

/** Null for a program of one thread. */
export function planTeam(program: Program): TeamPlan | null {
  const { threads } = program;
  if (threads === 1) return null;
  let end = Math.ceil(program.bytes / LINE) * LINE;
  const take = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / LINE) * LINE;
    return at;
  };
  const meeting = take(MEETING.lines + threads * LINE);
  const offsets = new Map([...ownColumns(program)].map((id, i) => [id, 8 * i]));
  const bytes = Math.ceil((8 * offsets.size) / LINE) * LINE;
  const own = { start: take(threads * bytes), bytes, offsets };
  const counts = new Map<ColumnId, number>();
  const blocks = new Map<ColumnId, number>();
  for (const { domain, body } of stepKernels(program)) {
    if (domain.kind !== 'neurons') continue;
    if (hasSums(body) && body.some((s) => s.kind === 'emit')) throw new InternalError('a kernel both sums up and lists spikes');
    for (const statement of body) {
      if (statement.kind === 'emit') counts.set(statement.list, counts.get(statement.list) ?? take(threads * LINE));
      if (statement.kind === 'reduce') blocks.set(statement.column, blocks.get(statement.column) ?? take(8 * Math.ceil(domain.count / BLOCK)));
    }
  }
  return { threads, meeting, own, counts: new Map([...counts, ...listsOfOthers(program, counts, take)]), blocks, bytes: end };
}

/** Lists that a step reads and does not make: their numbers of spikes are 0, as they are before the first step. */
function listsOfOthers(program: Program, known: ReadonlyMap<ColumnId, number>, take: (bytes: number) => number): Map<ColumnId, number> {
  const read = stepKernels(program).flatMap(({ domain }) =>
    domain.kind === 'spikes' ? [domain.list] : domain.kind === 'events' ? [domain.spikes.list] : [],
  );
  const sampled = program.schedule.step.flatMap((action) => (action.kind === 'sampleSpikes' ? [action.sampler.list] : []));
  const others = new Set([...read, ...sampled].filter((list) => !known.has(list)));
  return new Map([...others].map((list) => [list, take(program.threads * LINE)]));
}

/** A kernel that sums up is divided into whole blocks, so that each block's sum is that of one thread. */
export function hasSums(body: Kernel['body']): boolean {
  return body.some((s) => s.kind === 'reduce');
}

export function stepKernels({ kernels, schedule }: Program): Kernel[] {
  return schedule.step.flatMap((action) => (action.kind === 'kernel' ? [kernels[action.kernel]] : []));
}

/** Columns that hold one value, written in a step by what every thread may do for itself, and read by no other way than as such. */
function ownColumns(program: Program): ReadonlySet<ColumnId> {
  const { clock, columns } = program;
  const kernels = stepKernels(program);
  const delayed = program.schedule.step.flatMap((a) => (a.kind === 'delay' ? [a.from, a.to, a.ring, a.begun] : []));
  const shared = new Set<ColumnId>([...kernels.flatMap(touchedByElements), ...delayed]);
  for (const id of [clock.step, clock.t]) {
    if (shared.has(id)) throw new InternalError(`the clock's column '${columns[id].name}' is read by elements`);
  }
  const once = kernels.filter((k) => k.domain.kind === 'once').map((k) => k.body.flatMap((s) => (s.kind === 'store' ? [s.column] : [])));
  // What one kernel stores is written by all threads or by one.
  for (let before = -1; before !== shared.size; ) {
    before = shared.size;
    for (const stored of once) if (stored.some((id) => shared.has(id))) for (const id of stored) shared.add(id);
  }
  const totals = kernels.flatMap((k) => k.body.flatMap((s) => (s.kind === 'reduce' ? [s.column] : [])));
  const cursors = program.schedule.step.flatMap((a) => (a.kind === 'sample' || a.kind === 'sampleSpikes' ? [a.sampler.cursor] : []));
  return new Set([clock.step, clock.t, ...once.flat(), ...totals, ...cursors].filter((id) => !shared.has(id)));
}

function touchedByElements({ nodes, body, domain }: Kernel): ColumnId[] {
  const read = nodes.flatMap((n) => ((n.op === 'load' && n.at !== 'once') || n.op === 'gather' ? [n.column] : []));
  const written = domain.kind === 'once' ? [] : body.flatMap((s) => (s.kind === 'store' || s.kind === 'accumulate' ? [s.column] : []));
  return [...read, ...written];
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
