import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Format, ResultWriter, type Simulation, simulate } from 'spikeloom';
import { spontaneous } from './networks/spontaneous.ts';

const VERIFY = fileURLToPath(new URL('verifyRecording.py', import.meta.url));
/** Model time of which every number is compared, ms. */
const START = 200;

export interface RecordingFigures {
  readonly cells: number;
  readonly seconds: number;
  readonly format: Format;
  readonly spikes: number;
  /** Real time of the run, without and with what it recorded; of making files of that, s. */
  readonly bare: number;
  readonly run: number;
  readonly close: number;
  readonly bytes: number;
  readonly peakMemory: number;
}

/**
 * Runs a network whose spikes and 100 traces go to disk, and has Python compare the file with what the simulation says: counts of
 * spikes by cell, everything of the first 200 ms, and the last values.
 *
 * @param seconds of model time
 */
export async function measureRecording(cells: number, seconds: number, format: Format): Promise<RecordingFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'spikeloom-recording-'));
  try {
    const bare = await bareRun(cells, seconds);
    const sink = new ResultWriter(folder, [format]);
    const simulation = await simulate(spontaneous(cells), { sink });
    const { end, elapsed } = await simulation.run(seconds * 1000);
    const begin = performance.now();
    const files = await sink.close({ end: end === 'done' ? 'done' : 'stopped', time: simulation.time });
    const close = (performance.now() - begin) / 1000;
    // In kB, the most since the process began.
    const peakMemory = process.resourceUsage().maxRSS * 1024;
    const counts = simulation.recordings.spikeCounts('cells');
    writeFileSync(join(folder, 'expected.json'), JSON.stringify(await expected(simulation, cells)));
    if (format !== 'csv') verify(join(folder, files[0]), join(folder, 'expected.json'));
    const bytes = readdirSync(folder).reduce((n, name) => n + (files.includes(name) ? statSync(join(folder, name)).size : 0), 0);
    return { cells, seconds, format, spikes: counts.reduce((a, b) => a + b, 0), bare, run: elapsed / 1000, close, bytes, peakMemory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Real time of the same run that records nothing, s; from a part of it. */
async function bareRun(cells: number, seconds: number): Promise<number> {
  const simulation = await simulate({ ...spontaneous(cells).def, recorders: [] });
  const part = Math.min(seconds, 20);
  await simulation.run(100);
  const { elapsed } = await simulation.run(part * 1000);
  simulation.dispose();
  return ((elapsed / 1000) * seconds) / part;
}

/** What a file must say. */
async function expected(simulation: Simulation, cells: number): Promise<unknown> {
  const start = await simulate(spontaneous(cells));
  await start.run(START);
  const spikes = start.recordings.spikes('cells');
  const trace = start.recordings.trace('cells', 'v');
  return {
    dt: simulation.network.dt,
    time: simulation.time,
    counts: [...simulation.recordings.spikeCounts('cells')],
    first: { cells: [...spikes.cells], times: [...spikes.times], traceTimes: [...trace.times], trace: [...trace.values] },
    last: [...simulation.read({ population: 'cells', cells: { kind: 'slice', start: 0, end: 100 } }, 'v')],
  };
}

function verify(file: string, expectation: string): void {
  const { status, stderr, error } = spawnSync('/usr/bin/python3', [VERIFY, file, expectation], { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${file} does not hold what was recorded:\n${stderr}`);
}

export function recordingText({ cells, seconds, format, spikes, bare, run, close, bytes, peakMemory }: RecordingFigures): string {
  const megabytes = (n: number): string => (n / 1e6).toFixed(0);
  return `${cells} cells, ${seconds} s of model time, ${format}
spikes               ${spikes}
s to run             ${run.toFixed(1)}  (${bare.toFixed(1)} recording nothing)
s to make the files  ${close.toFixed(1)}
MB of files          ${megabytes(bytes)}
MB/s                 ${megabytes(bytes / (run + close))}  (${megabytes(bytes / close)} making the files)
MB of memory at most ${megabytes(peakMemory)}
${format === 'csv' ? '' : 'verified by Python: counts by cell, all numbers of the first 200 ms, the last values\n'}`;
}
