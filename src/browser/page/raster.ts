import type { ShownPopulation } from './choice.ts';
import { colorsNow, pixelOfHex, seriesColor } from './colors.ts';
import { contextOf } from './dom.ts';
import { count } from './format.ts';
import { History } from './history.ts';
import { type Area, line, TimePlot } from './timePlot.ts';
import { TimeWindow } from './timeWindow.ts';

/** Heights in CSS pixels. */
const LEAST_BAND = 30;
const MOST_FOR_CELL = 9;
const HEIGHT = 280;
const GAP = 5;
/** Spikes that are kept, of all populations together. */
const KEPT = 2 ** 20;

interface Band {
  readonly population: ShownPopulation;
  readonly history: History;
  /** The next spike to be drawn. */
  next: number;
  /** In pixels of the device. */
  top: number;
  height: number;
  pixel: number;
}

/** Spikes of all populations over the last time: each a stroke, one line a cell. */
export class Raster {
  readonly plot: TimePlot;
  readonly #bands: readonly Band[];
  readonly #weights: readonly number[];
  #span: number;
  #window: TimeWindow;
  #image: ImageData | undefined;
  #pixels = new Uint32Array(0);

  constructor(populations: readonly ShownPopulation[], span: number, caption: readonly (Node | string)[]) {
    const capacity = Math.max(2 ** 12, Math.floor(KEPT / Math.max(1, populations.length)));
    this.#span = span;
    this.#window = new TimeWindow(1, span);
    this.#bands = populations.map((population) => ({ population, history: new History(capacity), next: 0, top: 0, height: 0, pixel: 0 }));
    const cells = populations.reduce((n, { size }) => n + size, 0);
    const pitch = Math.min(MOST_FOR_CELL, HEIGHT / Math.max(1, cells));
    this.#weights = populations.map(({ size }) => Math.max(LEAST_BAND, size * pitch));
    const height = this.#weights.reduce((a, b) => a + b + GAP, -GAP);
    this.plot = new TimePlot(caption, height, 'spikes of all cells over time', () => this.#layout());
  }

  set span(span: number) {
    this.#span = span;
    this.#layout();
  }

  add(population: number, time: number, cell: number): void {
    this.#bands[population].history.push(time, cell);
  }

  clear(): void {
    for (const band of this.#bands) band.history.clear();
    this.#begin();
  }

  /** Also when colours are others. */
  #layout(): void {
    const { area, scale, data } = this.plot;
    if (area.width <= 1) return;
    this.#image = contextOf(data).createImageData(data.width, data.height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    const colors = colorsNow();
    let top = 0;
    this.#bands.forEach((band, i) => {
      band.top = Math.round(top * scale);
      band.height = Math.max(1, Math.round(this.#weights[i] * scale));
      band.pixel = pixelOfHex(seriesColor(colors, i));
      top += this.#weights[i] + GAP;
    });
    this.plot.drawAxes(this.#span, (context, { muted, grid }, { left, top: from, width }: Area) => {
      this.#bands.forEach(({ population: { name, size } }, i) => {
        const begin = from + this.#bands[i].top / scale;
        const middle = begin + this.#weights[i] / 2;
        context.textAlign = 'right';
        context.textBaseline = 'middle';
        context.fillStyle = seriesColor(colors, i);
        context.fillText(shortened(context, name, left - 12), left - 8, middle - 7);
        context.fillStyle = muted;
        context.fillText(count(size, 'cell'), left - 8, middle + 7);
        context.strokeStyle = grid;
        if (i > 0) line(context, 4, begin - GAP / 2, left + width, begin - GAP / 2);
      });
    });
    this.#begin();
  }

  #begin(): void {
    this.#window = new TimeWindow(this.plot.data.width, this.#span);
    this.#pixels.fill(0);
    for (const band of this.#bands) band.next = band.history.begin;
  }

  draw(time: number): void {
    const image = this.#image;
    if (!image) return;
    this.#window.advance(time, (slot) => this.#clearSlot(slot));
    for (const band of this.#bands) this.#drawBand(band);
    const { width, height } = image;
    // The column after the newest is the oldest: what lies from there on stands on the left.
    const split = this.#window.slotOf(this.#window.head + 1);
    const context = contextOf(this.plot.data);
    context.putImageData(image, -split, 0, split, 0, width - split, height);
    context.putImageData(image, width - split, 0, 0, 0, split, height);
  }

  #clearSlot(slot: number): void {
    const { width } = this.#window;
    for (let at = slot; at < this.#pixels.length; at += width) this.#pixels[at] = 0;
  }

  #drawBand(band: Band): void {
    const { history, population, top, height, pixel } = band;
    const { width } = this.#window;
    const step = height / population.size;
    const length = Math.max(1, Math.floor(step * 0.8));
    const thickness = Math.round((step >= 2 * this.plot.scale ? 2 : 1) * this.plot.scale);
    for (let i = Math.max(band.next, history.begin); i < history.end; i++) {
      const column = this.#window.columnOf(history.timeAt(i));
      if (column === undefined) continue;
      const first = (top + Math.floor(history.valueAt(i) * step)) * width;
      for (let c = Math.max(0, column - thickness + 1); c <= column; c++) {
        let at = first + this.#window.slotOf(c);
        for (let k = 0; k < length; k++, at += width) this.#pixels[at] = pixel;
      }
    }
    band.next = history.end;
  }
}

/** A text that fits a width, its end left out where need be. */
export function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}
