import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support/folders.ts';
import { recordedNetwork } from '../../test/support/recordedNetwork.ts';
import { expectSameRecordings } from '../../test/support/sameRecordings.ts';
import { izhikevich } from '../models/index.ts';
import { Network } from '../network/network.ts';
import type { RecorderInfo, Recordings } from '../simulation/recordings.ts';
import { type Simulation, simulate } from '../simulation/simulation.ts';
import { salvageResults } from './finish.ts';
import { readResults } from './readResults.ts';
import { FORMATS, type Format } from './results.ts';
import { ResultWriter } from './writer.ts';

const folder = temporaryFolders();

async function runInto(path: string, formats: readonly Format[], precision: 'f32' | 'f64' = 'f32'): Promise<Simulation> {
  const sink = new ResultWriter(path, formats);
  const simulation = await simulate(recordedNetwork(), { sink, precision, keepRecorded: 2 ** 30 });
  await simulation.run();
  expect(await sink.close({ end: 'done', time: simulation.time })).toEqual(readdirSync(path).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
  return simulation;
}

const ORDER = ['spikes.csv', 'traces.csv', 'synapses.csv', 'counts.csv', 'results.json', 'results.npz', 'results.h5'];

describe.each(FORMATS)('results as %s', (format) => {
  it.each(['f32', 'f64'] as const)('read back as every bit of what was recorded in %s', async (precision) => {
    const path = folder();
    const { recordings } = await runInto(path, [format], precision);
    const read = await readResults(path);
    expectSameRecordings(read, recordings);
    expect(read.ending).toEqual({ end: 'done', time: 60 });
    expect(read.spikes('in-h').times.length).toBeGreaterThan(3);
    expect(read.synapses('to "in-h", 1/2', 'w').values.length).toBe(30 * 12);
  });

  it('say how a run ended, and keep what there was until then', async () => {
    const path = folder();
    const sink = new ResultWriter(path, [format]);
    const simulation = await simulate(recordedNetwork(), { sink, maxRate: 1 });
    const { end, reason = '' } = await simulation.run();
    expect(end).toBe('stopped');
    await sink.close({ end: 'stopped', reason, time: simulation.time });
    const read = await readResults(path);
    expect(read.ending).toEqual({ end: 'stopped', reason, time: simulation.time });
    expectSameRecordings(read, simulation.recordings);
  });

  it('are there for a run that recorded nothing before it ended', async () => {
    const path = folder();
    const sink = new ResultWriter(path, [format]);
    const simulation = await simulate(recordedNetwork(), { sink });
    await simulation.run(0);
    await sink.close({ end: 'aborted' });
    const read = await readResults(path);
    expect(read.infos).toEqual(simulation.recordings.infos);
    for (const i of read.infos.keys()) expect(read.chunk(i).steps).toHaveLength(0);
    expect(read.spikeCounts('in-h')).toEqual(Uint32Array.of(0, 0, 0));
    expect(read.ending).toEqual({ end: 'aborted', time: 0 });
  });

  // HDF5 writes down when each dataset was made.
  it.skipIf(format === 'h5')('are the same bytes again', async () => {
    const [a, b] = [folder(), folder()];
    for (const path of [a, b]) await runInto(path, [format]);
    for (const name of readdirSync(a)) expect(readFileSync(join(a, name)).equals(readFileSync(join(b, name))), name).toBe(true);
  });

  it('hold numbers that are not finite, and both zeros', async () => {
    const path = folder();
    const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1e-45, 3.4e38, 1 / 3);
    const info: RecorderInfo = { def: TRACE, cells: Uint32Array.of(5, 4294967295), unit: '', values: 'f32', width: 2 };
    const sink = new ResultWriter(path, [format]);
    await sink.open([info], 0.1);
    await sink.write(0, { steps: Uint32Array.of(1, 2, 3, 4294967294), values });
    await sink.close({ end: 'done' });
    const { steps, values: read } = (await readResults(path)).chunk(0);
    expect(steps).toEqual(Uint32Array.of(1, 2, 3, 4294967294));
    expect([...read].every((x, i) => Object.is(x, values[i]))).toBe(true);
  });
});

const TRACE = { kind: 'trace', view: { population: 'a', cells: { kind: 'all' } }, quantity: 'v', every: 1 } as const;

it('all formats are made of one run', async () => {
  const path = folder();
  const { recordings } = await runInto(path, FORMATS);
  expect(readdirSync(path).sort()).toEqual([...ORDER].sort());
  expectSameRecordings(await readResults(join(path, 'results.npz')), recordings);
  expectSameRecordings(await readResults(join(path, 'results.h5')), recordings);
});

