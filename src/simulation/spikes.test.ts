import { describe, expect, it } from 'vitest';
import type { Precision } from '../ir/expr.ts';
import { type AnyModel, defineNeuron, defineSynapse, defineTransmitter } from '../model/define.ts';
import type { Integrator } from '../model/definition.ts';
import { input, peak, quantity } from '../model/quantity.ts';
import { Network } from '../network/network.ts';
import { simulate } from './simulation.ts';

interface Run {
  readonly dt: number;
  readonly steps: number;
  readonly cells?: number;
  readonly values?: Readonly<Record<string, number | string | readonly number[]>>;
  readonly record?: readonly string[];
  readonly precision?: Precision;
}

/** Steps of the spikes of each cell, and the recorded values of the first cell. */
async function run(model: AnyModel<'neuron'>, { dt, steps, cells = 1, values = {}, record = [], precision = 'f64' }: Run) {
  const network = new Network({ dt });
  const population = network.population('cells', model, cells).set(values);
  network.recordSpikes(population);
  for (const name of record) network.record(population, name);
  const simulation = await simulate(network, { precision });
  await simulation.run(steps * dt);
  const spikes = simulation.recordings.spikes(population);
  const spikesOf = (cell: number): number[] => [...spikes.steps].filter((_, i) => spikes.cells[i] === cell);
  const traces = Object.fromEntries(record.map((name) => [name, [...simulation.recordings.trace(population, name).of(0)]]));
  return { spikesOf, traces };
}

/** Spikes whenever it may. */
const saturated = defineNeuron({
  name: 'saturated',
  quantities: { held: quantity(0), free: quantity(0), r: quantity(0) },
  equations: `
    dheld/dt = 1  (unless refractory)
    dfree/dt = 1
  `,
  spike: '0 < 1',
  refractory: 'r',
});

const PERIODS = [
  [10, 0.1, 100],
  [1.5, 0.1, 15],
  [0.3, 0.1, 3],
  [0.7, 0.1, 7],
  [0.25, 0.1, 3],
  [0.35, 0.1, 4],
  [0.24, 0.1, 2],
  [2.1, 0.7, 3],
  [0.05, 0.1, 1],
  [0.04, 0.1, 0],
  [0, 0.1, 0],
  [20, 1, 20],
] as const;

describe.each(['f32', 'f64'] as const)('refractory period, %s', (precision) => {
  it.each(PERIODS)('of %f ms at dt = %f lasts %i steps', async (r, dt, steps) => {
    const { spikesOf } = await run(saturated({ r }), { dt, steps: 3 * steps + 4, precision });
    expect(spikesOf(0)).toEqual([0, steps + 1, 2 * (steps + 1), 3 * (steps + 1)]);
  });

  it('is that of each cell', async () => {
    const values = { r: PERIODS.filter(([, dt]) => dt === 0.1).map(([r]) => r) };
    const { spikesOf } = await run(saturated(), { dt: 0.1, steps: 102, cells: values.r.length, values, precision });
    const expected = PERIODS.filter(([, dt]) => dt === 0.1).map(([, , steps]) => steps);
    expected.forEach((steps, cell) => expect(spikesOf(cell).slice(0, 2)).toEqual([0, steps + 1]));
  });
});

it.each<Integrator>(['euler', 'exponential-euler', 'exact', 'heun', 'rk4'])('%s holds the marked variables and no other', async (integrator) => {
  const { traces, spikesOf } = await run(saturated({ r: 3, integrator }), { dt: 1, steps: 6, record: ['held', 'free'] });
  expect(spikesOf(0)).toEqual([0, 4]);
  expect(traces.held).toEqual([1, 1, 1, 1, 2, 2]);
  expect(traces.free).toEqual([1, 2, 3, 4, 5, 6]);
});

it('reset changes a held variable in the step of the spike, and steps go on', async () => {
  const model = defineNeuron({
    name: 'reset',
    quantities: { v: quantity(0), n: quantity(0) },
    equations: 'dv/dt = 1  (unless refractory)',
    step: 'n += 1',
    spike: 'v >= 2',
    reset: 'v = -1',
    refractory: '2',
  });
  const { traces, spikesOf } = await run(model(), { dt: 1, steps: 8, record: ['v', 'n'] });
  expect(traces.v).toEqual([1, -1, -1, -1, 0, 1, -1, -1]);
  expect(traces.n).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(spikesOf(0)).toEqual([1, 6]);
});

