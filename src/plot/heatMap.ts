import { SpikeloomError } from '../core/error.ts';
import { type ColorMapName, hexOf, isDiverging, tableOf } from './colorMap.ts';
import { tickLabels } from './labels.ts';
import { extentOf, linearScale, niceTicks, type Scale, widened } from './scale.ts';
import { document, element, fitted, headingHeight, headingWidth, line, PathData, text, textWidth } from './svg.ts';
import { type PlotOptions, type Theme, themeOf, widthOf } from './theme.ts';

/** One value a cell of a lattice, row by row. A value that is not finite is drawn as a cell without one. */
export interface HeatMap {
  /** Drawn above it, e.g. `t = 20 ms`. */
  readonly label?: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
}

export interface ColorOptions {
  /** `diverging`: that of the theme for values on both sides of 0. Default: that of the theme for values from low to high. */
  readonly map?: ColorMapName | 'diverging';
  /** Values at the two ends of the colour map. Default: the least and the largest; for a diverging map, the same distance on both sides of 0. */
  readonly range?: readonly [low: number, high: number];
}

export interface HeatMapOptions extends PlotOptions, ColorOptions {
  /** Name and unit of the values, e.g. `v (mV)`. */
  readonly quantity?: string;
}

/** Values to places in a colour map. */
export interface Colors {
  readonly table: Uint8Array;
  readonly range: readonly [number, number];
  /** 0 to 255; -1 for a value that is not finite. */
  indexOf(value: number): number;
}

const LEFT = 60;
const RIGHT = 24;
const GAP = 18;
const MOST_IN_A_ROW = 4;
/** Of the side of a map, pixels. */
const LARGEST_SIDE = 400;
const LEAST_SIDE = 12;
const LARGEST_CELL = 48;
/** Cells along a side that are drawn; where there are more, squares of them are drawn as one. */
const MOST_CELLS = 200;
const BAR = 14;
const LEAST_BAR = 60;
/** The bar with the labels of its ticks and the name. */
const BAR_ROOM = 96;

/** @throws SpikeloomError for a range that is none */
export function colorsFor(values: Iterable<ArrayLike<number>>, options: ColorOptions, theme: Theme): Colors {
  const map = options.map === 'diverging' ? theme.divergingMap : (options.map ?? theme.map);
  const table = tableOf(map);
  const [low, high] = options.range ?? wholeRange(extentOf(values) ?? [0, 1], isDiverging(map));
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `a colour map can't go from ${low} to ${high}`,
      hint: 'Give two numbers, the lower one first: range: [-80, 30].',
    });
  }
  const indexOf = (value: number): number =>
    Number.isFinite(value) ? Math.min(255, Math.max(0, Math.round((255 * (value - low)) / (high - low)))) : -1;
  return { table, range: [low, high], indexOf };
}

function wholeRange([low, high]: readonly [number, number], symmetric: boolean): [number, number] {
  if (symmetric) {
    const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return [-largest, largest];
  }
  return widened([low, high]);
}

/** Lattices as SVG, side by side, with one colour map for all. @throws SpikeloomError where rows, columns and values do not fit each other */
export function plotHeatMap(maps: readonly HeatMap[], options: HeatMapOptions = {}): string {
  const theme = themeOf(options);
  const width = widthOf(options);
  for (const map of maps) requireShape(map);
  const drawn = maps.map((map) => coarse(map, MOST_CELLS));
  const colors = colorsFor(
    drawn.map((m) => m.values),
    options,
    theme,
  );
  const inRow = Math.max(1, Math.min(maps.length, width < 480 ? 2 : MOST_IN_A_ROW));
  const side = Math.min(LARGEST_SIDE, (width - LEFT - BAR_ROOM - RIGHT - GAP * (inRow - 1)) / inRow);
  const cell = cellSize(drawn, side);
  const sizes = drawn.map((m) => ({ width: m.columns * cell.width, height: m.rows * cell.height }));
  const above = maps.some((m) => m.label !== undefined) ? 26 : 14;
  const stride = { x: Math.max(0, ...sizes.map((s) => s.width)) + GAP, y: Math.max(0, ...sizes.map((s) => s.height)) + GAP + above };
  const top = headingHeight(options.title);
  const rows = Math.ceil(maps.length / inRow);
  const bottom = top + rows * stride.y - GAP;
  const content = drawn.flatMap((map, i) => {
    const [x, y] = [LEFT + (i % inRow) * stride.x, top + above + Math.floor(i / inRow) * stride.y];
    const place = { x, y, cell, isLeft: i % inRow === 0, isLast: i + inRow >= drawn.length };
    return drawMap(map, place, colors, theme);
  });
  const barTop = top + above;
  const barBottom = Math.max(bottom, barTop + LEAST_BAR);
  const bar = drawBar({ left: LEFT + inRow * stride.x + 2, top: barTop, bottom: barBottom }, colors, options.quantity, theme);
  const picture = {
    width: Math.max(Math.ceil(LEFT + inRow * stride.x + BAR_ROOM), Math.min(width, headingWidth(options.title))),
    height: Math.max(bottom + 46, barBottom + 16),
    heading: options.title,
    description: options.quantity ?? 'heat map',
    theme,
  };
  return document(picture, [...content, ...bar]);
}

