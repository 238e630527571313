import { decimal } from '../core/decimal.ts';
import type { Recordings } from '../simulation/recordings.ts';
import { cellsText } from './cellsText.ts';

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

/** Text that reads back as the same number of its own precision. */
function printerOf(values: Float32Array | Float64Array): (value: number) => string {
  return values instanceof Float32Array ? (value) => String(Number(value.toPrecision(9))) : String;
}

/** A field of CSV as in RFC 4180. */
function field(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Recorded spikes as CSV with the columns `population,cell,time_ms`; population after population in the order recorded, each by
 * time, then cell. Undefined where no spikes were recorded.
 */
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
 * Recorded traces and means as CSV with the columns `population,quantity,unit,cell,time_ms,value`, one sample a row; recorder after
 * recorder, each by time, then cell. In the column `cell` stands an index, or `mean` for the mean of a population (`mean of ...` for
 * one of some cells). Undefined where neither traces nor means were recorded.
 */
export function tracesCsv(recordings: Recordings): Iterable<string> | undefined {
  const recorders = recordings.recorders.filter((r) => r.kind === 'trace' || r.kind === 'mean');
  if (recorders.length === 0) return undefined;
  return chunks('population,quantity,unit,cell,time_ms,value', rows());

  function* rows(): Generator<string> {
    for (const recorder of recorders) {
      if (recorder.kind === 'mean') {
        const { population, quantity, unit, times, values } = recordings.mean({ def: recorder.view }, recorder.quantity, recorder);
        const some = cellsText(recorder.view.cells);
        const start = `${population},${quantity},${field(unit)},${field(some === '' ? 'mean' : `mean of ${some}`)}`;
        for (let i = 0; i < times.length; i++) yield `${start},${decimal(times[i])},${values[i]}`;
      }
      if (recorder.kind === 'trace') {
        const { population, quantity, unit, times, cells, values } = recordings.trace({ def: recorder.view }, recorder.quantity, recorder);
        const start = `${population},${quantity},${field(unit)}`;
        const print = printerOf(values);
        for (let i = 0; i < times.length; i++) {
          const at = decimal(times[i]);
          for (let k = 0; k < cells.length; k++) yield `${start},${cells[k]},${at},${print(values[i * cells.length + k])}`;
        }
      }
    }
  }
}
