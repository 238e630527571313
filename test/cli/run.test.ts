import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDLESS, EXPLODING, PAIR, timeless } from './networks.ts';
import { Workplace } from './support.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

describe('spikeloom run', () => {
  it('runs a TypeScript network, prints a summary and writes its files', async () => {
    const { code, stdout, stderr } = await place.run(['run', place.file('pair.ts', PAIR), '--out', 'results']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(timeless(stdout)).toMatchInlineSnapshot(`
      "50 ms of model time in # ms (# x real time), wasm f32, seed 3
      8 cells, 12 synapses

        population   cells   model        spikes       rate
        driver           2   izhikevich        8   80.00 Hz
        follower     2 x 3   izhikevich        -          -

      Written to results: spikes.csv, traces.csv, results.json, raster.svg, means.svg, traces.svg, manifest.json
      "
    `);
    expect(place.list('results')).toEqual(['manifest.json', 'means.svg', 'raster.svg', 'results.json', 'spikes.csv', 'traces.csv', 'traces.svg']);
    expect(place.list()).toEqual(['pair.ts', 'results']);
    expect(place.read('results/spikes.csv').split('\n').slice(0, 3)).toMatchInlineSnapshot(`
      [
        "population,cell,time_ms",
        "driver,0,2",
        "driver,1,2",
      ]
    `);
    const rows = place.read('results/traces.csv').trimEnd().split('\n');
    expect(rows).toHaveLength(1 + 50 * 2 + 50);
    expect([rows[0], rows[1], rows[2], rows[101]]).toMatchInlineSnapshot(`
      [
        "population,quantity,unit,cell,time_ms,value",
        "driver,v,mV,0,1,-46.464146",
        "driver,v,mV,1,1,-47.27336",
        "follower,v,mV,mean,1,-57.157020568847656",
      ]
    `);
  });

  it('warns before the run of the network, behind it of its duration, of each once', async () => {
    const coupled = PAIR.replace('izhikevich(), { rows', 'izhikevich({ g_gap: 20 }), { rows');
    const { code, stderr } = await place.run(['run', place.file('pair.ts', coupled), '--duration', '0.33']);
    expect(code).toBe(0);
    expect(stderr).toMatchInlineSnapshot(`
      "warning: cell 0 is coupled too strongly for a step of 0.1 ms: dt * sum of g / c is 4, above 1, for v through 'driver->follower'
        in network > population 'follower' > model 'izhikevich' > dv/dt
        It overshoots the cells that it is coupled to. Take dt at most 0.025 ms, couple more weakly, or divide by the number of synapses: normalize: 'mean'.
      warning: the duration is 0.33 ms, no multiple of dt: it counts as 3 steps of 0.1 ms, 0.3 ms
        Give a multiple of dt, or take another dt.
      "
    `);
  });

  it('writes nothing where no folder is named', async () => {
    const { code, stdout } = await place.run(['run', place.file('pair.ts', PAIR)]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('Written');
    expect(place.list()).toEqual(['pair.ts']);
  });

  it('writes the manifest alone where nothing is recorded', async () => {
    const code = "import { Network } from 'spikeloom';\nexport const quiet = new Network();\n";
    const { stdout } = await place.run(['run', place.file('quiet.js', code), '--out', 'results', '--duration', '1']);
    expect(stdout).toContain('Written to results: manifest.json\n');
    expect(place.list('results')).toEqual(['manifest.json']);
  });

  it('gives the same files for the same seed, whatever the backend, and others for another', async () => {
    place.file('pair.ts', PAIR);
    const results = async (folder: string, ...flags: string[]): Promise<string[]> => {
      expect((await place.run(['run', 'pair.ts', '--out', folder, ...flags])).code).toBe(0);
      return place
        .list(folder)
        .filter((name) => name !== 'manifest.json')
        .map((name) => place.read(`${folder}/${name}`));
    };
    const seven = await results('seven', '--seed', '7');
    expect(await results('again', '--seed', '7')).toEqual(seven);
    expect(await results('js', '--seed', '7', '--backend', 'js')).toEqual(seven);
    expect(await results('own')).not.toEqual(seven);
    expect(await results('three', '--seed', '3')).toEqual(await results('own'));
    const double = await results('f64', '--seed', '7', '--precision', 'f64');
    expect(double).not.toEqual(seven);
    expect(await results('js f64', '--seed', '7', '--precision', 'f64', '--backend', 'js')).toEqual(double);
  });

  it('runs as long as --duration says and tells where the time went with --timings', async () => {
    const { stdout } = await place.run(['run', place.file('pair.ts', PAIR), '--duration', '12.5', '--timings']);
    expect(timeless(stdout)).toMatchInlineSnapshot(`
      "12.5 ms of model time in # ms (# x real time), wasm f32, seed 3
      8 cells, 12 synapses

        population   cells   model        spikes        rate
        driver           2   izhikevich        5   200.00 Hz
        follower     2 x 3   izhikevich        -           -


        start of the program # ms
        network file to JavaScript # ms
        model text to network # ms
        network to program # ms
        program to machine code # ms
        initial values # ms
        = model text to first step # ms
        run # ms
        results # ms
        = whole process so far # ms

      Threads: 1, since a step takes some 0.0 µs, 8 cells x 2.0 ns + 0 events x 3 ns + 0 sums x 0.5 ns; from 40 µs on, more are tried
      "
    `);
  });

  it('finds what the file imports: beside it, and packages', async () => {
    place.file('node_modules/currents/package.json', '{ "name": "currents", "type": "module", "main": "index.js" }');
    place.file('node_modules/currents/index.js', 'export const weak = 5;');
    place.file('parts/strong.ts', 'export const strong: number = 20;');
    place.file('shape.json', '{ "size": 4 }');
    const code = `
      import { readFileSync } from 'node:fs';
      import { weak } from 'currents';
      import { Network } from 'spikeloom';
      import { izhikevich } from 'spikeloom/models';
      import { strong } from './parts/strong.ts';
      const { size } = JSON.parse(readFileSync(new URL('./shape.json', import.meta.url), 'utf8'));
      const network = new Network({ duration: 1 });
      network.population('cells', izhikevich({ i_in: weak + strong }), size);
      export default async () => network;
      export const other = 1;
    `;
    const { code: exit, stdout, stderr } = await place.run(['run', place.file('main.ts', code)]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('4 cells, 0 synapses');
  });

  it('of several exports, the one called as its file', async () => {
    const code = `
      import { Network } from 'spikeloom';
      import { izhikevich } from 'spikeloom/models';
      const of = (size: number) => {
        const network = new Network({ duration: 1 });
        network.population('cells', izhikevich(), size);
        return network;
      };
      export const measure = () => of(1);
      export const ring = () => of(7);
    `;
    const { code: exit, stdout, stderr } = await place.run(['run', place.file('ring.ts', code)]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('7 cells, 0 synapses');
  });
});

describe('a run that ends early', () => {
  it('keeps what was recorded before a value was no longer finite', async () => {
    const { code, stdout, stderr } = await place.run(['run', place.file('bomb.ts', EXPLODING), '--out', 'results']);
    expect(code).toBe(1);
    expect(stderr).toMatchInlineSnapshot(`
      "SpikeloomError [diverged]: the value is no longer finite at t = 7 ms
        in network > population 'cells' > cell 0 > quantity 'v'
        What was recorded until then is kept. Take a smaller dt, weaker coupling, or another integrator.
      "
    `);
    expect(stdout).toContain('Written to results: traces.csv, results.json, traces.svg, manifest.json\n');
    expect(place.read('results/traces.csv')).toMatchInlineSnapshot(`
      "population,quantity,unit,cell,time_ms,value
      cells,v,mV,0,1,6
      cells,v,mV,1,1,6
      cells,v,mV,0,2,42
      cells,v,mV,1,2,42
      cells,v,mV,0,3,1806
      cells,v,mV,1,3,1806
      cells,v,mV,0,4,3263442
      cells,v,mV,1,4,3263442
      cells,v,mV,0,5,10650057000000
      cells,v,mV,1,5,10650057000000
      cells,v,mV,0,6,1.1342372e+26
      cells,v,mV,1,6,1.1342372e+26
      cells,v,mV,0,7,Infinity
      cells,v,mV,1,7,Infinity
      "
    `);
    expect(place.read('results/traces.svg')).not.toMatch(/NaN|Infinity/);
  });

  it('keeps what was recorded before Ctrl-C', async () => {
    const { code, stdout, stderr } = await place.run(['run', place.file('endless.ts', ENDLESS), '--out', 'results'], 'running');
    expect(code).toBe(130);
    expect(stderr).toContain('stopping; what was recorded is kept');
    expect(stdout).toMatch(/^\d[\d.]* ms of model time, then stopped, in /);
    expect(place.list('results')).toEqual(['manifest.json', 'means.svg', 'raster.svg', 'results.json', 'spikes.csv', 'traces.csv']);
    const last = place.read('results/spikes.csv').trimEnd().split('\n').at(-1) ?? '';
    expect(Number(last.split(',')[2])).toBeGreaterThan(0);
  });

  it('ends in the same way when it is terminated', async () => {
    const { code, stdout } = await place.run(['run', place.file('endless.ts', ENDLESS), '--out', 'results'], 'running', 'SIGTERM');
    expect(code).toBe(143);
    expect(stdout).toContain('ms of model time, then stopped, in ');
    expect(JSON.parse(place.read('results/manifest.json')).run).toMatchObject({ end: 'aborted' });
  });

  it('leaves at once at the second Ctrl-C', async () => {
    // The second comes while the first is being handled.
    const again = "let first = true; process.on('SIGINT', () => { if (first) { first = false; process.emit('SIGINT'); } });";
    const twice = ENDLESS.replace('setTimeout', `${again} setTimeout`);
    const { code, stdout } = await place.run(['run', place.file('endless.ts', twice), '--out', 'results'], 'running');
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(place.exists('results/spikes.csv')).toBe(false);
  });
});
