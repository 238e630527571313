import { requireKnownKeys } from '../core/keys.ts';
import type { Spikes } from '../simulation/recordings.ts';
import { type Pattern, shapeError } from './pattern.ts';
import { invalid, requireWhole } from './randomPatterns.ts';

const TURN = 2 * Math.PI;

export interface CountOptions {
  /** Number of cells. */
  readonly size: number;
  /** Counts spikes after this time, ms; from the start unless given. */
  readonly from?: number;
  /** ... up to this time, ms; to the end unless given. */
  readonly to?: number;
}

/** Spikes of each cell in a stretch of time. */
export function countSpikes({ cells, times }: Pick<Spikes, 'cells' | 'times'>, options: CountOptions): Uint32Array {
  requireKnownKeys(options, ['size', 'from', 'to'], 'spike count');
  const { size, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options;
  requireWhole('size', size);
  const counts = new Uint32Array(size);
  cells.forEach((cell, i) => {
    if (cell >= size) throw shapeError(`cell ${cell} spiked, of ${size} cells`, 'Give the size of the population.');
    if (times[i] > from && times[i] <= to) counts[cell]++;
  });
  return counts;
}

/** The cells that spiked at least so often, as a pattern: what a lattice of spiking cells has recalled. */
export function activePattern(
  counts: ArrayLike<number>,
  options: { readonly rows: number; readonly columns: number; readonly atLeast: number },
): Pattern {
  requireKnownKeys(options, ['rows', 'columns', 'atLeast'], 'pattern of counts');
  const { rows, columns, atLeast } = options;
  if (counts.length !== rows * columns) throw shapeError(`${counts.length} counts for ${rows} x ${columns} cells`, 'Give one for each cell.');
  return { rows, columns, values: Uint8Array.from(counts, (n) => (n >= atLeast ? 1 : 0)) };
}

/** Where activity lies on a ring of cells whose preferred angles are spread evenly, cell 0 at angle 0. */
export interface PopulationVector {
  /** Direction of the sum of all cells' vectors, radians from 0 to 2 pi; NaN where nothing is active. */
  readonly angle: number;
  /** Its length over the sum of lengths: 1 where one cell alone is active, 0 for even activity. */
  readonly length: number;
  /** Circular standard deviation, sqrt(-2 ln length), radians; of n cells, n / (2 pi) times that in cells. */
  readonly width: number;
}

/**
 * Population vector: Georgopoulos A P, Schwartz A B, Kettner R E (1986) Neuronal population coding of movement direction. Science
 * 233:1416-1419. Width: Mardia K V, Jupp P E (2000) Directional Statistics. Wiley, section 2.3.
 *
 * @param activity of each cell of the ring, none negative: counts or rates
 */
export function populationVector(activity: ArrayLike<number>): PopulationVector {
  let [x, y, sum] = [0, 0, 0];
  for (let i = 0; i < activity.length; i++) {
    if (!(activity[i] >= 0)) throw invalid(`the activity of cell ${i} is ${activity[i]}`, 'Give counts or rates, none below 0.');
    const angle = (TURN * i) / activity.length;
    x += activity[i] * Math.cos(angle);
    y += activity[i] * Math.sin(angle);
    sum += activity[i];
  }
  if (sum === 0) return { angle: Number.NaN, length: 0, width: Number.POSITIVE_INFINITY };
  const length = Math.min(1, Math.hypot(x, y) / sum);
  return { angle: (Math.atan2(y, x) + TURN) % TURN, length, width: Math.sqrt(-2 * Math.log(length)) };
}

/** A bump of activity over time. */
export interface BumpTrack {
  /** Middle of each window, ms. */
  readonly times: Float64Array;
  /** Radians, without jumps: a bump that goes around twice ends 4 pi later. NaN where no cell spiked. */
  readonly angles: Float64Array;
  /** As in `PopulationVector`. */
  readonly lengths: Float64Array;
  readonly widths: Float64Array;
}

export interface TrackOptions {
  /** Number of cells of the ring. */
  readonly size: number;
  /** Length of each window, ms. */
  readonly window: number;
  /** Where the first window begins, ms; 0 unless given. */
  readonly from?: number;
  /** Where the last one ends at the latest, ms. */
  readonly to: number;
}

/** Population vectors of a ring of cells, window by window. */
export function trackBump({ cells, times }: Pick<Spikes, 'cells' | 'times'>, options: TrackOptions): BumpTrack {
  requireKnownKeys(options, ['size', 'window', 'from', 'to'], 'track');
  const { size, window, from = 0, to } = options;
  requireWhole('size', size);
  if (!(window > 0 && to - from >= window)) {
    throw invalid(`windows of ${window} ms from ${from} to ${to} ms`, 'Give a window above 0 that fits between the two times.');
  }
  // A stretch that holds whole windows holds them also where its decimals do not: 0.3 / 0.1.
  const n = Math.floor((to - from) / window + 1e-9);
  const counts = Array.from({ length: n }, () => new Uint32Array(size));
  cells.forEach((cell, i) => {
    if (cell >= size) throw shapeError(`cell ${cell} spiked, of ${size} cells`, 'Give the size of the population.');
    const k = Math.ceil((times[i] - from) / window) - 1;
    if (k >= 0 && k < n) counts[k][cell]++;
  });
  const vectors = counts.map(populationVector);
  return {
    times: Float64Array.from(vectors, (_, k) => from + (k + 0.5) * window),
    angles: unwrapped(vectors.map(({ angle }) => angle)),
    lengths: Float64Array.from(vectors, (v) => v.length),
    widths: Float64Array.from(vectors, (v) => v.width),
  };
}

/** Angles whose steps are at most half a turn. */
function unwrapped(angles: readonly number[]): Float64Array {
  let last = 0;
  return Float64Array.from(angles, (angle) => {
    if (Number.isNaN(angle)) return angle;
    last = angle + TURN * Math.round((last - angle) / TURN);
    return last;
  });
}
