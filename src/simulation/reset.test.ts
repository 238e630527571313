import { describe, expect, it } from 'vitest';
import { difference, observe, state } from '../../test/support/observe.ts';
import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { leakyIntegrateAndFire, presetTrain, stdp } from '../models/index.ts';
import { allToAll } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { type ResetPart, type Simulation, simulate } from './simulation.ts';

const rewarded = defineSynapse({
  name: 'rewarded',
  quantities: { w: quantity(1, 'mV', 'weight'), tau: quantity(50, 'ms', 'decay'), delay: quantity(4, 'ms', 'delay') },
  shared: { d: quantity(0, '1', 'dopamine') },
  equations: 'dd/dt = -d / tau',
  onPre: 'post.v += w',
  onReward: 'd += reward',
});

function network(i_in = 180) {
  const made = new Network({ dt: 0.5, seed: 5 });
  const train = made.population('train', presetTrain({ times: [3, 9, 18, 40] }), 2);
  const cells = made.population('cells', leakyIntegrateAndFire({ i_in, t_ref: 6 }), 4).set({ v: 'uniform(-75, -55)' });
  made.connect(train, cells, stdp({ target: 'v', w: 3, w_max: 8 }), allToAll(), { name: 'plastic' });
  made.connect(train, cells, rewarded(), allToAll(), { name: 'rewarded' });
  return made.record(cells, 'v').recordSpikes(cells).recordSpikeCounts(cells);
}

/** After 20 ms, with a reward in between. */
async function started(options: { readonly i_in?: number; readonly precision?: 'f32' | 'f64' } = {}) {
  const simulation = await simulate(network(options.i_in), { precision: options.precision ?? 'f64', maxRate: 1e6 });
  await simulation.run(15);
  await simulation.reward(1);
  await simulation.run(5);
  return simulation;
}

const weights = (simulation: Simulation) => ['w', 'x_pre', 'x_post'].map((name) => [...simulation.getSynapses('plastic', name as 'w')]);
const recorded = (simulation: Simulation) => simulation.recordings.trace('cells', 'v').times.length;
const counts = (simulation: Simulation) => [...simulation.recordings.spikeCounts('cells')];

