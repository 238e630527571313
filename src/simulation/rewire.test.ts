import { describe, expect, it } from 'vitest';
import { difference, observe } from '../../test/support/observe.ts';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';
import { electrical, leakyIntegrateAndFire, poissonTrain, staticSynapse, stdp } from '../models/index.ts';
import { allToAll, distanceKernel, edgeList, matrix, probability, where } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { journalDocument, journalOf } from './journal.ts';
import { type Simulation, simulate } from './simulation.ts';

/** Trains that teach a lattice: plastic synapses with delays, gap junctions, synapses that act on spikes. */
function school() {
  const network = new Network({ dt: 0.5, seed: 3 });
  const trains = network.population('trains', poissonTrain({ rate: 60 }), 8);
  const sheet = network.lattice('sheet', leakyIntegrateAndFire({ i_in: 180, t_ref: 2 }), { rows: 3, columns: 4 }).set({ v: 'uniform(-75, -55)' });
  const plastic = network.connect(trains, sheet, stdp({ target: 'v', w: 1.5, w_max: 4 }), where('pre.index < 6 and pre.index != post.index'), {
    name: 'plastic',
  });
  plastic.set({ delay: '1 + post.col', w: 'uniform(1, 2)' });
  network.connect(sheet, sheet, electrical({ w: 0.5 }), where('(pre.col - post.col)^2 == 1'), { name: 'gap' });
  network.connect(sheet, sheet, staticSynapse({ target: 'v', w: 0.7, delay: 3 }), where('pre.index != post.index and pre.row == post.row'), {
    name: 'rows',
  });
  network.record(sheet, 'v', { every: 3 }).recordSpikes(sheet).recordSpikeCounts(sheet).recordSynapses(plastic, 'w', { every: 7 });
  return network;
}

const QUANTITIES = [
  ['plastic', 'w'],
  ['plastic', 'x_pre'],
  ['plastic', 'x_post'],
  ['gap', 'w'],
  ['rows', 'w'],
] as const;

/** Values of synapses, without those that join the pairs left out. */
function synapses(simulation: Simulation, without: readonly string[] = []): number[][] {
  return QUANTITIES.map(([projection, name]) => {
    const { sources, targets } = simulation.synapsesOf(projection);
    // What is one number for all is kept in f64, what each has of its own in the precision of the simulation.
    const rounded = Array.from(simulation.getSynapses(projection, name), simulation.precision === 'f32' ? Math.fround : Number);
    return rounded.filter((_, i) => !without.includes(`${projection} ${sources[i]} ${targets[i]}`));
  });
}

const KINDS = (['js', 'wasm'] as const).flatMap((backend) => (['f32', 'f64'] as const).map((precision) => ({ backend, precision })));

/** Synapses without effect: what they add is 0, and they join cells that nothing else joins. */
async function addSilent(simulation: Simulation): Promise<void> {
  await simulation.addSynapses('rows', [[[0, 0], [2, 3]], [5, 5], [0, 11]], { w: 0, delay: [1, 0, 7] }); // biome-ignore format: pairs
  await simulation.addSynapses('gap', [[[1, 1], [1, 1]]], { w: 3 }); // biome-ignore format: pairs
  await simulation.addSynapses('plastic', { sources: [6, 7], targets: [0, 11] }, { w: 0, a_plus: 0, delay: [20, 1] });
}

const SILENT = ['rows 0 11', 'rows 5 5', 'gap 5 5', 'plastic 6 0', 'plastic 7 11'];

