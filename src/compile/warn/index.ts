import type { Warning } from '../../core/warning.ts';
import type { CompiledNetwork } from '../compile.ts';
import type { ProgramMemory } from '../now.ts';
import { warnOfRefractory } from '../refractory.ts';
import { warnOfCoupling } from './coupling.ts';
import { warnOfProbability } from './probability.ts';
import { warnOfStepSize } from './stepSize.ts';

/** What is worth a second look in a network, with the values that its parameters and some of its cells have now. */
export function warningsOf(compiled: CompiledNetwork, memory: ProgramMemory): Warning[] {
  const ofCells = [...compiled.populations.values()].flatMap((plan) => [
    ...warnOfStepSize(plan, memory),
    ...warnOfRefractory(plan, memory),
    ...warnOfProbability(plan, memory),
  ]);
  return [...compiled.warnings, ...ofCells, ...warnOfCoupling(compiled, memory)];
}
