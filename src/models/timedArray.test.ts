import { describe, expect, it } from 'vitest';
import { expectCounts } from '../../test/support/statistics.ts';
import { defineNeuron, defineStimulus, input, Network, type NumberArray, quantity, type SimulateOptions, simulate } from '../index.ts';
import { poissonInput, poissonTrain, sineCurrent, timedArray } from './index.ts';

const MODES: readonly Required<Pick<SimulateOptions, 'backend' | 'precision'>>[] = (['js', 'wasm'] as const).flatMap((backend) =>
  (['f32', 'f64'] as const).map((precision) => ({ backend, precision })),
);

/** Shows what comes in. */
const probe = defineNeuron({
  name: 'probe',
  quantities: { i_in: quantity(0, 'nA', 'current') },
  inputs: { i: input('pA', 'current') },
});

interface Setting extends SimulateOptions {
  readonly dt?: number;
  readonly steps: number;
  readonly cells?: number;
  readonly values?: NumberArray | readonly NumberArray[];
}

/** What a timed array puts into the port of each cell, a row for each step. */
async function seen(given: Parameters<typeof timedArray>[0], { dt = 0.1, steps, cells = 1, values, ...options }: Setting): Promise<number[][]> {
  const network = new Network({ dt });
  const population = network.population('cells', probe(), cells);
  const stimulus = network.stimulate(population, timedArray({ target: 'i', ...given }));
  if (values) stimulus.set({ values });
  network.record(population, 'i');
  const simulation = await simulate(network, { precision: 'f64', ...options });
  await simulation.run(steps * dt);
  const found = [...simulation.recordings.trace(population, 'i').values];
  return Array.from({ length: steps }, (_, k) => found.slice(k * cells, (k + 1) * cells));
}

const repeated = (samples: readonly number[], times: number): number[] => samples.flatMap((x) => new Array<number>(times).fill(x));

describe('timedArray', () => {
  it.each(MODES)('has each sample for its interval, and the last one on and on, on $backend in $precision', async (mode) => {
    const samples = [3, -1, 0.5, 7];
    const given = { values: samples, interval: 0.3 };
    expect((await seen(given, { steps: 15, ...mode })).flat()).toEqual([...repeated(samples, 3), 7, 7, 7]);
    const later = { ...given, start: 0.4, stop: 1.5 };
    expect((await seen(later, { steps: 18, ...mode })).flat()).toEqual([0, 0, 0, 0, ...repeated([3, -1, 0.5], 3), 7, 7, 0, 0, 0]);
  });

  it('keeps to its times exactly over long runs, whatever dt and the interval are made of', async () => {
    const samples = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 1009);
    for (const [dt, ratio] of [
      [0.1, 1],
      [0.1, 3],
      [0.3, 7],
      [0.7, 1],
    ] as const) {
      const found = await seen({ interval: dt * ratio }, { dt, steps: 3000 * ratio, values: Float32Array.from(samples), precision: 'f32' });
      expect(found.flat()).toEqual(repeated(samples, ratio));
    }
  });

  it('has in a step of several samples the one at its beginning, and rounds intervals that are no multiples of dt to the nearest step', async () => {
    const samples = Array.from({ length: 40 }, (_, i) => i);
    expect((await seen({ values: samples, interval: 0.1 }, { dt: 0.4, steps: 9 })).flat()).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32]);
    // Samples begin at 0, 0.24, 0.48, 0.72 and 0.96.
    expect((await seen({ values: samples, interval: 0.24 }, { dt: 0.1, steps: 11 })).flat()).toEqual([0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4]);
  });

  it.each(MODES)('gives each cell samples of its own on $backend in $precision, lists of any length', async (mode) => {
    const values = [[1, 2, 3], Float64Array.of(4), [5, 6], [7, 8, 9, 10], [11]];
    const found = await seen({ interval: 0.1 }, { steps: 5, cells: 5, values, ...mode });
    const expected = Array.from({ length: 5 }, (_, k) => values.map((list) => list[Math.min(k, list.length - 1)]));
    expect(found).toEqual(expected);
    // One list for all but one cell, and lists of one length.
    const equal = await seen({ interval: 0.1 }, { steps: 3, cells: 2, values: [Int32Array.of(1, 2), Int32Array.of(3, 4)], ...mode });
    expect(equal).toEqual([
      [1, 3],
      [2, 4],
      [2, 4],
    ]);
  });

  it('has the unit of its target', async () => {
    const network = new Network({ dt: 0.1 });
    const cells = network.population('cells', probe(), 2);
    network.stimulate(cells, timedArray({ target: 'i_in', values: [2, 3], interval: 0.1 })).set({ interval: '0.1 * (1 + index)' });
    network.record(cells, 'i_in');
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(0.3);
    expect([...simulation.recordings.trace(cells, 'i_in').values]).toEqual([2, 2, 3, 2, 3, 3]);
  });

  it('takes a later list for some cells, and new ones when the network is replaced', async () => {
    const build = (first: number) => {
      const network = new Network({ dt: 0.1 });
      const cells = network.population('cells', probe(), 3);
      const stimulus = network.stimulate(cells, timedArray({ target: 'i', values: [first, 2], interval: 0.2 }), { name: 'drive' });
      stimulus.slice(1, 2).set({ values: [-5, -6, -7] });
      network.record(cells, 'i');
      return network;
    };
    const simulation = await simulate(build(1), { precision: 'f64' });
    await simulation.run(0.1);
    await simulation.replace(build(9));
    await simulation.run(0.4);
    const { values } = simulation.recordings.trace('cells', 'i');
    expect([...values]).toEqual([1, -5, 1, 9, -5, 9, 2, -6, 2, 2, -6, 2, 2, -7, 2]);
  });
});

