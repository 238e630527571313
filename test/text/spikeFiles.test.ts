import { describe, expect, it } from 'vitest';
import { Network, parseSpikeTimes, SpikeloomError, simulate } from '../../src/index.ts';
import { parseNetwork, printNetwork, readNetworkWithFiles } from '../../src/text/index.ts';

const FILES: Readonly<Record<string, string>> = {
  'spikes.csv': 'cell,time\n0,10\n2,3\n0,5\n',
  'several.csv': 'population,cell,time\na,0,1\nb,0,4\nb,1,2\n',
  'wrong.csv': 'cell,time\n0,ten\n',
};

async function readTimes(path: string, options: { readonly population?: string }) {
  if (path in FILES) return parseSpikeTimes(FILES[path], options);
  throw new SpikeloomError({ code: 'input-output', message: `can't read ${path}`, hint: 'Give a CSV.' });
}

const text = (set: string, more = '') => `dt: 0.5\npopulations:\n  trains: { model: presetTrain, size: 5, set: ${set} }\n${more}`;
const read = (set: string, more = '') => readNetworkWithFiles(text(set, more), { file: 'net.yaml', readTimes });

/** The spikes of a network, cell by cell. */
async function spikesOf(set: string): Promise<string> {
  const network = Network.from((await read(set)).def);
  const simulation = await simulate(network.recordSpikes(network.populationNamed('trains')));
  await simulation.run(20);
  const { cells, times } = simulation.recordings.spikes('trains');
  return Array.from(cells, (cell, i) => `${cell}@${times[i]}`).join(' ');
}

describe('spike times from a file', () => {
  it.each([
    ['of all cells, the last ones silent', '{ times: { file: spikes.csv } }', '2@3 0@5 0@10'],
    ['of one of several populations', '{ times: { file: several.csv, population: b } }', '1@2 0@4'],
    ['of some cells, by their order', '[{ slice: [2, 5], values: { times: { file: spikes.csv } } }]', '4@3 2@5 2@10'],
    ['of cells that a condition names', '[{ where: index > 1, values: { times: { file: spikes.csv } } }]', '4@3 2@5 2@10'],
  ])('%s', async (_, set, expected) => {
    expect(await spikesOf(set)).toBe(expected);
  });

  it('become part of the network, which then stands alone', async () => {
    const { def } = await read('{ times: { file: spikes.csv } }');
    const again = parseNetwork(printNetwork(def));
    expect(JSON.stringify(again)).toBe(JSON.stringify(def));
  });

  const mistakes: readonly [string, string][] = [
    ['there is none', '{ times: { file: spike.csv } }'],
    ['it is at fault', '{ times: { file: wrong.csv } }'],
    ['it has several populations', '{ times: { file: several.csv } }'],
    ['it is no path', '{ times: { file: 3 } }'],
    ['another key is given', '{ times: { file: spikes.csv, populatoin: b } }'],
    ['no list is wanted', '{ v_th: { file: spikes.csv } }'],
    ['it has more cells', '[{ slice: [0, 2], values: { times: { file: spikes.csv } } }]'],
  ];

  it.each(mistakes)('is refused at its place where %s', async (_, set) => {
    const attempt = async () => {
      const { def, locate } = await read(set);
      await simulate(def).catch((error) => {
        throw locate(error);
      });
    };
    await expect(attempt()).rejects.toThrowErrorMatchingSnapshot();
  });

  it('is refused where no files are read, as in a page', () => {
    expect(() => parseNetwork(text('{ times: { file: spikes.csv } }'), { file: 'net.yaml' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: 'spikes.csv' is not read here, where there is a text alone
        at net.yaml:3:64
            trains: { model: presetTrain, size: 5, set: { times: { file: spikes.csv } } }
                                                                         ^^^^^^^^^^
        Use the command, spikeloom run, or readNetworkWithFiles; or write the times themselves: times: [[10, 20], [15]].]
    `);
  });

  it('needs a function that gives lists', async () => {
    const given = (function_: unknown) => readNetworkWithFiles(text('{ times: { file: a.csv } }'), { readTimes: function_ as typeof readTimes });
    await expect(given(undefined)).rejects.toThrow('readTimes is undefined\n  Give a function.');
    for (const lists of [undefined, 'no lists', [1, 2], { 0: [1] }]) {
      await expect(given(async () => lists)).rejects.toThrow("what readTimes gives for 'a.csv' is");
    }
    await expect(
      given(async () => {
        throw new TypeError('a fault of its own');
      }),
    ).rejects.toThrow(TypeError);
  });

  it('is for cells alone', async () => {
    const projection = 'projections: [{ source: trains, target: trains, synapse: electrical, set: { w: { file: spikes.csv } } }]\n';
    await expect(read('{ times: [1] }', projection)).rejects.toThrow("numbers has no 'file'");
  });
});
