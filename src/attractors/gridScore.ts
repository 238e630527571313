import { requireKnownKeys } from '../core/keys.ts';
import { shapeError } from './pattern.ts';
import { invalid, requireWhole } from './randomPatterns.ts';

/** One number a bin, row by row from the lowest y; NaN where there is none. It is a heat map, too: `plotHeatMap([map])`. */
export interface BinnedMap {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Where an animal was, at even intervals. */
export interface Path {
  /** ms between two positions. */
  readonly interval: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface RateMapOptions {
  /** Ends of the square box along both axes, in the unit of the path. */
  readonly low: number;
  readonly high: number;
  /** Along each side. */
  readonly bins: number;
  /** Standard deviation of a Gaussian over which spikes and visits are smoothed, in bins; 1 unless given. */
  readonly smooth?: number;
}

/** Rate of a cell in each part of a box, Hz; NaN where the animal never came near. @param times of its spikes, ms */
export function rateMap(times: ArrayLike<number>, path: Path, options: RateMapOptions): BinnedMap {
  requireKnownKeys(options, ['low', 'high', 'bins', 'smooth'], 'rate map');
  const { low, high, bins, smooth = 1 } = options;
  requireWhole('bins', bins);
  if (!(high > low)) throw invalid(`a box from ${low} to ${high}`, 'Give low below high.');
  if (!(smooth >= 0)) throw invalid(`smooth is ${smooth}`, 'Give a standard deviation in bins, 0 for none.');
  if (!(path.interval > 0)) throw invalid(`the interval of the path is ${path.interval}`, 'Give the ms between two positions.');
  if (path.x.length !== path.y.length) throw shapeError(`a path of ${path.x.length} x and ${path.y.length} y`, 'Give as many of both.');
  const binOf = (k: number): number => {
    const place = (x: number): number => Math.floor(((x - low) / (high - low)) * bins);
    const [row, column] = [place(path.y[k]), place(path.x[k])];
    return row >= 0 && row < bins && column >= 0 && column < bins ? row * bins + column : -1;
  };
  const [visits, spikes] = [new Float64Array(bins * bins), new Float64Array(bins * bins)];
  const binAt = Int32Array.from({ length: path.x.length }, (_, k) => binOf(k));
  for (const bin of binAt) if (bin >= 0) visits[bin] += path.interval / 1000;
  for (let i = 0; i < times.length; i++) {
    const bin = binAt[Math.floor(times[i] / path.interval)] ?? -1;
    if (bin >= 0) spikes[bin]++;
  }
  const [seconds, counts] = [smoothed(visits, bins, smooth), smoothed(spikes, bins, smooth)];
  return { rows: bins, columns: bins, values: counts.map((n, i) => (seconds[i] > 0 ? n / seconds[i] : Number.NaN)) };
}

/** Convolution with a Gaussian that ends at three standard deviations, along rows and along columns. */
function smoothed(values: Float64Array, bins: number, sd: number): Float64Array {
  if (sd === 0) return values;
  const reach = Math.ceil(3 * sd);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-((k - reach) ** 2) / (2 * sd * sd)));
  const along = (from: Float64Array, step: number): Float64Array =>
    from.map((_, i) => {
      const at = Math.floor(i / step) % bins;
      let sum = 0;
      for (let k = -reach; k <= reach; k++) if (at + k >= 0 && at + k < bins) sum += kernel[k + reach] * from[i + k * step];
      return sum;
    });
  return along(along(values, 1), bins);
}

/** Bins that two shifted maps must share for their correlation to count. */
const LEAST_OVERLAP = 20;

/**
 * Pearson's correlation of a map with itself, for each shift: 2 * rows - 1 by 2 * columns - 1, no shift in the middle. NaN where the
 * shifted maps share fewer than 20 bins.
 */
