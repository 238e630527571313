import { SpikeloomError } from '../../core/error.ts';
import type { Program } from '../../ir/program.ts';
import { verifyProgram } from '../../ir/verify.ts';
import type { Backend } from '../backend.ts';
import { JsExecutor } from './executor.ts';

/** Interprets programs on the calling thread: slow, and the definition of what a program means. */
export const jsBackend: Backend = {
  name: 'js',
  async load(program) {
    refuseEvents(program);
    verifyProgram(program);
    return new JsExecutor(program);
  },
};

function refuseEvents(program: Program): void {
  const kernels = program.kernels.filter((kernel) => kernel.domain.kind === 'events');
  if (kernels.length === 0) return;
  throw new SpikeloomError(
    kernels.map((kernel) => ({
      code: 'unsupported',
      message: `the backend 'js' does not carry out event-driven kernels yet`,
      path: ['program', `kernel '${kernel.name}'`],
      hint: 'Use a synapse that is evaluated in every step (continuous) instead of one that acts on spikes.',
    })),
  );
}
