import { BELOW_NAME, BELOW_TICKS, type Frame, horizontalAxis, roomForLabels, type TimeAxis, timeAxis, verticalAxis } from './axes.ts';
import { type Key, legendOf } from './legend.ts';
import { extentOf, linearScale, roomyExtent, type Scale } from './scale.ts';
import { document, element, fitted, headingHeight, PathData, title } from './svg.ts';
import { type PlotOptions, seriesStyle, type Theme, themeOf, widthOf } from './theme.ts';

/** One curve: values over times (ms), both in ascending order of time. A value that is not finite is a gap. */
export interface Series {
  readonly label: string;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** A filled range of values over times (ms), such as that between two quantiles. */
export interface Band {
  readonly label: string;
  readonly times: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** One panel: bands, and curves above them. */
export interface LinePlot {
  readonly title: string;
  /** Name and unit of what is drawn, e.g. `v (mV)`. */
  readonly quantity: string;
  readonly series: readonly Series[];
  /** From the widest to the narrowest, all in the colour of the first curve. */
  readonly bands?: readonly Band[];
}

export interface LineOptions extends PlotOptions {
  /** Of the data in each panel, in pixels. Default 180, and 130 where there are more than two panels. */
  readonly height?: number;
}

const HEIGHT = 180;
const HEIGHT_OF_MANY = 130;
/** The title of a panel. */
const ABOVE = 40;
const RIGHT = 24;
const BAND_OPACITY = 0.22;

/** Curves over time as SVG: panels above each other, with one time axis for all. Stays small however many samples there are. */
export function plotLines(plots: readonly LinePlot[], options: LineOptions = {}): string {
  const theme = themeOf(options);
  const width = widthOf(options);
  const height = Math.max(20, options.height ?? (plots.length > 2 ? HEIGHT_OF_MANY : HEIGHT));
  const [start, end] = extentOf(plots.flatMap((p) => [...p.series, ...(p.bands ?? [])].map((s) => s.times))) ?? [0, 1];
  const scales = plots.map((plot) => yScale(plot, height));
  const left = Math.max(60, ...scales.map((y) => roomForLabels(y.ticks)));
  const right = width - RIGHT;
  // Samples begin near 0, but where only the last of them were kept.
  const time = timeAxis(start > end / 2 && start < end ? start : Math.min(0, start), end, { left, right });
  let bottom = headingHeight(options.title);
  const content = plots.flatMap((plot, i) => {
    const legend = legendOf(keysOf(plot, theme), plot.title, { left, right });
    const top = bottom + ABOVE + legend.height;
    bottom = top + height + (i === plots.length - 1 ? BELOW_TICKS + BELOW_NAME : BELOW_TICKS);
    const frame = { left, top, right, bottom: top + height };
    const shifted: Scale = Object.assign((v: number) => scales[i](v) + top, { domain: scales[i].domain, ticks: scales[i].ticks });
    return [
      ...drawPanel(plot, frame, time, shifted, i === plots.length - 1, theme),
      ...legend.draw(top - 14),
      title(left, top - 14 - legend.height, fitted(plot.title, (right - left) / 1.25)),
    ];
  });
  const description = plots.map((p) => `${p.title}: ${p.quantity}`).join('; ');
  return document({ width, height: bottom, heading: options.title, description, theme }, content);
}

function yScale({ series, bands = [] }: LinePlot, height: number): Scale {
  const [low, high] = roomyExtent([...series.map((s) => s.values), ...bands.flatMap((b) => [b.low, b.high])]);
  return linearScale(low, high, height, 0, Math.max(2, Math.round(height / 32)));
}

function keysOf({ series, bands = [] }: LinePlot, theme: Theme): Key[] {
  if (series.length + bands.length < 2) return [];
  const filled = bands.map(({ label }, i) => ({ label, color: theme.series[0], opacity: 1 - (1 - BAND_OPACITY) ** (i + 1) }));
  return [...series.map(({ label }, i) => ({ label, ...seriesStyle(theme, i) })), ...filled];
}

function drawPanel(plot: LinePlot, frame: Frame, time: TimeAxis, y: Scale, isLast: boolean, theme: Theme): string[] {
  const bands = (plot.bands ?? []).map((band) => element('path', { d: outline(band, time, y), fill: theme.series[0], 'fill-opacity': BAND_OPACITY }));
  const curves = plot.series.flatMap((series, i) => {
    const { color, dash } = seriesStyle(theme, i);
    const { data, dots } = curveOf(series, time, y);
    const stroke = { fill: 'none', stroke: color, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };
    return [
      ...(data === '' ? [] : [element('path', { d: data, ...stroke, 'stroke-width': 1.4, ...(dash && { 'stroke-dasharray': dash }) })]),
      ...(dots === '' ? [] : [element('path', { d: dots, ...stroke, 'stroke-width': 4 })]),
    ];
  });
  return [
    ...horizontalAxis(frame, time.scale, isLast ? time.name : undefined, theme),
    ...verticalAxis(frame, y, plot.quantity, theme),
    ...bands,
    ...curves,
  ];
}

/** Samples that look like all of them, however many there are: the first, least, largest and last within each half pixel, and one for each gap. */
function visible({ times, values }: Series, time: TimeAxis): number[] {
  const kept: number[] = [];
  let i = 0;
  while (i < times.length) {
    const column = Math.floor(time.at(times[i]) * 2);
    let [least, largest, last] = [i, i, i];
    let gap = i;
    for (let j = i; j < times.length && Math.floor(time.at(times[j]) * 2) === column; j++) {
      if (!Number.isFinite(values[j])) gap = j;
      if (!(values[least] <= values[j]) && Number.isFinite(values[j])) least = j;
      if (!(values[largest] >= values[j]) && Number.isFinite(values[j])) largest = j;
      last = j;
    }
    kept.push(...[...new Set([i, least, largest, gap, last])].sort((a, b) => a - b));
    i = last + 1;
  }
  return kept;
}

interface Curve {
  readonly data: string;
  /** Samples between two gaps, which no line shows. */
  readonly dots: string;
}

function curveOf(series: Series, time: TimeAxis, y: Scale): Curve {
  const { times, values } = series;
  const [path, dots] = [new PathData(), new PathData()];
  const kept = visible(series, time);
  const isDrawn = (k: number): boolean => k >= 0 && k < kept.length && Number.isFinite(values[kept[k]]);
  kept.forEach((i, k) => {
    if (!isDrawn(k)) return;
    const [x, height] = [time.at(times[i]), y(values[i])];
    if (isDrawn(k - 1)) path.line(x, height);
    else if (isDrawn(k + 1)) path.move(x, height);
    else dots.stroke(x, height, 0);
  });
  return { data: path.toString(), dots: dots.toString() };
}

/** There along the upper edge, back along the lower one; a new piece after each gap. */
function outline({ times, low, high }: Band, time: TimeAxis, y: Scale): string {
  const path = new PathData();
  let piece: number[] = [];
  const close = (): void => {
    if (piece.length === 0) return;
    path.move(time.at(times[piece[0]]), y(high[piece[0]]));
    for (const i of piece.slice(1)) path.line(time.at(times[i]), y(high[i]));
    for (const i of piece.reverse()) path.line(time.at(times[i]), y(low[i]));
    piece = [];
  };
  for (let i = 0; i < times.length; i++) {
    if (Number.isFinite(low[i]) && Number.isFinite(high[i])) piece.push(i);
    else close();
  }
  close();
  return path.toString();
}
