import { appendText, readWhole, removeFile, writeWhole } from '#platform';
import { isObject } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { RANDOM_NUMBERS_VERSION } from '../core/rng.ts';
import { toSteps } from '../core/steps.ts';
import type { Precision } from '../ir/expr.ts';
import { isDefinition } from '../network/checks.ts';
import type { NetworkDef } from '../network/definition.ts';
import { fromDocument } from '../network/document.ts';
import { stepAfter } from '../simulation/engine.ts';
import { definitionOf } from '../simulation/given.ts';
import { type BackendName, type JournalEntry, journalOf } from '../simulation/simulation.ts';
import { ArrayFolder } from './arrayFolder.ts';
import { printJson } from './json.ts';
import { sha256 } from './sha256.ts';

/*
 * What is needed to repeat a run lies beside its results: manifest.json, and arrays by hash. While the run goes on, the manifest
 * says so, and what is done from outside is added to journal.jsonl.partial before results that come after it are written. At the
 * end the manifest takes it up.
 */

export const MANIFEST = 'manifest.json';
const PARTIAL = 'journal.jsonl.partial';
const FORMAT = 'spikeloom manifest';
const VERSION = 1;

const ENDS = ['running', 'done', 'aborted', 'stopped', 'diverged', 'failed'] as const;

/** `running` of a run that goes on, or was ended by force. */
export type ManifestEnd = (typeof ENDS)[number];

/** What is known when a run begins. */
export interface RunSetting {
  /** Of spikeloom. */
  readonly version: string;
  /** What was run. */
  readonly file: string;
  readonly backend: BackendName;
  readonly precision: Precision;
  readonly threads: number;
  /** Model time that the run was to take, ms. */
  readonly duration: number;
  /** Whether code of the user's could change the network while it ran. */
  readonly driven: boolean;
  /** What else was asked for. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly machine: Readonly<Record<string, unknown>>;
  /** The network as it was at its start, without functions. */
  readonly network: NetworkDef;
}

export interface RunOutcome {
  readonly end: Exclude<ManifestEnd, 'running'>;
  readonly reason?: string;
  /** Steps done. */
  readonly steps: number;
  /** Model time at the end, ms. */
  readonly time: number;
  /** SHA-256 of the state at the end, where it was taken. */
  readonly state?: string;
  /** Names of the files of results. */
  readonly results: readonly string[];
  /** ms. */
  readonly timings: Readonly<Record<string, number>>;
}

/** A run as its manifest has it. */
export interface Manifest {
  readonly network: NetworkDef;
  readonly journal: readonly JournalEntry[];
  readonly backend: BackendName;
  readonly precision: Precision;
  /** `running` where it was ended by force. */
  readonly end: ManifestEnd;
  /** Steps that can be repeated. */
  readonly steps: number;
  /** SHA-256 of the state after them. */
  readonly state?: string;
  readonly results: readonly string[];
}

/** Writes the manifest of a run: at its start, whenever something is done from outside, and at its end. */
export class ManifestWriter {
  readonly #folder: string;
  readonly #arrays: ArrayFolder;
  readonly #head: Readonly<Record<string, unknown>>;
  readonly #network: unknown;
  readonly #networkHash: string;
  readonly #journal: unknown[] = [];
  #waiting: JournalEntry[] = [];
  #last: Promise<void> = Promise.resolve();

  /** Use `ManifestWriter.begin`. */
  constructor(folder: string, arrays: ArrayFolder, head: Readonly<Record<string, unknown>>, network: unknown, networkHash: string) {
    this.#folder = folder;
    this.#arrays = arrays;
    this.#head = head;
    this.#network = network;
    this.#networkHash = networkHash;
  }

  /**
   * The manifest of a run that begins, in its folder.
   *
   * @param journal what was done from outside before the first step
   * @throws SpikeloomError 'input-output'; 'unsupported' where the network has a function in it
   */
  static async begin(folder: string, setting: RunSetting, journal: readonly JournalEntry[]): Promise<ManifestWriter> {
    const arrays = new ArrayFolder(folder);
    const { network, version, ...rest } = setting;
    const document = await written(folder, () => arrays.write(network));
    const head = { format: FORMAT, formatVersion: VERSION, spikeloom: version, randomNumbers: RANDOM_NUMBERS_VERSION, ...rest };
    const writer = new ManifestWriter(folder, arrays, { ...head, seed: network.seed, dt: network.dt }, document, await hashOf(document));
    writer.#journal.push(...(await written(folder, () => arrays.writeAll(journal))));
    await written(folder, () => removeFile(`${folder}/${PARTIAL}`));
    await writer.#write({ run: { end: 'running' } });
    return writer;
  }

