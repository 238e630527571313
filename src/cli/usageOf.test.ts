import { expect, it } from 'vitest';
import { Network, probability, simulate } from '../index.ts';
import type { ModelDef } from '../model/definition.ts';
import * as library from '../models/index.ts';
import { TYPES } from '../text/library.ts';
import { usageOf } from './usageOf.ts';

const models = [
  ...Object.entries(library).flatMap(([name, model]) => ('def' in model ? [{ name, def: model.def as ModelDef }] : [])),
  ...[...TYPES].map(([name, { def }]) => ({ name, def })),
];

it.each(models)('what is shown for $name works as it stands', async (model) => {
  const [imports, call] = usageOf(model);
  const names = imports.match(/\{ (.*) \}/)?.[1].split(', ') ?? [];
  expect(names).toContain(model.name.replace(/\..*/, ''));
  const network = new Network();
  const source = network.population('source', library.presetTrain({ transmitters: { glutamate: library.discreteSpikeTransmitter() } }), 10);
  const target = network.population('target', library.iafPscExp(), 10);
  const scope = {
    network,
    source,
    target,
    cells: target,
    probability,
    ...Object.fromEntries(names.map((name) => [name, Reflect.get(library, name)])),
  };
  new Function(...Object.keys(scope), call)(...Object.values(scope));
  expect(network.def.populations.length + network.def.projections.length).toBeGreaterThan(2);
  (await simulate(network, { backend: 'js' })).dispose();
});
