import { describe, expect, it } from 'vitest';
import {
  allToAll,
  defineNeuron,
  defineSynapse,
  input,
  Network,
  oneToOne,
  probability,
  quantity,
  type RuleDef,
  type SimulateOptions,
  type Simulation,
  simulate,
  where,
} from '../index.ts';
import { ampa, approximateReceptor, chemical, exponentialDecayTransmitter, gaba, leakyIntegrateAndFire, presetTrain } from '../models/index.ts';

/** What follows time, and what adds up what comes. */
const clockwork = defineNeuron({
  name: 'clockwork',
  quantities: { v: quantity(5), k: quantity(0), heard: quantity(0) },
  inputs: { i: input() },
  step: 'heard = i; v += 1 + k',
});
const voice = (delay: number, text = 'post.i += w * pre.v') =>
  defineSynapse({ name: 'voice', quantities: { w: quantity(1), delay: quantity(delay, 'ms', 'delay') }, continuous: text })();

const CONFIGURATIONS: readonly SimulateOptions[] = (['js', 'wasm'] as const).flatMap((backend) =>
  (['f32', 'f64'] as const).map((precision) => ({ backend, precision })),
);
const name = ({ backend, precision }: SimulateOptions) => `${backend} ${precision}`;

const RULES: readonly [string, RuleDef][] = [
  ['uniform', allToAll()],
  ['uniform without self', allToAll({ autapses: false })],
  ['dense', where('pre.index < 4')],
  ['list', oneToOne()],
];

describe.each(CONFIGURATIONS.map((options) => [name(options), options] as const))('%s', (_, options) => {
  it.each(RULES)('a synapse that acts every step hears its source as it was, %s', async (_, rule) => {
    const heard = async (delay: number): Promise<number[][]> => {
      const network = new Network({ dt: 0.5 });
      const cells = network.population('cells', clockwork(), 5).set({ v: 'index', k: 'index * index' });
      network.connect(cells, cells, voice(delay), rule);
      network.record(cells, 'heard');
      const simulation = await simulate(network, options);
      await simulation.run(10);
      const trace = simulation.recordings.trace(cells, 'heard');
      const found = Array.from({ length: 5 }, (_, i) => Array.from(trace.of(i)));
      simulation.dispose();
      return found;
    };
    const now = await heard(0);
    const late = await heard(3.5);
    // Before the start everything was as at the start.
    late.forEach((values, i) => expect(values).toEqual([...new Array(7).fill(now[i][0]), ...now[i].slice(0, -7)]));
    expect(new Set(now[0]).size).toBe(20);
  });

  it('goes on the same in parts, from a snapshot, and where it is replaced', async () => {
    const network = () => {
      const made = new Network({ dt: 0.1, seed: 3 });
      const train = presetTrain({
        times: [0.3, 0.9, 1.4, 2.2],
        transmitters: { glutamate: exponentialDecayTransmitter(), gaba: exponentialDecayTransmitter() },
      });
      const sources = made.population('sources', train, 4);
      const receptors = { ampa: ampa(approximateReceptor()), gaba: gaba() };
      const cells = made.population('cells', leakyIntegrateAndFire({ i_in: 150, receptors }), 3);
      made.connect(sources, cells, chemical({ delay: 1.3 }), probability(0.8)).set({ w: 'uniform(1, 9)' });
      made.connect(sources, cells, chemical({ delay: 0.4, types: ['gaba'] }), undefined, { name: 'gaba' });
      return { made, cells };
    };
    const { made, cells } = network();
    const v = (simulation: Simulation) => (['v', 'ampa.r', 'gaba.r'] as const).flatMap((name) => [...simulation.get(cells, name)]);
    const whole = await simulate(made, options);
    await whole.run(4);
    const parts = await simulate(made, options);
    await parts.run(1);
    const snapshot = parts.snapshot();
    await parts.run(0.7);
    await parts.replace(network().made);
    await parts.run(2.3);
    expect(v(parts)).toEqual(v(whole));
    const other = await simulate(made, { ...options, backend: options.backend === 'js' ? 'wasm' : 'js' });
    await other.run(0.5);
    await other.restore(snapshot);
    await other.run(3);
    expect(v(other)).toEqual(v(whole));
    await other.reset();
    await other.run(4);
    expect(v(other)).toEqual(v(whole));
    expect(whole.get(cells, 'ampa.r').some((r) => r > 0.01)).toBe(true);
    for (const simulation of [whole, parts, other]) simulation.dispose();
  });
});

