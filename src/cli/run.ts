import { performance } from 'node:perf_hooks';
import { decimal } from '../core/decimal.ts';
import { SpikeloomError } from '../core/error.ts';
import { spikesCsv, tracesCsv } from '../io/csv.ts';
import { ResultFolder } from '../io/files.ts';
import type { Precision } from '../ir/expr.ts';
import type { NetworkDef } from '../network/definition.ts';
import { type BackendName, type RunResult, type Simulation, simulate } from '../simulation/simulation.ts';
import { loadNetwork } from './loadNetwork.ts';
import { ProgressLine } from './progress.ts';

export interface RunFlags {
  readonly out?: string;
  readonly seed?: number;
  readonly backend?: BackendName;
  readonly precision?: Precision;
  readonly duration?: number;
  readonly timings?: boolean;
}

/** `spikeloom run FILE`: runs a network, prints a summary, writes results. Answers the exit code. */
export async function run(file: string, flags: RunFlags): Promise<number> {
  const begin = performance.now();
  const network = await loadNetwork(file);
  const def: NetworkDef = { ...network.def, ...(flags.seed !== undefined && { seed: flags.seed }) };
  const loaded = performance.now();
  const simulation = await simulate(def, {
    ...(flags.backend && { backend: flags.backend }),
    ...(flags.precision && { precision: flags.precision }),
  });
  for (const warning of simulation.warnings) process.stderr.write(`warning: ${warning}\n`);
  const folder = flags.out === undefined ? undefined : new ResultFolder(flags.out);
  await folder?.prepare();

  const { result, failure } = await runUntilStopped(simulation, flags.duration ?? def.duration);
  if (folder) await writeResults(folder, simulation);
  process.stdout.write(summary(simulation, result));
  if (folder) process.stdout.write(`written to ${folder.path}/: ${folder.written.join(', ')}\n`);
  if (flags.timings) process.stdout.write(timings(simulation, loaded - begin, result));
  if (failure) throw failure;
  return result.end === 'aborted' ? 130 : 0;
}

/** Runs until the end, Ctrl-C or a value that is no longer finite; all of them keep what was recorded. */
async function runUntilStopped(simulation: Simulation, duration: number): Promise<{ result: RunResult; failure: SpikeloomError | undefined }> {
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write('\nstopping; once more to stop at once\n');
    stop.abort();
  };
  process.on('SIGINT', onInterrupt);
  const line = new ProgressLine(process.stderr);
  const begin = performance.now();
  try {
    const result = await simulation.run(duration, { signal: stop.signal, onProgress: (p) => line.show(p) });
    return { result, failure: undefined };
  } catch (error) {
    if (!(error instanceof SpikeloomError) || error.code !== 'diverged') throw error;
    return { result: { steps: simulation.step, end: 'done', elapsed: performance.now() - begin }, failure: error };
  } finally {
    line.clear();
    process.off('SIGINT', onInterrupt);
  }
}

async function writeResults(folder: ResultFolder, simulation: Simulation): Promise<void> {
  const { recordings, network } = simulation;
  const { plotMeans, plotSpikes, plotTraces } = await import('../plot/recordings.ts');
  const files: readonly [string, string | Iterable<string> | undefined][] = [
    ['spikes.csv', spikesCsv(recordings)],
    ['traces.csv', tracesCsv(recordings)],
    ['mean-voltage.svg', plotMeans(network, recordings)],
    ['traces.svg', plotTraces(network, recordings)],
    ['raster.svg', plotSpikes(network, recordings, simulation.time)],
  ];
  for (const [name, content] of files) if (content !== undefined) await folder.write(name, content);
}

function summary(simulation: Simulation, result: RunResult): string {
  const { network, recordings, time } = simulation;
  const lines = network.populations.map(({ name, model, rows, columns }) => {
    const shape = rows > 1 ? `${rows} x ${columns}` : `${columns}`;
    const recorded = network.recorders.some((r) => r.kind === 'spikes' && r.view.population === name && r.view.cells.kind === 'all');
    const count = recorded ? recordings.spikes(name).cells.length : undefined;
    const rate = count === undefined || time === 0 ? '' : `  ${count} spikes, ${((count / (rows * columns) / time) * 1000).toFixed(2)} Hz a cell`;
    return `  ${name.padEnd(16)} ${shape.padStart(9)}  ${model.name}${rate}\n`;
  });
  const stopped = result.end === 'aborted' ? ' (stopped)' : '';
  const speed = result.elapsed > 0 ? `, ${(time / result.elapsed).toPrecision(3)} x real time` : '';
  return `${decimal(time)} ms of model time${stopped} in ${result.elapsed.toFixed(1)} ms${speed}; ${simulation.backend} ${simulation.precision}, seed ${network.seed}\n${lines.join('')}`;
}

function timings(simulation: Simulation, module: number, result: RunResult): string {
  const { compile, load, init } = simulation.timings;
  const rows: readonly [string, number][] = [
    ['reading the file, defining models', module],
    ['network to program', compile],
    ['program to machine', load],
    ['initial values', init],
    ['text to first step', compile + load + init],
    ['run', result.elapsed],
    ['process so far', performance.now()],
  ];
  return rows.map(([name, ms]) => `  ${name.padEnd(36)} ${ms.toFixed(1).padStart(9)} ms\n`).join('');
}
