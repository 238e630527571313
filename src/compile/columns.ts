import { InternalError } from '../core/error.ts';
import type { ColumnId, Precision } from '../ir/expr.ts';
import { COLUMN_BYTES, type Column, type ColumnType, type Filling } from '../ir/program.ts';

/**
 * What a column may depend on: decides where a kernel's values can be computed ahead.
 * `parameter` changes only by `set`, `time` once a step, `state` at any time, `constant` never.
 */
export type Role = 'constant' | 'parameter' | 'time' | 'state';

interface Declared {
  readonly name: string;
  readonly type: ColumnType;
  readonly length: number;
  readonly role: Role;
}

/** A column that is to lie within another, from that element on. */
export interface Stretch {
  readonly column: ColumnId;
  readonly start: number;
}

/** Bytes that may lie in memory twice for a while, so that they need not be made twice. */
export const KEPT = 2 ** 31;

/** The columns of a program while it is made. */
export class ColumnTable {
  readonly precision: Precision;
  readonly data = new Map<ColumnId, ArrayLike<number>>();
  readonly fillings: Filling[] = [];
  readonly #columns: Declared[] = [];
  /** What lies within columns, by those columns. */
  readonly #stretches = new Map<ColumnId, readonly Stretch[]>();
  #mayBeKept = KEPT;
  readonly #byName = new Map<string, ColumnId>();

  constructor(precision: Precision) {
    this.precision = precision;
  }

  /** Adds a column; `float` is the program's precision. */
  declare(name: string, type: ColumnType | 'float', length: number, role: Role, data?: ArrayLike<number>): ColumnId {
    if (this.#byName.has(name)) throw new InternalError(`column '${name}' declared twice`);
    const id = (this.#columns.push({ name, type: type === 'float' ? this.precision : type, length, role }) - 1) as ColumnId;
    this.#byName.set(name, id);
    if (data) this.data.set(id, data);
    return id;
  }

  /** Adds a column in which others lie, all of one type and role: an element of theirs is one of its own. */
  declareAround(name: string, length: number, stretches: readonly Stretch[]): ColumnId {
    const [{ column: first }] = stretches;
    const id = this.declare(name, this.type(first), length, this.role(first));
    this.#stretches.set(id, stretches);
    return id;
  }

  /** The column of that name, declared by `make` when it is first asked for. */
  ensure(name: string, make: () => ColumnId): ColumnId {
    return this.#byName.get(name) ?? make();
  }

  find(name: string): ColumnId | undefined {
    return this.#byName.get(name);
  }

  get count(): number {
    return this.#columns.length;
  }

  role(id: ColumnId): Role {
    return this.#columns[id].role;
  }

  type(id: ColumnId): ColumnType {
    return this.#columns[id].type;
  }

  nameOf(id: ColumnId): string {
    return this.#columns[id].name;
  }

  length(id: ColumnId): number {
    return this.#columns[id].length;
  }

  /** Whether what fills columns may keep so many bytes from when they are counted until they are filled; else it makes them anew. */
  mayKeep(bytes: number): boolean {
    if (bytes > this.#mayBeKept) return false;
    this.#mayBeKept -= bytes;
    return true;
  }

  /** Gives every column its place: in order of declaration, on 64-byte lines, padded to 4 elements; those around others first. */
  place(): { columns: Column[]; bytes: number } {
    const within = new Map([...this.#stretches].flatMap(([around, list]) => list.map(({ column, start }) => [column, { around, start }] as const)));
    const offsets = new Map<ColumnId, number>();
    let bytes = 0;
    const place = (id: ColumnId): void => {
      offsets.set(id, bytes);
      bytes += Math.ceil((paddedLength(this.#columns[id].length) * COLUMN_BYTES[this.#columns[id].type]) / 64) * 64;
    };
    const ids = this.#columns.map((_, i) => i as ColumnId);
    for (const id of this.#stretches.keys()) place(id);
    for (const id of ids) if (!within.has(id) && !this.#stretches.has(id)) place(id);
    const columns = ids.map((id): Column => {
      const { name, type, length } = this.#columns[id];
      const stretch = within.get(id);
      const offset = stretch ? (offsets.get(stretch.around) ?? 0) + stretch.start * COLUMN_BYTES[type] : (offsets.get(id) ?? 0);
      return { id, name, type, length, padded: paddedLength(length), offset, ...(stretch && { within: stretch.around }) };
    });
    return { columns, bytes };
  }
}

function paddedLength(length: number): number {
  return Math.ceil(length / 4) * 4;
}
