import type { NodeId } from '../../ir/expr.ts';
import { COLUMN_BYTES } from '../../ir/program.ts';
import { type Accumulator, newAccumulator } from './accumulator.ts';
import type { Local } from './assembler.ts';
import { scale } from './loops.ts';
import type { Mode, Operand } from './mode.ts';
import { storeStatement } from './statements.ts';
import { type KernelContext, type Place, Values } from './values.ts';

/** The statements for one synapse (or one in each lane). */
export function emitSynapse(
  context: KernelContext,
  mode: Mode,
  place: Place,
  given: ReadonlyMap<NodeId, Operand>,
  sums: ReadonlyMap<number, Accumulator>,
): void {
  const { kernel, facts } = context;
  const values = new Values(context, mode, place, given);
  values.keep(facts.pinned);
  for (const statement of kernel.body) {
    if (statement.kind === 'store') storeStatement(context, mode, place, statement).each(values);
    else if (statement.kind === 'accumulate') sums.get(statement.column)?.add(() => values.push(statement.value));
  }
}

/** The sums of a kernel, by column, for the target whose index is in a local. */
export function accumulators({ code, program, kernel }: KernelContext, mode: Mode, target: Local): Map<number, Accumulator> {
  const columns = new Set(kernel.body.flatMap((s) => (s.kind === 'accumulate' ? [program.columns[s.column]] : [])));
  return new Map(
    [...columns].map((column) => {
      const address = (): void => {
        code.get(target);
        scale(code, COLUMN_BYTES[column.type]);
      };
      return [column.id, newAccumulator(code, mode, column, address)];
    }),
  );
}
