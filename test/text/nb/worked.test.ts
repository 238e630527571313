import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defineSpikeTrain, defineTransmitter, type ModelDef, Network, type Simulation, simulate } from '../../../src/index.ts';
import type { AnyModel, Neuron, SpikeTrain, Synapse, Transmitter } from '../../../src/model/define.ts';
import { variantOf } from '../../../src/model/define.ts';
import { chemical } from '../../../src/models/index.ts';
import { importNb } from '../../../src/text/index.ts';

const models = new Map(
  importNb(readFileSync(new URL('worked.nb', import.meta.url), 'utf8'), { file: 'worked.nb' }).map((def): [string, ModelDef] => [def.name, def]),
);

function model<M extends AnyModel>(name: string): M {
  const def = models.get(name);
  if (!def) throw new Error(`no ${name}`);
  return { kind: def.kind, def } as M;
}

const spikeSteps = ({ recordings }: Simulation, cells: string, dt = 0.1) =>
  [...recordings.spikes(cells).times].map((time) => Math.round(time / dt) - 1);

/** The numbers of the reference are those of 32-bit arithmetic, on its own order of operations. */
describe.each(['f32', 'f64'] as const)('the worked examples give the numbers of the reference, in %s', (precision) => {
  it.each(['js', 'wasm'] as const)('FitzHugh-Nagumo, on %s', async (backend) => {
    const network = new Network({ dt: 0.1, duration: 1000 });
    const cells = network.population('cells', model<Neuron>('FitzHughNagumo'), 1).set({ i_in: 0.5 });
    const simulation = await simulate(network, { precision, backend });
    await simulation.run();
    expect(simulation.get(cells, 'v')[0]).toBeCloseTo(0.99554795, 3);
    expect(simulation.get(cells, 'w')[0]).toBeCloseTo(1.3358397, 4);
    expect(simulation.get(cells, 'count')[0]).toBe(2814);
    simulation.dispose();
  });

  it('a cell with channels and receptors', async () => {
    const network = new Network({ dt: 0.1, duration: 500 });
    const constant = (name: string) => defineTransmitter({ name, quantities: { conc: { value: 0.25 } } })();
    const release = defineSpikeTrain({
      name: 'release',
      quantities: { v: { value: 0 } },
      transmitters: { Glu: constant('glu'), Mod: constant('mod') },
    });
    const source = network.population('source', release(), 1);
    const cells = network.population('cells', model<Neuron>('AdaptingCell'), 1);
    network.connect(source, cells, chemical());
    network.recordSpikes(cells);
    const simulation = await simulate(network, { precision });
    await simulation.run();
    const steps = spikeSteps(simulation, 'cells');
    expect(steps.slice(0, 4)).toEqual([28, 52, 76, 100]);
    expect(steps).toHaveLength(200);
    expect(simulation.get(cells, 'gain')[0]).toBe(1.125);
    expect(simulation.get(cells, 'v')[0]).toBeCloseTo(-56.350952, 2);
    simulation.dispose();
  });

  it('a train of bursts, with its transmitter', async () => {
    const network = new Network({ dt: 0.1, duration: 300 });
    const train = variantOf(model<SpikeTrain>('BurstTrain'), { transmitters: { Glu: model<Transmitter>('ReleasePool') } } as never);
    const cells = network.population('train', train as SpikeTrain, 1);
    network.recordSpikes(cells);
    for (const quantity of ['Glu.conc', 'Glu.pool', 'v']) network.record(cells, quantity as never);
    const simulation = await simulate(network, { precision });
    await simulation.run();
    const steps = spikeSteps(simulation, 'train');
    expect(steps).toHaveLength(19);
    expect(steps.slice(0, 6)).toEqual([50, 101, 152, 203, 254, 305]);
    const from = (quantity: string) => [...simulation.recordings.trace(cells, quantity as never).values].slice(49, 54);
    expect(from('v')).toEqual([0, 30, 0, 0, 0]);
    for (const [quantity, expected] of [
      ['Glu.conc', [0, 0.285, 0.27075, 0.257213, 0.244352]],
      ['Glu.pool', [1, 0.70015, 0.7003, 0.70045, 0.7006]],
    ] as const) {
      from(quantity).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
    }
    simulation.dispose();
  });

  it('a waveform of a spike', async () => {
    const network = new Network({ dt: 0.1, duration: 12 });
    const train = defineSpikeTrain({
      name: 'one spike',
      quantities: { v: { value: 0 }, v_th: { value: 30 }, v_rest: { value: 0 } },
      spike: 't > 0.95 and since_spike > 100',
    });
    const source = network.population('source', train(), 1);
    const cells = network.population('cells', model<Neuron>('FitzHughNagumo'), 1).set({ g_gap: 1 });
    network.connect(source, cells, model<Synapse>('AlphaEffect'));
    network.record(cells, 'i' as never);
    const simulation = await simulate(network, { precision });
    await simulation.run();
    // The spike of step 10 is felt from step 11 on; a sample holds what was felt in the step before it.
    const felt = simulation.recordings.trace(cells, 'i' as never).values;
    expect(felt[10]).toBe(0);
    expect(felt[61]).toBeCloseTo(30, 4);
    for (const n of [0, 1, 10, 100]) expect(felt[11 + n]).toBeCloseTo(30 * (n / 50) * Math.exp(1 - n / 50), 4);
    simulation.dispose();
  });
});
