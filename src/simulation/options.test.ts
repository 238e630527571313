import { describe, expect, it } from 'vitest';
import { izhikevich } from '../models/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

function network(): Network {
  const network = new Network({ dt: 1, duration: 5 });
  network.population('cells', izhikevich(), 1);
  return network;
}

describe('threads', () => {
  it.each([1, 'auto'] as const)('may be %s', async (threads) => {
    const simulation = await simulate(network(), { threads });
    await simulation.run();
    expect(simulation.step).toBe(5);
  });

  it.each([0, 65, 1.5, '2' as 'auto'])('may not be %s', async (threads) => {
    await expect(simulate(network(), { threads })).rejects.toThrowErrorMatchingSnapshot();
  });

  it('are one on the backend js', async () => {
    await expect(simulate(network(), { threads: 2, backend: 'js' })).rejects.toThrowErrorMatchingSnapshot();
  });
});

it('steps run are counted over all runs, wherever the time goes', async () => {
  const simulation = await simulate(network());
  await simulation.run(3);
  const state = simulation.snapshot();
  await simulation.reset();
  await simulation.run(2);
  await simulation.restore(state);
  await simulation.run(4);
  expect([simulation.step, simulation.stepsRun]).toEqual([7, 9]);
  expect(simulation.bytes).toBeGreaterThan(64);
});