  /** Takes what was done from outside; `flush` writes it. */
  add(entry: JournalEntry): void {
    this.#waiting.push(entry);
  }

  /** Writes what was done from outside up to now, and if given that the run has got so far. */
  flush(steps?: number): Promise<void> {
    this.#last = this.#last.then(() => this.#append(steps));
    return this.#last;
  }

  async #append(steps: number | undefined): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    if (entries.length === 0 && steps === undefined) return;
    await written(`${this.#folder}/${PARTIAL}`, async () => {
      const documents = await this.#arrays.writeAll(entries);
      this.#journal.push(...documents);
      const lines: unknown[] = [...documents.map((entry) => ({ entry })), ...(steps === undefined ? [] : [{ steps }])];
      await appendText(`${this.#folder}/${PARTIAL}`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    });
  }

  /** The whole manifest. */
  async end({ state, results, timings, ...run }: RunOutcome): Promise<void> {
    await this.flush();
    await this.#write({ run, results, timings, ...(state !== undefined && { state }) });
    await written(this.#folder, () => removeFile(`${this.#folder}/${PARTIAL}`));
  }

  async #write({ state, ...rest }: Readonly<Record<string, unknown>>): Promise<void> {
    const hashes = { network: this.#networkHash, journal: await hashOf(this.#journal), ...(state !== undefined && { state }) };
    const manifest = { ...this.#head, ...rest, hashes, network: this.#network, journal: this.#journal };
    await written(`${this.#folder}/${MANIFEST}`, () => writeWhole(this.#folder, MANIFEST, `${printJson(manifest)}\n`));
  }
}

async function written<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof SpikeloomError) throw error;
    throw new SpikeloomError({
      code: 'input-output',
      message: `can't write ${path}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Choose another folder, or change its permissions.',
    });
  }
}

function hashOf(document: unknown): Promise<string> {
  return sha256(JSON.stringify(document));
}

/** Whether a text is a manifest, whole or not. */
export function isManifestText(text: string): boolean {
  return /^\s*\{\s*"format"\s*:\s*"spikeloom manifest"/.test(text);
}

type Document = Readonly<Record<string, unknown>>;

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  formatVersion: isCount,
  spikeloom: isText,
  randomNumbers: isCount,
  backend: (value) => value === 'js' || value === 'wasm',
  precision: (value) => value === 'f32' || value === 'f64',
  duration: (value) => typeof value === 'number' && value >= 0,
  driven: (value) => typeof value === 'boolean',
  hashes: (value) => isObject(value) && isText(value.network) && isText(value.journal) && (value.state === undefined || isText(value.state)),
  run: (value) => isObject(value) && ENDS.some((end) => end === value.end) && (value.end === 'running' || isCount(value.steps)),
  network: isObject,
  journal: Array.isArray,
};

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/**
 * A run that can be repeated: that of a manifest, with the arrays beside it.
 *
 * @throws SpikeloomError 'input-output' where something is missing or damaged; 'unsupported' where another version made it
 */
export async function readManifest(file: string): Promise<Manifest> {
  const document = parseManifest(await textOf(file), file);
  requireVersion(document.formatVersion, VERSION, `${file} is a manifest of version`);
  requireVersion(document.randomNumbers, RANDOM_NUMBERS_VERSION, `the run of ${file} drew its random numbers by version`);
  for (const [key, fits] of Object.entries(FITS)) if (!fits(document[key])) throw damaged(file, `its '${key}' is not that of a manifest`);
  // Checked above, key by key.
  const { hashes, run, backend, precision, driven, duration } = document as unknown as Pick<Manifest, 'backend' | 'precision'> & {
    readonly hashes: { readonly network: string; readonly journal: string; readonly state?: string };
    readonly run: { readonly end: ManifestEnd; readonly steps: number };
    readonly driven: boolean;
    readonly duration: number;
  };
  await requireHash(file, 'network', document.network, hashes.network);
  await requireHash(file, 'journal', document.journal, hashes.journal);
  const folder = /[\\/]/.test(file) ? file.replace(/[\\/][^\\/]*$/, '') : '.';
  const partial = run.end === 'running' ? await readPartial(`${folder}/${PARTIAL}`) : undefined;
  const entries = [...(document.journal as unknown[]), ...(partial?.entries ?? [])];
  const arrays = await new ArrayFolder(folder).arraysOf([document.network, entries]);
  const network = fromDocument(document.network, arrays);
  if (!isDefinition(network)) throw damaged(file, "its 'network' is not that of a manifest");
  const journal = journalOf(entries, arrays);
  const planned = toSteps(duration, network.dt);
  // Where nobody could change the network while it ran, the whole run is known although it was ended by force.
  const known = stepsUpTo(journal);
  const steps = partial === undefined ? run.steps : driven ? Math.max(partial.steps, known) : planned;
  const results = Array.isArray(document.results) ? document.results.filter(isText) : [];
  return {
    network: definitionOf(network),
    journal,
    backend,
    precision,
    end: run.end,
    steps,
    results,
    ...(hashes.state !== undefined && { state: hashes.state }),
  };
}

/** Files that a folder's manifest names as results of its run; none where there is no manifest. */
export async function filesOfManifest(folder: string): Promise<readonly string[]> {
  try {
    const { results } = parseManifest(await textOf(`${folder}/${MANIFEST}`), MANIFEST);
    return Array.isArray(results) ? results.filter(isText) : [];
  } catch {
    return [];
  }
}

/** Steps that were done in all up to the last entry of a journal. */
function stepsUpTo(journal: readonly JournalEntry[]): number {
  let [done, at] = [0, 0];
  for (const entry of journal) {
    done += entry.step - at;
    at = stepAfter(entry);
  }
  return done;
}

async function textOf(file: string): Promise<string> {
  try {
    return new TextDecoder().decode(await readWhole(file));
  } catch (error) {
    throw new SpikeloomError({
      code: 'input-output',
      message: `can't read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Give the manifest.json that lies beside the results of a run.',
    });
  }
}

function parseManifest(text: string, file: string): Document {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document) && document.format === FORMAT) return document;
  } catch {
    // What is no JSON is told below.
  }
  throw damaged(file, 'it is no whole manifest');
}

