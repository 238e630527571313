import type { PrimitiveName } from '../../ir/expr.ts';
import type { Code } from './assembler.ts';
import type { Operand, Rule, VectorMode } from './mode.ts';
import type { Opcode } from './opcodes.ts';
import { F32, F64 } from './scalarModes.ts';

const pickFirst: Rule = (code, [condition, a, b]) => {
  if (Object.is(a.constant, 0) || Object.is(b.constant, 0)) {
    keepWhere(code, condition, a, b);
    return;
  }
  a.push();
  b.push();
  condition.push();
  code.op('v128.bitselect');
};

/** Where one of two is +0, masking the other takes one instruction; choosing takes three on many machines. */
function keepWhere(code: Code, condition: Operand, a: Operand, b: Operand): void {
  const isFirstZero = Object.is(a.constant, 0);
  (isFirstZero ? b : a).push();
  condition.push();
  code.op(isFirstZero ? 'v128.andnot' : 'v128.and');
}

/**
 * `pmin` and `pmax` give their first argument unless the second is beyond it: with a constant, which is no NaN and has no twin of the other
 * sign as 0 has, that is `min` and `max`; machines have it as one instruction, where they need nine for the others.
 */
function bounded(exact: Opcode, fast: Opcode): Rule {
  return (code, [a, b]) => {
    const [value, bound] = isBound(b) ? [a, b] : [b, a];
    value.push();
    bound.push();
    code.op(isBound(bound) ? fast : exact);
  };
}

function isBound({ constant }: Operand): boolean {
  return constant !== undefined && constant !== 0 && !Number.isNaN(constant);
}

const MASKS = { and: 'v128.and', or: 'v128.or', not: 'v128.not', select: pickFirst, selectU32: pickFirst, andU32: 'v128.and' } as const;

/** Shifts have one count for all lanes: counts that differ are taken lane by lane. `u32Lanes` says where the u32 lie. */
function shiftRight(code: Code, [value, count]: readonly Operand[], shift: Opcode, u32Lanes: readonly number[]): void {
  value.push();
  if (count.constant !== undefined) {
    code.i32(count.constant & 31);
    code.op(shift);
    return;
  }
  count.push();
  if (count.uniform) {
    code.lane('i32x4.extract_lane', 0);
    code.i32(31);
    code.op('i32.and');
    code.op(shift);
    return;
  }
  const counts = code.local('v128');
  const result = code.local('v128');
  code.set(counts);
  code.set(result);
  for (const lane of u32Lanes) {
    code.get(result);
    code.get(result);
    code.lane('i32x4.extract_lane', lane);
    code.get(counts);
    code.lane('i32x4.extract_lane', lane);
    code.op('i32.shr_u');
    code.lane('i32x4.replace_lane', lane);
    code.set(result);
  }
  code.get(result);
}

/** Four constant lanes of 32 bits. */
function words(code: Code, word: number): void {
  code.v128([word, word, word, word]);
}

/** Two constant lanes of 64 bits. */
function doubles(code: Code, high: number, low: number): void {
  code.v128([low, high, low, high]);
}

const F32X4_RULES = {
  ...MASKS,
  add: 'f32x4.add',
  sub: 'f32x4.sub',
  mul: 'f32x4.mul',
  div: 'f32x4.div',
  min: bounded('f32x4.min', 'f32x4.pmin'),
  max: bounded('f32x4.max', 'f32x4.pmax'),
  neg: 'f32x4.neg',
  abs: (code, [x]) => {
    x.push();
    words(code, 0x7fffffff);
    code.op('v128.and');
  },
  sqrt: 'f32x4.sqrt',
  floor: 'f32x4.floor',
  // Adding 1.5 * 2^23 leaves the biased exponent in the lowest bits. A second argument, a constant, is taken off the first.
  pow2: (code, [k, less]) => {
    k.push();
    code.f32(1.5 * 2 ** 23 + 127 - (less?.constant ?? 0));
    code.op('f32x4.splat');
    code.op('f32x4.add');
    code.i32(23);
    code.op('i32x4.shl');
  },
  // The exponent's bits as those of 2^23 + exponent.
  exponent: (code, [x]) => {
    x.push();
    code.i32(23);
    code.op('i32x4.shr_u');
    words(code, 0xff);
    code.op('v128.and');
    words(code, 0x4b000000);
    code.op('v128.or');
    code.f32(2 ** 23 + 127);
    code.op('f32x4.splat');
    code.op('f32x4.sub');
  },
  mantissa: (code, [x]) => {
    x.push();
    words(code, 0x007fffff);
    code.op('v128.and');
    words(code, 0x3f800000);
    code.op('v128.or');
  },
  lt: 'f32x4.lt',
  le: 'f32x4.le',
  eq: 'f32x4.eq',
  ne: 'f32x4.ne',
  addU32: 'i32x4.add',
  subU32: 'i32x4.sub',
  shrU32: (code, args) => shiftRight(code, args, 'i32x4.shr_u', [0, 1, 2, 3]),
  ltU32: 'i32x4.lt_u',
  leU32: 'i32x4.le_u',
  eqU32: 'i32x4.eq',
  toFloat: 'f32x4.convert_i32x4_u',
  toU32: 'i32x4.trunc_sat_f32x4_u',
} as const satisfies Record<PrimitiveName, Rule>;

