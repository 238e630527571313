export { extracellularPotential, gridPositions, type Position, type Potential, voltageSum } from './extracellular.ts';
export { findPeaks } from './peaks.ts';
export {
  type BinnedWindow,
  correlation,
  fanoFactor,
  type IntervalWindow,
  meanRate,
  type SpikeTimes,
  type SpikeWindow,
  variationOfIntervals,
} from './spikeStatistics.ts';