describe('tables', () => {
  it('have one row a number, recorder after recorder', async () => {
    const path = folder();
    await runInto(path, ['csv']);
    const rows = (name: string, from: number, to: number): string[] => readFileSync(join(path, name), 'utf8').split('\n').slice(from, to);
    expect(rows('traces.csv', 0, 5)).toMatchInlineSnapshot(`
      [
        "population,quantity,unit,cell,time_ms,value",
        "exc,v,mV,1,0.1,-63.137066",
        "exc,v,mV,2,0.1,-62.973957",
        "exc,v,mV,3,0.1,-62.810696",
        "exc,v,mV,1,0.2,-61.157585",
      ]
    `);
    expect(rows('synapses.csv', 0, 4)).toMatchInlineSnapshot(`
      [
        "projection,quantity,unit,source,target,time_ms,value",
        ""to ""in-h"", 1/2",w,1,0,0,2,0",
        ""to ""in-h"", 1/2",w,1,1,0,2,0.33333334",
        ""to ""in-h"", 1/2",w,1,2,0,2,0.6666667",
      ]
    `);
    expect(rows('counts.csv', 0, 8)).toMatchInlineSnapshot(`
      [
        "population,cell,spikes",
        "exc,1,5",
        "exc,3,7",
        "exc,4,7",
        "exc,11,12",
        "in-h,0,4",
        "in-h,1,4",
        "in-h,2,4",
      ]
    `);
    expect(rows('spikes.csv', 0, 3)).toMatchInlineSnapshot(`
      [
        "population,cell,time_ms",
        "exc,10,1.1",
        "exc,11,1.1",
      ]
    `);
    expect(readFileSync(join(path, 'traces.csv'), 'utf8').includes('\nexc,v,mV,mean of where row > 0 and col < 2,0.2,')).toBe(true);
  });
});

describe('a run whose time goes back', () => {
  const views = (network: Network) => network.populationNamed('exc');

  it.each(FORMATS)('keeps all of it in the order of recording, as %s', async (format) => {
    const path = folder();
    const network = new Network({ dt: 1, duration: 100 });
    const exc = network.population('exc', izhikevich({ i_in: 30 }), 2);
    network.recordSpikes(exc).record(exc, 'v', { every: 10 });
    const sink = new ResultWriter(path, [format]);
    const simulation = await simulate(network, { sink });
    await simulation.run(50);
    const first = simulation.recordings.spikes('exc');
    await simulation.reset();
    await simulation.run(30);
    await simulation.run(10);
    await sink.close({ end: 'done', time: simulation.time });
    const read = await readResults(path);
    expect(read.trace(views(network), 'v').times).toEqual(Float64Array.of(10, 20, 30, 40, 50, 10, 20, 30, 40));
    const again = simulation.recordings.spikes('exc');
    expect(first.steps.length).toBeGreaterThan(again.steps.length);
    expect([...read.spikes('exc').steps]).toEqual([...first.steps, ...again.steps]);
    expect(read.ending.time).toBe(50);
  });

  it('lists where', async () => {
    const path = folder();
    const sink = new ResultWriter(path, ['csv']);
    await sink.open([{ def: TRACE, cells: Uint32Array.of(0), unit: '', values: 'f64', width: 1 }], 1);
    await sink.write(0, { steps: Uint32Array.of(1, 2, 3), values: Float64Array.of(1, 2, 3) });
    await sink.write(0, { steps: Uint32Array.of(3, 1, 2), values: Float64Array.of(4, 5, 6) });
    await sink.close({ end: 'done' });
    expect(JSON.parse(readFileSync(join(path, 'results.json'), 'utf8')).recorders[0]).toMatchObject({ rows: 6, restarts: [3, 4] });
  });
});

it.each(FORMATS)('recorders of a network that was replaced keep what they had, as %s', async (format) => {
  const path = folder();
  const make = (size: number, record: (network: Network) => void): Network => {
    const network = new Network({ dt: 1, duration: 20 });
    network.population('exc', izhikevich({ i_in: 30 }), size);
    record(network);
    return network;
  };
  const sink = new ResultWriter(path, [format]);
  const simulation = await simulate(
    make(2, (n) => n.record(n.populationNamed('exc'), 'w').record(n.populationNamed('exc'), 'v')),
    { sink },
  );
  await simulation.run();
  await simulation.replace(make(2, (n) => n.record(n.populationNamed('exc'), 'v').recordSpikes(n.populationNamed('exc'))));
  await simulation.run();
  await simulation.replace(make(3, (n) => n.record(n.populationNamed('exc'), 'v')));
  await simulation.run();
  await sink.close({ end: 'done' });
  const read = await readResults(path);
  const seen = read.infos.map(({ def, width }, i) => [def.kind, 'quantity' in def && def.quantity, width, read.chunk(i).steps.length]);
  expect(seen).toEqual([
    ['trace', 'w', 2, 20],
    ['trace', 'v', 2, 40],
    ['spikes', false, 1, seen[2][3]],
    ['trace', 'v', 3, 20],
  ]);
  expect(read.chunk(1).steps.at(-1)).toBe(40);
  expect(read.chunk(3).steps[0]).toBe(41);
});

