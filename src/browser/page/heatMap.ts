import { type Shown, type ShownPopulation, SPIKES } from './choice.ts';
import { pixelTable } from './colors.ts';
import { contextOf, element, setText } from './dom.ts';
import { heading, numberText, withUnit } from './format.ts';

/** Time after a spike during which its cell is seen to fade, ms. */
const FADE = 50;
/** Height of a map's bar in colours. */
const BAR = 256;

const PIXELS = pixelTable();

/** A lattice as a map of colours, one cell a pixel, with the bar that tells what they mean. */
export class HeatMap {
  readonly element: HTMLElement;
  readonly population: ShownPopulation;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #image: ImageData;
  readonly #pixels: Uint32Array;
  readonly #top = element('span', { className: 'bar-top' });
  readonly #bottom = element('span', { className: 'bar-bottom' });
  readonly #readout = element('div', { className: 'readout' });
  /** Time of the last spike of each cell. */
  readonly #spiked: Float64Array;
  #quantity: Shown;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #values: ArrayLike<number> = [];
  #pointed: number | undefined;

  constructor(population: ShownPopulation, onChoice: () => void) {
    const { name, rows, columns, quantities, first } = population;
    this.population = population;
    this.#quantity = first;
    this.#canvas = element('canvas', { width: columns, height: rows, className: 'map' });
    this.#canvas.style.setProperty('--aspect', String(columns / rows));
    this.#context = contextOf(this.#canvas);
    this.#image = this.#context.createImageData(columns, rows);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#spiked = new Float64Array(population.size).fill(Number.NEGATIVE_INFINITY);
    const select = element(
      'select',
      { ariaLabel: `quantity of ${name}` },
      ...quantities.map((q) => element('option', { value: q.name }, heading(q.name, q.unit))),
    );
    select.value = first.name;
    select.addEventListener('change', () => {
      this.#quantity = quantities.find((q) => q.name === select.value) ?? first;
      this.#forgetRange();
      onChoice();
    });
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event));
    this.#canvas.addEventListener('pointerleave', () => {
      this.#pointed = undefined;
      setText(this.#readout, '');
    });
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.ariaLabel = `${name}, ${rows} by ${columns} cells`;
    const title = element('h3', {}, name, element('small', {}, ` ${rows} × ${columns}`));
    this.element = element(
      'figure',
      { className: 'lattice' },
      element('figcaption', {}, title, select),
      element('div', { className: 'map-row' }, this.#canvas, element('div', { className: 'bar' }, this.#top, drawBar(), this.#bottom)),
      this.#readout,
    );
  }

  /** What is to be watched for it; nothing where it shows spikes. */
  get quantity(): string | undefined {
    return this.#quantity.name === SPIKES ? undefined : this.#quantity.name;
  }

  /** Spikes that came: cells, and the time of each. */
  addSpike(cell: number, time: number): void {
    this.#spiked[cell] = time;
  }

  /** Forgets what was: time begins anew. */
  clear(): void {
    this.#spiked.fill(Number.NEGATIVE_INFINITY);
    this.#forgetRange();
  }

  #forgetRange(): void {
    this.#low = Number.POSITIVE_INFINITY;
    this.#high = Number.NEGATIVE_INFINITY;
  }

  /** @param values of the quantity, where it is one */
  draw(values: Float32Array | undefined, time: number): void {
    if (values) {
      this.#widen(values);
      this.#values = values;
      this.#paint(values, this.#low, this.#high);
      setText(this.#top, withUnit(numberText(this.#high), this.#quantity.unit));
      setText(this.#bottom, withUnit(numberText(this.#low), this.#quantity.unit));
    } else {
      const freshness = Float32Array.from(this.#spiked, (at) => Math.max(0, 1 - (time - at) / FADE));
      this.#values = this.#spiked;
      this.#paint(freshness, 0, 1);
      setText(this.#top, 'spikes now');
      setText(this.#bottom, `${FADE} ms ago`);
    }
    this.#tell(time);
  }

  /** A range only grows: colours keep their meaning while one looks. */
  #widen(values: Float32Array): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value < this.#low) this.#low = value;
      if (value > this.#high) this.#high = value;
    }
  }

  #paint(values: Float32Array, low: number, high: number): void {
    const scale = high > low ? 255 / (high - low) : 0;
    const pixels = this.#pixels;
    for (let i = 0; i < pixels.length; i++) pixels[i] = PIXELS[((values[i] - low) * scale) | 0];
    this.#context.putImageData(this.#image, 0, 0);
  }

  #point(event: PointerEvent): void {
    const { rows, columns } = this.population;
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const column = Math.min(columns - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * columns)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(((event.clientY - top) / height) * rows)));
    this.#pointed = row * columns + column;
  }

  /** The value of the cell that is pointed at. */
  #tell(time: number): void {
    const cell = this.#pointed;
    if (cell === undefined) return;
    const { columns } = this.population;
    const value = this.#values[cell];
    const isSpikes = this.#quantity.name === SPIKES;
    const since = Number.isFinite(value) ? `spiked ${numberText(time - value)} ms ago` : 'has not spiked';
    const what = isSpikes ? since : withUnit(numberText(value), this.#quantity.unit);
    setText(this.#readout, `row ${Math.floor(cell / columns)}, column ${cell % columns}: ${what}`);
  }
}

function drawBar(): HTMLCanvasElement {
  const canvas = element('canvas', { width: 1, height: BAR, className: 'bar-colors' });
  const context = contextOf(canvas);
  const image = context.createImageData(1, BAR);
  new Uint32Array(image.data.buffer).set(PIXELS.slice().reverse());
  context.putImageData(image, 0, 0);
  return canvas;
}
