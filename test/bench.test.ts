import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', './scripts/registerTypeScript.mjs', 'bench/main.ts', ...args], { cwd: ROOT });

it('the lattice bench prints its figures as one JSON object', async () => {
  const { stdout } = await bench('lattice', '--n', '64', '--repeats', '1', '--precision', 'f64', '--json');
  expect(JSON.parse(stdout)).toEqual({
    ns_per_synapse_step: expect.any(Number),
    ns_per_neuron_step: expect.any(Number),
    backend: 'wasm',
    precision: 'f64',
  });
});

it('the bench refuses what it does not know with code 2', async () => {
  await expect(bench('latice')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('npm run bench -- lattice') });
  await expect(bench('lattice', '--n', '10')).rejects.toMatchObject({ code: 2 });
});
