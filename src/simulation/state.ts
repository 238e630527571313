import type { PopulationPlan } from '../compile/plan.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import { SpikeloomError } from '../core/error.ts';
import type { ColumnArray, Loaded } from './loaded.ts';
import { type Spreads, spreadDef } from './spread.ts';

/** What is kept of cells besides their quantities, where a network needs it. */
const FLAGS = ['is rising', 'last spike', 'refractory end', 'spiked'];

/** Live columns of a population, by name: flags, and ports as they were summed last. Its quantities are not among them. */
export function cellColumns(loaded: Loaded, plan: PopulationPlan): Map<string, ColumnArray> {
  const found = new Map<string, ColumnArray>();
  for (const name of [...FLAGS, ...plan.model.inputs.keys()]) {
    const column = loaded.column(plan.columnName(name));
    if (column) found.set(name, column.values);
  }
  return found;
}

/** The values of a quantity of the synapses, in coherent units, sorted by target, source and occurrence; one where it is one for all. */
export function synapseColumn(loaded: Loaded, plan: ProjectionPlan, name: string): ColumnArray {
  const quantity = requireSynapseQuantity(plan, name);
  const values = loaded.values(quantity.column);
  if (quantity.per === 'projection') return values.slice(0, 1);
  const sorted = values.slice(0, plan.synapses);
  const { position } = quantity;
  if (position) for (let i = 0; i < plan.synapses; i++) sorted[i] = values[position(i)];
  return sorted;
}

/** Stores values in that order, or one for all. */
export function storeSynapseColumn(loaded: Loaded, plan: ProjectionPlan, name: string, values: ArrayLike<number>): void {
  const { column, per, position } = requireSynapseQuantity(plan, name);
  const target = loaded.values(column);
  const count = per === 'projection' ? 1 : plan.synapses;
  for (let i = 0; i < count; i++) target[position ? position(i) : i] = values.length === 1 ? values[0] : values[i];
}

/** Puts the place in every list of times where the clock says that it is. */
export function placeCursors(loaded: Loaded): void {
  const { step } = loaded;
  const { data } = loaded.compiled.program;
  for (const plan of loaded.compiled.populations.values()) {
    for (const { name, role } of plan.model.quantities.values()) {
      if (role !== 'list') continue;
      const { cursor, steps } = plan.schedule(name);
      const table = data.get(steps) ?? [];
      const starts = data.get(cursor) ?? [];
      const cursors = loaded.values(cursor);
      for (let cell = 0; cell < plan.size; cell++) {
        let at = starts[cell];
        while (table[at] < step) at++;
        cursors[cell] = at;
      }
    }
  }
}

/** Copies state and clock between two loaded forms of one network, which differ in which parameters are one for all. */
function copyState(from: Loaded, to: Loaded): void {
  to.step = from.step;
  for (const plan of from.compiled.populations.values()) {
    const other = to.population(plan.def.name);
    for (const [name, { column }] of plan.quantities) put(to.values(other.quantity(name).column), from.values(column));
    const columns = cellColumns(to, other);
    for (const [name, values] of cellColumns(from, plan)) columns.get(name)?.set(values);
  }
  for (const plan of from.compiled.projections.values()) {
    for (const name of plan.quantities.keys()) storeSynapseColumn(to, to.projection(plan.def.name), name, synapseColumn(from, plan, name));
  }
  from.compiled.recorders.forEach((plan, i) => {
    const other = to.compiled.recorders[i];
    if (plan.kind === 'counts' && other.kind === 'counts') to.values(other.counts).set(from.values(plan.counts));
  });
  from.counters.forEach(({ column }, i) => {
    to.values(to.counters[i].column).set(from.values(column));
  });
  placeCursors(to);
  to.executor.derive();
}

/** The same network and state in other memory, with parameters that are one for all as one for each. The one given stays as it is. */
export async function widen(loaded: Loaded, spreads: Spreads): Promise<Loaded> {
  const { def, exact } = spreadDef(loaded.compiled, loaded.exact, spreads);
  const wide = await loaded.sibling(def, exact);
  copyState(loaded, wide);
  return wide;
}

/** Copies values one by one, or one to all. */
export function put(target: ColumnArray, values: ColumnArray): void {
  if (values.length === target.length) target.set(values);
  else target.fill(values[0]);
}

function requireSynapseQuantity(plan: ProjectionPlan, name: string): NonNullable<ReturnType<ProjectionPlan['quantities']['get']>> {
  const quantity = plan.quantities.get(name);
  if (quantity) return quantity;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `'${name}' is not a quantity of synapse '${plan.def.synapse.name}'`,
    path: ['network', `projection '${plan.def.name}'`],
    hint: `Known here: ${[...plan.quantities.keys()].join(', ')}.`,
  });
}
