import { cellsText } from '../io/cellsText.ts';
import type { NetworkDef, ViewDef } from '../network/definition.ts';
import type { Recordings } from '../simulation/recordings.ts';
import { type LinePlot, plotLines, type Series } from './lines.ts';
import { plotRaster } from './raster.ts';

/** Cells of one trace that are drawn; more would only cover each other. */
const MOST_CELLS = 6;

/** The recorded means of a network as SVG, those of one quantity in one panel; undefined where none were recorded. */
export function plotMeans(recordings: Recordings): string | undefined {
  const panels = new Map<string, Series[]>();
  for (const recorder of recordings.recorders) {
    if (recorder.kind !== 'mean') continue;
    const { times, values, unit } = recordings.mean({ def: recorder.view }, recorder.quantity, recorder);
    const quantity = withUnit(recorder.quantity, unit);
    panels.set(quantity, [...(panels.get(quantity) ?? []), { label: viewText(recorder.view), times, values }]);
  }
  // The legend names the series where there are several.
  return draw([...panels].map(([quantity, series]) => ({ quantity, series, title: series.length === 1 ? `mean of ${series[0].label}` : 'means' })));
}

/** The recorded traces as SVG, one panel each, of at most six cells; undefined where none were recorded. */
export function plotTraces(recordings: Recordings): string | undefined {
  const panels = recordings.recorders.flatMap((recorder): LinePlot[] => {
    if (recorder.kind !== 'trace') return [];
    const { times, cells, unit, of } = recordings.trace({ def: recorder.view }, recorder.quantity, recorder);
    const shown = cells.slice(0, MOST_CELLS);
    const series = Array.from(shown, (cell) => ({ label: `cell ${cell}`, times, values: of(cell) }));
    const rest = cells.length > shown.length ? `, ${shown.length} of ${cells.length} cells` : '';
    return [{ title: `${viewText(recorder.view)}${rest}`, quantity: withUnit(recorder.quantity, unit), series }];
  });
  return draw(panels);
}

/** All recorded spikes as SVG, up to `end` (ms); undefined where none were recorded. */
export function plotSpikes(network: NetworkDef, recordings: Recordings, end: number): string | undefined {
  const rows = recordings.recorders.flatMap((recorder) => {
    if (recorder.kind !== 'spikes') return [];
    const population = network.populations.find((p) => p.name === recorder.view.population);
    if (!population) return [];
    const { times, cells } = recordings.spikes({ def: recorder.view });
    return [{ label: population.name, size: population.rows * population.columns, times, cells }];
  });
  return rows.length > 0 ? plotRaster('spikes', rows, end) : undefined;
}

function draw(panels: readonly LinePlot[]): string | undefined {
  return panels.length > 0 ? plotLines(panels) : undefined;
}

function viewText({ population, cells }: ViewDef): string {
  return cells.kind === 'all' ? population : `${population} ${cellsText(cells)}`;
}

function withUnit(quantity: string, unit: string): string {
  return unit === '1' ? quantity : `${quantity} (${unit})`;
}
