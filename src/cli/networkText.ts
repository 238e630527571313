import { cellsText } from '../io/cellsText.ts';
import type { NetworkDef, PopulationDef, RecorderDef } from '../network/definition.ts';

/** `3 x 4` of a lattice, `12` of a population without a grid. */
export function shapeText({ rows, columns }: Pick<PopulationDef, 'rows' | 'columns'>): string {
  return rows > 1 ? `${rows} x ${columns}` : `${columns}`;
}

/** Those of cells, without stimuli. */
export function cellPopulations(populations: readonly PopulationDef[]): readonly PopulationDef[] {
  return populations.filter((p) => !p.onto);
}

export function cellsOf({ populations }: NetworkDef): number {
  return cellPopulations(populations).reduce((n, p) => n + p.rows * p.columns, 0);
}

/** A recorder as `--record` names it, with what that can't say behind it. */
export function recorderText(def: RecorderDef): string {
  const every = 'every' in def && def.every > 1 ? `@${def.every}` : '';
  if (def.kind === 'histogram')
    return `${def.projection}.${def.quantity}${every} (histogram of ${def.bins} parts from ${def.range[0]} to ${def.range[1]})`;
  if (def.kind === 'synapses') return `${def.projection}.${def.quantity}${every}${def.synapses ? ` (${def.synapses.length} of them)` : ''}`;
  const { population, cells } = def.view;
  const some = cells.kind === 'all' ? '' : ` (${cellsText(cells)})`;
  switch (def.kind) {
    case 'spikes':
      return `${population}:spikes${some}`;
    case 'spike-counts':
      return `${population}:counts${some}`;
    case 'mean':
      return `${population}.${def.quantity}:mean${every}${some}`;
    default:
      return `${population}.${def.quantity}${every}${some}`;
  }
}
