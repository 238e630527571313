import { describe, expect, it } from 'vitest';
import { type BackendName, simulate } from '../../src/index.ts';
import type { Precision } from '../../src/ir/expr.ts';
import type { ModelDef } from '../../src/model/definition.ts';
import * as library from '../../src/models/index.ts';
import { NETWORKS } from '../support/networks.ts';
import { difference, observe, state } from '../support/observe.ts';

/** The definition comes first; every other backend must give its bits. */
const BACKENDS: readonly BackendName[] = ['js', 'wasm'];
const PRECISIONS: readonly Precision[] = ['f32', 'f64'];

const withParts = (def: ModelDef): ModelDef[] => {
  const parts = [def.kinetics, ...[def.channels, def.receptors, def.transmitters].flatMap((all) => Object.values(all ?? {}))];
  return [def, ...parts.flatMap((part) => (part ? withParts(part) : []))];
};

it('every model of the library takes part, stimuli in a network of their own', () => {
  const defs = NETWORKS.flatMap(({ make }) => {
    const { populations, projections } = make().network.def;
    return [...populations.map(({ model }) => model), ...projections.map(({ synapse }) => synapse)];
  });
  const used = new Set(defs.flatMap(withParts).map(({ name }) => name));
  const known = Object.values(library).flatMap((model) => ('def' in model ? [model.def as ModelDef] : []));
  expect(known.filter(({ kind, name }) => kind !== 'stimulus' && !used.has(name)).map(({ name }) => name)).toEqual([]);
});

describe.each(PRECISIONS)('networks in %s', (precision) => {
  it.each(NETWORKS)('$name', async ({ make }) => {
    const seen = [];
    for (const backend of BACKENDS) {
      const { network, drive } = make();
      const simulation = await simulate(network, { backend, precision });
      const start = state(simulation);
      await drive(simulation);
      expect(difference(start, state(simulation)), `${backend}: something happens`).toBeDefined();
      seen.push(observe(simulation));
      simulation.dispose();
    }
    const [definition, ...others] = seen;
    others.forEach((other, i) => expect(difference(definition, other), BACKENDS[i + 1]).toBeUndefined());
  });
});
