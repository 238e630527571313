import { InternalError } from '../../core/error.ts';
import { isPrimitive } from '../../ir/evaluate.ts';
import { type Access, type IrNode, isMath, type NodeId } from '../../ir/expr.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { Column, ColumnType, Program } from '../../ir/program.ts';
import type { Code, Local } from './assembler.ts';
import type { NodeFacts } from './levels.ts';
import { scale } from './loops.ts';
import { applyRule, isVector, type Mode, type Operand, type VectorMode } from './mode.ts';
import type { RandomFunctions } from './philox.ts';

export const COLUMN_BYTES: Readonly<Record<ColumnType, number>> = { f32: 4, f64: 8, u32: 4 };

/** What the emission of one kernel shares. */
export interface KernelContext {
  readonly code: Code;
  readonly program: Program;
  readonly kernel: Kernel;
  readonly facts: NodeFacts;
  readonly random: RandomFunctions;
}

/** Pushes the index of the (first lane's) element of each access. */
export type Place = (at: Access) => void;

export const noPlace: Place = (at) => {
  if (at !== 'once') throw new InternalError(`a value that is needed before the loop reads the element of '${at}'`);
};

/** Pushes the address, less the column's offset, of the element of an access. */
export function pushAddress(code: Code, column: Column, at: Access, place: Place): void {
  if (at === 'once') {
    code.i32(0);
    return;
  }
  place(at);
  scale(code, COLUMN_BYTES[column.type]);
}

/**
 * Emits the values of a kernel's nodes in one mode, for the elements at one place. A node that is used more than once is
 * kept in a local when it is first needed: so all needs must come after the first without a branch between.
 */
export class Values {
  readonly #context: KernelContext;
  readonly #mode: Mode;
  readonly #place: Place;
  readonly #given: ReadonlyMap<NodeId, Operand>;
  readonly #locals = new Map<NodeId, Local>();

  /** `given` are nodes that have been computed elsewhere, in the same mode. */
  constructor(context: KernelContext, mode: Mode, place: Place, given: ReadonlyMap<NodeId, Operand> = new Map()) {
    this.#context = context;
    this.#mode = mode;
    this.#place = place;
    this.#given = given;
  }

  /** Leaves a node's value on the stack. */
  push(id: NodeId): void {
    const { code, kernel, facts } = this.#context;
    const given = this.#given.get(id);
    const known = this.#locals.get(id);
    if (given) given.push();
    else if (known) code.get(known);
    else {
      this.#emit(kernel.nodes[id]);
      if (facts.uses[id] > 1 && kernel.nodes[id].op !== 'constant') code.tee(this.#newLocal(id));
    }
  }

  /** Computes nodes now, but for constants; they are used later, here or as given to others. */
  keep(ids: readonly NodeId[]): Map<NodeId, Operand> {
    const { code, kernel } = this.#context;
    const kept = new Map<NodeId, Operand>();
    for (const id of ids) {
      if (kernel.nodes[id].op === 'constant') continue;
      if (!this.#given.has(id) && !this.#locals.has(id)) {
        this.#emit(kernel.nodes[id]);
        code.set(this.#newLocal(id));
      }
      kept.set(id, { push: () => this.push(id), uniform: false });
    }
    return kept;
  }

  /** Computes nodes now, as vectors of equal lanes. */
  spread(ids: readonly NodeId[], mode: VectorMode): Map<NodeId, Operand> {
    const { code, kernel } = this.#context;
    const spread = new Map<NodeId, Operand>();
    for (const id of ids) {
      const node = kernel.nodes[id];
      const local = code.local('v128');
      this.push(id);
      mode.splat[node.type](code);
      code.set(local);
      const push = (): void => code.get(local);
      spread.set(id, node.op === 'constant' ? { push, constant: node.value, uniform: true } : { push, uniform: true });
    }
    return spread;
  }

  #newLocal(id: NodeId): Local {
    const local = this.#context.code.local(this.#mode.types[this.#context.kernel.nodes[id].type]);
    this.#locals.set(id, local);
    return local;
  }

  #operand(id: NodeId): Operand {
    const node = this.#context.kernel.nodes[id];
    const push = (): void => this.push(id);
    return this.#given.get(id) ?? (node.op === 'constant' ? { push, constant: node.value, uniform: true } : { push, uniform: false });
  }

