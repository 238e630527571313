import { SpikeloomError, suggest } from '../core/error.ts';
import { fromCoherent, parseUnit, printDimension, sameDimension, toCoherent, type Unit } from '../core/unit.ts';
import type { Synapse } from '../model/define.ts';
import type { SynapseTable } from '../simulation/simulation.ts';

/*
 * Synapses as CSV (RFC 4180): a first line of names, source,target and quantities with their units in brackets, as in w[nS],delay[ms];
 * then a line for each synapse.
 */

const ROWS_A_CHUNK = 4096;

/** A table of synapses as CSV, in pieces that are worth a write each. Numbers read back as the same bits. */
export function* synapsesCsv<S extends string>({ sources, targets, values, units }: SynapseTable<S>): Generator<string> {
  const names = Object.keys(values) as S[];
  const columns = names.map((name) => values[name]);
  let rows = [['source', 'target', ...names.map((name) => (units[name] === '1' ? name : `${name}[${units[name]}]`))].map(field).join(',')];
  for (let i = 0; i < sources.length; i++) {
    let row = `${sources[i]},${targets[i]}`;
    for (const column of columns) row += `,${column[i]}`;
    if (rows.push(row) < ROWS_A_CHUNK) continue;
    yield `${rows.join('\n')}\n`;
    rows = [];
  }
  if (rows.length > 0) yield `${rows.join('\n')}\n`;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The table of synapses that a CSV holds, its values in the units of the synapse's quantities. Columns stand in any order; quantities
 * that have none are left out; a column without a unit is in that of its quantity.
 *
 * @throws SpikeloomError that names the line
 */
export function parseSynapsesCsv<S extends string>(text: string, synapse: Synapse<S>): SynapseTable<S> {
  return new SynapsesCsvReader(synapse).add(text).finish();
}

/** What to do with the fields of a column. */
interface Column {
  readonly name: string;
  /** Of a quantity: the unit that it is written in, and its own. */
  readonly units?: { readonly written: Unit; readonly own: Unit };
}

/** Reads a CSV of synapses piece by piece, as a file or a connection gives it. */
export class SynapsesCsvReader<S extends string = string> {
  readonly #synapse: Synapse<S>;
  #columns: readonly Column[] | undefined;
  #data: Float64Array[] = [];
  #count = 0;
  /** What has come of a record that is not at its end, and the start of its last line. */
  #rest = '';
  #lastLine = 0;
  #line = 0;
  /** The line in which a quote was opened that goes on in the next. */
  #quotedFrom: number | undefined;

  constructor(synapse: Synapse<S>) {
    this.#synapse = synapse;
  }

  /** Takes a piece of the text, which may end anywhere. */
  add(piece: string): this {
    const text = this.#rest + piece;
    let record = 0;
    let line = this.#lastLine;
    let quote = text.indexOf('"', line);
    for (let end = text.indexOf('\n', line); end >= 0; end = text.indexOf('\n', line)) {
      this.#line++;
      for (; quote >= 0 && quote < end; quote = text.indexOf('"', quote + 1))
        this.#quotedFrom = this.#quotedFrom === undefined ? this.#line : undefined;
      line = end + 1;
      if (this.#quotedFrom !== undefined) continue;
      this.#record(text.slice(record, end));
      record = line;
    }
    this.#rest = text.slice(record);
    this.#lastLine = line - record;
    return this;
  }

  /** The table, when all of the text was added. */
  finish(): SynapseTable<S> {
    if (this.#rest !== '') this.add('\n');
    if (this.#quotedFrom !== undefined) throw this.#problem('a quote is opened and never closed', 'Close it, or double it within a field.');
    const columns = this.#columns ?? this.#header(['']);
    const data = this.#data.map((values) => values.slice(0, this.#count));
    const cells = (name: string): Uint32Array => new Uint32Array(data[columns.findIndex((c) => c.name === name)]);
    const quantities = columns.flatMap(({ name, units }, i) => (units ? [{ name, unit: units.own.text, values: data[i] }] : []));
    return {
      sources: cells('source'),
      targets: cells('target'),
      values: Object.fromEntries(quantities.map((q) => [q.name, q.values])) as SynapseTable<S>['values'],
      units: Object.fromEntries(quantities.map((q) => [q.name, q.unit])) as SynapseTable<S>['units'],
    };
  }

  #record(line: string): void {
    const fields = fieldsOf(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (!this.#columns) {
      this.#columns = this.#header(fields.map((name, i) => (i === 0 ? name.replace(/^\uFEFF/, '') : name)));
      this.#data = this.#columns.map(() => new Float64Array(1024));
      return;
    }
    if (fields.length === 1 && fields[0].trim() === '') return;
    if (fields.length !== this.#columns.length) {
      throw this.#problem(
        `there are ${fields.length} fields, but ${this.#columns.length} names in the first line`,
        'Give each synapse one field a column.',
      );
    }
    if (this.#count === this.#data[0].length) this.#data = this.#data.map(doubled);
    for (let i = 0; i < fields.length; i++) this.#data[i][this.#count] = this.#value(this.#columns[i], fields[i]);
    this.#count++;
  }

  #header(names: readonly string[]): readonly Column[] {
    for (const end of ['source', 'target']) {
      if (names.some((name) => name.trim() === end)) continue;
      throw this.#problem(`the first line has no column '${end}'`, 'Begin with a line of names: source,target,w[nS],delay[ms].');
    }
    const columns = names.map((text) => this.#column(text.trim()));
    const twice = columns.find(({ name }, i) => columns.findIndex((c) => c.name === name) < i);
    if (twice) throw this.#problem(`there are two columns '${twice.name}'`, 'Give each of them once.');
    return columns;
  }

  #column(text: string): Column {
    if (text === 'source' || text === 'target') return { name: text };
    const [, name, unit] = /^([^[\]]*?)\s*(?:\[([^[\]]*)\])?$/.exec(text) ?? [undefined, text, undefined];
    const { quantities } = this.#synapse.def;
    if (!Object.hasOwn(quantities, name)) {
      const known = ['source', 'target', ...Object.keys(quantities)];
      throw this.#problem(`'${name}' is not a quantity of synapse '${this.#synapse.def.name}'`, suggest(name, known), 'unknown-name');
    }
    const own = parseUnit(quantities[name].unit ?? '1');
    const written = unit === undefined ? own : this.#unit(unit);
    if (sameDimension(written.dimension, own.dimension)) return { name, units: { written, own } };
    throw this.#problem(
      `column '${text}' is in ${printDimension(written.dimension)}, but '${name}' is in ${own.text}`,
      `Write ${name}[${own.text}], with values in that unit.`,
      'unit-mismatch',
    );
  }

  #unit(text: string): Unit {
    try {
      return parseUnit(text);
    } catch (error) {
      if (!(error instanceof SpikeloomError)) throw error;
      throw this.#problem(error.problems[0].message, error.hint, error.code);
    }
  }

  #value({ name, units }: Column, text: string): number {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!units) {
      if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
      throw this.#problem(`the ${name} is '${text}'`, 'Give the index of a cell: a whole number, 0 for the first.');
    }
    if (Number.isFinite(value)) return units.written.text === units.own.text ? value : fromCoherent(toCoherent(value, units.written), units.own);
    throw this.#problem(`'${name}' is '${text}'`, 'Give a finite number.');
  }

  #problem(message: string, hint?: string, code: SpikeloomError['code'] = 'invalid-value'): SpikeloomError {
    const line = this.#quotedFrom ?? Math.max(1, this.#line);
    return new SpikeloomError({ code, message, path: [`line ${line}`], ...(hint !== undefined && { hint }) });
  }
}

function doubled(values: Float64Array): Float64Array {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** The fields of a record: in quotes or not, quotes within doubled. */
function fieldsOf(record: string): string[] {
  if (!record.includes('"')) return record.split(',');
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (let match = pattern.exec(record); match; match = pattern.exec(record)) {
    fields.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] === '') break;
  }
  return fields;
}
