import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSpikeTrain } from '../model/define.ts';
import { input, quantity, scheduled } from '../model/quantity.ts';
import { Network } from '../network/network.ts';
import type { Lattice } from '../network/view.ts';
import { type SimulateOptions, simulate } from './simulation.ts';

const cell = defineNeuron({
  name: 'cell',
  quantities: {
    v: quantity('e', 'mV', 'voltage'),
    w: quantity('b * v', 'mV', 'recovery'),
    b: quantity(2, '1', 'slope'),
    e: quantity(-70, 'mV', 'rest'),
    tau: quantity(0.01, 's', 'time constant'),
    g: quantity('b + 1', '1', 'computed parameter'),
  },
  inputs: { i: input('V', 'port') },
  equations: `
    dv/dt = (e - v + i) / tau
    dw/dt = 0 * w / tau
    drive = b * e
  `,
});

type Cells = Lattice<ReturnType<typeof cell>>;

/** The texts of errors, one below the other. */
async function refusals(acts: readonly (() => Promise<unknown>)[]): Promise<string> {
  const texts: string[] = [];
  for (const act of acts) texts.push(await act().then(() => 'no error', String));
  return texts.join('\n\n');
}

async function started(prepare: (cells: Cells) => unknown, options: SimulateOptions = { precision: 'f64' }) {
  const network = new Network({ dt: 1, seed: 3 });
  const cells = network.lattice('cells', cell(), { rows: 2, columns: 3 });
  prepare(cells);
  const simulation = await simulate(network, options);
  return { cells, simulation, get: (name: 'v' | 'w' | 'b' | 'e' | 'tau' | 'g' | 'drive') => [...simulation.get(cells, name)] };
}

const each = (x: number): number[] => new Array(6).fill(x);

