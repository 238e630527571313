import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineNeuron, Network, probability, quantity, scheduled, simulate } from '../../src/index.ts';
import { readResults } from '../../src/io/readResults.ts';
import { FORMATS } from '../../src/io/results.ts';
import { ResultWriter } from '../../src/io/writer.ts';
import { rewardStdp } from '../../src/models/index.ts';
import { plotHistograms } from '../../src/plot/index.ts';
import { parseNetwork, printNetwork } from '../../src/text/index.ts';
import { temporaryFolders } from '../support/folders.ts';
import { expectSameRecordings } from '../support/sameRecordings.ts';

const folder = temporaryFolders();

const listener = defineNeuron({ name: 'listener', quantities: { times: quantity([]), g: quantity(0) }, step: 'g = g', spike: scheduled('times') });

const CHOSEN = [0, 3, 10] as const;

/** Weights that go on between events; recorded as they are at the moment, though nothing may touch them. */
function rewarded({ records = true } = {}) {
  const network = new Network({ dt: 0.5, seed: 4 });
  const at = (start: number, interval: number) => Array.from({ length: 8 }, (_, i) => start + interval * i);
  const pre = network.population('pre', listener(), 6).set({ times: [0, 1, 2, 3, 4, 5].map((i) => at(2 + i, 9 + i)) });
  const post = network.population('post', listener(), 5).set({ times: [0, 1, 2, 3, 4].map((i) => at(4 + i, 7 + i)) });
  const rule = rewardStdp({ target: 'g', gain: 0.02, tau_c: 60, tau_d: 30, delay: 0.5 });
  const projection = network.connect(pre, post, rule, probability(0.6)).set({ w: 'uniform(0.2, 0.8)' });
  if (records) {
    network.recordSynapses(projection, 'w', { every: 7 }).recordSynapses(projection, 'w', { every: 7, synapses: CHOSEN });
    network.recordHistogram(projection, 'w', { every: 14, bins: 8, range: [0.1, 0.9] });
  }
  return { network, projection };
}

/** Runs for 70 ms with rewards on the way. */
async function live(records: boolean, sink?: ResultWriter) {
  const { network, projection } = rewarded({ records });
  const simulation = await simulate(network, { precision: 'f64', ...(sink && { sink }) });
  await simulation.run(20);
  await simulation.reward(1);
  await simulation.run(50);
  return { simulation, projection };
}

