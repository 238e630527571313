import { requireOption } from '../core/checks.ts';
import { requireKnownKeys } from '../core/keys.ts';
import type { WeightMatrix } from './hopfield.ts';
import { type Pattern, requirePattern, shapeError } from './pattern.ts';
import { invalid, requireWhole, seededDraws } from './randomPatterns.ts';

/** The state that a discrete neuron takes on by its input: 1, active, where that is above 0, else -1. */
export function discreteState(input: number): 1 | -1 {
  return input > 0 ? 1 : -1;
}

export interface DiscreteLatticeOptions {
  readonly rows: number;
  readonly columns: number;
  /** Of the random order of updates: an integer from 0 to 2^53 - 1; 0 unless given. */
  readonly seed?: number;
}

export interface UpdateOptions {
  /** `asynchronous`, the default: cell after cell, each sees the new states of those before it. `synchronous`: all at once. */
  readonly update?: 'asynchronous' | 'synchronous';
  /** Of asynchronous updates: `random`, the default, anew in each sweep; or `rows`, row by row. */
  readonly order?: 'random' | 'rows';
}

/** What came of a cue. */
export interface Recall {
  /** The last state. */
  readonly pattern: Pattern;
  /** `settled`: no cell changes any more. `cycle`: two states follow each other for ever. `unsettled`: neither within the sweeps allowed. */
  readonly end: 'settled' | 'cycle' | 'unsettled';
  /** The cue, then the state after each sweep. */
  readonly states: readonly Pattern[];
  /** Energy of each of `states`. */
  readonly energies: Float64Array;
}

/** Inputs smaller than this part of what they are summed from are rounding: they count as 0. */
const ROUNDING = 2 ** -44;

/**
 * A lattice of discrete neurons, active (1) or not (-1): x_j = sum over i of W_ij s_i makes s_j active where x_j > 0. A tie makes it inactive.
 *
 * Where weights are symmetric, asynchronous updates never raise the energy, so that each recall settles (Hopfield 1982), and synchronous
 * ones end in a fixed state or in a cycle of two (Goles-Chacc E, Fogelman-Soulie F, Pellegrin D (1985) Discrete Applied Mathematics 12:261-277).
 */
export class DiscreteLattice {
  readonly rows: number;
  readonly columns: number;
  readonly #size: number;
  /** Row j holds the weights onto cell j; 0 where there is none. */
  readonly #incoming: Float64Array;
  /** Of each cell, the largest input that is a tie. */
  readonly #tie: Float64Array;
  readonly #seed: number;
  #state: Int8Array;
  #draws: ReturnType<typeof seededDraws>;
  #sweeps = 0;

  /**
   * All cells begin inactive.
   *
   * @throws SpikeloomError 'invalid-shape' where there is not one row and column of weights for each cell
   */
  constructor(weights: WeightMatrix, options: DiscreteLatticeOptions) {
    requireKnownKeys(options, ['rows', 'columns', 'seed'], 'discrete lattice');
    const { rows, columns, seed = 0 } = options;
    requireWhole('rows', rows);
    requireWhole('columns', columns);
    this.rows = rows;
    this.columns = columns;
    this.#size = rows * columns;
    this.#incoming = this.#transposed(weights);
    this.#tie = Float64Array.from({ length: this.#size }, (_, j) => ROUNDING * this.#weightsOnto(j).reduce((sum, w) => sum + Math.abs(w), 0));
    this.#seed = seed;
    this.#state = new Int8Array(this.#size).fill(-1);
    this.#draws = seededDraws(seed, 'order of updates');
  }

