import type { Recorded, Recordings } from '../simulation/recordings.ts';
import { type GifOptions, renderGif } from './gif.ts';
import { type HeatMap, type HeatMapOptions, plotHeatMap } from './heatMap.ts';
import { valueLabel, withUnit } from './labels.ts';
import { spread } from './spread.ts';

/** Maps that show how a lattice changes. */
const MAPS = 8;
const FRAMES = 100;

/** A population with rows and columns: a `Lattice`, or its part of a `NetworkDef`. */
export interface Grid {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

export interface LatticeOptions extends HeatMapOptions {
  /** ms; the samples next to these are drawn. Default: eight, over all that was recorded. */
  readonly times?: readonly number[];
  /** Of the recorder that is meant, where there are several: steps between its samples. */
  readonly every?: number;
}

/** Values of one moment, row by row; NaN for cells that were not recorded. */
interface LatticeSample {
  /** ms. */
  readonly time: number;
  readonly values: Float64Array;
}

/** A recorded quantity of a lattice at some moments, as heat maps. @throws SpikeloomError where that was not recorded */
export function plotLattice(recordings: Recordings, lattice: Grid, quantity: string, options: LatticeOptions = {}): string {
  return plotView(recordings, lattice.name, lattice, quantity, options);
}

/** The same of a view; cells that it does not have are empty. */
export function plotView(recordings: Recordings, where: Recorded, lattice: Grid, quantity: string, options: LatticeOptions): string {
  const { unit, times, sample } = latticeSamples(recordings, where, lattice, quantity, options.every);
  const wanted = times.length === 0 ? [] : options.times?.map((time) => nearest(times, time));
  const chosen = wanted ?? spread(times.length, MAPS);
  const maps = [...new Set(chosen)].map((k) => heatMapOf(sample(k), lattice));
  return plotHeatMap(maps, { quantity: withUnit(quantity, unit), ...options });
}

function latticeSamples(
  recordings: Recordings,
  where: Recorded,
  { rows, columns }: Grid,
  quantity: string,
  every: number | undefined,
): { readonly unit: string; readonly times: Float64Array; readonly sample: (k: number) => LatticeSample } {
  const { unit, times, cells, values } = recordings.trace(where, quantity, every === undefined ? {} : { every });
  const sample = (k: number): LatticeSample => {
    const all = new Float64Array(rows * columns).fill(Number.NaN);
    cells.forEach((cell, i) => {
      all[cell] = values[k * cells.length + i];
    });
    return { time: times[k], values: all };
  };
  return { unit, times, sample };
}

function nearest(times: Float64Array, time: number): number {
  return times.reduce((best, t, k) => (Math.abs(t - time) < Math.abs(times[best] - time) ? k : best), 0);
}

export interface AnimationOptions extends GifOptions {
  /** First and last time that is shown, ms. Default: all that was recorded. */
  readonly between?: readonly [from: number, to: number];
  /** At most this many, at equal distances. Default 100. */
  readonly frames?: number;
  /** Of the recorder that is meant, where there are several: steps between its samples. */
  readonly every?: number;
}

/** A recorded quantity of a lattice as an animated GIF, each frame with its time. @throws SpikeloomError where that was not recorded */
export function animateLattice(recordings: Recordings, lattice: Grid, quantity: string, options: AnimationOptions = {}): Promise<Uint8Array> {
  const { unit, times, sample } = latticeSamples(recordings, lattice.name, lattice, quantity, options.every);
  const [from, to] = options.between ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const within = [...times.keys()].filter((k) => times[k] >= from && times[k] <= to);
  const frames = spread(within.length, options.frames ?? FRAMES).map((i) => heatMapOf(sample(within[i]), lattice));
  return renderGif(frames, { quantity: withUnit(quantity, unit), ...options });
}

function heatMapOf({ time, values }: LatticeSample, { rows, columns }: Grid): HeatMap {
  return { label: `${valueLabel(time)} ms`, rows, columns, values };
}
