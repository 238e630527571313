import { SpikeloomError } from '../core/error.ts';
import type { RecorderDef, SynapseRecorderDef } from '../network/definition.ts';

/** Where to look for something recorded: a population or view, or the name of a population. */
export type Recorded = string | { readonly def: { readonly population: string } };

/** A projection, or its name. */
export type RecordedProjection = string | { readonly name: string };

/** One recorder of a simulation, and what its columns mean. */
export interface RecorderInfo {
  readonly def: RecorderDef;
  /** Indices of the recorded cells within their population, ascending; empty for synapses. */
  readonly cells: Uint32Array;
  /** Of synapses: the cells at both ends by index within their populations, in the order of the values. */
  readonly ends?: { readonly sources: Uint32Array; readonly targets: Uint32Array };
  /** Of the values, as they are kept and shown. */
  readonly unit: string;
  /** Array type of the values. */
  readonly values: 'f32' | 'f64' | 'u32';
  /** Values a sample: cells or synapses; 1 for a mean and for spikes. */
  readonly width: number;
}

/**
 * What one recorder adds, in order of time. Samples: `steps` done at each, so that its time is step * dt, and `width` values each.
 * Spikes: the step k of each, which happens at (k + 1) dt, and its cell. Spike counts: no steps, the counts of the recorded cells so far.
 */
export interface RecordedChunk {
  readonly steps: Uint32Array;
  readonly values: Float32Array | Float64Array | Uint32Array;
}

/** Takes what is recorded while a run goes on, so that memory stays bounded however long it is. */
export interface RecordingSink {
  /** Before the first chunk, and again where the recorders change: indices are then those of the new list. @param dt ms */
  open(recorders: readonly RecorderInfo[], dt: number): void | Promise<void>;
  /** What recorder `index` has recorded since the last call. The run goes on when it is done. */
  write(index: number, chunk: RecordedChunk): void | Promise<void>;
}

interface Kept {
  /** Older samples or spikes that are no longer in memory: they were given to a sink. */
  readonly dropped: number;
}

/** Samples of one quantity of the recorded cells. */
export interface Trace extends Kept {
  readonly population: string;
  readonly quantity: string;
  readonly unit: string;
  /** End of the step of each sample, ms. */
  readonly times: Float64Array;
  /** Indices of the recorded cells, ascending. */
  readonly cells: Uint32Array;
  /** Sample after sample: values[sample * cells.length + i] is that of cells[i]. */
  readonly values: Float32Array | Float64Array;
  /** The samples of one cell, by its index in the population. */
  of(cell: number): Float32Array | Float64Array;
}

/** Samples of a spatial mean. */
export interface MeanTrace extends Kept {
  readonly population: string;
  readonly quantity: string;
  readonly unit: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Samples of one quantity of the synapses of a projection. */
export interface SynapseTrace extends Kept {
  readonly projection: string;
  readonly quantity: string;
  readonly unit: string;
  readonly times: Float64Array;
  /** The cells at both ends of each synapse, by index within their populations. */
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Sample after sample: values[sample * sources.length + i] is that of synapse i. */
  readonly values: Float32Array | Float64Array;
}

/** How a quantity was spread over the synapses of a projection. */
export interface Histogram extends Kept {
  readonly projection: string;
  readonly quantity: string;
  readonly unit: string;
  readonly times: Float64Array;
  /** Ends of the parts, one more than there are parts. */
  readonly edges: Float64Array;
  /** Sample after sample: counts[sample * (edges.length - 1) + i] synapses were between edges[i] and edges[i + 1]. */
  readonly counts: Uint32Array;
}

/** Spikes in order of time, then of cell. */
export interface Spikes extends Kept {
  readonly population: string;
  readonly cells: Uint32Array;
  /** The step k, counted from 0, in which each came; it happens at (k + 1) dt. */
  readonly steps: Uint32Array;
  /** ms. */
  readonly times: Float64Array;
}

const ARRAYS = { f32: Float32Array, f64: Float64Array, u32: Uint32Array } as const;

/** What one recorder has recorded: parts in order of time, the oldest of which can be dropped. */
class Column {
  readonly info: RecorderInfo;
  #parts: RecordedChunk[] = [];
  #rows = 0;
  dropped = 0;

