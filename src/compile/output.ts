import { SpikeloomError } from '../core/error.ts';
import { fromCoherent } from '../core/unit.ts';
import { lowerExpression } from '../language/lower.ts';
import { namesReached } from '../model/reach.ts';
import { evaluateNow, type ProgramMemory } from './now.ts';
import type { PopulationPlan } from './plan.ts';

/** @throws SpikeloomError where what a stimulus adds to a cell is no finite number as its quantities are now */
export function requireOutput(plan: PopulationPlan, memory: ProgramMemory): void {
  const { output } = plan.model;
  if (!output) return;
  const added = evaluateNow(plan, memory, 'output', (cell) => lowerExpression(output.value, cell));
  const bad = added.findIndex((x) => !Number.isFinite(x));
  if (bad < 0) return;
  const parameters = [...namesReached(plan.model, output.value)].flatMap((name) => {
    const found = plan.quantities.get(name);
    const declared = plan.model.quantities.get(name);
    if (!found || declared?.role !== 'parameter') return [];
    const value = fromCoherent(memory.view(found.column)[found.per === 'cell' ? bad : 0], declared.unit);
    return [`${name} = ${value}${declared.unit.text === '1' ? '' : ` ${declared.unit.text}`}`];
  });
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `what '${plan.model.name}' adds is ${added[bad]}`,
    path: ['network', `stimulus '${plan.def.name}'`, `cell ${bad}`, 'output'],
    source: { text: output.text, span: { start: 0, end: output.text.length } },
    hint: `Give values that make it a finite number${parameters.length > 0 ? `; here ${parameters.join(', ')}` : ''}.`,
  });
}
