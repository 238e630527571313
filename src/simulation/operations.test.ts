import { describe, expect, it, vi } from 'vitest';
import { difference, observe, state } from '../../test/support/observe.ts';
import { SpikeloomError } from '../core/error.ts';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { electrical, izhikevich, poissonTrain, presetTrain, pulse } from '../models/index.ts';
import { probability } from '../network/connect/index.ts';
import type { ValueSpec } from '../network/definition.ts';
import type { TypedArray } from '../network/document.ts';
import { Network } from '../network/network.ts';
import { type JournalEntry, journalDocument, journalOf, simulate } from './simulation.ts';

/** v counts steps, by k. */
const counter = defineNeuron({
  name: 'counter',
  quantities: { v: quantity(0, 'mV', 'count'), k: quantity(1, 'mV', 'a step'), n: quantity(0, '1', 'steps') },
  step: 'v += k; n += 1',
  spike: 'n - 4 * floor(n / 4) == 0',
});

function counters(dt = 1) {
  const network = new Network({ dt });
  const cells = network.population('cells', counter(), 3);
  network.record(cells, 'v').recordSpikeCounts(cells);
  return { network, cells };
}

/** Cells, a train and synapses with values of their own. */
function wired() {
  const network = new Network({ dt: 0.5, seed: 3 });
  const cells = network.population('exc', izhikevich({ i_in: 10 }), 8).set({ v: 'uniform(-65, -50)' });
  const train = network.population('train', presetTrain(), 2).set({ times: [[1, 5, 9, 30], [2.5]] });
  network.connect(cells, cells, electrical(), probability(0.5)).set({ w: 'uniform()' });
  network.connect(train, cells, pulse(), probability(0.7)).set({ w: 2 });
  network.record(cells, 'v').recordSpikes(cells).recordSpikeCounts(cells);
  return { network, cells };
}

describe('what is done from outside', () => {
  it('is applied between steps, in order, also while a run goes on, and spreads parameters then', async () => {
    const { network, cells } = counters();
    const simulation = await simulate(network);
    const running = simulation.run(200_000);
    const applied: string[] = [];
    await Promise.all([
      simulation.set(cells, { v: 0 }).then(() => applied.push('v')),
      simulation.set(cells.slice(1, 2), { k: 5 }).then(() => applied.push('k')),
      simulation.set(cells, { n: 0 }).then(() => applied.push('n')),
    ]);
    expect(applied).toEqual(['v', 'k', 'n']);
    expect((await running).end).toBe('done');
    const { step } = simulation.journal[0];
    expect(simulation.journal.map((e) => [e.kind, e.step])).toEqual([
      ['set', step],
      ['set', step],
      ['set', step],
    ]);
    const left = 200_000 - step;
    expect([...simulation.get(cells, 'v')]).toEqual([left, 5 * left, left]);
    expect([...simulation.get(cells, 'n')]).toEqual([left, left, left]);
  });

  it('is journaled as it was when it was asked for, and told; reading is not', async () => {
    const { network, cells } = counters();
    const told: JournalEntry[] = [];
    const simulation = await simulate(network, { onJournal: (entry) => told.push(entry) });
    await simulation.run(3);
    const values = Float64Array.of(1, 2, 3);
    const setting = simulation.set(cells, { v: values });
    values[0] = 7;
    await setting;
    simulation.get(cells, 'v');
    simulation.snapshot();
    await simulation.run(2);
    await simulation.reset();
    expect(simulation.journal).toEqual([
      { step: 3, kind: 'set', view: { population: 'cells', cells: { kind: 'all' } }, values: { v: Float64Array.of(1, 2, 3) } },
      { step: 5, kind: 'reset', keep: [] },
    ]);
    expect(told).toEqual(simulation.journal);
  });

  it('leaves no trace where it is refused', async () => {
    const { network, cells } = counters();
    const simulation = await simulate(network);
    await expect(simulation.set(cells.slice(0, 2), { k: 3, v: 'log(v - 1)' })).rejects.toThrow('the new value is NaN');
    await expect(simulation.set(cells, { v: [1, 2] })).rejects.toThrow('2 values for 3 cells');
    await expect(simulation.reset({ keep: ['cells.w'] })).rejects.toThrow("there is no 'cells.w' to keep");
    expect(simulation.journal).toEqual([]);
    expect([...simulation.get(cells, 'k')]).toEqual([1, 1, 1]);
    await simulation.run(1);
    expect([...simulation.get(cells, 'v')]).toEqual([1, 1, 1]);
  });
});

