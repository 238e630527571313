import { InternalError, unreachable } from '../core/error.ts';
import { hash32 } from '../core/hash.ts';
import type { Warning } from '../core/warning.ts';
import type { KernelBuilder } from '../ir/build.ts';
import type { Access, ColumnId, NodeId } from '../ir/expr.ts';
import type { DelayLine } from '../ir/program.ts';
import { namesIn } from '../language/transform.ts';
import type { Normalization } from '../model/definition.ts';
import type { FlatModel } from '../model/flat.ts';
import type { PopulationDef } from '../network/definition.ts';
import type { ColumnTable } from './columns.ts';

/** The clock's columns, and dt in ms. */
export interface Clock {
  readonly step: ColumnId;
  readonly t: ColumnId;
  readonly dt: number;
}

export interface QuantityColumn {
  readonly column: ColumnId;
  /** One value for all cells, or one a cell. */
  readonly per: 'population' | 'cell';
}

/** Numbers of lists: those of a cell begin at its `start`, of all cells at 0 where there is none; `last` is the place of the last of them. */
export interface ListColumns {
  readonly values: ColumnId;
  readonly start?: ColumnId;
  readonly last: number | { readonly column: ColumnId };
}

interface Port {
  readonly column: ColumnId;
  /** Whether spikes add to it: at the end of a step, for the next. */
  byEvents: boolean;
  readonly normalize: Normalization;
  /** Incoming synapses that can feed the port, per cell. */
  readonly counts: Uint32Array;
}

/** A column that keeps "never" as 0, else the step after which a cell spiked last, plus one. */
export const LAST_SPIKE = 'last spike';

/** What is kept of a cell's spikes. Spaces, here and below, keep these columns apart from those of the model's names. */
type Flag = 'spiked' | typeof LAST_SPIKE | 'refractory end' | 'is rising';

/** Where everything of a population lies in memory; columns that only some networks need are made when first asked for. */
export class PopulationPlan {
  readonly def: PopulationDef;
  readonly model: FlatModel;
  readonly size: number;
  readonly columns: ColumnTable;
  readonly clock: Clock;
  readonly quantities = new Map<string, QuantityColumn>();
  readonly lists = new Map<string, ListColumns>();
  /** What is said about it while it is compiled. */
  readonly warnings: Warning[] = [];
  /** Past values that synapses with a delay read, by what they are. */
  readonly delayLines = new Map<string, DelayLine>();
  readonly #ports = new Map<string, Port>();
  /** What stimuli have given to ports and parameters for the step. */
  readonly #drives = new Map<string, ColumnId>();
  readonly #schedules = new Map<string, { readonly cursor: ColumnId; readonly steps: ColumnId }>();

  constructor(def: PopulationDef, model: FlatModel, columns: ColumnTable, clock: Clock) {
    this.def = def;
    this.model = model;
    this.size = def.rows * def.columns;
    this.columns = columns;
    this.clock = clock;
  }

  columnName(name: string): string {
    return `${this.def.name}.${name}`;
  }

  quantity(name: string): QuantityColumn {
    const found = this.quantities.get(name);
    if (!found) throw new InternalError(`population '${this.def.name}' has no column for '${name}'`);
    return found;
  }

  /** Steps that a cell's flags need, made when something reads them. */
  flag(name: Flag): ColumnId {
    return this.columns.ensure(this.columnName(name), () => this.columns.declare(this.columnName(name), 'u32', this.size, 'state'));
  }

  hasFlag(name: 'spiked' | typeof LAST_SPIKE): boolean {
    return this.columns.find(this.columnName(name)) !== undefined;
  }

  /** Makes the flags that named expressions read, so that they are kept up whoever asks for such an expression, and when. */
  declareFlagsRead(): void {
    const read = new Set([...this.model.definitions.values()].flatMap((d) => namesIn(d.value, this.model.functions)));
    if (read.has('spiked')) this.flag('spiked');
    if (read.has('since_spike')) this.flag(LAST_SPIKE);
  }

  get spikes(): { readonly list: ColumnId; readonly count: ColumnId } {
    const make = (name: string, length: number): ColumnId =>
      this.columns.ensure(this.columnName(name), () => this.columns.declare(this.columnName(name), 'u32', length, 'state'));
    return { list: make('spike list', this.size), count: make('spike count', 1) };
  }