describe('sample', () => {
  it('takes from a list by any expression, in any block and any function, and in the first values of cells', async () => {
    const cell = defineNeuron({
      name: 'reader',
      quantities: {
        table: quantity([10, 20, 30], 'mV', 'levels'),
        v: quantity('sample(table, 1)', 'mV', 'voltage'),
        w: quantity(0, '1', 'what a step block saw'),
        at: quantity(0, '1', 'place'),
      },
      equations: `
        function level(x) = sample(table, x + 1)
        dv/dt = (level(at) - v) / 1[ms]
      `,
      step: 'w = sample(table, at) / 1[mV]; at += 1',
      integrator: 'euler',
    });
    const network = new Network({ dt: 1 });
    const cells = network.population('cells', cell(), 2);
    cells.slice(0, 1).set({ table: [1, 2], at: '-2.5 + sample(table, 0)' });
    network.record(cells, 'v').record(cells, 'w');
    const results = await Promise.all(
      MODES.map(async (mode) => {
        const simulation = await simulate(network, mode);
        const start = [...simulation.get(cells, 'v')];
        await simulation.run(3);
        return [start, ...(['v', 'w'] as const).map((name) => [...simulation.recordings.trace(cells, name).values])];
      }),
    );
    for (const found of results)
      expect(found).toEqual([
        [2, 20],
        [1, 20, 1, 30, 2, 30],
        [1, 10, 1, 20, 1, 30],
      ]);
  });

  const problemsOf = (output: string, values: number | readonly number[] = [1, 2]): string => {
    try {
      const network = new Network();
      const model = defineStimulus({
        name: 'taker',
        quantities: { list: quantity(values, 'target', 'numbers'), k: quantity(1, 'ms', 'time') },
        output,
      });
      network.stimulate(network.population('cells', probe(), 1), model({ target: 'i' }));
      return 'no error';
    } catch (error) {
      return String(error);
    }
  };

  it('says what is wrong with a list or a place', () => {
    expect(problemsOf('sample(k, 1)')).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: sample takes numbers from a list, which 'k' is not
        in model 'taker' > output
          sample(k, 1)
                 ^
        Name a quantity that was declared with a list: values: quantity([1, 2, 3], 'pA', 'samples')."
    `);
    expect(problemsOf('2 * list')).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: 'list' is a list of numbers, but one is expected here
        in model 'taker' > output
          2 * list
              ^^^^
        Take one of them: sample(list, i)."
    `);
    expect(problemsOf('sample(list, k)')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'k' is in ms, but sample takes a number without unit
        in model 'taker' > output
          sample(list, k)
                       ^
        Divide it by something in ms."
    `);
    expect(problemsOf('sample(list)')).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: 'sample' can't take 1 argument
        in model 'taker' > output
          sample(list)
          ^^^^^^^^^^^^
        Write sample(list, i)."
    `);
    expect(problemsOf('sample(list, 1)', 5)).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: sample takes numbers from a list, which 'list' is not
        in model 'taker' > output
          sample(list, 1)
                 ^^^^
        Name a quantity that was declared with a list: values: quantity([1, 2, 3], 'pA', 'samples')."
    `);
    expect(problemsOf('k * sample(list, 1)')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: this is in fC, but 'i' is in pA
        in network > stimulus 'cells-taker' > model 'taker' > output
          k * sample(list, 1)
          ^^^^^^^^^^^^^^^^^^^
        Correct its unit; a quantity in the unit 'target' has that of whatever the stimulus adds to."
    `);
  });

  it('refuses what holds no numbers when the network is compiled', async () => {
    const compiled = async (values?: unknown): Promise<string> => {
      const network = new Network();
      const cells = network.population('cells', probe(), 2);
      const stimulus = network.stimulate(cells, timedArray({ target: 'i' }), { name: 'drive' });
      if (values !== undefined) stimulus.set({ values: values as number[] });
      return simulate(network).then(
        () => 'no error',
        (error: unknown) => String(error),
      );
    };
    expect(await compiled()).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: 'values' is an empty list: there is nothing to take from it
        in network > population 'drive' > quantity 'values'
        Give it numbers, one list for all cells or one for each: values: [0, 1, 2]."
    `);
    expect(await compiled([[1], []])).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: 'values' is an empty list: there is nothing to take from it
        in network > population 'drive' > quantity 'values'
        Give it numbers, one list for all cells or one for each: values: [0, 1, 2]."
    `);
    expect(await compiled(3)).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: 'values' is a list of numbers, not 3
        in network > population 'drive' > quantity 'values'
        Give an array of numbers in pA, or one array for each cell."
    `);
    expect(await compiled([[1], [2], [3]])).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-shape]: 3 lists for 2 cells
        in network > population 'drive' > quantity 'values'
        Give one list for all cells, or one for each."
    `);
    expect(await compiled([1, Number.NaN])).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: value 1 is NaN
        in network > population 'drive' > quantity 'values'
        Give finite numbers."
    `);
  });
});

describe('an interval', () => {
  const network = (interval: number) => {
    const made = new Network({ dt: 0.1 });
    const cells = made.population('cells', probe(), 2);
    // It begins later: what is wrong is told all the same.
    return { made, drive: made.stimulate(cells, timedArray({ target: 'i', values: [1, 2], interval, start: 5 }), { name: 'drive' }) };
  };

  it('of 0 or less is refused at the start, and when it is set', async () => {
    await expect(simulate(network(0).made)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: what 'timedArray' adds is NaN
        in network > stimulus 'drive' > cell 0 > output
          where(t + dt / 2 >= start and t + dt / 2 < stop, sample(values, (t - start + min(dt, interval) / 2) / interval), 0) * (interval / max(interval, 0[ms]))
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Give values that make it a finite number; here start = 5 ms, stop = 1000000000000 ms, interval = 0 ms.]
    `);
    await expect(simulate(network(-2).made)).rejects.toThrow("what 'timedArray' adds is NaN");
    const { made, drive } = network(1);
    const simulation = await simulate(made);
    await expect(simulation.set(drive.slice(1, 2), { interval: 0 })).rejects.toThrow('interval = 0 ms');
    await simulation.run(1);
    expect([...simulation.get(drive, 'interval')]).toEqual([1, 1]);
  });
});

