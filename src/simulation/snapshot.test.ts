import { describe, expect, it } from 'vitest';
import { difference, state } from '../../test/support/observe.ts';
import { crc32 } from '../core/hash.ts';
import { electrical, izhikevich } from '../models/index.ts';
import { allToAll, edgeList, type where } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { packContainer, unpackContainer } from './container.ts';
import { simulate } from './simulation.ts';

interface Shape {
  readonly dt?: number;
  readonly size?: number;
  readonly name?: string;
  readonly edges?: readonly [number, number][];
  readonly rule?: ReturnType<typeof where>;
}

function made({
  dt = 0.5,
  size = 4,
  name = 'exc',
  edges = [
    [0, 1],
    [2, 3],
  ],
  rule,
}: Shape = {}): Network {
  // biome-ignore format: pairs
  const network = new Network({ dt, seed: 2 });
  const cells = network.population(name, izhikevich({ i_in: 12 }), size).set({ v: 'uniform(-65, -50)' });
  network
    .connect(cells, cells, electrical(), rule ?? edgeList(edges.map(([s, t]): [number, number] => [s, t])), { name: 'gap' })
    .set({ w: 'uniform()' });
  return network.record(cells, 'v').recordSpikeCounts(cells);
}

async function bytesOf(network: Network, duration = 10): Promise<Uint8Array> {
  const simulation = await simulate(network);
  await simulation.run(duration);
  return simulation.snapshot();
}

describe('a snapshot', () => {
  it('has its magic, version, header and checksum; the same state has the same bytes', async () => {
    const bytes = await bytesOf(made());
    expect(Buffer.from(bytes.subarray(0, 8)).toString()).toBe('SPKLSNAP');
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(8, true)).toBe(1);
    expect(view.getUint32(bytes.length - 4, true)).toBe(crc32(bytes.subarray(0, -4)));
    const { header, columns } = unpackContainer(bytes);
    expect(header).toMatchObject({ precision: 'f32', dt: 0.5, seed: 2, step: 20, recordings: false });
    const names = [...columns.keys()];
    expect(names).toEqual([...names].sort());
    expect(names).toContain('population exc.v');
    expect(names).toContain('projection gap.w');
    expect(packContainer({ header, columns })).toEqual(bytes);
    expect(await bytesOf(made())).toEqual(bytes);
    const other = await simulate(made(), { backend: 'js' });
    await other.run(10);
    expect(other.snapshot()).toEqual(bytes);
  });

  it('does not depend on how synapses lie in memory', async () => {
    const dense = await simulate(made({ rule: { kind: 'where', condition: 'pre.index != 1' } }));
    await dense.setSynapses('gap', { w: 'pre.index + 10 * post.index' });
    const { columns } = unpackContainer(dense.snapshot());
    const { sources, targets } = dense.synapsesOf('gap');
    expect([...(columns.get('projection gap.w') ?? [])]).toEqual([...sources].map((s, i) => s + 10 * targets[i]));
    const uniform = () => {
      const network = new Network({ dt: 0.5, seed: 2 });
      const cells = network.population('exc', izhikevich(), 4);
      network.connect(cells, cells, electrical(), allToAll(), { name: 'gap' });
      return network;
    };
    const [one, two] = [await simulate(uniform()), await simulate(uniform(), { backend: 'js' })];
    await one.setSynapses('gap', { w: 'uniform()' });
    await two.restore(one.snapshot());
    expect(two.getSynapses('gap', 'w')).toEqual(one.getSynapses('gap', 'w'));
    await Promise.all([one.run(9), two.run(9)]);
    expect(difference(state(one), state(two))).toBeUndefined();
  });

  it('clears recordings where it is restored, or brings its own; counts go on', async () => {
    const network = made();
    const cells = network.populationNamed('exc');
    const first = await simulate(network);
    await first.run(60);
    const [plain, full] = [first.snapshot(), first.snapshot({ recordings: true })];
    const counts = first.recordings.spikeCounts(cells);
    expect(Math.max(...counts)).toBeGreaterThan(0);
    await first.run(20);
    const second = await simulate(network);
    await second.run(5);
    await second.restore(plain);
    expect(second.recordings.trace(cells, 'v').times).toHaveLength(0);
    expect(second.recordings.spikeCounts(cells)).toEqual(counts);
    await second.restore(full);
    expect(second.recordings.trace(cells, 'v').times).toHaveLength(120);
    await second.run(20);
    expect(second.recordings.trace(cells, 'v').values).toEqual(first.recordings.trace(cells, 'v').values);
    expect(second.recordings.spikeCounts(cells)).toEqual(first.recordings.spikeCounts(cells));
    expect(second.journal.map(({ kind, step }) => [kind, step])).toEqual([['restore', 10], ['restore', 120]]); // biome-ignore format: pairs
  });

  it('goes on under other recorders, sampled by the clock', async () => {
    const { def } = made();
    const view = { population: 'exc', cells: { kind: 'all' } } as const;
    const bytes = await bytesOf(made(), 3.5);
    const simulation = await simulate({ ...def, recorders: [{ kind: 'trace', view, quantity: 'v', every: 5 }] });
    await simulation.restore(bytes);
    await simulation.run(5);
    expect([...simulation.recordings.trace('exc', 'v').times]).toEqual([5, 7.5]);
  });
});

