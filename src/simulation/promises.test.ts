import { describe, expect, it } from 'vitest';
import { defineChannel, defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { electrical } from '../models/electrical.ts';
import { hodgkinHuxley, izhikevich, leak, leakyIntegrateAndFire, rateTrain } from '../models/index.ts';
import { matrix } from '../network/connect/matrix.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

describe('giving one cell its own parameter changes no bit of the others', () => {
  it.each(['f32', 'f64'] as const)('in %s', async (precision) => {
    const voltages = async (own: boolean): Promise<number[]> => {
      const network = new Network({ dt: 0.1 });
      const cells = network.population('cells', izhikevich({ c_m: 1.1, i_in: 10.3 }), 4);
      const simulation = await simulate(network, { precision });
      if (own) await simulation.set(cells.slice(1, 2), { c_m: 1.7 });
      await simulation.run(300);
      return [...simulation.get(cells, 'v')].filter((_, i) => i !== 1);
    };
    expect(await voltages(true)).toEqual(await voltages(false));
  });

  it('nor of the spikes of a rate train', async () => {
    const network = new Network({ dt: 0.1, duration: 1000 });
    const one = network.population('one', rateTrain({ interval: 33.7 }), 1);
    const two = network.population('two', rateTrain(), 2).set({ interval: [33.7, 12] });
    network.recordSpikes(one).recordSpikes(two.slice(0, 1));
    const simulation = await simulate(network);
    await simulation.run();
    expect(simulation.recordings.spikes(two.slice(0, 1)).steps).toEqual(simulation.recordings.spikes(one).steps);
  });
});

it('a refractory period longer than any run holds a cell for ever', async () => {
  const network = new Network({ dt: 0.1, duration: 100 });
  const cells = network.population('cells', leakyIntegrateAndFire({ i_in: 500, t_ref: 1e9 }), 1);
  network.recordSpikes(cells);
  const simulation = await simulate(network);
  await simulation.run();
  expect(simulation.recordings.spikes(cells).steps).toHaveLength(1);
});

it('equal parts have noise of their own', async () => {
  const noisy = defineChannel({
    name: 'noisy',
    quantities: { n: quantity(0, '1', ''), tau: quantity(10, 'ms', ''), g: quantity(0, 'conductance', ''), s: quantity(1, 'ms^-1/2', '') },
    equations: 'dn/dt = -n / tau + s * xi(a)\ncurrent = g * n * v',
  });
  const network = new Network({ dt: 0.1 });
  const cells = network.population('cells', hodgkinHuxley({ integrator: 'heun', channels: { x: noisy(), y: noisy() } }), 1);
  const simulation = await simulate(network);
  await simulation.run(1);
  expect(simulation.get(cells, 'x.n')[0]).not.toBe(simulation.get(cells, 'y.n')[0]);
});

it('channels act on every library neuron', async () => {
  const network = new Network({ dt: 0.1 });
  const cells = network.population('cells', leakyIntegrateAndFire({ channels: { shunt: leak({ g: 1000, e: -60 }) } }), 1);
  const simulation = await simulate(network);
  await simulation.run(100);
  expect(simulation.get(cells, 'v')[0]).toBeCloseTo((1000 * -60 + 10 * -75) / 1010, 3);
});

it('a function reads the names around its definition, not those around its call', async () => {
  const model = defineNeuron({
    name: 'lexical',
    quantities: { v: quantity(0), k: quantity(10) },
    equations: 'function g(y) = y * k\nfunction f(k) = g(k + 1)\nresult = f(1)\ndv/dt = 0 * v',
  });
  const network = new Network({ dt: 1 });
  const cells = network.population('cells', model(), 1);
  expect((await simulate(network)).get(cells, 'result')[0]).toBe(20);
});

describe('what can’t be meant is refused', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a channel that no equation reads',
      () =>
        defineNeuron({
          name: 'm',
          quantities: { v: quantity(0, 'mV', ''), tau: quantity(1, 'ms', '') },
          channels: { x: leak() },
          equations: 'dv/dt = -v / tau',
        }),
      "channel 'x' has no effect",
    ],
    [
      'a matrix of something else',
      () => new Network().connect(...twice(), electrical(), matrix([[1]], { quantity: 'weight' })),
      "which is not a quantity of synapse 'electrical'",
    ],
    ['cells out of order', () => new Network().population('c', izhikevich(), 9).cells([5, 2]), "cell 2 of 'c' comes after cell 5"],
    ['another network’s population', () => new Network().record(twice()[0], 'v'), 'belongs to another network'],
  ])('%s', (_, body, message) => {
    expect(body).toThrow(message);
  });
});

function twice() {
  const cells = new Network().population('c', izhikevich(), 1);
  return [cells, cells] as const;
}

it('arrays are taken as they are when they are set', async () => {
  const network = new Network({ dt: 1 });
  const values = [1, 2];
  const cells = network.population('cells', izhikevich(), 2).set({ v: values });
  values[0] = 7;
  expect([...(await simulate(network)).get(cells, 'v')]).toEqual([1, 2]);
});
