import { createFile, cutFile, lookAt, readAt, writeAt } from '#platform';
import type { RecordedChunk, RecorderInfo } from '../simulation/recordings.ts';
import { guarded } from './guard.ts';
import { damaged, requireReadable } from './meta.ts';
import { NPY_HEAD, npyHead, parseNpyHead } from './npy.ts';
import { ARRAYS, type ArrayPlan, arraysOf, bytesOf, fixedArray, type StoredColumn, stepOffset, type Values } from './results.ts';

/*
 * While a run goes on, each array that it records lies in a file of its own, valid for NumPy at almost any moment: data are
 * appended first, then the number of rows in the header is put up. So whatever ends the process, rows are lost, never torn.
 */

/** Where an array of a recorder lies; `at` tells recorders apart whose names differ only in what files can't have. */
function spoolFile(folder: string, at: number, { name }: ArrayPlan): string {
  return `${folder}/${at}.${name.replaceAll(/[^\w.-]/g, '_')}.npy.partial`;
}

function rowBytes({ type, width }: ArrayPlan): number {
  return ARRAYS[type].BYTES_PER_ELEMENT * (width ?? 1);
}

function shapeOf({ width }: ArrayPlan, rows: number): readonly number[] {
  return width === undefined ? [rows] : [rows, width];
}

/** What comes while a run goes on. */
function isGrowing({ role }: ArrayPlan): boolean {
  return role === 'values' || role === 'times';
}

/** Takes what one recorder records; what it got lies in memory until `flush`. */
export class Spool {
  readonly name: string;
  readonly info: RecorderInfo;
  readonly #dt: number;
  readonly #arrays: readonly { readonly plan: ArrayPlan; readonly file: string }[];
  #rows = 0;
  #waiting: { readonly steps: Uint32Array; readonly values: Values }[] = [];
  #waitingBytes = 0;

  /** Use `create`. */
  constructor(folder: string, at: number, name: string, info: RecorderInfo, dt: number) {
    this.name = name;
    this.info = info;
    this.#dt = dt;
    this.#arrays = arraysOf(name, info).map((plan) => ({ plan, file: spoolFile(folder, at, plan) }));
  }

