import { describe, expect, it } from 'vitest';
import { izhikevich, staticSynapse } from '../models/index.ts';
import { fixedTotal, oneToOne, probability } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { type SimulateOptions, simulate } from './simulation.ts';

/** So many synapses between 1000 cells, with weights and delays of their own. */
function network(synapses: number): Network {
  const made = new Network({ dt: 0.1 });
  const cells = made.population('E', izhikevich(), 1000);
  made.connect(cells, cells, staticSynapse({ target: 'v' }), oneToOne(), { name: 'few' });
  made
    .connect(cells, cells, staticSynapse({ target: 'v' }), fixedTotal(synapses, { multapses: true }))
    .set({ w: 'uniform(0, 1)', delay: 'truncated(normal(1.5, 0.75), 0.1, 10)' });
  return made;
}

async function refusal(of: Network, options: SimulateOptions): Promise<string> {
  try {
    (await simulate(of, options)).dispose();
  } catch (error) {
    return String(error);
  }
  return 'it is not refused';
}

describe('refuses at once what is too large', () => {
  it('for WebAssembly', async () => {
    expect(await refusal(network(2e9), { threads: 1 })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the network needs about 12.1 GB of memory; the backend 'wasm' has at most 4.29 GB
        in network
        Projection 'E->E' takes 12.1 GB of it: 2000000000 synapses of 6.0 bytes each. Use fewer cells, synapses or recorders, or one value for all synapses of a projection."
    `);
    expect(await refusal(network(5e8), { threads: 1, precision: 'f64' })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the network needs about 5.02 GB of memory; the backend 'wasm' has at most 4.29 GB
        in network
        Projection 'E->E' takes 5.02 GB of it: 500000000 synapses of 10.0 bytes each. Use fewer cells, synapses or recorders, or one value for all synapses of a projection, or take precision f32."
    `);
  });

  it('for maxMemory', async () => {
    expect(await refusal(network(2e9), { backend: 'js', maxMemory: 2e9 })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the network needs about 12.1 GB of memory; maxMemory allows 2.00 GB
        in network
        Projection 'E->E' takes 12.1 GB of it: 2000000000 synapses of 6.0 bytes each. Use fewer cells, synapses or recorders, or one value for all synapses of a projection, or raise maxMemory."
    `);
  });

  it('by what its rule leads to expect', async () => {
    const made = new Network({ dt: 0.1 });
    const cells = made.population('E', izhikevich(), 300_000);
    made.connect(cells, cells, staticSynapse({ target: 'v' }), probability(0.1));
    expect(await refusal(made, { threads: 1 })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the network needs about 18.1 GB of memory; the backend 'wasm' has at most 4.29 GB
        in network
        Projection 'E->E' takes 18.1 GB of it: about 9000000000 synapses of 2.0 bytes each. Use fewer cells, synapses or recorders, or one value for all synapses of a projection."
    `);
  });
});

it('allows what fits, and refuses what does not by what it is', async () => {
  const bytes = (await simulate(network(20_000), { backend: 'js' })).synapseBytes + 1e6;
  expect(await refusal(network(20_000), { backend: 'js', maxMemory: bytes })).toBe('it is not refused');
  expect(await refusal(network(20_000), { backend: 'js', maxMemory: bytes - 1e6 })).toMatch(
    /^SpikeloomError \[unsupported\]: the network needs (?:about )?[\d.]+ MB of memory; maxMemory allows [\d.]+ MB\n {2}in network\n {2}Projection 'E->E' takes/,
  );
});
