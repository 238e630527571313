import { SpikeloomError } from '../core/error.ts';
import { isRounded, roundedTime } from '../core/steps.ts';
import type { Warning } from '../core/warning.ts';
import { lowerExpression } from '../language/lower.ts';
import { evaluateNow, type ProgramMemory } from './now.ts';
import type { PopulationPlan } from './plan.ts';

/** The refractory period of each cell as it is now, ms; empty where the model has none. */
function refractoryTimes(plan: PopulationPlan, memory: ProgramMemory): Float64Array {
  const { refractory } = plan.model;
  return refractory ? evaluateNow(plan, memory, 'refractory', (cell) => lowerExpression(refractory.value, cell)) : new Float64Array(0);
}

/** @throws SpikeloomError where a cell's refractory period is negative or no number */
export function requireRefractory(plan: PopulationPlan, memory: ProgramMemory): void {
  const times = refractoryTimes(plan, memory);
  const bad = times.findIndex((time) => !(time >= 0));
  if (bad < 0) return;
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `the refractory period is ${times[bad]} ms`,
    path: ['network', `population '${plan.def.name}'`, `cell ${bad}`, 'refractory'],
    hint: `It is '${plan.model.refractory?.text}'. Give a time that is not negative.`,
  });
}

/** Says that refractory periods are no whole numbers of steps. */
export function warnOfRefractory(plan: PopulationPlan, memory: ProgramMemory): Warning[] {
  const { dt } = plan.clock;
  const times = refractoryTimes(plan, memory);
  const cell = times.findIndex((time) => isRounded(time, dt));
  if (cell < 0) return [];
  const path = ['network', `population '${plan.def.name}'`, ...(plan.model.refractory?.path ?? [])];
  return [roundedTime(`the refractory period of cell ${cell}`, times[cell], dt, path)];
}