describe('every', () => {
  it('calls at multiples of the interval that a run reaches, however the run is cut', async () => {
    const { network } = counters(0.1);
    const simulation = await simulate(network);
    const calls: number[] = [];
    const stop = simulation.every(0.3, async ({ step }) => {
      await Promise.resolve();
      calls.push(step);
    });
    for (const duration of [0.4, 0, 0.2, 0.6]) await simulation.run(duration);
    expect(calls).toEqual([3, 6, 9, 12]);
    stop();
    await simulation.run(1);
    expect(calls).toHaveLength(4);
    expect(simulation.recordings.trace('cells', 'v').times).toHaveLength(22);
  });

  it('applies what is set at that very step, awaited or not', async () => {
    for (const awaited of [true, false]) {
      const { network, cells } = counters();
      const simulation = await simulate(network);
      simulation.every(5, async () => {
        const setting = simulation.set(cells.slice(0, 1), { k: 10, v: 0 });
        if (awaited) await setting;
      });
      await simulation.run(7);
      expect([...simulation.recordings.trace(cells, 'v').of(0)]).toEqual([1, 2, 3, 4, 5, 10, 20]);
      expect(simulation.journal.map(({ step }) => step)).toEqual([5]);
    }
  });

  it('ends the run with what it throws, the recordings kept', async () => {
    const { network } = counters();
    const simulation = await simulate(network);
    const stop = simulation.every(4, () => {
      throw new Error('enough');
    });
    await expect(simulation.run(10)).rejects.toThrow('enough');
    expect([...simulation.recordings.trace('cells', 'v').times]).toEqual([1, 2, 3, 4]);
    stop();
    await simulation.run(1);
    expect(simulation.step).toBe(5);
  });

  it('refuses a run within a run, and less than a step', async () => {
    const { network } = counters(0.5);
    const simulation = await simulate(network);
    expect(() => simulation.every(0.2, vi.fn())).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: the interval is 0.2
        Give a time in ms, at least one step of 0.5 ms.]
    `);
    expect(() => simulation.every(Number.NaN, vi.fn())).toThrow('the interval is NaN');
    expect(() => simulation.every(1, 'f' as never)).toThrow("what is to be called is 'f'");
    simulation.every(1, () => simulation.run(1));
    await expect(simulation.run(2)).rejects.toThrow('this simulation is running already');
  });
});

describe('replay', () => {
  it('does everything again at its step, resets and synapses included', async () => {
    const { network, cells } = wired();
    const original = await simulate(network);
    await original.run(10);
    await original.set(cells.slice(0, 3), { i_in: [12, 13, 1] });
    await original.setSynapses('exc->exc', { w: '0.02 * (uniform() + pre.index)' });
    await original.run(20);
    const middle = original.snapshot();
    await original.setSynapses('train->exc', { w: '0.1 * post.index' });
    await original.reset({ keep: ['exc->exc.w', 'train->exc.w', 'exc.v'] });
    await original.run(7);
    await original.set(cells, { v: 'v + normal()' });
    await original.restore(middle);
    await original.run(5);
    await original.set(cells, { a: 0.03 });
    const again = await simulate(network, { backend: 'js' });
    again.replay(original.journal);
    await again.run(20);
    await again.run(22);
    expect(again.journal).toEqual(original.journal);
    expect(difference(observe(original), observe(again))).toBeUndefined();
    expect(again.getSynapses('train->exc', 'w')).toEqual(original.getSynapses('train->exc', 'w'));
  });

  it('gives the bits of a run that was meddled with at moments of real time', async () => {
    const { network, cells } = wired();
    const original = await simulate(network);
    const running = original.run(20_000);
    for (let i = 0; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, 3));
      const changes = [original.set(cells.slice(i, i + 2), { i_in: 10 + i }), original.setSynapses('exc->exc', { w: `0.${i + 1} * uniform()` })];
      if (i === 2) changes.push(original.replace(network));
      if (i === 4) changes.push(original.reset({ keep: ['exc.i_in'] }));
      await Promise.all(changes);
    }
    await running;
    const again = await simulate(network, { keepRecorded: 1e9 });
    again.replay(original.journal);
    await again.run(20_000);
    expect(again.journal).toEqual(original.journal);
    expect(difference(observe(original), observe(again))).toBeUndefined();
    expect(original.journal).toHaveLength(14);
  });

  it('refuses entries of the past, and what is no journal', async () => {
    const { network, cells } = counters();
    const simulation = await simulate(network);
    await simulation.run(5);
    const entry = (step: number): JournalEntry => ({ step, kind: 'set', view: cells.def, values: { v: 0 } });
    expect(() => simulation.replay([entry(7), entry(4)])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: the journal has a 'set' at step 4, but 7 steps are done by then
        in journal
        Replay it from the start of the run, or from a snapshot that was taken before its first entry.]
    `);
    expect(() => simulation.replay([entry(3)])).toThrow("the journal has a 'set' at step 3, but 5 steps are done by then");
    expect(() => simulation.replay([{ step: 6, kind: 'reset', keep: [] }, entry(2)])).not.toThrow();
    expect(() => simulation.replay(7 as never)).toThrow('the journal is 7');
    expect(() => simulation.replay([{ step: 9, kind: 'sing' } as never])).toThrow('the kind of entry 0 is sing');
    expect(() => simulation.replay([{ step: 9, kind: 'reset' } as never])).toThrow("entry 0 does not say what a 'reset' needs");
    expect(() => simulation.replay([{ ...entry(1), step: 1.5 }])).toThrow('the step of entry 0 is 1.5');
  });
});

