import { simulate } from 'spikeloom';
import { parseNetwork, printNetwork } from 'spikeloom/text';
import { describe, expect, it } from 'vitest';

const TEXT = `
seed: 3
models:
  cell: { from: izhikevich, values: { i_in: 10 }, transmitters: { glutamate: destexheTransmitter } }
populations:
  source: { model: cell, size: 3, set: { v: 'uniform(v_init, v_th)' } }
  target: { model: { from: izhikevich, receptors: { ampa } }, size: 2 }
projections:
  - { source: source, target: target, synapse: chemical }
recorders:
  - { kind: spikes, view: source }
`;

describe('text in a browser, from built files', () => {
  it('makes a network that runs, and prints it again', async () => {
    const def = parseNetwork(TEXT.replace('{ ampa }', '{ ampa: ampa }'));
    expect(parseNetwork(printNetwork(def))).toEqual(def);
    const simulation = await simulate(def);
    await simulation.run(100);
    expect(simulation.recordings.spikes('source').times.length).toBeGreaterThan(3);
  });

  it('shows a mistake at its place', () => {
    expect(() => parseNetwork(TEXT, { file: 'net.yaml' })).toThrow(/at net\.yaml:7:57/);
  });
});