describe('a snapshot that does not fit says what differs', () => {
  const refusal = async (network: Network, bytes: Uint8Array, precision: 'f32' | 'f64' = 'f32'): Promise<string> => {
    const simulation = await simulate(network, { precision });
    await simulation.run(2);
    const before = simulation.snapshot({ recordings: true });
    const error = await simulation.restore(bytes).catch((e: Error) => `${e.name} ${e.message}`);
    expect(simulation.snapshot({ recordings: true })).toEqual(before);
    return String(error);
  };

  it('of structure', async () => {
    const bytes = await bytesOf(made());
    const all = [
      await refusal(made({ dt: 0.25 }), bytes),
      await refusal(made(), bytes, 'f64'),
      await refusal(made({ size: 5 }), bytes),
      await refusal(made({ name: 'inh' }), bytes),
      await refusal(made({ edges: [[0, 1]] }), bytes),
      await refusal(made({ edges: [[0, 1], [2, 2]] }), bytes), // biome-ignore format: pairs
    ];
    expect(all.join('\n')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-network] the snapshot has dt 0.5 ms, the network 0.25 ms
        Simulate the network with dt 0.5 ms to go on from it.
      SpikeloomError [invalid-network] the snapshot has precision f32, the network f64
        Simulate the network with precision f32 to go on from it.
      SpikeloomError [invalid-network] the snapshot has 1 x 4 cells, the network 1 x 5
        in network > population 'exc'
        Restore it in the network that it was taken from; nothing has changed here.
      SpikeloomError [invalid-network] of the populations, the snapshot has 'exc', which the network lacks, and lacks 'inh'
        in network
        Restore it in the network that it was taken from; nothing has changed here.
      SpikeloomError [invalid-network] the snapshot has 2 synapses, the network 1
        in network > projection 'gap'
        Restore it in the network that it was taken from; nothing has changed here.
      SpikeloomError [invalid-network] the synapses of the snapshot join other cells than those of the network
        in network > projection 'gap'
        Restore it in the network that it was taken from; nothing has changed here."
    `);
    const other = made();
    other.connect(other.populationNamed('exc'), other.populationNamed('exc') as never, electrical(), allToAll(), { name: 'more' });
    expect(await refusal(other, bytes)).toContain("of the projections, the snapshot lacks 'more'");
  });

  it('of bytes', async () => {
    const bytes = await bytesOf(made());
    const { header, columns } = unpackContainer(bytes);
    const repack = (change: Record<string, unknown>): Uint8Array => packContainer({ header: { ...header, ...change }, columns });
    const later = bytes.slice();
    later[8] = 2;
    new DataView(later.buffer).setUint32(later.length - 4, crc32(later.subarray(0, -4)), true);
    const all = [
      await refusal(made(), bytes.subarray(0, 100)),
      await refusal(made(), new Uint8Array(3)),
      await refusal(made(), later),
      await refusal(made(), repack({ populations: 7 })),
      await refusal(made(), packContainer({ header, columns: new Map([...columns].slice(1)) })),
    ];
    expect(all.join('\n')).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value] the snapshot of 100 bytes is damaged: its checksum does not fit
        Copy or take it again: a snapshot is used whole or not at all.
      SpikeloomError [invalid-value] these 3 bytes are no snapshot
        Give the bytes that snapshot() returned, or the contents of a file of saved state.
      SpikeloomError [unsupported] the snapshot is of version 2; this spikeloom reads version 1
        Restore it by the version of spikeloom that took it.
      SpikeloomError [invalid-value] the snapshot of 1412 bytes is damaged: its header is not one of a snapshot
        Copy or take it again: a snapshot is used whole or not at all.
      SpikeloomError [invalid-network] the snapshot has no 'population exc.a'
        in network > population 'exc'
        Restore it in the network that it was taken from; nothing has changed here."
    `);
  });
});
