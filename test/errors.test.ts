import { describe, expect, it } from 'vitest';
import {
  allToAll,
  defineChannel,
  defineNeuron,
  edgeList,
  matrix,
  Network,
  oneToOne,
  probability,
  quantity,
  type RuleDef,
  simulate,
  where,
} from '../src/index.ts';
import { ampa, chemical, electrical, hodgkinHuxley, izhikevich, morrisLecar, poissonTrain, presetTrain, sodium } from '../src/models/index.ts';

async function textOf(body: () => unknown): Promise<string> {
  try {
    await body();
  } catch (error) {
    return String(error);
  }
  return 'no error';
}

const lif = (equations: string, more: object = {}) =>
  defineNeuron({
    name: 'lif',
    quantities: {
      v: quantity(-70, 'mV', ''),
      v_rest: quantity(-70, 'mV', ''),
      v_th: quantity(-50, 'mV', ''),
      tau: quantity(10, 'ms', ''),
      i_in: quantity(0, 'pA', ''),
    },
    equations,
    ...more,
  });

const two = (rule: RuleDef) => {
  const network = new Network({ dt: 1 });
  const cells = network.lattice('cells', izhikevich(), { rows: 2, columns: 2 });
  network.connect(cells, cells, electrical(), rule);
  return simulate(network);
};

describe('a model', () => {
  it.each([
    ['an unknown name', () => lif('dv/dt = (v_rest - v) / tua')],
    ['a unit mismatch', () => lif('dv/dt = (v_rest - v + i_in) / tau')],
    ['a right side in the wrong unit', () => lif('dv/dt = v_rest - v')],
    ['several problems at once', () => lif('dv/dt = (v_rest - u) / tau', { spike: 'v > tau', reset: 'v = exp(v)' })],
    ['a syntax error', () => lif('dv/dt = (v_rest - v / tau')],
    ['a number where a condition is wanted', () => lif('dv/dt = (v_rest - v) / tau', { spike: 'v' })],
    ['an equation for something not declared', () => lif('dw/dt = -w / tau')],
    ['two equations for one variable', () => lif('dv/dt = -v / tau\ndv/dt = v / tau')],
    ['a loop of definitions', () => lif('a = b\nb = a\ndv/dt = (v_rest - v) / tau')],
    ['an unknown unit', () => defineNeuron({ name: 'm', quantities: { v: quantity(0, 'mX', '') } })],
    ['a quantity that is not finite', () => defineNeuron({ name: 'm', quantities: { v: quantity(Number.NaN, 'mV', '') } })],
    ['held variables without a refractory period', () => lif('dv/dt = (v_rest - v) / tau (unless refractory)')],
    ['a channel without current', () => defineChannel({ name: 'c', quantities: { g: quantity(1, 'nS', '') }, equations: 'i = g * v' })],
    ['a part of the wrong kind', () => hodgkinHuxley({ channels: { x: ampa() as never } })],
    ['a part that was not made', () => hodgkinHuxley({ channels: { x: sodium as never } })],
    ['a wrong value by name', () => izhikevich({ aa: 1 } as never)],
  ])('%s', async (_, body) => {
    expect(await textOf(body)).toMatchSnapshot();
  });
});

