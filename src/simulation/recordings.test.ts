import { expect, it } from 'vitest';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

const still = defineNeuron({ name: 'still', quantities: { v: quantity(0, 'mV', 'voltage') }, step: 'v = v' });

it('answers for the view that is asked about, never for another', async () => {
  const network = new Network({ dt: 1, duration: 4 });
  const cells = network.population('cells', still(), 6).set({ v: [0, 1, 2, 3, 4, 5] });
  const [low, high] = [cells.slice(0, 2), cells.slice(2, 6)];
  network.record(low, 'v', { mean: true }).record(high, 'v', { mean: true, every: 2 }).record(low, 'v').recordSpikeCounts(low);
  network.record(cells, 'v', { every: 2 }).record(cells, 'v', { every: 4 });
  const simulation = await simulate(network);
  await simulation.run();
  const { recordings } = simulation;
  expect([...recordings.mean(low, 'v').values]).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect([...recordings.mean(high, 'v').values]).toEqual([3.5, 3.5]);
  expect([...recordings.trace(low, 'v').cells]).toEqual([0, 1]);
  expect(recordings.trace(cells, 'v', { every: 4 }).times).toEqual(Float64Array.of(4));
  expect(() => recordings.trace(cells, 'v')).toThrow("trace of 'cells', 'v', was recorded in 2 ways");
  expect(() => recordings.mean(cells, 'v')).toThrow("mean of 'cells', 'v', was not recorded");
  expect(() => recordings.mean(cells.slice(0, 3), 'v')).toThrow('was not recorded');
  expect(() => recordings.spikeCounts(cells)).toThrow('was not recorded');
});
