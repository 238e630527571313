import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Network, simulate } from '../../src/index.ts';
import type { AnyModel, Neuron, Receptor, SpikeTrain, Stimulus, Synapse } from '../../src/model/define.ts';
import type { ModelDef } from '../../src/model/definition.ts';
import {
  ampa,
  chemical,
  destexheTransmitter,
  electrical,
  hodgkinHuxley,
  izhikevich,
  izhikevichTypes,
  mCurrent,
  nmda,
  poissonTrain,
  pulse,
  traubMiles,
} from '../../src/models/index.ts';
import { parseModel, parseNetwork, printModel } from '../../src/text/index.ts';
import { LIBRARY } from '../../src/text/library.ts';
import { sameData } from '../../src/text/sameData.ts';
import { difference, observe } from '../support/observe.ts';

const folder = fileURLToPath(new URL('../../models/', import.meta.url));
const models = [...LIBRARY].map(([name, { def }]) => ({ name, def }));

function fromFile(name: string): ModelDef {
  const file = `${folder}${name}.yaml`;
  return parseModel(readFileSync(file, 'utf8'), { file });
}

/** A network in which the model has something to do. */
function using(def: ModelDef): Network {
  const network = new Network({ dt: 0.1, seed: 3 });
  const given = { kind: def.kind, def } as AnyModel<never>;
  const transmitters = { glutamate: destexheTransmitter(), ...(def.transmitter !== undefined && { [def.transmitter]: destexheTransmitter() }) };
  const source = izhikevich({ i_in: 10, transmitters });
  const pre = network.population('pre', def.kind === 'transmitter' ? izhikevich({ i_in: 10, transmitters: { glutamate: given } }) : source, 3);
  const train = network.population('train', def.kind === 'spikeTrain' ? (given as SpikeTrain) : (poissonTrain({ rate: 200 }) as SpikeTrain), 3);
  const post = network.population('post', target(def, given), 3);
  network.connect(pre, post, def.name === 'chemical' ? (given as Synapse) : chemical());
  network.connect(pre, pre, def.name === 'electrical' ? (given as Synapse) : electrical());
  network.connect(train, pre, def.name === 'pulse' ? (given as Synapse) : pulse());
  if (def.kind === 'stimulus') {
    const stimulus = network.stimulate(pre, { ...given, def: { ...def, target: 'i_in' } } as Stimulus);
    if ('values' in def.quantities) stimulus.set({ values: [1, 20, 3] });
  }
  return network.record(pre, 'v').record(post, 'v').recordSpikes(pre).recordSpikes(train);
}

function target(def: ModelDef, given: AnyModel<never>): Neuron {
  if (def.kind === 'neuron') return given as Neuron;
  if (def.kind === 'channel') {
    // What a channel reads of its neuron, only neurons made for it have.
    const host = def.reads ? traubMiles : hodgkinHuxley;
    return host({ channels: { x: given }, receptors: { ampa: ampa() } }) as Neuron;
  }
  if (def.kind !== 'receptor') return hodgkinHuxley({ receptors: { ampa: ampa() } }) as Neuron;
  // What modulates others needs some.
  if (def.modulates) return hodgkinHuxley({ channels: { m: mCurrent() }, receptors: { ampa: ampa(), nmda: nmda(), x: given } }) as Neuron;
  const receptor = def.kinetics ? given : (ampa(given as Receptor) as AnyModel<never>);
  return hodgkinHuxley({ receptors: { glutamate: receptor } }) as Neuron;
}

describe.each(models)('models/$name.yaml', ({ name, def }) => {
  it('is the model of the library', () => {
    expect(fromFile(name)).toEqual(def);
    expect(sameData(fromFile(name), def)).toBe(true);
  });

  it('gives the same bits', async () => {
    for (const backend of ['js', 'wasm'] as const) {
      for (const precision of ['f32', 'f64'] as const) {
        const [a, b] = await Promise.all(
          [def, fromFile(name)].map(async (one) => {
            const simulation = await simulate(using(one), { backend, precision });
            await simulation.run(5);
            const seen = observe(simulation);
            simulation.dispose();
            return seen;
          }),
        );
        expect(difference(a, b), `${backend} ${precision}`).toBeUndefined();
      }
    }
  });

  it('reads back from JSON too', () => {
    expect(sameData(parseModel(printModel(def, { format: 'json' })), def)).toBe(true);
  });
});

describe("izhikevich's types", () => {
  it.each(Object.entries(izhikevichTypes))('%s has a name in texts', (type, values) => {
    const network = parseNetwork(`
      populations:
        plain: { model: izhikevich.${type}, size: 1 }
        driven: { model: { from: izhikevich.${type}, values: { i_in: 10 } }, size: 1 }
    `);
    expect(network.populations.map(({ model }) => model)).toEqual([izhikevich(values).def, izhikevich({ ...values, i_in: 10 }).def]);
    expect(parseModel(printModel(izhikevich({ ...values, i_in: 10 }).def))).toEqual(izhikevich({ ...values, i_in: 10 }).def);
  });
});
