import { lookAt, readWhole } from '#platform';
import { SpikeloomError, suggest, withPath } from '../core/error.ts';
import { parseUnit, sameDimension, toCoherent, type Unit } from '../core/unit.ts';
import type { Recordings } from '../simulation/recordings.ts';
import { guarded } from './guard.ts';
import { parseNpyHead } from './npy.ts';
import { readResults } from './readResults.ts';

/*
 * Times of spikes from files, as lists that a preset train takes. A table has a line of names, with the columns cell and time and any
 * others; where the first line holds numbers, each line is a cell.
 */

export interface SpikeTimesOptions {
  /** How many cells there are: a list for each. As many as the file names unless given. */
  readonly cells?: number;
  /** Which population, where the file has the spikes of several. */
  readonly population?: string;
}

const MS = parseUnit('ms');
const FORMS = 'Begin with a line of names, cell,time[ms], with a line for each spike behind it; or write a line of times in ms for each cell.';

/**
 * The times of the spikes of each cell in ms, ascending: what `presetTrain` takes as `times`.
 *
 * Reads a CSV (see `parseSpikeTimes`), an array of NumPy (`.npy`) with a row of cell and time in ms for each spike, or what an earlier run
 * wrote: its folder, `spikes.csv`, `results.npz` or `results.h5`.
 *
 * @throws SpikeloomError that names the file, and the line or row
 */
export async function readSpikeTimes(path: string, options: SpikeTimesOptions = {}): Promise<Float64Array[]> {
  const found = await guarded('read', path, () => lookAt(path));
  if (found?.kind === 'folder' || /\.(npz|h5)$/.test(path)) return timesOfResults(await readResults(path), path, options);
  if (!found) {
    throw new SpikeloomError({
      code: 'input-output',
      message: `can't read ${path}: there is no such file or folder`,
      hint: 'Give a CSV, a .npy, or the results of a run.',
    });
  }
  const bytes = await guarded('read', path, () => readWhole(path));
  if (path.endsWith('.npy')) return timesOfArray(bytes, path, options);
  return new TableOfSpikes(path, options).read(new TextDecoder().decode(bytes));
}

/**
 * The same of the text of a CSV. Its first line names the columns: `cell`, `time` in ms or, as in `time[s]`, in the unit that it
 * says, and any others; `population` counts where it is there. Lines stand in any order. Where the first line holds numbers,
 * each line holds the times of a cell in ms, separated by commas or blanks, none for a silent one.
 *
 * @throws SpikeloomError that names the line
 */
export function parseSpikeTimes(text: string, options: SpikeTimesOptions = {}): Float64Array[] {
  return new TableOfSpikes(undefined, options).read(text);
}

class TableOfSpikes {
  readonly #file: string | undefined;
  readonly #options: SpikeTimesOptions;
  #line = 1;

  constructor(file: string | undefined, options: SpikeTimesOptions) {
    this.#file = file;
    this.#options = options;
  }

  read(text: string): Float64Array[] {
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    if (lines.length === 0) throw this.#problem('there is nothing in it', FORMS);
    const isTable = fieldsOf(lines[0]).some((field) => Number.isNaN(Number(field)));
    return isTable ? this.#spikes(lines) : this.#rows(lines);
  }

