import { describe, expect, it } from 'vitest';
import {
  allToAll,
  defineChannel,
  defineNeuron,
  defineReceptor,
  defineSpikeTrain,
  defineSynapse,
  defineTransmitter,
  edgeList,
  input,
  matrix,
  Network,
  peak,
  probability,
  quantity,
  SpikeloomError,
  scheduled,
  simulate,
  where,
} from '../src/index.ts';
import { ampa, electrical, izhikevich, presetTrain, sodium } from '../src/models/index.ts';

/*
 * What JavaScript can hand over and TypeScript can't: each ends in an error that says what is wanted, where it is given.
 */

// biome-ignore lint/suspicious/noExplicitAny: what is tested are calls that do not compile
type Untyped = any;

const network = (): Untyped => new Network();
const cells = (n: Untyped): Untyped => n.population('cells', izhikevich(), 4);
const view = (): Untyped => cells(network());
const neuron = (spec: object): unknown => (defineNeuron as Untyped)({ name: 'cell', quantities: { v: quantity(1) }, ...spec });

/** Calls `connect` with some of its arguments replaced. */
function connect(over: { source?: unknown; target?: unknown; synapse?: unknown; rule?: unknown; options?: unknown }): unknown {
  const n = network();
  const all = cells(n);
  const { source, target, synapse, rule, options } = { source: all, target: all, synapse: electrical(), rule: undefined, options: {}, ...over };
  return n.connect(source, target, synapse, rule, options);
}

function projection(): Untyped {
  const n = network();
  return n.connect(cells(n), n.populationNamed('cells'), electrical());
}

