import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workplace } from './support.ts';

const GOOD = `
import { Network } from 'spikeloom';
import { izhikevich } from 'spikeloom/models';
export const network = new Network({ duration: 1 });
network.recordSpikes(network.population('cells', izhikevich(), 1));
`;

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

async function failure(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run(args);
  expect(stdout).toBe('');
  return `exit code ${code}\n${stderr}`;
}

describe('help', () => {
  it('is printed on request', async () => {
    const { code, stdout, stderr } = await place.run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: spikeloom run FILE [options]

      Simulates spiking neural networks.

      Options:
        -V, --version          output the version number
        -h, --help             display help for command

      Commands:
        run [options] <FILE>   run a network: FILE is a TypeScript or JavaScript
                               module that exports one, or a function that makes one
        page [options] <FILE>  show a running network in a browser: lattices, spikes,
                               mean voltages
        help [command]         display help for command

      Examples:
        spikeloom run network.ts                        run, print a summary
        spikeloom run network.ts --out results          and write spikes, traces and pictures there
        spikeloom run network.ts --seed 7 --precision f64

      Exit codes: 0 done, 1 the network or its run is at fault, 2 wrong usage, 130 interrupted (what was recorded is kept).
      "
    `);
    expect((await place.run(['run', '--help'])).stdout).toMatchInlineSnapshot(`
      "Usage: spikeloom run [options] <FILE>

      run a network: FILE is a TypeScript or JavaScript module that exports one, or a
      function that makes one

      Options:
        --out <DIR>       folder for spikes.csv, traces.csv and pictures
        --seed <S>        seed of all random numbers
        --duration <MS>   model time to run
        --backend <NAME>  what carries the program out (choices: "js", "wasm")
        --precision <P>   of state and arithmetic (choices: "f32", "f64")
        --timings         print where the time went
        -h, --help        display help for command
      "
    `);
  });

  it('tells the version', async () => {
    expect((await place.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('is shown where no command is given', async () => {
    const { code, stderr } = await place.run([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: spikeloom run FILE [options]');
  });
});

describe('wrong usage', () => {
  it.each([
    [['walk']],
    [['run']],
    [['run', 'good.ts', '--speed']],
    [['run', 'good.ts', '--seed', 'x']],
    [['run', 'good.ts', '--duration', '-1']],
    [['run', 'good.ts', '--backend', 'gpu']],
    [['run', 'missing.ts']],
    [['run', '.']],
    [['run', 'notes.txt']],
  ])('%j', async (args) => {
    place.file('good.ts', GOOD);
    place.file('notes.txt', 'none');
    expect(await failure(...args)).toMatchSnapshot();
  });
});

describe('a network file at fault', () => {
  it.each([
    ['text that is no TypeScript', 'export const a = 1;\nexport const network = = 2;\n'],
    ['an import that is not there', "import { cells } from './cells.ts';\nexport const network = cells;\n"],
    ['an export that spikeloom has not', "import { Netwerk } from 'spikeloom';\nexport const network = new Netwerk();\n"],
    ['a part of a model with a wrong name', `${GOOD}izhikevich({ i_inn: 1 } as {});\n`],
    ['no network', 'export const network = 1;\n'],
    ['a function that makes none', 'export function network() { return 1; }\n'],
    ['several', "import { Network } from 'spikeloom';\nexport const a = new Network();\nexport const b = () => new Network();\n"],
    ['code that throws', 'type T = number;\nexport function network() {\n  const cells: T[] = [];\n  return cells[0].toFixed();\n}\n'],
    ['an unknown name', `${GOOD}network.population('more', izhikevich(), 1).set({ vth: 1 } as {});\n`],
    [
      'an equation with an unknown name',
      `${GOOD}import { defineNeuron, quantity } from 'spikeloom';
defineNeuron({
  name: 'lif',
  quantities: { v: quantity(-70, 'mV', 'potential'), tau: quantity(10, 'ms', 'time constant') },
  equations: 'dv/dt = -v / tua',
});
`,
    ],
  ])('%s', async (_, code) => {
    place.file('net.ts', code);
    expect(await failure('run', 'net.ts', '--out', 'results')).toMatchSnapshot();
    expect(place.list()).toEqual(['net.ts']);
  });
});

describe('a folder that can not be written to', () => {
  it('is said before the run, and nothing is left', async () => {
    place.file('good.ts', GOOD);
    place.file('taken', '');
    expect((await failure('run', 'good.ts', '--out', 'taken/results')).replaceAll(place.path, '')).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [input-output]: can't write taken/results: ENOTDIR: not a directory, access '/taken/results/.'
        Choose another folder, or change its permissions.
      "
    `);
    expect((await failure('run', 'good.ts', '--out', 'taken')).replaceAll(place.path, '')).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [input-output]: can't write taken: ENOTDIR: not a directory, access '/taken/.'
        Choose another folder, or change its permissions.
      "
    `);
    expect(place.list()).toEqual(['good.ts', 'taken']);
  });

  it('nothing half-written is left where a file of it can not be replaced', async () => {
    place.file('good.ts', GOOD);
    place.file('results/spikes.csv/in-the-way', '');
    const { code, stderr } = await place.run(['run', 'good.ts', '--out', 'results']);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\.\d+\.partial/g, '.#.partial')).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: can't write results/spikes.csv: EISDIR: illegal operation on a directory, rename 'results/.spikes.csv.#.partial' -> 'results/spikes.csv'
        Choose another folder, or change its permissions.
      "
    `);
    expect(place.list('results')).toEqual(['spikes.csv']);
  });

  it.skipIf(process.getuid?.() === 0)('obeys permissions', async () => {
    place.file('good.ts', GOOD);
    place.file('locked/file', '');
    chmodSync(join(place.path, 'locked'), 0o555);
    expect(await failure('run', 'good.ts', '--out', 'locked')).toContain('EACCES');
    chmodSync(join(place.path, 'locked'), 0o755);
  });
});
