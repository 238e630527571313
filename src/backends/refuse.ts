import { SpikeloomError } from '../core/error.ts';
import type { Program } from '../ir/program.ts';

/** The error for a program that the machine has no room for. */
export function outOfMemory(backend: string, program: Program): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: `the backend '${backend}' could not get the ${program.bytes} bytes of memory that the network needs`,
    path: ['program'],
    hint: 'Use fewer neurons, synapses or recorders.',
  });
}
