import { interpretCalculation } from '../../ir/calculate.ts';
import { verifyProgram } from '../../ir/verify.ts';
import type { Backend } from '../backend.ts';
import { JsExecutor } from './executor.ts';

/** Interprets programs on the calling thread: slow, and the definition of what a program means. */
export const jsBackend: Backend = {
  name: 'js',
  mostThreads: 1,
  mostBytes: Number.POSITIVE_INFINITY,
  async load(program) {
    verifyProgram(program);
    return new JsExecutor(program);
  },
  calculator: () => interpretCalculation,
};
