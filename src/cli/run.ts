import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { basename, dirname } from 'node:path';
import { SpikeloomError, withPath } from '../core/error.ts';
import { ResultFolder } from '../io/files.ts';
import type { Manifest } from '../io/manifest.ts';
import { stateHash } from '../io/stateHash.ts';
import type { NetworkDef } from '../network/definition.ts';
import { type SimulateOptions, type Simulation, simulate } from '../simulation/simulation.ts';
import { editsOf, performSetting, settingOf, withEdits } from './edits.ts';
import { formatsOf, type RunFlags } from './flags.ts';
import { Interrupt } from './interrupt.ts';
import { errorEvent, jsonLine } from './jsonLines.ts';
import { type LoadedNetwork, loadNetwork, userCode, userError, withPlaces } from './loadNetwork.ts';
import { plan } from './plan.ts';
import { messageOf, RunFolder } from './runFolder.ts';
import { JsonReport, type RunReport, TextReport } from './runReport.ts';
import { type Ending, timingsOf } from './summary.ts';
import { version } from './version.ts';

/** What a guard's stop answers; what a signal's stop answers, the signal says. */
const STOPPED = 3;

interface Outcome {
  readonly end: Ending;
  readonly reason?: string;
  /** Real time, ms. */
  readonly elapsed: number;
  readonly failures: readonly unknown[];
}

/** A network that is ready to run, and where it came from. */
interface Ready {
  readonly file: string;
  readonly flags: RunFlags;
  readonly loaded: LoadedNetwork;
  readonly simulation: Simulation;
  /** The network as it was at its start. */
  readonly network: NetworkDef;
  /** Model time that is to be run, ms. */
  readonly duration: number;
  readonly folder: RunFolder | undefined;
  readonly report: RunReport;
  /** Tells the warnings that were not told yet. */
  readonly warn: () => void;
  /** When the command began, ms. */
  readonly start: number;
}

/**
 * `spikeloom run FILE`: runs a network, tells how it went, writes results. Answers the exit code.
 *
 * @throws SpikeloomError for what is wrong before the run
 */
export async function run(file: string, flags: RunFlags): Promise<number> {
  try {
    if (flags.plan) {
      requireNoRun(flags);
      return await plan(file, flags);
    }
    const ready = await prepare(file, flags);
    const interrupt = new Interrupt();
    return await interrupt.during(() => carryOut(ready, interrupt));
  } catch (error) {
    if (flags.json) process.stdout.write(jsonLine(errorEvent(error)));
    throw error;
  }
}

/** What only a run can answer, or needs. */
const OF_RUNS = {
  out: '--out',
  format: '--format',
  saveState: '--save-state',
  fromState: '--from-state',
  maxWall: '--max-wall',
  maxRate: '--max-rate',
  timings: '--timings',
} as const satisfies Partial<Record<keyof RunFlags, string>>;

function requireNoRun(flags: RunFlags): void {
  for (const [name, flag] of Object.entries(OF_RUNS)) {
    if (flags[name as keyof typeof OF_RUNS] === undefined) continue;
    throw new SpikeloomError({ code: 'usage', message: `--plan with ${flag}: nothing is run`, hint: 'Leave one of them away.' });
  }
}

async function prepare(file: string, flags: RunFlags): Promise<Ready> {
  const start = performance.now();
  const report = flags.json ? new JsonReport() : new TextReport();
  const formats = formatsOf(flags.format);
  const folder = flags.out === undefined ? undefined : new RunFolder(flags.out, formats);
  await folder?.requireWritable();
  if (flags.saveState !== undefined) await new ResultFolder(dirname(flags.saveState)).requireWritable();
  const state = flags.fromState === undefined ? undefined : readState(flags.fromState);
  const loaded = await loadNetwork(file);
  requireFitting(flags, loaded);
  const { simulation, network } = await withPlaces(loaded, () => simulateLoaded(loaded, flags, folder));
  const warn = warner(simulation, report);
  warn();
  if (loaded.manifest) repeat(simulation, loaded.manifest, report);
  if (state && flags.fromState !== undefined) await startFrom(simulation, flags, flags.fromState, state);
  if (loaded.drive) await drive(simulation, file, loaded.drive);
  const repeated = loaded.manifest && loaded.manifest.steps * network.dt;
  return { file, flags, loaded, simulation, network, duration: flags.duration ?? repeated ?? network.duration, folder, report, warn, start };
}

function warner(simulation: Simulation, report: RunReport): () => void {
  const told = new Set<string>();
  return () => {
    for (const warning of simulation.warnings) {
      const text = String(warning);
      if (!told.has(text)) report.warning(text);
      told.add(text);
    }
  };
}

