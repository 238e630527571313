import { SpikeloomError } from '../core/error.ts';
import { cellsText } from '../io/cellsText.ts';
import type { ViewDef } from '../network/definition.ts';
import type { Recorded, Recordings, SynapseTrace } from '../simulation/recordings.ts';
import { type HistogramOptions, type HistogramPlot, plotHistogram } from './histogram.ts';
import { withUnit } from './labels.ts';
import { type LineOptions, type LinePlot, plotLines, type Series } from './lines.ts';
import { plotRaster, type RasterOptions, type RasterRow } from './raster.ts';
import { spread } from './spread.ts';
import { plotTrajectories, type TrajectoryOptions } from './trajectories.ts';

/** Cells or synapses of one recorder that are drawn as curves; more would only cover each other. */
const MOST_CURVES = 6;
/** Moments at which the distribution of many synapses is drawn: fewer of very many, as each takes sorting them. */
const MOMENTS = { most: 200, least: 20, values: 2_000_000 } as const;

/** The recorded means as SVG, those of one quantity in one panel; undefined where none were recorded. */
export function plotMeans(recordings: Recordings, options: LineOptions = {}): string | undefined {
  const panels = new Map<string, Series[]>();
  for (const recorder of recordings.recorders) {
    if (recorder.kind !== 'mean') continue;
    const { times, values, unit } = recordings.mean({ def: recorder.view }, recorder.quantity, recorder);
    const quantity = withUnit(recorder.quantity, unit);
    panels.set(quantity, [...(panels.get(quantity) ?? []), { label: viewText(recorder.view), times, values }]);
  }
  // The legend names the series where there are several.
  const title = (series: readonly Series[]): string => (series.length === 1 ? `mean of ${series[0].label}` : 'means');
  return draw(
    [...panels].map(([quantity, series]) => ({ quantity, series, title: title(series) })),
    options,
  );
}

/** The recorded traces as SVG, one panel each, of at most six cells; undefined where none were recorded. */
export function plotTraces(recordings: Recordings, options: LineOptions = {}): string | undefined {
  const panels = recordings.recorders.flatMap((recorder): LinePlot[] => {
    if (recorder.kind !== 'trace') return [];
    const { times, cells, unit, of } = recordings.trace({ def: recorder.view }, recorder.quantity, recorder);
    const shown = spread(cells.length, MOST_CURVES).map((i) => cells[i]);
    const series = shown.map((cell) => ({ label: `cell ${cell}`, times, values: of(cell) }));
    const rest = cells.length > shown.length ? `, ${shown.length} of ${cells.length} cells` : '';
    return [{ title: `${viewText(recorder.view)}${rest}`, quantity: withUnit(recorder.quantity, unit), series }];
  });
  return draw(panels, options);
}

/** All recorded spikes as SVG, one line for each recorded cell; undefined where none were recorded. */
export function plotSpikes(recordings: Recordings, options: RasterOptions = {}): string | undefined {
  let start = Number.POSITIVE_INFINITY;
  const rows = recordings.infos.flatMap(({ def, cells: recorded }): RasterRow[] => {
    if (def.kind !== 'spikes') return [];
    const { times, cells, dropped } = recordings.spikes({ def: def.view });
    start = Math.min(start, dropped > 0 ? (times[0] ?? 0) : 0);
    const lines = new Map(Array.from(recorded, (cell, i) => [cell, i]));
    return [{ label: viewText(def.view), size: recorded.length, times, cells: cells.map((cell) => lines.get(cell) ?? 0) }];
  });
  // Where only the last spikes were kept, the first of them begin the picture.
  return rows.length > 0 ? plotRaster(rows, { start, ...options }) : undefined;
}

/**
 * Recorded quantities of synapses, such as weights, as SVG: each synapse of a few; of many, the median and the ranges that hold half
 * and nine tenths of them. Undefined where none were recorded.
 */
export function plotSynapses(recordings: Recordings, options: LineOptions = {}): string | undefined {
  const panels = recordings.recorders.flatMap((recorder): LinePlot[] => {
    if (recorder.kind !== 'synapses') return [];
    const trace = recordings.synapses(recorder.projection, recorder.quantity, recorder);
    const quantity = withUnit(trace.quantity, trace.unit);
    const count = trace.sources.length;
    if (count > MOST_CURVES) return [{ title: `${trace.projection}, ${count} synapses`, quantity, ...distribution(trace) }];
    const series = Array.from(trace.sources, (source, i) => ({
      label: `${source} \u2192 ${trace.targets[i]}`,
      times: trace.times,
      values: Array.from(trace.times, (_, k) => trace.values[k * count + i]),
    }));
    return [{ title: trace.projection, quantity, series }];
  });
  return draw(panels, options);
}