  #transposed({ size, values }: WeightMatrix): Float64Array {
    const n = this.#size;
    if (size !== n || values.length !== n * n) {
      const message = `${values.length} weights between ${size} cells, for a lattice of ${this.rows} x ${this.columns}`;
      throw shapeError(message, `Give a weight for each pair of its ${n} cells.`);
    }
    const incoming = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const w = values[i * n + j];
        if (Math.abs(w) === Number.POSITIVE_INFINITY)
          throw invalid(`the weight from cell ${i} to cell ${j} is ${w}`, 'Give numbers, or NaN for none.');
        incoming[j * n + i] = Number.isNaN(w) ? 0 : w;
      }
    }
    return incoming;
  }

  #weightsOnto(cell: number): Float64Array {
    return this.#incoming.subarray(cell * this.#size, (cell + 1) * this.#size);
  }

  /** The state as a pattern. */
  get state(): Pattern {
    return { rows: this.rows, columns: this.columns, values: Uint8Array.from(this.#state, (s) => (s === 1 ? 1 : 0)) };
  }

  /** The state of each cell, row by row: 1 or -1. */
  get bipolar(): Int8Array {
    return this.#state.slice();
  }

  /** Puts the cells into a state. Random orders begin anew: the same state gives the same again. */
  set(pattern: Pattern): this {
    requirePattern(pattern, 'the pattern');
    if (pattern.rows !== this.rows || pattern.columns !== this.columns) {
      const message = `a pattern of ${pattern.rows} x ${pattern.columns} for a lattice of ${this.rows} x ${this.columns}`;
      throw shapeError(message, 'Give one of the same shape.');
    }
    this.#state = Int8Array.from(pattern.values, (x) => (x === 1 ? 1 : -1));
    this.#draws = seededDraws(this.#seed, 'order of updates');
    this.#sweeps = 0;
    return this;
  }

  /** -1/2 * sum over pairs of W_ij s_i s_j. */
  get energy(): number {
    let sum = 0;
    for (let j = 0; j < this.#size; j++) sum += this.#inputOf(j) * this.#state[j];
    return sum === 0 ? 0 : -sum / 2;
  }

  #inputOf(cell: number): number {
    const weights = this.#weightsOnto(cell);
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i] * this.#state[i];
    return Math.abs(sum) <= this.#tie[cell] ? 0 : sum;
  }

  /** Updates each cell once; says how many of them changed. */
  sweep(options: UpdateOptions = {}): number {
    requireUpdate(options, ['update', 'order']);
    const before = this.#state.slice();
    if (options.update === 'synchronous') this.#state = before.map((_, j) => discreteState(this.#inputOf(j)));
    else for (const j of this.#order(options.order ?? 'random')) this.#state[j] = discreteState(this.#inputOf(j));
    this.#sweeps++;
    return this.#state.reduce((sum, s, j) => sum + (s === before[j] ? 0 : 1), 0);
  }

  /** Fisher and Yates's shuffle, of Durstenfeld's make (CACM 1964). */
  #order(order: 'random' | 'rows'): Uint32Array {
    const cells = Uint32Array.from({ length: this.#size }, (_, i) => i);
    if (order === 'rows') return cells;
    this.#draws.begin(this.#sweeps, 0);
    for (let i = cells.length - 1; i > 0; i--) {
      const k = this.#draws.below(i + 1);
      [cells[i], cells[k]] = [cells[k], cells[i]];
    }
    return cells;
  }

  /**
   * Begins at a cue and sweeps until nothing changes.
   *
   * @param options.sweeps at most so many; 100 unless given
   */
  recall(cue: Pattern, options: UpdateOptions & { readonly sweeps?: number } = {}): Recall {
    requireUpdate(options, ['update', 'order', 'sweeps']);
    const { sweeps = 100, ...update } = options;
    requireWhole('sweeps', sweeps);
    this.set(cue);
    const states = [this.state];
    const energies = [this.energy];
    let end: Recall['end'] = 'unsettled';
    while (end === 'unsettled' && states.length <= sweeps) {
      if (this.sweep(update) === 0) end = 'settled';
      else if (update.update === 'synchronous' && isSame(this.state, states.at(-2))) end = 'cycle';
      states.push(this.state);
      energies.push(this.energy);
    }
    return { pattern: this.state, end, states, energies: Float64Array.from(energies) };
  }
}

function isSame(a: Pattern, b: Pattern | undefined): boolean {
  return b !== undefined && a.values.every((x, i) => x === b.values[i]);
}

function requireUpdate(options: UpdateOptions, known: readonly string[]): void {
  requireKnownKeys(options, known, 'sweep');
  const { update = 'asynchronous', order } = options;
  requireOption('update', update, ['asynchronous', 'synchronous']);
  if (order === undefined) return;
  requireOption('order', order, ['random', 'rows']);
  if (update === 'synchronous') throw invalid(`order is '${order}' in synchronous updates`, 'Leave order out: all cells change at once.');
}
