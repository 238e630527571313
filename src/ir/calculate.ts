import { InternalError } from '../core/error.ts';
import type { ColumnId } from './expr.ts';
import { drawWords, interpretKernel } from './interpret.ts';
import { COLUMN_ARRAYS, type ColumnArray, type Program } from './program.ts';

/** A program that is carried out whenever one likes, in the calling thread. */
export interface Calculation {
  /** A live view of a column's `padded` elements. */
  view(column: ColumnId): ColumnArray;
  /** Carries out the schedule `init`. */
  run(): void;
}

/**
 * Makes a program ready, at once; of its schedules it has `init` alone, and no data. Equal programs may be given the same memory: write all
 * that one reads before each run, and read what it made before another is run. `elements` says for how many it will be run in all.
 */
export type Calculator = (program: Program, elements: number) => Calculation;

/** Interprets programs: what pays where little is calculated. */
export function interpretCalculation({ columns, kernels, schedule, clock, seed }: Program): Calculation {
  const memory = { columns: columns.map(({ type, padded }) => new COLUMN_ARRAYS[type](padded)), step: clock.step, seed };
  const actions = schedule.init.map((action): (() => unknown) => {
    if (action.kind === 'kernel') return interpretKernel(kernels[action.kernel], memory);
    if (action.kind === 'draw') return () => drawWords(action, memory);
    throw new InternalError(`${action.kind} is not for calculations`);
  });
  return {
    view: (column) => memory.columns[column],
    run: () => {
      for (const act of actions) act();
    },
  };
}
