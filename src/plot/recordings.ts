import type { NetworkDef } from '../network/definition.ts';
import type { Recordings } from '../simulation/recordings.ts';
import { type LinePlot, plotLines, type Series } from './lines.ts';
import { plotRaster } from './raster.ts';

/** Cells of one trace that are drawn; more would only cover each other. */
const MOST_CELLS = 6;

/** The recorded means of a network, those of one quantity in one panel; undefined where none were recorded. */
export function plotMeans(network: NetworkDef, recordings: Recordings): string | undefined {
  const panels = new Map<string, { quantity: string; series: Series[] }>();
  for (const recorder of network.recorders) {
    if (recorder.kind !== 'mean') continue;
    const { times, values, unit, population } = recordings.mean({ def: recorder.view }, recorder.quantity);
    const quantity = `${recorder.quantity} (${unit})`;
    const panel = panels.get(quantity) ?? { quantity, series: [] };
    panel.series.push({ label: population, times, values });
    panels.set(quantity, panel);
  }
  return draw([...panels.values()].map((p) => ({ ...p, title: `mean of ${p.quantity.split(' ')[0]}` })));
}

/** The recorded traces, one panel each, of at most six cells; undefined where none were recorded. */
export function plotTraces(network: NetworkDef, recordings: Recordings): string | undefined {
  const panels = network.recorders.flatMap((recorder): LinePlot[] => {
    if (recorder.kind !== 'trace') return [];
    const { times, cells, unit, population, of } = recordings.trace({ def: recorder.view }, recorder.quantity);
    const shown = cells.slice(0, MOST_CELLS);
    const series = Array.from(shown, (cell) => ({ label: `cell ${cell}`, times, values: of(cell) }));
    const rest = cells.length > shown.length ? `, ${shown.length} of ${cells.length} cells` : '';
    return [{ title: `${population}${rest}`, quantity: `${recorder.quantity} (${unit})`, series }];
  });
  return draw(panels);
}

function draw(panels: readonly LinePlot[]): string | undefined {
  return panels.length > 0 ? plotLines(panels) : undefined;
}

/** All recorded spikes; undefined where none were recorded. */
export function plotSpikes(network: NetworkDef, recordings: Recordings, end: number): string | undefined {
  const rows = network.recorders.flatMap((recorder) => {
    const population = network.populations.find((p) => p.name === recorder.view.population);
    if (recorder.kind !== 'spikes' || !population) return [];
    const { times, cells } = recordings.spikes({ def: recorder.view });
    return [{ label: population.name, size: population.rows * population.columns, times, cells }];
  });
  return rows.length > 0 ? plotRaster('spikes', rows, end) : undefined;
}
