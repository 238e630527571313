import { expect, it } from 'vitest';
import { hodgkinHuxley } from '../models/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from '../simulation/simulation.ts';
import { findPeaks } from './peaks.ts';

it('finds samples that their neighbors do not reach', () => {
  const values = [5, 1, 3, 2, 2, 4, 4, 4, 1, 6, 6, 7, 9];
  expect([...findPeaks(values)]).toEqual([2, 5]);
  expect([...findPeaks(values, { above: 3 })]).toEqual([5]);
  expect([...findPeaks([])]).toEqual([]);
  expect([...findPeaks([0, 3, 0, 2, 0, 3, 0, 0, 1, 0], { apart: 3 })]).toEqual([1, 5, 8]);
  expect([...findPeaks([0, 3, 0, 2, 0, 3, 0, 0, 1, 0], { apart: 5 })]).toEqual([1, 8]);
  expect(() => findPeaks(values, { apart: 0 })).toThrow('apart is 0');
  expect(() => findPeaks(values, { above: Number.NaN })).toThrow('above is NaN');
});

it('are the spikes of a Hodgkin-Huxley cell', async () => {
  const network = new Network({ dt: 0.02, duration: 60 });
  const cells = network.population('cells', hodgkinHuxley({ i_in: 10 }), 1);
  network.record(cells, 'v').recordSpikes(cells);
  const simulation = await simulate(network);
  await simulation.run();
  const peaks = findPeaks(simulation.recordings.trace(cells, 'v').of(0), { above: 0 });
  expect(peaks.length).toBeGreaterThan(2);
  expect(peaks).toHaveLength(simulation.recordings.spikes(cells).steps.length);
});
