import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import { input, quantity, scheduled } from '../model/quantity.ts';
import { electrical, presetTrain, staticSynapse } from '../models/index.ts';
import { allToAll, edgeList, probability } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

/** Counts what arrives: `g` by events, `got` what the port handed over in a step. */
const counter = defineNeuron({
  name: 'counter',
  quantities: { v: quantity(0), g: quantity(0), got: quantity(0), th: quantity(1e9) },
  inputs: { arrivals: input() },
  step: 'got = arrivals; g = g',
  spike: 'v > th',
});

const pulse = defineSynapse({
  name: 'pulse',
  quantities: { w: quantity(1), delay: quantity(0) },
  onPre: 'post.g += w; post.arrivals += w',
});

describe.each(['js', 'wasm'] as const)('%s', (backend) => {
  it.each([0, 1, 2, 15])('a spike with a delay of %i steps is felt one step after it arrives', async (delay) => {
    const network = new Network({ dt: 0.1, duration: 3 });
    const train = network.population('train', presetTrain({ times: [0.5] }), 1);
    const cell = network.population('cell', counter(), 1);
    network.connect(train, cell, pulse({ delay: delay * 0.1 }));
    network.record(cell, 'g').record(cell, 'got').recordSpikes(train);
    const simulation = await simulate(network, { backend });
    await simulation.run();
    const [k] = simulation.recordings.spikes(train).steps;
    const g = simulation.recordings.trace(cell, 'g').values;
    const got = simulation.recordings.trace(cell, 'got').values;
    expect(g.indexOf(1)).toBe(k + delay);
    expect(got.indexOf(1)).toBe(k + delay + 1);
    expect([...got].filter((x) => x !== 0)).toEqual([1]);
  });

  it('each synapse has its own weight and delay; a pair may have several', async () => {
    const network = new Network({ dt: 0.1, duration: 3 });
    const train = network.population('train', presetTrain({ times: [0.5, 0.6] }), 2);
    const cell = network.population('cell', counter(), 3);
    const pairs = [
      [0, 0],
      [0, 2],
      [1, 2],
      [1, 1],
      [1, 1],
    ] as const;
    const given = { w: [1, 2, 4, 8, 16], delay: [0, 0.1, 0.1, 0.3, 0] };
    const projection = network.connect(train, cell, pulse(), edgeList(pairs)).set(given);
    network.record(cell, 'g');
    const simulation = await simulate(network, { backend });
    await simulation.run();
    expect([...simulation.get(cell, 'g')]).toEqual([2, 48, 12]);
    expect([...simulation.getSynapses(projection, 'w')]).toEqual([1, 8, 16, 2, 4]);
    expect([...simulation.getSynapses(projection, 'delay')]).toEqual([0, 0.3, 0, 0.1, 0.1]);
    await expect(simulation.setSynapses(projection, { delay: 1 })).rejects.toThrow('delays can’t be set while a network runs');
  });

  it('a variable that is held takes no additions, others do', async () => {
    const held = defineNeuron({
      name: 'held',
      quantities: { v: quantity(0), g: quantity(0), tau: quantity(10), th: quantity(1), t_ref: quantity(1) },
      equations: 'dv/dt = 0 * v / tau (unless refractory)',
      step: 'g = g',
      spike: 'v >= th',
      reset: 'v = 0',
      refractory: 't_ref',
    });
    const both = defineSynapse({ name: 'both', quantities: { w: quantity(1) }, onPre: 'post.v += w; post.g += w' });
    const network = new Network({ dt: 0.5, duration: 6 });
    const kicked = network.population('kicked', defineNeuron({ name: 'kick', quantities: { times: quantity([]) }, spike: scheduled('times') })(), 1);
    kicked.set({ times: [[1, 1.5, 2, 2.5, 3]] });
    const cell = network.population('cell', held(), 1);
    network.connect(kicked, cell, both());
    network.recordSpikes(cell).record(cell, 'g');
    const simulation = await simulate(network, { backend });
    await simulation.run();
    // The kick at 1 ms is felt in step 2, which ends at 1.5 ms; steps 3 and 4 are held, and what would be felt in them is lost.
    expect([...simulation.recordings.spikes(cell).times]).toEqual([1.5, 3]);
    expect(simulation.get(cell, 'g')[0]).toBe(5);
  });

  it('a calendar that is full grows, and nothing changes', async () => {
    const network = new Network({ dt: 0.1, duration: 30 });
    const noisy = defineNeuron({ name: 'noisy', quantities: { v: quantity(0), p: quantity(0.9) }, step: 'v = uniform()', spike: 'v < p' });
    const cells = network.population('cells', noisy(), 40);
    const counters = network.population('counters', counter(), 40);
    const projection = network.connect(cells, counters, pulse(), probability(0.2)).set({ delay: 'uniform(0, 20)', w: 'uniform()' });
    network.record(counters, 'g').recordSpikes(cells);
    const simulation = await simulate(network, { backend });
    await simulation.run(10);
    const bytes = simulation.snapshot();
    await simulation.run(20);
    const { recordings } = simulation;
    const g = simulation.get(counters, 'g');
    const [{ steps, cells: sources }, ends] = [recordings.spikes(cells), simulation.synapsesOf(projection)];
    const [w, delay] = [simulation.getSynapses(projection, 'w'), simulation.getSynapses(projection, 'delay')];
    const expected = new Float64Array(40);
    steps.forEach((k, i) => {
      ends.sources.forEach((s, e) => {
        if (s === sources[i] && k + Math.round(delay[e] * 10) < 300) expected[ends.targets[e]] += w[e];
      });
    });
    g.forEach((x, i) => expect(Math.abs(x / expected[i] - 1)).toBeLessThan(1e-4));
    const again = await simulate(network, { backend: backend === 'js' ? 'wasm' : 'js' });
    await again.restore(bytes);
    await again.run(20);
    expect(again.get(counters, 'g')).toEqual(g);
  });
});