  #emit(node: IrNode): void {
    const { code, program } = this.#context;
    if (isMath(node)) {
      if (!isPrimitive(node.op)) throw new InternalError(`${node.op} is not a primitive`);
      applyRule(
        code,
        this.#mode.rules[node.op],
        node.args.map((a) => this.#operand(a)),
      );
      return;
    }
    switch (node.op) {
      case 'constant':
        if (node.type === 'u32') code.i32(node.value);
        else if (this.#mode.precision === 'f32') code.f32(node.value);
        else code.f64(node.value);
        return;
      case 'load': {
        const column = program.columns[node.column];
        this.#mode.load[column.type](code, column.offset, () => pushAddress(code, column, node.at, this.#place));
        return;
      }
      case 'gather':
        this.#gather(program.columns[node.column], node.type, node.index);
        return;
      case 'index':
        this.#place(node.at);
        if (!isVector(this.#mode)) return;
        this.#mode.splat.u32(code);
        this.#mode.addLaneNumbers(code);
        return;
      default:
        this.#random(node.stream, node.draw);
    }
  }

  #gather(column: Column, type: 'float' | 'u32', index: NodeId): void {
    const { code } = this.#context;
    const mode = this.#mode;
    if (!isVector(mode)) {
      mode.load[column.type](code, column.offset, () => this.#clamped(column, () => this.push(index)));
      return;
    }
    const indices = code.local('v128');
    this.push(index);
    code.set(indices);
    const pushIndex = (lane: number): void => {
      code.get(indices);
      mode.extractU32(code, lane);
    };
    mode.zero(code);
    for (let lane = 0; lane < mode.lanes; lane++) {
      mode.scalar.load[column.type](code, column.offset, () => this.#clamped(column, () => pushIndex(lane)));
      mode.replace[type](code, lane);
    }
  }

  /** The address of an element; lanes beyond the last element may hold any index, and must not leave memory. */
  #clamped(column: Column, pushIndex: () => void): void {
    const { code } = this.#context;
    const index = code.local('i32');
    pushIndex();
    code.tee(index);
    code.i32(column.length - 1);
    code.get(index);
    code.i32(column.length);
    code.op('i32.lt_u');
    code.select();
    scale(code, COLUMN_BYTES[column.type]);
  }

  #random(stream: number, draw: number): void {
    const { code, program, kernel, random } = this.#context;
    const pushElement = (): void => (kernel.domain.kind === 'once' ? code.i32(0) : this.#place('self'));
    const pushRest = (): void => {
      code.i32(0);
      code.memory('i32.load', program.columns[program.clock.step].offset);
      code.i32(stream);
      code.i32(draw);
    };
    const pushBlock = (): void => {
      pushElement();
      code.i32(2);
      code.op('i32.shr_u');
      pushRest();
      code.call(random.block);
    };
    if (this.#mode.lanes === 4) pushBlock();
    else if (this.#mode.lanes === 2) pushPairOfBlock(code, pushElement, pushBlock);
    else {
      pushElement();
      pushRest();
      code.call(random.word);
    }
  }
}

/** Draws a block for an even element and keeps it for the two elements behind them, which the loop comes to next. */
function pushPairOfBlock(code: Code, pushElement: () => void, pushBlock: () => void): void {
  const words = code.local('v128');
  const pushIsSecond = (): void => {
    pushElement();
    code.i32(2);
    code.op('i32.and');
  };
  pushIsSecond();
  code.op('i32.eqz');
  code.if(() => {
    pushBlock();
    code.set(words);
  });
  code.get(words);
  code.op('i64x2.extend_high_i32x4_u');
  code.get(words);
  code.op('i64x2.extend_low_i32x4_u');
  pushIsSecond();
  code.select();
}