it('a period read from a variable is that of the step of the spike', async () => {
  const model = defineNeuron({
    name: 'growing',
    quantities: { n: quantity(0) },
    equations: 'dn/dt = 0',
    spike: '0 < 1',
    reset: 'n += 1',
    refractory: 'n',
  });
  const { spikesOf } = await run(model(), { dt: 1, steps: 11 });
  expect(spikesOf(0)).toEqual([0, 1, 3, 6, 10]);
});

it('reset carries out its statements in order, with branches and with the values of before', async () => {
  const model = defineNeuron({
    name: 'reset',
    quantities: { v: quantity(0), u: quantity(0), n: quantity(0), old: quantity(0) },
    equations: 'dv/dt = 1',
    spike: 'v >= 2',
    reset: `
      n += 1
      if (n < 2) { v = 0; u = v + n } else { v = v - 1; u -= 2 * v }
      old = previous(v)
    `,
  });
  const { traces } = await run(model(), { dt: 1, steps: 4, record: ['v', 'u', 'n', 'old'] });
  expect(traces).toEqual({ v: [1, 0, 1, 1], u: [0, 1, 1, -1], n: [0, 1, 1, 2], old: [0, 1, 1, 1] });
});

it.each(['spikes', 'spike_count', 'last_spike', 'refractory_end', 'rising', 'row', 'index'])('a quantity may be called %s', async (name) => {
  const model = defineNeuron({
    name: 'named',
    quantities: { v: quantity(0), [name]: quantity(7) },
    equations: 'dv/dt = 1\nage = min(since_spike, 9)',
    spike: 'v >= 2',
    reset: `v = 0; ${name} += 1`,
    refractory: '2',
  });
  const { traces, spikesOf } = await run(model(), { dt: 1, steps: 6, values: { v: 'col' }, record: [name, 'age'] });
  expect(spikesOf(0)).toEqual([1, 4]);
  expect(traces).toEqual({ [name]: [7, 8, 8, 8, 9, 9], age: [9, 0, 1, 2, 0, 1] });
});

it('keeps the time of spikes for a function that is asked for only afterwards', async () => {
  const model = defineNeuron({
    name: 'asked',
    quantities: { v: quantity(0) },
    equations: 'function age(x) = x * since_spike\ntwice = age(2)\ndv/dt = 1',
    spike: 'v == 2',
  });
  const network = new Network({ dt: 1 });
  const cells = network.population('cells', model(), 1);
  const simulation = await simulate(network);
  await simulation.run(5);
  expect([...simulation.get(cells, 'twice')]).toEqual([6]);
});

it('a named expression follows assignments within a block', async () => {
  const model = defineNeuron({
    name: 'block',
    quantities: { v: quantity(2), a: quantity(0), b: quantity(0) },
    equations: 'half = v / 2',
    step: 'a = half; v = 10; b = half',
  });
  const { traces } = await run(model(), { dt: 1, steps: 1, record: ['a', 'b', 'half'] });
  expect(traces).toEqual({ a: [1], b: [5], half: [5] });
});

it('draws of one block do not depend on those of another', async () => {
  const drawing = (step: string) =>
    defineNeuron({ name: 'draws', quantities: { x: quantity(0), y: quantity(0) }, step, spike: 'bernoulli(0.5)', reset: 'y = uniform()' })();
  const one = await run(drawing('x = uniform()'), { dt: 1, steps: 20, record: ['x', 'y'] });
  const two = await run(drawing('x = uniform() + 0 * normal()'), { dt: 1, steps: 20, record: ['x', 'y'] });
  expect(two.traces).toEqual(one.traces);
  expect(two.spikesOf(0)).toEqual(one.spikesOf(0));
  expect(new Set([...one.traces.x, ...one.traces.y]).size).toBeGreaterThan(20);
});

