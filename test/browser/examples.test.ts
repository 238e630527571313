import { simulate } from 'spikeloom';
import { describe, expect, it } from 'vitest';
import { coupledIzhikevich } from '../../examples/coupledIzhikevich.ts';
import { customNeuron } from '../../examples/customNeuron.ts';
import { customReceptor } from '../../examples/customReceptor.ts';
import { customTransmitter } from '../../examples/customTransmitter.ts';
import { headDirection } from '../../examples/headDirection.ts';
import { hodgkinHuxleyNeurotransmission } from '../../examples/hodgkinHuxleyNeurotransmission.ts';
import { interactingLattices } from '../../examples/interactingLattices.ts';
import { latticeWaves } from '../../examples/latticeWaves.ts';
import { morrisLecarStaticInput } from '../../examples/morrisLecarStaticInput.ts';
import { ringAttractor } from '../../examples/ringAttractor.ts';
import { stdpCoupling } from '../../examples/stdpCoupling.ts';

const EXAMPLES = {
  coupledIzhikevich,
  customNeuron,
  customReceptor,
  customTransmitter,
  headDirection,
  hodgkinHuxleyNeurotransmission,
  interactingLattices,
  latticeWaves: () => latticeWaves({ size: 20 }),
  morrisLecarStaticInput,
  ringAttractor,
  stdpCoupling,
};

describe('examples in a browser, from built files', () => {
  it.each(Object.entries(EXAMPLES))('%s runs, and js gives the bits of wasm', async (_, example) => {
    const network = example();
    const spikes: unknown[] = [];
    for (const backend of ['wasm', 'js'] as const) {
      const simulation = await simulate(network, { backend });
      await simulation.run(50);
      const { populations, recorders } = network.def;
      const times = recorders.flatMap((r) => (r.kind === 'spikes' ? [...simulation.recordings.spikes(r.view.population).times] : []));
      spikes.push({ times, v: populations.map((p) => [...simulation.read({ population: p.name, cells: { kind: 'all' } }, 'v')]) });
    }
    expect(spikes[1]).toEqual(spikes[0]);
  });
});
