import { describe, expect, it } from 'vitest';
import { defineChannel, defineNeuron, defineReceptor, defineSynapse } from '../model/define.ts';
import { peak, quantity } from '../model/quantity.ts';
import { electrical } from '../models/electrical.ts';
import { ampa, hodgkinHuxley, izhikevich, leak, leakyIntegrateAndFire, poissonTrain, rateTrain } from '../models/index.ts';
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
    [
      'a misspelt receptor current',
      () =>
        izhikevich({ receptors: { a: defineReceptor({ name: 'r', quantities: { g: quantity(1, '1', '') }, equations: 'curent = g * 1[mV]' })() } }),
      "gives no 'current' and changes nothing",
    ],
    [
      'a key that a neuron has not',
      () => defineNeuron({ name: 'm', quantities: { v: quantity(0) }, resett: 'v = 0' } as never),
      "a neuron has no 'resett'",
    ],
    [
      'a block that synapses do not have yet',
      () => defineSynapse({ name: 's', quantities: {}, continuous: '', onNoise: 'w += 1' } as never),
      "a synapse has no 'onNoise'",
    ],
    ['an integrator that is not there', () => izhikevich({ integrator: 'rk5' as never }), "integrator 'rk5' is not known"],
    ['receptors of a spike train', () => rateTrain({ receptors: { a: ampa() } }), 'it has neither channels nor receptors'],
    ['an option that a network has not', () => new Network({ Dt: 1 } as never), "a network has no 'Dt'"],
    ['pooling that is not there', () => new Network().population('c', izhikevich(), 1, { normalize: 'avg' as never }), 'normalize is "avg"'],
    [
      'a peak of an expression',
      () => defineNeuron({ name: 'm', quantities: { v: quantity(0) }, spike: peak('v + 1', { above: 'v' }) }),
      "'v + 1' is no variable",
    ],
  ])('%s', (_, body, message) => {
    expect(body).toThrow(message);
  });
});

function twice() {
  const cells = new Network().population('c', izhikevich(), 1);
  return [cells, cells] as const;
}

describe('expressions for quantities in scaled units', () => {
  const rate = async (value: string): Promise<number> => {
    const network = new Network({ dt: 1 });
    const trains = network.population('trains', poissonTrain({ rate: 20 }), 1).set({ rate: value });
    return (await simulate(network)).get(trains, 'rate')[0];
  };

  it('take plain numbers in the quantity’s unit, and units where names stand beside', async () => {
    expect(await rate('30 + 10')).toBeCloseTo(40, 9);
    expect(await rate('2 * 15[Hz]')).toBeCloseTo(30, 9);
    await expect(rate('30[Hz] + 10')).rejects.toThrow("'30[Hz]' is in 1/ms but '10' has no unit");
    await expect(rate('tau * 2')).rejects.toThrow("but 'rate' is in Hz");
  });
});

it('a definition given as data is checked like one that is built', async () => {
  const { def } = new Network({ dt: 1 });
  await expect(simulate({ ...def, dt: -1 })).rejects.toThrow('dt is -1');
});

it('a variable that runs away is found even where a reset would hide it', async () => {
  const hidden = defineNeuron({
    name: 'hidden',
    quantities: { v: quantity(1), k: quantity(1e300) },
    equations: 'dv/dt = k * k * v',
    spike: 'v > 10',
    reset: 'v = 1',
  });
  const network = new Network({ dt: 1 });
  network.population('cells', hidden(), 1);
  const simulation = await simulate(network, { precision: 'f64' });
  await expect(simulation.run(5)).rejects.toThrow('no longer finite before its reset at t = 1 ms');
});

it('a variable that only a reset changes is watched too', async () => {
  const growing = defineNeuron({ name: 'growing', quantities: { v: quantity(1), w: quantity(1e200) }, spike: 'v > 0', reset: 'w *= w' });
  const network = new Network({ dt: 1 });
  network.population('cells', growing(), 1);
  const simulation = await simulate(network, { precision: 'f64' });
  await expect(simulation.run(5)).rejects.toThrow(
    "the value is no longer finite at t = 1 ms\n  in network > population 'cells' > cell 0 > quantity 'w'",
  );
});

it('reading gives back what was set, to the last bit', async () => {
  const network = new Network({ dt: 1 });
  const trains = network.population('trains', poissonTrain(), 1);
  const simulation = await simulate(network, { precision: 'f64' });
  for (let rate = 1; rate <= 100; rate++) {
    await simulation.set(trains, { rate });
    expect(simulation.get(trains, 'rate')[0]).toBe(rate);
  }
});

it('arrays are taken as they are when they are set', async () => {
  const network = new Network({ dt: 1 });
  const values = [1, 2];
  const cells = network.population('cells', izhikevich(), 2).set({ v: values });
  values[0] = 7;
  expect([...(await simulate(network)).get(cells, 'v')]).toEqual([1, 2]);
});
