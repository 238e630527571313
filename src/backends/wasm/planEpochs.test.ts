import { expect, it } from 'vitest';
import { compileNetwork } from '../../compile/compile.ts';
import { defineSynapse } from '../../model/define.ts';
import { quantity } from '../../model/quantity.ts';
import { electrical, izhikevich, staticSynapse, stdp } from '../../models/index.ts';
import { fixedInDegree } from '../../network/connect/index.ts';
import { Network } from '../../network/network.ts';
import { planTeam } from './planTeam.ts';

/** Steps of the longest epoch of a network of two populations, on two threads; undefined where threads meet in every step. */
function longest(connect: (network: Network, a: Cells, b: Cells) => void, size = 100): number | undefined {
  const network = new Network({ dt: 0.5, seed: 3 });
  connect(network, network.population('a', izhikevich(), size), network.population('b', izhikevich(), 40));
  return planTeam(compileNetwork(network.def, 'f32', { threads: 2 }).program)?.epochs?.longest;
}

type Cells = ReturnType<typeof cells>;
const cells = (network: Network) => network.population('cells', izhikevich(), 1);

const rule = fixedInDegree(5);

it('an epoch has a step more than the shortest delay', () => {
  const withDelays = (...delays: (number | string)[]) =>
    longest((network, a, b) => {
      for (const delay of delays) network.connect(a, b, staticSynapse({ target: 'v' }), rule).set({ delay });
    });
  expect(withDelays(0)).toBe(1);
  expect(withDelays(3.5)).toBe(8);
  expect(withDelays(3.5, 1)).toBe(3);
  expect(withDelays('uniform(2.3, 20)')).toBe(6);
  expect(withDelays(100)).toBe(64);
  expect(withDelays()).toBe(64);
});

it('plasticity and what is recorded of cells keep epochs', () => {
  expect(
    longest((network, a, b) => {
      network.connect(a, b, stdp({ target: 'v' }), rule).set({ delay: 2 });
      network.record(a, 'v', { every: 3 }).recordSpikes(a).recordSpikeCounts(b);
    }),
  ).toBe(5);
});

it('threads meet in every step where one reads what is of another', () => {
  const reading = defineSynapse({ name: 'reading', quantities: { w: quantity(1), delay: quantity(2) }, onPre: 'post.v += w * pre.v' });
  expect(longest((network, a, b) => network.connect(a, b, reading(), rule))).toBeUndefined();
  expect(longest((network, a, b) => network.connect(a, b, electrical(), rule))).toBeUndefined();
  expect(longest((network, a) => network.record(a, 'v', { mean: true }))).toBeUndefined();
});

it('and tell each other spikes in every step where much would have to be undone', () => {
  const learn = (network: Network, a: Cells): void => {
    network.connect(a, a, stdp({ target: 'v' }), fixedInDegree(100)).set({ delay: 2 });
  };
  expect(longest(learn, 500)).toBe(5);
  expect(longest(learn, 4000)).toBe(1);
});
