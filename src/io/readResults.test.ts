import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support/folders.ts';
import { recordedNetwork } from '../../test/support/recordedNetwork.ts';
import { expectSameRecordings } from '../../test/support/sameRecordings.ts';
import { simulate } from '../simulation/simulation.ts';
import { salvageResults } from './finish.ts';
import { npyHead } from './npy.ts';
import { readResults } from './readResults.ts';
import { FORMATS } from './results.ts';
import { ResultWriter } from './writer.ts';

const folder = temporaryFolders();
let whole: string;

beforeAll(async () => {
  whole = folder();
  const sink = new ResultWriter(whole, FORMATS);
  const simulation = await simulate(recordedNetwork(20), { sink });
  await simulation.run();
  await sink.close({ end: 'done' });
});

/** The text of the refusal, without the folder. */
async function refusal(path: string): Promise<string> {
  const error = await readResults(path).then(
    () => undefined,
    (e: unknown) => e as Error,
  );
  return `${error?.name}: ${error?.message}`.replaceAll(path.includes('.') ? path.slice(0, path.lastIndexOf('/')) : path, 'out');
}

/** A folder with some of the files, one of them changed. */
function changed(names: readonly string[], change: (bytes: Buffer) => Buffer | string): string {
  const path = folder();
  mkdirSync(path, { recursive: true });
  for (const name of names) copyFileSync(join(whole, name), join(path, name));
  writeFileSync(join(path, names[0]), change(readFileSync(join(whole, names[0]))));
  return path;
}

const TABLES = ['spikes.csv', 'traces.csv', 'synapses.csv', 'counts.csv', 'results.json'];
const edited = (name: string, from: string | RegExp, to: string): string =>
  changed([name, ...TABLES.filter((other) => other !== name)], (bytes) => bytes.toString().replace(from, to));

describe('what can not be read', () => {
  it('is refused where there is nothing', async () => {
    const empty = folder();
    expect(await refusal(empty)).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: can't read out: there is no such file or folder
        Give the folder that was given as --out, or a file in it."
    `);
    mkdirSync(empty, { recursive: true });
    expect(await refusal(empty)).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: can't read out: there are no results in it
        Results are results.npz, results.h5, or tables with their results.json."
    `);
    await expect(salvageResults(empty)).rejects.toThrow('no run has left anything in');
  });

  it('is refused as a file of another kind', async () => {
    expect(await refusal(join(whole, 'spikes.csv'))).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: out/spikes.csv can't be read by itself
        Give results.npz, results.h5, or the folder of tables with their results.json."
    `);
  });

  it('is refused where others wrote it', async () => {
    const path = folder();
    mkdirSync(path, { recursive: true });
    const zip = new ZipWriter(new Uint8ArrayWriter());
    await zip.add('a.npy', new Uint8ArrayReader(npyHead('f32', [0])));
    writeFileSync(join(path, 'other.npz'), await zip.close());
    expect(await refusal(join(path, 'other.npz'))).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: out/other.npz has no array 'meta' that says what the others are
        Only files that spikeloom wrote can be read."
    `);
    await h5wasm.ready;
    new h5wasm.File(join(path, 'other.h5'), 'w').close();
    expect(await refusal(join(path, 'other.h5'))).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: out/other.h5 has no dataset 'meta' that says what the others are
        Only files that spikeloom wrote can be read."
    `);
  });

  it.each(['results.npz', 'results.h5'])('is refused where %s is cut off', async (name) => {
    const { length } = readFileSync(join(whole, name));
    for (const share of [0, 0.001, 0.3, 0.9, 0.999]) {
      const path = changed([name], (bytes) => bytes.subarray(0, Math.floor(length * share)));
      expect(await refusal(join(path, name)), `${share}`).toMatch(
        /^SpikeloomError \[invalid-value\]: out\/results\.\w+ can't be read: .*\n {2}Copy it again, or repeat the run\.$/,
      );
    }
  });

  it('is refused where a bit of results.npz is another', async () => {
    const path = changed(['results.npz'], (bytes) => {
      bytes[Math.floor(bytes.length / 2)] ^= 4;
      return bytes;
    });
    expect(await refusal(join(path, 'results.npz'))).toMatch(/^SpikeloomError \[invalid-value\]: out\/results\.npz can't be read: /);
  });

  it('is refused where tables do not fit what is said of them', async () => {
    const refused = async (name: string, from: string | RegExp, to: string): Promise<string> =>
      (await refusal(`${edited(name, from, to)}/.`)).replace('/.', '');
    expect(await refused('results.json', '{', '[')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/results.json can't be read: its description is no JSON
        Copy it again, or repeat the run."
    `);
    expect(await refused('results.json', '"version":1', '"version":7')).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: out/results.json is of version 7; this spikeloom reads up to version 1
        Read it by the version of spikeloom that wrote it."
    `);
    expect(await refused('results.json', '"width":3', '"width":-3')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/results.json can't be read: its description has a fault at recorders.3.width: Too small: expected number to be >=0
        Copy it again, or repeat the run."
    `);
    expect(await refused('results.json', '"indices"', '"index"')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/results.json can't be read: it does not say which cells were recorded
        Copy it again, or repeat the run."
    `);
    expect(await refused('traces.csv', 'population', 'who')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/traces.csv can't be read: row 1 should be population,quantity,unit,cell,time_ms,value
        Copy it again, or repeat the run."
    `);
    expect(await refused('traces.csv', '\nexc,v,mV,2', '\nexc,w,mV,2')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/traces.csv can't be read: row 3 does not begin with exc,v,mV,
        Copy it again, or repeat the run."
    `);
    expect(await refused('traces.csv', '\nexc,v,mV,2,0.1,', '\nexc,v,mV,2,soon,')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/traces.csv can't be read: row 3 has no time
        Copy it again, or repeat the run."
    `);
    expect(await refused('traces.csv', /,-6[^\n]*\n/, ',minus sixty\n')).toContain("row 2 has 'minus sixty' in place of a number");
    expect(await refused('spikes.csv', /\n[^\n]*\n$/, '\n')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/spikes.csv can't be read: it ends before row 100
        Copy it again, or repeat the run."
    `);
    expect(await refused('counts.csv', /$/, 'exc,7,7\n')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/counts.csv can't be read: row 9 is one too many
        Copy it again, or repeat the run."
    `);
  });

  it('is refused where a table is missing', async () => {
    const path = edited('spikes.csv', '', '');
    rmSync(join(path, 'synapses.csv'));
    expect((await refusal(`${path}/.`)).replace('/.', '')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: out/synapses.csv can't be read: it is missing
        Copy it again, or repeat the run."
    `);
  });
});

it('a folder with several formats gives one of them', async () => {
  const names = readdirSync(whole);
  expect(names).toHaveLength(7);
  expectSameRecordings(await readResults(whole), await readResults(join(whole, 'results.h5')));
  expectSameRecordings(await readResults(`${whole}/`), await readResults(edited('spikes.csv', '', '')));
});