it('finds the peak in the first step in which the variable no longer rises', async () => {
  const model = defineNeuron({
    name: 'wave',
    quantities: { v: quantity(0), x: quantity(0), v_th: quantity(2) },
    equations: 'dx/dt = 1',
    // 1 3 3 1 | 2 2 0 | 5 4: above 2 there are peaks at the second 3 and at the 4.
    step: 'v = where(x == 1, 1, where(x == 2 or x == 3, 3, where(x == 4, 1, where(x == 5 or x == 6, 2, where(x == 8, 5, where(x == 9, 4, 0))))))',
    spike: peak('v', { above: 'v_th' }),
  });
  const { spikesOf } = await run(model(), { dt: 1, steps: 12 });
  expect(spikesOf(0)).toEqual([2, 8]);
  expect((await run(model({ v_th: 1 }), { dt: 1, steps: 12 })).spikesOf(0)).toEqual([2, 5, 8]);
});

it('a peak needs a rise, and none is there in the first step', async () => {
  const falling = defineNeuron({
    name: 'falling',
    quantities: { v: quantity(10) },
    equations: 'dv/dt = -1',
    spike: peak('v', { above: '0' }),
  });
  expect((await run(falling(), { dt: 1, steps: 5 })).spikesOf(0)).toEqual([]);
});

it('a spike is tested on the values of the step and before reset', async () => {
  const model = defineNeuron({
    name: 'cell',
    quantities: { v: quantity(0) },
    equations: 'dv/dt = 1',
    spike: 'v >= 3',
    reset: 'v = 0',
    transmitters: {
      glu: defineTransmitter({
        name: 'sees v',
        quantities: {
          conc: quantity(0, 'mM', 'concentration'),
          now: quantity(0, '1', 'spikes'),
          last: quantity(0, '1', 'spikes of the step before'),
        },
        step: 'conc = v * 1[mM/mV]; if (spike) { now += 1 }; if (spiked) { last += 1 }',
      })(),
    },
  });
  const { traces } = await run(model(), { dt: 1, steps: 5, record: ['v', 'glu.conc', 'glu.now', 'glu.last'] });
  expect(traces.v).toEqual([1, 2, 0, 1, 2]);
  expect(traces['glu.conc']).toEqual([1, 2, 3, 1, 2]);
  expect(traces['glu.now']).toEqual([0, 0, 1, 1, 1]);
  expect(traces['glu.last']).toEqual([0, 0, 0, 1, 1]);
});

it('counts the time since a spike from the end of its step, without end before the first', async () => {
  const model = defineNeuron({
    name: 'cell',
    quantities: { v: quantity(0), never: quantity(0), seen: quantity(-1) },
    equations: `
      dv/dt = 1
      age = min(since_spike, 1000)
    `,
    step: 'seen = age; if (since_spike > 1e30) { never += 1 }',
    spike: 'v >= 3',
    reset: 'v = 0',
  });
  const { traces } = await run(model(), { dt: 0.5, steps: 9, record: ['seen', 'never', 'age'] });
  // The spike of step 5 happens at 3 ms, where step 6 begins.
  expect(traces.seen).toEqual([1000, 1000, 1000, 1000, 1000, 1000, 0, 0.5, 1]);
  expect(traces.never.at(-1)).toBe(6);
  expect(traces.age).toEqual([1000, 1000, 1000, 1000, 1000, 0, 0.5, 1, 1.5]);
});

it('lets synapses see the spikes of the step before', async () => {
  const source = defineNeuron({ name: 'source', quantities: { v: quantity(0) }, equations: 'dv/dt = 1', spike: 'v >= 2', reset: 'v = 0' });
  const target = defineNeuron({ name: 'target', quantities: { n: quantity(0) }, inputs: { i: input() }, step: 'n += i' });
  const pulse = defineSynapse({ name: 'pulse', quantities: { w: quantity(1) }, continuous: 'post.i += where(pre.spiked, w, 0)' });
  const network = new Network({ dt: 1 });
  const from = network.population('from', source(), 2);
  const to = network.population('to', target(), 3);
  network.connect(from, to, pulse());
  network.record(to, 'n');
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(6);
  expect([...simulation.recordings.trace(to, 'n').of(2)]).toEqual([0, 0, 2, 2, 4, 4]);
});
