import { expect, it } from 'vitest';
import { correlation, fanoFactor, meanRate, type SpikeTimes, variationOfIntervals } from './spikeStatistics.ts';

/** Spikes of some cells, by their times, in order. */
function spikes(...trains: readonly (readonly number[])[]): SpikeTimes {
  const all = trains.flatMap((times, cell) => times.map((time) => ({ cell, time }))).sort((a, b) => a.time - b.time);
  return { cells: all.map(({ cell }) => cell), times: all.map(({ time }) => time) };
}

it('mean rate: spikes later than the beginning, up to the end, by all cells', () => {
  const given = spikes([10, 20, 30], [20, 100], []);
  expect(meanRate(given, { size: 3, from: 10, to: 30 })).toBeCloseTo((3 / 3 / 20) * 1000, 12);
  expect(meanRate(given, { size: 4, from: 0, to: 100 })).toBeCloseTo((5 / 4 / 100) * 1000, 12);
});

it('variation of intervals: of each cell with enough spikes, then their mean', () => {
  // Intervals 1, 3, 1, 3: mean 2, deviation 1. Those of the second are all equal. The third has too few.
  const given = spikes([1, 2, 5, 6, 9], [1, 3, 5, 7, 9], [1, 2, 9]);
  expect(variationOfIntervals(given, { size: 3, from: 0, to: 10 })).toBeCloseTo(0.25, 12);
  expect(variationOfIntervals(given, { size: 3, from: 0, to: 10, least: 3 })).toBeCloseTo((0.5 + 0 + 0.75) / 3, 12);
  // An interval that begins before the window does not count: 3, 1, 3 are left.
  expect(variationOfIntervals(spikes([1, 2, 5, 6, 9]), { size: 1, from: 1, to: 10, least: 4 })).toBeCloseTo(Math.sqrt(8 / 9) / (7 / 3), 12);
  expect(variationOfIntervals(given, { size: 3, from: 0, to: 10, least: 6 })).toBeNaN();
});

it('Fano factor: variance by mean of the counts of all cells in whole bins', () => {
  // Counts 3, 0, 1 and a half bin: mean 4/3, variance 14/9.
  const given = spikes([1, 5, 12], [3], [16]);
  expect(fanoFactor(given, { size: 3, from: 0, to: 17 })).toBeCloseTo(14 / 9 / (4 / 3), 12);
  expect(fanoFactor(given, { size: 3, from: 0, to: 16, bin: 8 })).toBeCloseTo(0.25 / 2.5, 12);
  expect(fanoFactor(spikes([]), { size: 1, from: 0, to: 10 })).toBeNaN();
});

it('correlation: the mean over pairs of cells that spiked', () => {
  // Counts over four bins of 5 ms, among them two in one bin.
  const trains = [
    [1, 2, 11],
    [3, 16],
    [6, 7, 8, 18],
  ];
  const counts = [
    [2, 0, 1, 0],
    [1, 0, 0, 1],
    [0, 3, 0, 1],
  ];
  const pearson = (a: readonly number[], b: readonly number[]): number => {
    const average = (x: readonly number[]) => x.reduce((s, v) => s + v, 0) / x.length;
    const covariance = (x: readonly number[], y: readonly number[]) => average(x.map((v, i) => (v - average(x)) * (y[i] - average(y))));
    return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
  };
  const expected = (pearson(counts[0], counts[1]) + pearson(counts[0], counts[2]) + pearson(counts[1], counts[2])) / 3;
  // A silent cell, and one that spikes in each bin alike, change nothing.
  expect(correlation(spikes(...trains, [], [1, 6, 11, 16]), { size: 5, from: 0, to: 20 })).toBeCloseTo(expected, 12);
  // Opposite counts.
  expect(correlation(spikes([1], [6]), { size: 2, from: 0, to: 10 })).toBeCloseTo(-1, 12);
  expect(correlation(spikes([1], []), { size: 2, from: 0, to: 10 })).toBeNaN();
});

it('times at borders count as the end of a step, however they were rounded', () => {
  // 0.1 * 3 is 0.30000000000000004, 0.1 * 57 is 5.7.
  const times = [0.1 * 3, 5 + 1e-12, 10 - 1e-12];
  expect(meanRate({ cells: [0, 0, 0], times }, { size: 1, from: 0.3, to: 10 })).toBeCloseTo((2 / 9.7) * 1000, 9);
  // One in each bin of 5 ms: none lies in the next.
  expect(fanoFactor({ cells: [0, 0], times: times.slice(1) }, { size: 1, from: 0, to: 10 })).toBe(0);
});

it('what makes no sense is refused', () => {
  const given = spikes([1, 2]);
  const message = (body: () => unknown): string => {
    try {
      body();
    } catch (error) {
      return String(error);
    }
    throw new Error('nothing was thrown');
  };
  const window = { size: 1, from: 0, to: 10 };
  expect(
    [
      () => meanRate(given, { ...window, to: 0 }),
      () => meanRate(given, { ...window, size: 0 }),
      () => meanRate(spikes([1], [2]), window),
      () => meanRate({ cells: [0, 0], times: [2, 1] }, window),
      () => variationOfIntervals(given, { ...window, least: 1 }),
      () => fanoFactor(given, { ...window, bin: 0 }),
      () => correlation(given, { ...window, bin: 11 }),
    ]
      .map(message)
      .join('\n\n'),
  ).toMatchInlineSnapshot(`
    "SpikeloomError [invalid-value]: the window is 0 to 0 ms
      in spike statistics
      Give times in ms, the first before the last.

    SpikeloomError [invalid-value]: the number of cells is 0
      in spike statistics
      Give a whole number, at least 1.

    SpikeloomError [invalid-value]: the cell of a spike is 1
      in spike statistics
      The window says that there are 1 cells: count those that never spike, too.

    SpikeloomError [invalid-value]: the time of a spike is 1
      in spike statistics
      It comes after one at 2 ms: give spikes in order of time.

    SpikeloomError [invalid-value]: the least number of spikes is 1
      in spike statistics
      Give a whole number, at least 2.

    SpikeloomError [invalid-value]: the width of a bin is 0
      in spike statistics
      Give a width in ms above 0, of which the window holds one at least.

    SpikeloomError [invalid-value]: the width of a bin is 11
      in spike statistics
      Give a width in ms above 0, of which the window holds one at least."
  `);
});
