import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allToAll,
  defineNeuron,
  edgeList,
  Network,
  type NetworkDef,
  quantity,
  type RuleDef,
  type SimulateOptions,
  type Simulation,
  simulate,
} from '../../src/index.ts';
import { composeModel } from '../../src/model/compose.ts';
import { electrical, izhikevich } from '../../src/models/index.ts';
import { NETWORKS } from '../support/networks.ts';
import { difference, observe, state } from '../support/observe.ts';
import { expectCounts, expectNormal } from '../support/statistics.ts';

const UNDRIVEN = NETWORKS.filter(({ name }) => name !== 'driven' && !name.startsWith('synapse'));

/** State and recordings after `steps` steps. */
async function stateAfter(network: Network | NetworkDef, run: (simulation: Simulation) => Promise<unknown>, options: SimulateOptions = {}) {
  const simulation = await simulate(network, options);
  await run(simulation);
  const seen = { state: state(simulation), all: observe(simulation) };
  simulation.dispose();
  return seen;
}

const runFor =
  (...steps: readonly number[]) =>
  async (simulation: Simulation): Promise<void> => {
    for (const n of steps) await simulation.run(n * simulation.network.dt);
  };

describe.each(UNDRIVEN)('$name', ({ make }) => {
  const { network } = make();

  it('run(a + b) is run(a), run(b)', async () => {
    const whole = await stateAfter(network, runFor(40));
    const parts = await stateAfter(network, runFor(1, 2, 0, 17, 7, 13));
    expect(difference(whole.all, parts.all)).toBeUndefined();
  });

  it('is not changed by being observed', async () => {
    const { def } = network;
    const alone = await stateAfter({ ...def, recorders: [] }, runFor(40));
    const watched = await stateAfter({ ...def, recorders: recordersOfAll(def) }, async (simulation) => {
      for (const steps of [3, 20, 17]) {
        await runFor(steps)(simulation);
        observe(simulation);
      }
    });
    expect(difference(alone.state, watched.state)).toBeUndefined();
  });

  it('draws the same numbers beside other populations and projections', async () => {
    const { def } = network;
    const alone = await stateAfter(def, runFor(40));
    const beside = await stateAfter(withMore(def), runFor(40));
    for (const name of [...beside.state.keys()]) if (name.startsWith('extra.')) beside.state.delete(name);
    expect(difference(alone.state, beside.state)).toBeUndefined();
  });
});

/** Every kind of recorder of everything. */
function recordersOfAll(def: NetworkDef): NetworkDef['recorders'] {
  return def.populations.flatMap((population) => {
    const view = { population: population.name, cells: { kind: 'all' } } as const;
    const some = { population: population.name, cells: { kind: 'cells', cells: [0, population.columns - 1] } } as const;
    const { quantities, definitions, inputs } = composeModel(population.model);
    const names = [...quantities.values()].flatMap((q) => (q.role === 'list' ? [] : [q.name]));
    return [
      { kind: 'spikes', view } as const,
      { kind: 'spike-counts', view: some } as const,
      ...[...names, ...definitions.keys(), ...inputs.keys()].flatMap(
        (quantity) =>
          [
            { kind: 'trace', view, quantity, every: 2 },
            { kind: 'mean', view: some, quantity, every: 1 },
          ] as const,
      ),
    ];
  });
}

/** The same network with another population before and after, and projections between those that change nothing. */
function withMore(def: NetworkDef): NetworkDef {
  const more = new Network();
  const extra = more.population('extra', izhikevich(), 5).set({ v: 'uniform(v_init, v_th)', i_in: 'uniform(0, 20)' });
  more.connect(extra, extra, electrical(), { kind: 'probability', p: 0.5, autapses: true }).set({ w: 'uniform()' });
  const { populations, projections } = more.def;
  return { ...def, populations: [...populations, ...def.populations], projections: [...projections, ...def.projections], recorders: [] };
}

describe('seed', () => {
  const random = ['random draws', 'noise, euler', 'noise, exact', 'rule: few at random', 'interacting lattices, mean', 'spike trains'];

  it.each(NETWORKS.filter(({ name }) => random.includes(name)))('decides over every draw of: $name', async ({ make }) => {
    const { def } = make().network;
    const first = await stateAfter({ ...def, seed: 1 }, runFor(20));
    expect(difference(first.all, (await stateAfter({ ...def, seed: 1 }, runFor(20))).all)).toBeUndefined();
    for (const seed of [2, 1 + 2 ** 32]) expect(difference(first.all, (await stateAfter({ ...def, seed }, runFor(20))).all)).toBeDefined();
  });
});

