import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SimulateOptions } from 'spikeloom';
import { UsageError } from './help.ts';
import type { StandardOptions } from './networks/variant.ts';
import type { BenchOptions } from './options.ts';
import { STANDARD } from './standardNetworks.ts';

/** What a process of its own is to run. */
export interface RunRequest extends Pick<SimulateOptions, 'backend' | 'precision' | 'threads'>, Pick<StandardOptions, 'variant' | 'seed'> {
  readonly name: string;
  /** The network's own size where not given. */
  readonly n?: number;
  /** Of model time. */
  readonly seconds: number;
}

/** What it says about that; times in s. */
export interface OneRun {
  readonly compile: number;
  readonly build: number;
  /** Per second of model time. */
  readonly loop: number;
  readonly threads: number;
  readonly spikes: number;
  readonly cells: number;
  readonly synapses: number;
  readonly synapseBytes: number;
  readonly peak: number;
}

/** As the peer script prints it, and some more. */
export interface StandardFigures {
  readonly simulator: string;
  readonly network: string;
  readonly n: number;
  readonly threads: number;
  readonly precision: string;
  readonly compile_s: number;
  readonly loop_s_per_model_s: readonly number[];
  readonly process_s: readonly number[];
  readonly spikes: number;
  readonly rate_hz: number;
  readonly build_s: number;
  readonly synapses: number;
  readonly bytes_per_synapse: number;
  readonly peak_bytes: number;
}

/** A run of the bench that came to nothing, for a reason that the user can mend. */
export class BenchError extends Error {}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Runs a standard network in processes of its own, one after the other.
 *
 * @throws UsageError where there is no such network; BenchError where the simulator refuses it
 */
export function benchStandard({ names, n, seconds = 1, repeat = 3, ...options }: BenchOptions): StandardFigures {
  const [name] = names;
  if (names.length !== 1) throw new UsageError(`there is no bench '${names.join(' ')}'.`);
  const { backend = 'wasm', precision = 'f32', threads = 1, variant = 'peer', seed } = options;
  const request: RunRequest = {
    name,
    seconds,
    backend,
    precision,
    threads,
    variant,
    ...(n !== undefined && { n }),
    ...(seed !== undefined && { seed }),
  };
  const runs: OneRun[] = [];
  const processes: number[] = [];
  for (let i = 0; i < repeat; i++) {
    const begin = performance.now();
    runs.push(runOnce(request));
    processes.push((performance.now() - begin) / 1000);
  }
  const { spikes, cells, synapses, synapseBytes } = runs[0];
  return {
    simulator: `spikeloom ${version()} ${backend}`,
    network: name,
    n: n ?? cells,
    threads,
    precision,
    compile_s: rounded(median(runs.map((run) => run.compile))),
    loop_s_per_model_s: runs.map((run) => rounded(run.loop)),
    process_s: processes.map(rounded),
    spikes,
    rate_hz: rounded(spikes / cells / seconds),
    build_s: rounded(median(runs.map((run) => run.build))),
    synapses,
    bytes_per_synapse: rounded(synapseBytes / synapses),
    peak_bytes: Math.max(...runs.map((run) => run.peak)),
  };
}

/** @throws UsageError where there is no such network; BenchError where the simulator refuses it */
export function runOnce(request: RunRequest): OneRun {
  if (!Object.hasOwn(STANDARD, request.name)) throw new UsageError(`there is no bench '${request.name}'.`);
  const args = ['--import', at('../scripts/registerTypeScript.mjs'), at('process.ts'), JSON.stringify(request)];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new BenchError(stderr.trim());
  return JSON.parse(stdout) as OneRun;
}

export function standardText(figures: StandardFigures): string {
  const { simulator, network, n, threads, precision, loop_s_per_model_s: loops, process_s: processes, ...rest } = figures;
  const row = (name: string, value: string): string => `${name.padEnd(24)} ${value}\n`;
  const spread = (values: readonly number[]): string =>
    `${median(values).toFixed(3)}  (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)})`;
  return [
    `${network}, n ${n}, ${simulator} ${precision}, ${threads} thread${threads === 1 ? '' : 's'}, medians of ${loops.length} (min to max)\n`,
    row('s a s of model time', spread(loops)),
    row('s the whole process', spread(processes)),
    row('s model text to program', rest.compile_s.toFixed(3)),
    row('s making synapses', `${rest.build_s.toFixed(3)}  (${((rest.build_s / rest.synapses) * 1e9).toFixed(0)} ns a synapse)`),
    row('synapses', `${rest.synapses}  (${rest.bytes_per_synapse.toFixed(2)} bytes each)`),
    row('MB of memory at most', (rest.peak_bytes / 1e6).toFixed(0)),
    row('spikes', `${rest.spikes}  (${rest.rate_hz.toFixed(2)} Hz)`),
  ].join('');
}

function version(): string {
  return (JSON.parse(readFileSync(at('../package.json'), 'utf8')) as { readonly version: string }).version;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
