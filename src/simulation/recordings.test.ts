import { expect, it } from 'vitest';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { electrical, izhikevich } from '../models/index.ts';
import { allToAll, edgeList } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { Recordings } from './recordings.ts';
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

const ramp = { steps: Uint32Array.from([1, 2, 3, 4]), values: Float32Array.from([1, 2, 3, 4]) };

it('forgets the oldest where it may keep no more, and says how many', () => {
  const def = { kind: 'trace', view: { population: 'cells', cells: { kind: 'all' } }, quantity: 'v', every: 1 } as const;
  const recordings = new Recordings([{ def, cells: Uint32Array.of(0), unit: 'mV', values: 'f32', width: 1 }], 0.5, { keep: 40 });
  recordings.append(0, ramp);
  recordings.append(0, { steps: Uint32Array.from([5, 6, 7]), values: Float32Array.from([5, 6, 7]) });
  const { times, values, dropped } = recordings.trace('cells', 'v');
  expect(recordings.bytes).toBeLessThanOrEqual(40);
  expect([...values]).toEqual([4, 5, 6, 7].slice(4 - values.length));
  expect([...times]).toEqual([...values].map((step) => step * 0.5));
  expect(dropped).toBe(7 - values.length);
});

it('gives copies', () => {
  const def = { kind: 'trace', view: { population: 'cells', cells: { kind: 'all' } }, quantity: 'v', every: 1 } as const;
  const recordings = new Recordings([{ def, cells: Uint32Array.of(0), unit: 'mV', values: 'f32', width: 1 }], 1);
  recordings.append(0, ramp);
  recordings.trace('cells', 'v').values.fill(0);
  expect([...recordings.trace('cells', 'v').values]).toEqual([1, 2, 3, 4]);
});

it.each(['one for all', 'list', 'matrix'] as const)('records synapses in the order of their ends: %s', async (layout) => {
  const network = new Network({ dt: 0.5, duration: 3 });
  const cells = network.population('cells', izhikevich(), 3);
  const listed = [
    [2, 0],
    [0, 2],
    [0, 1],
  ] as const;
  const gaps = network.connect(cells, cells, electrical(), layout === 'list' ? edgeList(listed) : allToAll());
  if (layout !== 'one for all') gaps.set({ w: layout === 'list' ? [20, 2, 1] : '10 * pre.index + post.index' });
  network.recordSynapses(gaps, 'w', { every: 2 });
  const simulation = await simulate(network);
  await simulation.run(1);
  const before = simulation.getSynapses(gaps, 'w');
  await simulation.setSynapses(gaps, { w: -3 });
  await simulation.run(2);
  const { times, sources, targets, values, unit } = simulation.recordings.synapses(gaps, 'w');
  expect([...times]).toEqual([1, 2, 3]);
  expect({ sources, targets }).toEqual(simulation.synapsesOf(gaps));
  if (layout !== 'one for all') expect([...before]).toEqual(Array.from(sources, (s, i) => 10 * s + targets[i]));
  expect([...values]).toEqual([...before, ...before.map(() => -3), ...before.map(() => -3)]);
  expect(unit).toBe('1');
});