describe('recorders of synapses', () => {
  it('show variables as they are at the moment, and change nothing', async () => {
    const { simulation, projection } = await live(true);
    const bare = await live(false);
    for (const name of ['w', 'c', 'x_pre'] as const) {
      expect(simulation.getSynapses(projection, name)).toEqual(bare.simulation.getSynapses(bare.projection, name));
    }
    const all = simulation.recordings.synapses(projection, 'w');
    expect(all.times.at(-1)).toBe(70);
    expect(all.values.slice(-all.sources.length)).toEqual(simulation.getSynapses(projection, 'w'));
    // Dopamine moves weights in between, too.
    const [a, b] = [7, 8].map((k) => all.values.slice(k * all.sources.length, (k + 1) * all.sources.length));
    expect(a.filter((w, i) => w !== b[i]).length).toBeGreaterThan(5);
  });

  it('of chosen ones are those of all, at their places', async () => {
    const { simulation, projection } = await live(true);
    const all = simulation.recordings.synapses(projection, 'w');
    const some = simulation.recordings.synapses(projection, 'w', { synapses: CHOSEN });
    const count = all.sources.length;
    expect([...some.sources]).toEqual(CHOSEN.map((i) => all.sources[i]));
    expect([...some.targets]).toEqual(CHOSEN.map((i) => all.targets[i]));
    expect([...some.values]).toEqual(Array.from(all.times, (_, k) => CHOSEN.map((i) => all.values[k * count + i])).flat());
    expect(() => simulation.recordings.synapses(projection, 'w', { synapses: [1] })).toThrow("'w' of the synapses of 'pre->post' was not recorded");
  });

  it('count how many are in each part of a range', async () => {
    const { simulation, projection } = await live(true);
    const all = simulation.recordings.synapses(projection, 'w');
    const { times, edges, counts, unit } = simulation.recordings.histogram(projection, 'w');
    expect([...times]).toEqual([...all.times].filter((_, k) => k % 2 === 1));
    expect(unit).toBe('1');
    expect([...edges].map((x) => Number(x.toFixed(12)))).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    const count = all.sources.length;
    const expected = Array.from(times, (_, k) => {
      const values = all.values.slice((2 * k + 1) * count, (2 * k + 2) * count);
      return Array.from({ length: 8 }, (_, i) => values.filter((w) => w >= edges[i] && (w < edges[i + 1] || (i === 7 && w === edges[8]))).length);
    });
    expect([...counts]).toEqual(expected.flat());
    expect(plotHistograms(simulation.recordings)).toContain('synapses');
  });

  it('count what lies at a bound, also where f32 rounds it up', async () => {
    const network = new Network({ dt: 0.5 });
    const cells = network.population('cells', listener(), 4);
    // 0.3 is a little more in f32.
    const projection = network.connect(cells, cells, rewardStdp({ target: 'g', w: 0.3, w_max: 0.3 }));
    network.recordHistogram(projection, 'w', { bins: 3, range: [0, 0.3] });
    const simulation = await simulate(network);
    await simulation.run(0.5);
    expect([...simulation.recordings.histogram(projection, 'w').counts]).toEqual([0, 0, 16]);
  });

  it('are the same on both backends, and go on after a snapshot', async () => {
    const seen = [];
    for (const backend of ['js', 'wasm'] as const) {
      const { network, projection } = rewarded();
      const simulation = await simulate(network, { backend });
      await simulation.run(40);
      const other = await simulate(network, { backend });
      await other.restore(simulation.snapshot({ recordings: true }));
      await other.run(30);
      await simulation.run(30);
      expectSameRecordings(other.recordings, simulation.recordings);
      seen.push(simulation.recordings.histogram(projection, 'w').counts, simulation.recordings.synapses(projection, 'w').values);
    }
    expect(seen.slice(2)).toEqual(seen.slice(0, 2));
  });

  it('are read back from files of every format', async () => {
    const path = folder();
    const sink = new ResultWriter(path, FORMATS);
    const { simulation } = await live(true, sink);
    await sink.close({ end: 'done' });
    for (const file of ['.', 'results.npz', 'results.h5']) expectSameRecordings(await readResults(join(path, file)), simulation.recordings);
    expect(readFileSync(join(path, 'histograms.csv'), 'utf8').split('\n').slice(0, 3)).toEqual([
      'projection,quantity,unit,low,high,time_ms,synapses',
      expect.stringMatching(/^pre->post,w,1,0\.1,0\.2,7,\d+$/),
      expect.stringMatching(/^pre->post,w,1,0\.2,0\.3,7,\d+$/),
    ]);
  });

  it('are the same in text', () => {
    const { network } = rewarded();
    expect(parseNetwork(printNetwork(network.def))).toEqual(network.def);
    expect(Network.from(network.def).def).toEqual(network.def);
  });

  it('refuse what they can’t record', async () => {
    const { network, projection } = rewarded({ records: false });
    const problem = (change: () => unknown): string => {
      try {
        change();
      } catch (error) {
        return String(error);
      }
      return 'none';
    };
    expect(problem(() => network.recordSynapses(projection, 'w', { synapses: [3, 1] }))).toMatchInlineSnapshot(`
      "SpikeloomError [usage]: what chooses synapses is an array
        in network > record
        Give their places in the order of getSynapses, ascending: synapses: [0, 7]."
    `);
    expect(problem(() => network.recordHistogram(projection, 'w', { range: [1, 0] }))).toMatchInlineSnapshot(`
      "SpikeloomError [usage]: the range is an array
        in network > record
        Give two numbers, the lower one first: range: [0, 1]."
    `);
    expect(problem(() => network.recordHistogram(projection, 'w', { range: [0, 1], bins: 0 }))).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: bins is 0
        in network
        Give a whole number of parts, from 1 to 65536."
    `);
    network.recordSynapses(projection, 'w', { synapses: [1000] });
    await expect(simulate(network)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: synapse 1000 is to be recorded, but there are 21
        in network > projection 'pre->post' > record
        Give places in the order of getSynapses, which begins with 0.]
    `);
    const shared = rewarded({ records: false });
    shared.network.recordHistogram(shared.projection, 'd', { range: [0, 1] });
    await expect(simulate(shared.network)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: 'd' is one value for all synapses: it has no histogram
        in network > projection 'pre->post' > record
        Record it as it is: recordSynapses(projection, 'd').]
    `);
  });
});
