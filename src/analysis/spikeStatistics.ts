import { describe } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';

/** Spikes in order of time: what `recordings.spikes` returns, or any others. */
export interface SpikeTimes {
  /** Of each spike, its cell, from 0 on. */
  readonly cells: ArrayLike<number>;
  /** Of each spike, when it happened, ms. */
  readonly times: ArrayLike<number>;
}

/** The cells and the time that a statistic is about. */
export interface SpikeWindow {
  /** Cells in all, those that never spike included: their indices are below it. */
  readonly size: number;
  /** ms; spikes later than `from`, up to and including `to`: a spike happens at the end of a step. */
  readonly from: number;
  readonly to: number;
}

export interface IntervalWindow extends SpikeWindow {
  /** Spikes that a cell must have in the window to count; 5 unless given. */
  readonly least?: number;
}

export interface BinnedWindow extends SpikeWindow {
  /** Width of a bin, ms; 5 unless given. What is left of the window behind the last whole bin is left out. */
  readonly bin?: number;
}

/** Mean rate of the cells, Hz. @throws SpikeloomError 'invalid-value' where the window makes no sense or a cell lies outside it */
export function meanRate(spikes: SpikeTimes, window: SpikeWindow): number {
  let count = 0;
  within(spikes, window, () => count++);
  return (count / window.size / (window.to - window.from)) * 1000;
}

/**
 * Coefficient of variation of the intervals between spikes, which is 1 for a Poisson process and 0 for a clock: standard deviation
 * (of a population, not a sample) by mean, of each cell on its own, then the mean over those cells that spike often enough.
 * NaN where none does. Softky W R, Koch C (1993) J Neurosci 13:334-350.
 *
 * @throws SpikeloomError as `meanRate`; also where `least` is below 2
 */
export function variationOfIntervals(spikes: SpikeTimes, window: IntervalWindow): number {
  const { size, least = 5 } = window;
  if (!(Number.isInteger(least) && least >= 2)) throw senseless('least number of spikes', least, 'Give a whole number, at least 2.');
  const trains: number[][] = Array.from({ length: requireSize(size) }, () => []);
  within(spikes, window, (cell, time) => trains[cell].push(time));
  const variations = trains.filter((train) => train.length >= least).map((train) => variation(train.slice(1).map((time, i) => time - train[i])));
  return mean(variations);
}

/**
 * Fano factor of the spikes of all cells together: variance (of a population, not a sample) of their counts in bins, by the mean.
 * Independent Poisson processes have 1; more says that cells spike together. NaN where there are no spikes.
 *
 * @throws SpikeloomError as `meanRate`; also where a bin is not above 0, or the window holds none
 */
export function fanoFactor(spikes: SpikeTimes, window: BinnedWindow): number {
  const { binOf, count } = binsOf(window);
  const counts = new Float64Array(count);
  within(spikes, window, (_, time) => {
    const bin = binOf(time);
    if (bin < count) counts[bin]++;
  });
  return varianceOf(counts) / mean(counts);
}

/**
 * Mean of Pearson's correlation coefficient of binned spike counts over all pairs of different cells that spiked. NaN where there are
 * fewer than two. Takes time in proportion to spikes and bins, not to pairs. A cell whose counts are all equal has no coefficient
 * and is left out.
 *
 * @throws SpikeloomError as `fanoFactor`
 */
export function correlation(spikes: SpikeTimes, window: BinnedWindow): number {
  const { binOf, count } = binsOf(window);
  const trains: number[][] = Array.from({ length: requireSize(window.size) }, () => []);
  within(spikes, window, (cell, time) => {
    const bin = binOf(time);
    if (bin < count) trains[cell].push(bin);
  });
  // The sum over pairs of the products of standard scores is half of: the square of their sum, less the sum of their squares.
  const sums = new Float64Array(count);
  let base = 0;
  let cells = 0;
  for (const train of trains) {
    const average = train.length / count;
    const deviation = Math.sqrt(squaresOf(train) / count - average ** 2);
    if (train.length === 0 || !(deviation > 1e-9 * average)) continue;
    cells++;
    base -= average / deviation;
    for (const bin of train) sums[bin] += 1 / deviation;
  }
  const squares = sums.reduce((total, sum) => total + (sum + base) ** 2, 0);
  return cells < 2 ? Number.NaN : (squares / count - cells) / (cells * (cells - 1));
}

/** The sum of the squares of the counts of bins, given the bin of each spike in order. */
function squaresOf(train: readonly number[]): number {
  let squares = 0;
  let run = 0;
  for (let i = 0; i < train.length; i++) {
    run = i > 0 && train[i] === train[i - 1] ? run + 1 : 1;
    squares += 2 * run - 1;
  }
  return squares;
}

/** Calls a function for each spike in the window. */
function within({ cells, times }: SpikeTimes, { size, from, to }: SpikeWindow, call: (cell: number, time: number) => void): void {
  requireSize(size);
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
    throw senseless('window', `${from} to ${to} ms`, 'Give times in ms, the first before the last.');
  }
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < times.length; i++) {
    const [cell, time] = [cells[i], times[i]];
    if (!(cell < size)) throw senseless('cell of a spike', cell, `The window says that there are ${size} cells: count those that never spike, too.`);
    if (time < last) throw senseless('time of a spike', time, `It comes after one at ${last} ms: give spikes in order of time.`);
    last = time;
    if (time > from + SLACK && time <= to + SLACK) call(cell, time);
  }
}

/** Times are multiples of a step, rounded: this far from a border they count as on it, ms. */
const SLACK = 1e-6;

function binsOf({ from, to, bin = 5 }: BinnedWindow): { readonly binOf: (time: number) => number; readonly count: number } {
  const count = Math.floor((to - from) / bin + 1e-9);
  if (!(bin > 0) || !(count >= 1)) throw senseless('width of a bin', bin, 'Give a width in ms above 0, of which the window holds one at least.');
  return { binOf: (time) => Math.max(0, Math.ceil((time - from - SLACK) / bin) - 1), count };
}

function requireSize(size: number): number {
  if (Number.isInteger(size) && size >= 1) return size;
  throw senseless('number of cells', size, 'Give a whole number, at least 1.');
}

function senseless(what: string, given: unknown, hint: string): SpikeloomError {
  const shown = typeof given === 'string' ? given : describe(given);
  return new SpikeloomError({ code: 'invalid-value', message: `the ${what} is ${shown}`, path: ['spike statistics'], hint });
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

function varianceOf(values: ArrayLike<number>): number {
  const average = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - average) ** 2;
  return sum / values.length;
}

function variation(intervals: readonly number[]): number {
  return Math.sqrt(varianceOf(intervals)) / mean(intervals);
}
