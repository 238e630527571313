import { sharedNow } from '../compile/now.ts';
import { LAST_SPIKE } from '../compile/plan.ts';
import { SpikeloomError, suggest } from '../core/error.ts';
import type { ColumnArray } from '../ir/program.ts';
import type { Loaded } from './loaded.ts';
import { advanceSynapses, cellColumns, forgetSpikes, placeCursors, put, storeSynapseColumn, synapseColumn } from './state.ts';

/**
 * Cells and synapses as at the start, but for quantities named like `exc.v` or `exc->exc.w`: those keep their values. Expressions
 * that others start with are evaluated as at the first start.
 *
 * @param step how many steps are done then
 * @throws SpikeloomError 'unknown-name' before anything changes
 */
export function restartState(loaded: Loaded, keep: readonly string[], step: number): void {
  const kept = keep.map((name) => keptQuantity(loaded, name));
  const { compiled, counters } = loaded;
  const counts = [...compiled.recorders.flatMap((plan) => (plan.kind === 'counts' ? [plan.counts] : [])), ...counters.map(({ column }) => column)];
  const counted = counts.map((column) => loaded.values(column).slice());
  loaded.restart();
  counts.forEach((column, i) => {
    loaded.values(column).set(counted[i]);
  });
  loaded.step = step;
  for (const { courses, sharedTouched } of compiled.projections.values()) {
    for (const touched of [courses?.touched, sharedTouched]) if (touched !== undefined) loaded.values(touched).fill(step);
  }
  placeCursors(loaded);
  for (const putBack of kept) putBack();
  loaded.executor.derive();
}

/**
 * The time begins again, and with it everything that counts in steps: no cell has spiked, no spike is on its way, lists of times
 * are read from their start. What is left of refractory periods, and all values, stay.
 */
export function restartClock(loaded: Loaded): void {
  const { step, compiled } = loaded;
  for (const plan of compiled.projections.values()) {
    advanceSynapses(loaded, plan);
    const shared = [...plan.shared.values()].map((column) => ({ column, now: sharedNow(column, loaded.memory) }));
    for (const { column, now } of shared) loaded.values(column.column).fill(now);
    for (const touched of [plan.courses?.touched, plan.sharedTouched]) if (touched !== undefined) loaded.values(touched).fill(0);
  }
  loaded.step = 0;
  for (const plan of compiled.projections.values()) forgetSpikes(loaded, plan);
  for (const plan of compiled.populations.values()) {
    const columns = cellColumns(loaded, plan);
    columns.get(LAST_SPIKE)?.fill(0);
    const ends = columns.get('refractory end');
    ends?.forEach((end, i) => {
      ends[i] = Math.max(0, end - step);
    });
  }
  placeCursors(loaded);
  loaded.executor.derive();
}

/** Counts of spikes begin again. */
export function restartCounts(loaded: Loaded): void {
  for (const plan of loaded.compiled.recorders) if (plan.kind === 'counts') loaded.values(plan.counts).fill(0);
}

/** Remembers the values of a quantity; the function puts them back. */
function keptQuantity(loaded: Loaded, name: string): () => void {
  for (const plan of loaded.compiled.populations.values()) {
    const quantity = plan.quantities.get(name.slice(plan.columnName('').length));
    if (!quantity || !name.startsWith(plan.columnName(''))) continue;
    const target = loaded.values(quantity.column);
    const values: ColumnArray = target.slice();
    return () => put(target, values);
  }
  for (const plan of loaded.compiled.projections.values()) {
    const quantity = name.slice(plan.def.name.length + 1);
    if (!name.startsWith(`${plan.def.name}.`) || !plan.quantities.has(quantity)) continue;
    const values = synapseColumn(loaded, plan, quantity);
    return () => storeSynapseColumn(loaded, plan, quantity, values);
  }
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `there is no '${name}' to keep`,
    path: ['network', 'reset'],
    hint: suggest(name, quantitiesOf(loaded)),
  });
}

function quantitiesOf(loaded: Loaded): string[] {
  const { populations, projections } = loaded.compiled;
  return [
    ...[...populations.values()].flatMap((plan) => [...plan.quantities.keys()].map((name) => plan.columnName(name))),
    ...[...projections.values()].flatMap((plan) => [...plan.quantities.keys()].map((name) => `${plan.def.name}.${name}`)),
  ];
}
