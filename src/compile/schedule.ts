import { decimal } from '../core/decimal.ts';
import { SpikeloomError } from '../core/error.ts';
import { isRounded, toSteps } from '../core/steps.ts';
import { Warning } from '../core/warning.ts';
import type { FlatQuantity } from '../model/flat.ts';
import type { NumberArray } from '../network/definition.ts';
import { requireFinite } from './finite.ts';
import { type GivenList, listsOfCells } from './lists.ts';
import type { PopulationPlan } from './plan.ts';

/** Ends a list of steps: it never comes. */
const NEVER = 0xffffffff;

/** Declares the lists of times of all cells, as steps, in one table, and each cell's place in it. */
export function declareSchedule(plan: PopulationPlan, q: FlatQuantity, given: readonly GivenList[]): void {
  const path = ['network', `population '${plan.def.name}'`, `quantity '${q.name}'`];
  const lists = listsOfCells(plan, q, given, path);
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
