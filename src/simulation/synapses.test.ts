import { describe, expect, it } from 'vitest';
import { uniform } from '../../test/support/uniform.ts';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import type { Normalization } from '../model/definition.ts';
import { input, quantity } from '../model/quantity.ts';
import { allToAll, edgeList, oneToOne, where } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

const cell = defineNeuron({
  name: 'cell',
  quantities: { v: quantity(0), g: quantity(1) },
  inputs: { i: input() },
  equations: `
    dv/dt = i - v
    half = v / 2
  `,
});
const gap = defineSynapse({
  name: 'gap',
  quantities: { w: quantity(1), k: quantity(2) },
  continuous: 'post.i += w * post.g * (pre.half - post.v) * k',
});

describe.each(['sum', 'mean'] as const)('synapses add up by their definition, %s', (normalize) => {
  it.each([
    ['sparse', 0.1],
    ['dense', 0.7],
    ['complete', 1],
  ])('%s', async (_, fraction) => {
    const random = uniform(3);
    const [v, g] = [22, 15].map((n) => Array.from({ length: n }, () => random() - 0.5));
    const network = new Network({ dt: 1 });
    const source = network.population('from', cell(), 22).set({ v });
    const target = network.lattice('to', cell(), { rows: 3, columns: 5, normalize }).set({ v: g, g: '1 + index' });
    // Indices count within the views.
    const ends = [source.slice(2, 14), target.region([1, 3], [0, 4])] as const;
    const cells = [Array.from({ length: 12 }, (_x, i) => i + 2), [5, 6, 7, 8, 10, 11, 12, 13]];
    const edges = cells[0].flatMap((_s, s) => cells[1].map((_t, t): [number, number] => [s, t])).filter(() => random() < fraction);
    const w = edges.map(() => random());
    network.connect(...ends, gap(), edgeList(edges)).set({ w });
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(1);

    const sums = new Float64Array(15);
    const counts = new Float64Array(15);
    edges.forEach(([s, t], e) => {
      const [pre, post] = [cells[0][s], cells[1][t]];
      sums[post] += w[e] * (1 + post) * (v[pre] / 2 - g[post]) * 2;
      counts[post]++;
    });
    const expected = normalize === 'mean' ? sums.map((x, i) => x / Math.max(1, counts[i])) : sums;
    simulation.get(target, 'i').forEach((x, i) => expect(x).toBeCloseTo(expected[i], 12));
    simulation.get(target, 'v').forEach((x, i) => expect(x).toBeCloseTo(expected[i], 12));
  });
});

/** The port of each of three cells after one step; cells have v = 1, 2, 3. */
async function ports(build: (network: Network, cells: ReturnType<typeof threeCells>) => void, normalize: Normalization = 'sum'): Promise<number[]> {
  const network = new Network({ dt: 1 });
  const cells = threeCells(network, normalize);
  build(network, cells);
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(1);
  return [...simulation.get(cells, 'i')];
}

const threeCells = (network: Network, normalize: Normalization) =>
  network.population('cells', cell(), 3, { normalize }).set({ v: [1, 2, 3], g: [10, 20, 30] });

const synapse = (continuous: string) => defineSynapse({ name: 'synapse', quantities: { w: quantity(1) }, continuous })();

describe('the path in O(N)', () => {
  it.each([
    ['post.i += w * (pre.v - post.v)', [3, 0, -3]],
    ['post.i += w * (pre.v - post.g)', [-15, -36, -57]],
    ['post.i -= w * (post.g - pre.v)', [-15, -36, -57]],
    ['post.i += w * pre.v', [5, 4, 3]],
    ['post.i += w * pre.v / post.g', [0.5, 0.2, 0.1]],
    ['post.i += w * post.g', [20, 40, 60]],
    ['post.i += w', [2, 2, 2]],
    ['post.i += w * pre.v; post.i -= post.v', [3, 0, -3]],
    ['post.i += -pre.half * post.g * 2', [-50, -80, -90]],
  ])('%s without self connections', async (text, expected) => {
    for (const rule of [allToAll({ autapses: false }), where('pre.index != post.index'), where((pre, post) => pre.index !== post.index)]) {
      const found = await ports((network, cells) => network.connect(cells, cells, synapse(text), rule));
      found.forEach((x, i) => expect(x).toBeCloseTo(expected[i], 12));
    }
  });

  it('counts a mean without the cell itself', async () => {
    expect(
      await ports(
        (network, cells) => network.connect(cells, cells, synapse('post.i += w * (pre.v - post.v)'), allToAll({ autapses: false })),
        'mean',
      ),
    ).toEqual([1.5, 0, -1.5]);
  });

  it('leaves no cell out between two populations of equal indices', async () => {
    const network = new Network({ dt: 1 });
    const from = network.population('from', cell(), 3).set({ v: [1, 2, 3] });
    const to = network.population('to', cell(), 3);
    network.connect(from, to, synapse('post.i += w * pre.v'), allToAll({ autapses: false }));
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(1);
    expect([...simulation.get(to, 'i')]).toEqual([6, 6, 6]);
  });
});

it('a port pools every projection; a mean divides by all that can feed it', async () => {
  const build = (network: Network, cells: ReturnType<typeof threeCells>): void => {
    network.connect(cells, cells, synapse('post.i += w * pre.v'), allToAll());
    network.connect(cells, cells, synapse('post.i += w * pre.v'), oneToOne()).set({ w: 10 });
    network.connect(cells, cells.slice(2), synapse('post.i += 100'), edgeList([[0, 0]]));
  };
  expect(await ports(build)).toEqual([16, 26, 136]);
  expect(await ports(build, 'mean')).toEqual([4, 6.5, 136 / 5]);
});

it('a cell without synapses has a mean of 0', async () => {
  expect(await ports((network, cells) => network.connect(cells, cells, synapse('post.i += w * pre.v'), edgeList([[0, 2]])), 'mean')).toEqual([
    0, 0, 1,
  ]);
});

it('what is not finite where there is no synapse does no harm', async () => {
  const logarithm = synapse('post.i += w * log(pre.v - post.v)');
  expect(await ports((network, cells) => network.connect(cells, cells, logarithm, where('pre.index > post.index')))).toEqual([Math.log(2), 0, 0]);
  const perEdge = defineSynapse({ name: 'quotient', quantities: { w: quantity(1), tau: quantity(1) }, continuous: 'post.i += w * pre.v / tau' });
  const found = await ports((network, cells) => network.connect(cells, cells, perEdge(), where('pre.index != 0')).set({ tau: '1 + pre.index' }));
  expect(found).toEqual([2, 2, 2]);
});

it('two synapses of one pair both count', async () => {
  const twice = edgeList([
    [0, 1],
    [2, 1],
    [0, 1],
  ]);
  expect(await ports((network, cells) => network.connect(cells, cells, synapse('post.i += w * pre.v'), twice).set({ w: [1, 10, 100] }))).toEqual([
    0, 131, 0,
  ]);
});

it('says that a projection does nothing', async () => {
  const network = new Network();
  const cells = network.population('cells', cell(), 2);
  network.connect(cells, cells, synapse('post.<type>.conc += w * pre.<type>.conc'));
  const simulation = await simulate(network);
  expect(simulation.warnings.map(({ code, path }) => [code, ...path])).toEqual([['no-effect', 'network', "projection 'cells->cells'"]]);
});
