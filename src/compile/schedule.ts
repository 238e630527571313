import { isList, wrongKind } from '../core/checks.ts';
import { decimal } from '../core/decimal.ts';
import { SpikeloomError } from '../core/error.ts';
import { isRounded, toSteps } from '../core/steps.ts';
import { Warning } from '../core/warning.ts';
import type { FlatQuantity } from '../model/flat.ts';
import type { CellSelection, NumberArray, ValueSpec } from '../network/definition.ts';
import { requireFinite } from './finite.ts';
import type { PopulationPlan } from './plan.ts';
import { selectCells } from './selection.ts';

/** Times as `set` takes them, for some cells. */
export interface GivenTimes {
  readonly cells: CellSelection;
  readonly spec: ValueSpec;
}

/** Ends a list of steps: it never comes. */
const NEVER = 0xffffffff;

/** Declares the lists of times of all cells, as steps, in one table, and each cell's place in it. */
export function declareSchedule(plan: PopulationPlan, q: FlatQuantity, given: readonly GivenTimes[]): void {
  const path = ['network', `population '${plan.def.name}'`, `quantity '${q.name}'`];
  const lists = Array.from({ length: plan.size }, () => q.initial as NumberArray);
  for (const { cells, spec } of given) {
    const chosen = selectCells(cells, plan.def);
    const times = listsOf(q, spec, chosen.length, path);
    chosen.forEach((cell, i) => {
      lists[cell] = times[i];
    });
  }
  const steps: number[] = [];
  const starts = new Map<NumberArray, number>();
  for (const list of new Set(lists)) {
    starts.set(list, steps.length);
    for (const step of spikeSteps(list, plan.clock.dt, path)) steps.push(step);
    steps.push(NEVER);
  }
  plan.warnings.push(...warnOfTimes([...starts.keys()], plan.clock.dt, path));
  plan.declareSchedule(
    q.name,
    Uint32Array.from(steps),
    Uint32Array.from(lists, (list) => starts.get(list) ?? 0),
  );
}

/** A list of times in ms for each of `count` cells; cells that are given the same share it. */
function listsOf(q: FlatQuantity, spec: ValueSpec, count: number, path: readonly string[]): NumberArray[] {
  if (typeof spec === 'number' || typeof spec === 'string') {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `'${q.name}' is a list of times, not ${JSON.stringify(spec)}`,
      path,
      hint: `Give an array of times in ${q.unit.text}, or one array for each cell.`,
    });
  }
  const perCell = spec.length > 0 && typeof spec[0] !== 'number' ? (spec as readonly NumberArray[]) : undefined;
  if (perCell && perCell.length !== count) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `${perCell.length} lists for ${count} cells`,
      path,
      hint: 'Give one list for all cells, or one for each.',
    });
  }
  for (const list of perCell ?? [])
    if (!isList(list)) throw wrongKind('a list of times', list, 'Give one list for all cells, or one for each.', path);
  const inMs = (times: NumberArray): NumberArray => {
    requireFinite(times, path);
    return Array.from(times, (time) => time * q.unit.scale);
  };
  if (perCell) return perCell.map(inMs);
  const shared = inMs(spec as NumberArray);
  return Array.from({ length: count }, () => shared);
}

/** Says how many times lie between two steps. */
function warnOfTimes(lists: readonly NumberArray[], dt: number, path: readonly string[]): Warning[] {
  // Times may have been kept in f32: what that loses is no wish for a time between steps.
  const isBetween = (time: number): boolean => isRounded(time, dt) && Math.abs(time / dt - toSteps(time, dt)) > 2 ** -23 * (time / dt);
  const times = lists.flatMap((list) => Array.from(list));
  const between = times.filter(isBetween);
  if (between.length === 0) return [];
  const [first] = between;
  return [
    new Warning({
      code: 'rounded-time',
      message: `${between.length} of ${times.length} times are no multiples of dt = ${dt} ms: the first, ${decimal(first)} ms, counts as ${decimal(toSteps(first, dt) * dt)} ms`,
      path,
      hint: 'Spikes come at the ends of steps: give multiples of dt, or take a smaller dt.',
    }),
  ];
}

/** A spike at time t is that of the step that ends at t. */
function spikeSteps(times: NumberArray, dt: number, path: readonly string[]): number[] {
  requireFinite(times, path);
  let before = -1;
  return Array.from(times, (time, i) => {
    const step = toSteps(time, dt) - 1;
    const fault =
      step < 0
        ? `the time ${time} ms comes before the end of the first step`
        : i > 0 && time <= times[i - 1]
          ? `the time ${time} ms comes after ${times[i - 1]} ms in the list`
          : step <= before
            ? `the times ${times[i - 1]} ms and ${time} ms fall into one step of ${dt} ms`
            : undefined;
    if (fault !== undefined) {
      throw new SpikeloomError({
        code: 'invalid-value',
        message: fault,
        path,
        hint: 'Times count from the start of the run and ascend, at most one a step; the first that can carry a spike is dt.',
      });
    }
    before = step;
    return step;
  });
}