export function autocorrelogram({ rows, columns, values }: BinnedMap): BinnedMap {
  if (values.length !== rows * columns) throw shapeError(`a map of ${rows} x ${columns} with ${values.length} values`, 'Give one for each bin.');
  const shifts = { rows: 2 * rows - 1, columns: 2 * columns - 1 };
  const correlations = Float64Array.from({ length: shifts.rows * shifts.columns }, (_, i) => {
    const [dr, dc] = [Math.floor(i / shifts.columns) - rows + 1, (i % shifts.columns) - columns + 1];
    const [a, b]: [number[], number[]] = [[], []];
    for (let r = Math.max(0, -dr); r < Math.min(rows, rows - dr); r++) {
      for (let c = Math.max(0, -dc); c < Math.min(columns, columns - dc); c++) {
        const [one, other] = [values[r * columns + c], values[(r + dr) * columns + c + dc]];
        if (Number.isNaN(one + other)) continue;
        a.push(one);
        b.push(other);
      }
    }
    return a.length < LEAST_OVERLAP ? Number.NaN : correlation(a, b);
  });
  return { ...shifts, values: correlations };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/**
 * How hexagonal a map is, from -2 to 2: above 0 where its autocorrelogram looks more like itself after turns by 60 and 120 degrees than by
 * 30, 90 and 150. The central peak is left out; of rings around it with different outer radii, the best counts.
 * Sargolini F, Fyhn M, Hafting T, McNaughton B L, Witter M P, Moser M B, Moser E I (2006) Conjunctive representation of position,
 * direction, and velocity in entorhinal cortex. Science 312:758-762; Langston R F et al. (2010) Science 328:1576-1580.
 *
 * @returns NaN for a map without structure
 */
export function gridScore(map: BinnedMap): number {
  const correlogram = autocorrelogram(map);
  const center = { row: map.rows - 1, column: map.columns - 1 };
  const inner = centralRadius(correlogram, center);
  const largest = Math.min(center.row, center.column);
  let best = Number.NaN;
  for (let outer = Math.ceil(inner) + 3; outer <= largest; outer++) {
    const turned = (degrees: number): number => turnedCorrelation(correlogram, center, [inner, outer], (degrees * Math.PI) / 180);
    const score = Math.min(turned(60), turned(120)) - Math.max(turned(30), turned(90), turned(150));
    if (!(score <= best)) best = score;
  }
  return best;
}

interface Center {
  readonly row: number;
  readonly column: number;
}

/** How far the central peak reaches: to where the mean correlation at a distance falls below 0, or stops falling. */
function centralRadius(map: BinnedMap, center: Center): number {
  const largest = Math.min(center.row, center.column);
  const [sums, counts] = [new Float64Array(largest + 1), new Float64Array(largest + 1)];
  map.values.forEach((value, i) => {
    const distance = Math.round(Math.hypot(Math.floor(i / map.columns) - center.row, (i % map.columns) - center.column));
    if (distance > largest || Number.isNaN(value)) return;
    sums[distance] += value;
    counts[distance]++;
  });
  const means = sums.map((sum, d) => sum / counts[d]);
  const end = means.findIndex((mean, d) => d > 0 && (mean < 0 || !(means[d + 1] < mean)));
  return end < 0 ? largest : end;
}

/** Correlation of a ring of a map with the same ring turned about its center. */
function turnedCorrelation(map: BinnedMap, center: Center, [inner, outer]: readonly [number, number], angle: number): number {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const [a, b]: [number[], number[]] = [[], []];
  map.values.forEach((value, i) => {
    const [y, x] = [Math.floor(i / map.columns) - center.row, (i % map.columns) - center.column];
    const distance = Math.hypot(x, y);
    if (distance < inner || distance > outer) return;
    const other = interpolated(map, center.row + sin * x + cos * y, center.column + cos * x - sin * y);
    if (Number.isNaN(value + other)) return;
    a.push(value);
    b.push(other);
  });
  return correlation(a, b);
}

/** Between the four bins around a place. */
function interpolated({ rows, columns, values }: BinnedMap, row: number, column: number): number {
  const [r, c] = [Math.min(rows - 2, Math.max(0, Math.floor(row))), Math.min(columns - 2, Math.max(0, Math.floor(column)))];
  const [fr, fc] = [row - r, column - c];
  const at = (dr: number, dc: number): number => values[(r + dr) * columns + c + dc];
  return (1 - fr) * ((1 - fc) * at(0, 0) + fc * at(0, 1)) + fr * ((1 - fc) * at(1, 0) + fc * at(1, 1));
}
