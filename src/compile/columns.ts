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

/** Bytes that may lie in memory twice for a while, so that they need not be made twice. */
const KEPT = 2 ** 31;

/** The columns of a program while it is made. */
export class ColumnTable {
  readonly precision: Precision;
  readonly data = new Map<ColumnId, ArrayLike<number>>();
  readonly fillings: Filling[] = [];
  readonly #columns: Declared[] = [];
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

  length(id: ColumnId): number {
    return this.#columns[id].length;
  }

  /** Whether what fills columns may keep so many bytes from when they are counted until they are filled; else it makes them anew. */
  mayKeep(bytes: number): boolean {
    if (bytes > this.#mayBeKept) return false;
    this.#mayBeKept -= bytes;
    return true;
  }

  /** Gives every column its place: in order of declaration, on 64-byte lines, padded to 4 elements. */
  place(): { columns: Column[]; bytes: number } {
    let offset = 0;
    const columns = this.#columns.map((c, i): Column => {
      const padded = Math.ceil(c.length / 4) * 4;
      const column = { id: i as ColumnId, name: c.name, type: c.type, length: c.length, padded, offset };
      offset += Math.ceil((padded * COLUMN_BYTES[c.type]) / 64) * 64;
      return column;
    });
    return { columns, bytes: offset };
  }
}
