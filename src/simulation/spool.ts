import type { Executor } from '../backends/backend.ts';
import { drainRecorders, recorderInfos } from './drain.ts';
import type { Loaded } from './loaded.ts';
import { type RecordedChunk, type RecorderInfo, type RecordingSink, Recordings } from './recordings.ts';

/** Bytes of recordings that stay in memory where a sink takes all of them. */
const KEPT = 64 * 2 ** 20;

/** Where recorded data go: into memory, and to a sink. */
export class Spool {
  readonly #sink: RecordingSink | undefined;
  readonly #keep: number | undefined;
  #recordings: Recordings;
  /** Recorders of the network now: the first of those of the recordings. */
  #live: number;
  #dt: number;
  #isOpen = false;
  #waiting: (readonly [index: number, chunk: RecordedChunk])[] = [];

  constructor(loaded: Loaded, sink: RecordingSink | undefined, keep: number | undefined) {
    this.#sink = sink;
    this.#keep = keep ?? (sink ? KEPT : undefined);
    this.#dt = loaded.compiled.def.dt;
    const infos = recorderInfos(loaded.compiled);
    this.#live = infos.length;
    this.#recordings = this.#make(infos);
  }

  get recordings(): Recordings {
    return this.#recordings;
  }

  #make(infos: readonly RecorderInfo[]): Recordings {
    return new Recordings(infos, this.#dt, this.#keep === undefined ? {} : { keep: this.#keep });
  }

  /** Tells the sink of the recorders, where it does not know them yet. */
  async open(): Promise<void> {
    if (!this.#sink || this.#isOpen) return;
    await this.#sink.open(this.#recordings.infos.slice(0, this.#live), this.#dt);
    this.#isOpen = true;
  }

  /** Takes what the executor's buffers hold. */
  drain(loaded: Loaded): void {
    const executor: Executor = loaded.executor;
    for (const [index, chunk] of drainRecorders(loaded.compiled, executor, loaded.step)) {
      this.#recordings.append(index, chunk);
      if (this.#sink && loaded.compiled.recorders[index].kind !== 'counts') this.#waiting.push([index, chunk]);
    }
  }

  /** Gives the sink what it has not got yet. */
  async flush(): Promise<void> {
    if (!this.#sink) return;
    const chunks = this.#waiting;
    this.#waiting = [];
    for (const index of new Set(chunks.map(([at]) => at))) {
      const own = chunks.filter(([at]) => at === index).map(([, chunk]) => chunk);
      await this.#sink.write(index, own.length === 1 ? own[0] : joined(own));
    }
  }

  /** The rest, and the spike counts. */
  async finish(loaded: Loaded): Promise<void> {
    if (!this.#sink || !this.#isOpen) return;
    await this.flush();
    for (const [index, chunk] of drainRecorders(loaded.compiled, loaded.executor, loaded.step)) await this.#sink.write(index, chunk);
  }

  /** Forgets everything, also of recorders that are gone. */
  clear(): void {
    this.#waiting = [];
    if (this.#recordings.infos.length > this.#live) this.#recordings = this.#make(this.#recordings.infos.slice(0, this.#live));
    else this.#recordings.clear();
  }

  /** Goes on with the recorders of another network: those that are the same keep their data, those that are gone can still be read. */
  change(loaded: Loaded, options: { readonly follow?: boolean } = {}): readonly (number | undefined)[] {
    const infos = recorderInfos(loaded.compiled);
    // Who knows them already is not told again.
    if (areSameRecorders(this.#recordings.infos.slice(0, this.#live), infos)) return [...infos.keys()];
    const { recordings, places } = withRecorders(this.#recordings, this.#live, infos, (all) => this.#make(all), options);
    this.#recordings = recordings;
    this.#live = infos.length;
    this.#isOpen = false;
    return places;
  }
}

/**
 * Recordings that go on with other recorders, of which the first `live` were those of the network: what is equal keeps its data,
 * what is gone can still be read behind them. `places` says where each new one was before.
 *
 * @param options.follow whether recorders of chosen synapses record the same ones as before, which may have other places now
 */
export function withRecorders(
  before: Recordings,
  live: number,
  infos: readonly RecorderInfo[],
  make: (infos: readonly RecorderInfo[]) => Recordings,
  options: { readonly follow?: boolean } = {},
): { readonly recordings: Recordings; readonly places: readonly (number | undefined)[] } {
  const isFollowed = ({ def }: RecorderInfo): boolean => options.follow === true && def.kind === 'synapses' && def.synapses !== undefined;
  const left = before.infos.slice(0, live).map((info, at) => ({ key: keyOf(isFollowed(info) ? infos[at] : info), at }));
  const places = infos.map((info) => {
    const found = left.findIndex(({ key }) => key === keyOf(info));
    return found < 0 ? undefined : left.splice(found, 1)[0].at;
  });
  const gone = [...left.map(({ at }) => at), ...before.infos.keys()].filter((at, i) => i < left.length || at >= live);
  const recordings = make([...infos, ...gone.map((at) => before.infos[at])]);
  for (const [i, at] of [...places, ...gone].entries()) if (at !== undefined) recordings.adopt(i, before, at);
  return { recordings, places };
}

/** Whether recorders are the same, in the same order. */
export function areSameRecorders(a: readonly RecorderInfo[], b: readonly RecorderInfo[]): boolean {
  return a.length === b.length && a.every((info, i) => keyOf(info) === keyOf(b[i]));
}

/** Chunks of one recorder as one. */
function joined(chunks: readonly RecordedChunk[]): RecordedChunk {
  const [{ values: first }] = chunks;
  const length = chunks.reduce((n, { values }) => n + values.length, 0);
  const values =
    first instanceof Float32Array ? new Float32Array(length) : first instanceof Float64Array ? new Float64Array(length) : new Uint32Array(length);
  const steps = new Uint32Array(chunks.reduce((n, chunk) => n + chunk.steps.length, 0));
  let [row, at] = [0, 0];
  for (const chunk of chunks) {
    steps.set(chunk.steps, row);
    values.set(chunk.values, at);
    row += chunk.steps.length;
    at += chunk.values.length;
  }
  return { steps, values };
}

/** Equal for recorders whose data can go on. */
function keyOf({ def, cells, unit, values, width, ends }: RecorderInfo): string {
  return JSON.stringify([def, [...cells], unit, values, width, ends && [[...ends.sources], [...ends.targets]]]);
}
