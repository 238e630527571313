import { describe, expect, it } from 'vitest';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { poissonTrain, stdp } from '../models/index.ts';
import { probability } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from '../simulation/simulation.ts';
import { compileNetwork } from './compile.ts';

const cell = defineNeuron({
  name: 'cell',
  quantities: { v: quantity(0), g: quantity(0), tau: quantity(10) },
  equations: 'drive = g * (1 - v); dv/dt = (drive - v) / tau; dg/dt = -g / tau',
  spike: 'v > 0.5',
  reset: 'v = 0',
});

/** Recorders that have to compute what they sample: variables of synapses that go on between events, a named expression, a mean. */
function recorded(every: number): Network {
  const network = new Network({ dt: 0.5, seed: 5 });
  const train = network.population('train', poissonTrain({ rate: 60 }), 10);
  const cells = network.population('cells', cell(), 6);
  const learned = network.connect(train, cells, stdp({ target: 'g' }), probability(0.6)).set({ w: 'uniform(0.2, 0.8)' });
  network.recordSynapses(learned, 'x_pre', { every }).recordHistogram(learned, 'x_post', { every, bins: 5, range: [0, 2] });
  return network.record(cells, 'drive', { every }).record(cells, 'v', { every, mean: true }).recordSpikes(cells);
}

it('counts of spikes are those of the cells that are asked for', async () => {
  const network = recorded(1);
  const cells = network.populationNamed('cells');
  const views = [cells, cells.slice(1, 4), cells.slice(5, 6)];
  for (const view of views) network.recordSpikeCounts(view);
  const simulation = await simulate(network);
  await simulation.run(200);
  const spikes = simulation.recordings.spikes(cells);
  const counted = Array.from({ length: 6 }, (_, cell) => spikes.cells.filter((c) => c === cell).length);
  expect(views.map((view) => [...simulation.recordings.spikeCounts(view)])).toEqual([counted, counted.slice(1, 4), counted.slice(5, 6)]);
  expect(new Set(counted).size).toBeGreaterThan(2);
});

describe('what recorders compute', () => {
  it('is computed in the steps that are sampled, and in no other', () => {
    const observing = (every: number) => {
      const { kernels, schedule } = compileNetwork(recorded(every).def, 'f32').program;
      return schedule.step.flatMap((a) => (a.kind === 'kernel' && kernels[a.kernel].name.startsWith('recorder') ? [a.every] : []));
    };
    expect(observing(7)).toEqual([7, 7, 7, 7]);
    expect(observing(1)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each(['js', 'wasm'] as const)('is the same as if it were computed in every step, on %s', async (backend) => {
    for (const precision of ['f32', 'f64'] as const) {
      const [all, some] = [await simulate(recorded(1), { backend, precision }), await simulate(recorded(7), { backend, precision })];
      await all.run(100);
      for (const part of [3.5, 0.5, 46, 50]) await some.run(part);
      for (let i = 0; i < 4; i++) {
        const [every, seventh] = [all.recordings.chunk(i), some.recordings.chunk(i)];
        expect([...seventh.steps]).toEqual(Array.from({ length: 28 }, (_, k) => 7 * (k + 1)));
        const width = every.values.length / every.steps.length;
        const wanted = [...every.values].filter((_, k) => every.steps[Math.floor(k / width)] % 7 === 0);
        expect([...seventh.values]).toEqual(wanted);
        expect(new Set(wanted).size).toBeGreaterThan(3);
      }
      expect(some.recordings.spikes('cells').steps.length).toBeGreaterThan(5);
    }
  });
});
