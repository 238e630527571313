import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDLESS, EXPLODING, LOOP, PAIR, timeless } from './networks.ts';
import { Workplace } from './support.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run(['run', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

interface Manifest {
  run: { end: string; steps: number; time: number; reason?: string };
  results: string[];
  journal: { step: number; kind: string }[];
  hashes: { state: string };
  [key: string]: unknown;
}

const manifestOf = (folder: string): Manifest => JSON.parse(place.read(`${folder}/manifest.json`));

/** Everything but what differs from run to run. */
function filesOf(folder: string): Record<string, string> {
  const { results } = manifestOf(folder);
  expect(results.length).toBeGreaterThan(1);
  return Object.fromEntries(results.map((name) => [name, place.read(`${folder}/${name}`).replace(/"end":"\w+"(,"reason":"[^"]*")?/, '"end"')]));
}

function change(file: string, edit: (text: string) => string): void {
  const path = join(place.path, file);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}

describe('the manifest', () => {
  it('says what ran, how it ended and where', async () => {
    await run(place.file('pair.ts', PAIR), '--out', 'results', '--set', 'driver.i_in=15', '--record', 'follower.w:mean@10', '--seed', '4');
    const { network, journal, hashes, machine, timings, ...rest } = manifestOf('results');
    expect(rest).toMatchObject({
      format: 'spikeloom manifest',
      formatVersion: 1,
      randomNumbers: 3,
      file: 'pair.ts',
      backend: 'wasm',
      precision: 'f32',
      threads: 1,
      duration: 50,
      driven: false,
      options: { set: ['driver.i_in=15'], record: ['follower.w:mean@10'] },
      seed: 4,
      dt: 0.1,
      run: { end: 'done', steps: 500, time: 50 },
    });
    expect(rest.results).toContain('spikes.csv');
    expect(journal).toEqual([]);
    expect(machine).toMatchObject({ platform: process.platform, node: process.versions.node });
    expect(timings).toHaveProperty('run');
    expect(network).toMatchObject({ populations: [{ name: 'driver', assignments: [{}, { values: { i_in: 15 } }] }, { name: 'follower' }] });
  });

  it.each([
    ['wasm', 'f32', 'js'],
    ['js', 'f64', 'wasm'],
  ])('repeats a closed loop run by %s in %s on %s, without its code', async (backend, precision, other) => {
    await run(place.file('loop.ts', LOOP), '--out', 'first', '--backend', backend, '--precision', precision);
    place.file('loop.ts', 'broken');
    expect(manifestOf('first').journal.length).toBe(25);
    const stdout = await run('first/manifest.json', '--out', 'elsewhere/again', '--backend', other);
    expect(stdout).toContain('The run is repeated bit for bit: the state at its end is the same.\n');
    expect(filesOf('elsewhere/again')).toEqual(filesOf('first'));
    expect(manifestOf('elsewhere/again').journal).toEqual(manifestOf('first').journal);
    expect(manifestOf('elsewhere/again').hashes).toEqual(manifestOf('first').hashes);
    expect(manifestOf('elsewhere/again').precision).toBe(precision);
    // Its own folder does as well, and repeating is repeated.
    await run('elsewhere/again/manifest.json', '--out', 'elsewhere/again');
    expect(filesOf('elsewhere/again')).toEqual(filesOf('first'));
  });

  it('repeats a part, and more than that, and records more', async () => {
    await run(place.file('loop.ts', LOOP), '--out', 'first');
    await run('first/manifest.json', '--out', 'part', '--duration', '30');
    expect(manifestOf('first').results).toEqual(manifestOf('part').results);
    expect(place.read('first/spikes.csv').startsWith(place.read('part/spikes.csv'))).toBe(true);
    const stdout = await run('first/manifest.json', '--record', 'cells.w:mean@10', '--duration', '100');
    expect(stdout).toContain('repeated bit for bit');
    expect(await run('first/manifest.json', '--duration', '110')).not.toContain('bit for bit');
  });

  it('repeats a run that was stopped up to where it ended', async () => {
    const { code } = await place.run(['run', place.file('endless.ts', ENDLESS), '--out', 'first'], 'running');
    expect(code).toBe(130);
    const { run: ended } = manifestOf('first');
    expect(ended).toMatchObject({ end: 'aborted' });
    expect(ended.steps).toBeGreaterThan(1000);
    expect(await run('first/manifest.json', '--out', 'again')).toContain('repeated bit for bit');
    expect(manifestOf('again').run).toEqual({ ...ended, end: 'done' });
    expect(filesOf('again')).toEqual(filesOf('first'));
  });

  it('repeats a run up to where it diverged, and one that a limit stopped', async () => {
    expect((await place.run(['run', place.file('bomb.ts', EXPLODING), '--out', 'first'])).code).toBe(1);
    expect(manifestOf('first').run).toMatchObject({ end: 'diverged', steps: 7, reason: expect.stringContaining('no longer finite at t = 7 ms') });
    expect((await place.run(['run', 'first/manifest.json', '--out', 'again'])).code).toBe(1);
    expect(filesOf('again')).toEqual(filesOf('first'));
    const stopped = await place.run(['run', place.file('pair.ts', PAIR), '--max-rate', '10', '--out', 'stopped']);
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toMatch(/^stopped: population 'driver' fired at .* Hz/);
    expect(manifestOf('stopped').run).toMatchObject({ end: 'stopped', reason: expect.stringContaining('maxRate allows 10 Hz') });
    expect(await run('stopped/manifest.json')).toContain('repeated bit for bit');
  });

  it('of a run that is killed tells of it, and repeats what is known of it', async () => {
    const endless = LOOP.replace('duration: 100', 'duration: 1e7');
    await place.kill(
      ['run', place.file('loop.ts', endless), '--out', 'killed'],
      (text) => text.includes('"step":2000'),
      'killed/journal.jsonl.partial',
    );
    expect(manifestOf('killed').run).toEqual({ end: 'running' });
    // Killed in the middle of a line.
    change('killed/journal.jsonl.partial', (text) => `${text.slice(0, text.lastIndexOf('"step":2000'))}`);
    const { code, stdout, stderr } = await place.run(['run', 'killed/manifest.json', '--out', 'again']);
    expect({ code, stderr: stderr.replace(/[\d.]+ ms/, '# ms') }).toEqual({
      code: 0,
      stderr: 'warning: the run of this manifest was ended by force; it is repeated as far as it is known, # ms\n',
    });
    expect(stdout).not.toContain('bit for bit');
    const { steps } = manifestOf('again').run;
    expect(steps).toBeGreaterThanOrEqual(1950);
    await run('loop.ts', '--out', 'whole', '--duration', String(steps / 10));
    expect(filesOf('again')).toEqual(filesOf('whole'));
  });

  it('leaves no picture of an earlier run', async () => {
    await run(place.file('pair.ts', PAIR), '--out', 'results');
    place.file('results/own.svg', '<svg/>');
    await run(place.file('quiet.ts', PAIR.replace(/network\.recordSpikes.*/, 'network.recordSpikes(driver);')), '--out', 'results');
    expect(place.list('results').filter((name) => name.endsWith('.svg'))).toEqual(['own.svg', 'raster.svg']);
  });
});

describe('a manifest that can not be used', () => {
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await place.run(['run', 'first/manifest.json', ...args]);
    expect(stdout).toBe('');
    return `exit code ${code}\n${stderr.replaceAll(/[0-9a-f]{64}/g, 'HASH')}`;
  };

  it('has a damaged array beside it', async () => {
    await run(place.file('loop.ts', LOOP), '--out', 'first');
    const [array] = place.list('first/arrays');
    place.file(`first/arrays/${array}`, 'no array');
    expect(await refused()).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [input-output]: first/arrays/HASH.npy is damaged: its contents are not those that it is named after
        Copy it again from where it is whole.
      "
    `);
  });

  it('is asked for another run than its own', async () => {
    await run(place.file('pair.ts', PAIR), '--out', 'first');
    place.file('x.state', '');
    for (const flags of ['--dt 0.2', '--set driver.a=1', '--precision f64', '--from-state x.state'].map((text) => text.split(' '))) {
      expect(await refused(...flags)).toContain(`exit code 2\nSpikeloomError [usage]: ${flags[0]}`);
    }
    expect(await refused('--seed', '4')).toMatchInlineSnapshot(`
      "exit code 2
      SpikeloomError [usage]: --seed with a manifest: it repeats its run as it was
        To run its network in another way, write that down: spikeloom emit MANIFEST --stage model --out network.yaml
      "
    `);
  });

  it('belongs to another state than the one that comes out', async () => {
    await run(place.file('pair.ts', PAIR), '--out', 'first');
    change('first/manifest.json', (text) => text.replace(/"state": "../, '"state": "00'));
    const { code, stdout, stderr } = await place.run(['run', 'first/manifest.json']);
    expect(`exit code ${code}\n${stderr}`).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [invalid-value]: the state at the end is not that of the run that was repeated
        in first/manifest.json
        Repeat it by the version of spikeloom that made it: the manifest names it. If it is this one, please report it.
      "
    `);
    expect(timeless(stdout)).not.toContain('bit for bit');
  });
});
