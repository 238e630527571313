import { describe, expect, it } from 'vitest';
import { ampa, electrical, izhikevich, presetTrain, pulse } from '../models/index.ts';
import type { NetworkDef } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import { simulate } from '../simulation/simulation.ts';
import { editsOf, withEdits } from './edits.ts';
import type { NetworkFlags } from './flags.ts';

function network(): NetworkDef {
  const network = new Network({ dt: 0.1, duration: 10 });
  const exc = network.population('exc', izhikevich({ receptors: { ampa: ampa() } }), 4);
  const inh = network.population('inh', izhikevich(), 2);
  const train = network.population('train', presetTrain(), 1);
  network.connect(exc, inh, electrical());
  network.connect(inh, exc, electrical(), undefined, { name: 'back.way' });
  network.connect(train, exc, pulse());
  network.recordSpikes(exc);
  return network.def;
}

const edited = (flags: NetworkFlags): Promise<NetworkDef> => withEdits(network(), editsOf(flags), 'f32', async (def) => def);

const simulated = (flags: NetworkFlags) => withEdits(network(), editsOf(flags), 'f32', (def) => simulate(def, { backend: 'js' }));

describe('--set', () => {
  it('gives cells and synapses numbers, expressions with units, lists', async () => {
    const simulation = await simulated({
      set: [
        'exc.a=0.03',
        'exc.i_in=10[mV]',
        'exc.ampa.g=2',
        'exc.v = uniform(-70, -60)',
        'exc->inh.w=1 / 4',
        'back.way.w=-1e-1',
        'train.times=[5, 7.5]',
      ],
    });
    const values = (population: string, name: string) => [...simulation.read({ population, cells: { kind: 'all' } }, name)];
    expect(values('exc', 'a')).toEqual([0.03, 0.03, 0.03, 0.03]);
    expect(values('exc', 'i_in')).toEqual([10, 10, 10, 10]);
    expect(values('exc', 'ampa.g')).toEqual([2, 2, 2, 2]);
    expect(new Set(values('exc', 'v')).size).toBe(4);
    for (const v of values('exc', 'v')) expect(v >= -70 && v < -60).toBe(true);
    expect([...simulation.getSynapses('exc->inh', 'w')]).toEqual(Array(8).fill(0.25));
    expect([...simulation.getSynapses('back.way', 'w')]).toEqual(Array(8).fill(-0.1));
    expect(simulation.network.populations[2].assignments.at(-1)?.values).toEqual({ times: [5, 7.5] });
  });

  it('is done in order, after the file', async () => {
    const def = await edited({ set: ['exc.a=1', 'exc.a=2'], seed: 9, dt: 0.05 });
    expect(def.populations[0].assignments.map(({ values }) => values.a)).toEqual([1, 2]);
    expect(def).toMatchObject({ seed: 9, dt: 0.05 });
  });
});

describe('--record', () => {
  it('adds recorders to those of the network', async () => {
    const def = await edited({
      record: ['exc.v', 'inh.w@5', 'exc.v:mean', 'exc.v:mean@10', 'inh:spikes', 'inh:counts', 'exc->inh.w', 'back.way.w@20'],
    });
    const all = (population: string) => ({ population, cells: { kind: 'all' } });
    expect(def.recorders).toEqual([
      { kind: 'spikes', view: all('exc') },
      { kind: 'trace', view: all('exc'), quantity: 'v', every: 1 },
      { kind: 'trace', view: all('inh'), quantity: 'w', every: 5 },
      { kind: 'mean', view: all('exc'), quantity: 'v', every: 1 },
      { kind: 'mean', view: all('exc'), quantity: 'v', every: 10 },
      { kind: 'spikes', view: all('inh') },
      { kind: 'spike-counts', view: all('inh') },
      { kind: 'synapses', projection: 'exc->inh', quantity: 'w', every: 1 },
      { kind: 'synapses', projection: 'back.way', quantity: 'w', every: 20 },
    ]);
  });

  it('records nothing twice', async () => {
    expect((await edited({ record: ['exc:spikes', 'exc.v', 'exc.v@1'] })).recorders).toHaveLength(2);
  });
});

describe('mistakes name the flag', () => {
  it.each<[NetworkFlags]>([
    [{ set: ['exc.a'] }],
    [{ set: ['exc.a='] }],
    [{ set: ['exz.a=1'] }],
    [{ set: ['exc=1'] }],
    [{ set: ['exc.aa=1'] }],
    [{ set: ['exc->inh.v=1'] }],
    [{ set: ['inh.a=1', 'exc.i_in=10 * row + clumn', 'inh.b=1'] }],
    [{ set: ['exc->inh.w=pre.v'] }],
    [{ set: ['exc->inh.w=log(pre.index - 1)'] }],
    [{ set: ['train.times=[5, x]'] }],
    [{ set: ['exc.a=[1, 2]'] }],
    [{ record: ['exc'] }],
    [{ record: ['exc.vv'] }],
    [{ record: ['exc.v:median'] }],
    [{ record: ['exc.v@0.5'] }],
    [{ record: ['exc.v@'] }],
    [{ record: ['exc:spikes@10'] }],
    [{ record: ['exz:spikes'] }],
    [{ record: ['exc->inh.w:mean'] }],
  ])('%j', async (flags) => {
    await expect(simulated(flags)).rejects.toThrowErrorMatchingSnapshot();
  });

  it('but not where the network itself is at fault', async () => {
    const def = network();
    const [first, ...rest] = def.populations;
    const broken = { ...def, populations: [{ ...first, assignments: [{ cells: { kind: 'all' as const }, values: { a: 'nothing' } }] }, ...rest] };
    const error = await withEdits(broken, editsOf({ set: ['inh.a=1'] }), 'f32', (d) => simulate(d)).catch((e: Error) => e);
    expect(String(error)).toContain("'nothing' is not defined");
    expect(String(error)).not.toContain('--set');
  });
});
