import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { defineNeuron, quantity } from '../src/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter((m) => m[1] === language).map((m) => m[2]);
}

/** Runs a block in a file of its own within this package, where 'spikeloom' is the built package itself. */
async function output(block: string): Promise<string> {
  const folder = mkdtempSync(join(ROOT, '.readme-'));
  try {
    const { code } = await transform(block, { loader: 'ts', format: 'esm' });
    const file = join(folder, 'block.mjs');
    writeFileSync(file, code);
    return (await promisify(execFile)(process.execPath, [file])).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the README', () => {
  it('has a network that runs and spikes', async () => {
    expect(await output(blocks('ts')[0])).toMatch(/^[1-9]\d* spikes\n$/);
  });

  it('has a model of one’s own that fires', async () => {
    const use = `
      import { Network, simulate } from 'spikeloom';
      const network = new Network({ duration: 200 });
      const cell = network.population('cell', quadratic({ drive: 30 }), 1);
      network.recordSpikes(cell);
      const simulation = await simulate(network);
      await simulation.run();
      console.log(simulation.recordings.spikes(cell).times.length);`;
    expect(Number(await output(blocks('ts')[1] + use))).toBeGreaterThan(5);
  });

  it('shows an error as it comes', () => {
    const lif = () =>
      defineNeuron({
        name: 'lif',
        quantities: { v: quantity(-70, 'mV'), v_rest: quantity(-70, 'mV'), tau: quantity(10, 'ms'), i_in: quantity(0, 'pA') },
        equations: 'dv/dt = (v_rest - v + i_in) / tau',
      });
    expect(lif).toThrow(blocks('text')[0].split(': ').slice(1).join(': ').trimEnd());
  });

  it('gives exactly two commands to begin with', () => {
    expect(blocks('sh')).toEqual(['npm install && npm start\n', 'npm install && npm test\n']);
  });
});
