import { decimal } from '../core/decimal.ts';
import { unreachable } from '../core/error.ts';
import { edgesOf, type RecordedChunk, type RecorderInfo, type Recordings } from '../simulation/recordings.ts';
import { cellsText } from './cellsText.ts';
import { rowBlocks, type StoredColumn, type StoredResults, stepOffset, stepsOf } from './results.ts';
import { RowText } from './rowText.ts';

/*
 * Results as tables of text, one number a row. Recorder after recorder in the order in which they were asked for, each in the
 * order of recording: by time, where that was not set back, then by cell or synapse. Values read back as the same bits.
 */

/** The tables, and which kinds of recorders go there. */
export const TABLES = [
  { file: 'spikes.csv', kinds: ['spikes'], header: 'population,cell,time_ms' },
  { file: 'traces.csv', kinds: ['trace', 'mean'], header: 'population,quantity,unit,cell,time_ms,value' },
  { file: 'synapses.csv', kinds: ['synapses'], header: 'projection,quantity,unit,source,target,time_ms,value' },
  { file: 'histograms.csv', kinds: ['histogram'], header: 'projection,quantity,unit,low,high,time_ms,synapses' },
  { file: 'counts.csv', kinds: ['spike-counts'], header: 'population,cell,spikes' },
] as const satisfies readonly { file: string; kinds: readonly RecorderInfo['def']['kind'][]; header: string }[];

export type Table = (typeof TABLES)[number];

const COMMA = 0x2c;
const NEWLINE = 0x0a;
/** Bytes of text that are worth a write. */
const PIECE = 2 ** 19;

export function isOfTable(table: Table, { def }: RecorderInfo): boolean {
  return (table.kinds as readonly string[]).includes(def.kind);
}

