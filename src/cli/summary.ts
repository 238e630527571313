import { selectCells } from '../compile/selection.ts';
import type { NetworkDef, PopulationDef } from '../network/definition.ts';
import type { Recordings } from '../simulation/recordings.ts';
import type { RunResult, Simulation } from '../simulation/simulation.ts';

/** How a run went: what ran, how fast, and the spikes of each population. */
export function summary(simulation: Simulation, result: RunResult): string {
  const { network, recordings, backend, precision } = simulation;
  const time = Number(simulation.time.toPrecision(12));
  const stopped = time < Number((simulation.begin + network.duration).toPrecision(12)) ? '' : '';
  const speed = result.elapsed > 0 ? ` (${(time / result.elapsed).toPrecision(3)} x real time)` : '';
  const rows = [['population', 'cells', 'model', 'spikes', 'rate'], ...network.populations.map((p) => populationRow(p, network, recordings, time))];
  const cells = network.populations.reduce((n, p) => n + p.rows * p.columns, 0);
  return [
    `${time} ms of model time${stopped} in ${duration(result.elapsed)}${speed}, ${backend} ${precision}, seed ${network.seed}`,
    `${cells} cells, ${simulation.synapses} synapses`,
    '',
    ...table(rows, [false, true, false, true, true]),
    '',
  ].join('\n');
}
