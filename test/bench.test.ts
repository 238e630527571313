import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pythonHas } from './support/python.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', './scripts/registerTypeScript.mjs', 'bench/main.ts', ...args], { cwd: ROOT });

it('the lattice bench prints its figures as one JSON object', async () => {
  const { stdout } = await bench('lattice', '--n', '64', '--repeat', '1', '--precision', 'f64', '--json');
  expect(JSON.parse(stdout)).toEqual({
    ns_per_synapse_step: expect.any(Number),
    ns_per_neuron_step: expect.any(Number),
    backend: 'wasm',
    precision: 'f64',
  });
});

it.skipIf(!pythonHas('numpy', 'h5py')).each(['npz', 'h5'])('the recording bench verifies what it wrote as %s', async (format) => {
  const { stdout } = await bench('recording', '--n', '200', '--seconds', '1', '--format', format, '--json');
  const figures = JSON.parse(stdout) as Record<string, unknown>;
  expect(figures).toMatchObject({ cells: 200, seconds: 1, format });
  expect(figures.spikes).toBeGreaterThan(500);
});

it('the bench refuses what it does not know with code 2', async () => {
  await expect(bench('latice')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('npm run bench -- lattice') });
  await expect(bench('recording', '--format', 'xls')).rejects.toMatchObject({ code: 2 });
  await expect(bench('lattice', '--n', '10')).rejects.toMatchObject({ code: 2 });
});
