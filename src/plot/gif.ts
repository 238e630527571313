import { SpikeloomError } from '../core/error.ts';
import { BEARING, GLYPHS, LINE_HEIGHT } from './glyphs.ts';
import { type ColorOptions, type Colors, coarse, colorsFor, type HeatMap, requireShape } from './heatMap.ts';
import { tickLabels } from './labels.ts';
import { linearScale } from './scale.ts';
import { type Theme, type ThemeName, themeOf } from './theme.ts';

export interface GifOptions extends ColorOptions {
  /** Default light. */
  readonly theme?: ThemeName | Theme;
  /** Above the lattice. Default: the quantity. */
  readonly title?: string;
  /** Name and unit of the values, e.g. `v (mV)`. */
  readonly quantity?: string;
  /** Pixels a cell. Default: as many as make about 320 of the longer side. */
  readonly cell?: number;
  /** Frames a second, at most 50. Default 20. */
  readonly fps?: number;
}

type Library = typeof import('gifenc');

const SIDE = 320;
const LARGEST_CELL = 32;
const MOST_CELLS = 640;
const MARGIN = 12;
const BAR = 12;
const TICK = 4;

/** The palette: the colour map, text from faint to full, cells without a value, and what stays as it was. */
const MAP_COLORS = 238;
const TEXT = MAP_COLORS;
const SHADES = 16;
const EMPTY = TEXT + SHADES;
const UNCHANGED = EMPTY + 1;

/**
 * Lattices one after the other as an animated GIF, each with its label; all have the size of the first. The colours are exactly those of
 * the colour map, and the bytes the same everywhere.
 *
 * @throws SpikeloomError where there is no frame, where frames differ in size, or rows, columns and values do not fit each other
 */
export async function renderGif(frames: readonly HeatMap[], options: GifOptions = {}): Promise<Uint8Array> {
  const { fps = 20 } = options;
  requireFrames(frames);
  requireNumber('frames a second', fps, 0.1, 50);
  const theme = themeOf(options);
  const maps = frames.map((frame) => coarse(frame, MOST_CELLS));
  const colors = colorsFor(
    maps.map((m) => m.values),
    options,
    theme,
  );
  const scene = new Scene(maps[0], colors, options);
  // Node finds everything on the default export, bundlers find it by name.
  const library: Partial<Library> & { readonly default?: Library } = await import('gifenc');
  const encoder = (library.GIFEncoder ?? (library.default as Library).GIFEncoder)();
  const palette = paletteOf(colors.table, theme);
  let before: Uint8Array | undefined;
  for (const map of maps) {
    const pixels = scene.draw(map);
    const { width, height } = scene;
    const delay = Math.max(2, Math.round(100 / fps)) * 10;
    encoder.writeFrame(before ? changed(before, pixels) : pixels, width, height, {
      delay,
      dispose: 1,
      ...(before ? { transparent: true, transparentIndex: UNCHANGED } : { palette }),
    });
    before = pixels;
  }
  encoder.finish();
  return encoder.bytes();
}

function requireFrames(frames: readonly HeatMap[]): void {
  if (frames.length === 0) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: 'an animation of no frames',
      hint: 'Record the lattice before the run, at some samples.',
    });
  }
  for (const [i, frame] of frames.entries()) {
    requireShape(frame);
    if (frame.rows === frames[0].rows && frame.columns === frames[0].columns) continue;
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `frame ${i} has ${frame.rows} x ${frame.columns} cells, the first ${frames[0].rows} x ${frames[0].columns}`,
      hint: 'All frames of an animation have one size.',
    });
  }
}

function requireNumber(what: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new SpikeloomError({ code: 'invalid-value', message: `${value} ${what}`, hint: `Give a number from ${least} to ${most}.` });
}

function paletteOf(table: Uint8Array, theme: Theme): number[][] {
  const rgb = (hex: string): number[] => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
  const [ground, ink] = [rgb(theme.background), rgb(theme.ink)];
  const map = Array.from({ length: MAP_COLORS }, (_, i) => {
    const at = Math.round((i * 255) / (MAP_COLORS - 1));
    return [...table.subarray(at * 3, at * 3 + 3)];
  });
  const text = Array.from({ length: SHADES }, (_, i) => ground.map((c, k) => Math.round(c + ((ink[k] - c) * i) / (SHADES - 1))));
  return [...map, ...text, rgb(theme.grid), ground];
}

