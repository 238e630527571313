import { describe, expect, it } from 'vitest';
import { hash32 } from '../src/core/hash.ts';
import { philox, RANDOM_NUMBERS_VERSION } from '../src/core/rng.ts';
import { edgeList, fixedInDegree, Network, simulate } from '../src/index.ts';
import { electrical, izhikevich, poissonTrain } from '../src/models/index.ts';

/**
 * The mapping from a seed to draws is a promise: results that people have published depend on it. If one of these
 * changes, the mapping has changed, and that needs a new version of it, not a new snapshot.
 */
describe('random numbers', () => {
  it('are mapped by version 3, which manifests name', () => {
    expect(RANDOM_NUMBERS_VERSION).toBe(3);
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

  it('of a synapse come from Philox of (source, target, stream, occurrence << 8 | draw >> 2), word draw & 3', async () => {
    const network = new Network({ dt: 1, seed: 7 });
    const cells = network.population('cells', izhikevich(), 5);
    const pairs = [
      [3, 2],
      [4, 2],
      [4, 2],
    ] as const;
    const projection = network
      .connect(cells, cells, electrical(), edgeList(pairs), { name: 'p' })
      .set({ w: 'uniform() + 2 * floor(1024 * uniform())' });
    const simulation = await simulate(network, { precision: 'f64' });
    const words = new Uint32Array(4);
    const expected = [
      [3, 0],
      [4, 0],
      [4, 1],
    ].map(([source, occurrence]) => {
      philox(words, source, 2, hash32('p/w'), occurrence << 8, 7, 0);
      return (words[0] >>> 8) / 2 ** 24 + 2 * Math.floor((words[1] >>> 8) / 2 ** 14);
    });
    expect([...simulation.getSynapses(projection, 'w')]).toEqual(expected);
  });

  it('by which rules draw come from Philox of (cell, block, stream, 0)', async () => {
    const network = new Network({ dt: 1, seed: 7 });
    const [from, to] = [network.population('from', izhikevich(), 1000), network.population('to', izhikevich(), 1)];
    const projection = network.connect(from, to.slice(0), electrical(), fixedInDegree(3, { multapses: true }), { name: 'p' });
    const words = new Uint32Array(4);
    philox(words, 0, 1, hash32('p/connect rule'), 0, 7, 0);
    const expected = [0, 1, 2].map((i) => Math.floor((words[i] * 1000) / 2 ** 32)).sort((a, b) => a - b);
    expect([...(await simulate(network)).synapsesOf(projection).sources]).toEqual(expected);
  });
});
