import { isObject, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { crc32 } from '../core/hash.ts';
import { COLUMN_ARRAYS, type ColumnArray, type ColumnType } from '../ir/program.ts';

/*
 * A snapshot's bytes: the magic, the version (u32), the length of the header (u32), the header (JSON in UTF-8, padded by spaces
 * to 8 bytes), the columns in ascending order of their names, each padded by zeros to 8 bytes, and the CRC-32 of all that (u32).
 * Numbers are little-endian. The header's `columns` lists names, types and lengths.
 */

const MAGIC = 'SPKLSNAP';
const VERSION = 1;
const HEAD = 16;

export interface Container {
  readonly header: Readonly<Record<string, unknown>>;
  readonly columns: ReadonlyMap<string, ColumnArray>;
}

interface ColumnHead {
  readonly name: string;
  readonly type: ColumnType;
  readonly length: number;
}

/** Packs a header and columns into bytes that stand for themselves. */
export function packContainer({ header, columns }: Container): Uint8Array {
  const sorted = [...columns].sort(([a], [b]) => (a < b ? -1 : 1));
  const heads = sorted.map(([name, values]): ColumnHead => ({ name, type: typeOf(values), length: values.length }));
  const text = new TextEncoder().encode(JSON.stringify({ ...header, columns: heads }));
  const begin = HEAD + padded(text.length);
  const end = sorted.reduce((at, [, values]) => at + padded(values.byteLength), begin);
  const bytes = new Uint8Array(end + 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, padded(text.length), true);
  bytes.fill(0x20, HEAD, begin);
  bytes.set(text, HEAD);
  let at = begin;
  for (const [, values] of sorted) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += padded(values.byteLength);
  }
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** @throws SpikeloomError where the bytes are no snapshot, one of another version, or damaged */
export function unpackContainer(bytes: Uint8Array): Container {
  if (!(bytes instanceof Uint8Array)) throw wrongKind('the snapshot', bytes, 'Give the bytes that snapshot() returned, as a Uint8Array.');
  for (let i = 0; i < MAGIC.length; i++) {
    if (bytes[i] === MAGIC.charCodeAt(i)) continue;
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `these ${bytes.length} bytes are no snapshot`,
      hint: 'Give the bytes that snapshot() returned, or the contents of a file of saved state.',
    });
  }
  if (bytes.length < HEAD + 4) throw damaged(bytes, 'it ends within its first lines');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  const end = bytes.length - 4;
  const whole = view.getUint32(end, true) === crc32(bytes.subarray(0, end));
  if (version !== VERSION && whole) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `the snapshot is of version ${version}; this spikeloom reads version ${VERSION}`,
      hint: 'Restore it by the version of spikeloom that took it.',
    });
  }
  if (!whole) throw damaged(bytes, 'its checksum does not fit');
  return unpackBody(bytes.slice(), view.getUint32(12, true), end);
}

function unpackBody(bytes: Uint8Array, length: number, end: number): Container {
  if (HEAD + length > end || length % 8 !== 0) throw damaged(bytes, 'its header is longer than itself');
  const header = parseHeader(bytes, length);
  const columns = new Map<string, ColumnArray>();
  let at = HEAD + length;
  for (const { name, type, length: n } of header.columns) {
    const size = n * COLUMN_ARRAYS[type].BYTES_PER_ELEMENT;
    if (at + padded(size) > end) throw damaged(bytes, `column '${name}' is cut off`);
    columns.set(name, new COLUMN_ARRAYS[type](bytes.buffer as ArrayBuffer, bytes.byteOffset + at, n));
    at += padded(size);
  }
  if (at !== end) throw damaged(bytes, 'there is more in it than its columns');
  return { header, columns };
}

function parseHeader(bytes: Uint8Array, length: number): Record<string, unknown> & { readonly columns: readonly ColumnHead[] } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(HEAD, HEAD + length)));
  } catch {
    throw damaged(bytes, 'its header is no JSON');
  }
  if (!isObject(header) || !Array.isArray(header.columns) || !header.columns.every(isColumnHead))
    throw damaged(bytes, 'its header is not one of a snapshot');
  return { ...header, columns: header.columns };
}

function isColumnHead(value: unknown): value is ColumnHead {
  if (!isObject(value)) return false;
  const { name, type, length } = value;
  return (
    typeof name === 'string' && typeof type === 'string' && Object.hasOwn(COLUMN_ARRAYS, type) && Number.isSafeInteger(length) && Number(length) >= 0
  );
}

/** The error for bytes that are a snapshot no more. */
export function damaged(bytes: { readonly length: number }, what: string): SpikeloomError {
  return new SpikeloomError({
    code: 'invalid-value',
    message: `the snapshot of ${bytes.length} bytes is damaged: ${what}`,
    hint: 'Copy or take it again: a snapshot is used whole or not at all.',
  });
}

function typeOf(values: ColumnArray): ColumnType {
  if (values instanceof Float32Array) return 'f32';
  if (values instanceof Float64Array) return 'f64';
  return values instanceof Uint16Array ? 'u16' : 'u32';
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
