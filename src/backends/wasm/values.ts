import { InternalError } from '../../core/error.ts';
import { isPrimitive } from '../../ir/evaluate.ts';
import { type Access, argumentsOf, type IrNode, isMath, type MathNode, type NodeId } from '../../ir/expr.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { COLUMN_BYTES, type Column, type Program, valueTypeOf } from '../../ir/program.ts';
import type { Code, Local } from './assembler.ts';
import type { NodeFacts } from './levels.ts';
import { scale } from './loops.ts';
import { applyRule, isVector, type Mode, type Operand, type VectorMode } from './mode.ts';
import type { RandomFunctions } from './philox.ts';
import type { TeamPlan, ThreadLocals } from './team.ts';

/** Thresholds that are looked at before it is asked whether any of them was exceeded: a branch that is guessed wrong costs more than they do. */
const STRIDE = 6;

/** What the functions of one kernel share. */
export interface EmitSetting {
  readonly program: Program;
  readonly kernel: Kernel;
  readonly random: RandomFunctions;
  /** Null where one thread does it all. */
  readonly team: TeamPlan | null;
}

/** What the emission of one function of a kernel shares. */
export interface KernelContext extends Omit<EmitSetting, 'team'> {
  readonly code: Code;
  readonly facts: NodeFacts;
  /** What a thread knows of its part; null where one thread does it all. */
  readonly thread: ThreadLocals | null;
}

/** Pushes the index of the (first lane's) element of each access. */
export type Place = (at: Access) => void;

export const noPlace: Place = (at) => {
  if (at !== 'once') throw new InternalError(`a value that is needed before the loop reads the element of '${at}'`);
};

/** Pushes the address, less the column's offset, of the element of an access. */
export function pushAddress(context: OnceContext, column: Column, at: Access, place: Place): void {
  if (at === 'once') {
    pushOnce(context, column);
    return;
  }
  place(at);
  scale(context.code, COLUMN_BYTES[column.type]);
}

type OnceContext = Pick<KernelContext, 'code' | 'thread'>;