it('a journal goes through JSON, its arrays beside it', async () => {
  const { network, cells } = wired();
  const simulation = await simulate(network);
  await simulation.set(cells, { v: -0, i_in: Float64Array.from({ length: 8 }, (_, i) => i / 3) });
  await simulation.setSynapses('exc->exc', { w: 0.25 });
  await simulation.replace(network);
  await simulation.restore(simulation.snapshot());
  await simulation.reset({ keep: ['exc.v'] });
  const arrays: TypedArray[] = [];
  const document = JSON.stringify(journalDocument(simulation.journal, { put: (values) => String(arrays.push(values) - 1) }));
  const read = journalOf(JSON.parse(document), { get: (name) => arrays[Number(name)] });
  expect(read).toEqual(simulation.journal);
  expect(() => journalOf({}, { get: () => arrays[0] })).toThrow('this is no journal: it is no list');
  const other = new Network({ dt: 0.5 });
  const population = other.population('exc', izhikevich(), 2);
  other.connect(population, population, electrical(), { kind: 'predicate', predicate: () => true });
  await simulation.replace(other);
  expect(() => journalDocument(simulation.journal, { put: () => '' })).toThrow("a function given as 'predicate' can't be written");
});

describe('reset', () => {
  it('keeps the values that are named, of cells and synapses', async () => {
    const { network, cells } = wired();
    const simulation = await simulate(network);
    const start = state(simulation);
    await simulation.set(cells.slice(2, 4), { a: 0.05 });
    await simulation.setSynapses('exc->exc', { w: '0.02 * pre.index' });
    await simulation.run(30);
    const [v, w] = [simulation.get(cells, 'v'), simulation.getSynapses('exc->exc', 'w')];
    await simulation.reset({ keep: ['exc.v', 'exc->exc.w'] });
    expect(simulation.step).toBe(0);
    expect(simulation.get(cells, 'v')).toEqual(v);
    expect(simulation.getSynapses('exc->exc', 'w')).toEqual(w);
    expect(simulation.get(cells, 'a')).toEqual(start.get('exc.a'));
    expect(simulation.recordings.spikes(cells).steps).toHaveLength(0);
    await simulation.reset();
    expect(difference(state(simulation), start)).toBeUndefined();
  });
});

it('a parameter that became one a cell starts with the same bits as before', async () => {
  const network = new Network({ dt: 0.1 });
  const trains = network.population('trains', poissonTrain({ rate: 33.7 }), 3);
  const target = network.population('target', izhikevich(), 3);
  network.connect(trains, target, pulse()).set({ w: 0.1 });
  for (let rate = 0.7; rate < 60; rate += 3.3) {
    trains.set({ rate });
    const simulation = await simulate(network);
    const before = simulation.snapshot();
    await simulation.set(trains.slice(0, 1), { rate: 5 });
    await simulation.reset();
    expect([...simulation.get(trains, 'rate')]).toEqual([rate, rate, rate]);
    const again = await simulate(network);
    await again.restore(simulation.snapshot());
    expect(again.get(trains, 'rate')).toEqual(simulation.get(trains, 'rate'));
    await simulation.restore(before);
    await again.reset();
    await Promise.all([simulation.run(50), again.run(50)]);
    expect(difference(state(simulation), state(again))).toBeUndefined();
  }
});

