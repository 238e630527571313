import { SpikeloomError } from '../core/error.ts';
import type { Warning } from '../core/warning.ts';
import { ResultFolder } from '../io/files.ts';
import type { Precision } from '../ir/expr.ts';
import { type BackendName, type RunResult, type Simulation, simulate } from '../simulation/simulation.ts';
import { Interrupt } from './interrupt.ts';
import { loadNetwork } from './loadNetwork.ts';
import { ProgressLine } from './progress.ts';
import { errorText } from './report.ts';
import { type Ending, summary, timings } from './summary.ts';

export interface RunFlags {
  readonly out?: string;
  readonly seed?: number;
  readonly backend?: BackendName;
  readonly precision?: Precision;
  /** ms */
  readonly duration?: number;
  readonly timings?: boolean;
}

interface Outcome {
  readonly end: Ending;
  /** ms */
  readonly elapsed: number;
  readonly failure?: SpikeloomError;
}

const EXIT_CODES = { done: 0, aborted: 130, stopped: 1, diverged: 1 } as const satisfies Record<Ending, number>;

/**
 * `spikeloom run FILE`: runs a network, prints a summary, writes results. Answers the exit code.
 *
 * @throws SpikeloomError for what is wrong before the run, and for results that can't be written
 */
export async function run(file: string, flags: RunFlags): Promise<number> {
  const start = performance.now();
  const folder = flags.out === undefined ? undefined : new ResultFolder(flags.out);
  await folder?.requireWritable();
  const loaded = await loadNetwork(file);
  const { def } = loaded.network;
  const simulation = await simulate(flags.seed === undefined ? def : { ...def, seed: flags.seed }, {
    ...(flags.backend && { backend: flags.backend }),
    ...(flags.precision && { precision: flags.precision }),
  });
  const warned = warn(simulation.warnings);

  const interrupt = new Interrupt();
  return interrupt.during(async () => {
    const { end, elapsed, failure } = await runUntilStopped(simulation, flags.duration ?? def.duration, interrupt.signal);
    // Only now it is known how long the run was to be.
    warn(simulation.warnings, warned);
    process.stdout.write(summary(simulation, end, elapsed));
    if (failure) process.stderr.write(errorText(failure));
    const writeBegin = performance.now();
    if (folder) process.stdout.write(await writeResults(folder, simulation));
    if (flags.timings) process.stdout.write(timings(simulation, loaded, { start, run: elapsed, write: performance.now() - writeBegin }));
    return EXIT_CODES[end];
  });
}

/** Prints warnings that were not printed yet. */
function warn(warnings: readonly Warning[], known: ReadonlySet<string> = new Set()): Set<string> {
  const texts = new Set(warnings.map(String));
  for (const text of texts) if (!known.has(text)) process.stderr.write(`warning: ${text}\n`);
  return texts;
}

/** Runs until the end, Ctrl-C or a value that is no longer finite; all of them keep what was recorded. */
async function runUntilStopped(simulation: Simulation, duration: number, signal: AbortSignal): Promise<Outcome> {
  const line = new ProgressLine(process.stderr);
  const begin = performance.now();
  try {
    const result: RunResult = await simulation.run(duration, { signal, onProgress: (p) => line.show(p) });
    return { end: result.end, elapsed: result.elapsed };
  } catch (error) {
    if (!(error instanceof SpikeloomError) || error.code !== 'diverged') throw error;
    return { end: 'diverged', elapsed: performance.now() - begin, failure: error };
  } finally {
    line.clear();
  }
}

/** Writes what was recorded, and says what is where. */
async function writeResults(folder: ResultFolder, simulation: Simulation): Promise<string> {
  const { recordings, time } = simulation;
  const { spikesCsv, tracesCsv } = await import('../io/csv.ts');
  const { plotMeans, plotSpikes, plotTraces } = await import('../plot/recordings.ts');
  const files: readonly (readonly [string, () => string | Iterable<string> | undefined])[] = [
    ['spikes.csv', () => spikesCsv(recordings)],
    ['traces.csv', () => tracesCsv(recordings)],
    ['raster.svg', () => plotSpikes(recordings, { end: time })],
    ['mean-voltage.svg', () => plotMeans(recordings)],
    ['traces.svg', () => plotTraces(recordings)],
  ];
  for (const [name, make] of files) {
    const content = make();
    if (content !== undefined) await folder.write(name, content);
  }
  return folder.written.length > 0
    ? `Written to ${folder.path}: ${folder.written.join(', ')}\n`
    : `Nothing is recorded: nothing written to ${folder.path}\n`;
}
