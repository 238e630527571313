import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOOP, PAIR } from './networks.ts';
import { Workplace } from './support.ts';

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

describe('spikeloom plot', () => {
  it('draws what the run drew, from each format', async () => {
    await output('run', place.file('pair.ts', PAIR), '--out', 'results', '--format', 'csv,npz,h5', '--record', 'follower.v@100');
    expect(place.list('results')).toEqual(expect.arrayContaining(['results.npz', 'results.h5', 'spikes.csv']));
    const drawn = place.list('results').filter((name) => name.endsWith('.svg'));
    expect(drawn).toEqual(['lattice-follower-v.svg', 'means.svg', 'raster.svg', 'traces.svg']);
    // The last spike comes before the end of the run, at 50 ms.
    expect(place.read('results/spikes.csv').trim().split('\n').at(-1)).toBe('driver,0,35.6');
    expect(place.read('results/raster.svg')).toContain('>50<');
    expect(await output('plot', 'results', '--out', 'folder')).toBe('Written to folder: raster.svg, means.svg, traces.svg, lattice-follower-v.svg\n');
    for (const [path, out] of [
      ['results/results.npz', 'npz'],
      ['results/results.h5', 'h5'],
    ])
      await output('plot', path, '--out', out);
    for (const name of drawn) {
      for (const out of ['folder', 'npz', 'h5']) expect(place.read(`${out}/${name}`) === place.read(`results/${name}`), `${out} ${name}`).toBe(true);
    }
  });

  it('draws some pictures, dark, as PNG', async () => {
    await output('run', place.file('pair.ts', PAIR), '--out', 'results', '--format', 'npz');
    expect(await output('plot', 'results', '--only', 'raster,means', '--png', '--theme', 'dark', '--out', 'png')).toBe(
      'Written to png: raster.png, means.png\n',
    );
    expect(readFileSync(join(place.path, 'png/raster.png')).subarray(1, 4).toString()).toBe('PNG');
  });

  it('draws what a killed run has written, and says where there is nothing to draw', async () => {
    const endless = LOOP.replace('duration: 100', 'duration: 1e7');
    // Results are on the disk after two seconds.
    const begin = performance.now();
    const isTime = (text: string): boolean => text.length > 1000 && performance.now() - begin > 4000;
    await place.kill(['run', place.file('loop.ts', endless), '--out', 'killed'], isTime, 'killed/journal.jsonl.partial');
    const { code, stdout } = await place.run(['plot', 'killed', '--only', 'raster']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Written to killed: raster.svg\n' });
    const none = await place.run(['plot', 'killed', '--only', 'synapses']);
    expect(`exit code ${none.code}\n${none.stderr}`).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [invalid-value]: nothing of synapses is recorded in killed
        Record it in the run: raster shows spikes, means shows means, traces shows traces of cells, synapses shows quantities of synapses over time, histograms shows how quantities of synapses are spread, lattice shows the last sample of a lattice, spike-counts shows spikes of each cell of a lattice, phase-plane shows one quantity over another.
      "
    `);
    expect(await output('salvage', 'killed', '--format', 'npz')).toBe('Written to killed: results.npz\n');
    expect(await output('plot', 'killed/results.npz', '--only', 'raster', '--out', 'again')).toBe('Written to again: raster.svg\n');
    expect(place.read('again/raster.svg')).toBe(place.read('killed/raster.svg'));
    const gone = await place.run(['salvage', 'killed']);
    expect(`exit code ${gone.code}\n${gone.stderr}`).toContain('no run has left anything in');
  }, 60_000);
});
