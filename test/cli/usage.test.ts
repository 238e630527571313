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
      "Usage: spikeloom COMMAND [options]

      Simulates spiking neural networks.

      Options:
        -V, --version               output the version number
        -h, --help                  display help for command

      Commands:
        run [options] <FILE>        run a network, print a summary, write results
        check [options] <FILE>      find the mistakes of a network without running it
        models [options] [NAME]     list the models of the library, or show one
        import [options] <FILE>     turn models of the .nb language into text
        emit [options] <FILE>       print a network, or what it is compiled to
        plot [options] <RESULT>     draw results
        salvage [options] <FOLDER>  make whole files of what a killed run has left
        page [options] <FILE>       show a running network in a browser: lattices,
                                    spikes, mean voltages
        help [command]              display help for command

      Examples:
        spikeloom run network.ts                        run, print a summary
        spikeloom run network.yaml --out results        and write results and pictures there
        spikeloom run results/manifest.json             repeat that run, bit for bit
        spikeloom check network.ts                      find mistakes without running
        spikeloom models                                the models of the library
        spikeloom import model.nb                       models of the .nb language as text
        spikeloom help run                              all about one command

      Exit codes: 0 done, 1 the network, its run or a file is at fault, 2 wrong usage, 3 stopped by a limit (--max-wall, --max-rate,
      --max-memory), 130 interrupted, 143 terminated; what was recorded is kept.
      "
    `);
    expect((await place.run(['run', '--help'])).stdout).toMatchInlineSnapshot(`
      "Usage: spikeloom run [options] <FILE>

      run a network, print a summary, write results

      Options:
        --dt <TIME>          step of integration, in ms or with a unit
        --seed <S>           seed of all random numbers
        --set <X=VALUE>      value of a quantity; may be given several times
        --record <WHAT>      something more to record; may be given several times
        --precision <P>      of state and arithmetic (choices: "f32", "f64")
        --out <DIR>          folder for results, their manifest and pictures
        --format <LIST>      of results: csv, npz, h5, or several of them (default:
                             csv)
        --duration <TIME>    model time to run, in ms or with a unit
        --backend <NAME>     what carries the program out (choices: "js", "wasm")
        --threads <N>        on how many threads, or 'auto' (the default)
        --save-state <FILE>  write the state at the end there
        --from-state <FILE>  start from such a state
        --max-wall <TIME>    stop after so much real time, in ms or with a unit
        --max-rate <HZ>      stop where the mean rate of a population gets higher
        --max-memory <SIZE>  stop where more memory is needed: 500MB
        --plan               print what it will take in memory, and do no more
        --json               tell how it goes in JSON, one object a line
        --timings            tell where the time went
        -h, --help           display help for command

      FILE is one of
        network.ts, .js       a module that exports a network, or a function that makes one
        network.yaml, .json   a text that describes one
        out/manifest.json     the manifest of a run: that run again, bit for bit

      --set population.quantity=VALUE or projection.quantity=VALUE; VALUE is a number, an expression (as in View.set) or a list of numbers:
        --set exc.a=0.03   --set exc.i_in='10[mV]'   --set 'exc->inh.w=uniform(0, 1)'   --set 'train.times=[5, 10]'
      --record WHAT, beside what the network records itself; @N takes one sample in N steps:
        exc.v  exc.v:mean  exc.v:mean@10  exc:spikes  exc:counts  'exc->inh.w@100'

      A module may also export 'drive(simulation)'. It is called before the run, and does things to the network while that runs:
        export function drive(simulation) {
          simulation.every(10, async () => {
            const [v] = simulation.get(cells, 'v');
            await simulation.set(cells, { i_in: v < -60 ? 10 : 0 });
          });
        }
      What it sets is in the manifest, which repeats it without the code.

      With --json, standard output is one JSON object a line, each with its "event": start (file, backend, precision, seed, dt, time, duration,
      cells, synapses, memory), warning (message), progress (time, fraction, speed, remaining), error (code, message, problems), end (end, reason,
      steps, time, elapsed, populations, out, results, state, repeated). Model times, elapsed and remaining are in ms; end is done, aborted,
      stopped, diverged or failed.

      Examples:
        spikeloom run network.ts --out results --duration 2s --seed 7
        spikeloom run network.ts --out results --format npz,h5 --record exc.v:mean@10
        spikeloom run network.ts --set exc.a=0.03 --set 'exc->inh.w=0.5' --json
        spikeloom run network.ts --save-state a.state && spikeloom run network.ts --from-state a.state
        spikeloom run network.ts --max-wall 10min --max-rate 200 --max-memory 2GB

      Exit codes: 0 done, 1 the network, its run or a file is at fault, 2 wrong usage, 3 stopped by a limit, 130 interrupted (Ctrl-C),
      143 terminated. Whatever ends a run, what was recorded is kept and the manifest says how it ended.
      "
    `);
  });

  it.each(['check', 'models', 'import', 'emit', 'plot', 'page'])('of %s has examples', async (name) => {
    expect((await place.run(['help', name])).stdout).toMatch(new RegExp(`Examples:\\n  spikeloom ${name}`));
  });

  it('tells the version', async () => {
    expect((await place.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('is shown where no command is given', async () => {
    const { code, stderr } = await place.run([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: spikeloom COMMAND [options]');
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
    [['run', 'folder']],
    [['good.ts']],
    [['chekc', 'good.ts']],
    [['run', 'good.ts', '--max-wall', '0']],
    [['run', 'good.ts', '--max-memory', '2 cups']],
    [['run', 'good.ts', '--format', 'csv,xls']],
    [['run', 'good.ts', '--format', 'csv']],
    [['run', 'good.ts', '--threads', 'many']],
    [['run', 'good.ts', '--seed', '1', '--from-state', 'notes.txt']],
    [['emit', 'good.ts']],
    [['models', 'izhikevitch']],
    [['models', '--picture', 'x.svg']],
    [['models', 'izhikevich', '--picture', 'x.gif']],
    [['plot', 'missing']],
    [['plot', '.', '--only', 'rasters']],
  ])('%j', async (args) => {
    place.file('good.ts', GOOD);
    place.file('notes.txt', 'none');
    place.file('folder/manifest.json', '{}');
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

  it('is said where it can be made by nobody', async () => {
    place.file('good.ts', GOOD);
    expect(await failure('run', 'good.ts', '--out', '/proc/results/deep')).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [input-output]: can't write /proc/results/deep: ENOENT: no such file or directory, mkdir '/proc/results'
        Choose another folder, or change its permissions.
      "
    `);
    expect((await failure('run', 'good.ts', '--save-state', 'good.ts/x.state')).replaceAll(place.path, '')).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [input-output]: can't write good.ts: ENOTDIR: not a directory, access '/good.ts/.'
        Choose another folder, or change its permissions.
      "
    `);
  });

  it('nothing half-written is left where a file of it can not be replaced', async () => {
    place.file('good.ts', GOOD);
    place.file('results/spikes.csv/in-the-way', '');
    const { code, stderr } = await place.run(['run', 'good.ts', '--out', 'results']);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/results\.[\w.-]+\.partial/g, 'results.#.partial')).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: can't remove results/spikes.csv: Path is a directory: rm returned EISDIR (is a directory) results/spikes.csv
        Choose another folder, or change its permissions. What was recorded is kept in results/results.#.partial: readResults('results') reads it, 'spikeloom salvage results' or salvageResults('results') makes files of it.
      "
    `);
    const partial = expect.stringMatching(/^results\..*\.partial$/);
    expect(place.list('results')).toEqual(['manifest.json', 'raster.svg', partial, 'spikes.csv']);
    expect(JSON.parse(place.read('results/manifest.json')).run).toMatchObject({ end: 'failed', steps: 10 });
  });

  it.skipIf(process.getuid?.() === 0)('obeys permissions', async () => {
    place.file('good.ts', GOOD);
    place.file('locked/file', '');
    chmodSync(join(place.path, 'locked'), 0o555);
    expect(await failure('run', 'good.ts', '--out', 'locked')).toContain('EACCES');
    chmodSync(join(place.path, 'locked'), 0o755);
  });
});