/** The recorded histograms of synapses as SVG, one panel each: filled the last sample, as an outline the first. Undefined where none were recorded. */
export function plotHistograms(recordings: Recordings, options: HistogramOptions = {}): string | undefined {
  const plots = recordings.recorders.flatMap((recorder): HistogramPlot[] => {
    if (recorder.kind !== 'histogram') return [];
    const { projection, times, edges, counts, unit } = recordings.histogram(recorder.projection, recorder.quantity, recorder);
    const bars = (sample: number): HistogramPlot['filled'] => ({
      label: sample in times ? `t = ${Number(times[sample].toPrecision(6))} ms` : 'nothing yet',
      counts: counts.subarray(sample * recorder.bins, (sample + 1) * recorder.bins),
    });
    const last = Math.max(0, times.length - 1);
    const panel = { title: projection, quantity: withUnit(recorder.quantity, unit), counted: 'synapses', edges, filled: bars(last) };
    return [{ ...panel, ...(last > 0 && { outlined: bars(0) }) }];
  });
  return plots.length > 0 ? plotHistogram(plots, options) : undefined;
}

/** Median and quantiles over all synapses, at some moments. */
function distribution({ times, values, sources }: SynapseTrace): Pick<LinePlot, 'series' | 'bands'> {
  const count = sources.length;
  const samples = spread(times.length, Math.max(MOMENTS.least, Math.min(MOMENTS.most, Math.floor(MOMENTS.values / count))));
  const moments = samples.map((k) => times[k]);
  const sorted = samples.map((k) =>
    values
      .slice(k * count, (k + 1) * count)
      .filter(Number.isFinite)
      .sort(),
  );
  const quantile = (q: number): number[] => sorted.map((all) => quantileOf(all, q));
  return {
    series: [{ label: 'median', times: moments, values: quantile(0.5) }],
    bands: [
      { label: '5 to 95 %', times: moments, low: quantile(0.05), high: quantile(0.95) },
      { label: '25 to 75 %', times: moments, low: quantile(0.25), high: quantile(0.75) },
    ],
  };
}

/** Between the values next to it, in proportion; NaN of none. */
function quantileOf(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const i = Math.min(Math.floor(at), Math.max(0, sorted.length - 2));
  const next = sorted[i + 1] ?? sorted[i];
  return sorted.length === 0 ? Number.NaN : sorted[i] + (at - i) * (next - sorted[i]);
}

export interface PhasePlaneOptions extends TrajectoryOptions {
  /** Cells by index. Default: the first that was recorded. */
  readonly cells?: readonly number[];
  /** Of the recorders that are meant, where there are several: steps between their samples. */
  readonly every?: number;
}

/** Two recorded quantities of a cell against each other, `x` to the right. @throws SpikeloomError where they were not recorded, or not at the same times */
export function plotPhasePlane(recordings: Recordings, where: Recorded, [x, y]: readonly [string, string], options: PhasePlaneOptions = {}): string {
  const every = options.every === undefined ? {} : { every: options.every };
  const [right, up] = [x, y].map((quantity) => recordings.trace(where, quantity, every));
  if (right.times.length !== up.times.length || right.times.some((t, i) => t !== up.times[i])) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `'${x}' and '${y}' of '${right.population}' were not recorded at the same times`,
      hint: 'Record both with the same { every }, and give it here too where there are several.',
    });
  }
  const cells = options.cells ?? [...right.cells.subarray(0, 1)];
  const trajectories = cells.map((cell) => ({ label: `cell ${cell}`, x: right.of(cell), y: up.of(cell) }));
  return plotTrajectories(trajectories, { x: withUnit(x, right.unit), y: withUnit(y, up.unit) }, options);
}

function draw(panels: readonly LinePlot[], options: LineOptions): string | undefined {
  return panels.length > 0 ? plotLines(panels, options) : undefined;
}

function viewText({ population, cells }: ViewDef): string {
  return cells.kind === 'all' ? population : `${population} ${cellsText(cells)}`;
}
