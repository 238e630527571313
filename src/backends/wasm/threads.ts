import { InternalError, SpikeloomError } from '../../core/error.ts';
import type { Host, Thread, ThreadPart } from '../backend.ts';
import { SHORT } from './meet.ts';
import { CROWDED, FAULT, LINE, MEETING, type TeamPlan } from './team.ts';

/**
 * How often a thread that waits for the others, or for the next run, looks before it sleeps. Where each may have a core: for about a
 * third of a millisecond. One that sleeps is slow to wake. Where there are fewer cores, others want this one.
 */
const LOOKS = { withCores: 2 ** 18, crowded: SHORT } as const;

/** Ends the threads of executors that nobody has any more. */
const forgotten = new FinalizationRegistry<readonly Thread[]>((threads) => {
  for (const thread of threads) thread.end();
});

/** The threads of an executor but for the first, which is the one that calls it. */
export class Team {
  readonly #plan: TeamPlan;
  readonly #words: Int32Array;
  readonly #threads: readonly Thread[];

  /** Use `Team.start`. */
  constructor(plan: TeamPlan, memory: WebAssembly.Memory, threads: readonly Thread[]) {
    this.#plan = plan;
    this.#words = new Int32Array(memory.buffer);
    this.#threads = threads;
    forgotten.register(this, threads, this);
  }

  static async start(plan: TeamPlan, program: Pick<ThreadPart, 'module' | 'memory'>, host: Host | undefined): Promise<Team> {
    if (!host) throw new InternalError('a program of several threads, and nothing to start them with');
    const at = (what: keyof ThreadPart['words']): number => wordOf(plan, what);
    const words = { run: at('run'), steps: at('steps'), lost: at('lost'), round: at('round'), looks: at('looks') };
    new Int32Array(program.memory.buffer)[words.looks] = plan.threads > host.cores ? LOOKS.crowded : LOOKS.withCores;
    const numbers = Array.from({ length: plan.threads - 1 }, (_, i) => i + 1);
    const started = await Promise.allSettled(numbers.map((thread) => host.startThread({ ...program, thread, words })));
    const threads = started.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []));
    const failed = started.find((s) => s.status === 'rejected');
    if (!failed) return new Team(plan, program.memory, threads);
    for (const thread of threads) thread.end();
    throw new SpikeloomError({
      code: 'unsupported',
      message: `only ${threads.length + 1} of ${plan.threads} threads could be started: ${failed.reason instanceof Error ? failed.reason.message : String(failed.reason)}`,
      hint: `Take fewer threads, ${threads.length + 1} at most, or 'auto'.`,
    });
  }

  /** Has the other threads begin to run, with epochs of so many steps at most; the caller does its own share next. @throws SpikeloomError where one was lost */
  begin(steps: number, longest: number): void {
    this.requireAll();
    for (let thread = 0; thread < this.#plan.threads; thread++) {
      const line = wordOf(this.#plan, 'lines') + (thread * LINE) / 4;
      this.#words[line + FAULT / 4] = 0;
      this.#words[line + CROWDED / 4] = 0;
    }
    Atomics.store(this.#words, wordOf(this.#plan, 'steps'), steps);
    Atomics.store(this.#words, wordOf(this.#plan, 'longest'), longest);
    const run = wordOf(this.#plan, 'run');
    Atomics.add(this.#words, run, 1);
    Atomics.notify(this.#words, run);
  }

  /** @throws SpikeloomError where a thread was lost: then none of the others goes on waiting for it */
  requireAll(): void {
    const lost = wordOf(this.#plan, 'lost');
    const gone = this.#threads.findIndex((thread) => !thread.isAlive());
    if (gone >= 0) Atomics.compareExchange(this.#words, lost, 0, gone + 1);
    const number = Atomics.load(this.#words, lost);
    if (number === 0) return;
    for (const what of ['round', 'run'] as const) Atomics.notify(this.#words, wordOf(this.#plan, what));
    throw new SpikeloomError({
      code: 'unsupported',
      message: `thread ${number + 1} of ${this.#plan.threads} has ended; the network's state is lost`,
      hint: 'It may have run out of memory. What was recorded is kept. Start anew from a snapshot, on fewer threads.',
    });
  }

  end(): void {
    forgotten.unregister(this);
    for (const thread of this.#threads) thread.end();
  }
}

function wordOf({ meeting }: TeamPlan, what: keyof typeof MEETING): number {
  return (meeting + MEETING[what]) / 4;
}