function readState(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new SpikeloomError({
      code: 'input-output',
      message: `can't read ${file}: ${messageOf(error)}`,
      path: ['--from-state'],
      hint: 'Give a file that --save-state wrote.',
    });
  }
}

/** Refuses flags that would be ignored, or make a repetition another run. */
function requireFitting(flags: RunFlags, { manifest }: LoadedNetwork): void {
  if (flags.format !== undefined && flags.out === undefined) {
    throw new SpikeloomError({
      code: 'usage',
      message: '--format without --out: no results are written',
      hint: 'Name a folder for them: --out results',
    });
  }
  if (flags.fromState !== undefined && flags.seed !== undefined) {
    throw new SpikeloomError({
      code: 'usage',
      message: '--seed with --from-state: a state carries the seed of its run',
      hint: 'Leave one of them away.',
    });
  }
  if (!manifest) return;
  const precision = flags.precision !== undefined && flags.precision !== manifest.precision;
  const others: readonly (readonly [string, boolean])[] = [
    ['--seed', flags.seed !== undefined],
    ['--dt', flags.dt !== undefined],
    ['--set', (flags.set ?? []).length > 0],
    ['--from-state', flags.fromState !== undefined],
    [`--precision ${flags.precision}`, precision],
  ];
  const other = others.find(([, given]) => given);
  if (!other) return;
  throw new SpikeloomError({
    code: 'usage',
    message: `${other[0]} with a manifest: it repeats its run as it was`,
    hint: 'To run its network in another way, write that down: spikeloom emit MANIFEST --stage model --out network.yaml',
  });
}

async function simulateLoaded(
  { def, manifest }: LoadedNetwork,
  flags: RunFlags,
  folder: RunFolder | undefined,
): Promise<{ readonly simulation: Simulation; readonly network: NetworkDef }> {
  const precision = flags.precision ?? manifest?.precision ?? 'f32';
  const options: SimulateOptions = {
    backend: flags.backend ?? manifest?.backend ?? 'wasm',
    precision,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    ...(flags.maxWall !== undefined && { maxWall: flags.maxWall }),
    ...(flags.maxRate !== undefined && { maxRate: flags.maxRate }),
    ...(flags.maxMemory !== undefined && { maxMemory: flags.maxMemory }),
    ...(folder && { sink: folder, onJournal: (entry) => folder.add(entry) }),
  };
  // From a state, what is set acts on that state.
  const edits = editsOf(flags.fromState === undefined ? flags : { ...flags, set: [] });
  return withEdits(def, edits, precision, async (edited) => {
    // A manifest holds no functions.
    const network = folder ? (await import('../compile/edges.ts')).predicatesAsEdges(edited) : edited;
    return { simulation: await simulate(network, options), network };
  });
}

function repeat(simulation: Simulation, { journal, end, steps, network }: Manifest, report: RunReport): void {
  simulation.replay(journal);
  if (end === 'running')
    report.warning(`the run of this manifest was ended by force; it is repeated as far as it is known, ${steps * network.dt} ms`);
}

async function startFrom(simulation: Simulation, { set = [] }: RunFlags, file: string, state: Uint8Array): Promise<void> {
  await withFlag(`--from-state ${file}`, () => simulation.restore(state));
  for (const text of set) await withFlag(`--set ${text}`, () => performSetting(simulation, settingOf(simulation.network, text)));
}

async function withFlag(flag: string, body: () => Promise<void>): Promise<void> {
  const failure = await body().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  withPath([flag], () => {
    if (failure) throw failure.error;
  });
}

/** Lets the user's code have the network before it runs. */
async function drive(simulation: Simulation, file: string, body: (simulation: Simulation) => unknown): Promise<void> {
  await userCode(file, async () => body(simulation));
  if (simulation.stepsRun === 0) return;
  throw new SpikeloomError({
    code: 'usage',
    message: "'drive' has run the simulation itself",
    path: [file],
    hint: 'Let it say what is to be done while the command runs the network: simulation.every(10, ...).',
  });
}

