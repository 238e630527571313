export {
  activePattern,
  type BumpTrack,
  type CountOptions,
  countSpikes,
  type PopulationVector,
  populationVector,
  type TrackOptions,
  trackBump,
} from './decode.ts';
export { DiscreteLattice, type DiscreteLatticeOptions, discreteState, type Recall, type UpdateOptions } from './discreteLattice.ts';
export { autocorrelogram, type BinnedMap, gridScore, type Path, type RateMapOptions, rateMap } from './gridScore.ts';
export { type BinaryHopfieldOptions, binaryHopfieldWeights, type HopfieldOptions, hopfieldWeights, type WeightMatrix } from './hopfield.ts';
export { agreement, type Pattern, pattern, printPattern } from './pattern.ts';
export { distort, type RandomPatternOptions, randomPatterns } from './randomPatterns.ts';
