import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { izhikevich } from '../models/index.ts';
import { Network } from '../network/network.ts';
import { isManifestText, ManifestWriter, readManifest } from './manifest.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spikeloom-'));
  file = join(folder, 'manifest.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function begin(): Promise<ManifestWriter> {
  const network = new Network({ dt: 0.1, duration: 100 });
  network.population('cells', izhikevich(), 2);
  const setting = { version: '0.0.1', file: 'net.ts', backend: 'wasm', precision: 'f32', threads: 1, duration: 100 } as const;
  return ManifestWriter.begin(folder, { ...setting, driven: true, options: {}, machine: {}, network: network.def }, []);
}

const entry = (step: number) =>
  ({ step, kind: 'set', view: { population: 'cells', cells: { kind: 'all' } }, values: { i_in: Float64Array.of(step, 1) } }) as const;

const DONE = { end: 'done', steps: 900, time: 90, results: ['spikes.csv'], timings: {} } as const;

describe('a manifest while the run goes on', () => {
  it('says so, and gets whole at the end', async () => {
    const manifest = await begin();
    expect(isManifestText(await readFile(file, 'utf8'))).toBe(true);
    expect(await readManifest(file)).toMatchObject({ end: 'running', steps: 0, journal: [] });
    manifest.add(entry(100));
    manifest.add(entry(250));
    await manifest.flush();
    expect(await readManifest(file)).toMatchObject({ end: 'running', steps: 250, journal: [entry(100), entry(250)] });
    await manifest.flush(600);
    expect(await readManifest(file)).toMatchObject({ steps: 600 });
    manifest.add(entry(700));
    await manifest.end(DONE);
    expect(await readManifest(file)).toMatchObject({
      end: 'done',
      steps: 900,
      journal: [entry(100), entry(250), entry(700)],
      results: ['spikes.csv'],
    });
    await expect(readFile(join(folder, 'journal.jsonl.partial'))).rejects.toThrow('ENOENT');
  });

  it('is read as far as it was written', async () => {
    const manifest = await begin();
    for (const step of [100, 200, 300]) manifest.add(entry(step));
    await manifest.flush(350);
    const partial = join(folder, 'journal.jsonl.partial');
    const text = await readFile(partial, 'utf8');
    for (let length = 0; length <= text.length; length++) {
      await writeFile(partial, text.slice(0, length));
      const lines = text.slice(0, length).split('\n').length - 1;
      expect(await readManifest(file)).toMatchObject({
        journal: [entry(100), entry(200), entry(300)].slice(0, lines),
        steps: [0, 100, 200, 300, 350][lines],
      });
    }
  });
});

describe('a manifest that can not be read', () => {
  it.each([
    ['cut', (text: string) => text.slice(0, 3000)],
    ['other network', (text: string) => text.replace('"name": "cells"', '"name": "cellz"')],
    ['other journal', (text: string) => text.replace('"step": 100', '"step": 101')],
    ['other backend', (text: string) => text.replace('"backend": "wasm"', '"backend": "gpu"')],
    ['no precision', (text: string) => text.replace('"precision": "f32",', '')],
    ['later format', (text: string) => text.replace('"formatVersion": 1', '"formatVersion": 2')],
    ['later random numbers', (text: string) => text.replace('"randomNumbers": 3', '"randomNumbers": 4')],
  ])('%s', async (_, edit) => {
    const manifest = await begin();
    manifest.add(entry(100));
    await manifest.end(DONE);
    const whole = await readFile(file, 'utf8');
    expect(edit(whole)).not.toBe(whole);
    await writeFile(file, edit(whole));
    const error = await readManifest(file).catch((e: Error) => e);
    expect(String(error).replaceAll(folder, 'FOLDER')).toMatchSnapshot();
  });

  it('a journal with a line that is none', async () => {
    const manifest = await begin();
    manifest.add(entry(100));
    await manifest.flush();
    await writeFile(join(folder, 'journal.jsonl.partial'), 'none\n{"steps":4}\n');
    const error = await readManifest(file).catch((e: Error) => e);
    expect(String(error).replaceAll(folder, 'FOLDER')).toMatchSnapshot();
  });

  it('none', async () => {
    const error = await readManifest(file).catch((e: Error) => e);
    expect(String(error).replaceAll(folder, 'FOLDER')).toMatchSnapshot();
  });
});
