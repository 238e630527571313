import { niceTicks } from '../../plot/scale.ts';
import type { ShownPopulation } from './choice.ts';
import { colorsNow, seriesColor } from './colors.ts';
import { contextOf, element } from './dom.ts';
import { numberText } from './format.ts';
import { History } from './history.ts';
import { line, TimePlot } from './timePlot.ts';
import { TimeWindow } from './timeWindow.ts';

const HEIGHT = 164;
/** Samples of a series that are kept. */
const KEPT = 2 ** 15;

/** One curve: the mean of a population. */
interface Series {
  readonly index: number;
  readonly history: History;
  next: number;
  /** Least and largest value of each column; NaN where there is none. */
  low: Float32Array;
  high: Float32Array;
}

/** Means over the last time, all of one quantity. */
export class Traces {
  readonly plot: TimePlot;
  readonly #series: ReadonlyMap<number, Series>;
  #span: number;
  #window: TimeWindow;
  #range: readonly [number, number] | undefined;
  #axesFit = false;

  /** @param series the populations' places and the populations */
  constructor(title: string, series: readonly (readonly [index: number, population: ShownPopulation])[], span: number) {
    this.#span = span;
    this.#window = new TimeWindow(1, span);
    const empty = new Float32Array(0);
    this.#series = new Map(series.map(([index]) => [index, { index, history: new History(KEPT), next: 0, low: empty, high: empty }]));
    const legend = series.map(([index, { name, size }]) => {
      const key = element('span', { className: 'key' }, size > 1 ? `mean of ${name}` : name);
      key.style.setProperty('--series', `var(--series-${index % 6})`);
      return key;
    });
    this.plot = new TimePlot([element('h3', {}, title), element('span', { className: 'legend' }, ...legend)], HEIGHT, `${title} over time`, () =>
      this.#layout(),
    );
  }

  set span(span: number) {
    this.#span = span;
    this.#layout();
  }

  has(population: number): boolean {
    return this.#series.has(population);
  }

  add(population: number, time: number, value: number): void {
    this.#series.get(population)?.history.push(time, value);
  }

  clear(): void {
    for (const { history } of this.#series.values()) history.clear();
    this.#range = undefined;
    this.#begin();
  }

  #layout(): void {
    this.#begin();
    this.#drawAxes();
  }

  #begin(): void {
    const { width } = this.plot.data;
    this.#window = new TimeWindow(width, this.#span);
    for (const series of this.#series.values()) {
      series.low = new Float32Array(width).fill(Number.NaN);
      series.high = new Float32Array(width).fill(Number.NaN);
      series.next = series.history.begin;
    }
  }

  #drawAxes(): void {
    const [low, high] = this.#range ?? [0, 1];
    const range = this.#range;
    this.#axesFit = true;
    this.plot.drawAxes(this.#span, (context, { muted, grid }, { left, top, width, height }) => {
      context.strokeStyle = grid;
      if (!range) return;
      context.fillStyle = muted;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      for (const tick of niceTicks(low, high, 4)) {
        const y = top + ((high - tick) / (high - low)) * height;
        line(context, left, y, left + width, y);
        context.fillText(numberText(tick), left - 8, y);
      }
    });
  }

  draw(time: number): void {
    const { width, height } = this.plot.data;
    this.#window.advance(time, (slot) => {
      for (const { low, high } of this.#series.values()) low[slot] = high[slot] = Number.NaN;
    });
    for (const series of this.#series.values()) this.#take(series);
    if (!this.#axesFit) this.#drawAxes();
    const context = contextOf(this.plot.data);
    context.clearRect(0, 0, width, height);
    const range = this.#range;
    if (!range) return;
    const colors = colorsNow();
    context.lineWidth = 1.4 * this.plot.scale;
    context.lineJoin = 'round';
    const [low, high] = range;
    const y = (value: number): number => ((high - value) / (high - low)) * height;
    for (const series of this.#series.values()) {
      context.strokeStyle = seriesColor(colors, series.index);
      this.#trace(context, series, y);
    }
  }

  /** Sorts new samples into the columns. */
  #take(series: Series): void {
    const { history, low, high } = series;
    for (let i = Math.max(series.next, history.begin); i < history.end; i++) {
      const column = this.#window.columnOf(history.timeAt(i));
      const value = history.valueAt(i);
      if (column === undefined || !Number.isFinite(value)) continue;
      const slot = this.#window.slotOf(column);
      if (!(value >= low[slot])) low[slot] = value;
      if (!(value <= high[slot])) high[slot] = value;
      this.#widen(value);
    }
    series.next = history.end;
  }

  /** The scale only grows, a little more than it must. */
  #widen(value: number): void {
    const [low, high] = this.#range ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    if (value >= low && value <= high) return;
    const [least, most] = [Math.min(low, value), Math.max(high, value)];
    const margin = Math.max((most - least) * 0.08, Math.abs(most) * 1e-6, 1e-9);
    this.#range = [value < low ? least - margin : low, value > high ? most + margin : high];
    this.#axesFit = false;
  }

  #trace(context: CanvasRenderingContext2D, { low, high }: Series, y: (value: number) => number): void {
    const { head, width } = this.#window;
    context.beginPath();
    let last: number | undefined;
    for (let column = Math.max(0, head - width + 1); column <= head; column++) {
      const slot = this.#window.slotOf(column);
      if (Number.isNaN(low[slot])) continue;
      const x = this.#window.positionOf(column) + 0.5;
      // The end that is nearer to where the curve comes from is drawn first.
      const [a, b] =
        last !== undefined && Math.abs(high[slot] - last) < Math.abs(low[slot] - last) ? [high[slot], low[slot]] : [low[slot], high[slot]];
      if (last === undefined) context.moveTo(x, y(a));
      else context.lineTo(x, y(a));
      if (a !== b) context.lineTo(x, y(b));
      last = b;
    }
    context.stroke();
  }
}
