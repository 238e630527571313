import type { RecorderDef } from '../network/definition.ts';
import type { RecordedChunk, RecorderInfo } from '../simulation/recordings.ts';

/** File formats of results. */
export const FORMATS = ['csv', 'npz', 'h5'] as const;
export type Format = (typeof FORMATS)[number];

/** How a run ended, as its results say it. */
export interface Ending {
  /** `running` and `killed`: read from what a run has written so far, or had when its process ended. */
  readonly end: 'done' | 'aborted' | 'stopped' | 'diverged' | 'failed' | 'running' | 'killed';
  /** Why, where that is not plain. */
  readonly reason?: string;
  /** Model time up to which there are results, ms. */
  readonly time: number;
}

export type ElementType = RecorderInfo['values'];
export type Values = RecordedChunk['values'];

export const ARRAYS = { f32: Float32Array, f64: Float64Array, u32: Uint32Array } as const;

/** What an array of a recorder holds. */
type Role = 'values' | 'times' | 'cells' | 'sources' | 'targets';

/** One array of a recorder, as files have it. */
export interface ArrayPlan {
  readonly role: Role;
  readonly name: string;
  readonly type: ElementType;
  /** Numbers a row, for a table of samples x cells or synapses; other arrays have one dimension. */
  readonly width?: number;
}

/** What one recorder recorded, wherever it lies; rows are samples or spikes, or the one row of spike counts. */
export interface StoredColumn {
  readonly name: string;
  readonly info: RecorderInfo;
  readonly rows: number;
  /** Times of samples or spikes, ms; rows from `begin` up to `end`. */
  times(begin: number, end: number): Promise<Float64Array>;
  /** Values, row after row. */
  values(begin: number, end: number): Promise<Values>;
}

/** What a whole run recorded. */
export interface StoredResults {
  readonly dt: number;
  readonly ending: Ending;
  readonly columns: readonly StoredColumn[];
}

/**
 * A name for each recorder that a person can guess: `exc.v`, `exc.v.mean`, `exc.spikes`, `exc.spike_counts`, `exc->exc.w`, `exc->exc.w.histogram`. What
 * would have a name that is taken gets `.2`, `.3` and so on at its end: other cells, another interval.
 */
export class ResultNames {
  readonly #taken = new Set<string>();

