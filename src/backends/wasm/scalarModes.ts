import type { PrimitiveName } from '../../ir/expr.ts';
import type { Mode, Rule } from './mode.ts';

const pickFirst: Rule = (code, [condition, a, b]) => {
  a.push();
  b.push();
  condition.push();
  code.select();
};

const U32_AND_BOOL = {
  and: 'i32.and',
  or: 'i32.or',
  not: 'i32.eqz',
  select: pickFirst,
  selectU32: pickFirst,
  addU32: 'i32.add',
  subU32: 'i32.sub',
  andU32: 'i32.and',
  shrU32: 'i32.shr_u',
  ltU32: 'i32.lt_u',
  leU32: 'i32.le_u',
  eqU32: 'i32.eq',
} as const;

const F32_RULES = {
  ...U32_AND_BOOL,
  add: 'f32.add',
  sub: 'f32.sub',
  mul: 'f32.mul',
  div: 'f32.div',
  min: 'f32.min',
  max: 'f32.max',
  neg: 'f32.neg',
  abs: 'f32.abs',
  sqrt: 'f32.sqrt',
  floor: 'f32.floor',
  // Adding 1.5 * 2^23 leaves the biased exponent in the lowest bits.
  pow2: (code, [k]) => {
    k.push();
    code.f32(1.5 * 2 ** 23 + 127);
    code.op('f32.add');
    code.op('i32.reinterpret_f32');
    code.i32(23);
    code.op('i32.shl');
    code.op('f32.reinterpret_i32');
  },
  exponent: (code, [x]) => {
    x.push();
    code.op('i32.reinterpret_f32');
    code.i32(23);
    code.op('i32.shr_u');
    code.i32(0xff);
    code.op('i32.and');
    code.i32(127);
    code.op('i32.sub');
    code.op('f32.convert_i32_s');
  },
  mantissa: (code, [x]) => {
    x.push();
    code.op('i32.reinterpret_f32');
    code.i32(0x007fffff);
    code.op('i32.and');
    code.i32(0x3f800000);
    code.op('i32.or');
    code.op('f32.reinterpret_i32');
  },
  lt: 'f32.lt',
  le: 'f32.le',
  eq: 'f32.eq',
  ne: 'f32.ne',
  toFloat: 'f32.convert_i32_u',
  toU32: 'i32.trunc_sat_f32_u',
} as const satisfies Record<PrimitiveName, Rule>;

const F64_RULES = {
  ...U32_AND_BOOL,
  add: 'f64.add',
  sub: 'f64.sub',
  mul: 'f64.mul',
  div: 'f64.div',
  min: 'f64.min',
  max: 'f64.max',
  neg: 'f64.neg',
  abs: 'f64.abs',
  sqrt: 'f64.sqrt',
  floor: 'f64.floor',
  pow2: (code, [k]) => {
    k.push();
    code.f64(1.5 * 2 ** 52 + 1023);
    code.op('f64.add');
    code.op('i64.reinterpret_f64');
    code.i64(52n);
    code.op('i64.shl');
    code.op('f64.reinterpret_i64');
  },
  exponent: (code, [x]) => {
    x.push();
    code.op('i64.reinterpret_f64');
    code.i64(52n);
    code.op('i64.shr_u');
    code.op('i32.wrap_i64');
    code.i32(0x7ff);
    code.op('i32.and');
    code.i32(1023);
    code.op('i32.sub');
    code.op('f64.convert_i32_s');
  },
  mantissa: (code, [x]) => {
    x.push();
    code.op('i64.reinterpret_f64');
    code.i64(0x000fffff_ffffffffn);
    code.op('i64.and');
    code.i64(0x3ff00000_00000000n);
    code.op('i64.or');
    code.op('f64.reinterpret_i64');
  },
  lt: 'f64.lt',
  le: 'f64.le',
  eq: 'f64.eq',
  ne: 'f64.ne',
  toFloat: 'f64.convert_i32_u',
  toU32: 'i32.trunc_sat_f64_u',
} as const satisfies Record<PrimitiveName, Rule>;

const loadU32: Mode['load']['u32'] = (code, offset, address) => {
  address();
  code.memory('i32.load', offset);
};

const storeU32: Mode['store']['u32'] = (code, offset, address, value) => {
  address();
  value();
  code.memory('i32.store', offset);
};

export const F32: Mode = {
  precision: 'f32',
  lanes: 1,
  types: { float: 'f32', u32: 'i32', bool: 'i32' },
  rules: F32_RULES,
  zero: (code) => code.f32(0),
  load: {
    f32: (code, offset, address) => {
      address();
      code.memory('f32.load', offset);
    },
    f64: (code, offset, address) => {
      address();
      code.memory('f64.load', offset);
      code.op('f32.demote_f64');
    },
    u32: loadU32,
  },
  store: {
    f32: (code, offset, address, value) => {
      address();
      value();
      code.memory('f32.store', offset);
    },
    f64: (code, offset, address, value) => {
      address();
      value();
      code.op('f64.promote_f32');
      code.memory('f64.store', offset);
    },
    u32: storeU32,
  },
};

export const F64: Mode = {
  precision: 'f64',
  lanes: 1,
  types: { float: 'f64', u32: 'i32', bool: 'i32' },
  rules: F64_RULES,
  zero: (code) => code.f64(0),
  load: {
    f32: (code, offset, address) => {
      address();
      code.memory('f32.load', offset);
      code.op('f64.promote_f32');
    },
    f64: (code, offset, address) => {
      address();
      code.memory('f64.load', offset);
    },
    u32: loadU32,
  },
  store: {
    f32: (code, offset, address, value) => {
      address();
      value();
      code.op('f32.demote_f64');
      code.memory('f32.store', offset);
    },
    f64: (code, offset, address, value) => {
      address();
      value();
      code.memory('f64.store', offset);
    },
    u32: storeU32,
  },
};