const CALLS: Record<string, readonly (readonly [string, () => unknown])[]> = {
  Network: [
    ['options null', () => new (Network as Untyped)(null)],
    ['options a number', () => new (Network as Untyped)(0.1)],
    ['dt as text', () => new (Network as Untyped)({ dt: '0.1' })],
    ['from nothing', () => (Network as Untyped).from(undefined)],
    ['from lists that are none', () => (Network as Untyped).from({ dt: 1, seed: 0, duration: 1, populations: {}, projections: [], recorders: [] })],
  ],
  population: [
    ['name a number', () => network().population(5, izhikevich(), 1)],
    ['no model', () => network().population('cells', undefined, 1)],
    ['a function that makes models', () => network().population('cells', izhikevich, 1)],
    ['the name of a model', () => network().population('cells', 'izhikevich', 1)],
    ['a model that is no cell', () => network().population('cells', ampa(), 1)],
    ['no size', () => network().population('cells', izhikevich())],
    ['options null', () => network().population('cells', izhikevich(), 1, null)],
    ['normalize a number', () => network().population('cells', izhikevich(), 1, { normalize: 1 })],
    ['normalize null', () => network().population('cells', izhikevich(), 1, { normalize: null })],
  ],
  lattice: [
    ['no shape', () => network().lattice('cells', izhikevich())],
    ['the shape as numbers', () => network().lattice('cells', izhikevich(), 3, 4)],
  ],
  connect: [
    ['no source', () => connect({ source: undefined })],
    ['the name of a target', () => connect({ target: 'cells' })],
    ['no synapse', () => connect({ synapse: undefined })],
    ['a function that makes synapses', () => connect({ synapse: electrical })],
    ['a model that is no synapse', () => connect({ synapse: ampa() })],
    ['a rule as text', () => connect({ rule: 'all' })],
    ['a function that makes rules', () => connect({ rule: allToAll })],
    ['a rule null', () => connect({ rule: null })],
    ['a rule of an unknown kind', () => connect({ rule: { kind: 'ring' } })],
    ['a rule without what it needs', () => connect({ rule: { kind: 'where' } })],
    ['options as text', () => connect({ options: 'name' })],
    ['options null', () => connect({ options: null })],
    ['an unknown option', () => connect({ options: { nmae: 'a' } })],
    ['a name that is none', () => connect({ options: { name: 5 } })],
  ],
  'values of cells and synapses': [
    ['nothing', () => view().set(undefined)],
    ['a number', () => view().set(5)],
    ['null for a quantity', () => view().set({ v: null })],
    ['undefined for a quantity', () => view().set({ v: undefined })],
    ['an object for a quantity', () => view().set({ v: { mean: 5 } })],
    ['a flag for a quantity', () => view().set({ v: true })],
    ['nothing for synapses', () => projection().set(undefined)],
    ['a flag for a quantity of synapses', () => projection().set({ w: true })],
    ['texts among numbers', () => simulateWith((n) => cells(n).set({ v: [1, '2', 3, 4] }))],
    ['texts among times', () => simulateWith((n) => n.population('train', presetTrain(), 1).set({ times: ['1'] }))],
    ['texts among times of each', () => simulateWith((n) => n.population('train', presetTrain(), 1).set({ times: [['1']] }))],
    ['null among times of each', () => simulateWith((n) => n.population('train', presetTrain(), 1).set({ times: [null] }))],
  ],
  views: [
    ['a slice of nothing', () => view().slice()],
    ['a region without columns', () => view().region([0, 1])],
    ['a region of numbers', () => view().region(0, 1)],
    ['a cell that is no list', () => view().cells(2)],
    ['cells as text', () => view().cells('0')],
    ['no condition', () => view().where()],
    ['a function as a condition', () => view().where(() => true)],
    ['no selection', () => view().select()],
    ['an unknown selection', () => view().select({ kind: 'ring' })],
  ],
  records: [
    ['no view', () => network().record(undefined, 'v')],
    ['the name of a population', () => network().record('cells', 'v')],
    ['no quantity', () => withCells((n, c) => n.record(c))],
    ['options null', () => withCells((n, c) => n.record(c, 'v', null))],
    ['every as text', () => withCells((n, c) => n.record(c, 'v', { every: '2' }))],
    ['mean as text', () => withCells((n, c) => n.record(c, 'v', { mean: 'yes' }))],
    ['spikes of nothing', () => network().recordSpikes()],
    ['counts of a name', () => network().recordSpikeCounts('cells')],
    ['synapses of nothing', () => network().recordSynapses(undefined, 'w')],
    ['a population by a number', () => network().populationNamed(5)],
    ['a projection by nothing', () => network().projectionNamed()],
  ],
  rules: [
    ['allToAll null', () => (allToAll as Untyped)(null)],
    ['allToAll false', () => (allToAll as Untyped)(false)],
    ['allToAll with an unknown option', () => (allToAll as Untyped)({ slef: false })],
    ['allToAll with autapses as text', () => (allToAll as Untyped)({ autapses: 'no' })],
    ['probability as text', () => (probability as Untyped)('0.5')],
    ['probability with options null', () => (probability as Untyped)(0.5, null)],
    ['where without condition', () => (where as Untyped)()],
    ['where of a number', () => (where as Untyped)(5)],
    ['edgeList of nothing', () => (edgeList as Untyped)()],
    ['edgeList of numbers', () => (edgeList as Untyped)([0, 1])],
    ['edgeList of half a pair', () => (edgeList as Untyped)([[0]])],
    ['edgeList without targets', () => (edgeList as Untyped)({ sources: [0] })],
    ['matrix of nothing', () => (matrix as Untyped)()],
    ['matrix of numbers', () => (matrix as Untyped)([1, 2])],
    ['matrix of text', () => (matrix as Untyped)([['a', 'b']])],
    ['matrix with options null', () => (matrix as Untyped)([[1]], null)],
    ['matrix of a number as quantity', () => (matrix as Untyped)([[1]], { quantity: 5 })],
  ],
  'parts of models': [
    ['quantity of nothing', () => (quantity as Untyped)()],
    ['quantity of null', () => (quantity as Untyped)(null)],
    ['a unit that is no text', () => (quantity as Untyped)(1, 5)],
    ['a meaning that is no text', () => (quantity as Untyped)(1, 'mV', 5)],
    ['a port in a unit that is no text', () => (input as Untyped)(5)],
    ['a port pooled otherwise', () => neuron({ inputs: { i: (input as Untyped)('1', '', 'median') } })],
    ['peak of nothing', () => (peak as Untyped)()],
    ['peak without height', () => (peak as Untyped)('v')],
    ['scheduled by a number', () => (scheduled as Untyped)(5)],
  ],
  define: [
    ['nothing', () => (defineNeuron as Untyped)()],
    ['a name', () => (defineNeuron as Untyped)('cell')],
    ['no name', () => neuron({ name: undefined })],
    ['no quantities', () => neuron({ quantities: undefined })],
    ['quantities as a list', () => neuron({ quantities: [quantity(1)] })],
    ['a number as quantity', () => neuron({ quantities: { v: 5 } })],
    ['a quantity without value', () => neuron({ quantities: { v: { unit: 'mV' } } })],
    ['equations as a list', () => neuron({ equations: ['dv/dt = -v'] })],
    ['a refractory period as number', () => neuron({ refractory: 5 })],
    ['a function as reset', () => neuron({ reset: () => 0 })],
    ['a number as spike', () => neuron({ spike: 5 })],
    ['a spike of an unknown kind', () => neuron({ spike: { kind: 'often' } })],
    ['a number as port', () => neuron({ inputs: { i: 5 } })],
    ['parts as a list', () => neuron({ channels: [sodium()] })],
    ['no part', () => neuron({ channels: { na: undefined } })],
    ['an integrator by number', () => neuron({ integrator: 4 })],
    ['units as text', () => neuron({ units: 'nS' })],
    ['a spike train of nothing', () => (defineSpikeTrain as Untyped)(null)],
    ['a channel of nothing', () => (defineChannel as Untyped)()],
    ['a transmitter of nothing', () => (defineTransmitter as Untyped)()],
    ['a receptor of nothing', () => (defineReceptor as Untyped)()],
    [
      'a receptor with a function as kinetics',
      () => (defineReceptor as Untyped)({ name: 'r', quantities: {}, equations: 'current = r', kinetics: ampa }),
    ],
    ['a synapse of nothing', () => (defineSynapse as Untyped)()],
    ['a synapse without a block', () => (defineSynapse as Untyped)({ name: 's', quantities: {} })],
    ['a synapse with a function as block', () => (defineSynapse as Untyped)({ name: 's', quantities: {}, continuous: () => 0 })],
    ['what a part reads as a list', () => (defineChannel as Untyped)({ name: 'c', quantities: {}, equations: 'current = 1', reads: ['w'] })],
  ],
  'variants of models': [
    ['null', () => (izhikevich as Untyped)(null)],
    ['a number', () => (izhikevich as Untyped)(5)],
    ['null for a quantity', () => (izhikevich as Untyped)({ a: null })],
    ['an object for a quantity', () => (izhikevich as Untyped)({ a: {} })],
    ['a flag for a quantity', () => (izhikevich as Untyped)({ a: true })],
    ['a number as receptors', () => (izhikevich as Untyped)({ receptors: 5 })],
    ['a channel with null', () => (sodium as Untyped)(null)],
    ['a receptor with null', () => (ampa as Untyped)(null)],
    ['a receptor with a number as transmitter', () => (ampa as Untyped)({ transmitter: 5 })],
    ['a synapse with null', () => (electrical as Untyped)(null)],
    ['a synapse with types as text', () => (electrical as Untyped)({ types: 'glutamate' })],
  ],
};

function withCells(body: (n: Untyped, c: Untyped) => unknown): unknown {
  const n = network();
  return body(n, cells(n));
}

function simulateWith(body: (n: Untyped) => unknown): Promise<unknown> {
  const n = network();
  body(n);
  return simulate(n);
}

async function textOf(body: () => unknown): Promise<string> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof SpikeloomError)) return `FAULT ${(error as Error).stack?.split('\n').slice(0, 4).join('\n')}`;
    return String(error);
  }
  return 'FAULT no error';
}

describe.each(Object.keys(CALLS))('%s', (what) => {
  it.each(CALLS[what])('%s', async (_, body) => {
    const text = await textOf(body);
    expect(text).not.toContain('FAULT');
    expect(text).toMatchSnapshot();
  });
});
