import { describe, expect, it } from 'vitest';
import { izhikevich } from '../models/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from '../simulation/simulation.ts';
import { spikesCsv, tracesCsv } from './csv.ts';

async function run(network: Network, precision: 'f32' | 'f64' = 'f32') {
  const simulation = await simulate(network, { precision, backend: 'js' });
  await simulation.run();
  return simulation.recordings;
}

const rows = (chunks: Iterable<string> | undefined): string[] => [...(chunks ?? [])].join('').trimEnd().split('\n');

describe('spikes.csv', () => {
  it('holds every spike, however many chunks it takes', async () => {
    const network = new Network({ dt: 0.1, duration: 300 });
    const cells = network.population('cells', izhikevich({ i_in: 20 }), 300);
    network.recordSpikes(cells);
    const recordings = await run(network);
    const { times, cells: which } = recordings.spikes(cells);
    expect(times.length).toBeGreaterThan(4096);
    const [header, ...lines] = rows(spikesCsv(recordings));
    expect(header).toBe('population,cell,time_ms');
    expect(lines).toHaveLength(times.length);
    lines.forEach((line, i) => {
      const [population, cell, time] = line.split(',');
      expect(population).toBe('cells');
      expect(Number(cell)).toBe(which[i]);
      expect(Number(time)).toBeCloseTo(times[i], 9);
      expect(time).toMatch(/^\d+(\.\d)?$/);
    });
  });

  it('is not there where no spikes were recorded', async () => {
    const network = new Network({ duration: 1 });
    network.record(network.population('cells', izhikevich(), 1), 'v');
    expect(spikesCsv(await run(network))).toBeUndefined();
  });
});

describe('traces.csv', () => {
  it.each(['f32', 'f64'] as const)('reads back as the recorded numbers of %s', async (precision) => {
    const network = new Network({ dt: 0.1, duration: 5 });
    const cells = network.population('cells', izhikevich({ i_in: 7.3 }), 3).set({ v: [-70, -65.3, -61.7] });
    network.record(cells.slice(1), 'v', { every: 2 });
    const recordings = await run(network, precision);
    const { values } = recordings.trace(cells, 'v');
    const read = rows(tracesCsv(recordings))
      .slice(1)
      .map((row) => Number(row.split(',')[5]));
    expect(precision === 'f32' ? Float32Array.from(read) : Float64Array.from(read)).toEqual(values);
    expect(rows(tracesCsv(recordings))[1]).toMatch(/^cells,v,mV,1,0\.2,-/);
  });

  it('tells means of a population and of its parts apart', async () => {
    const network = new Network({ dt: 1, duration: 1 });
    const cells = network.lattice('cells', izhikevich(), { rows: 3, columns: 3 });
    const views = [cells, cells.slice(2, 3), cells.region([0, 2], [1, 3]), cells.cells([1, 3, 4, 5, 8]), cells.where('min(row, col) > 0')];
    for (const view of views) network.record(view, 'v', { mean: true });
    const names = rows(tracesCsv(await run(network)))
      .slice(1)
      .map((row) => row.slice('cells,v,mV,'.length).replace(/,[^,]*,[^,]*$/, ''));
    expect(names).toEqual([
      'mean',
      'mean of cell 2',
      '"mean of rows 0 to 1, columns 1 to 2"',
      'mean of cells 1 3 4 5 ...',
      '"mean of where min(row, col) > 0"',
    ]);
  });

  it('is not there where neither traces nor means were recorded', async () => {
    const network = new Network({ duration: 1 });
    network.recordSpikes(network.population('cells', izhikevich(), 1));
    expect(tracesCsv(await run(network))).toBeUndefined();
  });
});
