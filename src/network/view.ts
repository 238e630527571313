import { isList, requireKind, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import type { AnyModel, Model } from '../model/define.ts';
import type { ModelKind } from '../model/definition.ts';
import type { CellSelection, PopulationDef, ValueSpec, ViewDef } from './definition.ts';

type SettableOf<M> = M extends Model<ModelKind, infer S, string> ? S : string;
type ReadableOf<M> = M extends Model<ModelKind, string, infer R> ? R : string;

/** Names of the quantities that can be set on cells of a model. */
export type SettableNames<M extends AnyModel> = SettableOf<M>;
/** Names that can be read or recorded: quantities, named expressions, ports. */
export type ReadableNames<M extends AnyModel> = ReadableOf<M> | SettableOf<M>;

/** Values by name, as `set` takes them. */
export type ValuesFor<M extends AnyModel> = { readonly [K in SettableNames<M>]?: ValueSpec };

/** What the network does when a view is set or asked for its definition. */
export interface ViewOwner {
  assign(population: string, cells: CellSelection, values: Readonly<Record<string, ValueSpec>>): void;
}

/** Some or all cells of a population, usable wherever cells are meant: connect, set, record. */
export class View<M extends AnyModel = AnyModel> {
  readonly model: M;
  readonly def: ViewDef;
  readonly #owner: ViewOwner;
  readonly #shape: Pick<PopulationDef, 'name' | 'rows' | 'columns'>;

  constructor(owner: ViewOwner, model: M, shape: Pick<PopulationDef, 'name' | 'rows' | 'columns'>, cells: CellSelection) {
    this.#owner = owner;
    this.model = model;
    this.#shape = shape;
    this.def = { population: shape.name, cells };
  }

  /**
   * Values that the cells start with: a number, an expression for each cell (over its other quantities, `row`, `col`,
   * `index`, `size` and random draws such as `uniform(v_reset, v_th)`), or an array in the order of the cells.
   */
  set(values: ValuesFor<M>): this {
    this.#owner.assign(this.def.population, this.def.cells, values as Readonly<Record<string, ValueSpec>>);
    return this;
  }

  /** Cells `start` up to, not including, `end`. */
  slice(start: number, end: number = this.#size): View<M> {
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= this.#size)) {
      throw this.#outside(`cells ${start} to ${end}`);
    }
    return this.#narrow({ kind: 'slice', start, end });
  }

  /** A rectangle of a lattice: rows and columns from the first up to, not including, the second number. */
  region(rows: readonly [number, number], columns: readonly [number, number]): View<M> {
    for (const range of [rows, columns]) requireKind('list', 'a range of a region', range, this.#path);
    const inside = ([from, to]: readonly [number, number], n: number) =>
      Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= n;
    if (!inside(rows, this.#shape.rows) || !inside(columns, this.#shape.columns)) {
      throw this.#outside(`rows ${rows.join(' to ')}, columns ${columns.join(' to ')}`);
    }
    return this.#narrow({ kind: 'region', rows, columns });
  }

  /** Cells by index. */
  cells(indices: readonly number[]): View<M> {
    if (!isList(indices)) throw wrongKind('what names the cells', indices, 'Give an array of their indices: [0, 3].', this.#path);
    const bad = indices.find((i) => !Number.isInteger(i) || i < 0 || i >= this.#size);
    if (bad !== undefined || indices.length === 0) throw this.#outside(indices.length === 0 ? 'no cells' : `cell ${bad}`);
    const fall = indices.findIndex((i, k) => k > 0 && i <= indices[k - 1]);
    if (fall > 0) {
      throw new SpikeloomError({
        code: 'invalid-shape',
        message: `cell ${indices[fall]} of '${this.#shape.name}' comes after cell ${indices[fall - 1]}`,
        hint: 'Give each cell once, in ascending order: values and results follow it.',
      });
    }
    return this.#narrow({ kind: 'cells', cells: [...indices] });
  }

  /** The cells for which a condition over `row`, `col`, `index` and `size` holds. */
  where(condition: string): View<M> {
    requireKind('text', 'the condition', condition, this.#path);
    return this.#narrow({ kind: 'where', condition });
  }

  /** The cells that a selection means. */
  select(selection: CellSelection): View<M> {
    requireKind('object', 'the selection', selection, this.#path);
    switch (selection.kind) {
      case 'all':
        return this;
      case 'slice':
        return this.slice(selection.start, selection.end);
      case 'region':
        return this.region(selection.rows, selection.columns);
      case 'cells':
        return this.cells(selection.cells);
      case 'where':
        return this.where(selection.condition);
      default:
        throw wrongKind(
          'the kind of the selection',
          (selection satisfies never as CellSelection).kind,
          'Choose one of: all, slice, region, cells, where.',
          this.#path,
        );
    }
  }

  /** Whether the view is one of the network that this owner stands for. */
  isPartOf(owner: ViewOwner): boolean {
    return this.#owner === owner;
  }

  get #path(): string[] {
    return ['network', `population '${this.#shape.name}'`];
  }

  get #size(): number {
    return this.#shape.rows * this.#shape.columns;
  }

  #narrow(cells: CellSelection): View<M> {
    if (this.def.cells.kind !== 'all') {
      throw new SpikeloomError({
        code: 'invalid-network',
        message: `a view of a view of '${this.#shape.name}'`,
        hint: "Take the view from the population itself; a condition can join two: where('row < 2 and col > 3').",
      });
    }
    return new View(this.#owner, this.model, this.#shape, cells);
  }

  #outside(what: string): SpikeloomError {
    return new SpikeloomError({
      code: 'invalid-shape',
      message: `${what} of '${this.#shape.name}': it has ${this.#shape.rows} x ${this.#shape.columns} cells`,
      hint: 'Indices start at 0; the end of a range is not part of it.',
    });
  }
}

/** All cells of a population. */
export class Population<M extends AnyModel = AnyModel> extends View<M> {
  readonly name: string;
  readonly size: number;

  constructor(owner: ViewOwner, model: M, def: PopulationDef) {
    super(owner, model, def, { kind: 'all' });
    this.name = def.name;
    this.size = def.rows * def.columns;
  }
}

/** A population whose cells lie in rows and columns, in row-major order. */
export class Lattice<M extends AnyModel = AnyModel> extends Population<M> {
  readonly rows: number;
  readonly columns: number;

  constructor(owner: ViewOwner, model: M, def: PopulationDef) {
    super(owner, model, def);
    this.rows = def.rows;
    this.columns = def.columns;
  }
}
