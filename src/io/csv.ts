import { decimal } from '../core/decimal.ts';
import type { Recordings } from '../simulation/recordings.ts';

const ROWS_A_CHUNK = 4096;

/** Joins rows into chunks of text that are worth a write each. */
function* chunks(header: string, rows: Iterable<string>): Generator<string> {
  let pending = [header];
  for (const row of rows) {
    pending.push(row);
    if (pending.length < ROWS_A_CHUNK) continue;
    yield `${pending.join('\n')}\n`;
    pending = [];
  }
  if (pending.length > 0) yield `${pending.join('\n')}\n`;
}

/** Columns population, cell, time_ms; by population in the order recorded, then by time. Undefined where no spikes were recorded. */
export function spikesCsv(recordings: Recordings): Iterable<string> | undefined {
  const recorders = recordings.recorders.filter((r) => r.kind === 'spikes');
  if (recorders.length === 0) return undefined;
  return chunks('population,cell,time_ms', rows());

  function* rows(): Generator<string> {
    for (const recorder of recorders) {
      const { population, cells, times } = recordings.spikes({ def: recorder.view });
      for (let i = 0; i < cells.length; i++) yield `${population},${cells[i]},${decimal(times[i])}`;
    }
  }
}

/**
 * Columns population, quantity, unit, cell, time_ms, value; the cell of a spatial mean is `mean`. Undefined where neither
 * traces nor means were recorded.
 */
export function tracesCsv(recordings: Recordings): Iterable<string> | undefined {
  const recorders = recordings.recorders.filter((r) => r.kind === 'trace' || r.kind === 'mean');
  if (recorders.length === 0) return undefined;
  return chunks('population,quantity,unit,cell,time_ms,value', rows());

  function* rows(): Generator<string> {
    for (const recorder of recorders) {
      if (recorder.kind === 'mean') {
        const { population, quantity, unit, times, values } = recordings.mean({ def: recorder.view }, recorder.quantity);
        for (let i = 0; i < times.length; i++) yield `${population},${quantity},${unit},mean,${decimal(times[i])},${values[i]}`;
      }
      if (recorder.kind === 'trace') {
        const { population, quantity, unit, times, cells, values } = recordings.trace({ def: recorder.view }, recorder.quantity);
        for (let i = 0; i < times.length; i++) {
          for (let k = 0; k < cells.length; k++)
            yield `${population},${quantity},${unit},${cells[k]},${decimal(times[i])},${values[i * cells.length + k]}`;
        }
      }
    }
  }
}
