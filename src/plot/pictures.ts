import type { NetworkDef, RecorderDef } from '../network/definition.ts';
import type { Recordings } from '../simulation/recordings.ts';
import { plotHeatMap } from './heatMap.ts';
import { type Grid, plotView } from './lattice.ts';
import { plotHistograms, plotMeans, plotPhasePlane, plotSpikes, plotSynapses, plotTraces } from './recordings.ts';
import type { PlotOptions } from './theme.ts';

export interface Picture {
  /** Without an extension, fit for a file: `raster`, `lattice-sheet-v`. */
  readonly name: string;
  readonly svg: string;
}

export interface PicturesOptions extends Pick<PlotOptions, 'theme' | 'width'> {
  /** Where the time axis of the raster ends, ms. Default: at the last spike. */
  readonly end?: number;
}

/** Every picture that recordings allow, in a fixed order: spikes, means, traces, synapses, their histograms, lattices, phase planes. */
export function pictures(network: Pick<NetworkDef, 'populations'>, recordings: Recordings, options: PicturesOptions = {}): readonly Picture[] {
  const { end, ...look } = options;
  const whole: readonly (readonly [string, string | undefined])[] = [
    ['raster', plotSpikes(recordings, options)],
    ['means', plotMeans(recordings, look)],
    ['traces', plotTraces(recordings, look)],
    ['synapses', plotSynapses(recordings, look)],
    ['histograms', plotHistograms(recordings, look)],
  ];
  const all = [
    ...whole.flatMap(([name, svg]) => (svg === undefined ? [] : [{ name, svg }])),
    ...recordings.recorders.flatMap((recorder) => latticePictures(network, recordings, recorder, look)),
    ...phasePlanes(recordings, look),
  ];
  return withDistinctNames(all);
}

function latticePictures(network: Pick<NetworkDef, 'populations'>, recordings: Recordings, recorder: RecorderDef, look: PlotOptions): Picture[] {
  if (recorder.kind !== 'trace' && recorder.kind !== 'spike-counts') return [];
  const grid = network.populations.find((p) => p.name === recorder.view.population);
  if (!grid || grid.rows === 1 || grid.columns === 1) return [];
  if (recorder.kind === 'spike-counts') return countPictures(recordings, recorder, grid, look);
  const svg = plotView(recordings, { def: recorder.view }, grid, recorder.quantity, { ...look, every: recorder.every });
  return [{ name: `lattice-${grid.name}-${recorder.quantity}`, svg }];
}

function countPictures(recordings: Recordings, { view }: Extract<RecorderDef, { kind: 'spike-counts' }>, grid: Grid, look: PlotOptions): Picture[] {
  const cells = recordings.infos.find(({ def }) => def.kind === 'spike-counts' && def.view === view)?.cells ?? [];
  const counts = recordings.spikeCounts({ def: view });
  const values = new Float64Array(grid.rows * grid.columns).fill(Number.NaN);
  cells.forEach((cell, i) => {
    values[cell] = counts[i];
  });
  const svg = plotHeatMap([{ rows: grid.rows, columns: grid.columns, values }], { ...look, quantity: 'spikes' });
  return [{ name: `spike-counts-${grid.name}`, svg }];
}

/** Of each view, the first quantity that was recorded and the next at the same times. */
function phasePlanes(recordings: Recordings, look: PlotOptions): Picture[] {
  const traces = recordings.recorders.filter((r): r is Extract<RecorderDef, { kind: 'trace' }> => r.kind === 'trace');
  const keyOf = (r: (typeof traces)[number]): string => JSON.stringify([r.view, r.every]);
  return [...new Set(traces.map(keyOf))].flatMap((key) => {
    const [x, y] = traces.filter((r, i) => keyOf(r) === key && traces.findIndex((o) => keyOf(o) === key && o.quantity === r.quantity) === i);
    if (y === undefined) return [];
    const { theme, width } = look;
    const options = { every: x.every, ...(theme && { theme }), ...(width && width < 480 && { width }) };
    return [{ name: `phase-plane-${x.view.population}`, svg: plotPhasePlane(recordings, { def: x.view }, [x.quantity, y.quantity], options) }];
  });
}

/** Several recorders of one quantity, such as those of two views, are numbered. */
function withDistinctNames(all: readonly Picture[]): Picture[] {
  const count = new Map<string, number>();
  return all.map(({ name, svg }) => {
    const plain = name.replace(/[^\w.-]+/g, '-');
    const n = (count.get(plain) ?? 0) + 1;
    count.set(plain, n);
    return { name: n === 1 ? plain : `${plain}-${n}`, svg };
  });
}
