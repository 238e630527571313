import { calendarsOf } from '../../ir/calendar.ts';
import type { ColumnId } from '../../ir/expr.ts';
import { COLUMN_BYTES, type Program } from '../../ir/program.ts';
import { divideAtSpikes } from './meetings.ts';
import { type EpochLog, type EpochPlan, LINE, type TeamPlan } from './team.ts';
import { changedColumns } from './undo.ts';

/** Longer epochs save next to nothing. */
const LONGEST = 64;
/** Bytes of the spikes of epochs. */
const MOST_LOGGED = 2 ** 22;
/** Bytes that are put by before a run of several steps an epoch. What changes more has steps so long that meetings don't count. */
const MOST_KEPT = 2 ** 20;

/** Null where threads need more of each other than spikes. */
export function planEpochs(program: Program, plan: TeamPlan, take: (bytes: number) => number): EpochPlan | null {
  if (!divideAtSpikes(program, plan)) return null;
  const lists = [...plan.counts.keys()];
  const longest = longestEpoch(program, lists);
  const logs = new Map<ColumnId, EpochLog>();
  let row = 0;
  for (const list of lists) {
    const { length } = program.columns[list];
    const bytes = wholeLines(4 * longest * length);
    logs.set(list, { length, spikes: take(2 * bytes), bytes, row });
    row += 4 * (longest + 2);
  }
  const bytes = wholeLines(row);
  return { longest, logs, told: { start: take(2 * plan.threads * bytes), bytes } };
}

function longestEpoch(program: Program, lists: readonly ColumnId[]): number {
  const kept = changedColumns(program).reduce((sum, id) => sum + program.columns[id].padded * COLUMN_BYTES[program.columns[id].type], 0);
  if (kept > MOST_KEPT) return 1;
  const cells = lists.reduce((sum, list) => sum + program.columns[list].length, 0);
  const logged = Math.floor(MOST_LOGGED / (8 * Math.max(1, cells)));
  const shortest = Math.min(...calendarsOf(program).map(({ calendar }) => calendar.shortest));
  return Math.max(1, Math.min(LONGEST, logged, shortest + 1));
}

function wholeLines(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE;
}