  /** Makes the files. @throws SpikeloomError 'input-output' */
  static async create(folder: string, at: number, name: string, info: RecorderInfo, dt: number): Promise<Spool> {
    const spool = new Spool(folder, at, name, info, dt);
    for (const { plan, file } of spool.#arrays) {
      const fixed = fixedArray(plan.role, info);
      await guarded('write', file, async () => {
        await createFile(file, npyHead(plan.type, shapeOf(plan, fixed?.length ?? 0)));
        if (fixed) await writeAt(file, NPY_HEAD, bytesOf(fixed));
      });
    }
    return spool;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Copies a chunk: it may change afterwards. */
  add({ steps, values }: RecordedChunk): void {
    if (this.info.def.kind === 'spike-counts') this.#forget();
    this.#waiting.push({ steps: steps.slice(), values: values.slice() });
    this.#waitingBytes += 2 * steps.byteLength + values.byteLength;
  }

  /** Lets go of what is not on the disk yet, also of the torn end of what did not fit there. */
  async abandon(): Promise<void> {
    this.#forget();
    if (this.info.def.kind === 'spike-counts') return;
    for (const { plan, file } of this.#arrays) {
      if (isGrowing(plan)) await guarded('write', file, () => cutFile(file, NPY_HEAD + this.#rows * rowBytes(plan)));
    }
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Writes what waits. What can't be written goes on waiting. @throws SpikeloomError 'input-output' */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const isCounts = this.info.def.kind === 'spike-counts';
    const rows = isCounts ? this.info.width : this.#rows + this.#waiting.reduce((n, { steps }) => n + steps.length, 0);
    for (const { plan, file } of this.#arrays) {
      if (!isGrowing(plan)) continue;
      const position = NPY_HEAD + (isCounts ? 0 : this.#rows * rowBytes(plan));
      const bytes = plan.role === 'times' ? this.#waitingTimes() : this.#waitingValues();
      await guarded('write', file, () => writeAt(file, position, bytes));
    }
    for (const { plan, file } of this.#arrays) {
      if (!isGrowing(plan)) continue;
      await guarded('write', file, () => writeAt(file, 0, npyHead(plan.type, shapeOf(plan, rows))));
    }
    this.#rows = rows;
    this.#forget();
  }

  #waitingTimes(): Uint8Array {
    const times = new Float64Array(this.#waiting.reduce((n, { steps }) => n + steps.length, 0));
    const offset = stepOffset(this.info.def);
    let at = 0;
    for (const { steps } of this.#waiting) for (let i = 0; i < steps.length; i++) times[at++] = (steps[i] + offset) * this.#dt;
    return bytesOf(times);
  }

  #waitingValues(): Uint8Array {
    if (this.#waiting.length === 1) return bytesOf(this.#waiting[0].values);
    const bytes = new Uint8Array(this.#waiting.reduce((n, { values }) => n + values.byteLength, 0));
    let at = 0;
    for (const { values } of this.#waiting) {
      bytes.set(bytesOf(values), at);
      at += values.byteLength;
    }
    return bytes;
  }
}

/** What a recorder is, without its indices. */
type Description = Pick<RecorderInfo, 'def' | 'unit' | 'values' | 'width'>;

/**
 * What lies in the files of one recorder: the rows that all of them have.
 *
 * @throws SpikeloomError 'input-output' where a file is missing, 'invalid-value' where it is another than was made
 */
export async function openSpool(folder: string, at: number, name: string, description: Description): Promise<StoredColumn> {
  const empty: RecorderInfo = { ...description, cells: new Uint32Array(0) };
  const plans = arraysOf(name, empty);
  const lengths = new Map<string, number>();
  for (const plan of plans) lengths.set(plan.role, await rowsInFile(spoolFile(folder, at, plan), plan));
  const read = async (role: ArrayPlan['role'], begin: number, end: number): Promise<Values> => {
    const plan = plans.find((p) => p.role === role);
    const Type = ARRAYS[plan?.type ?? 'u32'];
    if (!plan) return new Type(0);
    const file = spoolFile(folder, at, plan);
    const length = (end - begin) * rowBytes(plan);
    requireReadable(file, plan.name, length);
    const bytes = await guarded('read', file, () => readAt(file, NPY_HEAD + begin * rowBytes(plan), length));
    if (bytes.length < length) throw damaged(file, 'it is shorter than it was a moment ago');
    return new Type(bytes.buffer as ArrayBuffer);
  };
  const fixed = async (role: ArrayPlan['role']): Promise<Uint32Array> => (await read(role, 0, lengths.get(role) ?? 0)) as Uint32Array;
  const info: RecorderInfo = {
    ...description,
    cells: await fixed('cells'),
    ...(description.def.kind === 'synapses' && { ends: { sources: await fixed('sources'), targets: await fixed('targets') } }),
  };
  const isCounts = description.def.kind === 'spike-counts';
  const rows = isCounts ? Number((lengths.get('values') ?? 0) > 0) : Math.min(lengths.get('values') ?? 0, lengths.get('times') ?? 0);
  return {
    name,
    info,
    rows,
    times: async (begin, end) => (await read('times', begin, end)) as Float64Array,
    values: (begin, end) => (isCounts ? read('values', 0, lengths.get('values') ?? 0) : read('values', begin, end)),
  };
}

/** Rows that are there whole, as the header says. */
async function rowsInFile(file: string, plan: ArrayPlan): Promise<number> {
  const head = parseNpyHead(await guarded('read', file, () => readAt(file, 0, NPY_HEAD)));
  const size = (await guarded('read', file, () => lookAt(file)))?.size ?? 0;
  if (!head || head.begin !== NPY_HEAD) throw damaged(file, 'it has no header of an array');
  return Math.min(head.shape[0], Math.floor((size - NPY_HEAD) / rowBytes(plan)));
}
