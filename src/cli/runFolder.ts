import { removeFile } from '#platform';
import { ResultFolder } from '../io/files.ts';
import { filesOfManifest, MANIFEST, ManifestWriter, type RunOutcome, type RunSetting } from '../io/manifest.ts';
import type { Format } from '../io/results.ts';
import { ResultWriter } from '../io/writer.ts';
import type { RecordedChunk, RecorderInfo, RecordingSink } from '../simulation/recordings.ts';
import type { JournalEntry } from '../simulation/simulation.ts';
import { draw, type PictureSource } from './pictures.ts';

/** Real time between two notes of how far a run is, ms. */
const INTERVAL = 1000;

/** The folder of a run: its results as they come, its manifest, and pictures at the end. */
export class RunFolder implements RecordingSink {
  readonly path: string;
  readonly #files: ResultFolder;
  readonly #results: ResultWriter;
  #manifest: ManifestWriter | undefined;
  #noted = performance.now();
  /** Files of an earlier run. */
  #before: readonly string[] = [];

  constructor(path: string, formats: readonly Format[]) {
    this.path = path;
    this.#files = new ResultFolder(path);
    this.#results = new ResultWriter(path, formats);
  }

  /** To be asked before long work. @throws SpikeloomError 'input-output' where no file can be written */
  requireWritable(): Promise<void> {
    return this.#files.requireWritable();
  }

  /** A run begins, after what was done to it before its first step. */
  async begin(setting: RunSetting, journal: readonly JournalEntry[]): Promise<void> {
    this.#before = await filesOfManifest(this.path);
    this.#manifest = await ManifestWriter.begin(this.path, setting, journal);
  }

  /** Takes something that was done from outside. */
  add(entry: JournalEntry): void {
    this.#manifest?.add(entry);
  }

  /** Notes how far the run is, now and then. */
  note(steps: number): void {
    const now = performance.now();
    if (!this.#manifest || now - this.#noted < INTERVAL) return;
    this.#noted = now;
    // A failure comes up again when the next results are written.
    this.#manifest.flush(steps).catch(() => undefined);
  }

  open(recorders: readonly RecorderInfo[], dt: number): void | Promise<void> {
    return this.#results.open(recorders, dt);
  }

  async write(index: number, chunk: RecordedChunk): Promise<void> {
    // Results never lie ahead of the journal that explains them.
    await this.#manifest?.flush();
    await this.#results.write(index, chunk);
  }

  /**
   * Ends the results, draws pictures and completes the manifest: all of them, whichever fail. Answers the files that are there, and
   * what went wrong.
   */
  async close(
    outcome: Omit<RunOutcome, 'results' | 'timings'>,
    pictures: PictureSource,
    timings: () => RunOutcome['timings'],
  ): Promise<{ readonly results: readonly string[]; readonly failures: readonly unknown[] }> {
    const results: string[] = [];
    const failures: unknown[] = [];
    const attempt = async (body: () => Promise<void>): Promise<void> => {
      await body().catch((error: unknown) => failures.push(error));
    };
    await attempt(async () => {
      results.push(...(await this.#results.close(outcome)));
    });
    await attempt(async () => {
      for (const { name, svg } of await draw(pictures)) {
        await this.#files.write(`${name}.svg`, svg);
        results.push(`${name}.svg`);
      }
    });
    // Pictures of an earlier run would be taken for those of this one.
    const old = this.#before.filter((name) => /^[^/\\]+\.svg$/.test(name) && !results.includes(name));
    for (const name of old) await attempt(() => removeFile(`${this.path}/${name}`));
    const [failure] = failures;
    const asItEnded = failure === undefined ? outcome : { ...outcome, end: 'failed' as const, reason: messageOf(failure) };
    await attempt(async () => {
      await this.#manifest?.end({ ...asItEnded, results, timings: timings() });
    });
    if (this.#manifest && failures.length === 0) results.push(MANIFEST);
    return { results, failures };
  }
}

/** What is said of an error where there is no room for all of it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
