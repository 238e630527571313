import { decimal } from '../core/decimal.ts';
import type { Progress, Simulation } from '../simulation/simulation.ts';
import { errorEvent, jsonLine } from './jsonLines.ts';
import { cellPopulations, cellsOf } from './networkText.ts';
import { ProgressLine } from './progress.ts';
import { errorText } from './report.ts';
import { activityOf, type Ending, summary, timings } from './summary.ts';

export interface RunStart {
  readonly file: string;
  /** Model time that is to be run, ms. */
  readonly duration: number;
  readonly out?: string;
}

export interface RunEnd {
  readonly end: Ending;
  readonly reason?: string;
  readonly steps: number;
  /** Real time of the run, ms. */
  readonly elapsed: number;
  readonly failures: readonly unknown[];
  /** Folder and names of the files written there. */
  readonly out?: string;
  readonly results: readonly string[];
  /** File of the state at the end. */
  readonly state?: string;
  /** Whether the state at the end is that of the run that was repeated, where that can be told. */
  readonly repeated?: boolean;
  /** ms, by what they were spent on. */
  readonly timings?: Readonly<Record<string, number>>;
}

/** Tells of a run: to people, or to programs. */
export interface RunReport {
  start(simulation: Simulation, start: RunStart): void;
  warning(message: string): void;
  progress(progress: Progress): void;
  /** The run itself is over; results are still to be written. */
  ran(): void;
  end(simulation: Simulation, end: RunEnd): void;
}

export class TextReport implements RunReport {
  readonly #line = new ProgressLine(process.stderr);

  start(): void {}

  warning(message: string): void {
    process.stderr.write(`warning: ${message}\n`);
  }

  progress(progress: Progress): void {
    this.#line.show(progress);
  }

  ran(): void {
    this.#line.clear();
  }

  end(simulation: Simulation, run: RunEnd): void {
    const { out, results, state, reason } = run;
    process.stdout.write(summary(simulation, run.end, run.elapsed, run.steps * simulation.network.dt));
    if (reason !== undefined && run.end === 'stopped') process.stderr.write(`stopped: ${reason}\n`);
    for (const failure of run.failures) process.stderr.write(errorText(failure));
    if (run.repeated) process.stdout.write('The run is repeated bit for bit: the state at its end is the same.\n');
    if (out !== undefined && results.length > 0) process.stdout.write(`Written to ${out}: ${results.join(', ')}\n`);
    if (state !== undefined) process.stdout.write(`State saved in ${state}\n`);
    if (!run.timings) return;
    process.stdout.write(timings(run.timings));
    process.stdout.write(`\nThreads: ${simulation.threads}, since ${simulation.threadsReason}\n`);
  }
}

/** Least time between two events of progress, ms. */
const INTERVAL = 250;

export class JsonReport implements RunReport {
  #begin = 0;
  #last = 0;

  #print(event: string, rest: Readonly<Record<string, unknown>>): void {
    process.stdout.write(jsonLine({ event, ...rest }));
  }

  start(simulation: Simulation, { file, duration, out }: RunStart): void {
    const { network, backend, precision, time, synapses, bytes } = simulation;
    this.#begin = this.#last = performance.now();
    const sizes = { cells: cellsOf(network), synapses, memory: bytes };
    this.#print('start', {
      file,
      backend,
      precision,
      seed: network.seed,
      dt: network.dt,
      time: decimal(time),
      duration,
      ...sizes,
      ...(out && { out }),
    });
  }

  warning(message: string): void {
    this.#print('warning', { message });
  }

  progress({ time, fraction, speed }: Progress): void {
    const now = performance.now();
    if (now - this.#last < INTERVAL && fraction < 1) return;
    this.#last = now;
    const remaining = fraction > 0 ? Math.round(((now - this.#begin) / fraction) * (1 - fraction)) : undefined;
    this.#print('progress', { time: decimal(time), fraction, speed, remaining });
  }

  ran(): void {}

  end(simulation: Simulation, { failures, ...run }: RunEnd): void {
    for (const failure of failures) {
      process.stdout.write(jsonLine(errorEvent(failure)));
      process.stderr.write(errorText(failure));
    }
    const populations = cellPopulations(simulation.network.populations).map((p) => activityOf(p, simulation));
    this.#print('end', { ...run, time: decimal(simulation.time), populations });
  }
}
