import { describe, expect, it } from 'vitest';
import { stdp } from '../../bench/networks/stdp.ts';
import { Network, type NetworkDef, simulate } from '../../src/index.ts';
import { presetTrain } from '../../src/models/index.ts';
import { goldenColumn, goldenNumber, goldenTable, loadGolden } from '../support/golden.ts';

/** The network of the bench, but its inputs spike when they are told to. */
function driven(cells: number, times: readonly (readonly number[])[]): NetworkDef {
  const { def } = stdp(cells);
  const trains = new Network({ dt: def.dt });
  trains.population('inputs', presetTrain(), times.length).set({ times });
  return { ...def, populations: def.populations.map((p) => (p.name === 'inputs' ? trains.def.populations[0] : p)) };
}

describe('the bench stdp is the network of its peer', () => {
  const golden = loadGolden('12_peer_stdp');
  const cells = goldenNumber(golden, 'cells');

  it.each(['js', 'wasm'] as const)('spike by spike and weight by weight, on %s', async (backend) => {
    const times = Array.from({ length: 1000 }, (_, i) => {
      const steps: number[] = [];
      for (let k = (i * 7919) % 500; k < golden.steps; k += 300 + ((i * 37) % 731)) steps.push(k);
      return steps.map((k) => (k + 1) * golden.dt);
    });
    const simulation = await simulate(driven(cells, times), { backend, precision: 'f64' });
    const { sources, targets } = simulation.synapsesOf('inputs->cells');
    const initial = Array.from(sources, (i, k) => (0.01 * ((37 * i + 11 * targets[k]) % 101)) / 101);
    await simulation.setSynapses('inputs->cells', { w: initial });
    await simulation.run(golden.steps * golden.dt);
    const spikes = simulation.recordings.spikes('cells');
    // What Brian counts to step k came in the step that ends with k + 1.
    const stepsOf = (cell: number) => Array.from(spikes.steps).filter((_, i) => spikes.cells[i] === cell);
    expect(Array.from({ length: cells }, (_, cell) => stepsOf(cell))).toEqual(goldenTable(golden, 'spike_steps'));
    const table = Array.from({ length: 1000 }, () => new Array<number>(cells));
    const weights = simulation.getSynapses('inputs->cells', 'w');
    weights.forEach((w, k) => {
      table[sources[k]][targets[k]] = w;
    });
    const wanted = goldenTable(golden, 'weights_of_every_20th_input');
    wanted.forEach((row, i) => row.forEach((w, cell) => void expect(Math.abs(table[20 * i][cell] - (w ?? Number.NaN))).toBeLessThan(1e-16)));
    goldenColumn(golden, 'sum_of_weights').forEach((sum, cell) => {
      expect(table.reduce((all, row) => all + row[cell], 0)).toBeCloseTo(sum, 12);
    });
    expect(weights.filter((w, k) => Math.abs(w - initial[k]) > 1e-5).length).toBeGreaterThan(0.8 * weights.length);
  });
});