describe('initial values', () => {
  it('are computed in the order in which they read each other', async () => {
    const { get } = await started(() => undefined);
    expect([get('v'), get('w'), get('g')]).toEqual([each(-70), each(-140), each(3)]);
    const other = await started((cells) => cells.set({ e: 'index', b: 'col' }));
    expect(other.get('w')).toEqual([0, 1, 4, 0, 4, 10]);
    expect(other.get('g')).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('wait for what a function reads', async () => {
    const model = defineNeuron({
      name: 'function',
      quantities: { w: quantity('scaled(3)'), b: quantity('2 * c'), c: quantity(5) },
      equations: 'function scaled(x) = b * x',
    });
    const network = new Network();
    const population = network.population('cells', model(), 1);
    expect([...(await simulate(network)).get(population, 'w')]).toEqual([30]);
  });

  it('of a later set win over those of an earlier one', async () => {
    const { get } = await started((cells) => {
      cells.set({ v: 'row', w: 1 }).slice(1, 4).set({ v: 100, w: 'v * 2' });
      cells.region([1, 2], [0, 2]).set({ v: [7, 8] });
      cells.where('col == 2').set({ w: 'index' });
    });
    expect(get('v')).toEqual([0, 100, 100, 7, 8, 1]);
    expect(get('w')).toEqual([1, 200, 2, 14, 1, 5]);
  });

  it('build on the value so far', async () => {
    const { get } = await started((cells) => {
      cells.set({ v: 'v + index', w: 'w + 1' });
      cells.slice(4).set({ v: 'v * 10' });
    });
    expect(get('v')).toEqual([-70, -69, -68, -67, -660, -650]);
    expect(get('w')).toEqual([-139, -137, -135, -133, -1319, -1299]);
  });

  it('may turn the default around', async () => {
    const { get } = await started((cells) => cells.set({ w: 3, v: 'w * 2', g: 4, b: 'g' }));
    expect([get('v'), get('b')]).toEqual([each(6), each(4)]);
  });

  it('are in the unit of the quantity', async () => {
    const inUnits = async (tau: number | string | number[]) => (await started((cells) => cells.set({ tau }))).get('tau');
    expect(await inUnits(0.02)).toEqual(each(0.02));
    expect(await inUnits([1, 2, 3, 4, 5, 6])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await inUnits('0.001 * (1 + index)')).toEqual([0.001, 0.002, 0.003, 0.004, 0.005, 0.006]);
    expect(await inUnits('20[ms]')).toEqual(each(0.02));
    expect(await inUnits('2 * tau')).toEqual(each(0.02));
  });

  it('draw by seed, cell and statement', async () => {
    const draw = async (value: string, seed = 3) => {
      const network = new Network({ seed });
      const cells = network.population('cells', cell(), 8).set({ v: value, w: value });
      const simulation = await simulate(network, { precision: 'f64' });
      return [simulation.get(cells, 'v'), simulation.get(cells, 'w')];
    };
    const [v, w] = await draw('uniform(-70, -50)');
    expect(v.every((x) => x >= -70 && x < -50)).toBe(true);
    expect(new Set([...v, ...w]).size).toBe(16);
    expect(await draw('uniform(-70, -50)')).toEqual([v, w]);
    expect((await draw('uniform(-70, -50)', 4))[0]).not.toEqual(v);
  });

  it('are refused where they make no sense', async () => {
    const given: readonly ((cells: Cells) => unknown)[] = [
      (cells) => cells.set({ v: 'w', w: 'v' }),
      (cells) => cells.set({ v: 'log(index - 2)' }),
      (cells) => cells.set({ v: 'row > 1' }),
      (cells) => cells.set({ v: 'xi(n)' }),
      (cells) => cells.slice(0, 4).set({ v: [1, 2] }),
      (cells) => cells.set({ v: [1, 2, 3, Number.NaN, 5, 6] }),
    ];
    expect(await refusals(given.map((prepare) => () => started(prepare)))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-model]: the initial value of 'v' depends on itself
        in network > population 'cells' > quantity 'v'
        Give one of the values in the loop as a number.

      SpikeloomError [invalid-value]: the initial value is not finite
        in network > population 'cells' > cell 0 > quantity 'v'
        Check the initial values that this one is computed from.

      SpikeloomError [type-mismatch]: a condition is no value
        in network > population 'cells' > quantity 'v'
          row > 1
          ^^^^^^^
        Use where(condition, a, b).

      SpikeloomError [unsupported]: 'xi' is white noise, which belongs in a differential equation
        in network > population 'cells' > quantity 'v'
          xi(n)
          ^^^^^
        Use normal(mean, sd) here.

      SpikeloomError [invalid-shape]: 2 values for 4 cells
        in network > population 'cells' > quantity 'v'
        Give one value for each cell, or a single number or expression for all.

      SpikeloomError [invalid-value]: value 3 is NaN
        in network > population 'cells' > quantity 'v'
        Give finite numbers."
    `);
  });
});

describe('set', () => {
  it('takes numbers, arrays and expressions, for all cells or some', async () => {
    const { simulation, cells, get } = await started(() => undefined);
    await simulation.set(cells, { v: 1, w: [1, 2, 3, 4, 5, 6] });
    await simulation.set(cells.slice(1, 3), { v: 'w * 10' });
    await simulation.set(cells.region([1, 2], [1, 3]), { v: [50, 60], w: 'v + col' });
    expect(get('v')).toEqual([1, 20, 30, 1, 50, 60]);
    expect(get('w')).toEqual([1, 2, 3, 4, 51, 62]);
  });

  it.each(['js', 'wasm'] as const)('gives cells their own value of a parameter and leaves all else as it is on %s', async (backend) => {
    const { simulation, cells, get } = await started((c) => c.set({ v: 'index' }), { backend, precision: 'f64' });
    await simulation.run(5);
    await simulation.set(cells, { e: 30 });
    const before = get('v');
    await simulation.set(cells.slice(0, 2), { e: 10 });
    expect(get('e')).toEqual([10, 10, 30, 30, 30, 30]);
    expect(get('v')).toEqual(before);
    expect(get('drive')).toEqual([20, 20, 60, 60, 60, 60]);
    expect(simulation.time).toBe(5);
    await simulation.run(1);
    get('v').forEach((x, i) => expect(x).toBeCloseTo(before[i] + ((i < 2 ? 10 : 30) - before[i]) / 10, 12));
  });

  it('computes anew what depends on a parameter', async () => {
    const { simulation, cells, get } = await started((c) => c.set({ v: 0 }));
    await simulation.set(cells, { tau: 0.02 });
    await simulation.run(1);
    expect(get('v')).toEqual(each(-3.5));
    await simulation.set(cells, { v: 0, tau: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32] });
    await simulation.run(1);
    expect(get('v')).toEqual([-7, -3.5, -1.75, -0.875, -0.4375, -0.21875]);
  });

  it('keeps what was recorded when a parameter becomes one a cell', async () => {
    const network = new Network({ dt: 1 });
    const train = defineNeuron({
      name: 'regular',
      quantities: { v: quantity(0), k: quantity(1) },
      equations: 'dv/dt = k',
      spike: 'v >= 2',
      reset: 'v = 0',
    });
    const cells = network.population('cells', train(), 2);
    network.record(cells, 'v').record(cells, 'k', { every: 2 }).recordSpikes(cells).recordSpikeCounts(cells);
    const simulation = await simulate(network, { precision: 'f64' });
    const { recordings } = simulation;
    await simulation.run(5);
    await simulation.set(cells.slice(1), { k: 2 });
    expect([...recordings.spikeCounts(cells)]).toEqual([2, 2]);
    await simulation.run(3);
    expect([...recordings.spikeCounts(cells)]).toEqual([4, 5]);
    expect([...recordings.trace(cells, 'v').of(1)]).toEqual([1, 0, 1, 0, 1, 0, 0, 0]);
    expect([...recordings.trace(cells, 'k').values]).toEqual([1, 1, 1, 1, 1, 2, 1, 2]);
    expect([...recordings.spikes(cells).cells]).toEqual([0, 1, 0, 1, 0, 1, 1, 0, 1]);
  });

  it('draws by the step and not by what was set before', async () => {
    const draw = async (steps: number, twice: boolean) => {
      const { simulation, cells, get } = await started(() => undefined);
      await simulation.run(steps);
      if (twice) await simulation.set(cells, { v: 'normal()' });
      await simulation.set(cells, { v: 'normal()' });
      return get('v');
    };
    expect(await draw(2, true)).toEqual(await draw(2, false));
    expect(await draw(3, false)).not.toEqual(await draw(2, false));
  });

  it('refuses what makes no sense and leaves the state as it was', async () => {
    const { simulation, cells, get } = await started((c) => c.set({ v: 5 }), { precision: 'f32' });
    const all = { kind: 'all' } as const;
    const acts = [
      () => simulation.set(cells, { v: 'log(index - 3)' }),
      () => simulation.set(cells.slice(2), { v: 1e300 }),
      () => simulation.set(cells, { v: [1, 2] }),
      () => simulation.write({ population: 'cells', cells: all }, { u: 1 }),
      () => simulation.write({ population: 'cells', cells: all }, { drive: 1 }),
      () => simulation.write({ population: 'cell', cells: all }, { v: 1 }),
    ];
    expect(await refusals(acts)).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the new value is NaN
        in network > population 'cells' > cell 0 > quantity 'v'
        The quantity keeps its values. Give numbers that are finite in f32.

      SpikeloomError [invalid-value]: the new value is Infinity
        in network > population 'cells' > cell 2 > quantity 'v'
        The quantity keeps its values. Give numbers that are finite in f32.

      SpikeloomError [invalid-shape]: 2 values for 6 cells
        in network > population 'cells' > quantity 'v'
        Give one value for each cell, or a single number or expression for all.

      SpikeloomError [unknown-name]: 'u' is not a quantity of model 'cell'
        in network > population 'cells' > set
        Did you mean 'v'? Known here: v, w, b, e, tau, g.

      SpikeloomError [unknown-name]: 'drive' is a named expression of the model: it can be read but not set
        in network > population 'cells' > set
        Known here: v, w, b, e, tau, g.

      SpikeloomError [unknown-name]: there is no population 'cell'
        in network
        Did you mean 'cells'? Known here: cells."
    `);
    expect(get('v')).toEqual(each(5));
  });
});

describe('get', () => {
  it('reads quantities, named expressions and ports of a view, in their units', async () => {
    const { simulation, cells } = await started((c) => c.set({ b: 'index' }));
    const view = cells.region([0, 2], [1, 3]);
    expect([...simulation.get(view, 'tau')]).toEqual([0.01, 0.01, 0.01, 0.01]);
    expect([...simulation.get(view, 'drive')]).toEqual([-70, -140, -280, -350]);
    expect([...simulation.get(view, 'i')]).toEqual([0, 0, 0, 0]);
  });

  it('names what can be read', async () => {
    const { simulation } = await started(() => undefined);
    expect(() => simulation.read({ population: 'cells', cells: { kind: 'all' } }, 'driv')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'driv' is not known of model 'cell'
        in network > population 'cells'
        Did you mean 'drive'? Known here: v, w, b, e, tau, g, drive, i_channels, i_receptors, i.]
    `);
  });
});

describe('lists of times', () => {
  const train = defineSpikeTrain({ name: 'train', quantities: { times: quantity([1], 's', 'times') }, spike: scheduled('times') });

  async function spikes(prepare: (cells: Lattice<ReturnType<typeof train>>) => unknown, dt = 0.1): Promise<number[][]> {
    const network = new Network({ dt });
    const cells = network.lattice('trains', train({ times: [0.001] }), { rows: 1, columns: 3 });
    prepare(cells);
    network.recordSpikes(cells);
    const simulation = await simulate(network);
    await simulation.run(5);
    const recorded = simulation.recordings.spikes(cells);
    return [0, 1, 2].map((cell) => [...recorded.steps].filter((_, i) => recorded.cells[i] === cell));
  }

  it('become the steps that end then, in the unit of the list', async () => {
    expect(await spikes(() => undefined)).toEqual([[9], [9], [9]]);
    expect(await spikes((cells) => cells.set({ times: [0.0001, 0.00035, 0.0015] }))).toEqual(new Array(3).fill([0, 3, 14]));
    expect(await spikes((cells) => cells.set({ times: [[], [0.002, 0.0021], [0.0049, 0.005]] }))).toEqual([[], [19, 20], [48, 49]]);
  });

  it('may be given to some cells only', async () => {
    expect(await spikes((cells) => cells.slice(1).set({ times: [0.002] }))).toEqual([[9], [19], [19]]);
    expect(await spikes((cells) => cells.cells([0, 2]).set({ times: [[0.003], [0.004]] }))).toEqual([[29], [9], [39]]);
  });

  it('may be long', async () => {
    const times = Array.from({ length: 200_000 }, (_, i) => (i + 1) * 1e-6);
    expect((await spikes((cells) => cells.set({ times }), 0.001))[1]).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  it('are refused where they make no sense', async () => {
    const given = [[0, 0.001], [0.002, 0.001], [0.001, 0.00101], [0.001, Number.POSITIVE_INFINITY], 3, [[0.001], [0.002]]];
    expect(await refusals(given.map((times) => () => spikes((cells) => cells.set({ times }))))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the time 0 ms comes before the end of the first step
        in network > population 'trains' > quantity 'times'
        Times count from the start of the run and ascend, at most one a step; the first that can carry a spike is dt.

      SpikeloomError [invalid-value]: the time 1 ms comes after 2 ms in the list
        in network > population 'trains' > quantity 'times'
        Times count from the start of the run and ascend, at most one a step; the first that can carry a spike is dt.

      SpikeloomError [invalid-value]: the times 1 ms and 1.01 ms fall into one step of 0.1 ms
        in network > population 'trains' > quantity 'times'
        Times count from the start of the run and ascend, at most one a step; the first that can carry a spike is dt.

      SpikeloomError [invalid-value]: value 1 is Infinity
        in network > population 'trains' > quantity 'times'
        Give finite numbers.

      SpikeloomError [invalid-value]: 'times' is a list of numbers, not 3
        in network > population 'trains' > quantity 'times'
        Give an array of numbers in s, or one array for each cell.

      SpikeloomError [invalid-shape]: 2 lists for 3 cells
        in network > population 'trains' > quantity 'times'
        Give one list for all cells, or one for each."
    `);
  });
});

