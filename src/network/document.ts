import { SpikeloomError } from '../core/error.ts';

/*
 * Definitions and journals as something that JSON can hold: typed arrays lie elsewhere, by a name that a sink gives them.
 */

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

const ARRAYS = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array] as const;

/** Takes the arrays of a document, and names them. */
export interface ArraySink {
  put(values: TypedArray): string;
}

/** Gives the arrays of a document back. */
export interface ArraySource {
  /** @throws SpikeloomError where there is none of that name */
  get(name: string): TypedArray;
}

export function isTypedArray(value: unknown): value is TypedArray {
  return ARRAYS.some((Type) => value instanceof Type);
}

/** A copy that nobody else can change. Functions are kept as they are. */
export function copyData<T>(value: T): T {
  return mapData(value, (leaf) => (isTypedArray(leaf) ? leaf.slice() : leaf)) as T;
}

/**
 * Data as something that JSON can hold; typed arrays go to `arrays`.
 *
 * @throws SpikeloomError 'unsupported' where there is a function in it
 */
export function toDocument(value: unknown, arrays: ArraySink): unknown {
  return mapData(value, (leaf, key) => {
    if (isTypedArray(leaf)) return { $array: arrays.put(leaf) };
    // JSON has none of these.
    if (typeof leaf === 'number' && (!Number.isFinite(leaf) || Object.is(leaf, -0))) return { $number: Object.is(leaf, -0) ? '-0' : String(leaf) };
    if (typeof leaf !== 'function') return leaf;
    throw new SpikeloomError({
      code: 'unsupported',
      message: `a function given as '${key}' can't be written`,
      hint: 'Give the rule as text, or as a list of edges.',
    });
  });
}

/** The data of such a document. */
export function fromDocument(document: unknown, arrays: ArraySource): unknown {
  if (Array.isArray(document)) return document.map((x) => fromDocument(x, arrays));
  if (!isRecord(document)) return document;
  if (typeof document.$array === 'string') return arrays.get(document.$array);
  if (typeof document.$number === 'string') return Number(document.$number);
  return Object.fromEntries(Object.entries(document).map(([name, x]) => [name, fromDocument(x, arrays)]));
}

/** Maps what is neither an object nor a plain array. */
function mapData(value: unknown, leaf: (value: unknown, key: string) => unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((x) => mapData(x, leaf, key));
  if (!isRecord(value) || isTypedArray(value)) return leaf(value, key);
  return Object.fromEntries(Object.entries(value).map(([name, x]) => [name, mapData(x, leaf, name)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
