import { unreachable } from '../core/error.ts';
import { KernelBuilder } from '../ir/build.ts';
import type { NodeId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import { lowerExpression } from '../language/lower.ts';
import type { StimulusTarget } from '../model/stimulus.ts';
import type { ViewDef } from '../network/definition.ts';
import { lowerCells } from './cells.ts';
import { CellEnvironment } from './environment.ts';
import type { PopulationPlan } from './plan.ts';
import { selectCells } from './selection.ts';

export interface StimulusSetting {
  readonly plan: PopulationPlan;
  readonly onto: ViewDef;
  readonly cells: PopulationPlan;
  readonly target: StimulusTarget;
}

/** What a stimulus does at the beginning of a step: it adds to its target what it has for the step, then its own state goes on. */
export function lowerStimulus(setting: StimulusSetting): Kernel[] {
  const advance = lowerCells(setting.plan);
  return [lowerOutput(setting), ...(advance.body.length > 0 ? [{ ...advance, name: `${advance.name}.advance` }] : [])];
}

function lowerOutput(setting: StimulusSetting): Kernel {
  const { plan, cells, target } = setting;
  const b = new KernelBuilder('f64');
  const { output } = plan.model;
  const value = output ? lowerExpression(output.value, new CellEnvironment(plan, b).useStream('output')) : b.constant(0);
  const added = chosen(setting, b, value);
  b.body.push({ kind: 'store', ...addition(cells, target, b, added) });
  return b.finish(plan.def.name, { kind: 'neurons', count: plan.size });
}

/** Nothing for the cells that the stimulus does not act on. */
function chosen({ plan, onto }: StimulusSetting, b: KernelBuilder, value: NodeId): NodeId {
  if (onto.cells.kind === 'all') return value;
  const mask = new Uint32Array(plan.size);
  for (const i of selectCells(onto.cells, { ...plan.def, name: onto.population })) mask[i] = 1;
  const column = plan.columns.declare(plan.columnName('chosen cells'), 'u32', plan.size, 'constant', mask);
  return b.math('select', b.math('ltU32', b.u32(0), b.load(column, 'self', 'u32')), value, b.constant(0));
}

function addition(cells: PopulationPlan, { kind, name }: StimulusTarget, b: KernelBuilder, added: NodeId) {
  switch (kind) {
    case 'variable': {
      const { column } = cells.quantity(name);
      const before = b.load(column, 'self');
      const sum = b.math('add', before, added);
      const held = cells.isHeld(name, b, 'self');
      return { column, value: held === undefined ? sum : b.math('select', held, before, sum) };
    }
    case 'port':
    case 'parameter': {
      const { column, isFirst } = cells.drive(name);
      return { column, value: isFirst ? added : b.math('add', b.load(column, 'self'), added) };
    }
    default:
      return unreachable(kind);
  }
}
