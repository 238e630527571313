import { InvalidArgumentError } from 'commander';
import { SpikeloomError, suggest } from '../core/error.ts';
import { FORMATS, type Format } from '../io/results.ts';
import type { Precision } from '../ir/expr.ts';
import type { BackendName } from '../simulation/simulation.ts';

/** Flags of every command that takes a network. */
export interface NetworkFlags {
  /** ms */
  readonly dt?: number;
  readonly seed?: number;
  /** ms */
  readonly duration?: number;
  /** As given: `exc.a=0.03`. */
  readonly set?: readonly string[];
  /** As given: `exc.v:mean@10`. */
  readonly record?: readonly string[];
  readonly precision?: Precision;
  /** Say what it takes in memory, and do nothing else. */
  readonly plan?: boolean;
}

export interface RunFlags extends NetworkFlags {
  readonly out?: string;
  readonly format?: readonly string[];
  readonly backend?: BackendName;
  readonly threads?: number | 'auto';
  readonly saveState?: string;
  readonly fromState?: string;
  /** ms */
  readonly maxWall?: number;
  /** Hz */
  readonly maxRate?: number;
  /** bytes */
  readonly maxMemory?: number;
  readonly json?: boolean;
  readonly timings?: boolean;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '') throw new InvalidArgumentError('Give a whole number from 0 to 2^53 - 1.');
  return value;
}

export function threads(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("Give a whole number, at least 1, or 'auto'.");
  return value;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || text.trim() === '') throw new InvalidArgumentError('Give a number above 0.');
  return value;
}

const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A time in ms, at least 0: `250`, `250ms`, `2.5s`, `10min`. */
export function time(text: string): number {
  const value = withUnit(text, TIME_UNITS, 'ms');
  if (value === undefined)
    throw new InvalidArgumentError(`Give a time, at least 0, in ms or with a unit (${Object.keys(TIME_UNITS).join(', ')}): 250 or 2.5s.`);
  return value;
}

/** A time in ms, above 0. */
export function timeAboveZero(text: string): number {
  const value = time(text);
  if (value === 0) throw new InvalidArgumentError('Give a time above 0, in ms or with a unit: 500 or 10min.');
  return value;
}

/** Bytes, above 0: `500MB`, `2GiB`. */
export function size(text: string): number {
  const value = withUnit(text, SIZE_UNITS, 'B');
  if (value === undefined || value === 0) {
    throw new InvalidArgumentError(`Give a size above 0, in bytes or with a unit (${Object.keys(SIZE_UNITS).join(', ')}): 500MB.`);
  }
  return value;
}

function withUnit(text: string, units: Readonly<Record<string, number>>, plain: string): number | undefined {
  const match = /^((?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?) *([A-Za-z]*)$/.exec(text);
  if (!match) return undefined;
  const unit = match[2] === '' ? plain : match[2];
  const value = Number(match[1]) * (Object.hasOwn(units, unit) ? units[unit] : Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** Adds to what was given before: for flags that may be given several times. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Words between commas, those of earlier flags included. */
export function list(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((word) => word.trim())];
}

/** Formats of results by their names. @throws SpikeloomError 'usage' */
export function formatsOf(words: readonly string[] = ['csv']): Format[] {
  return words.map((word) => {
    const format = FORMATS.find((known) => known === word);
    if (format) return format;
    throw new SpikeloomError({ code: 'usage', message: `there is no format '${word}'`, path: ['--format'], hint: suggest(word, FORMATS) });
  });
}
