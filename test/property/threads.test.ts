import { describe, expect, it } from 'vitest';
import { type SimulateOptions, simulate } from '../../src/index.ts';
import { NETWORKS } from '../support/networks.ts';
import { difference, observe } from '../support/observe.ts';

/** What a network has come to. */
async function seen({ make }: (typeof NETWORKS)[number], options: SimulateOptions) {
  const { network, drive } = make();
  const simulation = await simulate(network, options);
  try {
    await drive(simulation);
    return observe(simulation);
  } finally {
    simulation.dispose();
  }
}

describe('on several threads come the bits of one', () => {
  it.each(NETWORKS.map((network, i) => ({ ...network, i })))('$name', async (network) => {
    const precision = network.i % 2 === 0 ? 'f32' : 'f64';
    const threads = 2 + (network.i % 3);
    const [one, several] = [await seen(network, { precision }), await seen(network, { precision, threads })];
    expect(difference(one, several), `${threads} threads`).toBeUndefined();
  });
});
