import { type Frame, horizontalAxis, verticalAxis } from './axes.ts';
import { linearScale, type Scale } from './scale.ts';
import { document, element, line, PALETTE, text } from './svg.ts';

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

const WIDTH = 820;
const PANEL = 260;

/** Curves over time; series of different quantities come in panels of their own, above each other, with one time axis. */
export function plotLines(panels: readonly LinePlot[]): string {
  const height = panels.length * PANEL + 40;
  const content = panels.flatMap((panel, i) => {
    const top = i * PANEL;
    const frame: Frame = { left: 76, top: top + 36, right: WIDTH - 24, bottom: top + PANEL - 24 };
    return drawPanel(panel, frame, panels);
  });
  return document(WIDTH, height, panels.map((p) => p.title).join('; '), content);
}

function drawPanel(panel: LinePlot, frame: Frame, panels: readonly LinePlot[]): string[] {
  const [start, end] = extent(panels.flatMap((p) => p.series.map((s) => s.times)));
  const [low, high] = extent(panel.series.map((s) => s.values));
  const margin = (high - low) * 0.05 || 1;
  const x = linearScale(Math.min(0, start), end, frame.left, frame.right, 8);
  const y = linearScale(low - margin, high + margin, frame.bottom, frame.top, 5);
  const curves = panel.series.map((s, i) =>
    element('path', { d: path(s, x, y), fill: 'none', stroke: PALETTE[i % PALETTE.length], 'stroke-width': 1.2, 'stroke-linejoin': 'round' }),
  );
  return [
    ...horizontalAxis(frame, x, 'time (ms)'),
    ...verticalAxis(frame, y, panel.quantity),
    ...curves,
    text(frame.left, frame.top - 14, panel.title, { 'font-size': 14, 'font-weight': 'bold' }),
    ...legend(panel.series, frame),
  ];
}

function legend(series: readonly Series[], frame: Frame): string[] {
  if (series.length < 2) return [];
  let x = frame.right;
  return [...series].reverse().flatMap((s, i) => {
    const width = 30 + s.label.length * 6.6;
    x -= width;
    const color = PALETTE[(series.length - 1 - i) % PALETTE.length];
    return [line(x, frame.top - 18, x + 18, frame.top - 18, { stroke: color, 'stroke-width': 2.5 }), text(x + 23, frame.top - 14, s.label)];
  });
}

function extent(arrays: readonly ArrayLike<number>[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** The first, least, largest and last value within each half pixel: looks like all samples, however many there are. */
function path({ times, values }: Series, x: Scale, y: Scale): string {
  const points: string[] = [];
  const add = (i: number): void => {
    points.push(`${points.length === 0 ? 'M' : 'L'}${x(times[i]).toFixed(1)} ${y(values[i]).toFixed(1)}`);
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
  return points.join('');
}
