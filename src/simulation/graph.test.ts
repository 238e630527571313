import { describe, expect, it } from 'vitest';
import { electrical, izhikevich, staticSynapse } from '../models/index.ts';
import { allToAll, distanceKernel, edgeList, fixedInDegree, matrix, oneToOne, probability, where } from '../network/connect/index.ts';
import type { RuleDef } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import { graphOf } from './graph.ts';
import { simulate } from './simulation.ts';

const NONE = Number.NaN;

/** Three cells onto a lattice of 2 x 2. */
async function small() {
  const network = new Network({ dt: 0.5 });
  const from = network.population('from', izhikevich(), 3);
  const sheet = network.lattice('sheet', izhikevich(), { rows: 2, columns: 2 });
  const rows = [[1, null, 0, 4], [null, null, null, null], [3, null, 2, null]]; // biome-ignore format: a matrix
  const projection = network.connect(from, sheet, electrical(), matrix(rows));
  return { network, from, sheet, projection, graph: (await simulate(network)).graph(projection) };
}

/** Both orders of one list of edges, the second with two synapses between the same cells. */
async function doubled() {
  const network = new Network({ dt: 0.5 });
  const sheet = network.lattice('sheet', izhikevich(), { rows: 2, columns: 3 });
  const projection = network.connect(sheet, sheet, electrical(), edgeList([[5, 1], [0, 1], [5, 1]])).set({ w: [1, 2, 4] }); // biome-ignore format: pairs
  return (await simulate(network)).graph(projection);
}

describe('a projection as a graph', () => {
  it('has the weights of its synapses, by index or by row and column', async () => {
    const { graph } = await small();
    expect([graph.synapses, graph.quantity, graph.unit, graph.source.name, graph.target.name]).toEqual([5, 'w', '1', 'from', 'sheet']);
    expect([graph.weight(0, 3), graph.weight(0, [1, 1]), graph.weight([0, 2], [1, 0])]).toEqual([4, 4, 2]);
    expect([graph.weight(0, [1, 0]), graph.weight(0, 1), graph.weight(1, 1)]).toEqual([0, undefined, undefined]);
    expect([...graph.weights(2, 0)]).toEqual([3]);
  });

  it('knows what leads to a cell, and away from it', async () => {
    const { graph } = await small();
    expect(graph.incoming([0, 0])).toEqual({ cells: Uint32Array.of(0, 2), values: Float64Array.of(1, 3) });
    expect(graph.incoming([0, 1]).cells).toHaveLength(0);
    expect(graph.outgoing(0)).toEqual({ cells: Uint32Array.of(0, 2, 3), values: Float64Array.of(1, 0, 4) });
    expect(graph.adjacencyList().map(({ cells }) => [...cells])).toEqual([[0, 2, 3], [], [0, 2]]); // biome-ignore format: lists
  });

  it('is the matrix that the rule of that name takes', async () => {
    const { graph, network, from, sheet } = await small();
    const values = graph.adjacencyMatrix();
    expect([...values]).toEqual([1, NONE, 0, 4, NONE, NONE, NONE, NONE, 3, NONE, 2, NONE]);
    const again = network.connect(from, sheet, electrical(), matrix(values, { columns: 4 }), { name: 'again' });
    expect([...graphOf(network, again).adjacencyMatrix()]).toEqual([...values]);
  });

  it('tells synapses between the same cells apart', async () => {
    const graph = await doubled();
    expect([...graph.weights([1, 2], [0, 1])]).toEqual([1, 4]);
    expect(graph.incoming(1)).toEqual({ cells: Uint32Array.of(0, 5, 5), values: Float64Array.of(2, 1, 4) });
    expect(graph.adjacencyMatrix({ multapses: 'sum' })[5 * 6 + 1]).toBe(5);
    expect(() => graph.weight([1, 2], [0, 1])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: 2 synapses join cell [1, 2] of 'sheet' to cell [0, 1] of 'sheet'
        in network > projection 'sheet->sheet' > graph
        Ask for weights(source, target).]
    `);
    expect(() => graph.adjacencyMatrix()).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: 2 synapses join cell [1, 2] of 'sheet' to cell [0, 1] of 'sheet'
        in network > projection 'sheet->sheet' > graph
        Ask for adjacencyMatrix({ multapses: 'sum' }), or adjacencyList().]
    `);
  });

  it('names the cell that there is not', async () => {
    const { graph } = await small();
    expect(() => graph.weight(3, [0, 0])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: cell 3 of 'from': it has 1 x 3 cells
        in network > projection 'from->sheet' > graph
        Give an index, or [row, column]; both are counted from 0.]
    `);
    expect(() => graph.incoming([1, 2])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: cell [1, 2] of 'sheet': it has 2 x 2 cells
        in network > projection 'from->sheet' > graph
        Give an index, or [row, column]; both are counted from 0.]
    `);
    for (const bad of [-1, 4, 0.5, [0, -1], [2, 0], [0.5, 0]]) expect(() => graph.incoming(bad as number)).toThrow(`of 'sheet': it has 2 x 2 cells`);
    for (const bad of ['0', [0], [0, 1, 2], null, { row: 0 }, ['0', 1]])
      expect(() => graph.incoming(bad as never)).toThrow("names a cell of 'sheet'");
  });

  it('takes another quantity for the weight where that is said', async () => {
    const network = new Network({ dt: 0.5 });
    const cells = network.population('cells', izhikevich(), 3);
    const projection = network.connect(cells, cells, staticSynapse({ target: 'v' }), oneToOne()).set({ delay: '1 + pre.index' });
    const graph = (await simulate(network)).graph(projection, { quantity: 'delay' });
    expect([graph.unit, graph.weight(2, 2)]).toEqual(['ms', 3]);
    expect(graphOf(network, projection, { quantity: 'delay' }).weight(1, 1)).toBe(2);
    expect(() => graphOf(network, projection, { quantity: 'g' as 'w' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'g' is not a quantity of synapse 'staticSynapse'
        in network > projection 'cells->cells' > graph
        Say which one is the weight: graph(projection, { quantity }). Known here: w, delay.]
    `);
    expect(() => graphOf(network, 'other')).toThrow("there is no projection 'other'");
  });

  it.each<[string, RuleDef]>([
    ['all-to-all', allToAll({ autapses: false })],
    ['probability', probability(0.4)],
    ['in-degree', fixedInDegree(5, { multapses: true })],
    ['distance', distanceKernel('gaussian', { width: 1.5, torus: true })],
    ['function', where((pre, post) => pre.row < post.row)],
  ])('is known before the network is compiled: %s', async (_, rule) => {
    const network = new Network({ dt: 0.5, seed: 7 });
    const sheet = network.lattice('sheet', izhikevich(), { rows: 3, columns: 4 });
    const projection = network
      .connect(sheet.region([0, 3], [1, 4]), sheet.region([0, 3], [1, 4]), electrical(), rule)
      .set({ w: 'distance + uniform()' });
    const [before, after] = [graphOf(network, projection), (await simulate(network, { precision: 'f64' })).graph(projection)];
    expect(before.synapses).toBeGreaterThan(10);
    expect(before.adjacencyList()).toEqual(after.adjacencyList());
  });
});
