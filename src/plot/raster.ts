import { BELOW_NAME, BELOW_TICKS, type Frame, horizontalAxis, type TimeAxis, timeAxis } from './axes.ts';
import { document, element, fitted, headingHeight, line, PathData, text, textWidth } from './svg.ts';
import { type PlotOptions, seriesStyle, type Theme, themeOf, widthOf } from './theme.ts';

/** Spikes of one population. */
export interface RasterRow {
  readonly label: string;
  /** Lines that the population takes: its cells. */
  readonly size: number;
  /** ms, ascending. */
  readonly times: ArrayLike<number>;
  /** The line of each spike, from 0. */
  readonly cells: ArrayLike<number>;
}

export interface RasterOptions extends PlotOptions {
  /** ms. Default: 0. */
  readonly start?: number;
  /** ms. Default: the time of the last spike. */
  readonly end?: number;
}

const TOP = 18;
const RIGHT = 24;
const GAP = 10;
const LEAST_BAND = 32;
/** Of all bands together, as far as the least of each allows. */
const HEIGHT = 400;
const LARGEST_PITCH = 10;
const STROKE = 1.2;
/** Above this many spikes in one picture, shades show how many spikes there are in each small square. */
const MOST_STROKES = 40_000;
/** Pixels. */
const SQUARE = 2;
const SHADES = 6;
const SHADED = 'the stronger the shade, the more spikes';

/** Spikes as SVG: each a small stroke, one line a cell, populations stacked in the order given, first at the top. Stays small however many there are. */
export function plotRaster(populations: readonly RasterRow[], options: RasterOptions = {}): string {
  const theme = themeOf(options);
  const width = widthOf(options);
  const total = populations.reduce((n, p) => n + p.size, 0);
  const pitch = Math.min(LARGEST_PITCH, HEIGHT / Math.max(1, total));
  const heights = populations.map((p) => Math.max(LEAST_BAND, p.size * pitch));
  const room = width * 0.3;
  const names = populations.map((p) => fitted(p.label, room));
  const top = TOP + headingHeight(options.title);
  const frame: Frame = {
    left: 28 + Math.max(0, ...[...names, ...populations.map(sizeText)].map((label) => textWidth(label))),
    top,
    right: width - RIGHT,
    bottom: top + heights.reduce((a, b) => a + b, 0) + GAP * Math.max(0, populations.length - 1),
  };
  const last = populations.reduce((latest, { times }) => Math.max(latest, times[times.length - 1] ?? 0), 0);
  const time = timeAxis(options.start ?? 0, options.end ?? (last || 1), frame);
  let bandTop = frame.top;
  const bands = populations.map((row, i) => {
    const band = { ...frame, top: bandTop, bottom: bandTop + heights[i] };
    bandTop = band.bottom + GAP;
    return { row, band };
  });
  const isDense = populations.reduce((n, { times }) => n + times.length, 0) > MOST_STROKES;
  const content = bands.flatMap(({ row, band }, i) => [
    ...(i > 0 ? [line(frame.left, band.top - GAP / 2, frame.right, band.top - GAP / 2, theme.grid)] : []),
    ...(isDense ? drawShades : drawStrokes)(row, band, time, i, theme),
    ...bandLabel(names[i], row, band, i, theme),
  ]);
  const picture = {
    width,
    height: frame.bottom + BELOW_TICKS + BELOW_NAME,
    heading: options.title,
    description: `spikes of ${populations.map((p) => p.label).join(', ')}`,
    theme,
  };
  return document(picture, [
    ...horizontalAxis(frame, time.scale, time.name, theme),
    ...content,
    line(frame.left, frame.top, frame.left, frame.bottom, theme.muted),
    ...(isDense ? [text(frame.right, frame.bottom + 38, SHADED, { 'text-anchor': 'end', 'font-size': 11, fill: theme.muted })] : []),
  ]);
}

function sizeText({ size }: RasterRow): string {
  return size === 1 ? '1 cell' : `${size} cells`;
}

