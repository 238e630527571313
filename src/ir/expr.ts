/**
 * Expressions of the intermediate representation: a kernel is a list of nodes in static single assignment form;
 * a node's arguments come before it. `float` is f32 or f64, whichever the kernel's precision says.
 */
export type Precision = 'f32' | 'f64';
export type ValueType = 'float' | 'u32' | 'bool';

interface Signature {
  readonly args: readonly ValueType[];
  readonly result: ValueType;
}

const floats = (n: number): ValueType[] => Array.from({ length: n }, () => 'float' as const);

/**
 * What every backend carries out itself, correctly rounded or exact, so that all agree bit for bit.
 *
 * - `min` and `max` propagate NaN and order -0 below +0, as `Math.min` does.
 * - `pow2(k)`: 2^k for integral k in the normal range of exponents (f32 -126..127, f64 -1022..1023).
 * - `exponent(x)`, `mantissa(x)`: for a positive normal x, x = mantissa * 2^exponent with mantissa in [1, 2).
 * - `toU32`: truncates; below 0 and NaN give 0, above 2^32 - 1 gives 2^32 - 1. `toFloat` rounds to nearest.
 * - u32 arithmetic wraps; shifts take their count modulo 32.
 */
export const PRIMITIVES = {
  add: { args: floats(2), result: 'float' },
  sub: { args: floats(2), result: 'float' },
  mul: { args: floats(2), result: 'float' },
  div: { args: floats(2), result: 'float' },
  min: { args: floats(2), result: 'float' },
  max: { args: floats(2), result: 'float' },
  neg: { args: floats(1), result: 'float' },
  abs: { args: floats(1), result: 'float' },
  sqrt: { args: floats(1), result: 'float' },
  floor: { args: floats(1), result: 'float' },
  pow2: { args: floats(1), result: 'float' },
  exponent: { args: floats(1), result: 'float' },
  mantissa: { args: floats(1), result: 'float' },
  lt: { args: floats(2), result: 'bool' },
  le: { args: floats(2), result: 'bool' },
  eq: { args: floats(2), result: 'bool' },
  ne: { args: floats(2), result: 'bool' },
  and: { args: ['bool', 'bool'], result: 'bool' },
  or: { args: ['bool', 'bool'], result: 'bool' },
  not: { args: ['bool'], result: 'bool' },
  select: { args: ['bool', 'float', 'float'], result: 'float' },
  selectU32: { args: ['bool', 'u32', 'u32'], result: 'u32' },
  addU32: { args: ['u32', 'u32'], result: 'u32' },
  subU32: { args: ['u32', 'u32'], result: 'u32' },
  andU32: { args: ['u32', 'u32'], result: 'u32' },
  shrU32: { args: ['u32', 'u32'], result: 'u32' },
  ltU32: { args: ['u32', 'u32'], result: 'bool' },
  leU32: { args: ['u32', 'u32'], result: 'bool' },
  eqU32: { args: ['u32', 'u32'], result: 'bool' },
  toFloat: { args: ['u32'], result: 'float' },
  toU32: { args: ['float'], result: 'u32' },
} as const satisfies Record<string, Signature>;

/** Functions of the IR: rewritten by the pass `expand` into primitives in a fixed order (see functions.ts). */
export const FUNCTIONS = {
  exp: { args: floats(1), result: 'float' },
  log: { args: floats(1), result: 'float' },
  sin: { args: floats(1), result: 'float' },
  cos: { args: floats(1), result: 'float' },
  tanh: { args: floats(1), result: 'float' },
  sinh: { args: floats(1), result: 'float' },
  cosh: { args: floats(1), result: 'float' },
  exprel: { args: floats(1), result: 'float' },
  pow: { args: floats(2), result: 'float' },
} as const satisfies Record<string, Signature>;

export const MATH = { ...PRIMITIVES, ...FUNCTIONS };

export type PrimitiveName = keyof typeof PRIMITIVES;
export type FunctionName = keyof typeof FUNCTIONS;
export type MathName = PrimitiveName | FunctionName;

declare const columnBrand: unique symbol;
/** Index of a column in `Program.columns`. */
export type ColumnId = number & { readonly [columnBrand]: true };
/** Index of a node within its kernel. */
export type NodeId = number;

/**
 * Which element of a column is read: `once` the only one; `self` the neuron's (domains neurons and spikes);
 * `pre`, `post`, `edge` the two ends and the synapse itself (domains synapses and events).
 */
export type Access = 'once' | 'self' | 'pre' | 'post' | 'edge';

export type IrNode =
  | { readonly op: 'constant'; readonly type: 'float' | 'u32'; readonly value: number }
  | { readonly op: 'load'; readonly type: 'float' | 'u32'; readonly column: ColumnId; readonly at: Access }
  /** The element of a table column at a computed index. */
  | { readonly op: 'gather'; readonly type: 'float' | 'u32'; readonly column: ColumnId; readonly index: NodeId }
  /** The index of the element that the kernel works on. */
  | { readonly op: 'index'; readonly type: 'u32'; readonly at: Exclude<Access, 'once' | 'edge'> }
  /** A 32-bit random word: Philox of (element, step, stream, draw) under the seed. */
  | { readonly op: 'random'; readonly type: 'u32'; readonly stream: number; readonly draw: number }
  /** How many of some u32, which ascend, are below another: a draw by the inverse of a distribution function. */
  | { readonly op: 'rank'; readonly type: 'u32'; readonly word: NodeId; readonly thresholds: readonly NodeId[] }
  | { readonly op: MathName; readonly type: ValueType; readonly args: readonly NodeId[] };

export type MathNode = Extract<IrNode, { args: readonly NodeId[] }>;

export function isMath(node: IrNode): node is MathNode {
  return 'args' in node;
}

/** The nodes that `node` reads. */
export function argumentsOf(node: IrNode): readonly NodeId[] {
  if (isMath(node)) return node.args;
  if (node.op === 'rank') return [node.word, ...node.thresholds];
  return node.op === 'gather' ? [node.index] : [];
}
