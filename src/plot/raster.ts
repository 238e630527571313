import { type Frame, horizontalAxis } from './axes.ts';
import { linearScale, type Scale } from './scale.ts';
import { colorOf, document, element, FAINT, line, text, textWidth, title, WIDTH } from './svg.ts';

/** Spikes of one population. */
export interface RasterRow {
  readonly label: string;
  /** Cells that the population has. */
  readonly size: number;
  /** ms. */
  readonly times: ArrayLike<number>;
  readonly cells: ArrayLike<number>;
}

const TOP = 40;
const RIGHT = 30;
const GAP = 8;
const LEAST_BAND = 30;
/** Of all bands together, as far as the least of each allows. */
const HEIGHT = 420;
const LARGEST_PITCH = 9;

/** Spikes as SVG: each a small stroke, one line a cell, populations stacked in the order given, first at the top; `end` in ms. */
export function plotRaster(name: string, populations: readonly RasterRow[], end: number): string {
  const cells = populations.reduce((n, p) => n + p.size, 0);
  const pitch = Math.min(LARGEST_PITCH, HEIGHT / Math.max(1, cells));
  const heights = populations.map((p) => Math.max(LEAST_BAND, p.size * pitch));
  const labels = populations.flatMap((p) => [p.label, sizeText(p)]);
  const frame: Frame = {
    left: 34 + Math.max(...labels.map(textWidth)),
    top: TOP,
    right: WIDTH - RIGHT,
    bottom: TOP + heights.reduce((a, b) => a + b, 0) + GAP * (populations.length - 1),
  };
  const x = linearScale(0, end, frame.left, frame.right, 8);
  let top = frame.top;
  const bands = populations.flatMap((p, i) => {
    const band = { ...frame, top, bottom: top + heights[i] };
    top = band.bottom + GAP;
    return drawBand(p, band, x, colorOf(i), i > 0);
  });
  return document(WIDTH, frame.bottom + 50, name, [
    ...horizontalAxis(frame, x, 'time (ms)'),
    ...bands,
    line(frame.left, frame.top, frame.left, frame.bottom),
    title(frame.left, 24, name),
  ]);
}

function sizeText({ size }: RasterRow): string {
  return size === 1 ? '1 cell' : `${size} cells`;
}

function drawBand(row: RasterRow, band: Frame, x: Scale, color: string, below: boolean): string[] {
  const d = strokes(row, band, x);
  const middle = (band.top + band.bottom) / 2;
  const border = line(band.left, band.top - GAP / 2, band.right, band.top - GAP / 2, { stroke: FAINT });
  return [
    ...(below ? [border] : []),
    ...(d === '' ? [] : [element('path', { d, stroke: color, 'stroke-width': 1.2, fill: 'none' })]),
    text(band.left - 14, middle - 2, row.label, { 'text-anchor': 'end', fill: color, 'font-weight': 'bold' }),
    text(band.left - 14, middle + 12, sizeText(row), { 'text-anchor': 'end', 'font-size': 11 }),
  ];
}

/** Of strokes that would cover each other, one: the picture stays small however many spikes there are. */
function strokes(row: RasterRow, band: Frame, x: Scale): string {
  const step = (band.bottom - band.top) / row.size;
  const length = Math.max(1, Math.min(step * 0.8, 20));
  const drawn = new Set<number>();
  let d = '';
  for (let k = 0; k < row.times.length; k++) {
    const column = Math.round(x(row.times[k]) * 2);
    const line = step < 1 ? Math.floor(row.cells[k] * step) : row.cells[k];
    const place = line * 2 * WIDTH + column;
    if (drawn.has(place)) continue;
    drawn.add(place);
    const middle = band.top + (line + 0.5) * Math.max(1, step);
    d += `M${column / 2} ${Number((middle - length / 2).toFixed(1))}v${Number(length.toFixed(1))}`;
  }
  return d;
}
