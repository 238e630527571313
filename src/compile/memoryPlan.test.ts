import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';
import { staticSynapse } from '../models/index.ts';
import {
  allToAll,
  distanceKernel,
  edgeList,
  fixedInDegree,
  fixedOutDegree,
  fixedTotal,
  oneToOne,
  probability,
  where,
} from '../network/connect/index.ts';
import type { RuleDef } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import { compileNetwork } from './compile.ts';
import { estimateMemory, type MemoryPlan, memoryOf } from './memoryPlan.ts';

const cell = defineNeuron({
  name: 'cell',
  quantities: { v: quantity(0), g: quantity(0), g_gap: quantity(1), tau: quantity(10) },
  inputs: { i_gap: input() },
  equations: 'dv/dt = (i_gap - v) / tau; dg/dt = -g / tau'.replace('; ', '\n'),
  spike: 'v > 1',
  integrator: 'exponential-euler',
});

const traces = defineSynapse({
  name: 'traces',
  quantities: { w: quantity(1), a: quantity(0), tau: quantity(20), delay: quantity(1) },
  equations: 'da/dt = -a / tau',
  onPre: 'post.g += w; a += 1',
  onPost: 'w += a * pre.v',
});
const continuous = defineSynapse({ name: 'gap', quantities: { w: quantity(1) }, continuous: 'post.i_gap += w * (pre.v - post.v)' });

type Neurons = Parameters<Network['connect']>[0] & Parameters<Network['connect']>[1];
type Make = (network: Network, projection: ReturnType<Network['connect']>) => void;

/** A network of two lattices of 20 x 20 cells, joined in some way. */
function network(
  rule: RuleDef,
  synapse: ReturnType<typeof traces>,
  values: Readonly<Record<string, string | number>> = {},
  more: Make = () => {},
): Network {
  const made = new Network({ dt: 0.1, seed: 3 });
  const a = made.lattice('a', cell(), { rows: 20, columns: 20 });
  const b = made.lattice('b', cell(), { rows: 20, columns: 20 });
  more(made, made.connect(a, b, synapse, rule, { name: 'a to b' }).set(values));
  return made;
}

const OWN = { w: 'uniform(0, 1)', delay: 'truncated(normal(1.5, 0.75), 0.1, 20)' };
const spiking = staticSynapse({ target: 'g' });
const edges = Array.from({ length: 3000 }, (_, i) => [i % 400, (Math.imul(i, 2_654_435_761) >>> 8) % 400] as const);

/** Bytes that differ, as parts of what there is. */
function differences(plan: MemoryPlan, real: MemoryPlan): number[] {
  const [p, q] = [plan.projections[0], real.projections[0]];
  const parts = [
    [p.synapses, q.synapses],
    [p.bytes, q.bytes],
    [p.values, q.values],
    [p.tables, q.tables],
    [plan.populations[1].bytes, real.populations[1].bytes],
    [plan.recorders, real.recorders],
    [plan.bytes, real.bytes],
  ];
  return parts.map(([x, y]) => (x === y ? 0 : Math.abs(x - y) / y));
}

describe.each([1, 3])('what is estimated is what there is, %i threads', (threads) => {
  it.each([
    ['one weight and delay', network(fixedInDegree(50), spiking)],
    ['own weights and delays', network(fixedTotal(20_000, { multapses: true }), spiking, OWN)],
    ['few synapses a source', network(fixedOutDegree(3), spiking, OWN)],
    ['one to one', network(oneToOne(), traces())],
    ['by chance, plastic', network(probability(0.1), traces(), { w: OWN.w })],
    ['by distance', network(distanceKernel('gaussian', { width: 3 }), spiking, { w: '1 / (1 + distance)' })],
    ['by a condition', network(where('pre.col == post.col'), traces())],
    ['a list', network(edgeList(edges), spiking, { delay: 'floor(uniform(1, 9))' })],
    ['a list, every step', network(edgeList(edges), continuous(), { w: OWN.w })],
    ['all pairs, every step, one weight', network(allToAll(), continuous())],
    ['all pairs, every step', network(allToAll(), continuous(), { w: OWN.w })],
    ['most pairs, every step', network(probability(0.7), continuous())],
    ['all pairs', network(allToAll(), spiking, OWN)],
    [
      'together with another',
      network(fixedInDegree(50), spiking, OWN, (n) => {
        const a = n.populationNamed('a') as Neurons;
        n.connect(a, a, spiking, fixedInDegree(20)).set(OWN);
      }),
    ],
    ['recorded', network(fixedInDegree(20), traces(), {}, (n, p) => n.recordSynapses(p, 'a'))],
  ] as const)('%s', (_, { def }) => {
    for (const precision of ['f32', 'f64'] as const) {
      const found = differences(estimateMemory(def, precision, threads), memoryOf(compileNetwork(def, precision, { threads })));
      for (const difference of found) expect(difference, `${precision}: ${found}`).toBeLessThan(0.05);
    }
  });
});

/** 1000 cells with 500 synapses each, which take 1 to 2 ms in steps of 0.1: runs of 50. */
it.each([
  ['one weight and delay', {}, 4],
  ['own weights', { w: OWN.w }, 8],
  ['own weights and delays', { w: OWN.w, delay: 'uniform(1, 2)' }, 8],
] as const)('what a synapse takes, spikes and tables included: %s', (_, values, most) => {
  for (const threads of [1, 2]) {
    const made = new Network({ dt: 0.1, seed: 3 });
    const cells = made.population('cells', cell(), 1000);
    made.connect(cells, cells, spiking, fixedInDegree(500)).set(values);
    const [{ bytes, synapses }] = memoryOf(compileNetwork(made.def, 'f32', { threads })).projections;
    expect(bytes / synapses, `${threads} threads`).toBeLessThan(most);
    expect(bytes / synapses).toBeGreaterThan(2);
  }
});

it('an estimate is exact where the rule is', () => {
  const { def } = network(fixedInDegree(50), spiking);
  const plan = estimateMemory(def, 'f32', 1);
  expect(plan).toEqual({ ...memoryOf(compileNetwork(def, 'f32')), isEstimate: true });
  expect(plan.projections[0]).toMatchObject({ name: 'a to b', synapses: 20_000, isExact: true });
});
