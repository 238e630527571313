import * as z from 'zod';
import { lookAt, readAt } from '#platform';
import type { SpikeloomError } from '../core/error.ts';
import type { RecorderInfo } from '../simulation/recordings.ts';
import { isOfTable, rowStart, TABLES, type Table } from './csv.ts';
import { guarded } from './guard.ts';
import { damaged, parseMeta, printMeta, type ResultMeta } from './meta.ts';
import { ARRAYS, BLOCK, type StoredColumn, type StoredResults, type Values } from './results.ts';
import { memoryColumn } from './stored.ts';

/*
 * Tables have no place for what recorders are: that stands in a file beside them, with the indices of recorded cells as ranges.
 * Synapses stand in the rows; only where there are none are they listed there.
 */

/** Describes the tables. */
export const TABLES_META = 'results.json';

const index = z.int().min(0);
const indices = z.object({
  indices: z.record(
    z.string(),
    z.object({ cells: z.array(z.tuple([index, index])), sources: z.array(index).optional(), targets: z.array(index).optional() }),
  ),
});

export function printTablesMeta({ columns }: StoredResults, meta: ResultMeta): string {
  const listed = columns.map(({ name, info: { cells, ends }, rows }) => {
    const synapses = ends && rows === 0 ? { sources: [...ends.sources], targets: [...ends.targets] } : {};
    return [name, { cells: rangesOf(cells), ...synapses }];
  });
  return `${printMeta(meta).slice(0, -1)},"indices":${JSON.stringify(Object.fromEntries(listed))}}\n`;
}

/** Half-open ranges of ascending indices. */
function rangesOf(cells: Uint32Array): (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const cell of cells) {
    const last = ranges.at(-1);
    if (last && last[1] === cell) last[1]++;
    else ranges.push([cell, cell + 1]);
  }
  return ranges;
}

/** The results whose tables lie in a folder. @throws SpikeloomError where a table is missing, or was changed */
export async function readCsv(folder: string): Promise<StoredResults> {
  const file = `${folder}/${TABLES_META}`;
  const size = (await guarded('read', file, () => lookAt(file)))?.size ?? 0;
  const text = new TextDecoder().decode(await guarded('read', file, () => readAt(file, 0, size)));
  const meta = parseMeta(text, file);
  const listed = indices.safeParse(JSON.parse(text));
  if (!listed.success) throw damaged(file, 'it does not say which cells were recorded');
  const infos = meta.recorders.map(({ name, def, unit, values, width, rows }) => {
    const own = listed.data.indices[name];
    const cells = Uint32Array.from((own?.cells ?? []).flatMap(([begin, end]) => Array.from({ length: end - begin }, (_, i) => begin + i)));
    const ends = { sources: Uint32Array.from(own?.sources ?? { length: width }), targets: Uint32Array.from(own?.targets ?? { length: width }) };
    return { name, rows, info: { def, cells, ...(def.kind === 'synapses' && { ends }), unit, values, width } satisfies RecorderInfo };
  });
  const columns = new Map<string, StoredColumn>();
  for (const table of TABLES) {
    const own = infos.filter(({ info }) => isOfTable(table, info));
    if (own.length === 0) continue;
    const rows = await TableRows.open(folder, table);
    for (const { name, info, rows: count } of own) columns.set(name, await readColumn(rows, name, info, count, meta.dt));
    if (!(await rows.isAtEnd())) throw rows.wrong('is one too many');
  }
  return { dt: meta.dt, ending: meta.ending, columns: infos.flatMap(({ name }) => columns.get(name) ?? []) };
}

async function readColumn(table: TableRows, name: string, info: RecorderInfo, rows: number, dt: number): Promise<StoredColumn> {
  const { def, width, ends } = info;
  const start = rowStart(info);
  const values: Values = new ARRAYS[info.values](rows * width);
  const times = new Float64Array(def.kind === 'spike-counts' ? 0 : rows);
  for (let i = 0; i < values.length; i++) {
    const fields = await table.fields(start);
    const value = fields.at(def.kind === 'spikes' ? 0 : -1) ?? '';
    values[i] = Number(value);
    if (value === '' || (Number.isNaN(Number(value)) && value !== 'NaN')) throw table.wrong(`has '${value}' in place of a number`);
    if (def.kind === 'spike-counts') continue;
    if (def.kind === 'synapses' && ends && i < width) {
      ends.sources[i] = Number(fields[0]);
      ends.targets[i] = Number(fields[1]);
    }
    const time = Number(fields.at(def.kind === 'spikes' ? -1 : -2));
    // Exactly the time of the step, which the text gives without the noise of binary fractions.
    if (i % width === 0) times[i / width] = Math.round(time / dt) * dt;
    if (Number.isNaN(time)) throw table.wrong('has no time');
  }
  return memoryColumn(name, info, times, values);
}

/** Rows of a table, one after the other. */
class TableRows {
  readonly #file: string;
  readonly #size: number;
  readonly #decoder = new TextDecoder();
  #position = 0;
  #text = '';
  #at = 0;
  #row = 0;

  constructor(file: string, size: number) {
    this.#file = file;
    this.#size = size;
  }

  static async open(folder: string, { file: name, header }: Table): Promise<TableRows> {
    const file = `${folder}/${name}`;
    const found = await guarded('read', file, () => lookAt(file));
    if (!found) throw damaged(file, 'it is missing');
    const rows = new TableRows(file, found.size);
    if ((await rows.fields('')).join() !== header) throw rows.wrong(`should be ${header}`);
    return rows;
  }

  /** The fields of the next row after what it begins with. */
  async fields(start: string): Promise<string[]> {
    this.#row++;
    let end = this.#text.indexOf('\n', this.#at + start.length);
    while (end < 0 && this.#position < this.#size) {
      await this.#more();
      end = this.#text.indexOf('\n', this.#at + start.length);
    }
    if (end < 0) throw damaged(this.#file, `it ends before row ${this.#row}`);
    if (!this.#text.startsWith(start, this.#at)) throw this.wrong(`does not begin with ${start}`);
    const fields = this.#text.slice(this.#at + start.length, end).split(',');
    this.#at = end + 1;
    return fields;
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#at >= this.#text.length && this.#position < this.#size) await this.#more();
    this.#row++;
    return this.#at >= this.#text.length;
  }

  wrong(what: string): SpikeloomError {
    return damaged(this.#file, `row ${this.#row} ${what}`);
  }

  async #more(): Promise<void> {
    const bytes = await guarded('read', this.#file, () => readAt(this.#file, this.#position, BLOCK));
    this.#position += bytes.length;
    this.#text = this.#text.slice(this.#at) + this.#decoder.decode(bytes, { stream: true });
    this.#at = 0;
  }
}
