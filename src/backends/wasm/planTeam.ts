import { InternalError } from '../../core/error.ts';
import { BLOCK } from '../../ir/blockSum.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { Program } from '../../ir/program.ts';
import { planEpochs } from './planEpochs.ts';
import { hasSums, LINE, MEETING, stepKernels, type TeamPlan } from './team.ts';

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
  const all = new Map([...counts, ...listsOfOthers(program, counts, take)]);
  const plan: TeamPlan = { threads, meeting, own, counts: all, blocks, epochs: null, bytes: end };
  const epochs = planEpochs(program, plan, take);
  return { ...plan, epochs, bytes: end };
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
