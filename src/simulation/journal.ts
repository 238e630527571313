import { isObject } from '../core/checks.ts';
import { SpikeloomError, withPath } from '../core/error.ts';
import { isDefinition } from '../network/checks.ts';
import type { NetworkDef, ValueSpec, ViewDef } from '../network/definition.ts';
import { type ArraySink, type ArraySource, fromDocument, toDocument } from '../network/document.ts';

/** Something done to a simulation from outside. */
export type Operation =
  | { readonly kind: 'set'; readonly view: ViewDef; readonly values: Readonly<Record<string, ValueSpec>> }
  | { readonly kind: 'setSynapses'; readonly projection: string; readonly values: Readonly<Record<string, ValueSpec>> }
  /** For the projections of those names. */
  | { readonly kind: 'reward'; readonly projections: readonly string[]; readonly size: number }
  | { readonly kind: 'replace'; readonly network: NetworkDef }
  /** Names such as `exc.v` and `exc->exc.w` whose values are kept. */
  | { readonly kind: 'reset'; readonly keep: readonly string[] }
  | { readonly kind: 'restore'; readonly snapshot: Uint8Array };

/** What was done, and the number of steps done before it: it acts from that step on. Plain data but for typed arrays. */
export type JournalEntry = Operation & { readonly step: number };

/**
 * Entries as something that JSON can hold; typed arrays go to `arrays`.
 *
 * @throws SpikeloomError where a network that was put in has a rule that is a function
 */
export function journalDocument(entries: readonly JournalEntry[], arrays: ArraySink): unknown {
  return entries.map((entry) => withPath(['journal', `step ${entry.step}`], () => toDocument(entry, arrays)));
}

/** The entries of such a document. @throws SpikeloomError where it is none */
export function journalOf(document: unknown, arrays: ArraySource): JournalEntry[] {
  if (!Array.isArray(document)) throw noJournal('it is no list');
  return document.map((entry, i) => {
    const read = fromDocument(entry, arrays);
    requireEntry(read, i);
    return read;
  });
}

const FITS: { readonly [K in Operation['kind']]: (entry: Record<string, unknown>) => boolean } = {
  set: ({ view, values }) => isObject(view) && typeof view.population === 'string' && isObject(view.cells) && isObject(values),
  setSynapses: ({ projection, values }) => typeof projection === 'string' && isObject(values),
  reward: ({ projections, size }) =>
    Array.isArray(projections) && projections.every((name) => typeof name === 'string') && typeof size === 'number' && Number.isFinite(size),
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
