import { isList, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { toCoherent } from '../core/unit.ts';
import type { FlatQuantity } from '../model/flat.ts';
import type { CellSelection, NumberArray, ValueSpec } from '../network/definition.ts';
import { requireFinite } from './finite.ts';
import type { PopulationPlan } from './plan.ts';
import { selectCells } from './selection.ts';

/** A list as `set` takes it, for some cells. */
export interface GivenList {
  readonly cells: CellSelection;
  readonly spec: ValueSpec;
}

/** The list of each cell, in coherent units; cells that were given the same share it. */
export function listsOfCells(plan: PopulationPlan, q: FlatQuantity, given: readonly GivenList[], path: readonly string[]): NumberArray[] {
  const lists = Array.from({ length: plan.size }, () => q.initial as NumberArray);
  for (const { cells, spec } of given) {
    const chosen = selectCells(cells, plan.def);
    const found = listsGiven(q, spec, chosen.length, path);
    chosen.forEach((cell, i) => {
      lists[cell] = found[i];
    });
  }
  return lists;
}

function listsGiven(q: FlatQuantity, spec: ValueSpec, count: number, path: readonly string[]): NumberArray[] {
  if (typeof spec === 'number' || typeof spec === 'string') {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `'${q.name}' is a list of numbers, not ${JSON.stringify(spec)}`,
      path,
      hint: `Give an array of numbers in ${q.unit.text}, or one array for each cell.`,
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
    if (!isList(list)) throw wrongKind('a list of numbers', list, 'Give one list for all cells, or one for each.', path);
  const coherent = (list: NumberArray): NumberArray => {
    requireFinite(list, path);
    return Float64Array.from(list, (x) => toCoherent(x, q.unit));
  };
  if (perCell) return perCell.map(coherent);
  const shared = coherent(spec as NumberArray);
  return Array.from({ length: count }, () => shared);
}

/** Declares the numbers that expressions take from a list by `sample`: those of all cells in one table, and each cell's place in it. */
export function declareList(plan: PopulationPlan, q: FlatQuantity, given: readonly GivenList[]): void {
  const path = ['network', `population '${plan.def.name}'`, `quantity '${q.name}'`];
  const lists = listsOfCells(plan, q, given, path);
  const starts = new Map<NumberArray, number>();
  let length = 0;
  for (const list of new Set(lists)) {
    if (list.length === 0) {
      throw new SpikeloomError({
        code: 'invalid-value',
        message: `'${q.name}' is an empty list: there is nothing to take from it`,
        path,
        hint: `Give it numbers, one list for all cells or one for each: ${q.name}: [0, 1, 2].`,
      });
    }
    starts.set(list, length);
    length += list.length;
  }
  const table = new Float64Array(length);
  for (const [list, start] of starts) table.set(Array.from(list), start);
  const name = (what: string): string => plan.columnName(`${q.name} ${what}`);
  const cells = (what: string, of: (list: NumberArray) => number) =>
    plan.columns.declare(name(what), 'u32', plan.size, 'constant', Uint32Array.from(lists, of));
  const values = plan.columns.declare(name('numbers'), 'f64', length, 'constant', table);
  const [first] = lists;
  if (starts.size === 1) plan.lists.set(q.name, { values, last: first.length - 1 });
  else {
    const isEqual = lists.every((list) => list.length === first.length);
    plan.lists.set(q.name, {
      values,
      start: cells('starts', (list) => starts.get(list) ?? 0),
      last: isEqual ? first.length - 1 : { column: cells('ends', (list) => list.length - 1) },
    });
  }
}
