import { isObject, requireOption, requireOptions, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { toSteps } from '../core/steps.ts';
import type { Warning } from '../core/warning.ts';
import type { Precision } from '../ir/expr.ts';
import type { NetworkDef, ValueSpec, ViewDef } from '../network/definition.ts';
import type { Graph } from '../network/graph/graph.ts';
import { type CellPairs, requireCellPairs } from '../network/graph/pairs.ts';
import type { Network, Projection } from '../network/network.ts';
import type { ReadableNames, ValuesFor, View } from '../network/view.ts';
import { BACKENDS, type BackendName } from './backends.ts';
import { Engine, type Hook } from './engine.ts';
import { definitionOf, projectionName } from './given.ts';
import { type GraphOptions, readGraph } from './graph.ts';
import { isResetParts, type JournalEntry, RESET_PARTS, type ResetPart } from './journal.ts';
import { Loaded, type Timings } from './loaded.ts';
import { type RunOptions, type RunResult, requireRunOptions, requireSimulateOptions, type SimulateOptions, stepsOf } from './options.ts';
import type { Recordings } from './recordings.ts';
import { rewardedProjections } from './reward.ts';
import { runSteps } from './run.ts';
import { type SnapshotOptions, takeSnapshot } from './snapshot.ts';
import { readSynapseTable, type SynapseTable } from './synapseTable.ts';
import { readShared, readSynapses } from './synapseValues.ts';
import { chooseThreads, type ThreadChoice } from './threads.ts';
import { readCells } from './values.ts';

export type { BackendName } from './backends.ts';
export { type GraphOptions, graphOf } from './graph.ts';
export type { JournalEntry, ResetPart } from './journal.ts';
export { journalDocument, journalOf } from './journal.ts';
export type { Timings } from './loaded.ts';
export type { Progress, RunOptions, RunResult, SimulateOptions } from './options.ts';
export type { SnapshotOptions } from './snapshot.ts';
export type { SynapseTable } from './synapseTable.ts';

/**
 * Compiles a network and makes it ready to run.
 *
 * @throws SpikeloomError with every mistake of the network
 */
export async function simulate(network: Network | NetworkDef, options: SimulateOptions = {}): Promise<Simulation> {
  requireSimulateOptions(options);
  const backend = requireOption('backend', options.backend ?? 'wasm', Object.keys(BACKENDS)) as BackendName;
  const precision = requireOption('precision', options.precision ?? 'f32', ['f32', 'f64']) as Precision;
  const def = definitionOf(network);
  const choice = await chooseThreads(options.threads, backend, def);
  const loaded = await Loaded.load(def, {
    backend,
    precision,
    maxMemory: options.maxMemory,
    counts: options.maxRate !== undefined,
    threads: choice.threads,
  });
  return new Simulation(new Engine(def, loaded, options), choice);
}

/** A network in memory, at some point of its time. */
export class Simulation {
  readonly backend: BackendName;
  readonly precision: Precision;
  /** On how many threads it runs. */
  readonly threads: number;
  /** Why on so many, where `auto` chose them: the estimate of a step's cost, and what a trial gave. */
  readonly threadsReason: string;
  readonly #engine: Engine;
  readonly #timings: Timings;

  /** Use `simulate`. */
  constructor(engine: Engine, choice: ThreadChoice) {
    const { settings, timings } = engine.loaded;
    this.#engine = engine;
    this.backend = settings.backend;
    this.precision = settings.precision;
    this.threads = choice.threads;
    this.threadsReason = choice.reason;
    this.#timings = timings;
  }

  /** Steps done since the start. */
  get step(): number {
    return this.#engine.loaded.step;
  }

  /** Steps done by all runs together, wherever `reset` and `restore` have put the time. */
  get stepsRun(): number {
    return this.#engine.stepsRun;
  }

  /** Model time, ms. */
  get time(): number {
    return this.step * this.#engine.def.dt;
  }

  /** Synapses in all projections together. */
  get synapses(): number {
    return [...this.#engine.loaded.compiled.projections.values()].reduce((n, p) => n + p.synapses, 0);
  }

  /** Bytes that the network takes in memory, its recordings aside. */
  get bytes(): number {
    return this.#engine.loaded.bytes;
  }

  /** Of `bytes`, those of synapses: their values, the tables by which they are found, and spikes on their way. */
  get synapseBytes(): number {
    return this.#engine.loaded.synapseBytes;
  }

  /** What was recorded so far. Another object after `replace`. */
  get recordings(): Recordings {
    return this.#engine.spool.recordings;
  }

  /**
   * What is allowed but hardly meant, with the numbers: judged by the values of parameters, and by the state of some cells, at
   * the first look after the start or after a change from outside. `String(warning)` is its text.
   */
  get warnings(): readonly Warning[] {
    return this.#engine.warnings;
  }

  get timings(): Timings {
    return this.#timings;
  }

  /** The network as it was given; what was set while it ran is in the journal. */
  get network(): NetworkDef {
    return this.#engine.def;
  }

  /** What was done from outside, in order: each entry acts from its step on. Reading leaves no entry. */
  get journal(): readonly JournalEntry[] {
    return this.#engine.journal;
  }

  /**
   * Runs on.
   *
   * @param duration ms; where it is no whole number of steps it is rounded, with a warning. The network's own duration unless given
   * @throws SpikeloomError 'diverged' where a variable is no longer finite; what was recorded until then is kept.
   *   Also throws what a sink or a function given to `every` throws, with everything recorded kept
   */
  async run(duration: number = this.#engine.def.duration, options: RunOptions = {}): Promise<RunResult> {
    requireRunOptions(options);
    const steps = stepsOf(duration, this.#engine.def.dt, this.step);
    this.#engine.noteRounding(duration, 'the duration');
    if (this.#engine.running)
      throw new SpikeloomError({ code: 'usage', message: 'this simulation is running already', hint: 'Await the run before you start the next.' });
    return runSteps(this.#engine, steps, options);
  }

  /** Values of a quantity, named expression or port now, in its unit, in the order of the view's cells. */
  get<V extends View>(view: V, name: ReadableNames<V['model']>): Float64Array {
    return this.read(viewDefOf(view), name);
  }

  /** Like `get`, for a view given by its definition and any name. */
  read(view: ViewDef, name: string): Float64Array {
    requireViewDef(view);
    return readCells(this.#engine.loaded, view, name);
  }

  /**
   * Sets quantities of cells from now on: numbers, arrays, or expressions as in `View.set`, whose draws are those of this
   * step. A parameter that was one for all becomes one a cell where needed, by compiling anew with all state kept.
   *
   * Like everything that changes a simulation, it may be called while a run goes on: it is applied between two steps, after
   * what was asked for before, and written into the journal. The promise resolves when that is done.
   */
  async set<V extends View>(view: V, values: ValuesFor<V['model']>): Promise<void> {
    await this.write(viewDefOf(view), values as Readonly<Record<string, ValueSpec>>);
  }

  /** Like `set`, for a view given by its definition and any names. One after the other; all or, where one is refused, none. */
  async write(view: ViewDef, values: Readonly<Record<string, ValueSpec>>): Promise<void> {
    requireViewDef(view);
    requireValues(values);
    await this.#engine.perform({ kind: 'set', view, values });
  }

  /** Cells at both ends of each synapse of a projection, by index within their populations: sorted by target, then source. */
  synapsesOf(projection: Projection | string): { readonly sources: Uint32Array; readonly targets: Uint32Array } {
    const { sources, targets } = this.#engine.loaded.projection(projectionName(projection)).ends();
    return { sources: sources.slice(), targets: targets.slice() };
  }

  /** Values of a quantity of the synapses of a projection now, in its unit, in the order of `synapsesOf`. */
  getSynapses<S extends string>(projection: Projection<S> | string, name: S): Float64Array {
    return readSynapses(this.#engine.loaded, projectionName(projection), name);
  }

  /**
   * The synapses of a projection with the values that they have now, in the order of `synapsesOf`: made to be kept, looked at, or
   * given to another network by `edgeList`.
   *
   * @param options.quantities which values; all of them unless given
   */
  synapseTable<S extends string>(projection: Projection<S> | string, options: { readonly quantities?: readonly S[] } = {}): SynapseTable<S> {
    requireOptions('synapse table', options, ['quantities']);
    return readSynapseTable(this.#engine.loaded, projectionName(projection), options.quantities) as SynapseTable<S>;
  }

  /**
   * A projection as it is now, as a graph: adjacency, look-up, incoming and outgoing synapses. It is a copy; synapses are changed
   * by `setSynapses`, `addSynapses` and `removeSynapses`.
   *
   * @param options.quantity what is taken for the weight; `w` unless given
   */
  graph<S extends string>(projection: Projection<S> | string, options: GraphOptions<S> = {}): Graph {
    requireOptions('graph', options, ['quantity']);
    return readGraph(this.#engine.loaded, projectionName(projection), options.quantity);
  }

  /**
   * Sets quantities of synapses of a projection: a number, an array in the order of `synapsesOf`, or an expression over
   * `pre.*` and `post.*` as in `Projection.set`, whose draws are those of this step. All or, where one is refused, none.
   *
   * @param options.pairs only of the synapses that join these cells, each given by its index or as [row, column]; arrays of
   *   values are then in the order of the pairs
   * @throws SpikeloomError where no synapse joins a pair
   */
  async setSynapses<S extends string>(
    projection: Projection<S> | string,
    values: { readonly [K in S]?: ValueSpec },
    options: { readonly pairs?: CellPairs } = {},
  ): Promise<void> {
    const name = projectionName(projection);
    requireValues(values);
    requireOptions('setSynapses', options, ['pairs']);
    const { pairs } = options;
    if (pairs !== undefined) requireCellPairs(pairs, ['network', `projection '${name}'`]);
    await this.#engine.perform({
      kind: 'setSynapses',
      projection: name,
      values: values as Readonly<Record<string, ValueSpec>>,
      ...(pairs && { pairs }),
    });
  }

  /**
   * Adds a synapse to a projection for each pair of cells, by compiling anew with all state kept: what other synapses and cells have
   * stays the same to the bit. A new one begins as at the start of a run. A spike that is still on its way takes it too. The network
   * is then one with a list of edges in the place of the rule.
   *
   * @param pairs cells by index within their populations or as [row, column]; one that is given twice makes two synapses
   * @param values what they start with: numbers, arrays in the order of the pairs, or expressions. What is one number for all
   *   synapses of the projection may be left out
   * @throws SpikeloomError where a cell is not one that the projection joins; then the network stays as it is
   */
  async addSynapses<S extends string>(
    projection: Projection<S> | string,
    pairs: CellPairs,
    values: { readonly [K in S]?: ValueSpec } = {},
  ): Promise<void> {
    const name = projectionName(projection);
    requireCellPairs(pairs, ['network', `projection '${name}'`]);
    requireValues(values);
    await this.#engine.perform({ kind: 'addSynapses', projection: name, pairs, values: values as Readonly<Record<string, ValueSpec>> });
  }

  /**
   * Takes away the synapses that join these cells, all of a pair's; every other keeps its state to the bit.
   *
   * @throws SpikeloomError where no synapse joins a pair; then the network stays as it is
   */
  async removeSynapses(projection: Projection<never> | string, pairs: CellPairs): Promise<void> {
    const name = projectionName(projection);
    requireCellPairs(pairs, ['network', `projection '${name}'`]);
    await this.#engine.perform({ kind: 'removeSynapses', projection: name, pairs });
  }

  /**
   * Gives a reward to a projection whose synapses have a block onReward, or to all of them. It comes at the end of the step
   * before: after its spikes, so that what they have left is rewarded.
   *
   * @throws SpikeloomError where no synapse takes rewards, or the size is not finite
   */
  async reward(size: number, options: { readonly projection?: Projection<never> | string } = {}): Promise<void> {
    requireOptions('reward', options, ['projection']);
    if (typeof size !== 'number' || !Number.isFinite(size)) throw wrongKind('the reward', size, 'Give a finite number.');
    const all = rewardedProjections(this.#engine.loaded);
    const projections = options.projection === undefined ? all : [projectionName(options.projection)];
    if (projections.length === 0) {
      throw new SpikeloomError({
        code: 'invalid-network',
        message: 'no projection of the network takes rewards',
        path: ['network'],
        hint: "Give a synapse a block onReward, such as onReward: 'd += reward'.",
      });
    }
    await this.#engine.perform({ kind: 'reward', projections, size });
  }

  /** What all synapses of a projection share, as it is now, in its unit. */
  getShared<S extends string>(projection: Projection<S> | string, name: S): number {
    return readShared(this.#engine.loaded, projectionName(projection), name);
  }

  /**
   * The whole state as bytes: seed, time, all cells and synapses, counts of spikes. It is restored by any backend, on any
   * machine, in a simulation of the same network.
   */
  snapshot(options: SnapshotOptions = {}): Uint8Array {
    requireOptions('snapshot', options, ['recordings']);
    return takeSnapshot(this.#engine.loaded, options.recordings === true ? this.recordings : undefined);
  }

  /**
   * Goes on from a snapshot, its seed and time included. What was recorded is cleared, unless the snapshot carries its own
   * recordings: then those of equal recorders are there again. Recorders need not be the same as when it was taken.
   *
   * @throws SpikeloomError where the bytes are damaged or do not fit this network, which then stays as it is
   */
  async restore(bytes: Uint8Array): Promise<void> {
    if (!(bytes instanceof Uint8Array)) throw wrongKind('the snapshot', bytes, 'Give the bytes that snapshot() returned, as a Uint8Array.');
    await this.#engine.perform({ kind: 'restore', snapshot: bytes });
  }

  /**
   * Puts another network in the place of this one, its state kept by name: populations of the same shape keep the quantities
   * that both have, projections those of synapses that join the same cells; where the new definition gives another start than
   * the old one did, that counts. What is new begins as at the start of a run. Seed and time go on; dt can't change.
   * Equal recorders go on, the data of those that are gone can be read until `reset`.
   *
   * @throws SpikeloomError where the network is refused; then this one stays as it is
   */
  async replace(network: Network | NetworkDef): Promise<void> {
    await this.#engine.perform({ kind: 'replace', network: definitionOf(network) });
  }

  /**
   * Back to the start: state, clock and recordings as after `simulate`.
   *
   * @param options.keep names such as `exc.v` or `exc->exc.w`: their present values stay; what other quantities start with
   *   is computed as at the first start
   * @param options.only some of it: `state` is that of cells and synapses, with the spikes on their way; `clock` the time, and with
   *   it when cells spiked last and which spikes are on their way, while what is left of refractory periods stays; `recordings` is
   *   what was recorded, counts of spikes included. Random draws go by the clock
   */
  async reset(options: { readonly keep?: readonly string[]; readonly only?: readonly ResetPart[] } = {}): Promise<void> {
    requireOptions('reset', options, ['keep', 'only']);
    const { keep = [], only } = options;
    requireResetParts(only, keep);
    if (!Array.isArray(keep) || !keep.every((name) => typeof name === 'string')) throw wrongKind('keep', keep, "Give a list of names: ['exc.v'].");
    await this.#engine.perform({ kind: 'reset', keep, ...(only && { only }) });
  }

  /**
   * Calls a function whenever a run reaches a multiple of an interval of model time; the run goes on when it is done. What
   * it sets acts from that very step on. What it throws ends the run.
   *
   * @param interval ms; rounded to whole steps, with a warning
   * @returns a function that ends the calls
   */
  every(interval: number, call: (simulation: Simulation) => unknown): () => void {
    const { dt } = this.#engine.def;
    const every = typeof interval === 'number' ? toSteps(interval, dt) : 0;
    if (!(every >= 1 && every < 2 ** 32)) {
      throw new SpikeloomError({
        code: 'invalid-value',
        message: `the interval is ${String(interval)}`,
        hint: `Give a time in ms, at least one step of ${dt} ms.`,
      });
    }
    if (typeof call !== 'function') throw wrongKind('what is to be called', call, 'Give a function of the simulation.');
    this.#engine.noteRounding(interval, 'the interval');
    const hook: Hook = { every, call: () => call(this) };
    const { hooks } = this.#engine.requireLoaded();
    hooks.add(hook);
    return () => {
      hooks.delete(hook);
    };
  }

  /**
   * Does again what a journal says, each entry before its step: from the start, or from a snapshot that was taken before the
   * first entry, runs then give the bits of the original.
   *
   * @throws SpikeloomError where an entry lies in the past
   */
  replay(journal: readonly JournalEntry[]): void {
    this.#engine.replay(journal);
  }

  /** Gives the memory back. What was recorded can still be read; everything else is refused from now on. */
  dispose(): void {
    this.#engine.dispose();
  }
}

function viewDefOf(view: View): ViewDef {
  if (isObject(view) && isObject(view.def)) return view.def;
  throw wrongKind('the view', view, 'Give a population, or a view of one.');
}

function requireViewDef(view: ViewDef): void {
  const kinds = ['all', 'slice', 'region', 'cells', 'where'];
  if (isObject(view) && typeof view.population === 'string' && isObject(view.cells) && kinds.includes(view.cells.kind)) return;
  throw wrongKind('the view', view, "Give { population: 'name', cells: { kind: 'all' } }, or the def of a view.");
}

function requireResetParts(only: unknown, keep: unknown): void {
  if (only === undefined) return;
  if (!isResetParts(only)) throw wrongKind('only', only, `Give a list of ${RESET_PARTS.join(', ')}: only: ['state'].`);
  if (only.includes('state') || !Array.isArray(keep) || keep.length === 0) return;
  throw new SpikeloomError({
    code: 'usage',
    message: `'${keep[0]}' is to be kept where no state is reset`,
    hint: "Leave keep out, or reset the state too: only: ['state', ...].",
  });
}

function requireValues(values: unknown): void {
  if (!isObject(values)) throw wrongKind('what is to be set', values, 'Give values by name: { v: -65 }.');
}