describe('a network', () => {
  it.each([
    ['a negative dt', () => new Network({ dt: -1 })],
    ['a seed that is no integer', () => new Network({ seed: 1.5 })],
    ['a lattice of size zero', () => new Network().lattice('cells', izhikevich(), { rows: 0, columns: 4 })],
    ['a population of wrong type', () => new Network().population('cells', izhikevich(), '3' as never)],
    [
      'two populations of one name',
      () => {
        const network = new Network();
        for (const _ of [1, 2]) network.population('a', izhikevich(), 1);
      },
    ],
    ['an unknown quantity', () => new Network().population('cells', izhikevich(), 1).set({ vth: 1 } as never)],
    [
      'an unknown recording',
      () => {
        const network = new Network();
        network.record(network.population('cells', izhikevich(), 1), 'u' as never);
      },
    ],
    ['an array of the wrong length', () => withValues({ v: [1, 2, 3] })],
    ['a NaN among initial values', () => withValues({ v: [1, Number.NaN] })],
    ['an initial value that becomes NaN', () => withValues({ v: 'log(c)' })],
    ['an unknown name in an initial value', () => withValues({ v: 'uniform(v_low, v_th)' })],
    ['a string that is no expression', () => withValues({ v: 'uniform(' })],
    [
      'a synapse onto a spike train',
      () => {
        const network = new Network();
        const train = network.population('train', poissonTrain(), 1);
        network.connect(train, train as never, electrical());
      },
    ],
    [
      'a matrix of the wrong shape',
      () =>
        two(
          matrix([
            [1, 2],
            [3, 4],
          ]),
        ),
    ],
    ['a ragged matrix', () => two(matrix([[1, 2], [3]]))],
    ['an edge that leads nowhere', () => two(edgeList([[0, 4]]))],
    [
      'one-to-one between unequal views',
      () => {
        const network = new Network();
        const cells = network.population('cells', izhikevich(), 3);
        network.connect(cells, cells.slice(0, 2), electrical(), oneToOne());
        return simulate(network);
      },
    ],
    ['a predicate with an unknown name', () => two(where('pre.column == post.column'))],
    ['a probability above one', () => two(probability(1.5))],
    [
      'a synapse to a port that is not there',
      () => {
        const network = new Network();
        const train = network.population('train', poissonTrain(), 1);
        const target = network.population('bare', defineNeuron({ name: 'bare', quantities: { v: quantity(0, 'mV', '') } })(), 1);
        network.connect(train, target, electrical());
        return simulate(network);
      },
    ],
    [
      'a gap junction across units',
      () => {
        const network = new Network();
        const a = network.population('a', izhikevich(), 1);
        const b = network.population(
          'b',
          defineNeuron({
            name: 'own',
            quantities: { v: quantity(0, 'mV', ''), g_gap: quantity(1, 'nS', '') },
            inputs: { i_gap: { unit: 'mV', normalize: 'sum' } },
          })(),
          1,
        );
        network.connect(a, b, electrical(), allToAll());
        return simulate(network);
      },
    ],
    [
      'a transmitter that nobody releases',
      () => {
        const network = new Network();
        const cells = network.population('cells', izhikevich({ receptors: { ampa: ampa() } }), 1);
        network.connect(cells, cells, chemical({ types: ['glutamate'] }));
        return simulate(network);
      },
    ],
    [
      'times out of order',
      () => {
        const network = new Network();
        network.population('train', presetTrain({ times: [5, 3] }), 1);
        return simulate(network);
      },
    ],
    [
      'an integrator that does not fit',
      () => {
        const network = new Network();
        network.population('cells', morrisLecar({ integrator: 'exact' }), 1);
        return simulate(network);
      },
    ],
    [
      'exponential Euler on a product',
      () => {
        const network = new Network();
        network.population('cells', izhikevich({ integrator: 'exponential-euler' }), 1);
        return simulate(network);
      },
    ],
    ['an unknown backend', () => simulate(new Network(), { backend: 'gpu' as never })],
    ['a negative duration', async () => (await simulate(new Network())).run(-1)],
    ['something that was not recorded', async () => (await simulate(new Network())).recordings.spikes('cells')],
  ])('%s', async (_, body) => {
    expect(await textOf(body)).toMatchSnapshot();
  });
});

function withValues(values: object): Promise<unknown> {
  const network = new Network();
  network.population('cells', izhikevich(), 2).set(values);
  return simulate(network);
}

describe('a run', () => {
  it.each(['js', 'wasm'] as const)('that blows up on %s names variable, cell and time, and keeps what was recorded', async (backend) => {
    const runaway = defineNeuron({
      name: 'runaway',
      quantities: { v: quantity(-1, 'mV', ''), k: quantity(1, '1/(mV*ms)', '') },
      equations: 'dv/dt = k * v^2',
    });
    const network = new Network({ dt: 0.1, duration: 1000 });
    const cells = network.population('cells', runaway(), 3);
    cells.cells([1]).set({ v: 1 });
    network.record(cells, 'v');
    const simulation = await simulate(network, { backend });
    expect(await textOf(() => simulation.run())).toMatchInlineSnapshot(`
      "SpikeloomError [diverged]: the value is no longer finite at t = 1.9 ms
        in network > population 'cells' > cell 1 > quantity 'v'
        What was recorded until then is kept. Take a smaller dt, weaker coupling, or another integrator."
    `);
    const { times, values } = simulation.recordings.trace(cells, 'v');
    expect(times.length).toBe(simulation.step);
    expect(values.slice(0, 3)).toEqual(Float32Array.of(-0.9, 1.1, -0.9));
    expect(values.at(-2)).toBe(Number.POSITIVE_INFINITY);
    expect(Number.isFinite(values.at(-5))).toBe(true);
  });
});
