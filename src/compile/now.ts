import { KernelBuilder } from '../ir/build.ts';
import { expand } from '../ir/expand.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import { type ColumnArray, interpretKernel } from '../ir/interpret.ts';
import type { Program } from '../ir/program.ts';
import { CellEnvironment } from './environment.ts';
import type { PopulationPlan } from './plan.ts';

/** A running program's memory, as far as evaluation needs it. */
export interface ProgramMemory {
  readonly program: Program;
  view(column: ColumnId): ColumnArray;
}

/**
 * Evaluates something for every cell of a population from the state that a program is in, in f64.
 *
 * @param statement names the stream of random numbers
 */
export function evaluateNow(plan: PopulationPlan, memory: ProgramMemory, statement: string, lower: (cell: CellEnvironment) => NodeId): Float64Array {
  const b = new KernelBuilder('f64');
  const value = lower(new CellEnvironment(plan, b).useStream(statement));
  const { program } = memory;
  const columns: ColumnArray[] = program.columns.map((c) => memory.view(c.id));
  // Coordinates may be asked for here for the first time.
  for (let id = columns.length; id < plan.columns.count; id++) columns.push(Uint32Array.from(plan.columns.data.get(id as ColumnId) ?? []));
  const result = new Float64Array(plan.size);
  const column = (columns.push(result) - 1) as ColumnId;
  b.body.push({ kind: 'store', column, value });
  const kernel = expand(b.finish(statement, { kind: 'neurons', count: plan.size }));
  interpretKernel(kernel, { columns, step: program.clock.step, seed: program.seed })();
  return result;
}
