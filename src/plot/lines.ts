import { type Frame, horizontalAxis, verticalAxis } from './axes.ts';
import { linearScale, type Scale } from './scale.ts';
import { colorOf, document, element, line, text, textWidth, title, WIDTH } from './svg.ts';

/** One curve: values over times (ms), both in ascending order of time. */
export interface Series {
  readonly label: string;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

export interface LinePlot {
  readonly title: string;
  /** Name and unit of what is drawn, e.g. `v (mV)`. */
  readonly quantity: string;
  readonly series: readonly Series[];
}

/** Height of the frame, and what lies above (the title) and below it (the labels of its ticks). */
const FRAME = 194;
const ABOVE = 40;
const BELOW = 22;
/** Between the left edge of the picture and the axis: the axis' name and the labels of its ticks. */
const LEFT = 80;
const RIGHT = 30;
const LEGEND_LINE = 17;

interface Panel {
  readonly plot: LinePlot;
  readonly frame: Frame;
  readonly legend: readonly (readonly Key[])[];
}

/** One series in the legend. */
interface Key {
  readonly label: string;
  readonly color: string;
  readonly width: number;
}

/** Curves over time as SVG: panels above each other, with one time axis for all. */
export function plotLines(plots: readonly LinePlot[]): string {
  const times = extent(plots.flatMap((p) => p.series.map((s) => s.times)));
  let bottom = 0;
  const panels = plots.map((plot): Panel => {
    const legend = legendOf(plot);
    const top = bottom + ABOVE + (besideTitle(plot, legend) ? 0 : legend.length * LEGEND_LINE);
    bottom = top + FRAME + BELOW;
    return { plot, legend, frame: { left: LEFT, top, right: WIDTH - RIGHT, bottom: top + FRAME } };
  });
  const content = panels.flatMap((panel, i) => drawPanel(panel, times, i === panels.length - 1 ? 'time (ms)' : undefined));
  return document(WIDTH, bottom + 28, plots.map((p) => p.title).join('; '), content);
}

function drawPanel({ plot, frame, legend }: Panel, [start, end]: readonly [number, number], timeName: string | undefined): string[] {
  const [low, high] = extent(plot.series.map((s) => s.values));
  const margin = (high - low) * 0.05;
  const x = linearScale(Math.min(0, start), end, frame.left, frame.right, 8);
  const y = linearScale(low - margin, high + margin, frame.bottom, frame.top, 5);
  const curves = plot.series.map((s, i) =>
    element('path', { d: path(s, x, y), fill: 'none', stroke: colorOf(i), 'stroke-width': 1.2, 'stroke-linejoin': 'round' }),
  );
  const aside = besideTitle(plot, legend);
  return [
    ...horizontalAxis(frame, x, timeName),
    ...verticalAxis(frame, y, plot.quantity),
    ...curves,
    title(frame.left, frame.top - 14 - (aside ? 0 : legend.length * LEGEND_LINE), plot.title),
    ...legend.flatMap((row, i) =>
      drawKeys(row, aside ? frame.right - widthOf(row) : frame.left, frame.top - 14 - (legend.length - 1 - i) * LEGEND_LINE),
    ),
  ];
}

/** The series of a panel in lines no wider than it; none where there is but one series. */
function legendOf({ series }: LinePlot): Key[][] {
  if (series.length < 2) return [];
  const rows: Key[][] = [[]];
  series.forEach(({ label }, i) => {
    const key = { label, color: colorOf(i), width: 44 + textWidth(label) };
    const row = rows[rows.length - 1];
    if (row.length > 0 && widthOf([...row, key]) > WIDTH - LEFT - RIGHT) rows.push([key]);
    else row.push(key);
  });
  return rows;
}

function widthOf(row: readonly Key[]): number {
  return row.reduce((sum, key) => sum + key.width, 0);
}

function besideTitle({ title: name }: LinePlot, legend: readonly (readonly Key[])[]): boolean {
  return legend.length <= 1 && legend.every((row) => textWidth(name) * 1.2 + 30 + widthOf(row) <= WIDTH - LEFT - RIGHT);
}

function drawKeys(row: readonly Key[], left: number, y: number): string[] {
  let x = left;
  return row.flatMap(({ label, color, width }) => {
    const at = x;
    x += width;
    return [line(at, y - 4, at + 18, y - 4, { stroke: color, 'stroke-width': 2.5 }), text(at + 24, y, label)];
  });
}

/** Of all finite values. */
function extent(arrays: readonly ArrayLike<number>[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** The first, least, largest and last value within each half pixel: looks like all samples, however many there are. A value that is not finite is a gap. */
function path({ times, values }: Series, x: Scale, y: Scale): string {
  let d = '';
  let gap = true;
  const add = (i: number): void => {
    if (Number.isFinite(values[i])) d += `${gap ? 'M' : 'L'}${x(times[i]).toFixed(1)} ${y(values[i]).toFixed(1)}`;
    gap = !Number.isFinite(values[i]);
  };
  let i = 0;
  while (i < times.length) {
    const column = Math.floor(x(times[i]) * 2);
    let [least, largest, last] = [i, i, i];
    for (let j = i; j < times.length && Math.floor(x(times[j]) * 2) === column; j++) {
      if (values[j] < values[least]) least = j;
      if (values[j] > values[largest]) largest = j;
      last = j;
    }
    for (const k of [...new Set([i, least, largest, last])].sort((a, b) => a - b)) add(k);
    i = last + 1;
  }
  return d;
}
