import { InternalError, type Problem, SpikeloomError } from '../../core/error.ts';
import type { WarningData } from '../../core/warning.ts';
import type { NetworkDef, ValueSpec, ViewDef } from '../../network/definition.ts';
import type { CellPairs } from '../../network/graph/pairs.ts';
import type { RecordedChunk, RecorderInfo } from '../../simulation/recordings.ts';
import type { JournalEntry, Progress, ResetPart, RunResult, SimulateOptions, Timings } from '../../simulation/simulation.ts';

/*
 * What page and engine say to each other. The page asks, by requests with a number; the engine answers each, and tells by itself
 * what was recorded and what was done. Messages arrive in order: what is told before an answer is known in the page before it.
 */

/** How the engine's simulation is made. */
export type EngineOptions = Pick<SimulateOptions, 'backend' | 'precision' | 'threads' | 'maxMemory' | 'maxRate'>;

/** What the page is to know of a network, and may change with it. */
export interface Facts {
  readonly seed: number;
  readonly synapses: number;
  /** As plain data: a message has no prototypes. */
  readonly warnings: readonly WarningData[];
  readonly recorders: readonly RecorderInfo[];
  /** Where its synapses became others. */
  readonly network?: NetworkDef;
}

export interface Started extends Facts {
  readonly backend: 'js' | 'wasm';
  readonly precision: 'f32' | 'f64';
  readonly threads: number;
  readonly timings: Timings;
}

/** A quantity of some cells that is looked at while it changes. */
export interface Watched {
  readonly view: ViewDef;
  /** A quantity, named expression or port. */
  readonly quantity: string;
}

/** Values at one moment, all of the same step. */
export interface Frame {
  /** Steps done. */
  readonly step: number;
  /** Model time, ms. */
  readonly time: number;
  /** For each quantity that is watched its values, in its unit, in the order of the view's cells. */
  readonly columns: readonly Float32Array[];
}

/** What the page may ask of the engine. */
export interface Calls {
  /** Whether somebody is there. @param lock the name of a lock that the engine holds as long as it lives */
  hello(lock: string): void;
  start(network: NetworkDef, options: EngineOptions): Started;
  /** @param duration ms; Infinity: until it is aborted; the network's own duration where undefined */
  run(duration: number | undefined): RunResult;
  abort(): void;
  pause(): void;
  resume(): void;
  advance(steps: number): RunResult;
  limit(speed: number): void;
  read(view: ViewDef, name: string): Float64Array;
  write(view: ViewDef, values: Readonly<Record<string, ValueSpec>>): void;
  synapsesOf(projection: string): { readonly sources: Uint32Array; readonly targets: Uint32Array };
  readSynapses(projection: string, name: string): Float64Array;
  writeSynapses(projection: string, values: Readonly<Record<string, ValueSpec>>, options: { readonly pairs?: CellPairs }): void;
  addSynapses(projection: string, pairs: CellPairs, values: Readonly<Record<string, ValueSpec>>): void;
  removeSynapses(projection: string, pairs: CellPairs): void;
  snapshot(): Uint8Array;
  restore(bytes: Uint8Array): void;
  replace(network: NetworkDef): void;
  reset(options: { readonly keep?: readonly string[]; readonly only?: readonly ResetPart[] }): void;
  replay(journal: readonly JournalEntry[]): void;
  /** @param spare arrays that the page no longer needs */
  frame(watched: readonly Watched[], spare: readonly Float32Array[]): Frame;
}

export type CallName = keyof Calls;

export type Request = { readonly [K in CallName]: { readonly id: number; readonly call: K; readonly args: Parameters<Calls[K]> } }[CallName];

/** What the page says: requests, and how many bytes of recordings it has taken. */
export type ToEngine = Request | { readonly call: 'taken'; readonly bytes: number };

/** What the engine says; `step` counts the steps done. */
export type ToPage = { readonly step: number } & (
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: SentError }
  | { readonly kind: 'recorded'; readonly chunks: readonly (readonly [index: number, chunk: RecordedChunk])[]; readonly bytes: number }
  | { readonly kind: 'journal'; readonly entry: JournalEntry; readonly facts: Facts }
  | { readonly kind: 'progress'; readonly progress: Progress }
);

/** One end of the line. */
export interface Port {
  send(message: unknown, transfer: Transferable[]): void;
  listen(receive: (message: unknown) => void): void;
}

/** An error on its way to the page. */
export type SentError =
  | { readonly kind: 'user'; readonly problems: readonly Problem[] }
  | { readonly kind: 'internal' | 'other'; readonly message: string; readonly stack: string | undefined };

export function sendError(error: unknown): SentError {
  if (error instanceof SpikeloomError) return { kind: 'user', problems: error.problems };
  if (!(error instanceof Error)) return { kind: 'other', message: String(error), stack: undefined };
  return { kind: error instanceof InternalError ? 'internal' : 'other', message: error.message, stack: error.stack };
}

/** The error as it was, with the stack of the engine where it is no fault of the user. */
export function receiveError(sent: SentError): Error {
  if (sent.kind === 'user') return new SpikeloomError(sent.problems);
  const error = sent.kind === 'internal' ? new InternalError('') : new Error();
  error.message = sent.message;
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}

/** The memory of the arrays in a value, or in its fields: it goes over, and is gone where it was. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const candidates = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? Object.values(value).flat() : [value];
  return candidates.flatMap((x) => (ArrayBuffer.isView(x) && x.buffer instanceof ArrayBuffer ? [x.buffer] : []));
}
