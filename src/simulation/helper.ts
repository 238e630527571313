import { KEPT } from '../compile/columns.ts';
import {
  type CountedFanOut,
  countFanOut,
  type FanOutColumns,
  type FanOutTask,
  fillFanOut,
  type MadeFanOut,
  makeFanOut,
} from '../compile/makeFanOut.ts';
import { InternalError, SpikeloomError } from '../core/error.ts';
import { BACKENDS } from './backends.ts';

/** What a thread that makes synapses is asked, about fan-outs by number. */
export type Question =
  | { readonly kind: 'count'; readonly fanOut: number; readonly task: FanOutTask; readonly slice: number }
  | { readonly kind: 'fill'; readonly fanOut: number; readonly columns: FanOutColumns; readonly first: number };

export type Answer =
  | { readonly kind: 'counted'; readonly fanOut: number; readonly counted: CountedFanOut }
  | { readonly kind: 'filled'; readonly fanOut: number }
  /** It found one, which who asked will find too. */
  | { readonly kind: 'mistake'; readonly fanOut: number };

/** A slice, and what was made of it to be counted, if that is kept. */
interface Slice {
  readonly task: FanOutTask;
  readonly slice: number;
  readonly made: MadeFanOut | undefined;
}

/** What a thread that makes synapses does (see platform/nodeHelper.mjs). */
export function helper(): (question: Question) => Answer {
  const calculate = BACKENDS.wasm.calculator();
  const slices = new Map<number, Slice>();
  let kept = 0;
  const count = ({ fanOut, task, slice }: Extract<Question, { kind: 'count' }>): Answer => {
    const made = makeFanOut(task, calculate, slice);
    const counted = countFanOut(made);
    const mayKeep = kept + counted.bytes <= KEPT / task.shape.slices;
    if (mayKeep) kept += counted.bytes;
    slices.set(fanOut, { task, slice, made: mayKeep ? made : undefined });
    return { kind: 'counted', fanOut, counted };
  };
  const fill = ({ fanOut, columns, first }: Extract<Question, { kind: 'fill' }>): Answer => {
    const known = slices.get(fanOut);
    if (!known) throw new InternalError(`fan-out ${fanOut} is to be filled before it is counted`);
    slices.delete(fanOut);
    fillFanOut(known.made ?? makeFanOut(known.task, calculate, known.slice), columns, first);
    return { kind: 'filled', fanOut };
  };
  return (question) => {
    try {
      return question.kind === 'count' ? count(question) : fill(question);
    } catch (error) {
      if (error instanceof SpikeloomError) return { kind: 'mistake', fanOut: question.fanOut };
      throw error;
    }
  };
}
