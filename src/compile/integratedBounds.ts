import { decimal } from '../core/decimal.ts';
import { SpikeloomError } from '../core/error.ts';
import { fromCoherent, parseUnit } from '../core/unit.ts';
import { ofSynapses, type ProgramMemory } from './now.ts';
import type { ProjectionPlan } from './projectionPlan.ts';

/**
 * A variable that others integrate is taken to decay freely from one event to the next: then it must not meet its bounds in between.
 *
 * @throws SpikeloomError where one may at some synapse, with the values that parameters have now
 */
export function requireUnmetBounds({ def, courses }: ProjectionPlan, memory: ProgramMemory): void {
  if (!courses) return;
  for (const [name, by] of courses.integrated) {
    const [stored, low, high, rate] = ofSynapses(courses, memory, (b) => {
      const limits = courses.limits(name, b);
      return [limits.stored, limits.low, limits.high, limits.rate];
    });
    const isOutside = (i: number): boolean => !(stored[i] >= low[i] && stored[i] <= high[i]);
    const leaves = (i: number): boolean => rate[i] > 0 || (rate[i] < 0 && !(low[i] <= 0 && high[i] >= 0));
    const bad = stored.findIndex((_, i) => isOutside(i) || leaves(i));
    if (bad < 0) continue;
    const unit = parseUnit(def.synapse.quantities[name].unit ?? '1');
    const [x, from, to] = [stored, low, high].map((values) => decimal(fromCoherent(values[bad], unit)));
    const between = `between its bounds ${from} and ${to}`;
    throw new SpikeloomError({
      code: 'invalid-value',
      message: leaves(bad)
        ? `'${name}' does not stay ${between} by itself, and '${by}' integrates it as if it had none`
        : `'${name}' is ${x}, not ${between}, and '${by}' integrates it as if it had none`,
      path: ['network', `projection '${def.name}'`, `synapse '${def.synapse.name}'`, 'bounds', name],
      hint: leaves(bad)
        ? `It ${rate[bad] > 0 ? 'grows' : 'decays to 0'}: ${rate[bad] > 0 ? '' : 'give bounds with 0 between them, or '}leave them out and clip '${name}' in the blocks.`
        : 'Give it a value between them.',
    });
  }
}