/** Pushes the address, less the column's offset, of what there is once: in the thread's own area where it has it there. */
export function pushOnce({ code, thread }: OnceContext, { id }: Column): void {
  if (thread?.plan.own.offsets.has(id)) code.get(thread.area);
  else code.i32(0);
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
  /** Whether what is emitted now may be left out for some elements. */
  #isInBranch = false;

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
    const { code, program, kernel } = this.#context;
    if (node.op === 'select' && this.#lazySelect(node)) return;
    if (node.op === 'toFloat' && kernel.nodes[node.args[0]].op === 'rank' && this.#mode.lanes === 4) {
      // Machines convert small numbers faster as signed ones.
      this.push(node.args[0]);
      code.op('f32x4.convert_i32x4_s');
      return;
    }
    if (node.op === 'pow2' && this.#pow2OfDifference(node)) return;
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
        if (isVector(this.#mode) && node.at === 'once') {
          if (!this.#mode.loadEqual) throw new InternalError('what is the same for all lanes is loaded before the loop');
          pushOnce(this.#context, column);
          code.memory(this.#mode.loadEqual, column.offset);
          return;
        }
        this.#mode.load[valueTypeOf(column)](code, column.offset, () => pushAddress(this.#context, column, node.at, this.#place));
        return;
      }
      case 'gather':
        this.#gather(program.columns[node.column], node.type, node.index);
        return;
      case 'rank':
        this.#rank(node);
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

  /** 2^(k - c), where the rule takes c away in passing. Answers whether that is it. */
  #pow2OfDifference({ args: [exponent] }: MathNode): boolean {
    const { code, kernel, facts } = this.#context;
    const difference = kernel.nodes[exponent];
    if (!isVector(this.#mode) || difference.op !== 'sub' || facts.uses[exponent] > 1) return false;
    const [k, less] = difference.args.map((a) => this.#operand(a));
    if (less.constant === undefined || !Number.isInteger(less.constant) || Math.abs(less.constant) > 2 ** 16) return false;
    applyRule(code, this.#mode.rules.pow2, [k, less]);
    return true;
  }

  /** A branch that costs much is computed only where a lane takes it. Answers whether there is one. */
  #lazySelect({ args: [condition, ...arms] }: MathNode): boolean {
    const { code, kernel, facts } = this.#context;
    // Only there draws are made, and only two levels of values exist.
    if (!isVector(this.#mode) || kernel.domain.kind !== 'neurons') return false;
    const expected = this.#expected(condition);
    const own = arms.map((arm, i) => (expected === (i === 0) ? undefined : facts.costlyOwn(arm)));
    if (own.every((nodes) => nodes === undefined)) return false;
    const [test, ...results] = [code.local('v128'), code.local('v128'), code.local('v128')];
    this.#keepOutside(new Set(own.flatMap((nodes) => (nodes ? [...nodes] : []))));
    this.push(condition);
    code.set(test);
    arms.forEach((arm, i) => {
      const compute = (): void => {
        this.push(arm);
        code.set(results[i]);
      };
      if (!own[i]) {
        compute();
        return;
      }
      code.get(test);
      if (i === 1) code.op('v128.not');
      code.op('v128.any_true');
      // What all elements take, or none, passes over none of them.
      code.if(() => (this.#operand(condition).uniform ? compute() : this.inBranch(compute)));
    });
    for (const result of results) code.get(result);
    code.get(test);
    code.op('v128.bitselect');
    return true;
  }

  /** What a condition nearly always is: a branch for what comes of that would be taken nearly always. */
  #expected(id: NodeId): boolean | undefined {
    const { kernel, program } = this.#context;
    const node = kernel.nodes[id];
    if (!isMath(node)) return undefined;
    const [first, second] = node.args;
    const isNow = (arg: NodeId): boolean => {
      const load = kernel.nodes[arg];
      return load.op === 'load' && load.column === program.clock.step;
    };
    // Few cells are refractory: they are so until a step that lies ahead.
    if (node.op === 'ltU32' && isNow(first)) return false;
    if (node.op === 'leU32' && isNow(second)) return true;
    if (node.op === 'eq') return false;
    const inner = node.op === 'not' ? this.#expected(first) : undefined;
    return inner === undefined ? undefined : !inner;
  }

  /** Lanes count together; what is behind the last threshold that any of them exceeds need not be looked at. */
  #rank({ word, thresholds }: Extract<IrNode, { op: 'rank' }>): void {
    const { code, facts } = this.#context;
    const mode = this.#mode;
    const type = mode.types.u32;
    const [limit, below, count] = [code.local(type), code.local(mode.types.bool), code.local(type)];
    this.#keepOutside(facts.own(thresholds), thresholds);
    const toSigned = isVector(mode) ? mode.toSigned : null;
    this.push(word);
    toSigned?.(code);
    code.set(limit);
    if (isVector(mode)) mode.zero(code);
    else code.i32(0);
    code.set(count);
    const compare = (threshold: NodeId): void => {
      this.push(threshold);
      toSigned?.(code);
      code.get(limit);
      if (isVector(mode)) code.op(toSigned ? 'i32x4.lt_s' : 'i64x2.lt_s');
      else code.op('i32.lt_u');
      code.set(below);
      code.get(count);
      code.get(below);
      code.op(!isVector(mode) ? 'i32.add' : mode.lanes === 4 ? 'i32x4.sub' : 'i64x2.sub');
      code.set(count);
    };
    code.block((exit) => {
      thresholds.forEach((threshold, k) => {
        this.inBranch(() => compare(threshold));
        if (k % STRIDE !== STRIDE - 1 || k === thresholds.length - 1) return;
        code.get(below);
        if (isVector(mode)) code.op(mode.bitmask);
        code.op('i32.eqz');
        code.branchIf(exit);
      });
    });
    code.get(count);
  }

  /** Computes now what nodes that are needed behind a branch only read of others. */
  #keepOutside(own: ReadonlySet<NodeId>, roots: readonly NodeId[] = []): void {
    const { kernel, facts } = this.#context;
    const read = new Set([...roots, ...[...own].flatMap((id) => argumentsOf(kernel.nodes[id]))]);
    this.keep([...read].filter((id) => !own.has(id) && facts.levels[id] === 'element'));
  }

  /** Emits what may be left out for some elements; what is computed there first is not there for what comes behind. */
  inBranch(emit: () => void): void {
    const before = this.#isInBranch;
    this.#isInBranch = true;
    emit();
    this.#isInBranch = before;
  }

  #gather(column: Column, type: 'float' | 'u32', index: NodeId): void {
    const { code } = this.#context;
    const mode = this.#mode;
    if (!isVector(mode)) {
      mode.load[valueTypeOf(column)](code, column.offset, () => this.#clamped(column, () => this.push(index)));
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
      mode.scalar.load[valueTypeOf(column)](code, column.offset, () => this.#clamped(column, () => pushIndex(lane)));
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
      pushOnce(this.#context, program.columns[program.clock.step]);
      code.memory('i32.load', program.columns[program.clock.step].offset);
      code.i32(stream);
      code.i32(draw);
    };
    const pushOneBlock = (): void => {
      pushElement();
      code.i32(2);
      code.op('i32.shr_u');
      pushRest();
      code.call(random.block);
    };
    const pushFourBlocks = (): void => {
      pushElement();
      code.i32(2);
      code.op('i32.shr_u');
      pushRest();
      code.call(random.blocks);
    };
    // Where some elements may be passed over, the blocks that were drawn for what comes next would not be those of it.
    const pushBlock = this.#isInBranch || kernel.domain.kind !== 'neurons' ? pushOneBlock : (): void => pushNextOfFour(code, pushFourBlocks);
    if (this.#mode.lanes === 4) pushBlock();
    else if (this.#mode.lanes === 2) pushPairOfBlock(code, pushElement, pushBlock, this.#isInBranch);
    else {
      pushElement();
      pushRest();
      code.call(random.word);
    }
  }
}

/** The next block of a loop that comes to block after block: four are drawn together, which takes half the time. */
function pushNextOfFour(code: Code, pushFourBlocks: () => void): void {
  const blocks = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  const left = code.local('i32');
  code.get(left);
  code.op('i32.eqz');
  code.if(() => {
    pushFourBlocks();
    for (const block of [...blocks].reverse()) code.set(block);
    code.i32(4);
    code.set(left);
  });
  code.get(left);
  code.i32(1);
  code.op('i32.sub');
  code.set(left);
  code.get(blocks[0]);
  blocks.slice(1).forEach((block, i) => {
    code.get(block);
    code.set(blocks[i]);
  });
}

/** Draws a block for an even element and keeps it for the two elements behind them, which the loop comes to next: unless it must draw `always`. */
function pushPairOfBlock(code: Code, pushElement: () => void, pushBlock: () => void, always: boolean): void {
  const words = code.local('v128');
  const pushIsSecond = (): void => {
    pushElement();
    code.i32(2);
    code.op('i32.and');
  };
  const draw = (): void => {
    pushBlock();
    code.set(words);
  };
  if (always) draw();
  else {
    pushIsSecond();
    code.op('i32.eqz');
    code.if(draw);
  }
  code.get(words);
  code.op('i64x2.extend_high_i32x4_u');
  code.get(words);
  code.op('i64x2.extend_low_i32x4_u');
  pushIsSecond();
  code.select();
}
