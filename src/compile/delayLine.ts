import { SpikeloomError } from '../core/error.ts';
import { isRounded, roundedTime, toSteps } from '../core/steps.ts';
import { parseUnit, sameDimension, toCoherent } from '../core/unit.ts';
import type { Warning } from '../core/warning.ts';
import type { ColumnId } from '../ir/expr.ts';
import type { DelayLine } from '../ir/program.ts';
import { DELAY } from '../model/synapse.ts';
import type { ProjectionDef } from '../network/definition.ts';
import type { PopulationPlan } from './plan.ts';
import type { Published } from './projectionPlan.ts';

/** Longer ones would keep more than a million past values of a cell. */
const LONGEST = 2 ** 20;

/** The delay of a synapse that acts every step: one for all synapses of its projection; undefined where its model has none. */
export interface ContinuousDelay {
  readonly ms: number;
  readonly steps: number;
  readonly warnings: readonly Warning[];
}

/** @throws SpikeloomError where it is no time that can be waited for, or one for each synapse */
export function continuousDelay(def: ProjectionDef, dt: number, projection: readonly string[]): ContinuousDelay | undefined {
  const quantity = Object.hasOwn(def.synapse.quantities, DELAY) ? def.synapse.quantities[DELAY] : undefined;
  if (!quantity) return undefined;
  const path = [...projection, `quantity '${DELAY}'`];
  const unit = parseUnit(quantity.unit ?? '1');
  if (quantity.unit !== undefined && !sameDimension(unit.dimension, parseUnit('ms').dimension)) {
    throw new SpikeloomError({
      code: 'unit-mismatch',
      message: `'${DELAY}' is in ${quantity.unit}, but a time is wanted`,
      path,
      hint: "Declare it in 'ms'.",
    });
  }
  const given = def.values[DELAY] ?? quantity.value;
  if (typeof given !== 'number') throw severalDelays(path);
  const ms = toCoherent(given, unit);
  const steps = toSteps(ms, dt);
  if (!(steps >= 0 && steps <= LONGEST)) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `the delay is ${ms} ms`,
      path,
      hint: `Give a time from 0 to ${LONGEST} steps, which are ${(LONGEST * dt).toPrecision(6)} ms.`,
    });
  }
  return { ms, steps, warnings: isRounded(ms, dt) ? [roundedTime('the delay', ms, dt, projection)] : [] };
}

/** Past values are kept by cell, not by synapse. */
export function severalDelays(path: readonly string[]): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: 'the synapses of this projection act every step: they have one delay, and it is a number',
    path,
    hint: 'Make a projection for each delay, or use a synapse that acts on spikes, where each may have its own.',
  });
}

/** The column that holds what a name of a population was so many steps ago. */
export function delayed(plan: PopulationPlan, name: string, steps: number, published: Published): ColumnId {
  const key = `${name} (${steps} steps ago)`;
  const known = plan.delayLines.get(key);
  if (known) return known.to;
  const { columns, size } = plan;
  const path = plan.columnName(key);
  const line: DelayLine = {
    from: published.column(plan, name),
    to: columns.declare(path, 'float', size, 'state'),
    ring: columns.declare(`${path} ring`, 'float', size * steps, 'state'),
    begun: columns.declare(`${path} begun`, 'u32', 1, 'state'),
    slots: steps,
  };
  plan.delayLines.set(key, line);
  return line.to;
}
