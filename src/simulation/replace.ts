import { requireUnmetBounds } from '../compile/integratedBounds.ts';
import { sharedNow } from '../compile/now.ts';
import type { PopulationPlan } from '../compile/plan.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import { startValue } from '../compile/quantities.ts';
import { selectCells } from '../compile/selection.ts';
import { SpikeloomError } from '../core/error.ts';
import { type ColumnArray, ContentsAtLoad } from '../ir/program.ts';
import type { NetworkDef, PopulationDef } from '../network/definition.ts';
import { keepAges } from './keepAges.ts';
import type { Loaded } from './loaded.ts';
import { cellColumns, placeCursors, put, putSynapseState, roomFor, storeSynapseColumn, synapseColumn, synapseState, widen } from './state.ts';

/**
 * Another network with the state of this one, by name: a quantity keeps its present values, but where the definition gives
 * cells another start than before. What is new begins as at the start of a run. Time and seed go on. The one given stays as it is.
 *
 * @param before the definition of the network that is replaced, as it was given
 * @throws SpikeloomError where the step of integration differs, and with every mistake of the new network
 */
export async function replaceNetwork(loaded: Loaded, before: NetworkDef, def: NetworkDef): Promise<Loaded> {
  const { dt } = loaded.compiled.def;
  if (def.dt !== dt) {
    throw new SpikeloomError({
      code: 'invalid-network',
      message: `the network runs with dt ${dt} ms, the one to replace it has ${def.dt} ms`,
      path: ['network'],
      hint: 'Give it the same dt, or simulate it anew.',
    });
  }
  const onTheirWay = [...loaded.compiled.projections.values()].map(
    (plan) => [plan.def.name, synapseState(loaded, plan).sources?.length ?? 0] as const,
  );
  let next = await loaded.sibling(def, { room: roomFor(loaded, new Map(onTheirWay)) });
  try {
    const kept = keptCells(loaded, before, next);
    const synapses = keptSynapses(loaded, next);
    const spreads = {
      populations: kept.filter((k) => k.wide).map(({ population, name }) => [population, name] as const),
      projections: synapses.filter((k) => k.wide).map(({ projection, name }) => [projection, name] as const),
    };
    if (spreads.populations.length + spreads.projections.length > 0) {
      const narrow = next;
      next = await widen(narrow, spreads);
      narrow.dispose();
    }
    transfer(loaded, next, kept, synapses);
    for (const plan of next.compiled.projections.values()) requireUnmetBounds(plan, next.memory);
  } catch (error) {
    next.dispose();
    throw error;
  }
  return next;
}

/** Cells of a population, of which a quantity keeps its values. */
interface KeptCells {
  readonly population: string;
  readonly name: string;
  /** Those cells, or all of them. */
  readonly cells: Uint32Array | 'all';
  /** Whether cells have values of their own of what the new network takes as one for all. */
  readonly wide: boolean;
}

function keptCells(loaded: Loaded, before: NetworkDef, next: Loaded): KeptCells[] {
  return [...next.compiled.populations.values()].flatMap((plan) => {
    const { name: population } = plan.def;
    const old = loaded.compiled.populations.get(population);
    const oldDef = before.populations.find((p) => p.name === population);
    if (!old || !oldDef || !sameShape(old, plan)) return [];
    return [...plan.quantities].flatMap(([name, { per }]): KeptCells[] => {
      if (!old.quantities.has(name)) return [];
      const cells = unchangedCells(old, oldDef, plan, name);
      if (cells !== 'all' && cells.length === 0) return [];
      const values = loaded.values(old.quantity(name).column);
      const wide = per === 'population' && (cells !== 'all' || values.some((x) => x !== values[0]));
      return [{ population, name, cells, wide }];
    });
  });
}

function sameShape(a: PopulationPlan, b: PopulationPlan): boolean {
  return a.def.rows === b.def.rows && a.def.columns === b.def.columns;
}

