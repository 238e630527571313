import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predicatesAsEdges } from '../../src/compile/edges.ts';
import { defineNeuron, Network, quantity } from '../../src/index.ts';
import { parseModel, parseNetwork, printModel, printNetwork } from '../../src/text/index.ts';
import { LIBRARY } from '../../src/text/library.ts';
import { sameData } from '../../src/text/sameData.ts';
import { NETWORKS } from '../support/networks.ts';
import { randomModel, randomNetwork } from '../support/randomNetwork.ts';

/** To the last bit: the order of names, the kinds of arrays, the sign of zero. */
function expectSame(read: unknown, def: unknown): void {
  if (sameData(read, def)) return;
  expect(read).toStrictEqual(def);
  throw new Error('the two differ in the order of their keys, or in the sign of a zero');
}

describe.each(['yaml', 'json'] as const)('printing as %s and reading it back is the identity', (format) => {
  it('of random models', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(randomModel, (def) => expectSame(parseModel(printModel(def, { format })), def)),
      { seed: 1, numRuns: 300 },
    );
  });

  it('of random networks', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(randomNetwork, (def) => expectSame(parseNetwork(printNetwork(def, { format })), def)),
      { seed: 2, numRuns: 200 },
    );
  });

  it.each([...LIBRARY])('of the model %s', (_, { def }) => {
    expectSame(parseModel(printModel(def, { format })), def);
  });

  it.each(NETWORKS)('of the network: $name', ({ make }) => {
    const def = predicatesAsEdges(make().network.def);
    expectSame(parseNetwork(printNetwork(def, { format })), def);
  });
});

it('printing what was read changes nothing', () => {
  fc.assert(
    fc.property(randomNetwork, (def) => {
      const text = printNetwork(def);
      expect(printNetwork(parseNetwork(text))).toBe(text);
    }),
    { seed: 3, numRuns: 50 },
  );
});

it.each(['<<', '__proto__', 'constructor', 'y', 'null', '1', '-0', '', ' ', '\n', '- a', '# a', '"', "'", '*a', 'izhikevich'])(
  'a model may be called %j',
  (name) => {
    const network = new Network();
    const model = defineNeuron({ name, quantities: { v: quantity(1) }, equations: 'dv/dt = -v' });
    network.population('a', model(), 1);
    network.population('b', model({ v: 2 }), 1);
    for (const format of ['yaml', 'json'] as const) expectSame(parseNetwork(printNetwork(network.def, { format })), network.def);
  },
);
