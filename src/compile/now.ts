import { KernelBuilder } from '../ir/build.ts';
import { expand } from '../ir/expand.ts';
import type { Access, ColumnId, IrNode, NodeId } from '../ir/expr.ts';
import { interpretKernel } from '../ir/interpret.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { ColumnArray, Program } from '../ir/program.ts';
import { CellEnvironment } from './environment.ts';
import { prune } from './hoist.ts';
import type { PopulationPlan } from './plan.ts';
import type { CoursePlan, SharedColumn } from './projectionPlan.ts';

/** A running program's memory, as far as evaluation needs it. */
export interface ProgramMemory {
  readonly program: Program;
  view(column: ColumnId): ColumnArray;
}

/** The variables of the synapses of a projection that go on between events, as they are now, in the order of the fan-out; nothing is changed. */
export function advancedNow(courses: CoursePlan, memory: ProgramMemory): Map<string, ColumnArray> {
  const names = [...courses.variables];
  const results = ofSynapses(courses, memory, (b) => names.map((name) => courses.now(name, b)));
  return new Map(names.map((name, i) => [name, results[i]]));
}

/** Evaluates several things for all synapses of a projection, in the order of the fan-out: a list of values for each. */
export function ofSynapses({ domain }: CoursePlan, { program, view }: ProgramMemory, lower: (b: KernelBuilder) => readonly NodeId[]): ColumnArray[] {
  const b = new KernelBuilder(program.precision);
  const columns: ColumnArray[] = program.columns.map((c) => view(c.id));
  const count = domain.kind === 'synapses' && domain.layout.kind === 'fan-out' ? program.columns[domain.layout.fanOut.targets].length : 0;
  const results = lower(b).map((value) => {
    const result = program.precision === 'f32' ? new Float32Array(count) : new Float64Array(count);
    b.body.push({ kind: 'store', column: addColumn(columns, result), value });
    return result;
  });
  interpretKernel(expand(b.finish('now', domain)), { columns, step: program.clock.step, seed: program.seed })();
  return results;
}

/** What all synapses of a projection share, as it is now. */
export function sharedNow({ now }: SharedColumn, { program, view }: ProgramMemory): number {
  const b = new KernelBuilder('f64');
  const result = new Float64Array(1);
  const columns: ColumnArray[] = program.columns.map((c) => view(c.id));
  b.body.push({ kind: 'store', column: (columns.push(result) - 1) as ColumnId, value: now(b) });
  interpretKernel(expand(b.finish('now', { kind: 'once' })), { columns, step: program.clock.step, seed: program.seed })();
  return result[0];
}

/**
 * Evaluates something for every cell of a population from the state that a program is in, in f64.
 *
 * @param statement names the stream of random numbers
 */
export function evaluateNow(plan: PopulationPlan, memory: ProgramMemory, statement: string, lower: (cell: CellEnvironment) => NodeId): Float64Array {
  const b = new KernelBuilder('f64');
  const value = lower(new CellEnvironment(plan, b).useStream(statement));
  const columns = columnsNow(plan, memory);
  const result = new Float64Array(plan.size);
  b.body.push({ kind: 'store', column: addColumn(columns, result), value });
  carryOut(b.finish(statement, { kind: 'neurons', count: plan.size }), columns, memory.program);
  return result;
}

/** Some cells of a population, each as often as it is listed; some of their variables may be given in the place of those that they have. */
export interface SomeCells {
  readonly cells: Uint32Array;
  readonly given?: ReadonlyMap<string, Float64Array>;
}

/** Evaluates several things for some cells only, which read no coordinates and draw no random numbers: a list of values for each. */
export function evaluateFor(
  plan: PopulationPlan,
  memory: ProgramMemory,
  { cells, given = new Map() }: SomeCells,
  lower: (cell: CellEnvironment) => readonly NodeId[],
): Float64Array[] {
  const b = new KernelBuilder('f64');
  const columns = columnsNow(plan, memory);
  const { length } = columns;
  const values = new Map([...given].map(([name, list]) => [name, b.load(addColumn(columns, list), 'self')]));
  const nodes = lower(new CellEnvironment(plan, b, 'self', values));
  for (const id of columnsRead(b.nodes, 'self')) if (id < length) columns[id] = pick(columns[id], cells);
  const results = nodes.map((value) => {
    const result = new Float64Array(cells.length);
    b.body.push({ kind: 'store', column: addColumn(columns, result), value });
    return result;
  });
  carryOut(b.finish('some cells', { kind: 'neurons', count: cells.length }), columns, memory.program);
  return results;
}

/** All columns as they are now. */
export function columnsNow({ columns: table }: PopulationPlan, memory: ProgramMemory): ColumnArray[] {
  const columns: ColumnArray[] = memory.program.columns.map((c) => memory.view(c.id));
  // Coordinates may be asked for here for the first time.
  for (let id = columns.length; id < table.count; id++) columns.push(Uint32Array.from(table.data.get(id as ColumnId) ?? []));
  return columns;
}

export function addColumn(columns: ColumnArray[], values: ColumnArray): ColumnId {
  return (columns.push(values) - 1) as ColumnId;
}

/** The columns that are read with one kind of access. */
function columnsRead(nodes: readonly IrNode[], at: Access): Set<ColumnId> {
  return new Set(nodes.flatMap((node) => (node.op === 'load' && node.at === at ? [node.column] : [])));
}

/** The elements at some places, in their order; every value of a column is one of f64 too. */
export function pick(column: ColumnArray, places: Uint32Array): Float64Array {
  return Float64Array.from(places, (i) => column[i]);
}

/** Carries out a kernel once. */
export function carryOut(kernel: Kernel, columns: readonly ColumnArray[], { clock, seed }: Program): void {
  interpretKernel(expand(prune(kernel)), { columns, step: clock.step, seed })();
}
