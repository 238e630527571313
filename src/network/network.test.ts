import { describe, expect, it } from 'vitest';
import { chemical, electrical, izhikevich, poissonTrain, pulse } from '../models/index.ts';
import { matrix, probability } from './connect/index.ts';
import { Network } from './network.ts';

function everything(): Network {
  const network = new Network({ dt: 0.1, seed: 7, duration: 50 });
  const sheet = network.lattice('sheet', izhikevich(), { rows: 2, columns: 3, normalize: { i_gap: 'mean' } });
  const trains = network.population('trains', poissonTrain({ rate: 50 }), 2);
  sheet.region([0, 1], [1, 3]).set({ v: 'uniform(v_init, v_th)', a: 0.03 });
  sheet.cells([0, 4]).set({ w: [1, 2] });
  const gap = network.connect(sheet, sheet.where('col > 0'), electrical(), probability(0.5)).set({ w: '1 + pre.row' });
  network.connect(trains, sheet.slice(1, 3), pulse(), matrix([[1, null], [2, 3]]), { name: 'drive' }); // biome-ignore format: rows stay rows
  network.connect(sheet, sheet, chemical());
  network.record(sheet, 'v', { every: 2 }).record(sheet.slice(0, 2), 'v', { mean: true }).recordSynapses(gap, 'w', { every: 5 });
  return network.recordSpikes(trains).recordSpikeCounts(sheet);
}

describe('Network.from', () => {
  it('builds the network that a definition describes', () => {
    const { def } = everything();
    expect(Network.from(def).def).toEqual(def);
    expect(Network.from(def).populationNamed('sheet').rows).toBe(2);
  });

  it('reports mistakes of several populations together', () => {
    const { def } = everything();
    const [sheet, trains] = def.populations;
    const assignments = [{ cells: { kind: 'all' }, values: { vth: 1 } }] as const;
    const wrong = {
      ...def,
      populations: [
        { ...sheet, assignments },
        { ...trains, columns: 0 },
      ],
    };
    expect(() => Network.from(wrong)).toThrow(/'vth' is not a quantity[\s\S]*Did you mean 'v_th'[\s\S]*a population of 0 cells/);
  });

  it.each([
    ['a synapse as a population', { populations: [{ ...everything().def.populations[0], model: electrical().def }] }, 'is a synapse, not a neuron'],
    ['a neuron as a synapse', { projections: [{ ...everything().def.projections[0], synapse: izhikevich().def }] }, 'is a neuron, not a synapse'],
    ['what is not there', { recorders: [{ kind: 'synapses', projection: 'drvie', quantity: 'w', every: 1 }] }, "Did you mean 'drive'?"],
    ['an unknown key', { recorder: [] }, "a network has no 'recorder'"],
  ])('refuses %s', (_, change, message) => {
    expect(() => Network.from({ ...everything().def, ...(change as object) })).toThrow(message);
  });
});