/** Drops the carry of arithmetic on u32 in lanes of 64 bits. */
function wrapping(instruction: Opcode): Rule {
  return (code, [a, b]) => {
    a.push();
    b.push();
    code.op(instruction);
    doubles(code, 0, 0xffffffff);
    code.op('v128.and');
  };
}

// u32 lie, extended with zeros, in lanes of 64 bits: comparing and adding them as signed 64-bit integers is exact.
const F64X2_RULES = {
  ...MASKS,
  add: 'f64x2.add',
  sub: 'f64x2.sub',
  mul: 'f64x2.mul',
  div: 'f64x2.div',
  min: bounded('f64x2.min', 'f64x2.pmin'),
  max: bounded('f64x2.max', 'f64x2.pmax'),
  neg: 'f64x2.neg',
  abs: (code, [x]) => {
    x.push();
    doubles(code, 0x7fffffff, 0xffffffff);
    code.op('v128.and');
  },
  sqrt: 'f64x2.sqrt',
  floor: 'f64x2.floor',
  pow2: (code, [k, less]) => {
    k.push();
    code.f64(1.5 * 2 ** 52 + 1023 - (less?.constant ?? 0));
    code.op('f64x2.splat');
    code.op('f64x2.add');
    code.i32(52);
    code.op('i64x2.shl');
  },
  // The exponent's bits as those of 2^52 + exponent.
  exponent: (code, [x]) => {
    x.push();
    code.i32(52);
    code.op('i64x2.shr_u');
    doubles(code, 0, 0x7ff);
    code.op('v128.and');
    doubles(code, 0x43300000, 0);
    code.op('v128.or');
    code.f64(2 ** 52 + 1023);
    code.op('f64x2.splat');
    code.op('f64x2.sub');
  },
  mantissa: (code, [x]) => {
    x.push();
    doubles(code, 0x000fffff, 0xffffffff);
    code.op('v128.and');
    doubles(code, 0x3ff00000, 0);
    code.op('v128.or');
  },
  lt: 'f64x2.lt',
  le: 'f64x2.le',
  eq: 'f64x2.eq',
  ne: 'f64x2.ne',
  addU32: wrapping('i64x2.add'),
  subU32: wrapping('i64x2.sub'),
  shrU32: (code, args) => shiftRight(code, args, 'i64x2.shr_u', [0, 2]),
  ltU32: 'i64x2.lt_s',
  leU32: 'i64x2.le_s',
  eqU32: 'i64x2.eq',
  // The bits of 2^52 + x.
  toFloat: (code, [x]) => {
    x.push();
    doubles(code, 0x43300000, 0);
    code.op('v128.or');
    code.f64(2 ** 52);
    code.op('f64x2.splat');
    code.op('f64x2.sub');
  },
  toU32: (code, [x]) => {
    x.push();
    code.op('i32x4.trunc_sat_f64x2_u_zero');
    code.op('i64x2.extend_low_i32x4_u');
  },
} as const satisfies Record<PrimitiveName, Rule>;

/** Turns 0 and 1 into no bits and all bits. */
function boolToMask(code: Code): void {
  code.i32(-1);
  code.op('i32.mul');
}