export function requireShape({ rows, columns, values }: HeatMap): void {
  if (Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0 && values.length === rows * columns) return;
  throw new SpikeloomError({
    code: 'invalid-shape',
    message: `a heat map of ${rows} x ${columns} cells can't show ${values.length} values`,
    hint: 'Give one value for each cell, row by row.',
  });
}

interface Coarse extends HeatMap {
  /** Cells along each side of a drawn square. */
  readonly block: number;
  readonly whole: HeatMap;
}

/** Means over squares of cells, where there are more than `most` along a side. */
export function coarse(whole: HeatMap, most: number): Coarse {
  const block = Math.ceil(Math.max(whole.rows, whole.columns) / most);
  if (block === 1) return { ...whole, block, whole };
  const [rows, columns] = [Math.ceil(whole.rows / block), Math.ceil(whole.columns / block)];
  const sums = new Float64Array(rows * columns);
  const counts = new Uint32Array(rows * columns);
  for (let i = 0; i < whole.values.length; i++) {
    if (!Number.isFinite(whole.values[i])) continue;
    const at = Math.floor(Math.floor(i / whole.columns) / block) * columns + Math.floor((i % whole.columns) / block);
    sums[at] += whole.values[i];
    counts[at] += 1;
  }
  return { ...whole, rows, columns, values: sums.map((sum, i) => sum / counts[i]), block, whole };
}

interface CellSize {
  readonly width: number;
  readonly height: number;
}

/** Squares of whole pixels where they are large enough; a lattice of a few rows gets higher cells. */
function cellSize(maps: readonly HeatMap[], side: number): CellSize {
  const most = (key: 'rows' | 'columns'): number => Math.max(1, ...maps.map((m) => m[key]));
  const exact = Math.min(LARGEST_CELL, side / Math.max(most('rows'), most('columns')));
  const size = exact >= 2 ? Math.floor(exact) : exact;
  return { width: Math.max(size, LEAST_SIDE / most('columns')), height: Math.max(size, LEAST_SIDE / most('rows')) };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly cell: CellSize;
  readonly isLeft: boolean;
  readonly isLast: boolean;
}

function drawMap(map: Coarse, { x, y, cell, isLeft, isLast }: Place, colors: Colors, theme: Theme): string[] {
  const [width, height] = [map.columns * cell.width, map.rows * cell.height];
  const cells = drawCells(map, colors).map(({ color, data }) =>
    element('path', { d: data, stroke: color === -1 ? theme.grid : hexOf(colors.table, color) }),
  );
  const attributes = {
    transform: `translate(${round(x)} ${round(y)}) scale(${round(cell.width)} ${round(cell.height)})`,
    fill: 'none',
    'shape-rendering': 'crispEdges',
  };
  const name = map.block === 1 ? (map.label ?? '') : `${map.label ?? ''} (means of ${map.block} \u00d7 ${map.block} cells)`.trim();
  return [
    ...(name === '' ? [] : [text(x, y - 8, fitted(name, Math.max(width, 90)))]),
    element('g', attributes, cells.join('')),
    ...(isLeft ? rowAxis(map, x, y, cell.height, theme) : []),
    ...(isLast ? columnAxis(map, x, y + height, cell.width, theme) : []),
  ];
}

