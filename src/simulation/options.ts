import { describe, isObject, requireFunction, requireOptions, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { toSteps } from '../core/steps.ts';
import type { Precision } from '../ir/expr.ts';
import { MOST_THREADS } from '../ir/slices.ts';
import type { BackendName } from './backends.ts';
import type { JournalEntry } from './journal.ts';
import type { RecordingSink } from './recordings.ts';

export interface SimulateOptions {
  /** `wasm` (the default) is fast, `js` is its definition; both give the same bits. */
  readonly backend?: BackendName;
  /** Of state and arithmetic; f32 unless said. */
  readonly precision?: Precision;
  /**
   * On how many threads of this machine a run is carried out, from 1 to 64; `auto`, the default, chooses by what the network costs. The
   * bits never depend on it. More than one need the backend `wasm`, and in a page `simulateInWorker` and cross-origin isolation.
   */
  readonly threads?: number | 'auto';
  /**
   * Takes what is recorded while a run goes on, which waits for it: one chunk a recorder at a time, spike counts at the end of
   * each run. After `reset` and `restore` the steps of later chunks are those of the new time. What it throws ends the run.
   */
  readonly sink?: RecordingSink;
  /** Bytes of recordings that stay in memory, the newest; 64 MiB where there is a sink, else no limit. */
  readonly keepRecorded?: number;
  /** Bytes that the network's memory and its recordings may take: more is refused, or stops the run. */
  readonly maxMemory?: number;
  /** Real time that one run may take, ms: it is stopped then. */
  readonly maxWall?: number;
  /** Hz: a run stops where the mean rate of a population over the last 100 ms is above it (over the time so far, from 20 ms on). */
  readonly maxRate?: number;
  /** Told of every intervention when it is applied. */
  readonly onJournal?: (entry: JournalEntry) => void;
}

export interface Progress {
  /** Model time, ms. */
  readonly time: number;
  /** Of this run, from 0 to 1. */
  readonly fraction: number;
  /** Model time per real time so far. */
  readonly speed: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How a run ended. */
export interface RunResult {
  readonly steps: number;
  /** `aborted` where the signal ended it, `stopped` where a guard did; what was recorded until then is kept. */
  readonly end: 'done' | 'aborted' | 'stopped';
  /** Why a guard stopped it: the numbers, and what can be done. */
  readonly reason?: string;
  /** Real time, ms. */
  readonly elapsed: number;
}

/** Refuses a limit that is no number above 0. */
function requireLimit(name: string, value: unknown, unit: string): void {
  if (value === undefined || (typeof value === 'number' && value > 0)) return;
  throw new SpikeloomError({ code: 'usage', message: `${name} is ${describe(value)}`, hint: `Give a number of ${unit} above 0.` });
}

const SIMULATE_OPTIONS = ['backend', 'precision', 'threads', 'sink', 'keepRecorded', 'maxMemory', 'maxWall', 'maxRate', 'onJournal'];

/** Refuses what is no number of threads. */
function requireThreads(value: unknown): void {
  if (value === undefined || value === 'auto' || (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MOST_THREADS)) return;
  throw new SpikeloomError({
    code: 'usage',
    message: `threads is ${describe(value)}`,
    hint: `Give a whole number from 1 to ${MOST_THREADS}, or 'auto'.`,
  });
}

export function requireSimulateOptions(options: SimulateOptions): void {
  requireOptions('simulate', options, SIMULATE_OPTIONS);
  requireThreads(options.threads);
  requireLimit('keepRecorded', options.keepRecorded, 'bytes');
  requireLimit('maxMemory', options.maxMemory, 'bytes');
  requireLimit('maxWall', options.maxWall, 'milliseconds');
  requireLimit('maxRate', options.maxRate, 'Hz');
  requireFunction('onJournal', options.onJournal);
  const { sink } = options;
  if (sink === undefined || (isObject(sink) && typeof sink.open === 'function' && typeof sink.write === 'function')) return;
  throw wrongKind('the sink', sink, 'Give an object with the functions open(recorders, dt) and write(index, chunk).');
}

export function requireRunOptions(options: RunOptions): void {
  requireOptions('run', options, ['signal', 'onProgress']);
  requireFunction('onProgress', options.onProgress);
  const { signal } = options;
  if (signal !== undefined && !(isObject(signal) && typeof (signal as AbortSignal).aborted === 'boolean')) {
    throw wrongKind('the signal', signal, 'Give that of an AbortController.');
  }
}

/** Steps may be counted up to here, not including it. */
export const STEPS = 2 ** 32 - 1;

/** Steps that a duration (ms) takes where `done` are done. @throws SpikeloomError where it is no time, or reaches too far */
export function stepsOf(duration: number, dt: number, done: number): number {
  const steps = typeof duration === 'number' ? toSteps(duration, dt) : Number.NaN;
  if (typeof duration === 'number' && duration >= 0 && done + steps < STEPS) return steps;
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `the duration is ${String(duration)}`,
    hint: `Give a time in ms, at least 0 and below ${(STEPS * dt).toPrecision(3)}.`,
  });
}
