import { warningsOf } from '../compile/warn/index.ts';
import { wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { isRounded, roundedTime } from '../core/steps.ts';
import type { Warning } from '../core/warning.ts';
import type { NetworkDef } from '../network/definition.ts';
import { copyData } from '../network/document.ts';
import { definitionOf } from './given.ts';
import { RateGuard } from './guards.ts';
import { type JournalEntry, type Operation, RESET_PARTS, type ResetPart, requireEntry, resets } from './journal.ts';
import type { Loaded } from './loaded.ts';
import { Operations } from './operations.ts';
import type { SimulateOptions } from './options.ts';
import { replaceNetwork } from './replace.ts';
import { restartClock, restartCounts, restartState } from './restart.ts';
import { giveReward } from './reward.ts';
import { addSynapses, type Rewired, removeSynapses } from './rewire.ts';
import { readSnapshot, restoreRecordings, restoreSnapshot } from './snapshot.ts';
import { Spool } from './spool.ts';
import { grow } from './state.ts';
import { writeSynapses } from './synapseValues.ts';
import { writeCells } from './values.ts';

/** Something to be called at multiples of a time. */
export interface Hook {
  /** Steps between two calls. */
  readonly every: number;
  readonly call: () => unknown;
}

/** What a simulation is made of: a loaded network, what it records, and what is done to it from outside. */
export class Engine {
  readonly options: SimulateOptions;
  readonly operations = new Operations();
  readonly spool: Spool;
  readonly rate: RateGuard | undefined;
  readonly journal: JournalEntry[] = [];
  readonly hooks = new Set<Hook>();
  /** Entries of another journal that are still to be applied. */
  readonly script: JournalEntry[] = [];
  running = false;
  /** Steps done in all runs, wherever the time went back or on from them. */
  stepsRun = 0;
  #def: NetworkDef;
  #loaded: Loaded | undefined;
  /** Of the network as it is; found when they are asked for first after a change. */
  #warnings: readonly Warning[] | undefined;
  /** Of times that were asked for, the last of each kind. */
  readonly #roundings = new Map<string, Warning>();

  constructor(def: NetworkDef, loaded: Loaded, options: SimulateOptions) {
    this.#def = def;
    this.#loaded = loaded;
    this.options = options;
    this.spool = new Spool(loaded, options.sink, options.keepRecorded);
    this.rate = options.maxRate === undefined ? undefined : new RateGuard(options.maxRate, def.dt);
  }

  /** @throws SpikeloomError after it was disposed of */
  get loaded(): Loaded {
    if (this.#loaded) return this.#loaded;
    throw new SpikeloomError({ code: 'usage', message: 'this simulation was disposed of', hint: 'Start another: simulate(network).' });
  }

  /** This. @throws SpikeloomError after it was disposed of */
  requireLoaded(): this {
    this.loaded;
    return this;
  }

  /** The network as it was given, with the seed that counts. */
  get def(): NetworkDef {
    return this.#def;
  }

  /** What is worth a second look in the network as it is, and in the times that were asked for. */
  get warnings(): readonly Warning[] {
    const { compiled, memory } = this.loaded;
    this.#warnings ??= warningsOf(compiled, memory);
    return [...this.#warnings, ...this.#roundings.values()];
  }

  /** Has it said where a time that was asked for is no whole number of steps. */
  noteRounding(time: number, what: string): void {
    const { dt } = this.#def;
    this.#roundings.delete(what);
    if (isRounded(time, dt)) this.#roundings.set(what, roundedTime(what, time, dt, []));
  }

  dispose(): void {
    this.#loaded?.dispose();
    this.#loaded = undefined;
    this.hooks.clear();
    this.script.length = 0;
  }

  /** Does something from outside at the next boundary of a step, and writes it into the journal. */
  async perform(operation: Operation): Promise<void> {
    const own = copyData(operation);
    await this.operations.add(() => this.#apply(own));
  }

  async #apply(operation: Operation): Promise<void> {
    const { step } = this.loaded;
    await this.#carryOut(operation);
    this.#warnings = undefined;
    const entry: JournalEntry = { step, ...operation };
    this.journal.push(entry);
    this.options.onJournal?.(entry);
  }

  async #carryOut(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'set':
        return this.#swap(await writeCells(this.loaded, operation.view, operation.values));
      case 'setSynapses':
        return this.#swap(await writeSynapses(this.loaded, operation.projection, operation.values, operation.pairs));
      case 'addSynapses':
        return this.#rewire(await addSynapses(this.loaded, this.#def, operation));
      case 'removeSynapses':
        return this.#rewire(await removeSynapses(this.loaded, this.#def, operation));
      case 'reward':
        return giveReward(this.loaded, operation.projections, operation.size);
      case 'replace':
        return this.#replace(operation.network);
      case 'reset':
        return this.#reset(operation.keep, operation.only ?? RESET_PARTS);
      case 'restore':
        return this.#restore(operation.snapshot);
      default:
        return operation satisfies never;
    }
  }

  /** Goes on in memory with more room for spikes on their way. */
  async makeRoom(): Promise<void> {
    await this.operations.add(async () => this.#swap(await grow(this.loaded)));
  }

  /** Goes on in other memory. */
  #swap(next: Loaded): void {
    if (next === this.#loaded) return;
    if (!this.#loaded) {
      next.dispose();
      // Disposed of in the meantime: says so.
      this.loaded;
    }
    this.#loaded?.dispose();
    this.#loaded = next;
  }

  async #replace(network: NetworkDef): Promise<void> {
    const { seed } = this.#def;
    const def = { ...definitionOf(network), seed };
    const before = this.loaded;
    const next = await replaceNetwork(before, this.#def, def);
    const counts = before.compiled.recorders.map((plan) => (plan.kind === 'counts' ? before.values(plan.counts).slice() : undefined));
    this.#swap(next);
    this.#def = def;
    this.spool.change(next).forEach((at, i) => {
      const plan = next.compiled.recorders[i];
      const values = at === undefined ? undefined : counts[at];
      if (plan.kind === 'counts' && values) next.values(plan.counts).set(values);
    });
    this.rate?.restart();
  }

  #rewire({ loaded, def }: Rewired): void {
    this.#swap(loaded);
    this.#def = def;
    this.spool.change(loaded, { follow: true });
  }

  #reset(keep: readonly string[], parts: readonly ResetPart[]): void {
    const [state, clock] = [parts.includes('state'), parts.includes('clock')];
    if (state) restartState(this.loaded, keep, clock ? 0 : this.loaded.step);
    else if (clock) restartClock(this.loaded);
    if (parts.includes('recordings')) {
      restartCounts(this.loaded);
      this.spool.clear();
    }
    if (clock) this.rate?.restart();
  }

  async #restore(snapshot: Uint8Array): Promise<void> {
    const next = await restoreSnapshot(this.loaded, snapshot);
    this.#swap(next);
    this.#def = { ...this.#def, seed: next.compiled.def.seed };
    this.spool.clear();
    restoreRecordings(next, this.spool.recordings, snapshot);
    this.spool.drain(next);
    this.rate?.restart();
  }

  /** Entries to be applied at their steps. @throws SpikeloomError where one lies in the past of those before it */
  replay(entries: readonly JournalEntry[]): void {
    if (!Array.isArray(entries)) throw wrongKind('the journal', entries, 'Give the journal of a simulation: a list of entries.');
    let { step } = this.loaded;
    for (const entry of this.script) step = stepAfter(entry);
    const copies = entries.map((entry: unknown, i) => {
      requireEntry(entry, i);
      if (entry.step < step) throw past(entry, step);
      step = stepAfter(entry);
      return copyData(entry);
    });
    this.script.push(...copies);
  }

  /** Applies what the script wants at this step. */
  async followScript(): Promise<void> {
    for (let entry = this.script[0]; entry !== undefined; entry = this.script[0]) {
      const { step } = this.loaded;
      if (entry.step > step) return;
      if (entry.step < step) throw past(entry, step);
      this.script.shift();
      const { step: _, ...operation } = entry;
      await this.perform(operation);
    }
  }
}

/** The step at which the network stands after an entry. */
export function stepAfter(entry: JournalEntry): number {
  if (entry.kind === 'restore') return readSnapshot(entry.snapshot).head.step;
  return entry.kind === 'reset' && resets(entry, 'clock') ? 0 : entry.step;
}

function past(entry: JournalEntry, step: number): SpikeloomError {
  return new SpikeloomError({
    code: 'usage',
    message: `the journal has a '${entry.kind}' at step ${entry.step}, but ${step} steps are done by then`,
    path: ['journal'],
    hint: 'Replay it from the start of the run, or from a snapshot that was taken before its first entry.',
  });
}