describe('uniform coupling in O(N)', () => {
  const allPairs = (n: number, m: number, self: boolean): RuleDef =>
    edgeList(Array.from({ length: n * m }, (_, i): [number, number] => [Math.floor(i / m), i % m]).filter(([s, t]) => self || s !== t));

  /** Gap currents after one step, of populations of n and m cells or, where m is 0, of one population onto itself. */
  async function gaps(n: number, m: number, rule: RuleDef, v: (i: number) => number, options: SimulateOptions): Promise<Float64Array> {
    const network = new Network();
    const source = network.population('from', izhikevich({ g_gap: 0.37 }), n).set({ v: Float64Array.from({ length: n }, (_, i) => v(i)) });
    const target =
      m === 0 ? source : network.population('to', izhikevich({ g_gap: 0.37 }), m).set({ v: Float64Array.from({ length: m }, (_, i) => v(n + i)) });
    network.connect(source, target, electrical(), rule).set({ w: -1.7 });
    const simulation = await simulate(network, options);
    await simulation.run(0.1);
    return simulation.get(target, 'i_gap');
  }

  const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(63, 64, 255, 256, 257, 300));
  const settings = fc.record({
    n: size,
    m: fc.oneof(fc.constant(0), size),
    self: fc.boolean(),
    precision: fc.constantFrom('f32', 'f64'),
    backend: fc.constantFrom('js', 'wasm'),
    v: fc.float({ min: -90, max: 40, noNaN: true }),
  });

  it('agrees with the sum over all pairs', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ n, m, self, v, ...options }) => {
        const values = (i: number): number => v + 20 * Math.sin(3 * i);
        const fast = await gaps(n, m, allToAll({ autapses: self }), values, options);
        const slow = await gaps(n, m, allPairs(n, m || n, self || m > 0), values, options);
        const tolerance = n * 20 * 1.7 * 0.37 * (options.precision === 'f32' ? 1e-5 : 1e-13);
        fast.forEach((x, i) => expect(Math.abs(x - slow[i])).toBeLessThanOrEqual(tolerance));
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('gives no current between equal voltages', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ n, m, self, v, ...options }) => {
        expect(await gaps(n, m, allToAll({ autapses: self }), () => v, options)).toEqual(new Float64Array(m || n));
      }),
      { seed: 2, numRuns: 60 },
    );
  });
});

