import { sharedNow } from '../compile/now.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import type { Loaded } from './loaded.ts';
import { putSynapseState, storedSynapseColumn, storeSynapseColumn, synapseColumn, synapseState } from './state.ts';

/** A projection, and the network that it belongs to. */
export interface ProjectionOf {
  readonly loaded: Loaded;
  readonly plan: ProjectionPlan;
}

/**
 * After a network has taken the values that variables have now: where its equations lead from what lay in memory, and is as old
 * as it was, to the very same values, they go on from there. To go on from now would round once more.
 *
 * @param pairs the places of the synapses that both have
 */
export function keepAges(before: ProjectionOf, after: ProjectionOf, pairs: readonly [from: Uint32Array, to: Uint32Array]): void {
  const kept = keepAgeOfShared(before, after);
  // What synapses share is never younger than they are: an integral begins with what it was then.
  if (kept || after.plan.sharedTouched === undefined) keepAgesOfSynapses(before, after, pairs);
}

/** Answers whether what synapses share is as old as it was. */
function keepAgeOfShared(before: ProjectionOf, after: ProjectionOf): boolean {
  const [from, to] = [before.plan.sharedTouched, after.plan.sharedTouched];
  if (from === undefined || to === undefined) return false;
  const touched = after.loaded.values(to);
  const known = [...after.plan.shared].map(([name, shared]) => {
    const values = after.loaded.values(shared.column);
    const [now] = values;
    const old = before.plan.shared.get(name);
    if (old) values.set(before.loaded.values(old.column));
    return { shared, values, now };
  });
  touched.set(before.loaded.values(from));
  const agree = known.every(({ shared, now }) => Object.is(sharedNow(shared, after.loaded.memory), now));
  if (agree) return true;
  for (const { values, now } of known) values[0] = now;
  touched[0] = after.loaded.step;
  return false;
}

function keepAgesOfSynapses(before: ProjectionOf, after: ProjectionOf, [from, to]: readonly [Uint32Array, Uint32Array]): void {
  const [old, touched] = [before, after].map(({ loaded, plan }) => synapseState(loaded, plan).touched);
  if (!old || !touched) return;
  const { loaded, plan } = after;
  const names = [...(plan.courses?.variables ?? [])];
  const now = names.map((name) => storedSynapseColumn(loaded, plan, name));
  const tried = names.map((name, i) => {
    const values = now[i].slice();
    if (before.plan.courses?.variables.has(name)) {
      const stored = storedSynapseColumn(before.loaded, before.plan, name);
      from.forEach((at, k) => {
        values[to[k]] = stored[at];
      });
    }
    storeSynapseColumn(loaded, plan, name, values);
    return values;
  });
  const fresh = touched.slice();
  from.forEach((at, k) => {
    touched[to[k]] = old[at];
  });
  putSynapseState(loaded, plan, { touched });
  const led = names.map((name) => synapseColumn(loaded, plan, name));
  for (const i of touched.keys()) {
    if (led.every((values, v) => Object.is(values[i], now[v][i]))) continue;
    touched[i] = fresh[i];
    for (const [v, values] of tried.entries()) values[i] = now[v][i];
  }
  names.forEach((name, v) => {
    storeSynapseColumn(loaded, plan, name, tried[v]);
  });
  putSynapseState(loaded, plan, { touched });
}
