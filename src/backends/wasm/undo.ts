import { calendarsOf } from '../../ir/calendar.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { ColumnArray, Program } from '../../ir/program.ts';
import { stepKernels } from './team.ts';

/**
 * Puts by what steps change, so that a run can be done again: one in whose epochs some thread went on after another had found a fault.
 * Of calendars only the spikes that wait are put by.
 */
export class Undo {
  readonly #columns: readonly { readonly live: ColumnArray; readonly kept: ColumnArray }[];
  readonly #rings: readonly Ring[];

  constructor(program: Program, columns: readonly ColumnArray[]) {
    this.#columns = changedColumns(program).map((id) => ({ live: columns[id], kept: columns[id].slice() }));
    this.#rings = calendarsOf(program).flatMap(({ calendar, fanOut }) =>
      Array.from({ length: fanOut.slices }, (_, slice): Ring => {
        const { capacity, ends, sources, births, runs, synapses, links } = calendar;
        const parts = [sources, births, runs, synapses, links].map((id) => columns[id].subarray(slice * capacity, (slice + 1) * capacity));
        return { ends: columns[ends].subarray(2 * slice, 2 * slice + 2), parts, kept: [] };
      }),
    );
  }

  keep(): void {
    for (const { live, kept } of this.#columns) kept.set(live);
    for (const { ends, parts, kept } of this.#rings) {
      kept.length = 0;
      for (const part of parts) for (let n = ends[0]; n !== ends[1]; n = (n + 1) >>> 0) kept.push(part[n & (part.length - 1)]);
    }
  }

  restore(): void {
    for (const { live, kept } of this.#columns) live.set(kept);
    for (const { ends, parts, kept } of this.#rings) {
      let i = 0;
      for (const part of parts) for (let n = ends[0]; n !== ends[1]; n = (n + 1) >>> 0) part[n & (part.length - 1)] = kept[i++];
    }
  }
}

/** The calendar of a slice: where its spikes begin and end, columns with an element for each of them, and what was put by. */
interface Ring {
  readonly ends: ColumnArray;
  readonly parts: readonly ColumnArray[];
  readonly kept: number[];
}

/** What a step changes, but for the spikes in calendars and buffers of recorders behind their cursors. */
export function changedColumns(program: Program): ColumnId[] {
  const { clock, schedule } = program;
  const byKernels = stepKernels(program).flatMap(({ body }) =>
    body.flatMap((s) => {
      if (s.kind === 'check') return [];
      return s.kind === 'emit' ? [s.list, s.count] : [s.column];
    }),
  );
  const byActions = schedule.step.flatMap((action) => {
    if (action.kind === 'clear') return [action.column];
    if (action.kind === 'delay') return [action.to, action.ring, action.begun];
    return action.kind === 'sample' || action.kind === 'sampleSpikes' ? [action.sampler.cursor] : [];
  });
  const byCalendars = calendarsOf(program).flatMap(({ calendar }) => [calendar.ends, calendar.buckets]);
  return [...new Set([clock.step, clock.t, ...byKernels, ...byActions, ...byCalendars])];
}