describe.each(KINDS)('on $backend in $precision', (options) => {
  it('synapses that do nothing change no bit of anything else', async () => {
    const [plain, edited] = [await simulate(school(), options), await simulate(school(), options)];
    for (const simulation of [plain, edited]) await simulation.run(31);
    await addSilent(edited);
    expect(synapses(edited).map((list) => list.length)).not.toEqual(synapses(plain).map((list) => list.length));
    for (const simulation of [plain, edited]) await simulation.run(29);
    expect(synapses(edited, SILENT)).toEqual(synapses(plain));
    await edited.removeSynapses('rows', [[0, 11], [5, 5]]); // biome-ignore format: pairs
    await edited.removeSynapses('gap', [[5, 5]]);
    await edited.removeSynapses('plastic', [[6, 0], [7, 11]]); // biome-ignore format: pairs
    for (const simulation of [plain, edited]) await simulation.run(29);
    expect(synapses(edited)).toEqual(synapses(plain));
    const [one, two] = [observe(plain), observe(edited)];
    // The recorder of synapses began anew with others.
    for (const seen of [one, two]) for (const name of seen.keys()) if (name.includes('synapses')) seen.delete(name);
    expect(difference(one, two)).toBeUndefined();
    expect(plain.recordings.spikes('sheet').steps.length).toBeGreaterThan(20);
  });

  it('a replay, and a snapshot restored in the network that it has become, give the same bits', async () => {
    const first = await simulate(school(), options);
    const edit = async () => {
      await first.addSynapses('plastic', [[6, [2, 2]], [0, [0, 0]]], { w: 'uniform(1, 2)', delay: [4, 2] }); // biome-ignore format: pairs
      await first.removeSynapses('gap', [[[0, 0], [0, 1]]]); // biome-ignore format: pairs
      await first.setSynapses('rows', { w: [5, 6] }, { pairs: [[0, 1], [[0, 1], [0, 0]]] }); // biome-ignore format: pairs
    };
    await first.run(20);
    await edit();
    await first.run(15);
    const bytes = first.snapshot({ recordings: true });
    await first.run(25);

    const again = await simulate(school(), options);
    const arrays = new Map<string, never>();
    const put = (values: unknown) => `${arrays.set(`${arrays.size}`, values as never).size - 1}`;
    const document = JSON.parse(JSON.stringify(journalDocument(first.journal, { put })));
    again.replay(journalOf(document, { get: (name) => arrays.get(name) as never }));
    await again.run(60);
    expect(difference(observe(first), observe(again))).toBeUndefined();
    expect(synapses(again)).toEqual(synapses(first));

    const restored = await simulate(first.network, options);
    await restored.restore(bytes);
    await restored.run(25);
    expect(synapses(restored)).toEqual(synapses(first));
    const seen = observe(restored);
    expect(difference(seen, new Map([...observe(first)].filter(([name]) => seen.has(name))))).toBeUndefined();
  });

  it('a network with a synapse less is the same as one that was made without it', async () => {
    const make = (rule: ReturnType<typeof allToAll>) => {
      const network = new Network({ dt: 0.5, seed: 1 });
      const cells = network.population('cells', leakyIntegrateAndFire({ i_in: 200 }), 9).set({ v: 'uniform(-75, -55)' });
      network.connect(cells, cells, electrical({ w: 0.2 }), rule);
      network.connect(cells, cells, staticSynapse({ target: 'v', w: 0.1 }), rule, { name: 'events' });
      return network;
    };
    // One that is stored nowhere, as a matrix, as a list.
    const list = edgeList([[0, 1], [1, 0], [3, 8], [8, 3], [8, 3]]); // biome-ignore format: pairs
    for (const rule of [allToAll(), where('pre.index < 8'), list]) {
      const edited = await simulate(make(rule), options);
      const pairs = [[1, 0], [3, 8]] as const; // biome-ignore format: pairs
      for (const name of ['cells->cells', 'events']) await edited.removeSynapses(name, pairs);
      const { sources, targets } = edited.synapsesOf('events');
      const without = await simulate(make(edgeList({ sources, targets })), options);
      for (const simulation of [edited, without]) await simulation.run(100);
      expect(difference(observe(edited), observe(without))).toBeUndefined();
      expect(edited.graph('events').weight(1, 0)).toBeUndefined();
    }
  });
});

