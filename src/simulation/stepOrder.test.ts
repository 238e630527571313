import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import { quantity, scheduled } from '../model/quantity.ts';
import { edgeList } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

/**
 * Cell 0 spikes when it is told, cell 1 too. `g` jumps with what arrives and halves in each step; `x` jumps too, but is held for
 * two steps after each spike of its own cell.
 */
const cell = defineNeuron({
  name: 'told',
  quantities: { times: quantity([]), g: quantity(0), x: quantity(0), hold: quantity(2) },
  equations: 'dg/dt = -0.5 * g\ndx/dt = 0 * x (unless refractory)',
  spike: scheduled('times'),
  refractory: 'hold',
  integrator: 'euler',
});

const synapse = defineSynapse({
  name: 'both',
  quantities: { w: quantity(1), delay: quantity(0), order: quantity(0) },
  onPre: 'post.g += w; post.x += w; order = 10 * order + 1',
  onPost: 'order = 10 * order + 2',
});

interface Row {
  readonly what: string;
  /** Steps in which cell 0 and cell 1 spike. */
  readonly spikes: readonly [readonly number[], readonly number[]];
  /** Source, target, delay in steps, weight. */
  readonly edges: readonly (readonly [number, number, number, number])[];
  /** Of the target of the first synapse, after each step from 0. */
  readonly g: readonly number[];
  readonly x: readonly number[];
  /** Of each synapse: 1 for each arrival, 2 for each spike of its target. */
  readonly order: readonly number[];
}

const zeros = (n: number): number[] => new Array(n).fill(0);

const ROWS: readonly Row[] = [
  // A spike of step 1 is at the end of step 1: with no delay it is there when step 1 is recorded, and felt in step 2.
  { what: 'no delay', spikes: [[1], []], edges: [[0, 1, 0, 8]], g: [0, 8, 4, 2], x: [0, 8, 8, 8], order: [1] },
  { what: 'a delay of 1 step', spikes: [[1], []], edges: [[0, 1, 1, 8]], g: [0, 0, 8, 4], x: [0, 0, 8, 8], order: [1] },
  { what: 'a delay of 2 steps', spikes: [[1], []], edges: [[0, 1, 2, 8]], g: [0, 0, 0, 8, 4], x: [0, 0, 0, 8, 8], order: [1] },
  { what: 'a delay of 15 steps', spikes: [[1], []], edges: [[0, 1, 15, 8]], g: [...zeros(16), 8, 4], x: [...zeros(16), 8, 8], order: [1] },
  { what: 'a spike that is still on its way', spikes: [[1], []], edges: [[0, 1, 15, 8]], g: zeros(16), x: zeros(16), order: [0] },
  {
    what: 'several arrivals in one step, of other births',
    spikes: [[1, 4], []],
    edges: [
      [0, 1, 4, 8],
      [0, 1, 1, 16],
    ],
    g: [0, 0, 16, 8, 4, 26, 13],
    x: [0, 0, 16, 16, 16, 40, 40],
    order: [1, 11],
  },
  {
    what: 'several arrivals in one step, at synapses of one pair',
    spikes: [[1], []],
    edges: [
      [0, 1, 1, 8],
      [0, 1, 1, 2],
    ],
    g: [0, 0, 10, 5],
    x: [0, 0, 10, 10],
    order: [1, 1],
  },
  { what: 'an autapse, onto a cell that is held', spikes: [[1], []], edges: [[0, 0, 0, 8]], g: [0, 8, 4, 2], x: [0, 0, 0, 0], order: [12] },
  {
    what: 'an autapse that arrives in the last step of being held',
    spikes: [[1], []],
    edges: [[0, 0, 1, 8]],
    g: [0, 0, 8, 4],
    x: zeros(4),
    order: [21],
  },
  {
    what: 'an autapse that arrives when the cell is let go',
    spikes: [[1], []],
    edges: [[0, 0, 2, 8]],
    g: [0, 0, 0, 8, 4],
    x: [0, 0, 0, 8, 8],
    order: [21],
  },
  { what: 'a pair that coincides: arrivals come first', spikes: [[1], [3]], edges: [[0, 1, 2, 8]], g: [0, 0, 0, 8, 4], x: zeros(5), order: [12] },
  { what: 'a target that spikes a step earlier', spikes: [[1], [2]], edges: [[0, 1, 2, 8]], g: [0, 0, 0, 8, 4], x: zeros(5), order: [21] },
  {
    what: 'both cells at once, joined both ways',
    spikes: [[1], [1]],
    edges: [
      [0, 1, 0, 8],
      [1, 0, 0, 4],
    ],
    g: [0, 8, 4, 2],
    x: zeros(4),
    order: [12, 12],
  },
];

describe.each(['js', 'wasm'] as const)('the order of a step on %s', (backend) => {
  it.each(ROWS)('$what', async ({ spikes, edges, g, x, order }) => {
    const network = new Network({ dt: 1, duration: g.length });
    const cells = network.population('cells', cell(), 2).set({ times: spikes.map((steps) => steps.map((k) => k + 1)) });
    const projection = network
      .connect(cells, cells, synapse(), edgeList(edges.map(([source, target]) => [source, target] as const)))
      .set({ delay: edges.map((e) => e[2]), w: edges.map((e) => e[3]) });
    const target = cells.cells([edges[0][1]]);
    network.record(target, 'g').record(target, 'x');
    const simulation = await simulate(network, { backend, precision: 'f64' });
    await simulation.run();
    expect([...simulation.recordings.trace(target, 'g').values]).toEqual(g);
    expect([...simulation.recordings.trace(target, 'x').values]).toEqual(x);
    // Synapses are shown by target, then source, then as they were given.
    const shown = [...edges.keys()].sort((a, b) => edges[a][1] - edges[b][1] || edges[a][0] - edges[b][0] || a - b);
    expect([...simulation.getSynapses(projection, 'order')]).toEqual(shown.map((e) => order[e]));
  });
});
