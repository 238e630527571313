import type { RemoteSimulation } from '../remote.ts';
import { isLattice, type ShownPopulation } from './choice.ts';
import { onColorsChange } from './colors.ts';
import { element, setText } from './dom.ts';
import { count, heading, numberText, speedText, timeText } from './format.ts';
import { HeatMap } from './heatMap.ts';
import { Meter } from './meter.ts';
import { Raster } from './raster.ts';
import { Traces } from './traces.ts';

/** What the windows can show, ms. */
const SPANS = [50, 100, 200, 500, 1000, 2000, 5000] as const;
const FIRST_SPAN = 500;

/** Model time over which rates are averaged, ms, and real time over which the speed is. */
const RATE_SPAN = 500;
const SPEED_SPAN = 1000;

/** Everything that is drawn of a running network. */
export class NetworkView {
  readonly element: HTMLElement;
  readonly readouts: HTMLElement;
  readonly maps: readonly HeatMap[];
  /** Called when other quantities are to be watched. */
  onChoice: () => void = () => {};
  readonly #populations: readonly ShownPopulation[];
  readonly #dt: number;
  readonly #raster: Raster;
  readonly #traces: readonly Traces[];
  readonly #time = readout('time');
  readonly #speed = readout('speed');
  readonly #rates: readonly ReturnType<typeof readout>[];
  readonly #rateMeters: readonly Meter[];
  readonly #speedMeter = new Meter(SPEED_SPAN);
  readonly #spikes: number[];
  /** By recorder: the population whose spikes or mean it records. */
  readonly #recorded: readonly (readonly [population: number, kind: 'spikes' | 'mean'])[];
  #stale = true;

  /** @param dt ms */
  constructor(populations: readonly ShownPopulation[], dt: number) {
    this.#populations = populations;
    this.#dt = dt;
    this.#recorded = populations.flatMap(({ mean }, i) => [[i, 'spikes'] as const, ...(mean === undefined ? [] : [[i, 'mean'] as const])]);
    this.#spikes = populations.map(() => 0);
    this.#rateMeters = populations.map(() => new Meter(RATE_SPAN));
    this.maps = populations.filter(isLattice).map((population) => new HeatMap(population, () => this.onChoice()));
    const span = element(
      'select',
      { id: 'span', ariaLabel: 'time shown' },
      ...SPANS.map((ms) => element('option', { value: String(ms) }, `last ${ms} ms`)),
    );
    const first = SPANS.find((ms) => ms >= Math.min(FIRST_SPAN, 2000 * dt)) ?? FIRST_SPAN;
    span.value = String(first);
    this.#rates = populations.map(({ name }, i) => readout(name, i));
    this.#raster = new Raster(populations, first, [element('h3', {}, 'Spikes'), span]);
    this.#traces = this.#makeTraces(first);
    span.addEventListener('change', () => {
      for (const plot of [this.#raster, ...this.#traces]) plot.span = Number(span.value);
      this.#stale = true;
    });
    onColorsChange(() => {
      for (const { plot } of [this.#raster, ...this.#traces]) plot.layout();
      this.#stale = true;
    });
    this.readouts = element('div', { className: 'readouts' }, this.#time.element, this.#speed.element, ...this.#rates.map((rate) => rate.element));
    const lattices = element('section', { className: 'lattices', ariaLabel: 'lattices' }, ...this.maps.map((map) => map.element));
    const plots = element(
      'section',
      { className: 'plots', ariaLabel: 'over time' },
      ...[...this.#traces, this.#raster].map(({ plot }) => plot.element),
    );
    this.element = element('div', { className: 'view' }, ...(this.maps.length > 0 ? [lattices] : []), plots);
  }

  /** Means of one quantity in one picture. */
  #makeTraces(span: number): Traces[] {
    const titles = new Map<string, [number, ShownPopulation][]>();
    this.#populations.forEach((population, i) => {
      if (population.mean === undefined) return;
      const title = heading(population.first.name, population.first.unit);
      titles.set(title, [...(titles.get(title) ?? []), [i, population]]);
    });
    return [...titles].map(([title, series]) => new Traces(title, series, span));
  }

  /** Takes what a recorder has recorded. */
  take(recorder: number, steps: Uint32Array, values: ArrayLike<number>): void {
    const dt = this.#dt;
    const [index, kind] = this.#recorded[recorder];
    this.#stale = true;
    if (kind === 'mean') {
      const traces = this.#traces.find((t) => t.has(index));
      for (let i = 0; i < steps.length; i++) traces?.add(index, steps[i] * dt, values[i]);
      return;
    }
    this.#spikes[index] += steps.length;
    const map = this.maps.find(({ population }) => population === this.#populations[index]);
    for (let i = 0; i < steps.length; i++) {
      const time = (steps[i] + 1) * dt;
      this.#raster.add(index, time, values[i]);
      map?.addSpike(values[i], time);
    }
  }

  /** Time has begun anew. */
  clear(): void {
    for (const part of [this.#raster, ...this.#traces, ...this.maps, ...this.#rateMeters, this.#speedMeter]) part.clear();
    this.#spikes.fill(0);
    this.#stale = true;
  }

  /** Draws what is new. @param columns of the maps that show a quantity, in their order */
  draw({ time }: Pick<RemoteSimulation, 'time'>, columns: readonly Float32Array[], now: number, isRunning: boolean): void {
    let next = 0;
    for (const map of this.maps) map.draw(map.quantity === undefined ? undefined : columns[next++], time);
    setText(this.#time.value, timeText(time));
    const speed = this.#speedMeter.add(now, time);
    setText(this.#speed.value, isRunning && speed !== undefined ? speedText(speed * 1000) : 'paused');
    this.#rates.forEach(({ value }, i) => {
      const rate = this.#rateMeters[i].add(time, this.#spikes[i]);
      setText(value, rate === undefined ? '–' : `${numberText(Number(((rate * 1000) / this.#populations[i].size).toPrecision(3)))} Hz`);
    });
    if (!this.#stale && !isRunning) return;
    this.#stale = isRunning;
    this.#raster.draw(time);
    for (const traces of this.#traces) traces.draw(time);
  }
}

function readout(name: string, series?: number): { readonly element: HTMLElement; readonly value: HTMLElement } {
  const value = element('span', { className: 'value' });
  const label = element('span', { className: series === undefined ? 'label' : 'label key' }, name);
  if (series !== undefined) label.style.setProperty('--series', `var(--series-${series % 6})`);
  const made = element('div', { className: 'readout-pair' }, label, value);
  made.dataset.name = name;
  return { element: made, value };
}

/** What there is, in words. */
export function facts({ network, synapses, backend, precision }: RemoteSimulation): string {
  const cells = network.populations.filter((p) => !p.onto).reduce((n, { rows, columns }) => n + rows * columns, 0);
  return [
    count(cells, 'cell'),
    count(synapses, 'synapse'),
    `dt ${numberText(network.dt)} ms`,
    `seed ${network.seed}`,
    `${backend} ${precision}`,
  ].join(' · ');
}