/** A field of CSV as in RFC 4180. */
function field(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What all rows of a recorder begin with, up to the comma before what differs. */
export function rowStart({ def, unit }: RecorderInfo): string {
  switch (def.kind) {
    case 'spikes':
    case 'spike-counts':
      return `${def.view.population},`;
    case 'trace':
      return `${def.view.population},${field(def.quantity)},${field(unit)},`;
    case 'mean': {
      const some = cellsText(def.view.cells);
      return `${def.view.population},${field(def.quantity)},${field(unit)},${field(some === '' ? 'mean' : `mean of ${some}`)},`;
    }
    case 'synapses':
    case 'histogram':
      return `${field(def.projection)},${field(def.quantity)},${field(unit)},`;
    default:
      return unreachable(def);
  }
}

/** Prints rows of one recorder. */
class RowPrinter {
  readonly #text: RowText;
  readonly #info: RecorderInfo;
  readonly #dt: number;
  readonly #start: Uint8Array;
  #step = -1;
  #time = new Uint8Array(0);

  constructor(text: RowText, info: RecorderInfo, dt: number) {
    this.#text = text;
    this.#info = info;
    this.#dt = dt;
    this.#start = new TextEncoder().encode(rowStart(info));
  }

  /** Adds the rows of a chunk; yields whenever there is enough text to be taken. */
  *print(chunk: RecordedChunk): Generator<void> {
    const { def } = this.#info;
    if (def.kind === 'spikes') yield* this.#spikes(chunk);
    else if (def.kind === 'spike-counts') yield* this.#counts(chunk);
    else yield* this.#samples(chunk);
  }

  *#spikes({ steps, values }: RecordedChunk): Generator<void> {
    for (let i = 0; i < steps.length; i++) {
      this.#text.bytes(this.#start).uint(values[i]).char(COMMA).bytes(this.#timeOf(steps[i])).char(NEWLINE);
      if (this.#text.length >= PIECE) yield;
    }
  }

  *#counts({ values }: RecordedChunk): Generator<void> {
    const { cells } = this.#info;
    for (let i = 0; i < cells.length; i++) {
      this.#text.bytes(this.#start).uint(cells[i]).char(COMMA).uint(values[i]).char(NEWLINE);
      if (this.#text.length >= PIECE) yield;
    }
  }

  *#samples({ steps, values }: RecordedChunk): Generator<void> {
    const { def, cells, ends, width } = this.#info;
    const text = this.#text;
    const isShort = values instanceof Float32Array;
    const edges = def.kind === 'histogram' ? edgesOf(def) : undefined;
    for (let i = 0; i < steps.length; i++) {
      const time = this.#timeOf(steps[i]);
      for (let k = 0; k < width; k++) {
        text.bytes(this.#start);
        if (def.kind === 'trace') text.uint(cells[k]).char(COMMA);
        else if (edges)
          text
            .f64(decimal(edges[k]))
            .char(COMMA)
            .f64(decimal(edges[k + 1]))
            .char(COMMA);
        else if (ends) text.uint(ends.sources[k]).char(COMMA).uint(ends.targets[k]).char(COMMA);
        text.bytes(time).char(COMMA);
        if (isShort) text.f32(values[i * width + k]);
        else text.f64(values[i * width + k]);
        text.char(NEWLINE);
        if (text.length >= PIECE) yield;
      }
    }
  }

  #timeOf(step: number): Uint8Array {
    if (step === this.#step) return this.#time;
    this.#step = step;
    this.#time = new TextEncoder().encode(String(decimal((step + stepOffset(this.#info.def)) * this.#dt)));
    return this.#time;
  }
}

/** The text of a table in pieces; undefined where no recorder goes there. */
export function tableText(table: Table, results: StoredResults): AsyncIterable<Uint8Array> | undefined {
  const columns = results.columns.filter(({ info }) => isOfTable(table, info));
  return columns.length > 0 ? pieces() : undefined;

  async function* pieces(): AsyncGenerator<Uint8Array> {
    const text = new RowText();
    text.bytes(new TextEncoder().encode(`${table.header}\n`));
    for (const column of columns) {
      const printer = new RowPrinter(text, column.info, results.dt);
      for (const [begin, end] of rowBlocks(column.rows, 8 * column.info.width)) {
        for (const _ of printer.print(await chunkOf(column, begin, end, results.dt))) yield text.take();
      }
    }
    yield text.take();
  }
}

async function chunkOf(column: StoredColumn, begin: number, end: number, dt: number): Promise<RecordedChunk> {
  const { def } = column.info;
  const values = await column.values(begin, end);
  return { steps: def.kind === 'spike-counts' ? new Uint32Array(0) : stepsOf(await column.times(begin, end), dt, def), values };
}

/** Recordings as the text of a table, in chunks; undefined where nothing of it was recorded. */
function* tableChunks(table: Table, recordings: Recordings): Generator<string> {
  const text = new RowText();
  const decoder = new TextDecoder();
  text.bytes(new TextEncoder().encode(`${table.header}\n`));
  for (const [index, info] of recordings.infos.entries()) {
    if (!isOfTable(table, info)) continue;
    for (const _ of new RowPrinter(text, info, recordings.dt).print(recordings.chunk(index))) yield decoder.decode(text.take());
  }
  yield decoder.decode(text.take());
}

/**
 * Recorded spikes as CSV with the columns `population,cell,time_ms`; population after population in the order recorded, each by
 * time, then cell. Undefined where no spikes were recorded.
 */
export function spikesCsv(recordings: Recordings): Iterable<string> | undefined {
  return tableOf(TABLES[0], recordings);
}

/**
 * Recorded traces and means as CSV with the columns `population,quantity,unit,cell,time_ms,value`, one sample a row; recorder after
 * recorder, each by time, then cell. In the column `cell` stands an index, or `mean` for the mean of a population (`mean of ...` for
 * one of some cells). Undefined where neither traces nor means were recorded.
 */
export function tracesCsv(recordings: Recordings): Iterable<string> | undefined {
  return tableOf(TABLES[1], recordings);
}

function tableOf(table: Table, recordings: Recordings): Iterable<string> | undefined {
  return recordings.infos.some((info) => isOfTable(table, info)) ? tableChunks(table, recordings) : undefined;
}