  /** @throws nothing: there is always a free one */
  nameOf(info: RecorderInfo): string {
    const plain = plainName(info.def);
    for (let n = 1; ; n++) {
      const name = n === 1 ? plain : `${plain}.${n}`;
      const names = [name, ...arraysOf(name, info).map((array) => array.name)];
      if (names.some((x) => this.#taken.has(x))) continue;
      for (const x of names) this.#taken.add(x);
      return name;
    }
  }
}

function plainName(def: RecorderDef): string {
  switch (def.kind) {
    case 'spikes':
      return `${def.view.population}.spikes`;
    case 'spike-counts':
      return `${def.view.population}.spike_counts`;
    case 'trace':
      return `${def.view.population}.${def.quantity}`;
    case 'mean':
      return `${def.view.population}.${def.quantity}.mean`;
    case 'synapses':
      return `${fileName(def.projection)}.${def.quantity}`;
    case 'histogram':
      return `${fileName(def.projection)}.${def.quantity}.histogram`;
  }
}

/** Anything may name a projection; here it stands in paths of files and groups. */
function fileName(projection: string): string {
  return projection.replaceAll(/[\s/\\\p{Cc}]/gu, '_');
}

/** The arrays of a recorder of that name. */
export function arraysOf(name: string, { def, values, width }: RecorderInfo): readonly ArrayPlan[] {
  const times: ArrayPlan = { role: 'times', name: `${name}.time_ms`, type: 'f64' };
  const cells: ArrayPlan = { role: 'cells', name: `${name}.cells`, type: 'u32' };
  switch (def.kind) {
    case 'spikes':
      return [{ role: 'values', name: `${name}.cell`, type: 'u32' }, times, { ...cells, name: `${name}.recorded` }];
    case 'spike-counts':
      return [{ role: 'values', name, type: 'u32' }, cells];
    case 'trace':
      return [{ role: 'values', name, type: values, width }, times, cells];
    case 'mean':
      return [{ role: 'values', name, type: values }, times, cells];
    case 'histogram':
      return [{ role: 'values', name, type: values, width }, times];
    case 'synapses': {
      const end = (role: 'sources' | 'targets'): ArrayPlan => ({ role, name: `${name}.${role}`, type: 'u32' });
      return [{ role: 'values', name, type: values, width }, times, end('sources'), end('targets')];
    }
  }
}

/** What of an array is known before the run. */
export function fixedArray(role: Role, info: RecorderInfo): Uint32Array | undefined {
  if (role === 'cells') return info.cells;
  if (role === 'sources') return info.ends?.sources ?? new Uint32Array(0);
  if (role === 'targets') return info.ends?.targets ?? new Uint32Array(0);
  return undefined;
}

/** Spikes of step k happen at (k + 1) dt; a sample is taken when that many steps are done. */
export function stepOffset(def: RecorderDef): 0 | 1 {
  return def.kind === 'spikes' ? 1 : 0;
}

/** The steps that have these times. Exact: the product is off by far less than half a step. */
export function stepsOf(times: Float64Array, dt: number, def: RecorderDef): Uint32Array {
  const offset = stepOffset(def);
  return Uint32Array.from(times, (time) => Math.round(time / dt) - offset);
}

/** Bytes that are read and written at once. */
export const BLOCK = 2 ** 20;

/** Goes through rows in blocks of about a MB. */
export function* rowBlocks(rows: number, bytesOfRow: number): Generator<readonly [begin: number, end: number]> {
  const step = Math.max(1, Math.floor(BLOCK / bytesOfRow));
  for (let begin = 0; begin < rows; begin += step) yield [begin, Math.min(rows, begin + step)];
}

export function bytesOf(values: Values): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** How the times of a recorder go. */
export interface TimeCourse {
  /** Rows at which time went back, by `reset` or `restore`. */
  readonly restarts: readonly number[];
  /** Whether samples lie at equal distances. */
  readonly regular: boolean;
  /** Latest time, ms. */
  readonly latest: number;
}

/** @param every steps between two samples */
export async function timeCourse(column: StoredColumn, dt: number): Promise<TimeCourse> {
  const { def } = column.info;
  const restarts: number[] = [];
  const every = 'every' in def ? def.every : 0;
  let [last, latest, regular] = [Number.NaN, 0, every > 0];
  if (def.kind === 'spike-counts') return { restarts, regular, latest };
  for (const [begin, end] of rowBlocks(column.rows, 8)) {
    const times = await column.times(begin, end);
    for (let i = 0; i < times.length; i++) {
      const time = times[i];
      // Spikes of one step have one time, two samples of one recorder never.
      if (time < last || (every > 0 && time === last)) restarts.push(begin + i);
      if (begin + i > 0 && Math.round((time - last) / dt) !== every) regular = false;
      if (time > latest) latest = time;
      last = time;
    }
  }
  return { restarts, regular, latest };
}

/** Whether what one records goes on with what the other did. */
export function isSameRecorder(a: RecorderInfo, b: RecorderInfo): boolean {
  return (
    a.unit === b.unit &&
    a.values === b.values &&
    a.width === b.width &&
    JSON.stringify(a.def) === JSON.stringify(b.def) &&
    isSameArray(a.cells, b.cells) &&
    isSameArray(a.ends?.sources, b.ends?.sources) &&
    isSameArray(a.ends?.targets, b.ends?.targets)
  );
}

function isSameArray(a: Uint32Array | undefined, b: Uint32Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
