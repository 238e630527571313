import type { ElementType } from './results.ts';

/*
 * Arrays as NumPy stores them: `.npy`, version 1.0, little-endian, rows after each other. The header has one length for all, so
 * that it can be written anew when there are more rows.
 */

export const NPY_HEAD = 128;

const TYPES = { f32: '<f4', f64: '<f8', u32: '<u4' } as const satisfies Record<ElementType, string>;

/** The first 128 bytes of a file. @param shape empty for a single value */
export function npyHead(type: ElementType | `<U${number}`, shape: readonly number[]): Uint8Array {
  const descr = type in TYPES ? TYPES[type as ElementType] : type;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const bytes = new Uint8Array(NPY_HEAD).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, NPY_HEAD - 10, 0]);
  for (let i = 0; i < text.length; i++) bytes[10 + i] = text.charCodeAt(i);
  bytes[NPY_HEAD - 1] = 0x0a;
  return bytes;
}

export interface NpyHead {
  readonly descr: string;
  readonly shape: readonly number[];
  /** Where the data begin. */
  readonly begin: number;
}

/** Undefined where the bytes are not the start of such a file, or its rows go column after column. */
export function parseNpyHead(bytes: Uint8Array): NpyHead | undefined {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((x, i) => bytes[i] !== x)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  const text = new TextDecoder('latin1').decode(bytes.subarray(bytes[6] === 1 ? 10 : 12, begin));
  const found = /'descr': *'([^']*)', *'fortran_order': *False, *'shape': *\(([\d, ]*)\)/.exec(text);
  if (!found) return undefined;
  const shape = found[2].split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  return { descr: found[1], shape, begin };
}

/** Type of the elements; undefined for others than spikeloom writes. */
export function elementType({ descr }: Pick<NpyHead, 'descr'>): ElementType | undefined {
  return (Object.keys(TYPES) as ElementType[]).find((type) => TYPES[type] === descr);
}

/** A text as a single value: `str(array)` is the text. */
export function npyText(text: string): Uint8Array {
  const points = Array.from(text, (c) => c.codePointAt(0) ?? 0);
  const head = npyHead(`<U${points.length}`, []);
  const bytes = new Uint8Array(NPY_HEAD + 4 * points.length);
  bytes.set(head);
  const view = new DataView(bytes.buffer, NPY_HEAD);
  for (const [i, point] of points.entries()) view.setUint32(4 * i, point, true);
  return bytes;
}

/** The text in the data of such an array. */
export function textOfNpy(data: Uint8Array): string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const parts: string[] = [];
  for (let i = 0; i + 4 <= data.length; i += 4) parts.push(String.fromCodePoint(view.getUint32(i, true)));
  return parts.join('');
}
