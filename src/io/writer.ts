import { SpikeloomError } from '../core/error.ts';
import type { RecordedChunk, RecorderInfo, RecordingSink } from '../simulation/recordings.ts';
import { finishPartial, requireFormats } from './finish.ts';
import type { ResultMeta } from './meta.ts';
import { beginPartial, leavePartial, writePartialMeta } from './partial.ts';
import { type Ending, FORMATS, type Format, isSameRecorder, ResultNames } from './results.ts';
import { Spool } from './spool.ts';

/** Bytes that wait in memory, of all recorders together. */
const MOST_WAITING = 4 * 2 ** 20;
/** How long they wait at most while a run goes on, ms. */
const LONGEST_WAIT = 2000;

/** How a run ended, for its results. */
export interface EndOfRun {
  readonly end: 'done' | 'aborted' | 'stopped' | 'diverged' | 'failed';
  readonly reason?: string;
  /** Model time at the end, ms; unless given, that of the last thing recorded. */
  readonly time?: number;
}

/**
 * Writes what a simulation records to a folder while it runs, in a few MB of memory: `simulate(network, { sink: writer })`, and
 * `close` when no more runs follow. Formats are `csv` (spikes.csv, traces.csv, synapses.csv, counts.csv, described by results.json),
 * `npz` (results.npz) and `h5` (results.h5).
 *
 * Until then everything lies in a folder within it whose name ends in `.partial`; the files appear when they are whole, in place
 * of those of an earlier run, whatever formats that had. Where time goes back, by `reset` or `restore`, rows go on in the order
 * of recording, and the description lists where. Recorders that a replaced network no longer has keep what they have.
 */
export class ResultWriter implements RecordingSink {
  readonly folder: string;
  readonly formats: readonly Format[];
  readonly #names = new ResultNames();
  #spools: Spool[] = [];
  /** Of each recorder of the network now. */
  #current: readonly Spool[] = [];
  #partial: string | undefined;
  #dt = 0;
  #lastFlush = 0;
  #failure: { readonly error: unknown } | undefined;
  #isClosed = false;

  /** @param formats some of `csv`, `npz`, `h5` @throws SpikeloomError 'usage' for others */
  constructor(folder: string, formats: readonly Format[] = ['npz']) {
    requireFormats(formats);
    this.folder = folder;
    this.formats = FORMATS.filter((format) => formats.includes(format));
  }

  /** @throws SpikeloomError 'input-output' where the folder can't be written */
  async open(recorders: readonly RecorderInfo[], dt: number): Promise<void> {
    this.#requireOpen();
    if (this.#partial !== undefined && dt !== this.#dt) {
      throw new SpikeloomError({
        code: 'usage',
        message: `results of dt ${dt} ms can't go on from those of dt ${this.#dt} ms`,
        hint: 'Give each simulation a ResultWriter of its own.',
      });
    }
    await this.#keepFailure(async () => {
      this.#dt = dt;
      const partial = this.#partial ?? (await beginPartial(this.folder));
      this.#partial = partial;
      const left = [...this.#spools];
      const current: Spool[] = [];
      for (const info of recorders) {
        const found = left.findIndex((spool) => isSameRecorder(spool.info, info));
        const [known] = found < 0 ? [] : left.splice(found, 1);
        if (known) current.push(known);
        else {
          const spool = await Spool.create(partial, this.#spools.length, this.#names.nameOf(info), info, dt);
          this.#spools.push(spool);
          current.push(spool);
        }
      }
      this.#current = current;
      this.#lastFlush = performance.now();
      await writePartialMeta(partial, this.#meta({ end: 'running', time: 0 }));
    });
  }

  /** @throws SpikeloomError 'input-output' where the disk is full, and so on; what was written until then is kept */
  async write(index: number, chunk: RecordedChunk): Promise<void> {
    this.#requireOpen();
    const spool = this.#current[index];
    if (!spool) {
      throw new SpikeloomError({
        code: 'usage',
        message: `there is no recorder ${index}`,
        hint: 'Tell the writer of all recorders by open(recorders, dt).',
      });
    }
    spool.add(chunk);
    const waiting = this.#spools.reduce((n, { waitingBytes }) => n + waitingBytes, 0);
    if (waiting >= MOST_WAITING || performance.now() - this.#lastFlush >= LONGEST_WAIT) await this.#keepFailure(() => this.#flush());
  }

  async #flush(): Promise<void> {
    for (const spool of this.#spools) await spool.flush();
    this.#lastFlush = performance.now();
  }

  /**
   * Puts everything into files of the chosen formats. Without space for that, what was recorded stays where it is.
   *
   * @returns names of the files, none where nothing was recorded
   * @throws SpikeloomError 'input-output'
   */
  async close(ending: EndOfRun): Promise<readonly string[]> {
    this.#requireNotClosed();
    this.#isClosed = true;
    const partial = this.#partial;
    if (partial === undefined) return [];
    const { end, reason, time = 0 } = ending;
    let lost: unknown;
    try {
      await this.#flush();
    } catch (error) {
      // Rows that don't fit on the disk are lost, those before them are not.
      lost = error;
      for (const spool of this.#spools) await spool.abandon();
    }
    const isKnown = lost === undefined || end === 'failed';
    const why = isKnown ? reason : firstLine(lost);
    const said: Ending = { end: isKnown ? end : 'failed', ...(why !== undefined && { reason: why }), time: isKnown ? time : 0 };
    await writePartialMeta(partial, this.#meta(said)).catch(() => undefined);
    leavePartial(partial);
    const files = await finishPartial(this.folder, partial, this.formats);
    if (lost !== undefined) throw lost;
    return files;
  }

  #meta(ending: Ending): ResultMeta {
    const recorders = this.#spools.map(({ name, info: { def, unit, values, width } }) => ({ name, def, unit, values, width, rows: 0, restarts: [] }));
    return { dt: this.#dt, ending, recorders };
  }

  #requireOpen(): void {
    this.#requireNotClosed();
    if (this.#failure) throw this.#failure.error;
  }

  #requireNotClosed(): void {
    if (this.#isClosed)
      throw new SpikeloomError({ code: 'usage', message: 'these results are closed', hint: 'Make a new ResultWriter for each run.' });
  }

  async #keepFailure(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
