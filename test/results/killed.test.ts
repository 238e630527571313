import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { salvageResults } from '../../src/io/finish.ts';
import { readResults } from '../../src/io/readResults.ts';
import { FORMATS } from '../../src/io/results.ts';
import type { Results } from '../../src/io/stored.ts';
import { temporaryFolders } from '../support/folders.ts';
import { python, pythonHas } from '../support/python.ts';
import { expectSameRecordings, expectStart } from '../support/sameRecordings.ts';
import { uniform } from '../support/uniform.ts';

const RUN = fileURLToPath(new URL('../support/recordToFolder.mjs', import.meta.url));
/** A few in every test; `npm run test:kill` does all. */
const KILLS = Number(process.env.SPIKELOOM_KILLS ?? 4);
const FILES = ['spikes.csv', 'traces.csv', 'results.json', 'results.npz', 'results.h5'];

/** Lengths of the arrays of both files, which have to be all there. */
const OPEN = `
import json, sys, numpy, h5py
a = numpy.load(sys.argv[1] + '/results.npz')
b = h5py.File(sys.argv[1] + '/results.h5', 'r')
print(json.dumps([[len(a['cells.spikes.cell']), len(a['cells.v'])], [len(b['spikes/cells/node_ids'][:]), len(b['report/cells.v/data'][:])]]))
`;

const folder = temporaryFolders();

/** Runs until its end, or until it is killed. @param after ms from the start @returns what it said */
function runInto(path: string, after?: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [RUN, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const timer = after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), after);
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
  });
}

describe('a run that is killed', () => {
  let whole: Results;
  let time: number;
  beforeAll(async () => {
    if (!existsSync(fileURLToPath(new URL('../../dist/index.js', import.meta.url)))) throw new Error('dist is missing: npm run build');
    const path = folder();
    const begin = performance.now();
    await runInto(path);
    time = performance.now() - begin;
    whole = await readResults(path);
    expect(whole.trace('cells', 'v').times.length).toBe(24_000);
  }, 120_000);

  it(
    `leaves files that are whole, or named as partial: ${KILLS} times`,
    async () => {
      const random = uniform(20);
      const states: Record<string, number> = {};
      for (let n = 0; n < KILLS; n++) {
        const path = folder();
        const said = await runInto(path, random() * time);
        const state = await check(path, said);
        states[state] = (states[state] ?? 0) + 1;
      }
      process.stdout.write(`killed ${KILLS} times: ${JSON.stringify(states)}\n`);
    },
    60_000 + KILLS * 20_000,
  );

  /** Where the run was when it ended. */
  async function check(path: string, said: string): Promise<string> {
    const names = existsSync(path) ? readdirSync(path) : [];
    for (const name of names) expect(FILES.includes(name) || name.endsWith('.partial'), name).toBe(true);
    const partial = names.find((name) => name.endsWith('.partial'));
    for (const name of partial === undefined ? [] : readdirSync(join(path, partial))) expect(name).toMatch(/\.partial$/);
    for (const name of names.filter((x) => /\.(npz|h5)$/.test(x))) expectSameRecordings(await readResults(join(path, name)), whole);
    if (said.includes('closed')) {
      expect(names).toHaveLength(FILES.length);
      return 'after its end';
    }
    if (names.length === 0) return 'before it made its folder';
    const read = await readResults(path).catch((error: unknown) => error as Error);
    if (read instanceof Error) {
      expect(read.message).toContain('the run ended before it recorded anything');
      await salvageResults(path);
      expect(readdirSync(path)).toEqual([]);
      return 'before it recorded';
    }
    const rows = read.infos.map(({ width, def }, i) => expectStart(read.chunk(i), whole.chunk(i), width, `${i} ${def.kind}`));
    if (names.some((name) => FILES.includes(name))) return 'while its files got their names';
    expect(read.ending.end).toBe(said.includes('closing') ? read.ending.end : 'killed');
    expect(await salvageResults(path, FORMATS)).toEqual(FILES);
    expect(readdirSync(path).sort()).toEqual([...FILES].sort());
    if (pythonHas('numpy', 'h5py')) expect(python(OPEN, path)).toEqual([rows.slice(0, 2), rows.slice(0, 2)]);
    return said.includes('closing') ? 'while it made files' : 'while it recorded';
  }
});
