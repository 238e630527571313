import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleIn, spikeloom, temporaryFolder } from './support.ts';

const NETWORK = `
import { Network } from 'spikeloom';
import { izhikevich } from 'spikeloom/models';
export function two(): Network {
  const network = new Network({ dt: 1, seed: 5, duration: 100 });
  const cells = network.population('cells', izhikevich({ i_in: 10 }), 3).set({ v: 'uniform(-65, -50)' });
  return network.record(cells, 'v').record(cells, 'v', { mean: true }).recordSpikes(cells);
}
`;

describe('spikeloom run', () => {
  it('writes what was recorded and says where', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await spikeloom(['run', moduleIn(folder, 'net.ts', NETWORK), '--out', out]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^100 ms of model time in .* ms, .* x real time; wasm f32, seed 5\n {2}cells +3 {2}izhikevich {2}\d+ spikes/);
    expect(stdout).toContain(`written to ${out}/: spikes.csv, traces.csv, mean-voltage.svg, traces.svg, raster.svg`);
    expect(readdirSync(out).sort()).toEqual(['mean-voltage.svg', 'raster.svg', 'spikes.csv', 'traces.csv', 'traces.svg']);
    const spikes = readFileSync(join(out, 'spikes.csv'), 'utf8').split('\n');
    expect(spikes[0]).toBe('population,cell,time_ms');
    expect(spikes[1]).toMatch(/^cells,[012],\d+$/);
    const traces = readFileSync(join(out, 'traces.csv'), 'utf8').trim().split('\n');
    expect(traces).toHaveLength(1 + 300 + 100);
    expect(traces[1]).toMatch(/^cells,v,mV,0,1,-\d+\.\d+$/);
    expect(readFileSync(join(out, 'raster.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(readdirSync(folder).sort()).toEqual(['net.ts', 'out']);
  });

  it('gives the same files for equal seeds on js and wasm, others for other seeds', async () => {
    const folder = temporaryFolder();
    const file = moduleIn(folder, 'net.ts', NETWORK);
    const traces = async (...flags: string[]): Promise<string> => {
      const out = join(folder, flags.join(''));
      expect((await spikeloom(['run', file, '--out', out, ...flags])).code).toBe(0);
      return readFileSync(join(out, 'traces.csv'), 'utf8');
    };
    const wasm = await traces('--seed', '9', '--backend', 'wasm');
    expect(await traces('--seed', '9', '--backend', 'js')).toBe(wasm);
    expect(await traces('--seed', '10', '--backend', 'wasm')).not.toBe(wasm);
    expect(await traces('--seed', '9', '--precision', 'f64')).not.toBe(wasm);
  });

  it('prints where the time went', async () => {
    const folder = temporaryFolder();
    const { stdout } = await spikeloom(['run', moduleIn(folder, 'net.ts', NETWORK), '--timings', '--duration', '10']);
    expect(stdout).toMatch(/^10 ms of model time/);
    for (const row of ['network to program', 'program to machine', 'text to first step', 'run'])
      expect(stdout).toMatch(new RegExp(`${row} +[\\d.]+ ms`));
  });

  it('stops at Ctrl-C, keeps what was recorded, and exits with 130', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const endless = `
      import { Network } from 'spikeloom';
      import { izhikevich } from 'spikeloom/models';
      const network = new Network({ dt: 1, duration: 1e8 });
      const cells = network.population('cells', izhikevich({ i_in: 10 }), 20000);
      export default network.recordSpikes(cells.slice(0, 3));`;
    const file = moduleIn(folder, 'net.ts', endless);
    const { code, stdout, stderr } = await spikeloom(['run', file, '--out', out], { interruptAfter: 1500 });
    expect(stderr).toContain('stopping; once more to stop at once');
    expect(stdout).toContain('(stopped)');
    expect(code).toBe(130);
    expect(readFileSync(join(out, 'spikes.csv'), 'utf8').split('\n').length).toBeGreaterThan(10);
  });

  it('keeps what was recorded before a value stops being finite', async () => {
    const folder = temporaryFolder();
    const file = moduleIn(
      folder,
      'net.ts',
      `import { defineNeuron, Network, quantity } from 'spikeloom';
       const runaway = defineNeuron({ name: 'runaway', quantities: { v: quantity(1, 'mV', 'voltage'), k: quantity(1, '1/(mV*ms)', 'growth') }, equations: 'dv/dt = k * v^2' });
       const network = new Network({ dt: 0.1, duration: 100 });
       export default network.record(network.population('cells', runaway(), 2), 'v');`,
    );
    const { code, stdout, stderr } = await spikeloom(['run', file, '--out', join(folder, 'out')]);
    expect(code).toBe(1);
    expect(stderr).toMatchInlineSnapshot(`
      "SpikeloomError [diverged]: the value is no longer finite at t = 1.9000000000000001 ms
        in network > population 'cells' > cell 0 > quantity 'v'
        What was recorded until then is kept. Take a smaller dt, weaker coupling, or another integrator.
      "
    `);
    expect(stdout).toContain('ms of model time');
    expect(readFileSync(join(folder, 'out', 'traces.csv'), 'utf8').split('\n').length).toBeGreaterThan(20);
  });
});

describe('wrong usage', () => {
  it('shows help and version', async () => {
    const help = await spikeloom(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('spikeloom run network.ts');
    expect((await spikeloom(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['run'], "error: missing required argument 'FILE'\n"],
    [['run', 'x.ts', '--speed'], "error: unknown option '--speed'\n(Did you mean --seed?)\n"],
    [['run', 'x.ts', '--backend', 'gpu'], "error: option '--backend <NAME>' argument 'gpu' is invalid. Allowed choices are js, wasm.\n"],
    [['run', 'x.ts', '--seed', 'one'], "error: option '--seed <S>' argument 'one' is invalid. Give a whole number, at least 0.\n"],
    [
      ['run', 'missing.ts'],
      'SpikeloomError [usage]: there is no file missing.ts\n  Give a TypeScript or JavaScript module that exports a network.\n',
    ],
  ])('%j exits with 2', async (args, message) => {
    const { code, stdout, stderr } = await spikeloom(args);
    expect(stderr).toBe(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    ['export const a = 1 +;', 'SpikeloomError [usage]: Unexpected ";"\n  in net.ts:1:21\n    export const a = 1 +;\n                        ^\n'],
    [
      'export const a = 1;',
      'SpikeloomError [usage]: net.ts exports no network\n  Export one network, or a function that makes one; with several exports make it the default.\n',
    ],
    [
      'export const a = () => 1, b = () => 2;',
      'SpikeloomError [usage]: net.ts exports a, b: which one?\n  Export one network, or a function that makes one; with several exports make it the default.\n',
    ],
    [
      'export default () => 1;',
      "SpikeloomError [usage]: net.ts exports something that is not a network\n  Export what 'new Network()' makes, or a function that returns it.\n",
    ],
  ])('a module that says %j', async (code, message) => {
    const folder = temporaryFolder();
    moduleIn(folder, 'net.ts', code);
    const outcome = await spikeloom(['run', 'net.ts', '--out', 'out'], { cwd: folder });
    expect(outcome.stderr).toBe(message);
    expect(outcome.code).toBe(2);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('a network at fault exits with 1 and leaves nothing', async () => {
    const folder = temporaryFolder();
    moduleIn(folder, 'net.ts', NETWORK.replace('i_in: 10', 'i_inn: 10'));
    const { code, stderr } = await spikeloom(['run', 'net.ts', '--out', 'out'], { cwd: folder });
    expect(stderr).toContain("SpikeloomError [unknown-name]: 'i_inn' is not a quantity\n  in model 'izhikevich'\n  Did you mean 'i_in'?");
    expect(code).toBe(1);
    expect(readdirSync(folder)).toEqual(['net.ts']);
  });

  it('a folder that can’t be written is refused before the run', async () => {
    const folder = temporaryFolder();
    const file = moduleIn(folder, 'net.ts', NETWORK);
    writeFileSync(join(folder, 'taken'), 'a file');
    const { code, stdout, stderr } = await spikeloom(['run', file, '--out', join(folder, 'taken')]);
    expect(stderr.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: can't write FOLDER/taken: EEXIST: file already exists, mkdir 'FOLDER/taken'
        in results
        Choose another folder with --out, or change its permissions.
      "
    `);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['net.ts', 'taken']);
  });
});
