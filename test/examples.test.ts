import { describe, expect, it } from 'vitest';
import { coupledIzhikevich } from '../examples/coupledIzhikevich.ts';
import { customNeuron } from '../examples/customNeuron.ts';
import { customReceptor } from '../examples/customReceptor.ts';
import { customTransmitter } from '../examples/customTransmitter.ts';
import { hodgkinHuxleyNeurotransmission } from '../examples/hodgkinHuxleyNeurotransmission.ts';
import { interactingLattices } from '../examples/interactingLattices.ts';
import { latticeWaves } from '../examples/latticeWaves.ts';
import { morrisLecarStaticInput } from '../examples/morrisLecarStaticInput.ts';
import { stdpCoupling } from '../examples/stdpCoupling.ts';
import { type Network, type Recordings, simulate } from '../src/index.ts';

async function run(network: Network): Promise<Recordings> {
  const simulation = await simulate(network);
  await simulation.run();
  return simulation.recordings;
}

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => Math.max(a, b));

describe('examples', () => {
  it('interacting lattices burst together, then fall silent', async () => {
    const recordings = await run(interactingLattices());
    for (const lattice of ['inhibitory', 'excitatory']) {
      const { times } = recordings.spikes(lattice);
      expect(times.length).toBeGreaterThan(50);
      expect(recordings.mean(lattice, 'v').values).toHaveLength(1000);
      expect(largest(recordings.mean(lattice, 'v').values)).toBeLessThan(30);
    }
    const other = await run(interactingLattices({ seed: 7 }));
    expect(other.mean('excitatory', 'v').values).not.toEqual(recordings.mean('excitatory', 'v').values);
  });

  it('a gap junction makes the second Izhikevich neuron fire, and none without it', async () => {
    const coupled = await run(coupledIzhikevich());
    expect(coupled.spikes('driven').times.length).toBeGreaterThan(10);
    expect(coupled.spikes('coupled').times.length).toBeGreaterThan(5);
    expect((await run(coupledIzhikevich({ conductance: 0 }))).spikes('coupled').times).toHaveLength(0);
  });

  it.each([
    { electrical: true, chemical: false },
    { electrical: true, chemical: true },
    { electrical: false, chemical: true },
  ])('trains learn from the timing of spikes: $electrical, $chemical', async (coupling) => {
    const recordings = await run(stdpCoupling({ ...coupling, parameters: { a_plus: 0.05 }, weights: [2, 1] }));
    const { sources, values, times } = recordings.synapses('trains->neuron', 'w');
    expect([...sources]).toEqual([0, 1]);
    expect(times).toHaveLength(2000);
    expect([...values.slice(0, 2)]).toEqual([2, 1]);
    const hasFired = recordings.spikes('neuron').times.length > 0;
    expect(hasFired).toBe(true);
    expect([...values.slice(-2)]).not.toEqual([2, 1]);
    for (const w of values) expect(w >= 0 && w <= 3).toBe(true);
  });

  it('trains that reach nothing leave the neuron as it is, and no weight grows beyond its bound', async () => {
    const silent = await run(stdpCoupling({ firingTimes: [[], []] }));
    expect(new Set(silent.synapses('trains->neuron', 'w').values)).toEqual(new Set([1.5]));
    const before = await run(stdpCoupling({ parameters: { a_minus: 0, a_plus: 0.5, tau_plus: 1000 } }));
    expect(largest(before.synapses('trains->neuron', 'w').values)).toBe(3);
  });

  it('a Morris-Lecar neuron fires periodically above its threshold current, and not below', async () => {
    const { times } = (await run(morrisLecarStaticInput())).spikes('cell');
    const intervals = Array.from(times.slice(2), (t, i) => t - times[i + 1]);
    expect(intervals.length).toBeGreaterThan(5);
    expect(Math.max(...intervals) - Math.min(...intervals)).toBeLessThan(0.1);
    expect((await run(morrisLecarStaticInput({ current: 20 }))).spikes('cell').times).toHaveLength(0);
  });

  it('glutamate makes the second Hodgkin-Huxley neuron follow the first', async () => {
    const recordings = await run(hodgkinHuxleyNeurotransmission());
    const [first, second] = ['presynaptic', 'postsynaptic'].map((name) => recordings.spikes(name).times);
    expect(first.length).toBeGreaterThan(4);
    expect(second.length).toBe(first.length);
    second.forEach((t, i) => expect(t - first[i]).toBeGreaterThan(0));
    expect(largest(recordings.trace('postsynaptic', 'ampa.r').values)).toBeGreaterThan(0.3);
    expect((await run(hodgkinHuxleyNeurotransmission({ conductance: 0 }))).spikes('postsynaptic').times).toHaveLength(0);
  });

  it('a wave with a free end curls into a spiral that comes by again and again, and dies out where cells are not coupled', async () => {
    const recordings = await run(latticeWaves());
    const { times, cells } = recordings.spikes('sheet');
    const passes = (row: number, column: number) => times.filter((_, i) => cells[i] === row * 50 + column);
    // It starts in the upper half and goes to the right; only around its end does it get to the corners below and behind.
    const [near, right, ...corners] = [passes(10, 25), passes(10, 45), passes(45, 45), passes(45, 5), passes(10, 5)];
    expect(near[0]).toBeLessThan(10);
    expect(right[0]).toBeGreaterThan(50);
    for (const corner of corners) expect(corner[0]).toBeGreaterThan(right[0] + 20);
    const periods = [near, right, ...corners].flatMap((p) => Array.from(p.subarray(2), (t, i) => t - p[i + 1]));
    expect(periods.length).toBeGreaterThan(8);
    for (const period of periods) expect(period).toBeCloseTo(56, -1);
    const alone = await run(latticeWaves({ conductance: 0, size: 20 }));
    expect(largest(alone.spikes('sheet').times)).toBeLessThan(10);
  });

  it('channels of one’s own make the Morris-Lecar neuron of the library', async () => {
    const own = await run(customNeuron());
    const library = await run(morrisLecarStaticInput());
    expect(own.spikes('cell').times.length).toBe(library.spikes('cell').times.length);
  });

  it('a transmitter of one’s own decays with its time constant', async () => {
    const recordings = await run(customTransmitter());
    const concentration = recordings.trace('presynaptic', 'glutamate.conc').values;
    const peak = concentration.findIndex((c, i) => c === 1 && concentration[i + 1] < 1);
    expect(concentration[peak + 100] / concentration[peak]).toBeCloseTo(Math.exp(-1), 5);
    expect(recordings.spikes('postsynaptic').times.length).toBeGreaterThan(3);
  });

  it('receptors of one’s own saturate at their limit', async () => {
    const recordings = await run(customReceptor());
    const open = recordings.trace('postsynaptic', 'ampa.r').values;
    expect(largest(open)).toBeGreaterThan(0.4);
    expect(largest(open)).toBeLessThanOrEqual(Math.fround(0.8));
    expect(recordings.spikes('postsynaptic').times.length).toBeGreaterThan(3);
  });
});
