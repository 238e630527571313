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

const PANEL = 256;
/** Between the left edge of the picture and the axis: the axis' name and the labels of its ticks. */
const LEFT = 80;
const RIGHT = 30;

/** Curves over time as SVG: panels above each other, with one time axis for all. */
export function plotLines(panels: readonly LinePlot[]): string {
  const times = extent(panels.flatMap((p) => p.series.map((s) => s.times)));
  const content = panels.flatMap((panel, i) => {
    const frame: Frame = { left: LEFT, top: i * PANEL + 40, right: WIDTH - RIGHT, bottom: (i + 1) * PANEL - 22 };
    return drawPanel(panel, frame, times, i === panels.length - 1 ? 'time (ms)' : undefined);
  });
  return document(WIDTH, panels.length * PANEL + 28, panels.map((p) => p.title).join('; '), content);
}

function drawPanel(panel: LinePlot, frame: Frame, [start, end]: readonly [number, number], timeName: string | undefined): string[] {
  const [low, high] = extent(panel.series.map((s) => s.values));
  const margin = (high - low) * 0.05;
  const x = linearScale(Math.min(0, start), end, frame.left, frame.right, 8);
  const y = linearScale(low - margin, high + margin, frame.bottom, frame.top, 5);
  const curves = panel.series.map((s, i) =>
    element('path', { d: path(s, x, y), fill: 'none', stroke: colorOf(i), 'stroke-width': 1.2, 'stroke-linejoin': 'round' }),
  );
  return [
    ...horizontalAxis(frame, x, timeName),
    ...verticalAxis(frame, y, panel.quantity),
    ...curves,
    title(frame.left, frame.top - 14, panel.title),
    ...legend(panel.series, frame),
  ];
}

/** Right of the title, above the frame. */
function legend(series: readonly Series[], frame: Frame): string[] {
  if (series.length < 2) return [];
  let x = frame.right - series.reduce((width, s) => width + legendWidth(s), 0) + 16;
  return series.flatMap((s, i) => {
    const at = x;
    x += legendWidth(s);
    return [line(at, frame.top - 18, at + 18, frame.top - 18, { stroke: colorOf(i), 'stroke-width': 2.5 }), text(at + 24, frame.top - 14, s.label)];
  });
}

function legendWidth({ label }: Series): number {
  return 24 + textWidth(label) + 16;
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
