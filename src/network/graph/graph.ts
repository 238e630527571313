import { SpikeloomError } from '../../core/error.ts';
import { requireKnownKeys } from '../../core/keys.ts';
import { type CellPlace, cellIndex, cellText, type Shape } from './cell.ts';
import { type CellEnds, rangeBetween } from './pairs.ts';

/** Cells that are joined to one, ascending, and the value of each synapse: a cell comes as often as synapses join the two. */
export interface Neighbors {
  /** By index within their population. */
  readonly cells: Uint32Array;
  readonly values: Float64Array;
}

/** A projection as it was at one moment, to be looked at as a graph: its cells are the nodes, its synapses the edges, one of their quantities the weights. */
export class Graph {
  readonly projection: string;
  /** The quantity that is taken for the weight, and its unit. */
  readonly quantity: string;
  readonly unit: string;
  readonly source: Shape;
  readonly target: Shape;
  readonly #ends: CellEnds;
  readonly #values: Float64Array;
  /** Synapses by source, then target, and where those of each source begin; made when first asked for. */
  #bySource: { readonly order: Uint32Array; readonly first: Uint32Array } | undefined;

  /** Use `simulation.graph` or `graphOf`. Synapses are sorted by target, then source. */
  constructor(of: Pick<Graph, 'projection' | 'quantity' | 'unit' | 'source' | 'target'>, ends: CellEnds, values: Float64Array) {
    this.projection = of.projection;
    this.quantity = of.quantity;
    this.unit = of.unit;
    this.source = of.source;
    this.target = of.target;
    this.#ends = ends;
    this.#values = values;
  }

  /** How many there are. */
  get synapses(): number {
    return this.#values.length;
  }

  /**
   * The weight of the synapse that joins two cells; undefined where there is none.
   *
   * @throws SpikeloomError where there is no such cell, and where more than one synapse joins the two
   */
  weight(source: CellPlace, target: CellPlace): number | undefined {
    const values = this.weights(source, target);
    if (values.length <= 1) return values.at(0);
    throw this.#several(
      cellIndex(this.source, source, this.#path),
      cellIndex(this.target, target, this.#path),
      values.length,
      'weights(source, target)',
    );
  }

  /** The weights of all synapses that join two cells, as they were made; none where they are not joined. */
  weights(source: CellPlace, target: CellPlace): Float64Array {
    const [s, t] = [cellIndex(this.source, source, this.#path), cellIndex(this.target, target, this.#path)];
    return this.#values.slice(...rangeBetween(this.#ends, s, t));
  }

  /** Where the synapses onto a cell come from. */
  incoming(target: CellPlace): Neighbors {
    const t = cellIndex(this.target, target, this.#path);
    const [from] = rangeBetween(this.#ends, 0, t);
    const [to] = rangeBetween(this.#ends, 0, t + 1);
    return { cells: this.#ends.sources.slice(from, to), values: this.#values.slice(from, to) };
  }

  /** Where the synapses of a cell lead. */
  outgoing(source: CellPlace): Neighbors {
    const s = cellIndex(this.source, source, this.#path);
    const { order, first } = this.#sortedBySource();
    const own = order.subarray(first[s], first[s + 1]);
    return { cells: own.map((i) => this.#ends.targets[i]), values: Float64Array.from(own, (i) => this.#values[i]) };
  }

  /** What `outgoing` gives, for each source. */
  adjacencyList(): readonly Neighbors[] {
    return Array.from({ length: this.source.rows * this.source.columns }, (_, s) => this.outgoing(s));
  }

  /**
   * A row for each source, a column for each target, row after row; NaN where two cells are not joined: what the rule
   * `matrix(values, { columns })` takes.
   *
   * @param options.multapses `sum` adds up the synapses that join the same two cells
   * @throws SpikeloomError where two cells are joined more than once, unless that was said; and where it does not fit into memory
   */
  adjacencyMatrix(options: { readonly multapses?: 'sum' } = {}): Float64Array {
    requireKnownKeys(options, ['multapses'], 'adjacency matrix');
    const [rows, columns] = [this.source, this.target].map((shape) => shape.rows * shape.columns);
    const matrix = allocateMatrix(rows, columns, this.#path);
    const { sources, targets } = this.#ends;
    for (let i = 0; i < sources.length; i++) {
      const at = sources[i] * columns + targets[i];
      if (!Number.isNaN(matrix[at]) && options.multapses !== 'sum') {
        const [from, to] = rangeBetween(this.#ends, sources[i], targets[i]);
        throw this.#several(sources[i], targets[i], to - from, "adjacencyMatrix({ multapses: 'sum' }), or adjacencyList()");
      }
      matrix[at] = Number.isNaN(matrix[at]) ? this.#values[i] : matrix[at] + this.#values[i];
    }
    return matrix;
  }

  get #path(): string[] {
    return ['network', `projection '${this.projection}'`, 'graph'];
  }

  #sortedBySource(): { readonly order: Uint32Array; readonly first: Uint32Array } {
    if (this.#bySource) return this.#bySource;
    const { sources } = this.#ends;
    const first = new Uint32Array(this.source.rows * this.source.columns + 1);
    for (const s of sources) first[s + 1]++;
    for (let s = 1; s < first.length; s++) first[s] += first[s - 1];
    const next = first.slice();
    const order = new Uint32Array(sources.length);
    sources.forEach((s, i) => {
      order[next[s]++] = i;
    });
    this.#bySource = { order, first };
    return this.#bySource;
  }

  #several(s: number, t: number, count: number, instead: string): SpikeloomError {
    return new SpikeloomError({
      code: 'usage',
      message: `${count} synapses join ${cellText(this.source, s)} to ${cellText(this.target, t)}`,
      path: this.#path,
      hint: `Ask for ${instead}.`,
    });
  }
}

function allocateMatrix(rows: number, columns: number, path: readonly string[]): Float64Array {
  try {
    return new Float64Array(rows * columns).fill(Number.NaN);
  } catch {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `a matrix of ${rows} x ${columns} does not fit into memory`,
      path,
      hint: 'Ask for incoming(target), outgoing(source) or adjacencyList().',
    });
  }
}
