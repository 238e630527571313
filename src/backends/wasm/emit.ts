import { unreachable } from '../../core/error.ts';
import type { Action, Program } from '../../ir/program.ts';
import { ActionEmitter } from './actions.ts';
import { type FunctionRef, ModuleAssembler } from './assembler.ts';
import { addEventKernel } from './eventKernels.ts';
import { analyse } from './levels.ts';
import { addMeet } from './meet.ts';
import { emitNeurons, emitOnce, emitSpikes } from './neuronKernels.ts';
import { addRandomFunctions } from './philox.ts';
import { planTeam } from './planTeam.ts';
import { emitSynapses } from './synapseKernels.ts';
import { parameters, seenByThreads, type TeamPlan, threadLocals } from './team.ts';
import { TeamRunEmitter } from './teamRun.ts';
import type { EmitSetting, KernelContext } from './values.ts';

export const PAGE_BYTES = 65536;
/** Pages that 32-bit addresses reach. */
export const MAX_PAGES = 65536;

/** The memory that a program runs in. */
export interface MemoryPlan {
  readonly pages: number;
  readonly shared: boolean;
}

export function planMemory(program: Program): MemoryPlan {
  const team = planTeam(program);
  return { pages: Math.max(1, Math.ceil((team ?? program).bytes / PAGE_BYTES)), shared: team !== null };
}

/**
 * The WebAssembly module of a verified program: it imports `env.memory`, in which the columns lie, and exports `init`,
 * `derive`, `run` and one `call NAME` for each that is done on demand. That of several threads imports `env.stalled` too, and its `run`
 * takes the number of the thread that calls it; what else it exports one thread does alone, while no other runs. Each kernel is a function that is called anew in each step, since engines put the optimised code
 * of a function in place only when it is entered.
 */
export function emitModule(program: Program): Uint8Array<ArrayBuffer> {
  const { pages, shared } = planMemory(program);
  const assembler = new ModuleAssembler(pages, shared);
  const team = planTeam(program);
  const stalled = team && assembler.import('stalled', { params: [], results: [] });
  const random = addRandomFunctions(assembler, program.seed);
  const { init, derive, step } = program.schedule;
  const addAll = (schedules: readonly (readonly Action[])[], seen: Program, plan: TeamPlan | null): Map<number, FunctionRef> => {
    const used = new Set(schedules.flat().flatMap((action) => (action.kind === 'kernel' ? [action.kernel] : [])));
    return new Map(
      [...used]
        .sort((a, b) => a - b)
        .map((index) => [index, addKernel(assembler, { program: seen, kernel: program.kernels[index], random, team: plan })]),
    );
  };
  const alone = [init, derive, ...program.onDemand.values()];
  const kernels = addAll(team ? alone : [...alone, step], program, null);
  const actions = new ActionEmitter(assembler, program, kernels);
  assembler.export('init', actions.schedule('init', program.schedule.init));
  assembler.export('derive', actions.schedule('derive', program.schedule.derive));
  for (const [name, list] of program.onDemand) assembler.export(`call ${name}`, actions.schedule(name, list));
  if (team && stalled) {
    const inSteps = addAll([step], seenByThreads(program, team), team);
    assembler.export('run', new TeamRunEmitter(assembler, program, team, inSteps, addMeet(assembler, team, stalled)).run());
  } else assembler.export('run', actions.run(step));
  return assembler.finish();
}

function addKernel(assembler: ModuleAssembler, shared: EmitSetting): FunctionRef {
  const { kernel, team } = shared;
  const { domain } = kernel;
  if (domain.kind === 'events') return addEventKernel(assembler, shared, domain);
  const results = domain.kind === 'neurons' ? (['i32'] as const) : [];
  return assembler.function(kernel.name, { params: parameters(team), results }, (code) => {
    const thread = team && threadLocals(code, team, code.params[0]);
    const context: KernelContext = { code, facts: analyse(kernel), thread, ...shared };
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
