import type { ModelDef, Normalization } from '../model/definition.ts';

export type NumberArray = readonly number[] | Float32Array | Float64Array | Int32Array | Uint32Array;

/** A value for many cells or synapses: one number, an expression for each, or an array in their order. Lists (of times): one for all, or one a cell. */
export type ValueSpec = number | string | NumberArray | readonly NumberArray[];

/** Which cells of a population are meant, always in ascending order of their index. */
export type CellSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly start: number; readonly end: number }
  | { readonly kind: 'region'; readonly rows: readonly [number, number]; readonly columns: readonly [number, number] }
  | { readonly kind: 'cells'; readonly cells: readonly number[] }
  /** An expression over `row`, `col`, `index` and `size`. */
  | { readonly kind: 'where'; readonly condition: string };

export interface ViewDef {
  readonly population: string;
  readonly cells: CellSelection;
}

/** Values for some cells, applied in order: later ones win. */
export interface Assignment {
  readonly cells: CellSelection;
  readonly values: Readonly<Record<string, ValueSpec>>;
}

export interface PopulationDef {
  readonly name: string;
  readonly model: ModelDef;
  /** Cells lie in row-major order; a population without a grid has one row. */
  readonly rows: number;
  readonly columns: number;
  readonly assignments: readonly Assignment[];
  /** How the ports pool their synapses: for all of them, or port by port; what is not named keeps the model's own. */
  readonly normalize: Normalization | Readonly<Record<string, Normalization>>;
  /** Of a stimulus: the cells that it acts on. It has as many cells as their population, each for the one at its place. */
  readonly onto?: ViewDef;
}

export interface EndOfPair {
  readonly row: number;
  readonly col: number;
  readonly index: number;
  readonly size: number;
}

export type DistanceKernel = 'gaussian' | 'exponential' | 'box';

/**
 * Which synapses a projection has. Indices are those of the cells within the source and target views.
 * `autapses`: whether a cell may have a synapse onto itself; `multapses`: whether two cells may be joined more than once.
 */
export type RuleDef =
  | { readonly kind: 'all-to-all'; readonly autapses: boolean }
  | { readonly kind: 'one-to-one' }
  /** An expression over `pre.row`, `pre.col`, `pre.index`, `pre.size`, the same of `post`, and `distance`. */
  | { readonly kind: 'where'; readonly condition: string }
  | { readonly kind: 'predicate'; readonly predicate: (pre: EndOfPair, post: EndOfPair) => boolean }
  | { readonly kind: 'probability'; readonly p: number; readonly autapses: boolean }
  /** So many synapses onto each target, or from each source. */
  | { readonly kind: 'fixed-in-degree' | 'fixed-out-degree'; readonly degree: number; readonly autapses: boolean; readonly multapses: boolean }
  | { readonly kind: 'fixed-total'; readonly total: number; readonly autapses: boolean; readonly multapses: boolean }
  /** Every pair with a probability that falls off with the distance of the two cells: `p` at 0; none beyond `cutoff`, if there is one. */
  | {
      readonly kind: 'distance-kernel';
      readonly kernel: DistanceKernel;
      readonly width: number;
      readonly p: number;
      readonly cutoff: number | null;
      readonly torus: boolean;
      readonly autapses: boolean;
    }
  /** Row-major, sources x targets; NaN: no synapse. */
  | {
      readonly kind: 'matrix';
      readonly quantity: string;
      readonly values: Float64Array | Float32Array;
      readonly sources: number;
      readonly targets: number;
    }
  /** `torus`: `distance` is measured around the lattice. */
  | { readonly kind: 'edge-list'; readonly sources: NumberArray; readonly targets: NumberArray; readonly torus?: boolean };

export interface ProjectionDef {
  readonly name: string;
  readonly source: ViewDef;
  readonly target: ViewDef;
  readonly synapse: ModelDef;
  readonly rule: RuleDef;
  readonly values: Readonly<Record<string, ValueSpec>>;
}

export type RecorderDef =
  | { readonly kind: 'trace'; readonly view: ViewDef; readonly quantity: string; readonly every: number }
  | { readonly kind: 'mean'; readonly view: ViewDef; readonly quantity: string; readonly every: number }
  | { readonly kind: 'spikes'; readonly view: ViewDef }
  | { readonly kind: 'spike-counts'; readonly view: ViewDef }
  /** A quantity of each synapse of a projection, or of chosen ones, by their places in the order of `getSynapses`, ascending. */
  | {
      readonly kind: 'synapses';
      readonly projection: string;
      readonly quantity: string;
      readonly every: number;
      readonly synapses?: readonly number[] | undefined;
    }
  /** How many synapses of a projection have a quantity in each of `bins` parts of `range`. */
  | {
      readonly kind: 'histogram';
      readonly projection: string;
      readonly quantity: string;
      readonly every: number;
      readonly bins: number;
      readonly range: readonly [low: number, high: number];
    };

/** Recorders of synapses. */
export type SynapseRecorderDef = Extract<RecorderDef, { readonly projection: string }>;

/** A network as plain data: nothing of the size of its populations exists until it is compiled. */
export interface NetworkDef {
  readonly dt: number;
  readonly seed: number;
  /** How long `run` goes on where no duration is given, in ms. */
  readonly duration: number;
  readonly populations: readonly PopulationDef[];
  readonly projections: readonly ProjectionDef[];
  readonly recorders: readonly RecorderDef[];
}