describe('synapses', () => {
  it('are read and set in the order of their ends, spread where they were one', async () => {
    const { network } = wired();
    for (const backend of ['js', 'wasm'] as const) {
      const simulation = await simulate(network, { backend });
      const { sources, targets } = simulation.synapsesOf('train->exc');
      expect(simulation.getSynapses('train->exc', 'w')).toEqual(new Float64Array(sources.length).fill(2));
      await simulation.setSynapses('train->exc', { w: 'pre.index * 10 + post.index' });
      expect([...simulation.getSynapses('train->exc', 'w')]).toEqual([...sources].map((s, i) => 10 * s + targets[i]));
      const own = Float64Array.from(sources, (_, i) => i / 2);
      await simulation.setSynapses('train->exc', { w: own });
      expect(simulation.getSynapses('train->exc', 'w')).toEqual(own);
      await simulation.run(10);
      expect(simulation.getSynapses('train->exc', 'w')).toEqual(own);
    }
  });

  it('are refused by name, by number and where not finite', async () => {
    const simulation = await simulate(wired().network);
    const set = (values: Record<string, ValueSpec>) => simulation.setSynapses('exc->exc', values);
    await expect(set({ g: 1 })).rejects.toThrow("'g' is not a quantity of synapse 'electrical'");
    await expect(set({ w: [1, 2] })).rejects.toThrow(/^2 values for \d+ synapses/);
    await expect(set({ w: '1 / (pre.index - 3)' })).rejects.toThrow(/is -?Infinity/);
    await expect(set({ w: Number.NaN })).rejects.toThrow('is NaN');
    expect(() => simulation.getSynapses('none', 'w')).toThrow("there is no projection 'none'");
    expect(simulation.journal).toEqual([]);
  });
});

describe('what JavaScript can hand over', () => {
  const calls: [string, () => unknown][] = [];
  it('ends in a SpikeloomError, and so does everything after dispose', async () => {
    const { network, cells } = counters();
    const simulation = await simulate(network);
    const odd = [undefined, null, 7, 'x', [], {}, Symbol.iterator, () => 1] as never[];
    const refused = async (what: string, call: () => unknown): Promise<void> => {
      const error = await Promise.resolve()
        .then(call)
        .catch((e: unknown) => e);
      expect(error, what).toBeInstanceOf(SpikeloomError);
    };
    for (const x of odd) {
      calls.push([`simulate ${String(x)}`, () => simulate(x)], [`restore ${String(x)}`, () => simulation.restore(x)]);
      calls.push([`replace ${String(x)}`, () => simulation.replace(x)], [`get ${String(x)}`, () => simulation.get(x, 'v' as never)]);
      calls.push([`read ${String(x)}`, () => simulation.read(x, 'v')], [`get v ${String(x)}`, () => simulation.get(cells, x)]);
      calls.push([`every ${String(x)}`, () => simulation.every(x, x)], [`set ${String(x)}`, () => simulation.set(x, { v: 1 })]);
      calls.push([`getSynapses ${String(x)}`, () => simulation.getSynapses(x, x)], [`synapsesOf ${String(x)}`, () => simulation.synapsesOf(x)]);
      if (x !== 7) calls.push([`set v ${String(x)}`, () => simulation.set(cells, { v: x })]);
      if (x !== undefined && x !== 7) calls.push([`run ${String(x)}`, () => simulation.run(x)]);
      if (typeof x !== 'object' || x === null) calls.push([`set values ${String(x)}`, () => simulation.set(cells, x)]);
      if (x !== undefined && (typeof x !== 'object' || x === null)) {
        calls.push([`options ${String(x)}`, () => simulate(network, x)], [`run options ${String(x)}`, () => simulation.run(1, x)]);
        calls.push([`snapshot ${String(x)}`, () => simulation.snapshot(x)], [`reset ${String(x)}`, () => simulation.reset(x)]);
      }
    }
    calls.push(['broken definition', () => simulate({ ...network.def, populations: [null] } as never)]);
    calls.push(['no option', () => simulate(network, { sinc: 1 } as never)], ['no sink', () => simulate(network, { sink: {} as never })]);
    calls.push(['limit', () => simulate(network, { maxRate: -1 })], ['keep', () => simulation.reset({ keep: 'v' as never })]);
    for (const [what, call] of calls) await refused(what, call);
    expect(simulation.journal).toEqual([]);
    const bytes = simulation.snapshot();
    await simulation.run(2);
    simulation.dispose();
    simulation.dispose();
    const after: [string, () => unknown][] = [
      ['step', () => simulation.step],
      ['time', () => simulation.time],
      ['synapses', () => simulation.synapses],
      ['warnings', () => simulation.warnings],
      ['run', () => simulation.run(1)],
      ['get', () => simulation.get(cells, 'v')],
      ['set', () => simulation.set(cells, { v: 1 })],
      ['snapshot', () => simulation.snapshot()],
      ['restore', () => simulation.restore(bytes)],
      ['replace', () => simulation.replace(network)],
      ['reset', () => simulation.reset()],
      ['every', () => simulation.every(1, () => 1)],
      ['replay', () => simulation.replay([])],
    ];
    for (const [what, call] of after) await refused(what, call);
    expect(simulation.recordings.trace(cells, 'v').times).toHaveLength(2);
    await expect(simulation.run(1)).rejects.toThrow('this simulation was disposed of');
  });

  it('dispose during a run ends it', async () => {
    const simulation = await simulate(counters().network);
    const running = simulation.run(1e7);
    simulation.dispose();
    await expect(running).rejects.toThrow('this simulation was disposed of');
  });
});
