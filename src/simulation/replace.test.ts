import { describe, expect, it } from 'vitest';
import { difference, observe } from '../../test/support/observe.ts';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { chemical, electrical, izhikevich, leakyIntegrateAndFire, presetTrain, pulse, rewardStdp } from '../models/index.ts';
import { allToAll, edgeList, probability } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import type { RecordingSink } from './recordings.ts';
import { type Simulation, simulate } from './simulation.ts';

const cell = defineNeuron({
  name: 'cell',
  quantities: { v: quantity(0, 'mV', 'count'), k: quantity(1, 'mV', 'a step'), s: quantity(5, 'mV', 'start') },
  step: 'v += k',
});

/** Other definitions of one network, by what differs. */
function network(values: Readonly<Record<string, number | string | readonly number[]>> = {}, size = 4, dt = 1) {
  const made = new Network({ dt, seed: 4 });
  const cells = made.population('cells', cell(), size).set({ v: 's', ...values });
  return { network: made, cells };
}

describe('replace', () => {
  it('goes on as if nothing had happened where the network is the same', async () => {
    const make = () => {
      const made = new Network({ dt: 0.5, seed: 9 });
      const exc = made.population('exc', izhikevich({ i_in: 10 }), 9).set({ v: 'uniform(-65, -50)' });
      const held = made.population('held', leakyIntegrateAndFire({ i_in: 500, t_ref: 5 }), 3);
      const train = made.population('train', presetTrain(), 2).set({ times: [[1, 12, 31], [20]] });
      made.connect(exc, exc, electrical(), probability(0.3)).set({ w: 'uniform()' });
      made.connect(exc, held, electrical(), allToAll()).set({ w: 0.01 });
      made.connect(train, exc, pulse(), edgeList([[0, 1], [1, 1], [0, 1]])); // biome-ignore format: pairs
      return made.record(exc, 'v', { every: 3 }).recordSpikes(exc).recordSpikes(held).recordSpikeCounts(held).recordSpikes(train);
    };
    const [plain, replaced] = [await simulate(make()), await simulate(make())];
    for (const simulation of [plain, replaced]) {
      await simulation.run(11);
      await simulation.set(make().populationNamed('exc').slice(0, 2), { i_in: [9, 11] });
      await simulation.setSynapses('exc->held', { w: '0.01 * uniform()' });
      if (simulation === replaced) await simulation.replace(make().def);
      await simulation.run(30);
    }
    expect(difference(observe(plain), observe(replaced))).toBeUndefined();
    expect(plain.getSynapses('exc->held', 'w')).toEqual(replaced.getSynapses('exc->held', 'w'));
    expect(replaced.recordings.spikes('train').steps.length).toBeGreaterThan(2);
  });

  it('keeps what both have; new explicit values win, cell by cell', async () => {
    const { network: first, cells } = network({ k: [1, 2, 3, 4] });
    const simulation = await simulate(first);
    await simulation.run(2);
    expect([...simulation.get(cells, 'v')]).toEqual([7, 9, 11, 13]);
    await simulation.set(cells, { s: 50 });
    await simulation.replace(network({ k: [1, 2, 30, 4] }).network);
    expect([...simulation.get(cells, 'k')]).toEqual([1, 2, 30, 4]);
    expect([...simulation.get(cells, 'v')]).toEqual([7, 9, 11, 13]);
    expect([...simulation.get(cells, 's')]).toEqual([50, 50, 50, 50]);
    const other = network({ k: [1, 2, 30, 4] });
    other.cells.slice(0, 2).set({ v: -1 });
    await simulation.replace(other.network);
    expect([...simulation.get(cells, 'v')]).toEqual([-1, -1, 11, 13]);
    expect(simulation.step).toBe(2);
    expect(simulation.network).toEqual(other.network.def);
    await simulation.replace(network({ v: 's + 1', k: 7 }).network);
    expect([...simulation.get(cells, 'v')]).toEqual([6, 6, 6, 6]);
    expect([...simulation.get(cells, 'k')]).toEqual([7, 7, 7, 7]);
  });

  it('keeps values of their own of what the definition has as one for all', async () => {
    const { network: first, cells } = network();
    const simulation = await simulate(first);
    await simulation.set(cells.slice(1, 2), { k: 0.1 });
    await simulation.replace(network().network);
    expect([...simulation.get(cells, 'k')]).toEqual([1, 0.1, 1, 1]);
    await simulation.reset();
    expect([...simulation.get(cells, 'k')]).toEqual([1, 1, 1, 1]);
  });

  it('begins anew where the shape is another, and with what is new', async () => {
    const { network: first } = network();
    const simulation = await simulate(first);
    await simulation.run(3);
    const wider = network({}, 6);
    const more = wider.network.population('more', cell(), 2);
    await simulation.replace(wider.network);
    expect([...simulation.get(wider.cells, 'v')]).toEqual([5, 5, 5, 5, 5, 5]);
    await simulation.run(1);
    expect([...simulation.get(more, 'v')]).toEqual([1, 1]);
    expect(simulation.time).toBe(4);
  });

  it('keeps synapses that join the same cells, but for changed starts', async () => {
    const make = (edges: readonly (readonly [number, number])[], w: number | readonly number[]) => {
      const made = new Network({ dt: 1 });
      const exc = made.population('exc', izhikevich(), 4);
      made.connect(exc, exc, electrical(), edgeList(edges.map(([s, t]): [number, number] => [s, t]))).set({ w });
      return made;
    };
    const simulation = await simulate(make([[0, 1], [0, 1], [2, 1], [3, 0]], [1, 2, 3, 4])); // biome-ignore format: pairs
    expect([...simulation.getSynapses('exc->exc', 'w')]).toEqual([4, 1, 2, 3]);
    await simulation.setSynapses('exc->exc', { w: [40, 10, 20, 30] });
    await simulation.replace(make([[0, 1], [2, 1], [0, 1], [1, 3], [0, 1]], [1, 33, 2, 5, 6])); // biome-ignore format: pairs
    const { sources, targets } = simulation.synapsesOf('exc->exc');
    expect([...sources].map((s, i) => [s, targets[i]])).toEqual([[0, 1], [0, 1], [0, 1], [2, 1], [1, 3]]); // biome-ignore format: pairs
    expect([...simulation.getSynapses('exc->exc', 'w')]).toEqual([10, 20, 6, 33, 5]);
    await simulation.replace(make([[0, 1], [0, 1]], 9)); // biome-ignore format: pairs
    expect([...simulation.getSynapses('exc->exc', 'w')]).toEqual([9, 9]);
  });

  it('what synapses go on with between events is as old as it was where the equations are the same, and begins anew where they are not', async () => {
    const make = (tau_plus: number) => {
      const made = new Network({ dt: 0.5, seed: 3 });
      const cells = made.population('cells', izhikevich({ i_in: 12 }), 12).set({ v: 'uniform(-65, -40)' });
      const rule = rewardStdp({ target: 'v', tau_plus });
      made.connect(cells, cells, rule, probability(0.6)).set({ w: 'uniform(0.2, 0.8)', delay: 'uniform(0, 10)' });
      return made;
    };
    const seen = (simulation: Simulation) =>
      new Map(['w', 'c', 'x_pre', 'x_post'].map((name) => [name, simulation.getSynapses('cells->cells', name)]));
    const simulations = [await simulate(make(20)), await simulate(make(20))];
    for (const simulation of simulations) {
      for (let i = 0; i < 9; i++) {
        await simulation.run(17);
        if (i % 3 === 0) await simulation.reward(0.4);
        if (simulation === simulations[1]) await simulation.replace(make(20));
      }
    }
    const [plain, replaced] = simulations;
    expect(difference(seen(plain), seen(replaced))).toBeUndefined();
    const before = seen(replaced);
    await replaced.replace(make(200));
    expect(difference(before, seen(replaced))).toBeUndefined();
  });

  it('goes on with equal recorders, begins new ones, and lets those that are gone be read until reset', async () => {
    const opened: string[][] = [];
    const written: string[] = [];
    const sink: RecordingSink = {
      open: (recorders) => void opened.push(recorders.map(({ def }) => ('quantity' in def ? def.quantity : def.kind))),
      write: (index, { steps }) => void written.push(`${opened.length} ${index} ${steps.join()}`),
    };
    const { network: first, cells } = network();
    const simulation = await simulate(first.record(cells, 'k').record(cells, 'v'), { sink });
    await simulation.run(2);
    const second = network();
    await simulation.replace(second.network.record(second.cells, 'v').record(second.cells, 's', { every: 2 }));
    await simulation.run(3);
    const { recordings } = simulation;
    expect([...recordings.trace(cells, 'v').of(0)]).toEqual([6, 7, 8, 9, 10]);
    expect([...recordings.trace(cells, 's').times]).toEqual([4]);
    expect([...recordings.trace(cells, 'k').times]).toEqual([1, 2]);
    expect(opened).toEqual([['k', 'v'], ['v', 's']]); // biome-ignore format: lists
    const steps = (key: string): number[] => written.filter((line) => line.startsWith(key)).flatMap((line) => line.slice(4).split(',').map(Number));
    expect(['1 0', '1 1', '2 0', '2 1'].map(steps)).toEqual([[1, 2], [1, 2], [3, 4, 5], [4]]); // biome-ignore format: lists
    await simulation.replace(second.network);
    expect([...simulation.recordings.trace(cells, 'k').times]).toEqual([1, 2]);
    await simulation.reset();
    expect(() => simulation.recordings.trace(cells, 'k')).toThrow('was not recorded');
    expect(simulation.recordings.trace(cells, 'v').times).toHaveLength(0);
  });

  it('is refused with everything left as it is', async () => {
    const { network: first, cells } = network();
    const simulation = await simulate(first.record(cells, 'v'));
    await simulation.run(2);
    const before = observe(simulation);
    await expect(simulation.replace(network({}, 4, 0.5).network)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-network]: the network runs with dt 1 ms, the one to replace it has 0.5 ms
        in network
        Give it the same dt, or simulate it anew.]
    `);
    await expect(simulation.replace(network({ v: '1 / (index - 2)' }).network)).rejects.toThrow('the initial value is not finite');
    const broken = network().network;
    broken.connect(broken.populationNamed('cells'), broken.populationNamed('cells') as never, chemical());
    await expect(simulation.replace({ ...broken.def, projections: [...broken.def.projections, ...broken.def.projections] })).rejects.toThrow(
      'already',
    );
    expect(difference(before, observe(simulation))).toBeUndefined();
    expect(simulation.journal).toEqual([]);
    await simulation.run(1);
    expect([...simulation.recordings.trace(cells, 'v').of(0)]).toEqual([6, 7, 8]);
  });

  it('keeps the seed of the run', async () => {
    const make = (seed: number) => {
      const made = new Network({ dt: 1, seed });
      made.population('cells', defineNeuron({ name: 'noise', quantities: { x: quantity(0) }, step: 'x = normal()' })(), 2);
      return made;
    };
    const [one, two] = [await simulate(make(1)), await simulate(make(1))];
    await two.replace(make(2));
    expect(two.network.seed).toBe(1);
    await Promise.all([one.run(5), two.run(5)]);
    expect(difference(observe(one), observe(two))).toBeUndefined();
  });
});