  #rows(lines: readonly string[]): Float64Array[] {
    const lists = lines.map((line, i) => {
      this.#line = i + 1;
      return line.trim() === ''
        ? []
        : line
            .trim()
            .split(/\s*,\s*|\s+/)
            .map((field) => this.#time(field, MS));
    });
    return listsOf(lists, this.#options, (message, hint) => this.#problem(message, hint, lists.length));
  }

  #spikes(lines: readonly string[]): Float64Array[] {
    const names = fieldsOf(lines[0]);
    const cellAt = names.indexOf('cell');
    const populationAt = names.indexOf('population');
    const timeAt = names.findIndex((name) => /^(time|time_ms|time\s*\[.*\])$/.test(name));
    for (const [at, name] of [
      [cellAt, 'cell'],
      [timeAt, 'time'],
    ] as const)
      if (at < 0) throw this.#problem(`the first line has no column '${name}'`, FORMS);
    const unit = this.#unit(names[timeAt]);
    const lists: number[][] = [];
    const populations = new Map<string, number>();
    for (let i = 1; i < lines.length; i++) {
      this.#line = i + 1;
      if (lines[i].trim() === '') continue;
      const fields = fieldsOf(lines[i]);
      if (fields.length !== names.length)
        throw this.#problem(
          `there ${fields.length === 1 ? 'is 1 field' : `are ${fields.length} fields`}, but ${names.length} names in the first line`,
          'Give each spike one field a column.',
        );
      if (populationAt >= 0 && !populations.has(fields[populationAt])) populations.set(fields[populationAt], this.#line);
      if (populationAt >= 0 && this.#options.population !== undefined && fields[populationAt] !== this.#options.population) continue;
      const time = this.#time(fields[timeAt], unit);
      const cell = this.#cell(fields[cellAt]);
      while (lists.length <= cell) lists.push([]);
      lists[cell].push(time);
    }
    this.#requirePopulation(populations);
    return listsOf(lists, this.#options, (message, hint) => this.#problem(message, hint));
  }

  /** A name, where there are several; and one that is there. */
  #requirePopulation(found: ReadonlyMap<string, number>): void {
    const { population } = this.#options;
    if (population === undefined && found.size <= 1) return;
    if (population !== undefined && (found.has(population) || found.size === 0)) return;
    const [, line = 1] = [...found][1] ?? [];
    throw noPopulation(population, [...found.keys()], [...this.#path(population === undefined ? line : undefined)]);
  }

  #unit(name: string): Unit {
    const text = /\[(.*)\]/.exec(name)?.[1];
    if (text === undefined) return MS;
    const unit = withPath(this.#path(this.#line), () => parseUnit(text));
    if (sameDimension(unit.dimension, MS.dimension)) return unit;
    throw this.#problem(`'${name}' is in no unit of time`, 'Write time[ms] or time[s].');
  }

  #time(text: string, unit: Unit): number {
    const value = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return toCoherent(value, unit);
    throw this.#problem(`the time is '${text}'`, 'Give a finite number.');
  }

  #cell(text: string): number {
    const value = text === '' ? Number.NaN : Number(text);
    const { cells = MOST_CELLS } = this.#options;
    if (Number.isInteger(value) && value >= 0 && value < cells) return value;
    const most = this.#options.cells === undefined ? '' : `, below ${cells}`;
    throw this.#problem(`the cell is '${text}'`, `Give the index of a cell: a whole number, 0 for the first${most}.`);
  }

  #path(line: number | undefined): string[] {
    return [...(this.#file === undefined ? [] : [this.#file]), ...(line === undefined ? [] : [`line ${line}`])];
  }

  #problem(message: string, hint: string, line = this.#line): SpikeloomError {
    return new SpikeloomError({ code: 'invalid-value', message, path: this.#path(line), hint });
  }
}

/** More would not fit into memory as lists. */
const MOST_CELLS = 2 ** 24;

function fieldsOf(line: string): string[] {
  return line.split(',').map((field) => {
    const text = field.trim();
    return /^".*"$/.test(text) ? text.slice(1, -1) : text;
  });
}

/** A list for each cell. */
function listsOf(
  lists: readonly (readonly number[])[],
  { cells = lists.length }: SpikeTimesOptions,
  problem: (message: string, hint: string) => SpikeloomError,
): Float64Array[] {
  if (lists.length > cells) throw problem(`there are times for ${lists.length} cells, not ${cells}`, `Give cells: ${lists.length}, or more.`);
  return Array.from({ length: cells }, (_, cell) => Float64Array.from(lists[cell] ?? []).sort());
}

function noPopulation(population: string | undefined, known: readonly string[], path: readonly string[]): SpikeloomError {
  const names = known.map((name) => `'${name}'`).join(', ');
  return new SpikeloomError(
    population === undefined
      ? {
          code: 'invalid-value',
          message: `there are spikes of several populations: ${names}`,
          path,
          hint: `Say which: { population: '${known[0]}' }.`,
        }
      : { code: 'unknown-name', message: `there are no spikes of '${population}'`, path, hint: suggest(population, known) },
  );
}

function timesOfResults(results: Recordings, path: string, options: SpikeTimesOptions): Float64Array[] {
  const known = [...new Set(results.infos.flatMap(({ def }) => (def.kind === 'spikes' ? [def.view.population] : [])))];
  const { population = known.length === 1 ? known[0] : undefined } = options;
  if (known.length === 0) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: 'no spikes were recorded',
      path: [path],
      hint: 'Record them in the run that is to be repeated: network.recordSpikes(cells).',
    });
  }
  if (population === undefined || !known.includes(population)) throw noPopulation(population, known, [path]);
  const { cells, times } = results.spikes(population);
  return listsOfPairs(cells, times, path, options);
}

