import { SpikeloomError } from '../core/error.ts';
import type { Program } from '../ir/program.ts';

/** Refuses, by name, the kernels of a program that no backend carries out yet. */
export function refuseEvents(backend: string, program: Program): void {
  const kernels = program.kernels.filter((kernel) => kernel.domain.kind === 'events');
  if (kernels.length === 0) return;
  throw new SpikeloomError(
    kernels.map((kernel) => ({
      code: 'unsupported',
      message: `the backend '${backend}' does not carry out event-driven kernels yet`,
      path: ['program', `kernel '${kernel.name}'`],
      hint: 'Use a synapse that is evaluated in every step (continuous) instead of one that acts on spikes.',
    })),
  );
}

/** The error for a program that the machine has no room for. */
export function outOfMemory(backend: string, program: Program): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: `the backend '${backend}' could not get the ${program.bytes} bytes of memory that the network needs`,
    path: ['program'],
    hint: 'Use fewer neurons, synapses or recorders.',
  });
}
