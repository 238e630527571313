import { describe, expect, it } from 'vitest';
import { electrical, izhikevich, staticSynapse } from '../models/index.ts';
import { allToAll, fixedInDegree } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';
import { chooseThreads, costOfStep } from './threads.ts';

function network(size: number, degree: number): Network {
  const network = new Network({ dt: 0.5, duration: 5 });
  const cells = network.population('cells', izhikevich(), size);
  network.connect(cells, cells, staticSynapse({ target: 'v' }), fixedInDegree(degree));
  network.connect(cells.slice(0, 10), cells, electrical(), allToAll()).set({ w: 'uniform(0, 1)' });
  return network;
}

describe('auto', () => {
  it('counts cells, events and sums of a step without building anything', () => {
    const { cells, events } = costOfStep(network(1e6, 1e4).def);
    expect([cells, events]).toEqual([1e6, 1e10 * 0.01 * 0.5]);
  });

  it('takes one thread for a small network, and says why', async () => {
    const simulation = await simulate(network(100, 10));
    expect(simulation.threads).toBe(1);
    expect(simulation.threadsReason).toMatchInlineSnapshot(
      `"a step takes some 0.2 µs, 100 cells x 2.0 ns + 5 events x 3 ns + 0 sums x 0.5 ns; from 40 µs on, more are tried"`,
    );
    simulation.dispose();
  });

  it('takes one on the backend js', async () => {
    expect(await chooseThreads('auto', 'js', network(100, 10).def)).toEqual({ threads: 1, reason: "the backend 'js' has one" });
  });

  it('tries several for a large one, and takes them where they are faster', async () => {
    const { threads, reason } = await chooseThreads('auto', 'wasm', network(1e6, 10).def);
    const gain = Number(/were ([\d.]+) times as fast/.exec(reason)?.[1] ?? (reason === 'there is one core' ? 0 : Number.NaN));
    expect(threads > 1).toBe(gain >= 1.25);
  });
});
