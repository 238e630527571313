import { selectCells } from '../compile/selection.ts';
import { decimal } from '../core/decimal.ts';
import type { ManifestEnd } from '../io/manifest.ts';
import type { PopulationDef } from '../network/definition.ts';
import { stepAfter } from '../simulation/engine.ts';
import { resets } from '../simulation/journal.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { LoadedNetwork } from './loadNetwork.ts';
import { cellPopulations, cellsOf, shapeText } from './networkText.ts';
import { count, lines, milliseconds, table } from './table.ts';

/** How a run ended. */
export type Ending = Exclude<ManifestEnd, 'running'>;

/** The spikes of a population, as far as they were recorded. */
export interface Activity {
  readonly name: string;
  readonly cells: number;
  readonly model: string;
  readonly spikes?: number;
  /** Cells that were recorded. */
  readonly of?: number;
  /** Mean rate of one of them, Hz. */
  readonly rate?: number;
}

/** What ran, how fast, and the spikes of each population. */
export function summary(simulation: Simulation, ending: Ending, elapsed: number, ran: number): string {
  const { network, backend, precision } = simulation;
  const stopped = ending === 'aborted' ? ', then stopped,' : '';
  const speed = elapsed > 0 ? ` (${(ran / elapsed).toPrecision(3)} x real time)` : '';
  const rows = [['population', 'cells', 'model', 'spikes', 'rate'], ...cellPopulations(network.populations).map((p) => populationRow(p, simulation))];
  return lines([
    `${decimal(ran)} ms of model time${stopped} in ${milliseconds(elapsed)}${speed}, ${backend} ${precision}, seed ${network.seed}`,
    `${count(cellsOf(network), 'cell')}, ${count(simulation.synapses, 'synapse')}`,
    '',
    ...table(rows, [1, 3, 4]),
    '',
  ]);
}

function populationRow(population: PopulationDef, simulation: Simulation): string[] {
  const { name, model, cells, spikes, of, rate } = activityOf(population, simulation);
  const some = of !== undefined && of < cells ? ` (of ${of})` : '';
  return [name, shapeText(population), model, spikes === undefined ? '-' : `${spikes}${some}`, rate === undefined ? '-' : `${rate.toFixed(2)} Hz`];
}

export function activityOf({ name, model, rows, columns }: PopulationDef, simulation: Simulation): Activity {
  const { recordings, network, step, journal } = simulation;
  const common = { name, cells: rows * columns, model: model.name };
  const counting = recordings.recorders.filter((r) => r.kind === 'spikes' || r.kind === 'spike-counts');
  const recorders = counting.filter((r) => r.view.population === name);
  const recorder = recorders.find((r) => r.view.cells.kind === 'all') ?? recorders[0];
  if (!recorder) return common;
  const where = { def: recorder.view };
  const of = selectCells(recorder.view.cells, { name, rows, columns }).length;
  // Recordings begin anew where the time does; counts go on from those of a state.
  const jump = journal.findLast((entry) => entry.kind === 'restore' || resets(entry, 'recordings') || resets(entry, 'clock'));
  const begin = jump ? stepAfter(jump) : 0;
  const time = (step - begin) * network.dt;
  const spikes = recorder.kind === 'spikes' ? allSpikes(recordings.spikes(where)) : recordings.spikeCounts(where).reduce((a, b) => a + b, 0);
  const isRate = time > 0 && (recorder.kind === 'spikes' || begin === 0);
  return { ...common, spikes, of, ...(isRate && { rate: (spikes / of / time) * 1000 }) };
}

/** Those that are no longer in memory included. */
function allSpikes({ cells, dropped }: { readonly cells: Uint32Array; readonly dropped: number }): number {
  return dropped + cells.length;
}

/** Where the time of the process went. */
export function timings(spent: Readonly<Record<string, number>>): string {
  const rows = Object.entries(spent).map(([name, ms]) => [name, `${ms.toFixed(1)} ms`]);
  return lines(['', ...table(rows, [1])]);
}

/** ms, by what they were spent on. */
export function timingsOf(
  simulation: Simulation,
  loaded: Pick<LoadedNetwork, 'bundled' | 'defined'>,
  spent: { readonly start: number; readonly run: number; readonly write: number },
): Readonly<Record<string, number>> {
  const { compile, load, init } = simulation.timings;
  return {
    'start of the program': spent.start,
    'network file to JavaScript': loaded.bundled,
    'model text to network': loaded.defined,
    'network to program': compile,
    'program to machine code': load,
    'initial values': init,
    '= model text to first step': loaded.defined + compile + load + init,
    run: spent.run,
    results: spent.write,
    '= whole process so far': performance.now(),
  };
}