/** The cells to which both definitions give the same start. */
function unchangedCells(old: PopulationPlan, oldDef: PopulationDef, plan: PopulationPlan, name: string): Uint32Array | 'all' {
  const ids = new Map<string, number>();
  const [a, b] = [startsOf(old, oldDef, name, ids), startsOf(plan, plan.def, name, ids)];
  const same = Uint32Array.from(a.keys()).filter((i) => a[i] === b[i]);
  return same.length === plan.size ? 'all' : same;
}

/** For each cell, an id of what it is told to start with. */
function startsOf(plan: PopulationPlan, def: PopulationDef, name: string, ids: Map<string, number>): Uint32Array {
  const idOf = (key: string): number => {
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return id;
  };
  const quantity = plan.model.quantities.get(name);
  const starts = new Uint32Array(plan.size);
  if (!quantity) return starts;
  const initial = quantity.initial as number | { readonly text: string };
  starts.fill(idOf(typeof initial === 'number' ? `number ${initial}` : `text ${initial.text}`));
  const itself = new RegExp(`(^|[^\\w.])${name.replaceAll('.', '\\.')}($|[^\\w.])`);
  for (const { cells, values } of def.assignments) {
    if (!Object.hasOwn(values, name)) continue;
    const value = startValue(plan, quantity, values[name], cells);
    selectCells(cells, plan.def).forEach((cell, i) => {
      if (typeof value === 'number') starts[cell] = idOf(`number ${value}`);
      else if (value instanceof Float64Array) starts[cell] = idOf(`number ${value[i]}`);
      // An expression of the value so far goes back to what that was.
      else starts[cell] = idOf(itself.test(value.text) ? `from ${starts[cell]} text ${value.text}` : `text ${value.text}`);
    });
  }
  return starts;
}

/** Synapses of a projection, of which a quantity keeps its values. */
interface KeptSynapses {
  readonly projection: string;
  readonly name: string;
  /** Pairs of places, old and new; or all, which are one value. */
  readonly pairs: readonly [from: Uint32Array, to: Uint32Array] | 'one for all';
  readonly wide: boolean;
}

function keptSynapses(loaded: Loaded, next: Loaded): KeptSynapses[] {
  const [startsBefore, startsAfter] = [loaded, next].map(({ compiled }) => new ContentsAtLoad(compiled.program));
  // Those that lie together one behind the other: their starts are made together.
  const names = new Set([...next.compiled.projections.values()].flatMap(({ together }) => together));
  return [...names]
    .map((name) => next.projection(name))
    .flatMap((plan) => {
      const old = loaded.compiled.projections.get(plan.def.name);
      if (!old || !sameEnds(loaded, old, next, plan)) return [];
      const names = [...plan.quantities.keys()].filter((name) => old.quantities.has(name));
      const scalar = (name: string): boolean => old.quantities.get(name)?.per === 'projection' && plan.quantities.get(name)?.per === 'projection';
      const shared = names.every(scalar) ? undefined : commonSynapses(old, plan);
      return names.flatMap((name): KeptSynapses[] => {
        const [before, after] = [startsOfSynapses(startsBefore, old, name), startsOfSynapses(startsAfter, plan, name)];
        if (scalar(name) || !shared) return before[0] === after[0] ? [{ projection: plan.def.name, name, pairs: 'one for all', wide: false }] : [];
        const at = (values: ColumnArray, i: number): number => values[values.length === 1 ? 0 : i];
        const rounded = before instanceof Float32Array || after instanceof Float32Array ? Math.fround : (x: number): number => x;
        const keep = shared[0].map((_, k) => k).filter((k) => rounded(at(before, shared[0][k])) === rounded(at(after, shared[1][k])));
        const pairs = [keep.map((k) => shared[0][k]), keep.map((k) => shared[1][k])] as const;
        const wide = plan.quantities.get(name)?.per === 'projection' && pairs[0].length > 0;
        return [{ projection: plan.def.name, name, pairs, wide }];
      });
    });
}

