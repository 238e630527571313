import type { CompiledNetwork } from '../compile/compile.ts';
import { fromCoherent, parseUnit } from '../core/unit.ts';
import type { ColumnId } from '../ir/expr.ts';
import type { ColumnArray, Filling } from '../ir/program.ts';
import { requireQuantity } from '../model/compose.ts';
import type { Assignment, NetworkDef } from '../network/definition.ts';

/** Parameters that are one for all and are to become one for each. */
export interface Spreads {
  readonly populations: readonly (readonly [population: string, quantity: string])[];
  readonly projections: readonly (readonly [projection: string, quantity: string])[];
}

/** Values in coherent units that fill whole quantities of populations and projections at load. */
export interface ExactStarts {
  readonly populations: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** One for all, or one a synapse in the order of its ends. */
  readonly projections: ReadonlyMap<string, ReadonlyMap<string, number | Float64Array>>;
}

export const NO_STARTS: ExactStarts = { populations: new Map(), projections: new Map() };

/** The definition of the same network with a value for each cell or synapse, all equal to the one that they start with now. */
export function spreadDef(
  compiled: CompiledNetwork,
  before: ExactStarts,
  spreads: Spreads,
): { readonly def: NetworkDef; readonly exact: ExactStarts } {
  const populations = copyStarts(before.populations);
  const projections = copyStarts(before.projections);
  let { def } = compiled;
  for (const [name, quantity] of spreads.populations) {
    const plan = compiled.populations.get(name);
    if (!plan) continue;
    const start = compiled.program.data.get(plan.quantity(quantity).column)?.[0] ?? 0;
    const values = new Float64Array(plan.size).fill(fromCoherent(start, requireQuantity(plan.model, quantity, []).unit));
    const all: Assignment = { cells: { kind: 'all' }, values: { [quantity]: values } };
    def = { ...def, populations: def.populations.map((p) => (p.name === name ? { ...p, assignments: [...p.assignments, all] } : p)) };
    remember(populations, name, quantity, start);
  }
  for (const [name, quantity] of spreads.projections) {
    const plan = compiled.projections.get(name);
    const column = plan?.quantities.get(quantity);
    if (!plan || !column) continue;
    const start = compiled.program.data.get(column.column)?.[0] ?? 0;
    const values = new Float64Array(plan.synapses).fill(fromCoherent(start, parseUnit(plan.def.synapse.quantities[quantity].unit ?? '1')));
    def = {
      ...def,
      projections: def.projections.map((p) => (p.name === name ? { ...p, values: { ...p.values, [quantity]: values } } : p)),
    };
    remember(projections, name, quantity, start);
  }
  return { def, exact: { populations, projections } };
}

type Starts<T> = Map<string, Map<string, T>>;

function copyStarts<T>(starts: ReadonlyMap<string, ReadonlyMap<string, T>>): Starts<T> {
  return new Map([...starts].map(([name, values]) => [name, new Map(values)]));
}

function remember<T>(starts: Starts<T>, name: string, quantity: string, value: T): void {
  const known = starts.get(name) ?? new Map<string, T>();
  starts.set(name, known.set(quantity, value));
}

/** The program with the starts of those quantities to the last bit: on their way through units they may have been rounded. */
export function withExactStarts(compiled: CompiledNetwork, exact: ExactStarts): CompiledNetwork {
  if (exact.populations.size === 0 && exact.projections.size === 0) return compiled;
  const data = new Map(compiled.program.data);
  for (const [name, values] of exact.populations) {
    for (const [quantity, value] of values) {
      const column = compiled.populations.get(name)?.quantity(quantity);
      if (column?.per === 'cell') data.set(column.column, new Float64Array(compiled.program.columns[column.column].length).fill(value));
    }
  }
  const { program } = compiled;
  const overlays = new Map<ColumnId, ((column: ColumnArray) => void)[]>();
  for (const [name, values] of exact.projections) {
    const plan = compiled.projections.get(name);
    for (const [quantity, value] of values) {
      const column = plan?.quantities.get(quantity);
      if (!plan || column?.per !== 'synapse') continue;
      const { position = (i: number): number => i } = column;
      const put = (into: ColumnArray): void => {
        for (let i = 0; i < plan.synapses; i++) into[position(i)] = typeof value === 'number' ? value : value[i];
      };
      overlays.set(column.column, [...(overlays.get(column.column) ?? []), put]);
    }
  }
  const fillings = program.fillings.map(({ columns, fill }): Filling => {
    const puts = columns.flatMap((id) => (overlays.get(id) ?? []).map((put) => ({ id, put })));
    if (puts.length === 0) return { columns, fill };
    return {
      columns,
      fill: (view) => {
        fill(view);
        for (const { id, put } of puts) put(view(id));
      },
    };
  });
  return { ...compiled, program: { ...program, data, fillings } };
}
