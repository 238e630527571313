import { evaluateNow } from '../compile/now.ts';
import { requireOutput } from '../compile/output.ts';
import type { PopulationPlan } from '../compile/plan.ts';
import { startValue } from '../compile/quantities.ts';
import { requireRefractory } from '../compile/refractory.ts';
import { selectCells } from '../compile/selection.ts';
import { SpikeloomError, suggest } from '../core/error.ts';
import { fromCoherent } from '../core/unit.ts';
import { lowerExpression } from '../language/lower.ts';
import { requireQuantity } from '../model/compose.ts';
import type { CellSelection, ValueSpec, ViewDef } from '../network/definition.ts';
import { cellPath, type Loaded } from './loaded.ts';
import { widen } from './state.ts';

type Start = ReturnType<typeof startValue>;

/** Values of a quantity, named expression or port now, in its unit, in the order of the view's cells. */
export function readCells(loaded: Loaded, view: ViewDef, name: string): Float64Array {
  const plan = loaded.population(view.population);
  const cells = selectCells(view.cells, plan.def);
  const quantity = plan.quantities.get(name);
  if (!quantity) return readDerived(loaded, plan, cells, name);
  const values = loaded.executor.view(quantity.column);
  const { unit } = requireQuantity(plan.model, name, ['network', `population '${view.population}'`]);
  return Float64Array.from(cells, (i) => fromCoherent(values[quantity.per === 'cell' ? i : 0], unit));
}

function readDerived(loaded: Loaded, plan: PopulationPlan, cells: Uint32Array, name: string): Float64Array {
  const found = plan.model.definitions.get(name) ?? plan.model.inputs.get(name);
  if (!found) {
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `'${String(name)}' is not known of model '${plan.model.name}'`,
      path: ['network', `population '${plan.def.name}'`],
      hint: suggest(String(name), [...plan.model.quantities.keys(), ...plan.model.definitions.keys(), ...plan.model.inputs.keys()]),
    });
  }
  const values = evaluateNow(plan, loaded.memory, `get ${name}`, (cell) => cell.lookup(name));
  return Float64Array.from(cells, (i) => fromCoherent(values[i], found.unit));
}

/**
 * Sets quantities of cells, one after the other; all or, where one is refused, none. Where cells get values of their own of
 * a parameter that was one for all, the network comes back in other memory, and the one given stays as it was.
 */
export async function writeCells(loaded: Loaded, view: ViewDef, values: Readonly<Record<string, ValueSpec>>): Promise<Loaded> {
  const starts = Object.entries(values).map(([name, spec]) => ({ name, value: valueToSet(loaded, view, name, spec) }));
  const plan = loaded.population(view.population);
  const wide = starts.flatMap(({ name, value }): [string, string][] => {
    const oneForAll = typeof value === 'number' && view.cells.kind === 'all';
    return !oneForAll && plan.quantity(name).per === 'population' ? [[view.population, name]] : [];
  });
  const target = wide.length > 0 ? await widen(loaded, { populations: wide, projections: [] }) : loaded;
  try {
    storeAll(target, view, starts);
  } catch (error) {
    if (target !== loaded) target.dispose();
    throw error;
  }
  target.executor.derive();
  return target;
}

function valueToSet(loaded: Loaded, view: ViewDef, name: string, spec: ValueSpec): Start {
  const plan = loaded.population(view.population);
  const path = ['network', `population '${view.population}'`, 'set'];
  const quantity = requireQuantity(plan.model, name, path);
  if (quantity.role === 'list') {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `'${name}' is a list: it can only be set before the simulation starts`,
      path,
      hint: 'Set it on the network, or replace(network) by one that has it.',
    });
  }
  if (typeof spec === 'number' || typeof spec === 'string' || Array.isArray(spec) || ArrayBuffer.isView(spec))
    return startValue(plan, quantity, spec, view.cells);
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `the value is ${String(spec)}`,
    path: [...path, `quantity '${name}'`],
    hint: 'Give a number, an expression as text, or an array with a number for each cell.',
  });
}

function storeAll(loaded: Loaded, view: ViewDef, starts: readonly { readonly name: string; readonly value: Start }[]): void {
  const plan = loaded.population(view.population);
  const columns = starts.map(({ name }) => loaded.executor.view(plan.quantity(name).column));
  const before = columns.map((column) => column.slice());
  try {
    for (const { name, value } of starts) store(loaded, plan, name, value, view.cells);
    requireRefractory(plan, loaded.memory);
    requireOutput(plan, loaded.memory);
  } catch (error) {
    columns.forEach((column, i) => {
      column.set(before[i]);
    });
    throw error;
  }
}

function store(loaded: Loaded, plan: PopulationPlan, name: string, value: Start, selection: CellSelection): void {
  const { column, per } = plan.quantity(name);
  const target = loaded.executor.view(column);
  const cells = per === 'population' ? [0] : selectCells(selection, plan.def);
  const values = target.slice(0, cells.length);
  if (typeof value === 'number') values.fill(value);
  else if (value instanceof Float64Array) values.set(value);
  else {
    const all = evaluateNow(plan, loaded.memory, `set ${name}`, (cell) => lowerExpression(value.value, cell.ignoreStimuli()));
    cells.forEach((cell, i) => {
      values[i] = all[cell];
    });
  }
  const bad = values.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `the new value is ${values[bad]}`,
      path: cellPath(plan, cells[bad], name),
      hint: `The quantity keeps its values. Give numbers that are finite in ${loaded.settings.precision}.`,
    });
  }
  cells.forEach((cell, i) => {
    target[cell] = values[i];
  });
}