  /** Declares a list quantity as steps: lists of ascending steps, each ended by 2^32 - 1, and each cell's place in them. */
  declareSchedule(times: string, steps: Uint32Array, cursor: Uint32Array): void {
    this.#schedules.set(times, {
      steps: this.columns.declare(this.columnName(`${times} steps`), 'u32', steps.length, 'constant', steps),
      cursor: this.columns.declare(this.columnName(`${times} cursor`), 'u32', this.size, 'state', cursor),
    });
  }

  schedule(times: string): { readonly cursor: ColumnId; readonly steps: ColumnId } {
    const found = this.#schedules.get(times);
    if (!found) throw new InternalError(`no schedule '${times}' in '${this.def.name}'`);
    return found;
  }

  list(name: string): ListColumns {
    const found = this.lists.get(name);
    if (!found) throw new InternalError(`no list '${name}' in '${this.def.name}'`);
    return found;
  }

  /** Cell coordinates, as init expressions and rules see them. */
  coordinate(name: 'row' | 'col'): ColumnId {
    const { columns } = this.def;
    const value = (i: number): number => (name === 'row' ? Math.floor(i / columns) : i % columns);
    const path = this.columnName(`${name} of cell`);
    return this.columns.ensure(path, () =>
      this.columns.declare(
        path,
        'u32',
        this.size,
        'constant',
        Uint32Array.from({ length: this.size }, (_, i) => value(i)),
      ),
    );
  }

  /** The accumulator of an input port; says that a projection feeds it. */
  feed(port: string): ColumnId {
    const known = this.#ports.get(port);
    if (known) return known.column;
    if (!this.model.inputs.has(port)) throw new InternalError(`no port '${port}'`);
    const column = this.columns.declare(this.columnName(port), 'float', this.size, 'state');
    this.#ports.set(port, { column, normalize: this.normalization(port), byEvents: false, counts: new Uint32Array(this.size) });
    return column;
  }

  /** How a port pools its synapses. */
  normalization(port: string): Normalization {
    const wish = this.def.normalize;
    return typeof wish === 'string' ? wish : (wish[port] ?? this.model.inputs.get(port)?.normalize ?? 'sum');
  }

  /** Counts synapses that can feed a port: `mean` divides by them. */
  countFeeds(port: string, cell: number, synapses: number): void {
    const known = this.#ports.get(port);
    if (known) known.counts[cell] += synapses;
  }

  /** Counts the synapses of all targets: those of target t lie from `rows[t]` to `rows[t + 1]`. */
  countFeedsOf(port: string, rows: Uint32Array): void {
    for (let cell = 0; cell + 1 < rows.length; cell++) this.countFeeds(port, cell, rows[cell + 1] - rows[cell]);
  }

  /** The accumulator of an input port that spikes add to. */
  feedByEvents(port: string): ColumnId {
    const column = this.feed(port);
    const known = this.#ports.get(port);
    if (known) known.byEvents = true;
    return column;
  }

  /** The columns of all that comes in: accumulators of ports, and what stimuli give. */
  get incoming(): ColumnId[] {
    return [...[...this.#ports.values()].map((p) => p.column), ...this.#drives.values()];
  }

  /** Where stimuli put what they add to a port or parameter in a step; the first of them begins anew. */
  drive(name: string): { readonly column: ColumnId; readonly isFirst: boolean } {
    const known = this.#drives.get(name);
    if (known !== undefined) return { column: known, isFirst: false };
    const column = this.columns.declare(this.columnName(`${name} (stimuli)`), 'float', this.size, 'state');
    this.#drives.set(name, column);
    return { column, isFirst: true };
  }

  /** A value with what stimuli add to it in the step. */
  driven(name: string, value: NodeId, b: KernelBuilder, at: Access): NodeId {
    const column = this.#drives.get(name);
    return column === undefined ? value : b.math('add', value, b.load(column, at));
  }

  isDriven(name: string): boolean {
    return this.#drives.has(name);
  }

  /** Whether a variable is held in the step that begins: then nothing is added to it; undefined where it never is. */
  isHeld(variable: string, b: KernelBuilder, at: Access): NodeId | undefined {
    const { derivatives, refractory } = this.model;
    if (!refractory || !derivatives.some((d) => d.variable === variable && d.unlessRefractory)) return undefined;
    return b.math('ltU32', b.load(this.clock.step, 'once', 'u32'), b.load(this.flag('refractory end'), at, 'u32'));
  }

  /** Accumulators to be cleared: before the step's sums, or, where spikes have added for the step already, behind the cells. */
  portsToClear(when: 'before sums' | 'behind cells'): ColumnId[] {
    return [...this.#ports.values()].filter((p) => p.byEvents === (when === 'behind cells')).map((p) => p.column);
  }

  /** What a port hands to the equations; 0 where nothing feeds it. */
  portValue(port: string, b: KernelBuilder, at: Access): NodeId {
    return this.driven(port, this.#pooled(port, b, at), b, at);
  }

  #pooled(port: string, b: KernelBuilder, at: Access): NodeId {
    const known = this.#ports.get(port);
    if (!known) return b.constant(0);
    const sum = b.load(known.column, at);
    if (known.normalize === 'sum') return sum;
    const first = Math.max(1, known.counts[0]);
    if (known.counts.every((n) => Math.max(1, n) === first)) return b.math('div', sum, b.constant(first));
    const name = this.columnName(`${port} synapses`);
    const divisor = this.columns.ensure(name, () =>
      this.columns.declare(
        name,
        'float',
        this.size,
        'constant',
        known.counts.map((n) => Math.max(1, n)),
      ),
    );
    return b.math('div', sum, b.load(divisor, at));
  }

  /** The stream of random numbers of a statement of this population. */
  stream(statement: string): number {
    return hash32(`${this.def.name}/${statement}`);
  }
}

/** The access with which a kernel over `per` reads a column. */
export function accessTo(q: QuantityColumn, side: 'self' | 'pre' | 'post'): Access {
  switch (q.per) {
    case 'population':
      return 'once';
    case 'cell':
      return side;
    default:
      return unreachable(q.per);
  }
}