/** Pixels that are as before can be left out: long runs of one value take little room. */
function changed(before: Uint8Array, pixels: Uint8Array): Uint8Array {
  return pixels.map((p, i) => (p === before[i] ? UNCHANGED : p));
}

/** Everything but the lattice and its label, drawn once. */
class Scene {
  readonly width: number;
  readonly height: number;
  readonly #ground: Uint8Array;
  readonly #colors: Colors;
  readonly #cell: number;
  readonly #top: number;
  /** Right edge of the label of each frame. */
  readonly #right: number;

  constructor({ rows, columns }: HeatMap, colors: Colors, options: GifOptions) {
    this.#colors = colors;
    this.#cell = cellSize(rows, columns, options.cell);
    this.#top = MARGIN + LINE_HEIGHT + 6;
    const [width, height] = [columns * this.#cell, rows * this.#cell];
    const ticks = linearScale(...colors.range, this.#top + height - 1, this.#top, Math.max(2, Math.round(height / 60)));
    const labels = tickLabels(ticks.ticks);
    const barLeft = MARGIN + width + 14;
    this.#right = barLeft + BAR;
    this.width = barLeft + BAR + TICK + 5 + Math.max(...labels.map(widthOf)) + MARGIN;
    this.height = this.#top + height + MARGIN;
    this.#ground = new Uint8Array(this.width * this.height).fill(TEXT);
    this.#write(this.#ground, options.title ?? options.quantity ?? '', MARGIN, MARGIN);
    this.#drawBar(barLeft, height);
    ticks.ticks.forEach((value, i) => {
      const y = Math.round(ticks(value));
      for (let x = 0; x < TICK; x++) this.#ground[y * this.width + barLeft + BAR + x] = TEXT + 9;
      this.#write(this.#ground, labels[i], barLeft + BAR + TICK + 5, y - 8);
    });
  }

  #drawBar(left: number, height: number): void {
    for (let y = 0; y < height; y++) {
      const color = Math.round(((MAP_COLORS - 1) * (height - 1 - y)) / Math.max(1, height - 1));
      this.#ground.fill(color, (this.#top + y) * this.width + left, (this.#top + y) * this.width + left + BAR);
    }
  }

  /** A frame as places in the palette. */
  draw({ rows, columns, values, label = '' }: HeatMap): Uint8Array {
    const pixels = this.#ground.slice();
    const size = this.#cell;
    for (let row = 0; row < rows; row++) {
      const first = (this.#top + row * size) * this.width + MARGIN;
      for (let column = 0; column < columns; column++) {
        const at = this.#colors.indexOf(values[row * columns + column]);
        const color = at < 0 ? EMPTY : Math.round((at * (MAP_COLORS - 1)) / 255);
        pixels.fill(color, first + column * size, first + (column + 1) * size);
      }
      for (let y = 1; y < size; y++) pixels.copyWithin(first + y * this.width, first, first + columns * size);
    }
    this.#write(pixels, label, this.#right - widthOf(label), MARGIN);
    return pixels;
  }

  #write(pixels: Uint8Array, text: string, left: number, top: number): void {
    let x = left;
    for (const character of text) {
      const [advance, first, rows] = glyphOf(character);
      rows.forEach((row, y) => {
        for (let i = 0; i < row.length; i++) {
          const [px, py] = [x + i - BEARING, top + first + y];
          const shade = Number.parseInt(row[i], 16);
          if (shade > 0 && px >= 0 && px < this.width && py >= 0 && py < this.height) pixels[py * this.width + px] = TEXT + shade;
        }
      });
      x += advance;
    }
  }
}

function cellSize(rows: number, columns: number, wanted: number | undefined): number {
  if (wanted === undefined) return Math.min(LARGEST_CELL, Math.max(1, Math.round(SIDE / Math.max(rows, columns))));
  requireNumber('pixels a cell', wanted, 1, 64);
  return Math.round(wanted);
}

/** Advance, first row, and rows of shades; what has no glyph is a question mark. */
function glyphOf(character: string): readonly [advance: number, first: number, rows: readonly string[]] {
  const [advance, first, data] = (GLYPHS.get(character) ?? GLYPHS.get('?') ?? '0 0 ').split(' ');
  return [Number(advance), Number(first), data === '' ? [] : data.split('/')];
}

function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + glyphOf(character)[0], 0);
}
