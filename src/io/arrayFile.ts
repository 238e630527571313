import type { TypedArray } from '../network/document.ts';

/*
 * One array as a file of NumPy's format .npy, version 1.0: the magic, the length of the header, the header padded by spaces to a
 * multiple of 64 bytes, the numbers, little-endian.
 */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] as const;
const HEAD = MAGIC.length + 2;

const TYPES = [
  ['<f4', Float32Array],
  ['<f8', Float64Array],
  ['<i4', Int32Array],
  ['<u4', Uint32Array],
  ['|u1', Uint8Array],
] as const;

/** The type of its elements, as NumPy writes it. */
export function typeOf(values: TypedArray): string {
  const [descr] = TYPES.find(([, Type]) => values instanceof Type) ?? TYPES[0];
  return descr;
}

/** Undefined where the bytes are none of such elements. */
export function arrayOfBytes(type: string, bytes: Uint8Array): TypedArray | undefined {
  const [, Type] = TYPES.find(([descr]) => descr === type) ?? [];
  if (!Type || bytes.length % Type.BYTES_PER_ELEMENT !== 0) return undefined;
  return new Type(Uint8Array.from(bytes).buffer);
}

export function bytesOf(values: TypedArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function arrayToFile(values: TypedArray): Uint8Array<ArrayBuffer> {
  const descr = typeOf(values);
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${values.length},), }`;
  const begin = Math.ceil((HEAD + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(begin + values.byteLength);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint16(MAGIC.length, begin - HEAD, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(begin - HEAD - 1)}\n`), HEAD);
  bytes.set(bytesOf(values), begin);
  return bytes;
}

/** Undefined where the bytes are no such file. */
export function arrayOfFile(bytes: Uint8Array): TypedArray | undefined {
  if (bytes.length < HEAD || MAGIC.some((byte, i) => bytes[i] !== byte)) return undefined;
  const begin = HEAD + new DataView(bytes.buffer, bytes.byteOffset).getUint16(MAGIC.length, true);
  const header = new TextDecoder().decode(bytes.subarray(HEAD, begin));
  const match = /^\{'descr': '(...)', 'fortran_order': False, 'shape': \((\d+),\), \} *\n$/.exec(header);
  const values = match ? arrayOfBytes(match[1], bytes.subarray(begin)) : undefined;
  return values?.length === Number(match?.[2]) ? values : undefined;
}
