import { unreachable } from '../../core/error.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { Program } from '../../ir/program.ts';
import { ActionEmitter } from './actions.ts';
import { type FunctionRef, ModuleAssembler } from './assembler.ts';
import { addEventKernel } from './eventKernels.ts';
import { analyse } from './levels.ts';
import { emitNeurons, emitOnce, emitSpikes } from './neuronKernels.ts';
import { addRandomFunctions, type RandomFunctions } from './philox.ts';
import { emitSynapses } from './synapseKernels.ts';
import type { KernelContext } from './values.ts';

export const PAGE_BYTES = 65536;
/** Pages that 32-bit addresses reach. */
export const MAX_PAGES = 65536;

/** The memory that a program runs in. */
export interface MemoryPlan {
  readonly pages: number;
  readonly shared: boolean;
}

export function planMemory(program: Program): MemoryPlan {
  return { pages: Math.max(1, Math.ceil(program.bytes / PAGE_BYTES)), shared: false };
}

/**
 * The WebAssembly module of a verified program: it imports `env.memory`, in which the columns lie, and exports `init`,
 * `derive`, `run` and one `call NAME` for each that is done on demand. Each kernel is a function that is called anew in each step, since engines put the optimised code
 * of a function in place only when it is entered.
 */
export function emitModule(program: Program): Uint8Array<ArrayBuffer> {
  const { pages, shared } = planMemory(program);
  const assembler = new ModuleAssembler(pages, shared);
  const random = addRandomFunctions(assembler, program.seed);
  const kernels = program.kernels.map((kernel) => addKernel(assembler, program, kernel, random));
  const actions = new ActionEmitter(assembler, program, kernels);
  assembler.export('init', actions.schedule('init', program.schedule.init));
  assembler.export('derive', actions.schedule('derive', program.schedule.derive));
  for (const [name, list] of program.onDemand) assembler.export(`call ${name}`, actions.schedule(name, list));
  assembler.export('run', actions.run(program.schedule.step));
  return assembler.finish();
}

function addKernel(assembler: ModuleAssembler, program: Program, kernel: Kernel, random: RandomFunctions): FunctionRef {
  const { domain } = kernel;
  if (domain.kind === 'events') return addEventKernel(assembler, { program, kernel, random }, domain);
  const results = domain.kind === 'neurons' ? (['i32'] as const) : [];
  return assembler.function(kernel.name, { params: [], results }, (code) => {
    const context: KernelContext = { code, program, kernel, facts: analyse(kernel), random };
    switch (domain.kind) {
      case 'once':
        return emitOnce(context);
      case 'neurons':
        return emitNeurons(context, domain.count);
      case 'spikes':
        return emitSpikes(context, domain);
      case 'synapses':
        return emitSynapses(context, domain);
      default:
        return unreachable(domain);
    }
  });
}