it('is felt as late as a spike with the same delay', async () => {
  const network = new Network({ dt: 0.1 });
  const source = network.population('source', presetTrain({ times: [1], transmitters: { glutamate: exponentialDecayTransmitter() } }), 1);
  const cell = network.population('cell', leakyIntegrateAndFire({ receptors: { ampa: ampa(approximateReceptor()) } }), 1);
  network.connect(source, cell, chemical({ delay: 0.5 }));
  network.record(cell, 'ampa.current');
  const simulation = await simulate(network);
  await simulation.run(3);
  const { times, values } = simulation.recordings.trace(cell, 'ampa.current');
  // A spike at 1 ms that takes 0.5 ms is first felt in the step that begins at 1.5 ms.
  expect(times[values.findIndex((i) => i !== 0)]).toBeCloseTo(1.6, 9);
  expect(simulation.getSynapses('source->cell', 'delay')).toEqual(Float64Array.of(0.5));
});

describe('refuses', () => {
  const network = (synapse = voice(1)) => {
    const made = new Network({ dt: 0.5 });
    const cells = made.population('cells', clockwork(), 3);
    return { made, projection: made.connect(cells, cells, synapse, allToAll()) };
  };

  it('delays that differ', async () => {
    for (const delay of ['uniform(0, 3)', [1, 2, 3, 1, 2, 3, 1, 2, 3]]) {
      const { made, projection } = network();
      projection.set({ delay });
      await expect(simulate(made)).rejects.toThrowErrorMatchingInlineSnapshot(`
        [SpikeloomError [unsupported]: the synapses of this projection act every step: they have one delay, and it is a number
          in network > projection 'cells->cells' > quantity 'delay'
          Make a projection for each delay, or use a synapse that acts on spikes, where each may have its own.]
      `);
    }
  });

  it('delays that are no time', async () => {
    const { made, projection } = network();
    projection.set({ delay: -1 });
    await expect(simulate(made)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: the delay is -1 ms
        in network > projection 'cells->cells' > quantity 'delay'
        Give a time from 0 to 1048576 steps, which are 524288 ms.]
    `);
    const synapse = defineSynapse({ name: 'voice', quantities: { delay: quantity(1, 'mV', 'x') }, continuous: 'post.i += pre.v' })();
    await expect(simulate(network(synapse as never).made)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unit-mismatch]: 'delay' is in mV, but a time is wanted
        in network > projection 'cells->cells' > quantity 'delay'
        Declare it in 'ms'.]
    `);
  });

  it('to read the delay, or whether the source has spiked', async () => {
    expect(() => voice(1, 'post.i += delay * pre.v')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: a continuous block can't read 'delay'
        in synapse 'voice' > continuous
          post.i += delay * pre.v
                    ^^^^^
        Give the synapse another quantity with that value.]
    `);
    await expect(simulate(network(voice(1, 'post.i += where(pre.spiked, 1, 0)')).made)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: synapse 'voice' has a delay and can't read 'pre.spiked'
        in network > projection 'cells->cells'
        Read a variable of the source, such as the concentration of a transmitter; or act on spikes, in a block onPre.]
    `);
  });

  it('another delay while it runs, but not in a network that replaces it', async () => {
    const { made, projection } = network();
    const simulation = await simulate(made);
    await simulation.run(2);
    await expect(simulation.setSynapses(projection, { delay: 2 })).rejects.toThrow('delays can’t be set while a network runs');
    projection.set({ delay: 2 });
    await simulation.replace(made);
    await simulation.run(2);
    // What was before the new delay is not known: the state of then stands for it.
    expect(simulation.getSynapses(projection, 'delay')[0]).toBe(2);
    simulation.dispose();
  });

  it('a snapshot of other delays', async () => {
    const [a, b] = [await simulate(network(voice(1)).made), await simulate(network(voice(2)).made)];
    await a.run(2);
    await expect(b.restore(a.snapshot())).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-network]: the snapshot has no 'population cells.v (4 steps ago) ring'
        in network > population 'cells'
        Restore it in the network that it was taken from; nothing has changed here.]
    `);
  });

  it('nothing but to round a delay, with a warning', async () => {
    const { warnings } = await simulate(network(voice(0.7)).made);
    expect(warnings.map(String)).toMatchInlineSnapshot(`
      [
        "the delay is 0.7 ms, no multiple of dt: it counts as 1 step of 0.5 ms, 0.5 ms
        in network > projection 'cells->cells'
        Give a multiple of dt, or take another dt.",
      ]
    `);
  });
});