describe('synapses', () => {
  const cell = defineNeuron({ name: 'cell', quantities: { v: quantity(1) }, inputs: { i: input() }, step: 'v += i' });
  const link = defineSynapse({ name: 'link', quantities: { w: quantity(1), k: quantity(2) }, continuous: 'post.i += w * k * pre.v' });

  async function linked(pairs: readonly (readonly [number, number])[], w?: readonly number[]) {
    const network = new Network({ dt: 1, seed: 2 });
    const sheet = network.lattice('sheet', cell(), { rows: 2, columns: 3 });
    const projection = network.connect(sheet.region([0, 2], [0, 2]), sheet, link(), edgeList(pairs));
    if (w) projection.set({ w });
    return { network, projection, simulation: await simulate(network, { precision: 'f64' }) };
  }

  const listOf = (simulation: Simulation) => {
    const { sources, targets, values } = simulation.synapseTable('sheet->sheet');
    return Array.from(sources, (s, i) => [s, targets[i], values.w[i], values.k[i]].join(' '));
  };

  it('come and go in their order, those between the same cells as they were made', async () => {
    const { simulation, projection } = await linked([[0, 5], [1, 5], [2, 0], [1, 5]], [1, 2, 3, 4]); // biome-ignore format: pairs
    expect(listOf(simulation)).toEqual(['3 0 3 2', '0 5 1 2', '1 5 2 2', '1 5 4 2']);
    await simulation.addSynapses(projection, [[1, 5], [[1, 0], [1, 2]], [0, [0, 0]], [1, 5]], { w: [10, 20, 30, 40] }); // biome-ignore format: pairs
    expect(listOf(simulation)).toEqual(['0 0 30 2', '3 0 3 2', '0 5 1 2', '1 5 2 2', '1 5 4 2', '1 5 10 2', '1 5 40 2', '3 5 20 2']);
    await simulation.run(1);
    expect([...simulation.get(projectionEnd(simulation), 'v')]).toEqual([67, 1, 1, 1, 1, 155]);
    await simulation.removeSynapses(projection, [[1, 5], [3, 0], [1, 5]]); // biome-ignore format: pairs
    expect(listOf(simulation)).toEqual(['0 0 30 2', '0 5 1 2', '3 5 20 2']);
    await simulation.removeSynapses(projection, [[0, 0], [0, 5], [3, 5]]); // biome-ignore format: pairs
    expect(listOf(simulation)).toEqual([]);
    await simulation.addSynapses(projection, [[4, 2]], { w: 'pre.index + post.col / 8', k: 0.5 });
    expect(listOf(simulation)).toEqual(['4 2 4.25 0.5']);
  });

  it('begin as at the start of a run; others keep what was set', async () => {
    const { simulation, projection } = await linked([[0, 1], [1, 2]]); // biome-ignore format: pairs
    await simulation.setSynapses(projection, { w: 5 });
    await simulation.addSynapses(projection, [[0, 0]]);
    expect(listOf(simulation)).toEqual(['0 0 1 2', '0 1 5 2', '1 2 5 2']);
    await simulation.setSynapses(projection, { k: 7 }, { pairs: [[0, [0, 0]]] }); // biome-ignore format: pairs
    await simulation.addSynapses(projection, [[0, 3]], { k: 9 });
    expect(listOf(simulation)).toEqual(['0 0 1 7', '0 1 5 2', '1 2 5 2', '0 3 1 9']);
    await simulation.reset();
    expect(listOf(simulation)).toEqual(['0 0 1 2', '0 1 1 2', '1 2 1 2', '0 3 1 9']);
    expect(simulation.network.projections[0].values).toEqual({ k: Float64Array.of(2, 2, 2, 9) });
  });

  it('are set one by one, all or none of them', async () => {
    const { simulation, projection } = await linked([[0, 5], [1, 5], [1, 5], [2, 0]]); // biome-ignore format: pairs
    await simulation.setSynapses(projection, { w: [8, 9], k: '10 * pre.index' }, { pairs: [[[0, 1], [1, 2]], [3, 0]] }); // biome-ignore format: pairs
    expect(listOf(simulation)).toEqual(['3 0 9 30', '0 5 1 2', '1 5 8 10', '1 5 8 10']);
    await expect(simulation.setSynapses(projection, { w: 0 }, { pairs: [[0, 5], [2, 0]] })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: no synapse joins cell [0, 2] of 'sheet' to cell [0, 0] of 'sheet'
        in network > projection 'sheet->sheet'
        Look up what there is: simulation.graph(projection).outgoing(source).]
    `); // biome-ignore format: pairs
    await expect(simulation.setSynapses(projection, { w: [1, 2] }, { pairs: [[0, 5]] })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: 2 values for 1 pairs of cells
        in network > projection 'sheet->sheet' > quantity 'w'
        Give one number for each pair, in their order; or a single number or expression for all.]
    `);
    await expect(simulation.setSynapses(projection, { w: 1 }, { pairs: [0, 5] as never })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: what names pairs of cells is an array
        in network > projection 'sheet->sheet'
        Give pairs of a source and a target, [[0, 1], [[2, 0], [2, 1]]], or { sources: [0, 20], targets: [1, 21] }.]
    `);
    expect(listOf(simulation)).toEqual(['3 0 9 30', '0 5 1 2', '1 5 8 10', '1 5 8 10']);
  });

  it('keep how distances are measured', async () => {
    const network = new Network({ dt: 1 });
    const ring = network.population('ring', cell(), 10);
    const projection = network.connect(ring, ring, link(), distanceKernel('box', { width: 2, torus: true })).set({ w: 'distance' });
    const simulation = await simulate(network);
    await simulation.addSynapses(projection, [[0, 7]], { w: 'distance' });
    expect([simulation.graph(projection).weight(0, 7), simulation.graph(projection).weight(0, 9)]).toEqual([3, 1]);
    await simulation.setSynapses(projection, { w: '10 * distance' });
    expect([simulation.graph(projection).weight(0, 7), simulation.graph(projection).weight(0, 9)]).toEqual([30, 10]);
  });

  it('are refused with everything left as it was', async () => {
    const { simulation, projection } = await linked([[0, 5], [1, 5]], [1, 2]); // biome-ignore format: pairs
    await simulation.run(2);
    const before = [observe(simulation), listOf(simulation)];
    await expect(simulation.addSynapses(projection, [[2, 0]], { w: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-network]: cell [0, 2] of 'sheet' is not among the 4 sources of 'sheet->sheet'
        in network > projection 'sheet->sheet'
        Join cells of the views that the projection was made with, or make another projection and replace the network.]
    `);
    await expect(simulation.addSynapses(projection, [[0, [2, 0]]], { w: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: cell [2, 0] of 'sheet': it has 2 x 3 cells
        in network > projection 'sheet->sheet'
        Give an index, or [row, column]; both are counted from 0.]
    `); // biome-ignore format: pairs
    await expect(simulation.addSynapses(projection, [[0, 0]])).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: the synapses of 'sheet->sheet' were given a 'w' each; new ones need theirs
        in network > projection 'sheet->sheet' > quantity 'w'
        Say what it is: { w: 1 }, or a number for each pair.]
    `);
    await expect(simulation.addSynapses(projection, [[0, 0]], { w: [1, 2] })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: 2 values for 1 new synapses
        in network > projection 'sheet->sheet' > quantity 'w'
        Give one number for each pair, in their order; or a single number or expression for all.]
    `);
    await expect(simulation.addSynapses(projection, [[0, 0]], { w: '1 / pre.index' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: the value is Infinity
        in network > projection 'sheet->sheet' > quantity 'w'
        Give finite numbers.]
    `);
    await expect(simulation.addSynapses(projection, [[0, 0]], { g: 1 } as never)).rejects.toThrow("'g' is not a quantity of synapse 'link'");
    await expect(simulation.addSynapses('other', [[0, 0]])).rejects.toThrow("there is no projection 'other'");
    await expect(simulation.removeSynapses(projection, [[0, 5], [[0, 1], [0, 0]]])).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: no synapse joins cell [0, 1] of 'sheet' to cell [0, 0] of 'sheet'
        in network > projection 'sheet->sheet'
        Look up what there is: simulation.graph(projection).outgoing(source).]
    `); // biome-ignore format: pairs
    await expect(simulation.removeSynapses(projection, [[0]] as never)).rejects.toThrow('what names pairs of cells is an array');
    expect(difference(before[0] as never, observe(simulation))).toBeUndefined();
    expect(listOf(simulation)).toEqual(before[1]);
    expect(simulation.journal).toEqual([]);
  });

  it('that are recorded by themselves go on being recorded, and can’t be taken away', async () => {
    const network = new Network({ dt: 1 });
    const cells = network.population('cells', cell({ v: 0 }), 3);
    const projection = network.connect(cells, cells, link(), matrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]])); // biome-ignore format: a matrix
    network.recordSynapses(projection, 'w', { synapses: [4, 8] }).recordSpikeCounts(cells);
    const simulation = await simulate(network);
    await simulation.removeSynapses(projection, [[0, 0], [1, 2]]); // biome-ignore format: pairs
    await simulation.run(1);
    const { sources, targets, values } = simulation.recordings.synapses(projection, 'w');
    expect([[...sources], [...targets], [...values]]).toEqual([[1, 2], [1, 2], [5, 9]]); // biome-ignore format: lists
    await expect(simulation.removeSynapses(projection, [[2, 2]])).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-network]: the synapse from cell 2 of 'cells' to cell 2 of 'cells' is one that was chosen to be recorded
        in network > projection 'cells->cells'
        Keep it, or replace the network by one that does not record it.]
    `);
  });
});