function requireVersion(theirs: unknown, ours: number, what: string): void {
  if (theirs === ours || !isCount(theirs)) return;
  throw new SpikeloomError({
    code: 'unsupported',
    message: `${what} ${theirs}; this spikeloom has version ${ours}`,
    hint: 'Repeat the run by the version of spikeloom that made it: the manifest names it.',
  });
}

async function requireHash(file: string, what: string, document: unknown, hash: string): Promise<void> {
  if ((await hashOf(document)) !== hash) throw damaged(file, `its ${what} has been changed`);
}

function damaged(file: string, what: string): SpikeloomError {
  return new SpikeloomError({
    code: 'input-output',
    message: `${file} is damaged: ${what}`,
    hint: 'A manifest repeats its run as it was, or not at all. To run something else, write a network of its own.',
  });
}

/** What was done from outside in a run that was ended by force, and how far it is known. */
async function readPartial(file: string): Promise<{ readonly entries: readonly unknown[]; readonly steps: number }> {
  const text = await textOf(file).catch(() => '');
  const entries: unknown[] = [];
  let steps = 0;
  // What follows the last end of a line was being written.
  for (const [i, line] of text.split('\n').slice(0, -1).entries()) {
    const read = parseLine(line);
    if (read === undefined) throw damaged(file, `line ${i + 1} is none of a journal`);
    if ('entry' in read) entries.push(read.entry);
    else steps = Number(read.steps);
  }
  return { entries, steps };
}

function parseLine(line: string): Document | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return isObject(read) && ('entry' in read || isCount(read.steps)) ? read : undefined;
  } catch {
    return undefined;
  }
}
