import { InternalError } from '../core/error.ts';
import type { ColumnId, Precision } from './expr.ts';
import type { Kernel } from './kernel.ts';

/** What a column holds. u16 are places of cells, which domains read and kernels do not. */
export type ColumnType = 'f32' | 'f64' | 'u32' | 'u16';

export const COLUMN_ARRAYS = { f32: Float32Array, f64: Float64Array, u32: Uint32Array, u16: Uint16Array } as const satisfies Record<
  ColumnType,
  unknown
>;

/** Of what kernels read and write. */
export type ValueArray = Float32Array | Float64Array | Uint32Array;
export type ColumnArray = ValueArray | Uint16Array;

/** Bytes of an element. */
export const COLUMN_BYTES: Readonly<Record<ColumnType, number>> = { f32: 4, f64: 8, u32: 4, u16: 2 };

/** A named array in the executor's memory. */
export interface Column {
  readonly id: ColumnId;
  /** A path such as `exc.v`; unique in the program. */
  readonly name: string;
  readonly type: ColumnType;
  /** Elements in use; 1 for a column read with access `once`. */
  readonly length: number;
  /** Elements that lie in memory: a multiple of 4, at least `length`. */
  readonly padded: number;
  /** Bytes from the start of memory, a multiple of 64. */
  readonly offset: number;
  /** The column of which this one is a stretch: by it the cells of several populations are reached as those of one. */
  readonly within?: ColumnId;
}

/** The type of a column that kernels read and write. */
export function valueTypeOf({ name, type }: Column): Exclude<ColumnType, 'u16'> {
  if (type === 'u16') throw new InternalError(`the values of column '${name}' are places of cells`);
  return type;
}

/** Takes samples of a column into a buffer while the program runs. */
export interface Sampler {
  readonly column: ColumnId;
  /** Elements to take, or all. */
  readonly cells: ColumnId | null;
  readonly cellCount: number;
  /** A sample is taken after each step k for which (k + 1) % every === 0. */
  readonly every: number;
  readonly buffer: ColumnId;
  /** u32, one element: samples in the buffer. The simulation empties the buffer by setting it to 0. */
  readonly cursor: ColumnId;
  /** Samples that fit. */
  readonly capacity: number;
}

/** Copies each step's list of spikes, with the step, into a buffer while the program runs. */
export interface SpikeSampler {
  readonly list: ColumnId;
  readonly count: ColumnId;
  /** u32 pairs (neuron, step). */
  readonly buffer: ColumnId;
  /** u32, one element: pairs in the buffer. */
  readonly cursor: ColumnId;
  /** Pairs that fit; at least one step's worth. */
  readonly capacity: number;
}

/**
 * Values of cells some steps ago: in step k, `to` becomes what `from` was in step k - `slots`; it is taken out of `ring`, where the values of
 * now take its place. The first time, while `begun` is 0, the values of now stand for all of the past.
 */
export interface DelayLine {
  readonly from: ColumnId;
  readonly to: ColumnId;
  /** The last `slots` values of each element of `from`; those of step k lie at k modulo `slots`. */
  readonly ring: ColumnId;
  readonly begun: ColumnId;
  readonly slots: number;
}

/**
 * Random words of elements that are no cells, such as synapses: element i of each of the four columns `words` becomes a word of
 * Philox4x32-10 of the counter (a[i], b[i], stream, c[i] | block) under the seed, where a, b, c are the columns `counter`.
 */
export interface Draw {
  readonly counter: readonly [ColumnId, ColumnId, ColumnId];
  /** u32, one element. */
  readonly stream: ColumnId;
  readonly block: number;
  readonly words: readonly [ColumnId, ColumnId, ColumnId, ColumnId];
  /** u32, one element: of how many elements. Up to three behind them may be drawn too. */
  readonly count: ColumnId;
}

export type Action =
  /** In a step, with `every`, only after steps k for which (k + 1) % every === 0, as a sampler. */
  | { readonly kind: 'kernel'; readonly kernel: number; readonly every?: number }
  /** Sets every element of a float column to 0. */
  | { readonly kind: 'clear'; readonly column: ColumnId }
  /** Hands out past values and keeps those of now. */
  | ({ readonly kind: 'delay' } & DelayLine)
  /** Draws words; never in a step. */
  | ({ readonly kind: 'draw' } & Draw)
  /** step + 1, t = step * dt. */
  | { readonly kind: 'advance' }
  | { readonly kind: 'sample'; readonly sampler: Sampler }
  | { readonly kind: 'sampleSpikes'; readonly sampler: SpikeSampler };

/** Columns whose contents are made in the memory where they stay: what is of the size of the synapses lies there alone. */
export interface Filling {
  readonly columns: readonly ColumnId[];
  /** Fills them, given arrays of zeros; as often as it is asked for, with the same result. */
  fill(view: (column: ColumnId) => ColumnArray): void;
}

/** Everything that an executor needs: plain data, but for the initial contents of columns, which lie in `data` or come from `fillings`. */
export interface Program {
  readonly precision: Precision;
  /** On how many threads it is meant to be carried out: as many slices do its fan-outs have. The bits do not depend on it. */
  readonly threads: number;
  readonly dt: number;
  readonly seed: readonly [number, number];
  readonly columns: readonly Column[];
  /** Bytes of memory that the columns take. */
  readonly bytes: number;
  /** The clock: steps done (u32) and t in ms (f64). */
  readonly clock: { readonly step: ColumnId; readonly t: ColumnId };
  readonly kernels: readonly Kernel[];
  readonly schedule: {
    /** Once, before the first step: initial values. */
    readonly init: readonly Action[];
    /** After init and after every change of a parameter: what depends on parameters and dt alone. */
    readonly derive: readonly Action[];
    readonly step: readonly Action[];
  };
  /** What the simulation asks for between steps, by name: kernels alone. */
  readonly onDemand: ReadonlyMap<string, readonly Action[]>;
  /** Contents of columns at load, put over those that fillings make; columns not named here start at 0. */
  readonly data: ReadonlyMap<ColumnId, ArrayLike<number>>;
  readonly fillings: readonly Filling[];
}

/** Puts the contents at load into the memory of a program, where all is 0. */
export function fillColumns({ fillings, data }: Program, view: (column: ColumnId) => ColumnArray): void {
  for (const filling of fillings) filling.fill(view);
  for (const [column, values] of data) view(column).set(values);
}

/** The contents of columns at load, made anew where they come from a filling; those that the last filling made are kept until the next is asked for. */
export class ContentsAtLoad {
  readonly #program: Program;
  #last: { readonly filling: Filling; readonly made: ReadonlyMap<ColumnId, ColumnArray> } | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Undefined where the column starts at 0. */
  of(id: ColumnId): ArrayLike<number> | undefined {
    const { columns, data, fillings } = this.#program;
    const filling = fillings.find((f) => f.columns.includes(id));
    if (data.has(id) || !filling) return data.get(id);
    if (this.#last?.filling !== filling) {
      const made = new Map(filling.columns.map((c) => [c, new COLUMN_ARRAYS[columns[c].type](columns[c].padded)]));
      filling.fill((c) => made.get(c) as ColumnArray);
      this.#last = { filling, made };
    }
    return this.#last.made.get(id)?.subarray(0, columns[id].length);
  }
}
