import { type Frame, horizontalAxis, verticalName } from './axes.ts';
import { linearScale } from './scale.ts';
import { document, element, line, PALETTE, text } from './svg.ts';

/** Spikes of one population. */
export interface RasterRow {
  readonly label: string;
  readonly size: number;
  readonly times: ArrayLike<number>;
  readonly cells: ArrayLike<number>;
}

const WIDTH = 820;
const LEAST_HEIGHT = 24;

/** Every spike as a small stroke, one line a cell, populations stacked in the order given, first at the top. */
export function plotRaster(title: string, populations: readonly RasterRow[], end: number): string {
  const cells = populations.reduce((n, p) => n + p.size, 0);
  const pitch = Math.max(0.5, Math.min(8, 420 / Math.max(1, cells)));
  const heights = populations.map((p) => Math.max(LEAST_HEIGHT, p.size * pitch));
  const total = heights.reduce((a, b) => a + b, 0) + 6 * (populations.length - 1);
  const frame: Frame = { left: 130, top: 40, right: WIDTH - 24, bottom: 40 + total };
  const x = linearScale(0, end, frame.left, frame.right, 8);
  let top = frame.top;
  const rows = populations.flatMap((p, i) => {
    const height = heights[i];
    const step = height / p.size;
    const stroke = Math.max(1.5, step * 0.8);
    let d = '';
    for (let k = 0; k < p.times.length; k++) {
      d += `M${x(p.times[k]).toFixed(1)} ${(top + (p.cells[k] + 0.5) * step - stroke / 2).toFixed(1)}v${stroke.toFixed(1)}`;
    }
    const drawn = [
      ...(d === '' ? [] : [element('path', { d, stroke: PALETTE[i % PALETTE.length], 'stroke-width': 1.3, fill: 'none' })]),
      text(frame.left - 12, top + height / 2 + 4, p.label, { 'text-anchor': 'end', fill: PALETTE[i % PALETTE.length] }),
      ...(i > 0 ? [line(frame.left, top - 3, frame.right, top - 3, { stroke: '#bbbbbb' })] : []),
    ];
    top += height + 6;
    return drawn;
  });
  return document(WIDTH, frame.bottom + 52, title, [
    ...horizontalAxis(frame, x, 'time (ms)'),
    line(frame.left, frame.top, frame.left, frame.bottom),
    ...rows,
    text(frame.left, 22, title, { 'font-size': 14, 'font-weight': 'bold' }),
    verticalName(18, (frame.top + frame.bottom) / 2, 'cells'),
  ]);
}
