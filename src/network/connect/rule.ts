import { SpikeloomError } from '../../core/error.ts';
import type { WordSource } from '../../core/rowDraws.ts';
import type { EndOfPair, RuleDef } from '../definition.ts';

/** Synapses by index within the source and target views, in the order in which values are given for them. */
export interface Edges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Values that the rule itself brings, one a synapse. */
  readonly values?: ReadonlyMap<string, Float64Array> | undefined;
}

/** The cells at one end of a projection: their indices within their population, ascending. */
export interface End {
  readonly cells: Uint32Array;
  readonly population: { readonly name: string; readonly rows: number; readonly columns: number };
}

/** Synapses sorted by target, then source: those of target t have the `sources` from `rows[t]` to `rows[t + 1]`. */
export class EdgesByTarget implements Edges {
  readonly sources: Uint32Array;
  readonly rows: Uint32Array;
  readonly values: Edges['values'];
  #targets: Uint32Array | undefined;

  constructor(sources: Uint32Array, rows: Uint32Array, values?: Edges['values']) {
    this.sources = sources;
    this.rows = rows;
    this.values = values;
  }

  /** Made when it is first asked for. */
  get targets(): Uint32Array {
    this.#targets ??= this.targetsOf(0, this.sources.length);
    return this.#targets;
  }

  /** The targets of the synapses from `start` to `end`, which are written into `out` where it is given. */
  targetsOf(start: number, end: number, out = allocateCells(end - start)): Uint32Array {
    const { rows } = this;
    for (let t = rowWith(rows, start); t + 1 < rows.length && rows[t] < end; t++) {
      out.fill(t, Math.max(0, rows[t] - start), Math.min(end, rows[t + 1]) - start);
    }
    return out;
  }
}

/** The last row that begins at a place, or before it. */
function rowWith(rows: Uint32Array, place: number): number {
  let [low, high] = [0, rows.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (rows[middle] <= place) low = middle;
    else high = middle;
  }
  return low;
}

/** Where rows of so many synapses begin, and where the last one ends. */
export function rowsOf(counts: ArrayLike<number>): Uint32Array {
  const rows = new Uint32Array(counts.length + 1);
  let total = 0;
  for (let i = 0; i < counts.length; i++) rows[i + 1] = total += counts[i];
  if (total >= 2 ** 32) throw tooMany(total);
  return rows;
}

export interface RuleContext extends WordSource {
  readonly source: End;
  readonly target: End;
  /** Where `target` has only some of the targets, one behind the other: all of them, and the place of the first. */
  readonly part?: { readonly of: End; readonly first: number } | undefined;
  /** Evaluates a condition over `pre.*` and `post.*` for one target and every source. */
  testSources(condition: string, target: number): Uint8Array;
  /** An expression of numbers, for each element of the arrays that its names stand for. */
  evaluate(expression: string, names: ReadonlyMap<string, number | Float64Array>): Float64Array;
  /** Rows of words belong to cells, given by their indices within their population. */
  drawWords: WordSource['drawWords'];
}

/** Whether a rule can make the synapses of some targets without those of the others. */
export function isByTarget({ kind }: RuleDef): boolean {
  return BY_TARGET.has(kind);
}

const BY_TARGET: ReadonlySet<RuleDef['kind']> = new Set([
  'all-to-all',
  'where',
  'probability',
  'fixed-in-degree',
  'fixed-total',
  'distance-kernel',
] as const);

/** A cell as a predicate sees it. */
export function endOfPair(end: End, position: number): EndOfPair {
  const index = end.cells[position];
  const { rows, columns } = end.population;
  return { row: Math.floor(index / columns), col: index % columns, index, size: rows * columns };
}

/** For each cell of an end, where it lies within another end: -1 where it does not. */
export function positionsWithin(end: End, other: End): Int32Array {
  const positions = new Int32Array(end.cells.length).fill(-1);
  if (end.population.name !== other.population.name) return positions;
  const places = new Map<number, number>();
  other.cells.forEach((cell, position) => {
    places.set(cell, position);
  });
  end.cells.forEach((cell, i) => {
    positions[i] = places.get(cell) ?? -1;
  });
  return positions;
}

/** Room for a known number of synapses. */
export function allocateEdges(count: number): { readonly sources: Uint32Array; readonly targets: Uint32Array } {
  return { sources: allocateCells(count), targets: allocateCells(count) };
}

/** Room for one end of a known number of synapses. */
export function allocateCells(count: number): Uint32Array {
  try {
    return new Uint32Array(count);
  } catch {
    throw tooMany(count);
  }
}

function tooMany(count: number): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: `${count} synapses do not fit into memory while they are made`,
    hint: 'Use fewer cells, or a rule that makes fewer synapses.',
  });
}

/** Synapses of which it is not known beforehand how many there will be. */
export class GrowingEdges {
  #sources = new Uint32Array(1024);
  #targets = new Uint32Array(1024);
  #count = 0;

  add(source: number, target: number): void {
    if (this.#count === this.#sources.length) this.#grow();
    this.#sources[this.#count] = source;
    this.#targets[this.#count++] = target;
  }

  #grow(): void {
    const { sources, targets } = allocateEdges(this.#count * 2);
    sources.set(this.#sources);
    targets.set(this.#targets);
    this.#sources = sources as Uint32Array<ArrayBuffer>;
    this.#targets = targets as Uint32Array<ArrayBuffer>;
  }

  finish(): Edges {
    return { sources: this.#sources.slice(0, this.#count), targets: this.#targets.slice(0, this.#count) };
  }
}

/** All pairs for which `test` holds, targets outermost. */
export function pairsWhere(context: Pick<RuleContext, 'source' | 'target'>, test: (source: number, target: number) => boolean): Edges {
  const edges = new GrowingEdges();
  for (let t = 0; t < context.target.cells.length; t++) {
    for (let s = 0; s < context.source.cells.length; s++) if (test(s, t)) edges.add(s, t);
  }
  return edges.finish();
}
