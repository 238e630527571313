/** The types of WebAssembly's values. */
export type WasmType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

export const TYPE_CODES: Readonly<Record<WasmType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/**
 * Instructions without immediates: code, then what they take from the stack and leave on it, one letter a value
 * (i i32, l i64, f f32, d f64, v v128). Codes from 0xfc000 and 0xfd000 on are those behind the prefixes 0xfc and 0xfd.
 */
export const OPCODES = {
  'i32.eqz': [0x45, 'i>i'],
  'i32.eq': [0x46, 'ii>i'],
  'i32.ne': [0x47, 'ii>i'],
  'i32.lt_s': [0x48, 'ii>i'],
  'i32.lt_u': [0x49, 'ii>i'],
  'i32.gt_u': [0x4b, 'ii>i'],
  'i32.le_u': [0x4d, 'ii>i'],
  'i32.ge_s': [0x4e, 'ii>i'],
  'i32.ge_u': [0x4f, 'ii>i'],
  'i32.ctz': [0x68, 'i>i'],
  'i32.add': [0x6a, 'ii>i'],
  'i32.sub': [0x6b, 'ii>i'],
  'i32.mul': [0x6c, 'ii>i'],
  'i32.div_u': [0x6e, 'ii>i'],
  'i32.rem_u': [0x70, 'ii>i'],
  'i32.and': [0x71, 'ii>i'],
  'i32.or': [0x72, 'ii>i'],
  'i32.xor': [0x73, 'ii>i'],
  'i32.shl': [0x74, 'ii>i'],
  'i32.shr_u': [0x76, 'ii>i'],
  'i64.mul': [0x7e, 'll>l'],
  'i64.and': [0x83, 'll>l'],
  'i64.or': [0x84, 'll>l'],
  'i64.shl': [0x86, 'll>l'],
  'i64.shr_u': [0x88, 'll>l'],
  'f32.eq': [0x5b, 'ff>i'],
  'f32.ne': [0x5c, 'ff>i'],
  'f32.lt': [0x5d, 'ff>i'],
  'f32.le': [0x5f, 'ff>i'],
  'f32.abs': [0x8b, 'f>f'],
  'f32.neg': [0x8c, 'f>f'],
  'f32.floor': [0x8e, 'f>f'],
  'f32.sqrt': [0x91, 'f>f'],
  'f32.add': [0x92, 'ff>f'],
  'f32.sub': [0x93, 'ff>f'],
  'f32.mul': [0x94, 'ff>f'],
  'f32.div': [0x95, 'ff>f'],
  'f32.min': [0x96, 'ff>f'],
  'f32.max': [0x97, 'ff>f'],
  'f64.eq': [0x61, 'dd>i'],
  'f64.ne': [0x62, 'dd>i'],
  'f64.lt': [0x63, 'dd>i'],
  'f64.le': [0x65, 'dd>i'],
  'f64.abs': [0x99, 'd>d'],
  'f64.neg': [0x9a, 'd>d'],
  'f64.floor': [0x9c, 'd>d'],
  'f64.sqrt': [0x9f, 'd>d'],
  'f64.add': [0xa0, 'dd>d'],
  'f64.sub': [0xa1, 'dd>d'],
  'f64.mul': [0xa2, 'dd>d'],
  'f64.div': [0xa3, 'dd>d'],
  'f64.min': [0xa4, 'dd>d'],
  'f64.max': [0xa5, 'dd>d'],
  'i32.wrap_i64': [0xa7, 'l>i'],
  'i64.extend_i32_s': [0xac, 'i>l'],
  'i64.extend_i32_u': [0xad, 'i>l'],
  'f32.convert_i32_s': [0xb2, 'i>f'],
  'f32.convert_i32_u': [0xb3, 'i>f'],
  'f32.demote_f64': [0xb6, 'd>f'],
  'f64.convert_i32_s': [0xb7, 'i>d'],
  'f64.convert_i32_u': [0xb8, 'i>d'],
  'f64.promote_f32': [0xbb, 'f>d'],
  'i32.reinterpret_f32': [0xbc, 'f>i'],
  'i64.reinterpret_f64': [0xbd, 'd>l'],
  'f32.reinterpret_i32': [0xbe, 'i>f'],
  'f64.reinterpret_i64': [0xbf, 'l>d'],
  'i32.trunc_sat_f32_u': [0xfc001, 'f>i'],
  'i32.trunc_sat_f64_u': [0xfc003, 'd>i'],
  'i32x4.splat': [0xfd011, 'i>v'],
  'i64x2.splat': [0xfd012, 'l>v'],
  'f32x4.splat': [0xfd013, 'f>v'],
  'f64x2.splat': [0xfd014, 'd>v'],
  'i32x4.eq': [0xfd037, 'vv>v'],
  'i32x4.lt_s': [0xfd039, 'vv>v'],
  'i32x4.lt_u': [0xfd03a, 'vv>v'],
  'i32x4.le_u': [0xfd03e, 'vv>v'],
  'f32x4.eq': [0xfd041, 'vv>v'],
  'f32x4.ne': [0xfd042, 'vv>v'],
  'f32x4.lt': [0xfd043, 'vv>v'],
  'f32x4.le': [0xfd045, 'vv>v'],
  'f64x2.eq': [0xfd047, 'vv>v'],
  'f64x2.ne': [0xfd048, 'vv>v'],
  'f64x2.lt': [0xfd049, 'vv>v'],
  'f64x2.le': [0xfd04b, 'vv>v'],
  'v128.not': [0xfd04d, 'v>v'],
  'v128.and': [0xfd04e, 'vv>v'],
  'v128.andnot': [0xfd04f, 'vv>v'],
  'v128.or': [0xfd050, 'vv>v'],
  'v128.xor': [0xfd051, 'vv>v'],
  'v128.bitselect': [0xfd052, 'vvv>v'],
  'v128.any_true': [0xfd053, 'v>i'],
  'f32x4.demote_f64x2_zero': [0xfd05e, 'v>v'],
  'f64x2.promote_low_f32x4': [0xfd05f, 'v>v'],
  'i32x4.bitmask': [0xfd0a4, 'v>i'],
  'i32x4.shl': [0xfd0ab, 'vi>v'],
  'i32x4.shr_u': [0xfd0ad, 'vi>v'],
  'i32x4.add': [0xfd0ae, 'vv>v'],
  'i32x4.sub': [0xfd0b1, 'vv>v'],
  'i64x2.bitmask': [0xfd0c4, 'v>i'],
  'i64x2.extend_low_i32x4_u': [0xfd0c9, 'v>v'],
  'i64x2.extend_high_i32x4_u': [0xfd0ca, 'v>v'],
  'i64x2.shl': [0xfd0cb, 'vi>v'],
  'i64x2.shr_u': [0xfd0cd, 'vi>v'],
  'i64x2.add': [0xfd0ce, 'vv>v'],
  'i64x2.sub': [0xfd0d1, 'vv>v'],
  'i64x2.eq': [0xfd0d6, 'vv>v'],
  'i64x2.lt_s': [0xfd0d8, 'vv>v'],
  'i64x2.le_s': [0xfd0da, 'vv>v'],
  'i64x2.extmul_low_i32x4_u': [0xfd0de, 'vv>v'],
  'i64x2.extmul_high_i32x4_u': [0xfd0df, 'vv>v'],
  'f32x4.floor': [0xfd068, 'v>v'],
  'f64x2.floor': [0xfd075, 'v>v'],
  'f32x4.abs': [0xfd0e0, 'v>v'],
  'f32x4.neg': [0xfd0e1, 'v>v'],
  'f32x4.sqrt': [0xfd0e3, 'v>v'],
  'f32x4.add': [0xfd0e4, 'vv>v'],
  'f32x4.sub': [0xfd0e5, 'vv>v'],
  'f32x4.mul': [0xfd0e6, 'vv>v'],
  'f32x4.div': [0xfd0e7, 'vv>v'],
  'f32x4.min': [0xfd0e8, 'vv>v'],
  'f32x4.max': [0xfd0e9, 'vv>v'],
  'f32x4.pmin': [0xfd0ea, 'vv>v'],
  'f32x4.pmax': [0xfd0eb, 'vv>v'],
  'f64x2.abs': [0xfd0ec, 'v>v'],
  'f64x2.neg': [0xfd0ed, 'v>v'],
  'f64x2.sqrt': [0xfd0ef, 'v>v'],
  'f64x2.add': [0xfd0f0, 'vv>v'],
  'f64x2.sub': [0xfd0f1, 'vv>v'],
  'f64x2.mul': [0xfd0f2, 'vv>v'],
  'f64x2.div': [0xfd0f3, 'vv>v'],
  'f64x2.min': [0xfd0f4, 'vv>v'],
  'f64x2.max': [0xfd0f5, 'vv>v'],
  'f64x2.pmin': [0xfd0f6, 'vv>v'],
  'f64x2.pmax': [0xfd0f7, 'vv>v'],
  'i32x4.trunc_sat_f32x4_u': [0xfd0f9, 'v>v'],
  'f32x4.convert_i32x4_s': [0xfd0fa, 'v>v'],
  'f32x4.convert_i32x4_u': [0xfd0fb, 'v>v'],
  'i32x4.trunc_sat_f64x2_u_zero': [0xfd0fd, 'v>v'],
} as const satisfies Record<string, readonly [code: number, signature: string]>;