describe('a rate that depends on time', () => {
  it('gives trains and inputs as many events in each part of a period as its law says', async () => {
    const [dt, period, periods, cells] = [0.5, 40, 25, 80];
    // Rates in Hz, 5 ms each.
    const rates = [0, 10, 80, 40, 40, 0, 5, 120];
    const samples = Array.from({ length: periods }, () => rates).flat();
    const network = new Network({ dt, seed: 11 });
    const given = network.population('given', poissonTrain({ rate: 0 }), cells);
    network.stimulate(given, timedArray({ target: 'rate', values: samples, interval: 5 }));
    const wave = network.population('wave', poissonTrain({ rate: 30 }), cells);
    network.stimulate(wave, sineCurrent({ target: 'rate', amplitude: 30, frequency: 1000 / period }));
    const drive = network.population('drive', probe(), cells);
    const events = network.stimulate(drive, poissonInput({ target: 'i', rate: 0 }));
    network.stimulate(events, timedArray({ target: 'rate', values: samples, interval: 5 }));
    network.recordSpikes(given).recordSpikes(wave).record(drive, 'i');
    const simulation = await simulate(network);
    await simulation.run(periods * period);
    const perPart = (steps: ArrayLike<number>): number[] => {
      const counts = new Array<number>(8).fill(0);
      for (const step of Array.from(steps)) counts[Math.floor(((step * dt) % period) / 5)]++;
      return counts;
    };
    const total = rates.reduce((a, b) => a + b);
    const law = rates.map((rate) => rate / total);
    const expected = (total / 1000) * 5 * cells * periods;
    const { values } = simulation.recordings.trace(drive, 'i');
    const arrivals = Array.from(values).flatMap((n, i) => new Array<number>(n).fill(Math.floor(i / cells)));
    for (const steps of [simulation.recordings.spikes(given).steps, arrivals]) {
      const counts = perPart(steps);
      expect(Math.abs(steps.length - expected)).toBeLessThan(4.5 * Math.sqrt(expected));
      expect(counts.filter((_, i) => rates[i] === 0)).toEqual([0, 0]);
      expectCounts(
        counts.filter((_, i) => rates[i] > 0),
        law.filter((p) => p > 0),
      );
    }
    const sine = Array.from({ length: 8 }, (_, i) => 1 / 8 + (Math.cos((Math.PI * i) / 4) - Math.cos((Math.PI * (i + 1)) / 4)) / (2 * Math.PI));
    expectCounts(perPart(simulation.recordings.spikes(wave).steps), sine);
  });
});
