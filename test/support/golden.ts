import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const DATA = new URL('../golden/data/', import.meta.url);

/** A trace recorded from an independent implementation; test/golden/README.md says how it was made and how closely to match it. */
export interface Golden {
  readonly scenario: string;
  readonly description: string;
  /** Every number needed to rebuild the scenario. */
  readonly params: Readonly<Record<string, unknown>>;
  /** ms */
  readonly dt: number;
  readonly steps: number;
  /** The exact order of operations. */
  readonly notes: readonly string[];
  /** State after each step unless `notes` says otherwise: columns of numbers, or rows of them; missing edges and NaN are null. */
  readonly series: Readonly<Record<string, unknown>>;
}

/** Reads `test/golden/data/<name>.json.gz`. */
export function loadGolden(name: string): Golden {
  const file = `${name}.json.gz`;
  const files = readdirSync(DATA);
  if (!files.includes(file)) throw new Error(`no golden trace '${name}'; there are: ${files.map((f) => f.replace('.json.gz', '')).join(', ')}`);
  return JSON.parse(gunzipSync(readFileSync(new URL(file, DATA))).toString('utf8'));
}

/** One number of `params`. */
export function goldenNumber(golden: Golden, name: string): number {
  return pick(golden, 'params', name, (value) => typeof value === 'number');
}

/** One column of numbers from `series` or, failing that, from `params`. */
export function goldenColumn(golden: Golden, name: string): readonly number[] {
  return pick(golden, name in golden.series ? 'series' : 'params', name, isColumn);
}

/** A table of numbers from `series` or, failing that, from `params`: `table[row][column]`, null where there is no edge. */
export function goldenTable(golden: Golden, name: string): readonly (readonly (number | null)[])[] {
  return pick(golden, name in golden.series ? 'series' : 'params', name, (value) => Array.isArray(value) && value.every(isColumnWithGaps));
}

function pick<T>(golden: Golden, part: 'params' | 'series', name: string, fits: (value: unknown) => boolean): T {
  const value = golden[part][name];
  if (!fits(value))
    throw new Error(`'${name}' in ${part} of '${golden.scenario}' is not what was asked for; there are: ${Object.keys(golden[part]).join(', ')}`);
  return value as T;
}

const isColumnWithGaps = (value: unknown) => Array.isArray(value) && value.every((x) => x === null || typeof x === 'number');
const isColumn = (value: unknown) => Array.isArray(value) && value.every((x) => typeof x === 'number');
