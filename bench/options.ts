import { parseArgs } from 'node:util';
import { UsageError } from './help.ts';

/** What the command line asks for, checked. What was not given is absent, so that each bench has its own choice. */
export interface BenchOptions {
  readonly names: readonly string[];
  readonly statistics: boolean;
  readonly peers: boolean;
  readonly scaling: boolean;
  readonly json: boolean;
  readonly n?: number;
  readonly seconds?: number;
  readonly repeat?: number;
  readonly seed?: number;
  readonly seeds?: number;
  readonly threads?: number;
  readonly backend?: 'js' | 'wasm';
  readonly precision?: 'f32' | 'f64';
  readonly variant?: 'peer' | 'reference';
  readonly format?: 'csv' | 'npz' | 'h5';
}

/** @throws UsageError for a flag that there is none of, or a value that makes no sense */
export function readOptions(words: readonly string[]): BenchOptions {
  const { values, positionals } = parsed(words);
  const { statistics = false, peers = false, scaling = false, json = false } = values;
  const number = (name: 'n' | 'repeat' | 'seed' | 'seeds' | 'threads'): number | undefined => {
    const given = values[name];
    if (given === undefined || (/^\d+$/.test(given) && Number(given) >= 1)) return given === undefined ? undefined : Number(given);
    throw new UsageError(`--${name} is '${given}': give a whole number above 0.`);
  };
  const { seconds } = values;
  if (seconds !== undefined && !(Number(seconds) > 0)) throw new UsageError(`--seconds is '${seconds}': give a number above 0.`);
  return {
    names: positionals,
    statistics,
    peers,
    scaling,
    json,
    ...present({
      n: number('n'),
      seconds: seconds === undefined ? undefined : Number(seconds),
      repeat: number('repeat'),
      seed: number('seed'),
      seeds: number('seeds'),
      threads: number('threads'),
      backend: choice('backend', values.backend, ['js', 'wasm']),
      precision: choice('precision', values.precision, ['f32', 'f64']),
      variant: choice('variant', values.variant, ['peer', 'reference']),
      format: choice('format', values.format, ['csv', 'npz', 'h5']),
    }),
  };
}

function parsed(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        statistics: flag,
        peers: flag,
        scaling: flag,
        json: flag,
        n: text,
        seconds: text,
        repeat: text,
        seed: text,
        seeds: text,
        threads: text,
        backend: text,
        precision: text,
        variant: text,
        format: text,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function choice<T extends string>(name: string, given: string | undefined, known: readonly T[]): T | undefined {
  const found = known.find((x) => x === given);
  if (found !== undefined || given === undefined) return found;
  throw new UsageError(`--${name} is '${given}': choose one of ${known.join(', ')}.`);
}

/** What is there of an object, without what is undefined. */
function present<T extends object>(given: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** Options that have values, by what a bench takes. */
type Option = Exclude<keyof BenchOptions, 'names' | 'statistics' | 'peers' | 'scaling'>;

/** Refuses what was asked for and would be ignored. @throws UsageError */
export function requireOnly(what: string, options: BenchOptions, taken: readonly Option[]): void {
  const { names: _, statistics: __, peers: ___, scaling: ____, json, ...given } = options;
  const asked: string[] = [...Object.keys(given), ...(json ? ['json'] : [])];
  const ignored = asked.find((name) => !(taken as readonly string[]).includes(name));
  if (ignored === undefined) return;
  throw new UsageError(`${what} takes no --${ignored}: it takes ${taken.map((name) => `--${name}`).join(', ')}.`);
}
