import { mayHelp, startHelper } from '#platform';
import type { FanOutColumns, FanOutTask, SliceMakers, SliceMaking } from '../compile/makeFanOut.ts';
import { countByRule } from '../compile/synapseCount.ts';
import { SpikeloomError } from '../core/error.ts';
import { actsOnEvents } from '../model/synapse.ts';
import { isByTarget } from '../network/connect/rule.ts';
import type { NetworkDef } from '../network/definition.ts';
import type { Answer, Question } from './helper.ts';

/** A thread that answers questions while the one who asked waits. */
interface Helper {
  isAlive(): boolean;
  end(): void;
  ask(question: Question): void;
  /** Waits for the next answer; undefined where the thread has ended. */
  answer(): unknown;
}

/** From so many synapses on, it takes longer to make them than to start threads that help. */
const MANY = 2 ** 24;

/** Whether a network of several threads has so many synapses that these are to help to make them. */
export function wantsHelpers({ populations, projections }: NetworkDef, threads: number): boolean {
  if (threads === 1 || !mayHelp()) return false;
  const sizes = new Map(populations.map((p) => [p.name, p.rows * p.columns]));
  const shared = projections.filter(({ synapse, rule }) => actsOnEvents(synapse) && isByTarget(rule));
  const synapses = shared.reduce((sum, p) => {
    const [sources, targets] = [sizes.get(p.source.population) ?? 0, sizes.get(p.target.population) ?? 0];
    return sum + (countByRule(p, sources, targets)?.synapses ?? sources * targets);
  }, 0);
  return synapses >= MANY;
}

/** The threads that help to make the synapses of one network: each makes its slice of all fan-outs. */
export class Helpers implements SliceMakers {
  readonly #threads: readonly Helper[];
  /** By thread: answers about other fan-outs than those that were asked for, by fan-out. */
  readonly #early: readonly Map<number, Answer>[];
  #fanOuts = 0;

  /** Use `Helpers.start`. */
  constructor(threads: readonly Helper[]) {
    this.#threads = threads;
    this.#early = threads.map(() => new Map());
  }

  /** Starts those for a program of so many threads: one less. @throws SpikeloomError where one can't be started */
  static async start(threads: number, start: () => Promise<Helper> = startHelper): Promise<Helpers> {
    const started = await Promise.allSettled(Array.from({ length: threads - 1 }, () => start()));
    const helpers = started.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []));
    const failed = started.find((s) => s.status === 'rejected');
    if (!failed) return new Helpers(helpers);
    for (const helper of helpers) helper.end();
    throw new SpikeloomError({
      code: 'unsupported',
      message: `only ${helpers.length + 1} of ${threads} threads could be started: ${failed.reason instanceof Error ? failed.reason.message : String(failed.reason)}`,
      hint: `Take fewer threads, ${helpers.length + 1} at most, or 'auto'.`,
    });
  }

  begin(task: FanOutTask): SliceMaking {
    const fanOut = this.#fanOuts++;
    for (const [i, thread] of this.#threads.entries()) thread.ask({ kind: 'count', fanOut, task, slice: i + 1 });
    return {
      counted: () => this.#all(fanOut, 'counted')?.map(({ counted }) => counted),
      fill: (columns: FanOutColumns, firsts) => {
        for (const [i, thread] of this.#threads.entries()) thread.ask({ kind: 'fill', fanOut, columns, first: firsts[i + 1] });
      },
      filled: () => this.#all(fanOut, 'filled') !== undefined,
    };
  }

  end(): void {
    for (const thread of this.#threads) thread.end();
  }

  /** What all threads answer; undefined where one found a mistake. */
  #all<K extends Answer['kind']>(fanOut: number, kind: K): Extract<Answer, { kind: K }>[] | undefined {
    const answers = this.#threads.map((_, i) => this.#answerOf(i, fanOut));
    const wanted = answers.filter((a): a is Extract<Answer, { kind: K }> => a.kind === kind);
    return wanted.length === answers.length ? wanted : undefined;
  }

  #answerOf(thread: number, fanOut: number): Answer {
    const early = this.#early[thread];
    for (;;) {
      const known = early.get(fanOut);
      early.delete(fanOut);
      if (known) return known;
      const next = this.#threads[thread].answer() as Answer | undefined;
      if (!next) throw lost(thread + 1, this.#threads.length + 1);
      early.set(next.fanOut, next);
    }
  }
}

function lost(thread: number, threads: number): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: `thread ${thread + 1} of ${threads} has ended while it made synapses`,
    hint: 'It may have run out of memory. Take fewer threads, or a smaller network.',
  });
}
