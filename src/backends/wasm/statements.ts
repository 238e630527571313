import { InternalError } from '../../core/error.ts';
import { BLOCK } from '../../ir/blockSum.ts';
import type { Access, NodeId } from '../../ir/expr.ts';
import type { Domain, KernelStatement } from '../../ir/kernel.ts';
import { valueTypeOf } from '../../ir/program.ts';
import { newAccumulator } from './accumulator.ts';
import type { Code, Local } from './assembler.ts';
import { BlockSum } from './blockSum.ts';
import { scale } from './loops.ts';
import { isVector, type Mode } from './mode.ts';
import { countsOf, pushLine, type TeamPlan } from './team.ts';
import { type KernelContext, type Place, pushAddress, type Values } from './values.ts';

/** What a statement emits for each element (or group of lanes), and behind the loop. */
export interface StatementCode {
  each(values: Values): void;
  end(): void;
}

/** The loop over a population that a statement lies in. */
export interface NeuronLoop {
  /** The index of the first lane's element. */
  readonly index: Local;
  /** A mask of the lanes that hold elements; null where all always do. */
  readonly valid: Local | null;
  /** The first element of the thread's slice; null where one thread does all. */
  readonly start: Local | null;
}

export type StatementOf<K extends KernelStatement['kind']> = Extract<KernelStatement, { kind: K }>;

const STORED_AT = { once: 'once', neurons: 'self', spikes: 'self', synapses: 'edge', events: 'edge' } as const satisfies Record<
  Domain['kind'],
  Access
>;

export function storeStatement(context: KernelContext, mode: Mode, place: Place, statement: StatementOf<'store'>): StatementCode {
  const { code, program, kernel } = context;
  const column = program.columns[statement.column];
  const at = STORED_AT[kernel.domain.kind];
  return {
    each: (values) =>
      mode.store[valueTypeOf(column)](
        code,
        column.offset,
        () => pushAddress(context, column, at, place),
        () => values.push(statement.value),
      ),
    end: () => {},
  };
}

/** Adds to the target's element of a column, in memory: the next event sees it. */
function addStatement(context: KernelContext, mode: Mode, place: Place, statement: StatementOf<'accumulate'>): StatementCode {
  const { code, program } = context;
  const column = program.columns[statement.column];
  const sum = newAccumulator(code, mode, column, () => pushAddress(context, column, 'post', place));
  return {
    each: (values) => {
      sum.load();
      sum.add(() => values.push(statement.value));
      sum.store();
    },
    end: () => {},
  };
}

/** A statement of a synapse, carried out in memory at once. */
export function edgeStatement(context: KernelContext, mode: Mode, place: Place, statement: KernelStatement): StatementCode {
  if (statement.kind === 'accumulate') return addStatement(context, mode, place, statement);
  if (statement.kind === 'store') return storeStatement(context, mode, place, statement);
  throw new InternalError(`kernel ${context.kernel.name} has the statement ${statement.kind} for synapses`);
}

/**
 * Notes in `faults`, all bits 0 at first, whether any of several values is not finite: (x - x) y z is 0 but for those, and NaN with them.
 * The next elements' bits are added to these in one instruction that waits for nothing else: a product that goes on through the loop would
 * make each element wait for the one before it.
 */
export function checkStatements(
  { code }: KernelContext,
  mode: Mode,
  loop: NeuronLoop,
  [first, ...rest]: readonly StatementOf<'check'>[],
  faults: Local,
): StatementCode {
  const op = (name: 'sub' | 'mul'): void => code.op(mode.precision === 'f32' ? `f32x4.${name}` : `f64x2.${name}`);
  return {
    each: (values) => {
      const value = code.local(mode.types.float);
      pushValid(code, loop, values, first.value);
      code.tee(value);
      code.get(value);
      op('sub');
      for (const { value } of rest) {
        pushValid(code, loop, values, value);
        op('mul');
      }
      code.get(faults);
      code.op('v128.or');
      code.set(faults);
    },
    end: () => {},
  };
}

/** Pushes whether a check has failed. */
export function pushFault(code: Code, mode: Mode, faults: Local): void {
  code.get(faults);
  code.get(faults);
  code.op(mode.precision === 'f32' ? 'f32x4.ne' : 'f64x2.ne');
  code.op('v128.any_true');
}

