import { SpikeloomError } from '../../core/error.ts';
import type { ViewDef } from '../../network/definition.ts';
import { isRewiring } from '../../simulation/journal.ts';
import { type JournalEntry, type Progress, type Simulation, simulate } from '../../simulation/simulation.ts';
import { Outlet } from './outlet.ts';
import {
  buffersOf,
  type CallName,
  type Calls,
  type Facts,
  type Frame,
  type Port,
  type Request,
  sendError,
  type ToEngine,
  type ToPage,
  type Watched,
} from './protocol.ts';
import { Runner } from './runner.ts';

/** Real time between two reports of progress, ms. */
const INTERVAL = 50;

type Handlers = { readonly [K in CallName]: (...args: Parameters<Calls[K]>) => ReturnType<Calls[K]> | Promise<ReturnType<Calls[K]>> };

/** Answers whose arrays were made for them: they are handed over. */
const HANDED_OVER: readonly CallName[] = ['read', 'readSynapses', 'synapsesOf', 'snapshot', 'frame'];

type Message = ToPage extends infer M ? (M extends { readonly step: number } ? Omit<M, 'step'> : never) : never;

interface Engine {
  readonly simulation: Simulation;
  readonly runner: Runner;
}

/** The engine's end: a simulation that does what messages ask for. Serves one network, from its `start` on. */
export class EngineHost {
  readonly #port: Port;
  readonly #holdLock: (name: string) => Promise<void>;
  readonly #outlet = new Outlet((chunks, bytes) =>
    this.#post(
      { kind: 'recorded', chunks, bytes },
      chunks.flatMap(([, chunk]) => buffersOf(chunk)),
    ),
  );
  #started: Engine | undefined;
  #reported = 0;

  /** @param holdLock takes a lock that ends with this thread */
  constructor(port: Port, holdLock: (name: string) => Promise<void> = async () => {}) {
    this.#port = port;
    this.#holdLock = holdLock;
    port.listen((message) => this.#receive(message as ToEngine));
  }

  get #engine(): Engine {
    if (this.#started) return this.#started;
    throw new SpikeloomError({ code: 'usage', message: 'no network was started', hint: 'Start one: simulateInWorker(network).' });
  }

  get #simulation(): Simulation {
    return this.#engine.simulation;
  }

  get #runner(): Runner {
    return this.#engine.runner;
  }

  #receive(message: ToEngine): void {
    if (message.call === 'taken') this.#outlet.taken(message.bytes);
    else void this.#answer(message);
  }

  async #answer({ id, call, args }: Request): Promise<void> {
    try {
      const value = await (this.#handlers[call] as (...args: unknown[]) => unknown)(...args);
      this.#outlet.flush();
      this.#post({ kind: 'answer', id, value }, HANDED_OVER.includes(call) ? buffersOf(value) : []);
    } catch (error) {
      this.#outlet.flush();
      this.#post({ kind: 'refusal', id, error: sendError(error) });
    }
  }

  #post(message: Message, transfer: ArrayBuffer[] = []): void {
    this.#port.send({ step: this.#started?.simulation.step ?? 0, ...message }, transfer);
  }

  readonly #handlers: Handlers = {
    hello: (lock) => this.#holdLock(lock),
    start: async (network, options) => {
      const simulation = await simulate(network, {
        ...options,
        sink: this.#outlet,
        // The page keeps what is recorded.
        keepRecorded: 1,
        onJournal: (entry) => this.#tellJournal(entry),
      });
      this.#started = { simulation, runner: new Runner(simulation, this.#outlet) };
      const { backend, precision, threads, timings } = simulation;
      return { backend, precision, threads, timings, ...this.#facts() };
    },
    run: (duration) => this.#runner.run(duration ?? this.#simulation.network.duration, (progress) => this.#tellProgress(progress)),
    abort: () => this.#runner.abort(),
    pause: () => this.#runner.pause(),
    resume: () => this.#runner.resume(),
    advance: (steps) => this.#runner.advance(steps),
    limit: (speed) => this.#runner.limit(speed),
    read: (view, name) => this.#simulation.read(view, name),
    write: (view, values) => this.#simulation.write(view, values),
    synapsesOf: (projection) => this.#simulation.synapsesOf(projection),
    readSynapses: (projection, name) => this.#simulation.getSynapses(projection, name),
    writeSynapses: (projection, values, options) => this.#simulation.setSynapses(projection, values, options),
    addSynapses: (projection, pairs, values) => this.#simulation.addSynapses(projection, pairs, values),
    removeSynapses: (projection, pairs) => this.#simulation.removeSynapses(projection, pairs),
    snapshot: () => this.#simulation.snapshot(),
    restore: (bytes) => this.#simulation.restore(bytes),
    replace: (network) => this.#simulation.replace(network),
    reset: (options) => this.#simulation.reset(options),
    replay: (journal) => this.#simulation.replay(journal),
    frame: (watched, spare) => this.#frame(watched, spare),
  };

  #frame(watched: readonly Watched[], spare: readonly Float32Array[]): Frame {
    const { step, time } = this.#simulation;
    const columns = watched.map(({ view, quantity }, i) => this.#column(view, quantity, spare[i]));
    return { step, time, columns };
  }

  #column(view: ViewDef, quantity: string, spare: Float32Array | undefined): Float32Array {
    const values = this.#simulation.read(view, quantity);
    const column = spare?.length === values.length ? spare : new Float32Array(values.length);
    column.set(values);
    return column;
  }

  #facts(): Facts {
    const { network, synapses, warnings, recordings } = this.#simulation;
    return {
      seed: network.seed,
      synapses,
      warnings: warnings.map((w) => ({ ...w })),
      recorders: recordings.infos.slice(0, network.recorders.length),
    };
  }

  #tellJournal(entry: JournalEntry): void {
    if (entry.kind === 'reset' || entry.kind === 'restore') this.#started?.runner.recount();
    this.#outlet.flush();
    const facts = { ...this.#facts(), ...(isRewiring(entry) && { network: this.#simulation.network }) };
    this.#post({ kind: 'journal', entry, facts });
  }

  #tellProgress(progress: Progress): void {
    const now = performance.now();
    if (now - this.#reported < INTERVAL && progress.fraction < 1) return;
    this.#reported = now;
    this.#post({ kind: 'progress', progress });
  }
}