  constructor(info: RecorderInfo) {
    this.info = info;
  }

  get rows(): number {
    return this.#rows;
  }

  get bytesOfRow(): number {
    return 4 + this.info.width * ARRAYS[this.info.values].BYTES_PER_ELEMENT;
  }

  /** The step of the oldest row. */
  get oldest(): number {
    return this.#parts[0]?.steps[0] ?? Number.POSITIVE_INFINITY;
  }

  push(chunk: RecordedChunk): void {
    if (chunk.values.length === 0) return;
    this.#parts.push(chunk);
    this.#rows += chunk.steps.length;
  }

  replace(values: RecordedChunk['values']): void {
    this.#parts = [{ steps: new Uint32Array(0), values }];
  }

  /** Everything so far as one part; calls in a row join only what is new. */
  joined(): RecordedChunk {
    const Values = ARRAYS[this.info.values];
    if (this.#parts.length > 1) {
      const steps = new Uint32Array(this.#rows);
      const values = new Values(this.#rows * this.info.width);
      let row = 0;
      for (const part of this.#parts) {
        steps.set(part.steps, row);
        values.set(part.values, row * this.info.width);
        row += part.steps.length;
      }
      this.#parts = [{ steps, values }];
    }
    return this.#parts[0] ?? { steps: new Uint32Array(0), values: new Values(0) };
  }

  /** Forgets at least one of the oldest rows, at most `rows` and what else lies in one part with them. */
  drop(rows: number): void {
    const part = this.#parts[0];
    if (part === undefined) return;
    const gone = Math.min(part.steps.length, rows);
    if (gone === part.steps.length) this.#parts.shift();
    else this.#parts[0] = { steps: part.steps.slice(gone), values: part.values.slice(gone * this.info.width) };
    this.#rows -= gone;
    this.dropped += gone;
  }

  clear(): void {
    this.#parts = [];
    this.#rows = 0;
    this.dropped = 0;
  }

  /** Shares the parts of another column. */
  adopt(other: Column): void {
    this.#parts = [...other.#parts];
    this.#rows = other.#rows;
    this.dropped = other.dropped;
  }
}

/** What has been recorded: by a simulation so far, or read back from files. */
export class Recordings {
  /** Step of integration, ms. */
  readonly dt: number;
  readonly #columns: readonly Column[];
  readonly #keep: number;

  /** @param options.keep bytes; where there is more, the oldest rows are forgotten. No limit unless given */
  constructor(recorders: readonly RecorderInfo[], dt: number, options: { readonly keep?: number } = {}) {
    this.dt = dt;
    this.#columns = recorders.map((info) => new Column(info));
    this.#keep = options.keep ?? Number.POSITIVE_INFINITY;
  }

  /** What there is, in the order in which it was asked for. */
  get recorders(): readonly RecorderDef[] {
    return this.#columns.map(({ info }) => info.def);
  }

  /** The recorders, with what their columns mean. */
  get infos(): readonly RecorderInfo[] {
    return this.#columns.map(({ info }) => info);
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.#columns.reduce((sum, column) => sum + column.rows * column.bytesOfRow, 0);
  }

  /** Adds to a recorder, given by its place in `recorders`. */
  append(index: number, chunk: RecordedChunk): void {
    const column = this.#columns[index];
    if (column.info.def.kind === 'spike-counts') column.replace(chunk.values);
    else column.push(chunk);
    this.#forget();
  }

  #forget(): void {
    let excess = this.#keep === Number.POSITIVE_INFINITY ? 0 : this.bytes - this.#keep;
    while (excess > 0) {
      const oldest = this.#columns.reduce((a, b) => (b.oldest < a.oldest ? b : a));
      if (oldest.rows <= 1) return;
      const before = oldest.rows;
      oldest.drop(Math.min(oldest.rows - 1, Math.ceil((excess + this.#keep / 8) / oldest.bytesOfRow)));
      excess -= (before - oldest.rows) * oldest.bytesOfRow;
    }
  }

  /** Everything of a recorder that is in memory, given by its place in `recorders`. Not a copy. */
  chunk(index: number): RecordedChunk {
    return this.#columns[index].joined();
  }

  /** Goes on from what a recorder of other recordings holds, both given by their places. */
  adopt(index: number, from: Recordings, at: number): void {
    this.#columns[index].adopt(from.#columns[at]);
  }

  clear(): void {
    for (const column of this.#columns) column.clear();
  }

  /** @throws SpikeloomError where that was not recorded */
  trace(where: Recorded, quantity: string, options: { readonly every?: number } = {}): Trace {
    const { population, column } = this.#findOfCells('trace', where, quantity, options.every);
    const { info, dropped } = column;
    const { steps, values } = column.joined() as { steps: Uint32Array; values: Float32Array | Float64Array };
    const { cells, width, unit } = info;
    return {
      population,
      quantity,
      unit,
      dropped,
      times: this.#times(steps),
      cells: cells.slice(),
      values: values.slice(),
      of: (cell) => {
        const i = cells.indexOf(cell);
        if (i < 0) {
          throw new SpikeloomError({
            code: 'unknown-name',
            message: `cell ${cell} of '${population}' was not recorded`,
            hint: `Recorded are ${cells.length} cells, from ${cells[0]} to ${cells.at(-1)}.`,
          });
        }
        const samples = values.slice(0, steps.length);
        for (let k = 0; k < samples.length; k++) samples[k] = values[k * width + i];
        return samples;
      },
    };
  }

  /** @throws SpikeloomError where that was not recorded */
  mean(where: Recorded, quantity: string, options: { readonly every?: number } = {}): MeanTrace {
    const { population, column } = this.#findOfCells('mean', where, quantity, options.every);
    const { steps, values } = column.joined();
    return { population, quantity, unit: column.info.unit, dropped: column.dropped, times: this.#times(steps), values: Float64Array.from(values) };
  }

  /** @throws SpikeloomError where that was not recorded */
  spikes(where: Recorded): Spikes {
    const { population, column } = this.#findOfCells('spikes', where);
    const { steps, values } = column.joined();
    return { population, dropped: column.dropped, cells: Uint32Array.from(values), steps: steps.slice(), times: this.#times(steps, 1) };
  }

  /** Spikes of each recorded cell, in the order of the view. @throws SpikeloomError where that was not recorded */
  spikeCounts(where: Recorded): Uint32Array {
    const { column } = this.#findOfCells('spike-counts', where);
    const { values } = column.joined();
    return values.length > 0 ? Uint32Array.from(values) : new Uint32Array(column.info.cells.length);
  }

  /**
   * Values of the synapses of a projection over time. Where all of them were recorded and some too, all are meant unless
   * `synapses` says which.
   *
   * @throws SpikeloomError where that was not recorded
   */
  synapses(
    projection: RecordedProjection,
    quantity: string,
    options: { readonly every?: number; readonly synapses?: readonly number[] | undefined } = {},
  ): SynapseTrace {
    const name = typeof projection === 'string' ? projection : projection.name;
    const fits = this.#ofSynapses('synapses', name, quantity, options.every);
    const exact = fits.filter(({ info: { def } }) => def.kind === 'synapses' && String(def.synapses) === String(options.synapses));
    const found = exact.length === 0 && options.synapses === undefined ? fits : exact;
    const column = this.#only(found, `'${quantity}' of the synapses of '${name}'`);
    const { steps, values } = column.joined() as { steps: Uint32Array; values: Float32Array | Float64Array };
    const { unit, ends } = column.info;
    return {
      projection: name,
      quantity,
      unit,
      dropped: column.dropped,
      times: this.#times(steps),
      sources: ends?.sources.slice() ?? new Uint32Array(0),
      targets: ends?.targets.slice() ?? new Uint32Array(0),
      values: values.slice(),
    };
  }

  /** How a quantity was spread over the synapses of a projection, over time. @throws SpikeloomError where that was not recorded */
  histogram(
    projection: RecordedProjection,
    quantity: string,
    options: { readonly every?: number; readonly bins?: number; readonly range?: readonly [number, number] } = {},
  ): Histogram {
    const name = typeof projection === 'string' ? projection : projection.name;
    const fits = this.#ofSynapses('histogram', name, quantity, options.every).filter(
      ({ info: { def } }) =>
        def.kind === 'histogram' && (options.bins ?? def.bins) === def.bins && String(options.range ?? def.range) === String(def.range),
    );
    const column = this.#only(fits, `the histogram of '${quantity}' of the synapses of '${name}'`);
    const { steps, values } = column.joined();
    const { def, unit } = column.info;
    return {
      projection: name,
      quantity,
      unit,
      dropped: column.dropped,
      times: this.#times(steps),
      edges: edgesOf(def as HistogramDef),
      counts: Uint32Array.from(values),
    };
  }

  #ofSynapses(kind: SynapseRecorderDef['kind'], name: string, quantity: string, every: number | undefined): Column[] {
    return this.#columns.filter(
      ({ info: { def } }) => def.kind === kind && def.projection === name && def.quantity === quantity && (every ?? def.every) === def.every,
    );
  }

  /** Steps done at each sample, or steps of spikes, as times. */
  #times(steps: Uint32Array, offset = 0): Float64Array {
    return Float64Array.from(steps, (step) => (step + offset) * this.dt);
  }

  /**
   * What was recorded of a view; for a whole population, where results name their cells, also what was recorded of its only view.
   */
  #findOfCells(
    kind: Exclude<RecorderDef['kind'], SynapseRecorderDef['kind']>,
    where: Recorded,
    quantity?: string,
    every?: number,
  ): { readonly population: string; readonly column: Column } {
    const population = typeof where === 'string' ? where : where.def.population;
    const view = typeof where === 'string' ? { population, cells: { kind: 'all' } } : where.def;
    const fits = this.#columns.filter(
      ({ info: { def } }) =>
        def.kind === kind &&
        def.view.population === population &&
        (quantity === undefined || ('quantity' in def && def.quantity === quantity)) &&
        (every === undefined || ('every' in def && def.every === every)),
    );
    const exact = fits.filter(({ info: { def } }) => def.kind === kind && JSON.stringify(def.view) === JSON.stringify(view));
    const namesCells = kind === 'trace' || kind === 'spikes';
    const found = exact.length === 0 && namesCells && 'cells' in view && isWhole(view.cells) ? fits : exact;
    return { population, column: this.#only(found, `${kind} of '${population}'${quantity === undefined ? '' : `, '${quantity}',`}`) };
  }

  /** The one recorder that is meant; several that record the same are one. */
  #only(found: readonly Column[], what: string): Column {
    const different = new Set(found.map(({ info }) => JSON.stringify(info.def)));
    if (different.size === 1) return found[0];
    if (different.size > 1) {
      throw new SpikeloomError({
        code: 'usage',
        message: `${what} was recorded in ${different.size} ways`,
        hint: 'Say which: give the view, and { every } where that differs.',
      });
    }
    const known = this.#columns.map(({ info: { def } }) => nameOf(def));
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `${what} was not recorded`,
      hint: `Ask for it before the run: network.record(...). Recorded: ${known.length > 0 ? known.join(', ') : 'nothing'}.`,
    });
  }
}

type HistogramDef = Extract<RecorderDef, { kind: 'histogram' }>;

/** The ends of the parts of a histogram, ascending. */
export function edgesOf({ bins, range: [low, high] }: HistogramDef): Float64Array {
  return Float64Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

function nameOf(def: RecorderDef): string {
  const where = 'projection' in def ? def.projection : def.view.population;
  return `${def.kind} of ${where}${'quantity' in def ? `.${def.quantity}` : ''}`;
}

function isWhole(cells: unknown): boolean {
  return typeof cells === 'object' && cells !== null && 'kind' in cells && cells.kind === 'all';
}
