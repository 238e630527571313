import { type MathName, PRIMITIVES, type Precision, type PrimitiveName } from './expr.ts';

const f64 = new Float64Array(1);
const words64 = new Uint32Array(f64.buffer);

export function isPrimitive(op: MathName): op is PrimitiveName {
  return op in PRIMITIVES;
}

function pow2(k: number): number {
  words64[0] = 0;
  words64[1] = (k + 1023) << 20;
  return f64[0];
}

function exponent(x: number): number {
  f64[0] = x;
  return ((words64[1] >>> 20) & 0x7ff) - 1023;
}

function mantissa(x: number): number {
  f64[0] = x;
  words64[1] = (words64[1] & 0x000fffff) | 0x3ff00000;
  return f64[0];
}

type Implementation = (a: number, b: number, c: number) => number | boolean;

/**
 * The definition of every primitive on doubles. In f32 the arguments are singles and the result of a float operation
 * is rounded once more, which gives the correctly rounded single (a double holds more than twice its digits).
 */
export const PRIMITIVE_DEFINITIONS: { readonly [K in PrimitiveName]: Implementation } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  floor: (a) => Math.floor(a),
  pow2: (a) => pow2(a),
  exponent: (a) => exponent(a),
  mantissa: (a) => mantissa(a),
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  and: (a, b) => Boolean(a) && Boolean(b),
  or: (a, b) => Boolean(a) || Boolean(b),
  not: (a) => !a,
  select: (a, b, c) => (a ? b : c),
  selectU32: (a, b, c) => (a ? b : c),
  addU32: (a, b) => (a + b) >>> 0,
  subU32: (a, b) => (a - b) >>> 0,
  andU32: (a, b) => (a & b) >>> 0,
  shrU32: (a, b) => a >>> b,
  ltU32: (a, b) => a < b,
  leU32: (a, b) => a <= b,
  eqU32: (a, b) => a === b,
  toFloat: (a) => a,
  toU32: (a) => (a >= 4294967295 ? 4294967295 : a > 0 ? Math.trunc(a) : 0),
};

/** One primitive on plain numbers (booleans as such); the result is rounded to `precision`. */
export function evaluatePrimitive(op: PrimitiveName, precision: Precision, args: readonly (number | boolean)[]): number | boolean {
  const [a, b, c] = args as number[];
  const value = PRIMITIVE_DEFINITIONS[op](a, b, c);
  return precision === 'f32' && PRIMITIVES[op].result === 'float' ? Math.fround(value as number) : value;
}
