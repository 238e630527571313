import { Warning } from '../../core/warning.ts';
import type { Expression } from '../../language/ast.ts';
import { lowerExpression } from '../../language/lower.ts';
import { printExpression } from '../../language/print.ts';
import { walkExpression } from '../../language/transform.ts';
import { evaluateFor, type ProgramMemory } from '../now.ts';
import type { PopulationPlan } from '../plan.ts';
import { sampleCells, short } from './sample.ts';

/** Says where a spike is drawn with a probability that is none, such as the rate of a Poisson train times a long step. */
export function warnOfProbability(plan: PopulationPlan, memory: ProgramMemory): Warning[] {
  const { spike, functions } = plan.model;
  if (spike?.kind !== 'threshold' || functions.has('bernoulli')) return [];
  const drawn: Expression[] = [];
  walkExpression(spike.condition.value, (part) => {
    if (part.kind === 'call' && part.callee === 'bernoulli') drawn.push(part.args[0]);
  });
  if (drawn.length === 0) return [];
  const cells = sampleCells(plan, memory);
  const values = evaluateFor(plan, memory, { cells }, (cell) => drawn.map((e) => lowerExpression(e, cell)));
  return drawn.flatMap((e, k) => {
    const furthest = values[k].reduce((at, p, i) => (outside(p) > outside(values[k][at]) ? i : at), 0);
    const p = values[k][furthest];
    if (outside(p) === 0) return [];
    const meaning = p > 1 ? 'counts as 1, a spike in every step' : 'counts as 0, no spike at all';
    return [
      new Warning({
        code: 'probability',
        message: `the probability '${printExpression(e)}' is ${short(p)} in cell ${cells[furthest]}: it ${meaning}`,
        path: ['network', `population '${plan.def.name}'`, ...spike.condition.path],
        hint:
          p > 1
            ? `A cell spikes once a step at most. Lower the rate, or take dt, which is ${plan.clock.dt} ms, shorter.`
            : 'Give a rate that is not negative.',
      }),
    ];
  });
}

/** How far a number is from being a probability. */
function outside(p: number): number {
  return Math.max(0, p - 1, -p) || 0;
}
