import type { FanOut } from '../../ir/kernel.ts';
import type { Program } from '../../ir/program.ts';
import { PAGE } from '../../ir/run.ts';
import type { Code, Local } from './assembler.ts';
import { scale } from './loops.ts';

/*
 * Runs of synapses (ir/run.ts) as code.
 */

/** Turns the run on the stack into the number of its synapses. */
export function pushSynapses(code: Code): void {
  code.i32(0xffff);
  code.op('i32.and');
}

/** Turns the run on the stack into the steps that it is due behind the one before it. */
export function pushSteps(code: Code, { pageBits }: FanOut): void {
  code.i32(16 + pageBits);
  code.op('i32.shr_u');
  code.i32(0x7fff >>> pageBits);
  code.op('i32.and');
}

/** Pushes the first cell of the page of a run. */
export function pushPageStart(code: Code, { pageBits }: FanOut, run: Local): void {
  code.get(run);
  code.i32(((1 << pageBits) - 1) * PAGE);
  code.op('i32.and');
}

/** Pushes the place of a synapse's target in its page. */
export function pushTarget(code: Code, { columns }: Program, { targets }: FanOut, synapse: Local): void {
  code.get(synapse);
  scale(code, 2);
  code.memory('i32.load16_u', columns[targets].offset);
}