describe('draws', () => {
  const CELLS = 40_000;

  /** What `expression` draws for each cell in step 3. */
  async function drawn(expression: string, options: SimulateOptions = { precision: 'f64' }): Promise<Float64Array> {
    const model = defineNeuron({ name: 'draws', quantities: { x: quantity(0), m: quantity(1) }, step: `x = ${expression}` });
    const network = new Network({ dt: 1, seed: 99 });
    const population = network.population('cells', model(), CELLS);
    const simulation = await simulate(network, options);
    await simulation.run(3);
    return simulation.get(population, 'x');
  }

  it('uniform: the same in f32 and f64, from 0 up to but not 1, evenly', async () => {
    const x = await drawn('uniform()');
    expect(await drawn('uniform()', { precision: 'f32' })).toEqual(x);
    expect(x.every((u) => u >= 0 && u < 1)).toBe(true);
    const counts = new Array<number>(64).fill(0);
    for (const u of x) counts[Math.floor(u * 64)]++;
    expectCounts(counts, new Array(64).fill(1 / 64));
  });

  it('uniform: neighbours and later draws are independent', async () => {
    const pairs = await drawn('floor(8 * uniform()) + 8 * floor(8 * uniform())');
    const neighbours = pairs.map((x, i) => (x % 8) + 8 * (pairs[(i + 1) % CELLS] % 8));
    for (const joint of [pairs, neighbours]) {
      const counts = new Array<number>(64).fill(0);
      for (const x of joint) counts[x]++;
      expectCounts(counts, new Array(64).fill(1 / 64));
    }
  });

  it.each(['f32', 'f64'] as const)('normal in %s', async (precision) => {
    expectNormal(await drawn('normal()', { precision }), 0, 1);
    expectNormal(await drawn('normal(-3, 0.5)', { precision }), -3, 0.25);
    const [edges, counts] = [[-2, -1, -0.5, 0, 0.5, 1, 2], new Array<number>(8).fill(0)];
    for (const x of await drawn('normal()', { precision })) counts[edges.filter((edge) => x >= edge).length]++;
    const between = [0.02275013, 0.13590512, 0.14988228, 0.19146246];
    expectCounts(counts, [...between, ...between.toReversed()]);
  });

  /** Holds where values can be from a law of that density (times anything) between two bounds. */
  function expectDensity(values: Float64Array, low: number, high: number, density: (x: number) => number): void {
    const width = (high - low) / 40;
    const counts = new Array<number>(40).fill(0);
    expect(values.every((x) => x >= Math.fround(low) && x <= Math.fround(high))).toBe(true);
    for (const x of values) counts[Math.min(39, Math.max(0, Math.floor((x - low) / width)))]++;
    const parts = counts.map((_, i) => {
      const simpson = Array.from({ length: 101 }, (__, k) => density(low + (i + k / 100) * width) * (k === 0 || k === 100 ? 1 : k % 2 ? 4 : 2));
      return simpson.reduce((a, b) => a + b, 0);
    });
    const whole = parts.reduce((a, b) => a + b, 0);
    expectCounts(
      counts,
      parts.map((x) => x / whole),
    );
  }

  const normalDensity = (mean: number, sd: number) => (x: number) => Math.exp(-(((x - mean) / sd) ** 2) / 2);
  /** By the mean and standard deviation of the values. */
  const lognormalDensity = (mean: number, sd: number) => (x: number) => {
    const variance = Math.log(1 + (sd / mean) ** 2);
    return Math.exp(-((Math.log(x / mean) + variance / 2) ** 2) / (2 * variance)) / Math.abs(x);
  };

  describe.each(['f32', 'f64'] as const)('in %s', (precision) => {
    it.each([
      [2, 0.7],
      [-3, 2],
    ])('lognormal with mean %f and deviation %f', async (mean, sd) => {
      const x = await drawn(`lognormal(${mean} * m, ${sd})`, { precision });
      const variance = Math.log(1 + (sd / mean) ** 2);
      const logarithms = x.map((value) => Math.log(value / mean));
      expectNormal(logarithms, -variance / 2, variance);
    });

    it.each([
      ['normal(1.5, 0.75)', 0.1, 9, normalDensity(1.5, 0.75)],
      ['normal(0, 1)', 3, 5, normalDensity(0, 1)],
      ['normal(0, 1)', -5, -3, normalDensity(0, 1)],
      ['normal()', -0.5, 0.25, normalDensity(0, 1)],
      ['normal(m, -2)', 0.5, 4, normalDensity(1, 2)],
      ['lognormal(m, 0.5)', 0.2, 2, lognormalDensity(1, 0.5)],
      ['lognormal(-2, 3)', -3, -1, lognormalDensity(-2, 3)],
    ] as const)('truncated(%s, %f, %f)', async (law, low, high, density) => {
      expectDensity(await drawn(`truncated(${law}, ${low}, ${high})`, { precision }), low, high, density);
    });

    it.each([
      ['normal(2, 0)', 0, 4, 2],
      ['normal(2, 0)', 2, 4, 2],
      ['normal(2, 0)', 3, 4, 3],
      ['normal(0, 1)', 60, 61, 60],
      ['normal(0, 1)', -61, -60, -60],
      ['lognormal(2, 0)', 1, 3, 2],
      ['lognormal(2, 1)', -3, -1, -1],
    ])('truncated(%s, %f, %f) is %f', async (law, low, high, only) => {
      const values = await drawn(`truncated(${law}, ${low}, ${high})`, { precision });
      expect(Math.max(...values.map((x) => Math.abs(x - only)))).toBeLessThan(1e-5);
    });
  });

  it.each([0, 0.003, 0.3, 0.5, 0.999, 1])('bernoulli(%f): the same in f32 and f64', async (p) => {
    const text = `where(bernoulli(${p}), 1, 0)`;
    const x = await drawn(text);
    expect(await drawn(text, { precision: 'f32' })).toEqual(x);
    const ones = x.reduce((a, b) => a + b, 0);
    if (p === 0 || p === 1) expect(ones).toBe(p * CELLS);
    else expectCounts([CELLS - ones, ones], [1 - p, p]);
  });

  describe.each(['f32', 'f64'] as const)('poisson in %s', (precision) => {
    it.each([0.5, 5, 16, 40, 200])('with mean %f, given as a number and by the state', async (mean) => {
      for (const text of [`poisson(${mean})`, `poisson(${mean} * m)`, `poisson(${mean} + 0 * x)`]) {
        const x = await drawn(text, { precision });
        const counts = new Array<number>(Math.max(...x) + 2).fill(0);
        for (const k of x) counts[k]++;
        const probabilities = counts.map(() => 0);
        let probability = Math.exp(-mean);
        for (let k = 0; k < counts.length - 1; k++) {
          probabilities[k] = probability;
          probability *= mean / (k + 1);
        }
        probabilities[counts.length - 1] = 1 - probabilities.reduce((a, b) => a + b, 0);
        expectCounts(counts, probabilities);
      }
    });
  });

  it('poisson of nothing is nothing', async () => {
    expect((await drawn('poisson(0)')).every((k) => k === 0)).toBe(true);
    expect((await drawn('poisson(-1 * m)')).every((k) => k === 0)).toBe(true);
  });
});
