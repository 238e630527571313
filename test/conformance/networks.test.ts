import { describe, expect, it } from 'vitest';
import { type BackendName, simulate } from '../../src/index.ts';
import type { Precision } from '../../src/ir/expr.ts';
import { NETWORKS } from '../support/networks.ts';
import { difference, observe, state } from '../support/observe.ts';

/** The definition comes first; every other backend must give its bits. */
const BACKENDS: readonly BackendName[] = ['js', 'wasm'];
const PRECISIONS: readonly Precision[] = ['f32', 'f64'];

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