/** Instructions with the number of a lane. */
export const LANE_OPCODES = {
  'i32x4.extract_lane': [0xfd01b, 'v>i'],
  'i32x4.replace_lane': [0xfd01c, 'vi>v'],
  'f32x4.extract_lane': [0xfd01f, 'v>f'],
  'f32x4.replace_lane': [0xfd020, 'vf>v'],
  'f64x2.extract_lane': [0xfd021, 'v>d'],
  'f64x2.replace_lane': [0xfd022, 'vd>v'],
} as const satisfies Record<string, readonly [code: number, signature: string]>;

/** Instructions on memory: code, signature, log2 of the bytes that they move. */
export const MEMORY_OPCODES = {
  'i32.load': [0x28, 'i>i', 2],
  'i32.load16_u': [0x2f, 'i>i', 1],
  'f32.load': [0x2a, 'i>f', 2],
  'f64.load': [0x2b, 'i>d', 3],
  'i32.store': [0x36, 'ii>', 2],
  'f32.store': [0x38, 'if>', 2],
  'f64.store': [0x39, 'id>', 3],
  'v128.load': [0xfd000, 'i>v', 4],
  'v128.load32x2_u': [0xfd006, 'i>v', 3],
  'v128.load32_splat': [0xfd009, 'i>v', 2],
  'v128.store': [0xfd00b, 'iv>', 4],
  'v128.load64_zero': [0xfd05d, 'i>v', 3],
  'memory.atomic.notify': [0xfe000, 'ii>i', 2],
  'memory.atomic.wait32': [0xfe001, 'iil>i', 2],
  'i32.atomic.load': [0xfe010, 'i>i', 2],
  'i32.atomic.store': [0xfe017, 'ii>', 2],
  'i32.atomic.rmw.add': [0xfe01e, 'ii>i', 2],
} as const satisfies Record<string, readonly [code: number, signature: string, align: number]>;

/** Instructions on memory and one lane. */
export const MEMORY_LANE_OPCODES = {
  'v128.store64_lane': [0xfd05b, 'iv>', 3],
} as const satisfies Record<string, readonly [code: number, signature: string, align: number]>;

export type Opcode = keyof typeof OPCODES;
export type LaneOpcode = keyof typeof LANE_OPCODES;
export type MemoryOpcode = keyof typeof MEMORY_OPCODES;
export type MemoryLaneOpcode = keyof typeof MEMORY_LANE_OPCODES;

const LETTERS: Readonly<Record<string, WasmType>> = { i: 'i32', l: 'i64', f: 'f32', d: 'f64', v: 'v128' };

export interface Signature {
  readonly takes: readonly WasmType[];
  readonly leaves: readonly WasmType[];
}

const SIGNATURES = new Map<string, Signature>();

/** Reads a signature such as `ii>i`. */
export function parseSignature(signature: string): Signature {
  let parsed = SIGNATURES.get(signature);
  if (!parsed) {
    const [takes, leaves] = signature.split('>');
    parsed = { takes: [...takes].map((c) => LETTERS[c]), leaves: [...leaves].map((c) => LETTERS[c]) };
    SIGNATURES.set(signature, parsed);
  }
  return parsed;
}