async function carryOut(ready: Ready, interrupt: Interrupt): Promise<number> {
  const { simulation, folder, flags, report, loaded, network, start } = ready;
  await begin(ready);
  const outcome = await runUntilOver(ready, interrupt.signal);
  report.ran();
  // Some are known only when it is known how long the run was to be.
  ready.warn();
  const writeBegin = performance.now();
  const steps = simulation.stepsRun;
  const failures = [...outcome.failures];
  const hash = await hashAtEnd(simulation, outcome, loaded, folder).catch((error: unknown) => void failures.push(error));
  const repeated = repetition(ready, steps, hash);
  if (repeated === false) failures.push(differs(ready.file));
  const saved = flags.saveState !== undefined && (await saveState(simulation, flags.saveState, outcome, failures));
  const spent = (): Readonly<Record<string, number>> =>
    timingsOf(simulation, loaded, { start, run: outcome.elapsed, write: performance.now() - writeBegin });
  const { end, reason } = outcome;
  const ended = { end, ...(reason !== undefined && { reason }), steps, time: simulation.time, ...(hash && { state: hash }) };
  const written = await folder?.close(ended, { network, recordings: simulation.recordings, time: simulation.time, theme: 'light' }, spent);
  failures.push(...(written?.failures ?? []));
  report.end(simulation, {
    end: failures.length > outcome.failures.length && end === 'done' ? 'failed' : end,
    ...(reason !== undefined && { reason }),
    steps,
    elapsed: outcome.elapsed,
    failures,
    ...(folder && { out: folder.path }),
    results: written?.results ?? [],
    ...(saved && { state: flags.saveState }),
    ...(repeated !== undefined && { repeated }),
    ...(flags.timings && { timings: spent() }),
  });
  if (failures.length > 0) return 1;
  if (end === 'aborted') return interrupt.exitCode;
  return end === 'stopped' ? STOPPED : 0;
}

async function begin({ file, flags, loaded, simulation, network, duration, folder, report }: Ready): Promise<void> {
  const { set = [], record = [], fromState, maxWall, maxRate, maxMemory, format = ['csv'] } = flags;
  await folder?.begin(
    {
      version: version(),
      file,
      backend: simulation.backend,
      precision: simulation.precision,
      threads: simulation.threads,
      duration,
      driven: loaded.drive !== undefined || (loaded.manifest?.journal.length ?? 0) > 0,
      options: { set, record, fromState, maxWall, maxRate, maxMemory, format },
      machine: {
        platform: platform(),
        arch: arch(),
        cpu: cpus()[0]?.model ?? 'unknown',
        cores: availableParallelism(),
        memory: totalmem(),
        node: process.versions.node,
        v8: process.versions.v8,
      },
      network,
    },
    simulation.journal,
  );
  report.start(simulation, { file, duration, ...(folder && { out: folder.path }) });
}

/** Runs until the end, a signal, a guard, or an error; all of them keep what was recorded. */
async function runUntilOver({ simulation, duration, folder, report, loaded, file }: Ready, signal: AbortSignal): Promise<Outcome> {
  const begin = performance.now();
  try {
    const { end, elapsed, reason } = await simulation.run(duration, {
      signal,
      onProgress: (progress) => {
        report.progress(progress);
        folder?.note(simulation.stepsRun);
      },
    });
    return { end, elapsed, ...(reason !== undefined && { reason }), failures: [] };
  } catch (error) {
    const failure = loaded.drive ? userError(file, error) : error;
    const diverged = failure instanceof SpikeloomError && failure.code === 'diverged';
    return { end: diverged ? 'diverged' : 'failed', reason: messageOf(failure), elapsed: performance.now() - begin, failures: [failure] };
  }
}

/** For the manifest, or to compare with one. Values that are no number have different bits on different machines. */
async function hashAtEnd(
  simulation: Simulation,
  { end }: Outcome,
  { manifest }: LoadedNetwork,
  folder: RunFolder | undefined,
): Promise<string | undefined> {
  const wanted = folder !== undefined || manifest?.state !== undefined;
  return wanted && end !== 'diverged' ? stateHash(simulation) : undefined;
}

/** Whether a run ended where the one that it repeats did; undefined where that can't be told. */
function repetition({ loaded: { manifest } }: Ready, steps: number, hash: string | undefined): boolean | undefined {
  if (manifest?.state === undefined || hash === undefined || steps !== manifest.steps) return undefined;
  return hash === manifest.state;
}

function differs(file: string): SpikeloomError {
  return new SpikeloomError({
    code: 'invalid-value',
    message: 'the state at the end is not that of the run that was repeated',
    path: [file],
    hint: 'Repeat it by the version of spikeloom that made it: the manifest names it. If it is this one, please report it.',
  });
}

async function saveState(simulation: Simulation, file: string, { end }: Outcome, failures: unknown[]): Promise<boolean> {
  if (end === 'diverged') {
    process.stderr.write(`the state is not saved in ${file}: it holds values that are not finite\n`);
    return false;
  }
  try {
    await new ResultFolder(dirname(file)).write(basename(file), simulation.snapshot());
    return true;
  } catch (error) {
    failures.push(error);
    return false;
  }
}
