import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOOP, PAIR } from './networks.ts';
import { Workplace } from './support.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

async function output(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

function example(name: string): string {
  copyFileSync(join(examples, name), join(place.path, name));
  return name;
}

describe('networks as text', () => {
  it.each(['run', 'check', 'emit'])('have their places in mistakes that only %s finds', async (command) => {
    const file = place.file('wrong.yaml', 'dt: 0.1\npopulations:\n  a: { model: izhikevich, size: 3, set: { v: "uniform(v_init, vth)" } }\n');
    const { code, stderr } = await place.run([command, file, ...(command === 'emit' ? ['--stage', 'ir'] : [])]);
    expect(code).toBe(1);
    expect(stderr).toContain("'vth' is not defined\n  at wrong.yaml:3:63\n");
  });

  it('give the bits of the same network in TypeScript', async () => {
    expect(readdirSync(examples)).toEqual(expect.arrayContaining(['coupledIzhikevich.ts', 'coupledIzhikevich.yaml']));
    for (const ending of ['ts', 'yaml']) await output('run', example(`coupledIzhikevich.${ending}`), '--duration', '100', '--out', ending);
    for (const file of ['spikes.csv', 'traces.csv', 'raster.svg']) expect(place.read(`yaml/${file}`)).toBe(place.read(`ts/${file}`));
  });

  it.each(['yaml', 'json'])('are printed by emit, in %s, and run again with the same bits', async (format) => {
    const text = await output('emit', place.file('loop.ts', LOOP), '--stage', 'model', '--format', format, '--set', 'cells.a=0.03');
    place.file(`loop.${format}`, text);
    place.file('plain.ts', LOOP.replace('export function drive', 'function drive'));
    await output('run', `loop.${format}`, '--out', 'again');
    await output('run', 'plain.ts', '--out', 'first', '--set', 'cells.a=0.03');
    expect(place.read('again/spikes.csv')).toBe(place.read('first/spikes.csv'));
    expect(place.read('again/traces.csv')).toBe(place.read('first/traces.csv'));
  });

  it('are made from a manifest, to be changed', async () => {
    await output('run', place.file('pair.ts', PAIR), '--out', 'first', '--seed', '8');
    await output('emit', 'first/manifest.json', '--stage', 'model', '--out', 'copy/pair.yaml');
    await output('run', 'copy/pair.yaml', '--out', 'again');
    expect(place.read('again/spikes.csv')).toBe(place.read('first/spikes.csv'));
    await output('run', 'copy/pair.yaml', '--out', 'other', '--seed', '9');
    expect(place.read('other/spikes.csv')).not.toBe(place.read('first/spikes.csv'));
  });

  it('take spike times from a file beside them, which a manifest does not need', async () => {
    place.file('nets/in/spikes.csv', 'cell,time\n0,3\n2,1\n');
    const set = 'set: { times: { file: in/spikes.csv } }';
    place.file('nets/net.yaml', `duration: 5\npopulations:\n  a: { model: presetTrain, size: 3, ${set} }\nrecorders: [{ kind: spikes, view: a }]\n`);
    await output('run', 'nets/net.yaml', '--out', 'first');
    place.file('nets/in/spikes.csv', 'cell,time\n0,4\n');
    await output('run', 'first/manifest.json', '--out', 'again');
    await output('run', 'nets/net.yaml', '--out', 'other');
    const [first, again, other] = ['first', 'again', 'other'].map((out) => place.read(`${out}/spikes.csv`));
    expect(first).toMatch(/\na?,?2,.*\n.*0,/s);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('show their mistakes where they are', async () => {
    example('coupledIzhikevich.yaml');
    place.file('bad.yaml', place.read('coupledIzhikevich.yaml').replace('i_in:', 'i_inn:'));
    expect(place.read('bad.yaml')).toContain('i_inn');
    for (const command of ['run', 'check']) {
      const { code, stdout, stderr } = await place.run([command, 'bad.yaml']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/bad\.yaml:\d+:\d+/);
      expect(stderr).toContain("Did you mean 'i_in'?");
    }
  });

  it('show mistakes that come out when they are compiled where they are, or at the flag that brings them', async () => {
    example('coupledIzhikevich.yaml');
    place.file(
      'bad.yaml',
      place.read('coupledIzhikevich.yaml').replace(/model: izhikevich\b|i_in: .*/, (text) => (text.startsWith('i_in') ? 'i_in: 10 * clumn' : text)),
    );
    const { code, stderr } = await place.run(['check', 'bad.yaml']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.yaml:\d+:\d+/);
    const flagged = await place.run(['check', 'coupledIzhikevich.yaml', '--set', 'driven.i_in=10 * clumn']);
    expect(flagged.stderr).toContain('in --set driven.i_in=10 * clumn >');
  });
});
