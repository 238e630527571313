export { type ColorMapName, colorMap } from './colorMap.ts';
export { type GifOptions, renderGif } from './gif.ts';
export { type HeatMap, type HeatMapOptions, plotHeatMap } from './heatMap.ts';
export { type Bars, type HistogramOptions, type HistogramPlot, plotHistogram } from './histogram.ts';
export { type AnimationOptions, animateLattice, type Grid, type LatticeOptions, plotLattice } from './lattice.ts';
export { type Band, type LineOptions, type LinePlot, plotLines, type Series } from './lines.ts';
export { type Picture, type PicturesOptions, pictures } from './pictures.ts';
export { type PngOptions, renderPng } from './png.ts';
export { plotRaster, type RasterOptions, type RasterRow } from './raster.ts';
export {
  type PhasePlaneOptions,
  plotHistograms,
  plotMeans,
  plotPhasePlane,
  plotSpikes,
  plotSynapses,
  plotTraces,
} from './recordings.ts';
export { type PlotOptions, THEMES, type Theme, type ThemeName } from './theme.ts';
export { plotTrajectories, type Trajectory, type TrajectoryOptions } from './trajectories.ts';
