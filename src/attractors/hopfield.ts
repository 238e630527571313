import { requireOption } from '../core/checks.ts';
import { requireKnownKeys } from '../core/keys.ts';
import { type Pattern, requireSameShape } from './pattern.ts';
import { invalid } from './randomPatterns.ts';

/** Weights between all cells of a lattice. As synapses: `matrix(weights.values, { columns: weights.size })`. */
export interface WeightMatrix {
  /** Number of cells. */
  readonly size: number;
  /** values[pre * size + post]; NaN on the diagonal: no cell has a synapse onto itself. */
  readonly values: Float64Array;
}

export interface HopfieldOptions {
  /** `cells`, the default, divides by the number of cells N; with `none` weights are plain sums over patterns. */
  readonly normalize?: 'cells' | 'none';
}

export interface BinaryHopfieldOptions extends HopfieldOptions {
  /** What is subtracted from the target's 0 or 1; 0.5 unless given. */
  readonly a?: number;
  /** What is subtracted from the source's 0 or 1; 0.5 unless given. */
  readonly b?: number;
  /** Factor of all weights; 1 unless given. */
  readonly scalar?: number;
}

/**
 * Weights that store patterns: W_ij = (1/N) * sum over patterns of x_i x_j, with x = 1 for active and -1 for inactive cells.
 * Hopfield J J (1982) Neural networks and physical systems with emergent collective computational abilities. PNAS 79(8):2554-2558;
 * normalised as in Hertz J, Krogh A, Palmer R G (1991) Introduction to the Theory of Neural Computation, section 2.2.
 *
 * @throws SpikeloomError 'invalid-shape' for no patterns, or patterns of different shapes
 */
export function hopfieldWeights(patterns: readonly Pattern[], options: HopfieldOptions = {}): WeightMatrix {
  requireKnownKeys(options, ['normalize'], 'set of Hopfield weights');
  return outerProducts(patterns, options, { source: bipolar, target: bipolar, scalar: 1 });
}

/**
 * Weights that store patterns of 0 and 1: W_ij = (scalar/N) * sum over patterns of (x_i - b) (x_j - a), i the source, j the target.
 * With a = b the mean activity of sparse patterns they hold many more of them: Tsodyks M V, Feigelman M V (1988) The enhanced storage
 * capacity in neural networks with low activity level. Europhysics Letters 6(2):101-105. With a = b = 0.5, a quarter of `hopfieldWeights`.
 *
 * @throws SpikeloomError 'invalid-shape' for no patterns, or patterns of different shapes
 */
export function binaryHopfieldWeights(patterns: readonly Pattern[], options: BinaryHopfieldOptions = {}): WeightMatrix {
  requireKnownKeys(options, ['a', 'b', 'scalar', 'normalize'], 'set of Hopfield weights');
  const { a = 0.5, b = 0.5, scalar = 1 } = options;
  for (const [name, value] of Object.entries({ a, b, scalar })) {
    if (!Number.isFinite(value)) throw invalid(`${name} is ${String(value)}`, 'Give a number.');
  }
  return outerProducts(patterns, options, { source: (x) => x - b, target: (x) => x - a, scalar });
}

const bipolar = (x: number): number => 2 * x - 1;

interface Product {
  source(x: number): number;
  target(x: number): number;
  readonly scalar: number;
}

function outerProducts(patterns: readonly Pattern[], { normalize = 'cells' }: HopfieldOptions, { source, target, scalar }: Product): WeightMatrix {
  requireSameShape(patterns);
  requireOption('normalization', normalize, ['cells', 'none']);
  const size = patterns[0].values.length;
  const values = new Float64Array(size * size);
  for (const { values: x } of patterns) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) values[i * size + j] += source(x[i]) * target(x[j]) * scalar;
    }
  }
  if (normalize === 'cells') for (let k = 0; k < values.length; k++) values[k] /= size;
  for (let i = 0; i < size; i++) values[i * size + i] = Number.NaN;
  return { size, values };
}
