import { SpikeloomError } from '../core/error.ts';
import type { NetworkDef, ValueSpec, ViewDef } from '../network/definition.ts';
import { isDefinition, isObject } from './checks.ts';

/** Something done to a simulation from outside. */
export type Operation =
  | { readonly kind: 'set'; readonly view: ViewDef; readonly values: Readonly<Record<string, ValueSpec>> }
  | { readonly kind: 'setSynapses'; readonly projection: string; readonly values: Readonly<Record<string, ValueSpec>> }
  | { readonly kind: 'replace'; readonly network: NetworkDef }
  /** Names such as `exc.v` and `exc->exc.w` whose values are kept. */
  | { readonly kind: 'reset'; readonly keep: readonly string[] }
  | { readonly kind: 'restore'; readonly snapshot: Uint8Array };

/** What was done, and the number of steps done before it: it acts from that step on. Plain data but for typed arrays. */
export type JournalEntry = Operation & { readonly step: number };

type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Takes the arrays of a document, and names them. */
export interface ArraySink {
  put(values: TypedArray): string;
}

/** Gives the arrays of a document back. */
export interface ArraySource {
  get(name: string): TypedArray;
}

const ARRAYS = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array] as const;

export function isTypedArray(value: unknown): value is TypedArray {
  return ARRAYS.some((Type) => value instanceof Type);
}

/** A copy that nobody else can change. Functions are kept as they are. */
export function copyData<T>(value: T): T {
  return mapData(value, (leaf) => (isTypedArray(leaf) ? leaf.slice() : leaf)) as T;
}

/** Maps what is neither an object nor a plain array. */
function mapData(value: unknown, leaf: (value: unknown, key: string) => unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((x) => mapData(x, leaf, key));
  if (!isObject(value) || isTypedArray(value)) return leaf(value, key);
  return Object.fromEntries(Object.entries(value).map(([name, x]) => [name, mapData(x, leaf, name)]));
}

/**
 * Entries as something that JSON can hold; typed arrays go to `arrays`.
 *
 * @throws SpikeloomError where a network that was put in has a rule that is a function
 */
export function journalDocument(entries: readonly JournalEntry[], arrays: ArraySink): unknown {
  return entries.map((entry) =>
    mapData(entry, (value, key) => {
      if (isTypedArray(value)) return { $array: arrays.put(value) };
      // JSON has no such zero.
      if (Object.is(value, -0)) return { $number: '-0' };
      if (typeof value !== 'function') return value;
      throw new SpikeloomError({
        code: 'unsupported',
        message: `the journal has a network with a function as its '${key}', which can't be written`,
        path: ['journal', `step ${entry.step}`],
        hint: 'Give the rule as text, or as a list of edges.',
      });
    }),
  );
}

/** The entries of such a document. @throws SpikeloomError where it is none */
export function journalOf(document: unknown, arrays: ArraySource): JournalEntry[] {
  if (!Array.isArray(document)) throw noJournal('it is no list');
  return document.map((entry, i) => {
    const read = revive(entry, arrays);
    requireEntry(read, i);
    return read;
  });
}

function revive(value: unknown, arrays: ArraySource): unknown {
  if (Array.isArray(value)) return value.map((x) => revive(x, arrays));
  if (!isObject(value)) return value;
  if (typeof value.$array === 'string') return arrays.get(value.$array);
  if (value.$number === '-0') return -0;
  return Object.fromEntries(Object.entries(value).map(([name, x]) => [name, revive(x, arrays)]));
}

const FITS: { readonly [K in Operation['kind']]: (entry: Record<string, unknown>) => boolean } = {
  set: ({ view, values }) => isObject(view) && typeof view.population === 'string' && isObject(view.cells) && isObject(values),
  setSynapses: ({ projection, values }) => typeof projection === 'string' && isObject(values),
  replace: ({ network }) => isDefinition(network),
  reset: ({ keep }) => Array.isArray(keep) && keep.every((name) => typeof name === 'string'),
  restore: ({ snapshot }) => snapshot instanceof Uint8Array,
};

/** @throws SpikeloomError where something is no entry of a journal */
export function requireEntry(entry: unknown, index: number): asserts entry is JournalEntry {
  if (!isObject(entry)) throw noJournal(`entry ${index} is no object`);
  if (!Number.isSafeInteger(entry.step) || Number(entry.step) < 0) throw noJournal(`the step of entry ${index} is ${String(entry.step)}`);
  if (typeof entry.kind !== 'string' || !Object.hasOwn(FITS, entry.kind)) throw noJournal(`the kind of entry ${index} is ${String(entry.kind)}`);
  if (!FITS[entry.kind as Operation['kind']](entry)) throw noJournal(`entry ${index} does not say what a '${entry.kind}' needs`);
}

function noJournal(what: string): SpikeloomError {
  return new SpikeloomError({
    code: 'invalid-value',
    message: `this is no journal: ${what}`,
    path: ['journal'],
    hint: `Give the journal of a simulation. It knows ${Object.keys(FITS).join(', ')}.`,
  });
}