function projectionEnd(simulation: Simulation) {
  return Network.from(simulation.network).populationNamed('sheet');
}

describe('a rule that fails', () => {
  const failing = where((pre, post) => {
    if (pre.index === 3 && post.index === 1) throw new Error('no such tract');
    return true;
  });

  it('names the cells, and leaves the simulation as it was', async () => {
    const make = (rule = probability(0.5)) => {
      const network = new Network({ dt: 0.5 });
      const sheet = network.lattice('sheet', leakyIntegrateAndFire({ i_in: 200 }), { rows: 2, columns: 2 });
      network.connect(sheet, sheet, electrical(), rule);
      return network.record(sheet, 'v');
    };
    const simulation = await simulate(make());
    await simulation.run(5);
    const before = observe(simulation);
    await expect(simulation.replace(make(failing))).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: the function given to where failed for cell [1, 1] of 'sheet' and cell [0, 1] of 'sheet': no such tract
        in network > projection 'sheet->sheet'
        No synapse was made. Let it return true or false for every pair of cells.]
    `);
    const answering = (answer: unknown) => make(where((pre, post) => (pre.index === post.index ? false : answer) as boolean));
    await expect(simulation.replace(answering(Promise.resolve(false)))).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: the function given to where returns an object for cell [0, 1] of 'sheet' and cell [0, 0] of 'sheet'
        in network > projection 'sheet->sheet'
        No synapse was made. Let it return true or false for every pair of cells.]
    `);
    for (const answer of [undefined, null, 0, 1, 'no']) await expect(simulation.replace(answering(answer))).rejects.toThrow('given to where returns');
    expect(difference(before, observe(simulation))).toBeUndefined();
    expect([simulation.journal.length, simulation.network.projections[0].rule.kind]).toEqual([0, 'probability']);
    await simulation.run(5);
    expect(simulation.time).toBe(10);
  });

  it('is refused before it is part of a network, where that can be seen', () => {
    const network = new Network();
    const cells = network.population('cells', leakyIntegrateAndFire(), 3);
    const { def } = network;
    expect(() => network.connect(cells, cells, electrical(), edgeList([[0, 1, 2]] as never))).toThrow();
    expect(() => network.connect(cells, cells, electrical(), matrix([[1]], { quantity: 'g' }))).toThrow();
    expect(() => network.connect(cells, cells, electrical(), { kind: 'tract' } as never)).toThrow("there is no rule 'tract'");
    expect(network.def).toEqual(def);
    expect(network.def.projections).toEqual([]);
  });
});
