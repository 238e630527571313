export { type LinePlot, plotLines, type Series } from './lines.ts';
export { plotRaster, type RasterRow } from './raster.ts';
export { plotMeans, plotSpikes, plotTraces } from './recordings.ts';