function round(value: number): number {
  return Number(value.toFixed(4));
}

/** One path a colour: horizontal strokes of width 1 through cells of size 1. */
function drawCells(map: HeatMap, colors: Colors): { readonly color: number; readonly data: string }[] {
  const paths = new Map<number, PathData>();
  for (let row = 0; row < map.rows; row++) {
    let from = 0;
    for (let column = 1; column <= map.columns; column++) {
      const color = colors.indexOf(map.values[row * map.columns + from]);
      if (column < map.columns && colors.indexOf(map.values[row * map.columns + column]) === color) continue;
      const path = paths.get(color) ?? new PathData();
      paths.set(color, path);
      path.stroke(from, row + 0.5, column - from);
      from = column;
    }
  }
  return [...paths].sort(([a], [b]) => a - b).map(([color, path]) => ({ color, data: path.toString() }));
}

/** Whole numbers only. */
function indexTicks(count: number, pixels: number): number[] {
  return niceTicks(0, count - 1, Math.max(1, Math.min(count - 1, Math.round(pixels / 45)))).filter(Number.isInteger);
}

function rowAxis({ whole, block }: Coarse, x: number, y: number, size: number, theme: Theme): string[] {
  if (whole.rows === 1) return [];
  const pitch = size / block;
  const height = whole.rows * pitch;
  const middle = y + height / 2;
  const ticks = indexTicks(whole.rows, height).flatMap((row) => {
    const at = y + (row + 0.5) * pitch;
    return [line(x - 4, at, x, at, theme.muted), text(x - 8, at + 4, String(row), { 'text-anchor': 'end', fill: theme.muted })];
  });
  const [nameX, attributes] = [x - 40, { 'text-anchor': 'middle', 'font-size': 13 }];
  return [...ticks, text(nameX, middle, 'row', { ...attributes, transform: `rotate(-90 ${round(nameX)} ${round(middle)})` })];
}

function columnAxis({ whole, block }: Coarse, x: number, y: number, size: number, theme: Theme): string[] {
  if (whole.columns === 1) return [];
  const pitch = size / block;
  const width = whole.columns * pitch;
  const ticks = indexTicks(whole.columns, width).flatMap((column) => {
    const at = x + (column + 0.5) * pitch;
    return [line(at, y, at, y + 4, theme.muted), text(at, y + 17, String(column), { 'text-anchor': 'middle', fill: theme.muted })];
  });
  return [...ticks, text(x + width / 2, y + 36, 'column', { 'text-anchor': 'middle', 'font-size': 13 })];
}

/** The colour map as a scale. */
export function drawBar(
  { left, top, bottom }: { readonly left: number; readonly top: number; readonly bottom: number },
  { table, range }: Colors,
  quantity: string | undefined,
  theme: Theme,
): string[] {
  const scale: Scale = linearScale(range[0], range[1], bottom, top, Math.max(2, Math.round((bottom - top) / 45)));
  const steps = Math.min(128, Math.ceil(bottom - top));
  const height = (bottom - top) / steps;
  const pieces = Array.from({ length: steps }, (_, i) =>
    element('rect', {
      x: left,
      y: bottom - (i + 1) * height,
      width: BAR,
      height: height + (i > 0 ? 0.5 : 0),
      fill: hexOf(table, Math.round((255 * i) / Math.max(1, steps - 1))),
    }),
  );
  const labels = tickLabels(scale.ticks);
  const ticks = scale.ticks.flatMap((value, i) => [
    line(left + BAR, scale(value), left + BAR + 4, scale(value), theme.muted),
    text(left + BAR + 8, scale(value) + 4, labels[i], { fill: theme.muted }),
  ]);
  if (quantity === undefined) return [...pieces, ...ticks];
  const nameX = left + BAR + 8 + Math.max(0, ...labels.map((label) => textWidth(label))) + 18;
  const middle = (top + bottom) / 2;
  const attributes = { 'text-anchor': 'middle', 'font-size': 13, transform: `rotate(-90 ${round(nameX)} ${round(middle)})` };
  return [...pieces, ...ticks, text(nameX, middle, quantity, attributes)];
}
