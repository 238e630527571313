import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ratioOf } from '../bench/peers.ts';
import type { ScalingFigures } from '../bench/scaling.ts';
import { judge } from '../bench/statistics.ts';
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

describe('standard networks', () => {
  it('print their figures as the peer does, and how the synapses were made', async () => {
    const { stdout } = await bench('izh', '--n', '200', '--seconds', '0.2', '--repeat', '2', '--precision', 'f64', '--json');
    const figures = JSON.parse(stdout) as Record<string, unknown>;
    expect(figures).toMatchObject({ network: 'izh', n: 200, threads: 1, precision: 'f64', synapses: 40_000 });
    expect(figures.simulator).toMatch(/^spikeloom \d+\.\d+\.\d+ wasm$/);
    expect(figures.loop_s_per_model_s).toEqual([expect.any(Number), expect.any(Number)]);
    expect(figures.process_s).toHaveLength(2);
    for (const name of ['compile_s', 'build_s', 'peak_bytes']) expect(figures[name], name).toBeGreaterThan(0);
    // A target and a weight of its own each, and the tables.
    expect(figures.bytes_per_synapse).toBeGreaterThan(10);
    expect(figures.bytes_per_synapse).toBeLessThan(11.5);
    expect(figures.rate_hz).toBeCloseTo((figures.spikes as number) / 200 / 0.2, 3);
    expect(figures.spikes).toBeGreaterThan(50);
  });

  it('give the same spikes on js, f32', async () => {
    const spikes = async (backend: string, ...more: string[]) => {
      const { stdout } = await bench('stdp', '--n', '3', '--seconds', '0.1', '--repeat', '1', '--backend', backend, '--json', ...more);
      return (JSON.parse(stdout) as { readonly spikes: number }).spikes;
    };
    const [js, wasm, other] = await Promise.all([spikes('js'), spikes('wasm'), spikes('wasm', '--seed', '7')]);
    expect(js).toBe(wasm);
    expect(other).not.toBe(wasm);
    expect(js).toBeGreaterThan(0);
  });

  it('have the statistics of NEST: integrate-and-fire cells coupled by currents', async () => {
    const { stdout } = await bench('--statistics', 'cuba', '--seeds', '1');
    expect(stdout).toMatch(/^cuba: means over seeds 1\n/);
    expect(stdout.match(/ inside$/gm)).toHaveLength(8);
  });
});

it('several threads, and those of auto, are compared with one', async () => {
  const { stdout } = await bench('--scaling', 'stdp', '--n', '20', '--seconds', '0.1', '--repeat', '3', '--json');
  const figures = JSON.parse(stdout) as ScalingFigures;
  expect(figures).toMatchObject({ network: 'stdp', threads: 2, precision: 'f32', autoThreads: 1 });
  for (const times of [figures.one, figures.several, figures.auto]) expect(times.filter((s) => s > 0)).toHaveLength(3);
  const ratios = figures.several.map((s, i) => s / figures.one[i]).sort((a, b) => a - b);
  expect(figures.ratio).toBe(ratios[1]);
});

it('a statistic outside its band is told from one inside', () => {
  const figure = { mean: 5, sd: 1, band: [4, 6] } as const;
  const reference = { populations: { E: { rate_hz: figure, corr: figure } } };
  const result = (rate_hz: number, corr: number) => ({ E: { rate_hz, corr, cv_isi: 0, count_fano: 0 } });
  const told = judge(reference, [result(3, 6.5), result(5, 6.5)]).map(({ statistic, mean, inside }) => [statistic, mean, inside]);
  expect(told).toEqual([
    ['rate_hz', 4, true],
    ['corr', 6.5, false],
  ]);
  expect(judge(reference, []).every((verdict) => !verdict.inside)).toBe(true);
});

it('ratios to the peer are those of runs side by side', () => {
  expect(ratioOf({ ours: [1, 2, 4], theirs: [3, 4, 20] })).toEqual({ median: 3, min: 2, max: 5 });
});

it('the bench refuses what it does not know with code 2', async () => {
  const refused = async (said: string, ...args: string[]) =>
    expect(bench(...args), args.join(' ')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  await Promise.all([
    refused('npm run bench -- lattice', 'latice'),
    refused("--format is 'xls': choose one of csv, npz, h5.", 'recording', '--format', 'xls'),
    refused("--n is '10': a lattice takes a square number.", 'lattice', '--n', '10'),
    refused("--repeat is '0': give a whole number above 0.", 'cuba', '--repeat', '0'),
    refused("there is no reference for 'izh': choose of cuba, coba, cobahh, brunel, pd14.", '--statistics', 'izh'),
    refused("there is no bench 'cubb'.", '--scaling', 'cubb'),
    refused('--scaling takes no --backend: it takes --n, --threads, --seconds, --precision, --repeat, --json.', '--scaling', '--backend', 'js'),
    refused('--n is one network’s: name it.', '--scaling', '--n', '50'),
    refused('--peers takes no --threads', '--peers', 'cuba', '--threads', '2'),
    refused('lattice takes no --seconds', 'lattice', '--seconds', '3'),
    refused('cuba takes no --seeds', 'cuba', '--seeds', '3'),
    refused('there is no reference for cuba with 50 cells, but for pd14 with 77169.', '--statistics', 'cuba', '--n', '50'),
    refused('choose one of --statistics, --peers and --scaling.', '--scaling', '--peers'),
    refused("the peer has no 'pd14': choose of cuba, coba, cobahh, brunel, izh, stdp.", '--peers', 'pd14'),
  ]);
});

it('threads that the engine has not are refused by it', async () => {
  await expect(bench('izh', '--n', '10', '--threads', '2', '--backend', 'js')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("threads is 2, but the backend 'js' runs a network on one thread"),
  });
});