it('a delay that is no multiple of the step is said; drawn ones are not', async () => {
  const texts = async (delay: number | string): Promise<string[]> => {
    const network = new Network({ dt: 0.1, duration: 1 });
    const train = network.population('train', presetTrain({ times: [0.5] }), 1);
    network.connect(train, network.population('cell', counter(), 2), pulse()).set({ delay });
    return (await simulate(network)).warnings.map(String);
  };
  expect(await texts(0.3)).toEqual([]);
  expect(await texts('uniform(0, 2)')).toEqual([]);
  expect(await texts(0.25)).toEqual([expect.stringContaining('the delay is 0.25 ms, no multiple of dt: it counts as 3 steps of 0.1 ms')]);
});

it('an option that no block of a synapse has a use for is refused', () => {
  expect(() => electrical({ target: 'v' })).toThrow("synapse 'electrical' has no use for 'target': none of its blocks says <target>");
  expect(() => electrical({ types: ['glutamate'] })).toThrow("synapse 'electrical' has no use for 'types': none of its blocks says <type>");
});

describe('the target of a synapse', () => {
  const cell = defineNeuron({
    name: 'cell',
    quantities: { v: quantity(0, 'mV', 'potential'), g: quantity(0, 'nS', 'conductance'), tau: quantity(1, 'ms', 'time constant') },
    inputs: { kick: input('mV', 'kicks') },
    equations: 'dg/dt = -g / tau; dv/dt = (0[mV] - v + kick) / tau',
  });
  const make = (target: string | undefined, set: object = {}) => {
    const network = new Network({ dt: 0.1, duration: 3 });
    const train = network.population('train', presetTrain({ times: [0.5] }), 1);
    const cells = network.population('cells', cell(), 1);
    network.connect(train, cells, staticSynapse(target === undefined ? {} : { target })).set(set);
    return simulate(network);
  };

  it('is named where the synapse is made; weights are in its unit', async () => {
    for (const target of ['v', 'g', 'kick']) {
      const simulation = await make(target, { w: target === 'g' ? '2[nS]' : '2[mV]' });
      expect(simulation.getSynapses('train->cells', 'w')[0]).toBe(2);
    }
  });

  it('must be there, and in the unit of the weight', async () => {
    await expect(make(undefined)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: synapse 'staticSynapse' adds to a '<target>' that is not named
        in network > projection 'train->cells'
        Name it: staticSynapse({ target: 'kick' }). Known here: kick, v, g.]
    `);
    await expect(make('gg')).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'gg', which synapse 'staticSynapse' adds to, is neither a port nor a variable of model 'cell'
        in network > projection 'train->cells'
        Did you mean 'g'? Known here: kick, v, g.]
    `);
  });
});

it('what all synapses share can’t be made of what each has for itself', async () => {
  const mixed = defineSynapse({
    name: 'mixed',
    quantities: { x: quantity(0) },
    shared: { d: quantity(0) },
    onPre: 'x += 1',
    onReward: 'd += reward * x',
  });
  const network = new Network({ dt: 0.1, duration: 1 });
  const train = network.population('train', presetTrain({ times: [0.5] }), 1);
  network.connect(train, network.population('cell', counter(), 2), mixed());
  await expect(simulate(network)).rejects.toThrow("a block of synapse 'mixed' can't read 'x' there");
});

it('gap junctions of synapses that act on spikes too are looked at for their strength', async () => {
  const both = defineSynapse({
    name: 'both',
    quantities: { w: quantity(1) },
    continuous: 'post.i += w * (pre.v - post.v)',
    onPre: 'w = w',
  });
  const cell = defineNeuron({
    name: 'cell',
    quantities: { v: quantity(0), tau: quantity(10), th: quantity(1e9) },
    inputs: { i: input() },
    equations: 'dv/dt = (i - v) / tau',
    spike: 'v > th',
    integrator: 'euler',
  });
  const strength = async (w: number): Promise<string[]> => {
    const network = new Network({ dt: 1, duration: 1 });
    const cells = network.population('cells', cell(), 5);
    network.connect(cells, cells, both(), allToAll({ autapses: false })).set({ w });
    return (await simulate(network)).warnings.map(({ code, message }) => `${code}: ${message}`);
  };
  expect(await strength(1)).toEqual([]);
  expect(await strength(5)).toEqual([expect.stringMatching(/^strong-coupling: cell 0 is coupled too strongly .* is 2, above 1/)]);
});
