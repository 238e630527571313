import { SpikeloomError } from '../core/error.ts';
import { hash32 } from '../core/hash.ts';
import { requireKnownKeys } from '../core/keys.ts';
import { seedWords } from '../core/rng.ts';
import { philoxWords, RowDraws } from '../core/rowDraws.ts';
import { type Pattern, requirePattern, shapeError } from './pattern.ts';

export interface RandomPatternOptions {
  readonly rows: number;
  readonly columns: number;
  /** How many patterns. */
  readonly count: number;
  /** Probability of a cell to be active; 0.5 unless given. */
  readonly pActive?: number;
  /** An integer from 0 to 2^53 - 1; 0 unless given. */
  readonly seed?: number;
}

/** Patterns whose cells are active independently of each other. Pattern k is the same whatever the count. */
export function randomPatterns(options: RandomPatternOptions): readonly Pattern[] {
  requireKnownKeys(options, ['rows', 'columns', 'count', 'pActive', 'seed'], 'random pattern');
  const { rows, columns, count, pActive = 0.5, seed = 0 } = options;
  requireWhole('rows', rows);
  requireWhole('columns', columns);
  requireWhole('count', count);
  requireProbability('pActive', pActive);
  const draws = seededDraws(seed, 'random patterns');
  return Array.from({ length: count }, (_, k) => {
    draws.begin(k, 0);
    return { rows, columns, values: Uint8Array.from({ length: rows * columns }, () => (draws.unit() < pActive ? 1 : 0)) };
  });
}

/** The pattern with each cell flipped independently with probability `p`. */
export function distort(pattern: Pattern, p: number, options: { readonly seed?: number } = {}): Pattern {
  requireKnownKeys(options, ['seed'], 'distortion');
  requirePattern(pattern, 'the pattern');
  requireProbability('p', p);
  const draws = seededDraws(options.seed ?? 0, 'distort').begin(0, 0);
  return { ...pattern, values: pattern.values.map((value) => (draws.unit() < p ? 1 - value : value)) };
}

/** Random numbers of a use of a seed; no two uses share any. */
export function seededDraws(seed: number, use: string): RowDraws {
  if (!Number.isSafeInteger(seed) || seed < 0) throw invalid(`seed is ${String(seed)}`, 'Give an integer from 0 to 2^53 - 1.');
  const stream = hash32(`attractors/${use}`);
  return new RowDraws(philoxWords(stream, seedWords(seed)));
}

export function requireWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw shapeError(`${name} is ${String(value)}`, 'Give a whole number, at least 1.');
}

function requireProbability(name: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value <= 1) return;
  throw invalid(`${name} is ${String(value)}`, 'Give a probability, from 0 to 1.');
}

export function invalid(message: string, hint: string): SpikeloomError {
  return new SpikeloomError({ code: 'invalid-value', message, path: ['attractors'], hint });
}