export const F32X4: VectorMode = {
  precision: 'f32',
  lanes: 4,
  scalar: F32,
  types: { float: 'v128', u32: 'v128', bool: 'v128' },
  rules: F32X4_RULES,
  zero: (code) => words(code, 0),
  load: {
    f32: (code, offset, address) => {
      address();
      code.memory('v128.load', offset);
    },
    f64: (code, offset, address) => {
      address();
      code.memory('v128.load', offset);
      code.op('f32x4.demote_f64x2_zero');
      address();
      code.memory('v128.load', offset + 16);
      code.op('f32x4.demote_f64x2_zero');
      code.shuffle([0, 1, 4, 5]);
    },
    u32: (code, offset, address) => {
      address();
      code.memory('v128.load', offset);
    },
  },
  store: {
    f32: storeVector,
    f64: (code, offset, address, value) => {
      const kept = code.local('v128');
      address();
      value();
      code.tee(kept);
      code.op('f64x2.promote_low_f32x4');
      code.memory('v128.store', offset);
      address();
      promoteHigh(code, () => code.get(kept));
      code.memory('v128.store', offset + 16);
    },
    u32: storeVector,
  },
  splat: {
    float: (code) => code.op('f32x4.splat'),
    u32: (code) => code.op('i32x4.splat'),
    bool: (code) => {
      boolToMask(code);
      code.op('i32x4.splat');
    },
  },
  loadEqual: 'v128.load32_splat',
  toSigned: (code) => {
    words(code, 0x80000000);
    code.op('v128.xor');
  },
  addLaneNumbers: (code) => {
    code.v128([0, 1, 2, 3]);
    code.op('i32x4.add');
  },
  extractU32: (code, lane) => code.lane('i32x4.extract_lane', lane),
  extractFloat: (code, lane) => code.lane('f32x4.extract_lane', lane),
  replace: {
    float: (code, lane) => code.lane('f32x4.replace_lane', lane),
    u32: (code, lane) => code.lane('i32x4.replace_lane', lane),
  },
  bitmask: 'i32x4.bitmask',
};

export const F64X2: VectorMode = {
  precision: 'f64',
  lanes: 2,
  scalar: F64,
  types: { float: 'v128', u32: 'v128', bool: 'v128' },
  rules: F64X2_RULES,
  zero: (code) => words(code, 0),
  load: {
    f32: (code, offset, address) => {
      address();
      code.memory('v128.load64_zero', offset);
      code.op('f64x2.promote_low_f32x4');
    },
    f64: (code, offset, address) => {
      address();
      code.memory('v128.load', offset);
    },
    u32: (code, offset, address) => {
      address();
      code.memory('v128.load32x2_u', offset);
    },
  },
  store: {
    f32: (code, offset, address, value) => {
      address();
      value();
      code.op('f32x4.demote_f64x2_zero');
      code.memoryLane('v128.store64_lane', offset, 0);
    },
    f64: storeVector,
    u32: (code, offset, address, value) => {
      const kept = code.local('v128');
      address();
      value();
      code.tee(kept);
      code.get(kept);
      code.shuffle([0, 2, 0, 2]);
      code.memoryLane('v128.store64_lane', offset, 0);
    },
  },
  splat: {
    float: (code) => code.op('f64x2.splat'),
    u32: (code) => {
      code.op('i64.extend_i32_u');
      code.op('i64x2.splat');
    },
    bool: (code) => {
      boolToMask(code);
      code.op('i64.extend_i32_s');
      code.op('i64x2.splat');
    },
  },
  loadEqual: null,
  toSigned: null,
  addLaneNumbers: (code) => {
    code.v128([0, 0, 1, 0]);
    code.op('i64x2.add');
  },
  extractU32: (code, lane) => code.lane('i32x4.extract_lane', 2 * lane),
  extractFloat: (code, lane) => code.lane('f64x2.extract_lane', lane),
  replace: {
    float: (code, lane) => code.lane('f64x2.replace_lane', lane),
    u32: (code, lane) => code.lane('i32x4.replace_lane', 2 * lane),
  },
  bitmask: 'i64x2.bitmask',
};

function storeVector(code: Code, offset: number, address: () => void, value: () => void): void {
  address();
  value();
  code.memory('v128.store', offset);
}

/** Lanes 2 and 3 of four singles as doubles; `value` pushes them and may be called twice. */
export function promoteHigh(code: Code, value: () => void): void {
  value();
  value();
  code.shuffle([2, 3, 2, 3]);
  code.op('f64x2.promote_low_f32x4');
}
