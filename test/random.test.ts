import { describe, expect, it } from 'vitest';
import { hash32 } from '../src/core/hash.ts';
import { philox, RANDOM_NUMBERS_VERSION } from '../src/core/rng.ts';
import { edgeList, Network, simulate } from '../src/index.ts';
import { electrical, izhikevich, poissonTrain } from '../src/models/index.ts';

/**
 * The mapping from a seed to draws is a promise: results that people have published depend on it. If one of these
 * changes, the mapping has changed, and that needs a new version of it, not a new snapshot.
 */
describe('random numbers', () => {
  it('are mapped by version 1, which manifests name', () => {
    expect(RANDOM_NUMBERS_VERSION).toBe(1);
  });

  it('come from Philox of (cell >> 2, step, stream, draw), word cell & 3, under the seed', async () => {
    const seed = 2 ** 40 + 12345;
    const network = new Network({ dt: 1, seed });
    const cells = network.population('cells', izhikevich(), 6).set({ v: 'uniform(0, 1)' });
    const words = new Uint32Array(4);
    const expected = Array.from({ length: 6 }, (_, cell) => {
      philox(words, cell >> 2, 0, hash32('cells/init v 1'), 0, seed % 2 ** 32, 2 ** 8);
      return (words[cell & 3] >>> 8) / 2 ** 24;
    });
    for (const precision of ['f32', 'f64'] as const) {
      expect([...(await simulate(network, { precision })).get(cells, 'v')]).toEqual(expected);
    }
  });

  it('are pinned', async () => {
    const network = new Network({ dt: 1, seed: 1, duration: 40 });
    const cells = network.population('cells', izhikevich(), 2).set({ v: 'normal(-65, 1)' });
    const trains = network.population('trains', poissonTrain({ rate: 100 }), 2);
    network.recordSpikes(trains).record(cells, 'v');
    network
      .connect(
        trains,
        cells,
        electrical(),
        edgeList([
          [0, 0],
          [1, 1],
          [0, 1],
        ]),
      )
      .set({ w: 'uniform(0, 1)' });
    const simulation = await simulate(network, { precision: 'f64' });
    expect([...simulation.get(cells, 'v')]).toMatchInlineSnapshot(`
      [
        -65.43301794758138,
        -63.71126784585513,
      ]
    `);
    await simulation.run();
    const { cells: who, steps } = simulation.recordings.spikes(trains);
    expect([...who].map((cell, i) => [cell, steps[i]])).toMatchInlineSnapshot(`
      [
        [
          0,
          5,
        ],
        [
          0,
          18,
        ],
        [
          1,
          18,
        ],
        [
          0,
          32,
        ],
        [
          0,
          38,
        ],
      ]
    `);
    expect([...simulation.recordings.trace(cells, 'v').values.slice(0, 4)]).toMatchInlineSnapshot(`
      [
        -55.610172317303316,
        -65,
        -46.13048715225093,
        24.48424616198261,
      ]
    `);
  });
});
