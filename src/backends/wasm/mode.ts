import type { Precision, PrimitiveName, ValueType } from '../../ir/expr.ts';
import { type Column, valueTypeOf } from '../../ir/program.ts';
import type { Code } from './assembler.ts';
import type { MemoryOpcode, Opcode, WasmType } from './opcodes.ts';

export function wasmTypeOf(column: Column): 'f32' | 'f64' | 'i32' {
  const type = valueTypeOf(column);
  return type === 'u32' ? 'i32' : type;
}

/** An argument of an operation: `push` emits it, and may be called once only. */
export interface Operand {
  push(): void;
  /** Its value, where it is a constant of the kernel. */
  readonly constant?: number;
  /** Whether all lanes hold the same value. */
  readonly uniform: boolean;
}

/** How a primitive is carried out: by one instruction on its arguments, or by what the function emits. */
export type Rule = Opcode | ((code: Code, args: readonly Operand[]) => void);

/** A way of carrying out the nodes of a kernel: on one element at a time or on several lanes. */
export interface Mode {
  readonly precision: Precision;
  readonly lanes: 1 | 2 | 4;
  /** What values are on the stack. Booleans are 0 or 1, in vectors masks as wide as a lane. */
  readonly types: Readonly<Record<ValueType, WasmType>>;
  readonly rules: Readonly<Record<PrimitiveName, Rule>>;
  readonly zero: (code: Code) => void;
  /** Loads consecutive elements, one a lane, converted to the mode's precision; `address` pushes the first one's, less the offset. */
  readonly load: Readonly<Record<ReturnType<typeof valueTypeOf>, (code: Code, offset: number, address: () => void) => void>>;
  /** Stores consecutive elements, converted to the column's type. */
  readonly store: Readonly<Record<ReturnType<typeof valueTypeOf>, (code: Code, offset: number, address: () => void, value: () => void) => void>>;
}

export interface VectorMode extends Mode {
  readonly lanes: 2 | 4;
  readonly scalar: Mode;
  /** Makes the scalar on the stack a vector of equal lanes. */
  readonly splat: Readonly<Record<ValueType, (code: Code) => void>>;
  /** Loads one u32 into all lanes; null where that takes several instructions. */
  readonly loadEqual: MemoryOpcode | null;
  /** Turns u32 into signed integers in the same order, which machines compare in one instruction; null where they do so with u32 as they are. */
  readonly toSigned: ((code: Code) => void) | null;
  /** Adds the number of its lane to each u32 lane. */
  readonly addLaneNumbers: (code: Code) => void;
  /** Takes the u32 of a lane. */
  readonly extractU32: (code: Code, lane: number) => void;
  /** Takes the float of a lane. */
  readonly extractFloat: (code: Code, lane: number) => void;
  /** Puts a scalar into a lane of the vector below it. */
  readonly replace: Readonly<Record<'float' | 'u32', (code: Code, lane: number) => void>>;
  /** The mask's lanes as the low bits of an i32. */
  readonly bitmask: Opcode;
}

export function isVector(mode: Mode): mode is VectorMode {
  return mode.lanes > 1;
}

/** Emits `rule` on its arguments. */
export function applyRule(code: Code, rule: Rule, args: readonly Operand[]): void {
  if (typeof rule === 'function') {
    rule(code, args);
    return;
  }
  for (const arg of args) arg.push();
  code.op(rule);
}