function bandLabel(name: string, row: RasterRow, band: Frame, index: number, theme: Theme): string[] {
  const [x, middle] = [band.left - 12, (band.top + band.bottom) / 2];
  return [
    text(x, middle - 2, name, { 'text-anchor': 'end', fill: seriesStyle(theme, index).color, 'font-weight': 600 }),
    text(x, middle + 13, sizeText(row), { 'text-anchor': 'end', 'font-size': 11, fill: theme.muted }),
  ];
}

/** Strokes of one line that would touch each other are one. */
function drawStrokes(row: RasterRow, band: Frame, time: TimeAxis, index: number, theme: Theme): string[] {
  const step = (band.bottom - band.top) / Math.max(1, row.size);
  const pitch = Math.max(1, step);
  const path = new PathData();
  for (const [at, columns] of occupied(row, Math.min(step, 1), (t) => Math.round(time.at(t) * 2))) {
    const y = band.top + (at + 0.5) * pitch;
    forEachRun([...columns.keys()], 2, (from, to) => path.stroke(from / 2 - STROKE / 2, y, (to - from) / 2 + STROKE));
  }
  const length = Math.max(1, Math.min(step * 0.8, 20));
  const attributes = { stroke: seriesStyle(theme, index).color, 'stroke-width': length, fill: 'none' };
  return path.isEmpty ? [] : [element('path', { d: path.toString(), ...attributes })];
}

/** Squares, or pieces of the lines of single cells, the fuller of spikes the stronger. */
function drawShades(row: RasterRow, band: Frame, time: TimeAxis, index: number, theme: Theme): string[] {
  const step = (band.bottom - band.top) / Math.max(1, row.size);
  const height = Math.max(SQUARE, step);
  const lines = occupied(row, step / height, (t) => Math.floor((time.at(t) - band.left) / SQUARE));
  const counts = [...lines.values()].flatMap((columns) => [...columns.values()]).sort((a, b) => a - b);
  const full = counts[Math.floor(counts.length * 0.98)] ?? 1;
  const shadeOf = (count: number): number => Math.min(SHADES, Math.ceil((SHADES * count) / full));
  const paths = Array.from({ length: SHADES }, () => new PathData());
  for (const [at, columns] of lines) {
    const y = band.top + (at + 0.5) * height;
    for (const [i, path] of paths.entries()) {
      const same = [...columns].filter(([, count]) => shadeOf(count) === i + 1).map(([column]) => column);
      forEachRun(same, 1, (from, to) => path.stroke(band.left + from * SQUARE, y, (to - from + 1) * SQUARE));
    }
  }
  const { color } = seriesStyle(theme, index);
  const attributes = { stroke: color, 'stroke-width': height, fill: 'none', 'shape-rendering': 'crispEdges' };
  return paths.flatMap((path, i) =>
    path.isEmpty ? [] : [element('path', { ...attributes, d: path.toString(), 'stroke-opacity': (i + 1) / SHADES })],
  );
}

/** Spikes in each column of each line, both ascending. */
function occupied({ times, cells }: RasterRow, linesPerCell: number, columnOf: (time: number) => number): Map<number, Map<number, number>> {
  const lines = new Map<number, Map<number, number>>();
  for (let k = 0; k < times.length; k++) {
    const at = Math.floor(cells[k] * linesPerCell);
    const column = columnOf(times[k]);
    const columns = lines.get(at);
    if (columns) columns.set(column, (columns.get(column) ?? 0) + 1);
    else lines.set(at, new Map([[column, 1]]));
  }
  return new Map([...lines].sort(([a], [b]) => a - b));
}

/** Stretches of ascending numbers that lie no further than `gap` from each other. */
function forEachRun(ascending: readonly number[], gap: number, draw: (from: number, to: number) => void): void {
  let from = 0;
  for (let i = 1; i <= ascending.length; i++) {
    if (i < ascending.length && ascending[i] - ascending[i - 1] <= gap) continue;
    draw(ascending[from], ascending[i - 1]);
    from = i;
  }
}
