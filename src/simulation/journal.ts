import { isObject } from '../core/checks.ts';
import { SpikeloomError, withPath } from '../core/error.ts';
import { isDefinition } from '../network/checks.ts';
import type { NetworkDef, ValueSpec, ViewDef } from '../network/definition.ts';
import { type ArraySink, type ArraySource, fromDocument, toDocument } from '../network/document.ts';
import { type CellPairs, isCellPairs } from '../network/graph/pairs.ts';

/** What can be reset by itself: cells and synapses, the time, what was recorded. */
export const RESET_PARTS = ['state', 'clock', 'recordings'] as const;
export type ResetPart = (typeof RESET_PARTS)[number];

/** Something done to a simulation from outside. */
export type Operation =
  | { readonly kind: 'set'; readonly view: ViewDef; readonly values: Readonly<Record<string, ValueSpec>> }
  /** Of all synapses of a projection, or of those that join one of the pairs. */
  | {
      readonly kind: 'setSynapses';
      readonly projection: string;
      readonly values: Readonly<Record<string, ValueSpec>>;
      readonly pairs?: CellPairs;
    }
  | { readonly kind: 'addSynapses'; readonly projection: string; readonly pairs: CellPairs; readonly values: Readonly<Record<string, ValueSpec>> }
  | { readonly kind: 'removeSynapses'; readonly projection: string; readonly pairs: CellPairs }
  /** For the projections of those names. */
  | { readonly kind: 'reward'; readonly projections: readonly string[]; readonly size: number }
  | { readonly kind: 'replace'; readonly network: NetworkDef }
  /** All of it, or some parts only; names such as `exc.v` and `exc->exc.w` whose values are kept. */
  | { readonly kind: 'reset'; readonly keep: readonly string[]; readonly only?: readonly ResetPart[] }
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
  setSynapses: ({ projection, values, pairs }) => typeof projection === 'string' && isObject(values) && (pairs === undefined || isCellPairs(pairs)),
  addSynapses: ({ projection, values, pairs }) => typeof projection === 'string' && isObject(values) && isCellPairs(pairs),
  removeSynapses: ({ projection, pairs }) => typeof projection === 'string' && isCellPairs(pairs),
  reward: ({ projections, size }) =>
    Array.isArray(projections) && projections.every((name) => typeof name === 'string') && typeof size === 'number' && Number.isFinite(size),
  replace: ({ network }) => isDefinition(network),
  reset: ({ keep, only }) => Array.isArray(keep) && keep.every((name) => typeof name === 'string') && (only === undefined || isResetParts(only)),
  restore: ({ snapshot }) => snapshot instanceof Uint8Array,
};

export function isResetParts(only: unknown): only is readonly ResetPart[] {
  return Array.isArray(only) && only.length > 0 && only.every((part) => RESET_PARTS.includes(part));
}

/** Whether an entry makes synapses, or takes some away. */
export function isRewiring({ kind }: JournalEntry): boolean {
  return kind === 'addSynapses' || kind === 'removeSynapses';
}

/** Whether an entry resets that part. */
export function resets(entry: JournalEntry, part: ResetPart): boolean {
  return entry.kind === 'reset' && (entry.only ?? RESET_PARTS).includes(part);
}

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