describe('a folder that has results already', () => {
  it('has none of the old ones when the new are whole, and all of them until then', async () => {
    const path = folder();
    await runInto(path, ['csv', 'h5']);
    writeFileSync(join(path, 'notes.txt'), 'mine');
    const old = readdirSync(path);
    const sink = new ResultWriter(path, ['npz']);
    const simulation = await simulate(recordedNetwork(5), { sink });
    await simulation.run();
    const during = readdirSync(path);
    expect(during.filter((name) => !name.endsWith('.partial'))).toEqual(old);
    expect(during.filter((name) => name.endsWith('.partial'))).toHaveLength(1);
    await sink.close({ end: 'done' });
    expect(readdirSync(path).sort()).toEqual(['notes.txt', 'results.npz']);
  });

  it('loses what a dead run left, never what a live one writes', async () => {
    const path = folder();
    const live = new ResultWriter(path, ['npz']);
    await live.open([], 1);
    const [mine] = readdirSync(path);
    const dead = mine.replace(/-\d+\.\d+\.partial$/, '-99999999.1.partial');
    const init = mine.replace(/-\d+\.\d+\.partial$/, '-1.1.partial');
    const elsewhere = 'results.another_machine-99999999.1.partial';
    for (const name of [dead, init, elsewhere]) mkdirSync(join(path, name));
    const next = new ResultWriter(path, ['npz']);
    await next.open([], 1);
    const left = readdirSync(path);
    expect(left).toContain(mine);
    expect(left).toContain(init);
    expect(left).toContain(elsewhere);
    expect(left).not.toContain(dead);
    expect(left).toHaveLength(4);
  });
});

describe('what a run has written before it ends', () => {
  async function interrupted(path: string): Promise<{ readonly recordings: Recordings; readonly sink: ResultWriter }> {
    const sink = new ResultWriter(path, ['npz']);
    const simulation = await simulate(recordedNetwork(), { sink, keepRecorded: 2 ** 30 });
    await simulation.run();
    return { recordings: simulation.recordings, sink };
  }

  it('can be read meanwhile', async () => {
    const path = folder();
    const { sink } = await interrupted(path);
    const read = await readResults(path);
    expect(read.ending.end).toBe('running');
    expect(read.infos.length).toBe(11);
    await expect(salvageResults(path)).rejects.toThrow('may still go on');
    await sink.close({ end: 'done' });
  });

  it('is read up to the last whole row, and made into files', async () => {
    const path = folder();
    const { recordings, sink } = await interrupted(path);
    // All is on the disk, but the files have not been made: as if there were no space for them.
    const [partial] = readdirSync(path);
    mkdirSync(join(path, 'results.npz'));
    await expect(sink.close({ end: 'aborted' })).rejects.toThrow(/can't remove .*results\.npz: .*directory.*is kept in .*readResults/s);
    expect(readdirSync(join(path, partial)).filter((name) => name.startsWith('results'))).toEqual([]);
    rmSync(join(path, 'results.npz'), { recursive: true });
    const read = await readResults(path);
    expect(read.ending.end).toBe('aborted');
    expectSameRecordings(read, recordings);
    const values = readdirSync(join(path, partial)).find((name) => name === '3.exc.v.npy.partial') ?? '';
    const bytes = readFileSync(join(path, partial, values));
    writeFileSync(join(path, partial, values), bytes.subarray(0, 128 + 12 * 100 + 7));
    const cut = (await readResults(join(path, partial))).chunk(3);
    expect(cut.steps).toEqual(recordings.chunk(3).steps.slice(0, 100));
    expect(cut.values).toEqual(recordings.chunk(3).values.slice(0, 300));
    expect(await salvageResults(path, ['npz', 'csv'])).toEqual([...ORDER.slice(0, 5), 'results.npz']);
    expect((await readResults(path)).chunk(3).steps.length).toBe(100);
    expect(existsSync(join(path, partial))).toBe(false);
  });
});

describe('a writer refuses', () => {
  it('formats that it does not know', () => {
    expect(() => new ResultWriter('x', ['hdf' as Format])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: 'hdf' is not a format of results
        Formats are: csv, npz, h5.]
    `);
    expect(() => new ResultWriter('x', [])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: no format is given for the results
        Formats are: csv, npz, h5.]
    `);
  });

  it('another dt, recorders that it was not told of, and anything after its end', async () => {
    const sink = new ResultWriter(folder());
    await sink.open([], 1);
    await expect(sink.open([], 0.5)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: results of dt 0.5 ms can't go on from those of dt 1 ms
        Give each simulation a ResultWriter of its own.]
    `);
    await expect(sink.write(0, { steps: new Uint32Array(0), values: new Uint32Array(0) })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: there is no recorder 0
        Tell the writer of all recorders by open(recorders, dt).]
    `);
    await sink.close({ end: 'done' });
    await expect(sink.open([], 1)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: these results are closed
        Make a new ResultWriter for each run.]
    `);
    await expect(sink.close({ end: 'done' })).rejects.toThrow('these results are closed');
  });

  it('a folder that can not be made', async () => {
    const path = folder();
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'a file');
    const sink = new ResultWriter(path);
    await expect(sink.open([], 1)).rejects.toThrow(/can't write .*: (ENOTDIR|EEXIST)/);
    expect(await sink.close({ end: 'failed' })).toEqual([]);
    rmSync(path);
  });
});
