import { niceTicks } from '../../plot/scale.ts';
import type { Theme } from '../../plot/theme.ts';
import { colorsNow } from './colors.ts';
import { contextOf, element } from './dom.ts';
import { numberText } from './format.ts';

/** Around the data, in CSS pixels. */
const LEFT = 96;
const RIGHT = 12;
const TOP = 6;
const BOTTOM = 20;
const FONT = '12px system-ui, sans-serif';

/** Where data are drawn, in CSS pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A picture over the last time of a model: what stands still (axes) on one canvas, data on another above it. */
export class TimePlot {
  readonly element: HTMLElement;
  readonly data = element('canvas', { className: 'data' });
  readonly #axes = element('canvas', { className: 'axes' });
  readonly #box: HTMLElement;
  readonly #onLayout: () => void;
  #height: number;
  #area: Area = { left: LEFT, top: TOP, width: 0, height: 0 };
  #scale = 1;

  /**
   * @param height of the data
   * @param onLayout called when size or resolution are others: everything is to be drawn again
   */
  constructor(caption: readonly (Node | string)[], height: number, label: string, onLayout: () => void) {
    this.#height = TOP + height + BOTTOM;
    this.#onLayout = onLayout;
    this.data.setAttribute('role', 'img');
    this.data.ariaLabel = label;
    this.#box = element('div', { className: 'plot-area' }, this.#axes, this.data);
    this.element = element('figure', { className: 'plot' }, element('figcaption', {}, ...caption), this.#box);
    new ResizeObserver(() => this.layout()).observe(this.#box);
  }

  get area(): Area {
    return this.#area;
  }

  /** Pixels of the device to one of CSS. */
  get scale(): number {
    return this.#scale;
  }

  /** Takes the size that there is. */
  layout(): void {
    const width = this.#box.clientWidth;
    this.#scale = Math.min(2, globalThis.devicePixelRatio || 1);
    this.#area = { left: LEFT, top: TOP, width: Math.max(1, width - LEFT - RIGHT), height: this.#height - TOP - BOTTOM };
    this.#box.style.height = `${this.#height}px`;
    resize(this.#axes, width, this.#height, this.#scale);
    resize(this.data, this.#area.width, this.#area.height, this.#scale);
    this.data.style.left = `${LEFT}px`;
    this.data.style.top = `${TOP}px`;
    this.#onLayout();
  }

  /** Draws the axis of time and, by `more`, what else stands still, in CSS pixels. */
  drawAxes(span: number, more: (context: CanvasRenderingContext2D, colors: Theme, area: Area) => void): void {
    const colors = colorsNow();
    const { left, top, width, height } = this.#area;
    const context = contextOf(this.#axes);
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
    context.clearRect(0, 0, left + width + RIGHT, this.#height);
    context.font = FONT;
    context.lineWidth = 1;
    more(context, colors, this.#area);
    context.textBaseline = 'top';
    context.fillStyle = colors.muted;
    context.strokeStyle = colors.grid;
    context.textAlign = 'center';
    for (const tick of niceTicks(-span, 0, Math.max(2, Math.min(8, width / 90)))) {
      const x = left + (1 + tick / span) * width;
      context.fillText(tick === 0 ? 'now' : numberText(tick), Math.min(x, left + width - 4), top + height + 5);
      line(context, x, top + height, x, top + height + 3);
    }
    line(context, left, top + height + 0.5, left + width, top + height + 0.5);
    context.textAlign = 'left';
    context.fillText('time (ms)', 0, top + height + 5);
  }
}

function resize(canvas: HTMLCanvasElement, width: number, height: number, scale: number): void {
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

export function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
