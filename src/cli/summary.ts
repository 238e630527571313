import { selectCells } from '../compile/selection.ts';
import { decimal } from '../core/decimal.ts';
import type { PopulationDef } from '../network/definition.ts';
import type { RunResult, Simulation } from '../simulation/simulation.ts';
import type { LoadedNetwork } from './loadNetwork.ts';

/** How a run ended, as the summary says it. */
export type Ending = RunResult['end'] | 'diverged';

/** What ran, how fast, and the spikes of each population. */
export function summary(simulation: Simulation, ending: Ending, elapsed: number): string {
  const { network, backend, precision } = simulation;
  const time = decimal(simulation.time);
  const stopped = ending === 'aborted' ? ', then stopped,' : '';
  const speed = elapsed > 0 ? ` (${(time / elapsed).toPrecision(3)} x real time)` : '';
  const cells = network.populations.reduce((n, p) => n + p.rows * p.columns, 0);
  const rows = [['population', 'cells', 'model', 'spikes', 'rate'], ...network.populations.map((p) => populationRow(p, simulation))];
  return lines([
    `${time} ms of model time${stopped} in ${milliseconds(elapsed)}${speed}, ${backend} ${precision}, seed ${network.seed}`,
    `${count(cells, 'cell')}, ${count(simulation.synapses, 'synapse')}`,
    '',
    ...table(rows, [1, 3, 4]),
    '',
  ]);
}

function populationRow({ name, model, rows, columns }: PopulationDef, { recordings, time }: Simulation): string[] {
  const shape = rows > 1 ? `${rows} x ${columns}` : `${columns}`;
  const counting = recordings.recorders.filter((r) => r.kind === 'spikes' || r.kind === 'spike-counts');
  const recorders = counting.filter((r) => r.view.population === name);
  const recorder = recorders.find((r) => r.view.cells.kind === 'all') ?? recorders[0];
  if (!recorder) return [name, shape, model.name, '-', '-'];
  const where = { def: recorder.view };
  const spikes = recorder.kind === 'spikes' ? recordings.spikes(where).cells.length : recordings.spikeCounts(where).reduce((a, b) => a + b, 0);
  const size = selectCells(recorder.view.cells, { name, rows, columns }).length;
  const some = size < rows * columns ? ` (of ${size})` : '';
  return [name, shape, model.name, `${spikes}${some}`, time > 0 ? `${((spikes / size / time) * 1000).toFixed(2)} Hz` : '-'];
}

/** Where the time of the process went. */
export function timings(
  simulation: Simulation,
  loaded: LoadedNetwork,
  spent: { readonly start: number; readonly run: number; readonly write: number },
): string {
  const { compile, load, init } = simulation.timings;
  const rows: readonly (readonly [string, number])[] = [
    ['start of the program', spent.start],
    ['network file to JavaScript', loaded.bundled],
    ['model text to network', loaded.defined],
    ['network to program', compile],
    ['program to machine code', load],
    ['initial values', init],
    ['= model text to first step', loaded.defined + compile + load + init],
    ['run', spent.run],
    ['results', spent.write],
    ['= whole process so far', performance.now()],
  ];
  return lines([
    '',
    ...table(
      rows.map(([name, ms]) => [name, `${ms.toFixed(1)} ms`]),
      [1],
    ),
  ]);
}

function milliseconds(ms: number): string {
  return ms < 10_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Columns as wide as they need be; those of numbers to the right. */
function table(rows: readonly (readonly string[])[], numbers: readonly number[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const cell = (text: string, i: number): string => (numbers.includes(i) ? text.padStart(widths[i]) : text.padEnd(widths[i]));
  return rows.map((row) => `  ${row.map(cell).join('   ')}`.trimEnd());
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