describe('reset of one part alone', () => {
  it('recordings: what was recorded is gone, everything else goes on to the bit', async () => {
    const [plain, reset] = [await started(), await started()];
    const before = counts(plain);
    expect(before.some((n) => n > 0)).toBe(true);
    await reset.reset({ only: ['recordings'] });
    expect([recorded(reset), counts(reset), reset.time]).toEqual([0, [0, 0, 0, 0], 20]);
    for (const simulation of [plain, reset]) await simulation.run(30);
    expect(difference(state(plain), state(reset))).toBeUndefined();
    expect(weights(reset)).toEqual(weights(plain));
    expect(reset.recordings.trace('cells', 'v').times[0]).toBe(20.5);
    expect(counts(reset)).toEqual(counts(plain).map((n, i) => n - before[i]));
  });

  it('state: cells and synapses begin anew, the time and what was recorded go on', async () => {
    const fresh = await simulate(network(), { precision: 'f64' });
    const reset = await started();
    const before = counts(reset);
    await reset.reset({ only: ['state'] });
    expect([reset.time, recorded(reset), counts(reset)]).toEqual([20, 40, before]);
    expect([...reset.read({ population: 'cells', cells: { kind: 'all' } }, 'v')]).toEqual([
      ...fresh.read({ population: 'cells', cells: { kind: 'all' } }, 'v'),
    ]);
    expect([weights(reset), reset.getShared('rewarded', 'd')]).toEqual([weights(fresh), 0]);
    // No spike of the trains comes before 40 ms, and none is on its way.
    await reset.run(15);
    expect(weights(reset)[1]).toEqual(new Array(8).fill(0));
    expect(reset.recordings.trace('cells', 'v').times.at(-1)).toBe(35);
    await reset.run(8);
    expect(weights(reset)[1]).not.toEqual(new Array(8).fill(0));
  });

  it('clock: the time begins again, values stay, trains play again', async () => {
    const reset = await started();
    const before = [state(reset), weights(reset), reset.getShared('rewarded', 'd')] as const;
    await reset.reset({ only: ['clock'] });
    expect([reset.time, recorded(reset)]).toEqual([0, 40]);
    const ofCells = (seen: ReturnType<typeof state>) => new Map([...seen].filter(([name]) => name.startsWith('cells.')));
    expect(difference(ofCells(before[0]), ofCells(state(reset)))).toBeUndefined();
    expect([weights(reset), reset.getShared('rewarded', 'd')]).toEqual([before[1], before[2]]);
    const old = reset.recordings.spikes('cells').steps.length;
    await reset.run(20);
    expect(reset.getShared('rewarded', 'd')).toBeCloseTo(Math.exp(-25 / 50), 12);
    const { times } = reset.recordings.trace('cells', 'v');
    expect([times[39], times[40], times.at(-1)]).toEqual([20, 0.5, 20]);
    expect(reset.recordings.spikes('cells').steps.length).toBeGreaterThan(old);
  });

  it('clock: what is left of a refractory period is kept, spikes on their way are not', async () => {
    const make = async () => {
      const made = new Network({ dt: 0.5 });
      const train = made.population('train', presetTrain({ times: [5] }), 1);
      const cells = made.population('cells', leakyIntegrateAndFire({ t_ref: 6 }), 2).set({ v: [-75, 0], i_in: [0, 500] });
      made.connect(train, cells.slice(0, 1), rewarded({ w: 5 }));
      const simulation = await simulate(made, { precision: 'f64' });
      await simulation.run(5.5);
      return { simulation, cells };
    };
    const [{ simulation: plain, cells }, { simulation: reset }] = [await make(), await make()];
    await reset.reset({ only: ['clock'] });
    for (const simulation of [plain, reset]) await simulation.run(2);
    // The second fired in the first step: held for 6 ms after it, here and there.
    const second = (simulation: Simulation) => simulation.get(cells, 'v')[1];
    expect(second(reset)).toBe(second(plain));
    for (const simulation of [plain, reset]) await simulation.run(2);
    expect(second(reset)).toBe(second(plain));
    expect(plain.get(cells, 'v')[0]).toBeGreaterThan(-75);
    expect(reset.get(cells, 'v')[0]).toBe(-75);
  });

  it.each<[readonly ResetPart[]]>([
    [['state', 'clock']],
    [['clock', 'recordings']],
    [['recordings']],
    [['state']],
    [['clock', 'state', 'recordings']],
  ])('%s: a replay gives the same bits, on the other backend too', async (only) => {
    const first = await simulate(network(), { precision: 'f32' });
    const again = await simulate(network(), { precision: 'f32', backend: 'js' });
    await first.run(14);
    await first.reset({ only });
    await first.run(21);
    again.replay(first.journal);
    await again.run(14);
    await again.run(21);
    expect(difference(observe(first), observe(again))).toBeUndefined();
    expect(weights(again)).toEqual(weights(first));
  });

  it('all parts by name are all of it', async () => {
    const [one, two] = [await started(), await started()];
    await one.reset({ keep: ['cells.i_in'] });
    await two.reset({ keep: ['cells.i_in'], only: ['recordings', 'clock', 'state'] });
    for (const simulation of [one, two]) await simulation.run(33);
    expect(difference(observe(one), observe(two))).toBeUndefined();
    const fresh = await simulate(network(), { precision: 'f64' });
    await fresh.run(33);
    expect(difference(observe(one), observe(fresh))).toBeUndefined();
  });

  it('is refused where there is no such part, or nothing to keep', async () => {
    const simulation = await started();
    await expect(simulation.reset({ only: ['weights' as 'state'] })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: only is an array
        Give a list of state, clock, recordings: only: ['state'].]
    `);
    await expect(simulation.reset({ only: [] })).rejects.toThrow('only is an array');
    await expect(simulation.reset({ only: ['clock'], keep: ['cells.v'] })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [usage]: 'cells.v' is to be kept where no state is reset
        Leave keep out, or reset the state too: only: ['state', ...].]
    `);
    expect(simulation.journal.map(({ kind }) => kind)).toEqual(['reward']);
  });
});