function sameEnds(loaded: Loaded, old: ProjectionPlan, next: Loaded, plan: ProjectionPlan): boolean {
  return (['source', 'target'] as const).every((end) => {
    const { population } = plan.def[end];
    return old.def[end].population === population && sameShape(loaded.population(population), next.population(population));
  });
}

/** What the synapses started with, in coherent units, sorted, or one value for all. */
export function startsOfSynapses(contents: ContentsAtLoad, plan: ProjectionPlan, name: string): ColumnArray {
  const quantity = plan.quantities.get(name);
  const data = quantity && contents.of(quantity.column);
  if (!quantity || !data) return new Float64Array(1);
  if (quantity.per === 'projection') return Float64Array.of(data[0]);
  const at = quantity.position ?? ((i: number): number => i);
  const Values = data instanceof Float32Array ? Float32Array : Float64Array;
  return new Values(plan.synapses).map((_, i) => data[at(i)]);
}

/** The places of those synapses that both projections have: the same cells, and the same number among those between them. */
function commonSynapses(a: ProjectionPlan, b: ProjectionPlan): readonly [Uint32Array, Uint32Array] {
  const [old, now] = [a.ends(), b.ends()];
  const from = new Uint32Array(Math.min(a.synapses, b.synapses));
  const to = new Uint32Array(from.length);
  let n = 0;
  for (let i = 0, j = 0; i < a.synapses && j < b.synapses; ) {
    const order = old.targets[i] - now.targets[j] || old.sources[i] - now.sources[j];
    if (order === 0) {
      from[n] = i;
      to[n++] = j;
    }
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return [from.subarray(0, n), to.subarray(0, n)];
}

function transfer(loaded: Loaded, next: Loaded, cells: readonly KeptCells[], synapses: readonly KeptSynapses[]): void {
  for (const { population, name, cells: chosen } of cells) {
    const from = loaded.values(loaded.population(population).quantity(name).column);
    const to = next.values(next.population(population).quantity(name).column);
    if (chosen === 'all') put(to, from);
    else for (const i of chosen) to[to.length === 1 ? 0 : i] = from[from.length === 1 ? 0 : i];
  }
  for (const plan of next.compiled.populations.values()) {
    const old = loaded.compiled.populations.get(plan.def.name);
    if (!old || !sameShape(old, plan)) continue;
    const columns = cellColumns(next, plan);
    for (const [name, values] of cellColumns(loaded, old)) columns.get(name)?.set(values);
  }
  for (const { projection, name, pairs } of synapses) {
    const plan = next.projection(projection);
    const from = synapseColumn(loaded, loaded.projection(projection), name);
    if (pairs === 'one for all') {
      storeSynapseColumn(next, plan, name, from);
      continue;
    }
    const values = synapseColumn(next, plan, name);
    pairs[0].forEach((at, k) => {
      values[values.length === 1 ? 0 : pairs[1][k]] = from[from.length === 1 ? 0 : at];
    });
    storeSynapseColumn(next, plan, name, values);
  }
  next.step = loaded.step;
  for (const plan of next.compiled.projections.values()) {
    const old = loaded.compiled.projections.get(plan.def.name);
    // Values were taken as they are now.
    if (plan.sharedTouched !== undefined) next.values(plan.sharedTouched).fill(next.step);
    if (plan.courses) next.values(plan.courses.touched).fill(next.step);
    if (old && sameEnds(loaded, old, next, plan)) {
      for (const [name, { column }] of plan.shared) {
        const before = old.shared.get(name);
        if (before && loaded.compiled.program.data.get(before.column)?.[0] === next.compiled.program.data.get(column)?.[0]) {
          next.values(column).fill(sharedNow(before, loaded.memory));
        }
      }
      keepAges({ loaded, plan: old }, { loaded: next, plan }, commonSynapses(old, plan));
      const { sources, births } = synapseState(loaded, old);
      putSynapseState(next, plan, { ...(sources && { sources }), ...(births && { births }) });
    }
  }
  placeCursors(next);
  next.executor.derive();
}
