import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support/folders.ts';
import { Network, simulate } from '../index.ts';
import { poissonTrain, presetTrain } from '../models/index.ts';
import { npyHead } from './npy.ts';
import { FORMATS } from './results.ts';
import { parseSpikeTimes, readSpikeTimes, type SpikeTimesOptions } from './spikeTimes.ts';
import { ResultWriter } from './writer.ts';

const folder = temporaryFolders();

const lists = (times: readonly Float64Array[]): number[][] => times.map((list) => [...list]);

function refusal(text: string, options?: SpikeTimesOptions): string {
  try {
    parseSpikeTimes(text, options);
    return 'no error';
  } catch (error) {
    return String(error);
  }
}

function file(name: string, content: string | Uint8Array): string {
  const path = folder();
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, name), content);
  return join(path, name);
}

async function refusalOf(path: string, options?: SpikeTimesOptions): Promise<string> {
  return readSpikeTimes(path, options).then(
    () => 'no error',
    (error: unknown) => String(error).replaceAll(path, 'file'),
  );
}

describe('a CSV of spikes', () => {
  it('has a line for each, in any order, with columns in any order', () => {
    expect(lists(parseSpikeTimes('cell,time\n2,3.5\n0,7\n2,1\n'))).toEqual([[7], [], [1, 3.5]]);
    expect(lists(parseSpikeTimes('\uFEFFtime[s], "cell" ,note\r\n0.25,1,first\r\n\r\n0.1,1,', { cells: 3 }))).toEqual([[], [100, 250], []]);
    expect(lists(parseSpikeTimes('cell,time_ms\n', { cells: 2 }))).toEqual([[], []]);
  });

  it('of several populations has those of one', () => {
    const text = 'population,cell,time_ms\nexc,0,1\ninh,1,2\nexc,1,3\n';
    expect(lists(parseSpikeTimes(text, { population: 'exc' }))).toEqual([[1], [3]]);
    expect(refusal(text)).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: there are spikes of several populations: 'exc', 'inh'
        in line 3
        Say which: { population: 'exc' }."
    `);
    expect(refusal(text, { population: 'ex' })).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: there are no spikes of 'ex'
        Did you mean 'exc'? Known here: exc, inh."
    `);
  });

  it('has a line of times for each cell where there are no names', () => {
    expect(lists(parseSpikeTimes('3, 1.5,2\n\n4 5\t6\n'))).toEqual([[1.5, 2, 3], [], [4, 5, 6]]);
    expect(lists(parseSpikeTimes('7\n', { cells: 2 }))).toEqual([[7], []]);
  });

  it('is refused with the line where something is wrong', () => {
    expect(refusal('')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: there is nothing in it
        in line 1
        Begin with a line of names, cell,time[ms], with a line for each spike behind it; or write a line of times in ms for each cell."
    `);
    expect(refusal('neuron,time\n1,2')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the first line has no column 'cell'
        in line 1
        Begin with a line of names, cell,time[ms], with a line for each spike behind it; or write a line of times in ms for each cell."
    `);
    expect(refusal('cell,when\n1,2')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the first line has no column 'time'
        in line 1
        Begin with a line of names, cell,time[ms], with a line for each spike behind it; or write a line of times in ms for each cell."
    `);
    expect(refusal('cell,time[mV]\n1,2')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: 'time[mV]' is in no unit of time
        in line 1
        Write time[ms] or time[s]."
    `);
    expect(refusal('cell,time[sec]\n1,2')).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-unit]: 'sec' is not a unit
        in line 1
          sec
          ^^^
        Known here: ms, s, Hz, min, h, mV, V, pA, nA, uA, nS, uS, mS, pF, nF, uF, Mohm, Gohm, ohm, fC, pC, uM, mM, M, mol, L, nm, um, mm, cm, m, K, J, W."
    `);
    expect(refusal('cell,time\n1,2\n3')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: there is 1 field, but 2 names in the first line
        in line 3
        Give each spike one field a column."
    `);
    expect(refusal('cell,time\n1,2\n3,soon')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the time is 'soon'
        in line 3
        Give a finite number."
    `);
    expect(refusal('cell,time\n-1,2')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the cell is '-1'
        in line 2
        Give the index of a cell: a whole number, 0 for the first."
    `);
    expect(refusal('cell,time\n4,2', { cells: 3 })).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the cell is '4'
        in line 2
        Give the index of a cell: a whole number, 0 for the first, below 3."
    `);
    expect(refusal('1,2\n3,x')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the time is 'x'
        in line 2
        Give a finite number."
    `);
    expect(refusal('1\n2\n3', { cells: 2 })).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: there are times for 3 cells, not 2
        in line 3
        Give cells: 3, or more."
    `);
  });
});

describe('an array of NumPy', () => {
  const pairs = (type: 'f32' | 'f64', numbers: readonly number[], shape = [numbers.length / 2, 2]): Uint8Array => {
    const values = type === 'f32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
    return Buffer.concat([npyHead(type, shape), new Uint8Array(values.buffer)]);
  };

  it('has rows of cell and time', async () => {
    expect(lists(await readSpikeTimes(file('spikes.npy', pairs('f64', [1, 0.1, 0, 5, 1, 0.05]))))).toEqual([[5], [0.05, 0.1]]);
    expect(lists(await readSpikeTimes(file('spikes.npy', pairs('f32', [1, 0.5])), { cells: 3 }))).toEqual([[], [0.5], []]);
    const whole = Buffer.concat([npyHead('u32', [1, 2]), new Uint8Array(BigInt64Array.of(2n, 40n).buffer)]);
    expect(lists(await readSpikeTimes(file('spikes.npy', Buffer.from(whole.toString('latin1').replace('<u4', '<i8'), 'latin1'))))).toEqual([
      [],
      [],
      [40],
    ]);
  });

  it('is refused where it is another one', async () => {
    expect(await refusalOf(file('a.npy', pairs('f64', [1, 2, 3], [3])))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: its shape is (3), not (spikes, 2)
        in file
        Write it as np.save(file, np.column_stack((cell, time_in_ms)).astype('<f8'))."
    `);
    expect(await refusalOf(file('a.npy', pairs('f64', [1, 2]).subarray(0, -1)))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: it is damaged: its length is not that of its numbers
        in file
        Write it as np.save(file, np.column_stack((cell, time_in_ms)).astype('<f8'))."
    `);
    expect(await refusalOf(file('a.npy', npyHead('<U4', [])))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: its numbers are of type <U4
        in file
        Write it as np.save(file, np.column_stack((cell, time_in_ms)).astype('<f8'))."
    `);
    expect(await refusalOf(file('a.npy', 'cell,time\n'))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: it is no array of NumPy with rows behind each other
        in file
        Write it as np.save(file, np.column_stack((cell, time_in_ms)).astype('<f8'))."
    `);
    expect(await refusalOf(file('a.npy', pairs('f64', [0, 1, 1.5, 2])))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: row 1 has the cell 1.5
        in file
        Give indices from 0, below 16777216."
    `);
    expect(await refusalOf(file('a.npy', pairs('f64', [0, 1, 1, Number.NaN])), { cells: 2 })).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: row 1 has the time NaN
        in file
        Give finite numbers."
    `);
  });
});

describe('results of an earlier run', () => {
  it('in every format come again as the same spikes', async () => {
    const out = folder();
    const sink = new ResultWriter(out, FORMATS);
    const first = new Network({ dt: 0.1, seed: 8, duration: 300 });
    const source = first.population('source', poissonTrain({ rate: 30 }), 20);
    first.recordSpikes(source).recordSpikes(first.population('silent', poissonTrain({ rate: 0 }), 2));
    const before = await simulate(first, { sink });
    await before.run();
    await sink.close({ end: 'done' });
    const original = await (async () => {
      const network = new Network({ dt: 0.1, seed: 8, duration: 300 });
      const again = network.population('source', poissonTrain({ rate: 30 }), 20);
      network.recordSpikes(again);
      const simulation = await simulate(network);
      await simulation.run();
      return simulation.recordings.spikes(again);
    })();
    expect(original.steps.length).toBeGreaterThan(100);
    for (const path of [out, ...['spikes.csv', 'results.npz', 'results.h5'].map((name) => join(out, name))]) {
      const times = await readSpikeTimes(path, { population: 'source', cells: 20 });
      const network = new Network({ dt: 0.1, duration: 300 });
      const preset = network.population('preset', presetTrain(), 20).set({ times });
      network.recordSpikes(preset);
      const simulation = await simulate(network);
      await simulation.run();
      const spikes = simulation.recordings.spikes(preset);
      expect([...spikes.steps]).toEqual([...original.steps]);
      expect([...spikes.cells]).toEqual([...original.cells]);
    }
    expect(await refusalOf(join(out, 'results.npz'))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: there are spikes of several populations: 'source', 'silent'
        in file
        Say which: { population: 'source' }."
    `);
    expect(await refusalOf(join(out, 'results.h5'), { population: 'sauce' })).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: there are no spikes of 'sauce'
        in file
        Did you mean 'source'? Known here: source, silent."
    `);
    expect(await refusalOf(join(out, 'results.h5'), { population: 'source', cells: 3 })).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: there are times for 20 cells, not 3
        in file
        Give cells: 20, or more."
    `);
  });

  it('are refused where they have no spikes, or are not there', async () => {
    const out = folder();
    const sink = new ResultWriter(out, ['npz']);
    const network = new Network();
    network.record(network.population('train', poissonTrain(), 2), 'v');
    const simulation = await simulate(network, { sink });
    await simulation.run(1);
    await sink.close({ end: 'done' });
    expect(await refusalOf(out)).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: no spikes were recorded
        in file
        Record them in the run that is to be repeated: network.recordSpikes(cells)."
    `);
    expect(await refusalOf(join(out, 'spikes.csv'))).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: can't read file: there is no such file or folder
        Give a CSV, a .npy, or the results of a run."
    `);
    expect(await refusalOf(file('spikes.csv', 'cell,time\n0,x'))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: the time is 'x'
        in file > line 2
        Give a finite number."
    `);
  });
});