describe('several values at once', () => {
  it('are set one after the other, and none where one is refused', async () => {
    const network = new Network({ dt: 1 });
    const cells = network.population('cells', cell(), 2);
    const simulation = await simulate(network);
    await simulation.set(cells, { v: -60, w: 'b * v' });
    expect([...simulation.get(cells, 'w')]).toEqual([-120, -120]);
    await expect(simulation.set(cells, { v: -50, w: 'log(v)' })).rejects.toThrow('the new value is NaN');
    expect([...simulation.get(cells, 'v')]).toEqual([-60, -60]);
  });

  it('reset during a run is applied between two steps', async () => {
    const network = new Network({ dt: 1 });
    network.population('cells', cell(), 2);
    const simulation = await simulate(network);
    const running = simulation.run(1e5);
    await simulation.reset();
    const { end, steps } = await running;
    expect([end, steps]).toEqual(['done', 1e5]);
    expect(simulation.step).toBeLessThanOrEqual(1e5);
    expect(simulation.step).toBe(1e5 - simulation.journal[0].step);
    await simulation.reset();
    expect(simulation.step).toBe(0);
  });

  it('a network given as data must not name two things alike', async () => {
    const network = new Network({ dt: 1 });
    network.population('cells', cell(), 2);
    const { def } = network;
    await expect(simulate({ ...def, populations: [...def.populations, ...def.populations] })).rejects.toThrow(
      "there is a population 'cells' already",
    );
  });
});
