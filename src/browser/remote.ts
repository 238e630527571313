import { predicatesAsEdges } from '../compile/edges.ts';
import { isObject, requireFunction, requireOptions, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { Warning } from '../core/warning.ts';
import type { NetworkDef, ValueSpec, ViewDef } from '../network/definition.ts';
import type { CellPairs } from '../network/graph/pairs.ts';
import type { Network, Projection } from '../network/network.ts';
import type { ReadableNames, ValuesFor, View } from '../network/view.ts';
import { definitionOf } from '../simulation/given.ts';
import { isRewiring, resets } from '../simulation/journal.ts';
import { requireRunOptions } from '../simulation/options.ts';
import { type RecordedChunk, type RecorderInfo, type RecordingSink, Recordings } from '../simulation/recordings.ts';
import type { BackendName, JournalEntry, Progress, ResetPart, RunOptions, RunResult, SimulateOptions, Timings } from '../simulation/simulation.ts';
import { areSameRecorders, withRecorders } from '../simulation/spool.ts';
import type { Connection, Notice } from './connection.ts';
import type { Facts, Frame, Started, Watched } from './engine/protocol.ts';
import { type Watch, watchFrames } from './watch.ts';
import type { EngineWorker } from './worker.ts';

/** Bytes of recordings that the page keeps unless told otherwise. */
const KEPT = 64 * 2 ** 20;

/**
 * As for `simulate`, with some differences: recordings and the sink are in the page, `keepRecorded` (64 MiB unless given) counts
 * there, and `maxMemory` in the worker; a page has `pause` in the place of `maxWall`.
 */
export interface WorkerOptions extends Omit<SimulateOptions, 'maxWall'> {
  /** A worker of the package's browser/engine.js, or its address, where a page may not start one from a Blob. */
  readonly worker?: Worker | string | URL;
}

/** A quantity of a population or view to be looked at while it changes. */
export interface WatchedQuantity {
  readonly view: View | ViewDef;
  /** A quantity, named expression or port. */
  readonly quantity: string;
}

/** Starts a network in an engine that is there. It is ended where it refuses. */
export async function connectTo(worker: EngineWorker, network: NetworkDef, options: Omit<WorkerOptions, 'worker'>): Promise<RemoteSimulation> {
  const { backend, precision, threads, maxMemory, maxRate } = options;
  try {
    const chosen = { backend, precision, threads, maxMemory, maxRate };
    const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
    const started = await worker.connection.call('start', [network, given]);
    return new RemoteSimulation(worker, network, started, options);
  } catch (error) {
    worker.end(error);
    throw error;
  }
}

/** A simulation in a worker, as the page sees it: everything that asks the engine is a promise. */
export class RemoteSimulation {
  readonly backend: BackendName;
  readonly precision: 'f32' | 'f64';
  /** On how many threads it runs. */
  readonly threads: number;
  readonly timings: Timings;
  readonly #worker: EngineWorker;
  readonly #connection: Connection;
  readonly #journal: JournalEntry[] = [];
  readonly #keep: number;
  readonly #sink: RecordingSink | undefined;
  readonly #onJournal: ((entry: JournalEntry) => void) | undefined;
  readonly #watches = new Set<Watch>();
  #network: NetworkDef;
  #facts: Facts;
  #recordings: Recordings;
  #onProgress: ((progress: Progress) => void) | undefined;
  /** What the page's sink still has to do, and why it can't. */
  #sunk: Promise<void> = Promise.resolve();
  #sinkFailure: { readonly error: unknown } | undefined;

  /** Use `simulateInWorker`. */
  constructor(worker: EngineWorker, network: NetworkDef, started: Started, options: Pick<WorkerOptions, 'keepRecorded' | 'sink' | 'onJournal'>) {
    this.backend = started.backend;
    this.precision = started.precision;
    this.threads = started.threads;
    this.timings = started.timings;
    this.#worker = worker;
    this.#connection = worker.connection;
    this.#network = network;
    this.#facts = started;
    this.#keep = options.keepRecorded ?? KEPT;
    this.#sink = options.sink;
    this.#onJournal = options.onJournal;
    this.#recordings = this.#makeRecordings(started.recorders);
    this.#sinkDoes((sink) => sink.open(started.recorders, network.dt));
    this.#connection.onNotice = (notice) => this.#take(notice);
  }

  /** Steps done, as far as the page has heard: true of everything that it has got so far. */
  get step(): number {
    return this.#connection.step;
  }

  /** Model time of `step`, ms. */
  get time(): number {
    return this.step * this.#network.dt;
  }

  get synapses(): number {
    return this.#facts.synapses;
  }

  get warnings(): readonly Warning[] {
    return this.#facts.warnings.map((data) => new Warning(data));
  }

  /** The network as it was given; what was set while it ran is in the journal. */
  get network(): NetworkDef {
    return this.#network;
  }

  /** What was recorded so far and has arrived here: all of it when a run has ended. Another object after `replace`. */
  get recordings(): Recordings {
    return this.#recordings;
  }

  /** What was done from outside, in order. */
  get journal(): readonly JournalEntry[] {
    return this.#journal;
  }

  /**
   * Runs on.
   *
   * @param duration ms, a whole number of steps; Infinity: until the signal ends it. The network's own duration unless given
   * @throws SpikeloomError as `Simulation.run` does; what was recorded until then is kept
   */
  async run(duration?: number, options: RunOptions = {}): Promise<RunResult> {
    requireRunOptions(options);
    const { signal, onProgress } = options;
    if (signal?.aborted) return { ...(await this.#connection.call('run', [0])), end: 'aborted' };
    const abort = (): void => void this.#connection.call('abort', []).catch(() => {});
    const running = this.#connection.call('run', [duration]);
    signal?.addEventListener('abort', abort);
    const before = this.#onProgress;
    this.#onProgress = onProgress ?? before;
    try {
      const result = await running;
      await this.#sunk;
      this.#requireSink();
      return result;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#onProgress = before;
    }
  }

  /** Holds the run that goes on at the next boundary of a step; done when it stands. Everything else can be done meanwhile. */
  async pause(): Promise<void> {
    await this.#connection.call('pause', []);
  }

  /** Lets a run that is held go on. */
  async resume(): Promise<void> {
    await this.#connection.call('resume', []);
  }

  /** Does some steps while nothing runs; while a run is held, they are steps of that run. */
  async advance(steps = 1): Promise<RunResult> {
    return this.#connection.call('advance', [steps]);
  }

  /** How fast a run may go, from now on. @param speed model ms per real second; Infinity (as it is at first) for as fast as it can */
  async limitSpeed(speed: number): Promise<void> {
    await this.#connection.call('limit', [speed]);
  }

  /** Values of a quantity, named expression or port now, in its unit, in the order of the view's cells. */
  async get<V extends View>(view: V, name: ReadableNames<V['model']>): Promise<Float64Array> {
    return this.read(viewDefOf(view), name);
  }

  /** Like `get`, for a view given by its definition and any name. */
  async read(view: ViewDef, name: string): Promise<Float64Array> {
    return this.#connection.call('read', [view, name]);
  }

  /** Sets quantities of cells between two steps, as `Simulation.set` does. Done when that has happened. */
  async set<V extends View>(view: V, values: ValuesFor<V['model']>): Promise<void> {
    await this.write(viewDefOf(view), values as Readonly<Record<string, ValueSpec>>);
  }

  /** Like `set`, for a view given by its definition and any names. */
  async write(view: ViewDef, values: Readonly<Record<string, ValueSpec>>): Promise<void> {
    await this.#connection.call('write', [view, values]);
  }

  /** Cells at both ends of each synapse of a projection, sorted by target, then source. */
  async synapsesOf(projection: Projection | string): Promise<{ readonly sources: Uint32Array; readonly targets: Uint32Array }> {
    return this.#connection.call('synapsesOf', [nameOf(projection)]);
  }

  /** Values of a quantity of the synapses of a projection now, in its unit, in the order of `synapsesOf`. */
  async getSynapses<S extends string>(projection: Projection<S> | string, name: S): Promise<Float64Array> {
    return this.#connection.call('readSynapses', [nameOf(projection), name]);
  }

  /** Sets quantities of all synapses of a projection, or of those that join some pairs of cells, as `Simulation.setSynapses` does. */
  async setSynapses<S extends string>(
    projection: Projection<S> | string,
    values: { readonly [K in S]?: ValueSpec },
    options: { readonly pairs?: CellPairs } = {},
  ): Promise<void> {
    await this.#connection.call('writeSynapses', [nameOf(projection), values as Readonly<Record<string, ValueSpec>>, options]);
  }

  /** Adds a synapse for each pair of cells, as `Simulation.addSynapses` does. */
  async addSynapses<S extends string>(
    projection: Projection<S> | string,
    pairs: CellPairs,
    values: { readonly [K in S]?: ValueSpec } = {},
  ): Promise<void> {
    await this.#connection.call('addSynapses', [nameOf(projection), pairs, values as Readonly<Record<string, ValueSpec>>]);
  }

  /** Takes away the synapses that join these cells, as `Simulation.removeSynapses` does. */
  async removeSynapses(projection: Projection<never> | string, pairs: CellPairs): Promise<void> {
    await this.#connection.call('removeSynapses', [nameOf(projection), pairs]);
  }

  /** The whole state as bytes, without what was recorded. */
  async snapshot(): Promise<Uint8Array> {
    return this.#connection.call('snapshot', []);
  }

  /** Goes on from a snapshot, its seed and time included; what was recorded is cleared. */
  async restore(bytes: Uint8Array): Promise<void> {
    await this.#connection.call('restore', [bytes]);
  }

  /** Puts another network in the place of this one, its state kept by name, as `Simulation.replace` does. */
  async replace(network: Network | NetworkDef): Promise<void> {
    await this.#connection.call('replace', [predicatesAsEdges(definitionOf(network))]);
  }

  /**
   * Back to the start, as `Simulation.reset` does: state, clock and recordings as at first, or `only` some of these.
   *
   * @param options.keep names such as `exc.v` whose present values stay
   */
  async reset(options: { readonly keep?: readonly string[]; readonly only?: readonly ResetPart[] } = {}): Promise<void> {
    requireOptions('reset', options, ['keep', 'only']);
    await this.#connection.call('reset', [options]);
  }

  /** Does again what a journal says, each entry before its step. */
  async replay(journal: readonly JournalEntry[]): Promise<void> {
    await this.#connection.call('replay', [journal]);
  }

  /**
   * Calls with the newest values of some quantities whenever the page paints, and never waits for the engine, nor it for the page.
   * Values are single precision; a frame's arrays are filled again after the next frame has come: copy what is to stay.
   */
  watch(quantities: readonly WatchedQuantity[], onFrame: (frame: Frame) => void): Watch {
    requireFunction('what is called with each frame', onFrame);
    const watched = quantities.map(({ view, quantity }): Watched => ({ view: isView(view) ? view.def : view, quantity }));
    const watch = watchFrames(
      (what, spare) =>
        this.#connection.call(
          'frame',
          [what, spare],
          spare.map(({ buffer }) => buffer),
        ),
      watched,
      onFrame,
    );
    this.#watches.add(watch);
    const over = (): void => void this.#watches.delete(watch);
    watch.done.then(over, over);
    return watch;
  }

  /** Ends the worker. What was recorded can still be read; everything else is refused from now on. */
  dispose(): void {
    for (const watch of this.#watches) watch.stop();
    this.#worker.end(
      new SpikeloomError({ code: 'usage', message: 'this simulation was disposed of', hint: 'Start another: simulateInWorker(network).' }),
    );
  }

  #makeRecordings(infos: readonly RecorderInfo[]): Recordings {
    return new Recordings(infos, this.#network.dt, { keep: this.#keep });
  }

  #take(notice: Notice): void {
    if (notice.kind === 'recorded') this.#takeChunks(notice.chunks, notice.bytes);
    else if (notice.kind === 'journal') this.#takeEntry(notice.entry, notice.facts);
    else this.#onProgress?.(notice.progress);
  }

  #takeChunks(chunks: readonly (readonly [number, RecordedChunk])[], bytes: number): void {
    for (const [index, chunk] of chunks) this.#recordings.append(index, chunk);
    if (!this.#sink) {
      this.#connection.taken(bytes);
      return;
    }
    for (const [index, chunk] of chunks) this.#sinkDoes((sink) => sink.write(index, chunk));
    void this.#sunk.then(() => this.#connection.taken(bytes));
  }

  #takeEntry(entry: JournalEntry, facts: Facts): void {
    const live = this.#facts.recorders.length;
    this.#facts = facts;
    this.#journal.push(entry);
    this.#network = { ...(entry.kind === 'replace' ? entry.network : (facts.network ?? this.#network)), seed: facts.seed };
    const isRewired = isRewiring(entry);
    if ((entry.kind === 'replace' || isRewired) && !areSameRecorders(this.#recordings.infos.slice(0, live), facts.recorders)) {
      const make = (infos: readonly RecorderInfo[]): Recordings => this.#makeRecordings(infos);
      this.#recordings = withRecorders(this.#recordings, live, facts.recorders, make, { follow: isRewired }).recordings;
      this.#sinkDoes((sink) => sink.open(facts.recorders, this.#network.dt));
    }
    if (resets(entry, 'recordings') || entry.kind === 'restore') this.#clear();
    this.#onJournal?.(entry);
  }

  #clear(): void {
    const { infos } = this.#recordings;
    const live = this.#facts.recorders;
    if (infos.length > live.length) this.#recordings = this.#makeRecordings(live);
    else this.#recordings.clear();
  }

  /** One thing after the other; the first that fails ends the run, and is thrown by it. */
  #sinkDoes(body: (sink: RecordingSink) => void | Promise<void>): void {
    const sink = this.#sink;
    if (!sink) return;
    this.#sunk = this.#sunk.then(async () => {
      if (this.#sinkFailure) return;
      try {
        await body(sink);
      } catch (error) {
        this.#sinkFailure = { error };
        this.#connection.call('abort', []).catch(() => {});
      }
    });
  }

  #requireSink(): void {
    const failure = this.#sinkFailure;
    this.#sinkFailure = undefined;
    if (failure) throw failure.error;
  }
}

function isView(view: View | ViewDef): view is View {
  return isObject(view) && isObject((view as View).def);
}

function viewDefOf(view: View): ViewDef {
  if (isView(view)) return view.def;
  throw wrongKind('the view', view, 'Give a population, or a view of one.');
}

function nameOf(projection: Projection<never> | string): string {
  return typeof projection === 'string' ? projection : projection.name;
}
