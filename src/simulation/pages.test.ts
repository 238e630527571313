import { describe, expect, it } from 'vitest';
import { PAGE } from '../ir/run.ts';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import { quantity, scheduled } from '../model/quantity.ts';
import { presetTrain } from '../models/index.ts';
import { edgeList, fixedOutDegree } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

const cell = defineNeuron({ name: 'cell', quantities: { g: quantity(0), at: quantity(0) }, step: 'g = g', spike: 'g > 1e9' });

const clock = defineNeuron({ name: 'clock', quantities: { times: quantity([]) }, spike: scheduled('times') });

const pulse = defineSynapse({
  name: 'pulse',
  quantities: { w: quantity(1), delay: quantity(0) },
  onPre: 'post.g += w',
  onReward: 'w += reward * post.at',
});

describe.each(['js', 'wasm', '2 threads'] as const)('more cells than a page holds, %s', (how) => {
  const options = how === '2 threads' ? ({ backend: 'wasm', threads: 2 } as const) : ({ backend: how } as const);

  /** Two sources onto cells of three pages; delays in steps. */
  const EDGES = [
    [0, 3, 1],
    [0, PAGE - 1, 2],
    [0, PAGE, 2],
    [0, 2 * PAGE + 5, 2],
    [0, PAGE + 3, 5],
    [1, 2 * PAGE + 5, 0],
    [1, 3, 0],
  ] as const;

  function network() {
    const made = new Network({ dt: 1 });
    const trains = made.population('trains', presetTrain(), 2).set({ times: [[2], [3]] });
    const cells = made.population('cells', cell(), 2 * PAGE + 100).set({ at: 'index' });
    const chosen = edgeList(EDGES.map(([source, target]) => [source, target] as const));
    const given = { w: EDGES.map((_, i) => 2 ** i), delay: EDGES.map(([, , delay]) => delay) };
    const projection = made.connect(trains, cells, pulse(), chosen).set(given);
    return { made, cells, projection };
  }

  const targets = [...new Set(EDGES.map(([, target]) => target))];

  it('spikes arrive where and when they should', async () => {
    const { made, cells } = network();
    const simulation = await simulate(made, options);
    const g: number[][] = [];
    for (let step = 0; step < 8; step++) {
      await simulation.run(1);
      const all = simulation.get(cells, 'g');
      g.push(targets.map((t) => all[t]));
      expect(all.reduce((a, b) => a + b, 0)).toBe(g[step].reduce((a, b) => a + b, 0));
    }
    simulation.dispose();
    // A spike at t is one of the step before t.
    const expected = Array.from({ length: 8 }, (_, step) =>
      targets.map((t) => EDGES.reduce((sum, [source, target, delay], i) => (target === t && step >= 1 + source + delay ? sum + 2 ** i : sum), 0)),
    );
    expect(g).toEqual(expected);
  });

  it('a snapshot keeps what is on its way, and rewards find their cells', async () => {
    const { made, cells, projection } = network();
    const simulation = await simulate(made, options);
    await simulation.run(4);
    const snapshot = simulation.snapshot();
    await simulation.run(4);
    const whole = simulation.get(cells, 'g');
    const other = await simulate(network().made, { backend: how === 'js' ? 'wasm' : 'js' });
    await other.restore(snapshot);
    await other.run(4);
    expect(other.get(cells, 'g')).toEqual(whole);
    await simulation.reward(1);
    const ends = EDGES.map(([source, target], i) => [target, source, 2 ** i + target]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect([...simulation.getSynapses(projection, 'w')]).toEqual(ends.map(([, , w]) => w));
    for (const s of [simulation, other]) s.dispose();
  });
});

describe.each(['js', 'wasm'] as const)('%s', (backend) => {
  it.each([PAGE, PAGE + 10])('a spike acts backwards on synapses from the last of %i cells', async (count) => {
    const made = new Network({ dt: 1 });
    const sources = made.population('sources', cell(), count).set({ at: 'index' });
    const targets = made.population('targets', clock(), 2).set({ times: [[2], [2]] });
    const back = defineSynapse({ name: 'back', quantities: { w: quantity(1) }, onPre: 'w = w', onPost: 'w += pre.at' });
    const list = [
      [0, 1],
      [count - 1, 1],
      [7, 0],
    ] as const;
    const projection = made.connect(sources, targets, back(), edgeList(list));
    const simulation = await simulate(made, { backend });
    await simulation.run(3);
    expect([...simulation.getSynapses(projection, 'w')]).toEqual([8, 1, count]);
    simulation.dispose();
  });

  it('spikes wait longer than a run counts steps', async () => {
    const made = new Network({ dt: 1 });
    const train = made.population('train', presetTrain({ times: [10, 300] }), 1);
    const cells = made.population('cells', cell(), 2);
    const list = [0, 1, 1].map((target) => [0, target] as const);
    made.connect(train, cells, pulse(), edgeList(list)).set({ delay: [40_000, 3, 70_000], w: [1, 10, 100] });
    const simulation = await simulate(made, { backend });
    await simulation.run(9 + 40_000);
    expect([...simulation.get(cells, 'g')]).toEqual([0, 20]);
    await simulation.run(1);
    expect([...simulation.get(cells, 'g')]).toEqual([1, 20]);
    const snapshot = simulation.snapshot();
    await simulation.run(30_000 - 1);
    expect([...simulation.get(cells, 'g')]).toEqual([2, 20]);
    await simulation.run(1);
    expect([...simulation.get(cells, 'g')]).toEqual([2, 120]);
    await simulation.restore(snapshot);
    await simulation.run(30_000 + 289);
    expect([...simulation.get(cells, 'g')]).toEqual([2, 120]);
    await simulation.run(1);
    expect([...simulation.get(cells, 'g')]).toEqual([2, 220]);
    simulation.dispose();
  });
});

describe.each(['f32', 'f64'] as const)('a synapse takes, %s', (precision) => {
  const wide = precision === 'f64' ? 4 : 0;

  /** Bytes a synapse, calendars and tables included, of 500 sources with 400 synapses each. */
  async function bytes(synapse: ReturnType<typeof pulse>, values: Readonly<Record<string, string>> = {}): Promise<number> {
    const made = new Network({ dt: 1 });
    const trains = made.population('trains', presetTrain({ times: [1] }), 500);
    made.connect(trains, made.population('cells', cell(), 500), synapse, fixedOutDegree(400)).set(values);
    const simulation = await simulate(made, { backend: 'wasm', precision });
    const each = simulation.synapseBytes / simulation.synapses;
    simulation.dispose();
    return each;
  }

  const fixed = defineSynapse({ name: 'fixed', quantities: { w: quantity(1), delay: quantity(3) }, onPre: 'post.g += w' });
  const backward = defineSynapse({ name: 'backward', quantities: { w: quantity(1) }, onPre: 'post.g += w', onPost: 'w += 1' });

  it('at most 4 bytes with one weight and delay', async () => {
    expect(await bytes(fixed())).toBeLessThan(2.5);
  });

  it('at most 8 with a weight and a delay of its own', async () => {
    const own = { w: 'uniform(0, 1)', delay: 'floor(uniform(1, 40))' };
    expect(await bytes(fixed(), own)).toBeLessThan(7 + wide);
  });

  it('4 more where it acts on spikes of its target', async () => {
    expect(await bytes(backward())).toBeLessThan(2.5 + 4 + wide + 4);
  });
});
