import { SpikeloomError, suggest } from '../core/error.ts';
import type { ColumnArray, Loaded } from './loaded.ts';
import { put, storeSynapseColumn, synapseColumn } from './state.ts';

/**
 * Back to the start, but for quantities named like `exc.v` or `exc->exc.w`: those keep their values. Expressions that others
 * start with are evaluated as at the first start.
 *
 * @throws SpikeloomError 'unknown-name' before anything changes
 */
export function restart(loaded: Loaded, keep: readonly string[]): void {
  const kept = keep.map((name) => keptQuantity(loaded, name));
  loaded.restart();
  for (const putBack of kept) putBack();
  loaded.executor.derive();
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
