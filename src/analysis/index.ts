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
