import { KernelBuilder, mapColumns } from '../ir/build.ts';
import type { ColumnId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import { GRAIN } from '../ir/slices.ts';
import { DELAY } from '../model/synapse.ts';
import type { ProjectionDef } from '../network/definition.ts';
import type { ColumnTable } from './columns.ts';
import { EventEnvironment } from './eventEnvironment.ts';
import type { PopulationPlan } from './plan.ts';
import type { EventProjection, SynapseColumns } from './projectionPlan.ts';

/** The cells of several populations side by side, as targets of one kernel. */
export interface TargetSpace {
  /** Those that pad populations included. */
  readonly cells: number;
  /** The place of each population's first cell. */
  readonly starts: ReadonlyMap<PopulationPlan, number>;
  /** By a column of one of the populations: the column of all of them in which it lies. */
  readonly around: ReadonlyMap<ColumnId, ColumnId>;
}

/** Projections that share a fan-out: alone, or those whose targets lie in one space. */
export interface MergedProjections {
  readonly members: readonly EventProjection[];
  readonly space: TargetSpace | undefined;
}

/** By projections: those of which the marks differ have different spikes on their way, and can't share them. */
export type Marks = ReadonlyMap<string, string>;

/**
 * Puts those projections together that have one source and carry out the same statements at synapses which have all values of their
 * own: a spike then has one list of runs, whatever populations they lead to. Where spikes arrive, their order is that of members.
 */
export function mergeProjections(projections: readonly EventProjection[], columns: ColumnTable, marks: Marks): MergedProjections[] {
  const candidates = grouped(projections, (p) => (mayMerge(p) ? keyOf(p, marks) : undefined));
  const bodies = new Map(candidates.filter((list) => list.length > 1).flatMap((list) => list.map((p) => [p, bodyOf(p)] as const)));
  const wanted = candidates.flatMap((list) => (list.length > 1 ? grouped(list, (p) => bodies.get(p)?.text) : [list]));
  const slotsOf = (p: EventProjection): readonly ColumnId[] => bodies.get(p)?.slots ?? [];
  const spaces = new Spaces(columns);
  const groups = wanted.flatMap((members) => (members.length === 1 || spaces.take(members, slotsOf) ? [members] : members.map((p) => [p])));
  const spaceOf = spaces.finish();
  return groups.map((members): MergedProjections => ({ members, space: members.length === 1 ? undefined : spaceOf(members[0].setting.target) }));
}

/** Lists of what has the same key, in the order of their first elements; what has none is alone. */
function grouped<T>(all: readonly T[], keyOf: (x: T) => string | undefined): T[][] {
  const lists: T[][] = [];
  const byKey = new Map<string, T[]>();
  for (const x of all) {
    const key = keyOf(x);
    const known = key === undefined ? undefined : byKey.get(key);
    if (known) known.push(x);
    else {
      const list = [x];
      lists.push(list);
      if (key !== undefined) byKey.set(key, list);
    }
  }
  return lists;
}

/** Whether synapses only act on arriving spikes, and each has its own values. */
function mayMerge({ setting: { def }, synapse, contributions }: EventProjection): boolean {
  const { blocks, courses, shared, variables } = synapse;
  if (!blocks.has('onPre') || blocks.size > 1 || courses.size > 0 || shared.size > 0 || contributions.length > 0) return false;
  return Object.keys(def.synapse.quantities).every((name) => name === DELAY || variables.has(name) || !hasOneValue(def, name));
}

function hasOneValue({ rule, values, synapse }: ProjectionDef, name: string): boolean {
  return !(rule.kind === 'matrix' && rule.quantity === name) && typeof (values[name] ?? synapse.quantities[name].value) === 'number';
}

function keyOf({ setting: { def, source } }: EventProjection, marks: Marks): string {
  return JSON.stringify([source.def.name, def.synapse, marks.get(def.name) ?? null]);
}

/** What a synapse does to cells that its spikes lead to, but for where these lie; undefined where more than that differs between populations. */
function bodyOf({ setting, synapse }: EventProjection): { readonly text: string; readonly slots: readonly ColumnId[] } | undefined {
  const names = Object.keys(setting.def.synapse.quantities).filter((name) => name !== DELAY);
  const quantities: SynapseColumns = new Map(names.map((name, i) => [name, { column: (-1 - i) as ColumnId, per: 'synapse' }]));
  const builder = new KernelBuilder('f64');
  const shared = { columns: new Map(), touched: undefined, reward: undefined };
  const environment = new EventEnvironment({ setting, synapse, quantities, shared, touched: undefined, builder, of: 'synapse' });
  environment.lower(synapse.blocks.get('onPre') ?? [], false);
  const { nodes, body } = builder;
  if (nodes.some((n) => n.op === 'index' && n.at === 'post')) return undefined;
  const read = nodes.flatMap((n) => (n.op === 'load' && n.at === 'post' ? [n.column] : []));
  const slots = [...new Set([...read, ...body.flatMap((s) => (s.kind === 'accumulate' ? [s.column] : []))])];
  if (slots.some((column) => setting.target.columns.role(column) !== 'state')) return undefined;
  const place = new Map(slots.map((column, i) => [column, `slot ${i}` as unknown as ColumnId]));
  const { nodes: alike, body: statements } = mapColumns({ nodes, body }, (column) => place.get(column) ?? column);
  return { text: JSON.stringify([alike, statements]), slots };
}

/** A column of each population that lies side by side with the others'. */
type Row = Map<PopulationPlan, ColumnId>;

/** Finds which columns are to lie in one, so that a population has the same place in all of them. */
class Spaces {
  readonly #columns: ColumnTable;
  #rows: Row[] = [];

  constructor(columns: ColumnTable) {
    this.#columns = columns;
  }

  /** Whether each slot of all members can be one row: not where a population would have two columns in one. */
  take(members: readonly EventProjection[], slotsOf: (p: EventProjection) => readonly ColumnId[]): boolean {
    let rows = this.#rows;
    for (const slot of slotsOf(members[0]).keys()) {
      const own = members.map((p) => [p.setting.target, slotsOf(p)[slot]] as const);
      const touched = rows.filter((row) => own.some(([population, column]) => row.get(population) === column));
      const joined: Row = new Map();
      for (const [population, column] of [...touched.flatMap((row) => [...row]), ...own]) {
        if ((joined.get(population) ?? column) !== column) return false;
        joined.set(population, column);
      }
      const types = new Set([...joined.values()].map((column) => this.#columns.type(column)));
      if (types.size > 1) return false;
      rows = [...rows.filter((row) => !touched.includes(row)), joined];
    }
    this.#rows = rows;
    return true;
  }

  /** Declares the columns; answers with the space in which a population lies. */
  finish(): (population: PopulationPlan) => TargetSpace | undefined {
    const found = new Map<PopulationPlan, TargetSpace>();
    for (const rows of this.#connected()) {
      const starts = new Map<PopulationPlan, number>();
      let cells = 0;
      for (const population of new Set(rows.flatMap((row) => [...row.keys()]))) {
        starts.set(population, cells);
        cells += Math.ceil(population.size / GRAIN) * GRAIN;
      }
      const around = new Map<ColumnId, ColumnId>();
      for (const row of rows) {
        const stretches = [...row].map(([population, column]) => ({ column, start: starts.get(population) ?? 0 }));
        const names = stretches.map(({ column }) => this.#columns.nameOf(column));
        const id = this.#columns.declareAround(`side by side: ${names.join(', ')}`, cells, stretches);
        for (const { column } of stretches) around.set(column, id);
      }
      const space = { cells, starts, around };
      for (const population of starts.keys()) found.set(population, space);
    }
    return (population) => found.get(population);
  }

  /** Rows that have populations in common, one with the other. */
  #connected(): Row[][] {
    let sets: Row[][] = [];
    for (const row of this.#rows) {
      const touched = sets.filter((set) => set.some((other) => [...other.keys()].some((population) => row.has(population))));
      sets = [...sets.filter((set) => !touched.includes(set)), [...touched.flat(), row]];
    }
    return sets;
  }
}

/** The kernel with the columns of one member's target in the place of which all targets are reached. */
export function overSpace(kernel: Kernel, { around }: TargetSpace): Kernel {
  return { ...kernel, ...mapColumns(kernel, (column) => around.get(column) ?? column) };
}