function listsOfPairs(cells: ArrayLike<number>, times: ArrayLike<number>, path: string, options: SpikeTimesOptions): Float64Array[] {
  const lists: number[][] = [];
  for (let i = 0; i < cells.length; i++) {
    while (lists.length <= cells[i]) lists.push([]);
    lists[cells[i]].push(times[i]);
  }
  return listsOf(lists, options, (message, hint) => new SpikeloomError({ code: 'invalid-value', message, path: [path], hint }));
}

const NUMBERS: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  '<f4': (view, at) => view.getFloat32(at, true),
  '<f8': (view, at) => view.getFloat64(at, true),
  '<i4': (view, at) => view.getInt32(at, true),
  '<u4': (view, at) => view.getUint32(at, true),
  '<i8': (view, at) => Number(view.getBigInt64(at, true)),
  '<u8': (view, at) => Number(view.getBigUint64(at, true)),
};

/** Of an array with a row of cell and time for each spike. */
function timesOfArray(bytes: Uint8Array, path: string, options: SpikeTimesOptions): Float64Array[] {
  const fault = (message: string, hint: string): SpikeloomError => new SpikeloomError({ code: 'invalid-value', message, path: [path], hint });
  const hint = "Write it as np.save(file, np.column_stack((cell, time_in_ms)).astype('<f8')).";
  const head = parseNpyHead(bytes);
  const read = head && NUMBERS[head.descr];
  if (!head || !read) throw fault(head ? `its numbers are of type ${head.descr}` : 'it is no array of NumPy with rows behind each other', hint);
  const [rows, columns] = head.shape;
  const size = Number(head.descr.slice(2));
  if (head.shape.length !== 2 || columns !== 2) throw fault(`its shape is (${head.shape.join(', ')}), not (spikes, 2)`, hint);
  if (bytes.length - head.begin !== rows * 2 * size) throw fault('it is damaged: its length is not that of its numbers', hint);
  const view = new DataView(bytes.buffer, bytes.byteOffset + head.begin);
  const [cells, times] = [new Uint32Array(rows), new Float64Array(rows)];
  const { cells: count = MOST_CELLS } = options;
  for (let i = 0; i < rows; i++) {
    const [cell, time] = [read(view, 2 * i * size), read(view, (2 * i + 1) * size)];
    if (!(Number.isInteger(cell) && cell >= 0 && cell < count)) throw fault(`row ${i} has the cell ${cell}`, `Give indices from 0, below ${count}.`);
    if (!Number.isFinite(time)) throw fault(`row ${i} has the time ${time}`, 'Give finite numbers.');
    cells[i] = cell;
    times[i] = time;
  }
  return listsOfPairs(cells, times, path, options);
}