/** Appends the indices of lanes to the list of spikes, the lowest first; each thread to its own part of it. Where there are any, `spiking` comes behind. */
export function emitStatement(
  { code, program, thread }: KernelContext,
  mode: Mode,
  loop: NeuronLoop,
  statement: StatementOf<'emit'>,
  spiking: readonly StatementCode[],
): StatementCode {
  if (!isVector(mode)) throw new InternalError('kernels over neurons have lanes');
  const [list, count] = [program.columns[statement.list], program.columns[statement.count]];
  const [bits, length] = [code.local('i32'), code.local('i32')];
  if (loop.start) {
    code.get(loop.start);
    code.set(length);
  }
  const append = (): void => {
    code.get(length);
    scale(code, 4);
    code.get(loop.index);
    code.get(bits);
    code.op('i32.ctz');
    code.op('i32.add');
    code.memory('i32.store', list.offset);
    code.get(length);
    code.i32(1);
    code.op('i32.add');
    code.set(length);
    code.get(bits);
    code.get(bits);
    code.i32(1);
    code.op('i32.sub');
    code.op('i32.and');
    code.tee(bits);
  };
  return {
    each: (values) => {
      pushValid(code, loop, values, statement.when);
      code.op(mode.bitmask);
      code.tee(bits);
      code.if(() => {
        code.loop((again) => {
          append();
          code.branchIf(again);
        });
        values.inBranch(() => {
          for (const other of spiking) other.each(values);
        });
      });
    },
    end: () => {
      if (thread) pushLine(code, () => code.get(thread.thread));
      else code.i32(0);
      code.get(length);
      if (loop.start) {
        code.get(loop.start);
        code.op('i32.sub');
      }
      code.memory('i32.store', thread ? countsOf(thread.plan, statement.list) : count.offset);
    },
  };
}

export function reduceStatement(context: KernelContext, mode: Mode, loop: NeuronLoop, statement: StatementOf<'reduce'>): StatementCode {
  if (context.thread) return blocksStatement(context, context.thread.plan, mode, loop, statement);
  const { code, program } = context;
  const column = program.columns[statement.column];
  const sum = new BlockSum(code, mode);
  return {
    each: (values) => {
      sum.add(() => pushValid(code, loop, values, statement.value));
      code.get(loop.index);
      code.i32(BLOCK - 1);
      code.op('i32.and');
      code.i32(BLOCK - mode.lanes);
      code.op('i32.eq');
      code.if(() => sum.closeBlock());
    },
    end: () => {
      sum.closeBlock();
      code.i32(0);
      sum.push();
      code.memory('f64.store', column.offset);
    },
  };
}

/** The sum of each block of the thread's slice; they are added up when all threads have theirs. */
function blocksStatement(
  { code, kernel }: KernelContext,
  plan: TeamPlan,
  mode: Mode,
  loop: NeuronLoop,
  statement: StatementOf<'reduce'>,
): StatementCode {
  if (kernel.domain.kind !== 'neurons') throw new InternalError(`kernel ${kernel.name} sums up over ${kernel.domain.kind}`);
  const last = Math.ceil(kernel.domain.count / mode.lanes) * mode.lanes - mode.lanes;
  const sum = new BlockSum(code, mode);
  const at = plan.blocks.get(statement.column) ?? 0;
  return {
    each: (values) => {
      sum.add(() => pushValid(code, loop, values, statement.value));
      code.get(loop.index);
      code.i32(BLOCK - 1);
      code.op('i32.and');
      code.i32(BLOCK - mode.lanes);
      code.op('i32.eq');
      code.get(loop.index);
      code.i32(last);
      code.op('i32.eq');
      code.op('i32.or');
      code.if(() => {
        sum.closeBlock();
        code.get(loop.index);
        code.i32(Math.log2(BLOCK));
        code.op('i32.shr_u');
        scale(code, 8);
        sum.take();
        code.memory('f64.store', at);
      });
    },
    end: () => {},
  };
}

/** Pushes a node's value, all bits 0 in lanes that hold no element. */
function pushValid(code: Code, loop: NeuronLoop, values: Values, id: NodeId): void {
  values.push(id);
  if (!loop.valid) return;
  code.get(loop.valid);
  code.op('v128.and');
}
