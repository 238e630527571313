import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../src/compile/compile.ts';
import {
  defineNeuron,
  defineSynapse,
  fixedTotal,
  input,
  Network,
  type NetworkDef,
  probability,
  quantity,
  type SimulateOptions,
  type Simulation,
  simulate,
} from '../../src/index.ts';
import { difference, observe } from '../support/observe.ts';

/*
 * Projections that share a fan-out do what each would do with one of its own: those of a network whose synapses have names of their own
 * never share one. Weights are sums of few powers of two, so that no order of additions shows.
 */

const cell = (name: string, tau: number) =>
  defineNeuron({
    name,
    quantities: { v: quantity(0), n: quantity(0), drive: quantity(1.2), t_ref: quantity(1.5) },
    inputs: { g: input() },
    equations: `dv/dt = (drive + g - v) / ${tau}`,
    spike: 'v > 1',
    reset: 'v = 0; n = 0',
    refractory: 't_ref',
    integrator: 'euler',
  })();

const synapse = (name: string) =>
  defineSynapse({ name, quantities: { w: quantity(0), u: quantity(0), delay: quantity(0.5) }, onPre: 'post.g += w; post.n += u; u += 0.5' })();

interface Made {
  readonly sizes: readonly number[];
  readonly seed: number;
  readonly longest: number;
  readonly rule: 'probability' | 'total';
  /** The last projection is left out. */
  readonly without?: boolean;
}

function network({ sizes, seed, longest, rule, without = false }: Made, names: 'the same' | 'of their own'): NetworkDef {
  const made = new Network({ dt: 0.5, seed });
  const cells = sizes.map((size, i) => made.population(`p${i}`, cell(`cell ${i}`, 8 + i), size).set({ v: 'uniform(0, 1)' }));
  const pairs = cells.flatMap((from, s) => cells.map((to, t) => ({ from, to, s, t })));
  for (const { from, to, s, t } of without ? pairs.slice(0, -1) : pairs) {
    const name = `${s} to ${t}`;
    const wiring = rule === 'total' ? fixedTotal(40, { multapses: true }) : probability(0.3);
    const projection = made.connect(from, to, synapse(names === 'the same' ? 'one' : name), wiring, { name });
    projection.set({ w: 'floor(uniform(0, 9)) / 16 - 0.25' });
    // Those onto one of the populations have one delay.
    if (t !== 1) projection.set({ delay: `uniform(0, ${longest})` });
  }
  for (const population of cells) made.recordSpikes(population).record(population, 'v', { every: 3 });
  made.recordSynapses('0 to 2', 'u', { every: 7 }).recordSynapses('1 to 0', 'w', { every: 20 });
  return made.def;
}

const networks: fc.Arbitrary<Made> = fc.record({
  sizes: fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 20 })),
  seed: fc.nat(1e6),
  longest: fc.constantFrom(0, 4, 30),
  rule: fc.constantFrom('probability' as const, 'total' as const),
});

const settings: fc.Arbitrary<SimulateOptions> = fc.record({
  backend: fc.constant('wasm' as const),
  precision: fc.constantFrom('f32' as const, 'f64' as const),
  threads: fc.integer({ min: 1, max: 3 }),
});

const steps = (simulation: Simulation, n: number) => simulation.run(n * simulation.network.dt);

/** All that is seen of a simulation, and of its synapses. */
function seen(simulation: Simulation) {
  const values = simulation.network.projections.flatMap(({ name }) =>
    ['w', 'u', 'delay'].map((of) => [`${name} ${of}`, simulation.getSynapses(name, of)] as const),
  );
  return new Map([...observe(simulation), ...values]);
}

/** Does the same with a network whose projections share fan-outs, and with one where each has its own. */
async function compare(
  made: Made,
  options: SimulateOptions,
  drive: (simulation: Simulation, names: 'the same' | 'of their own') => Promise<unknown>,
) {
  const [merged, apart] = [
    await simulate(network(made, 'the same'), options),
    await simulate(network(made, 'of their own'), { ...options, threads: 1 }),
  ];
  try {
    await drive(merged, 'the same');
    await drive(apart, 'of their own');
    return difference(seen(apart), seen(merged));
  } finally {
    merged.dispose();
    apart.dispose();
  }
}

const one: Made = { sizes: [40, 20, 9], seed: 3, longest: 4, rule: 'probability' };

describe('projections that share a fan-out', () => {
  it('are those of one source', () => {
    const together = (names: 'the same' | 'of their own') =>
      [...compileNetwork(network(one, names), 'f32').projections.values()].map((plan) => plan.together);
    expect(together('the same')).toEqual([0, 1, 2].flatMap((s) => Array.from({ length: 3 }, () => [0, 1, 2].map((t) => `${s} to ${t}`))));
    expect(together('of their own').map((list) => list?.length)).toEqual(Array(9).fill(1));
  });

  it('are not those whose synapses have a value in common, or do more than act on spikes that arrive', () => {
    const { projections, ...rest } = network(one, 'the same');
    const [first, second, ...others] = projections;
    const plastic = { ...second.synapse, onPost: 'u += 1' };
    const def = { ...rest, projections: [{ ...first, values: { ...first.values, w: 0.5 } }, { ...second, synapse: plastic }, ...others] };
    const { projections: plans } = compileNetwork(def, 'f32');
    expect(['0 to 0', '0 to 1', '0 to 2', '1 to 0'].map((name) => plans.get(name)?.together)).toEqual([
      ['0 to 0'],
      ['0 to 1'],
      ['0 to 2'],
      ['1 to 0', '1 to 1', '1 to 2'],
    ]);
  });

  it('do what they do apart, on any number of threads', async () => {
    await fc.assert(
      fc.asyncProperty(networks, settings, async (made, options) => {
        expect(await compare(made, options, (simulation) => steps(simulation, 90))).toBeUndefined();
      }),
      { numRuns: 8 },
    );
  });

  it('have the same bits on js and wasm', async () => {
    await fc.assert(
      fc.asyncProperty(networks, settings, async (made, options) => {
        const def = network(made, 'the same');
        const [js, wasm] = [await simulate(def, { ...options, threads: 1, backend: 'js' }), await simulate(def, options)];
        for (const simulation of [js, wasm]) await steps(simulation, 60);
        expect(difference(seen(js), seen(wasm))).toBeUndefined();
        for (const simulation of [js, wasm]) simulation.dispose();
      }),
      { numRuns: 5 },
    );
  });

  it('do so where values are set and synapses added and removed while spikes are on their way', async () => {
    for (const threads of [1, 2]) {
      const different = await compare({ ...one, longest: 30 }, { threads }, async (simulation) => {
        await steps(simulation, 40);
        await simulation.setSynapses('0 to 1', { w: 0.25 });
        await simulation.setSynapses('0 to 2', { w: 'pre.index / 64' });
        await steps(simulation, 11);
        await simulation.addSynapses('0 to 0', [[3, 5], [3, 6], [17, 2]], { w: [1, 2, 3], delay: 12 }); // biome-ignore format: pairs
        await simulation.addSynapses('1 to 0', [[17, 2]], { w: 1, delay: 3 });
        await steps(simulation, 11);
        await simulation.removeSynapses('1 to 0', [[17, 2]]);
        await steps(simulation, 40);
      });
      expect(different).toBeUndefined();
    }
  });

  it('do so where one is new in a network that replaces another: spikes that came before lead to none of its synapses', async () => {
    const made = { ...one, longest: 30 };
    const different = await compare({ ...made, without: true }, {}, async (simulation, names) => {
      await steps(simulation, 50);
      await simulation.replace(network(made, names));
      await steps(simulation, 50);
    });
    expect(different).toBeUndefined();
  });

  it('go on from snapshots of each other', async () => {
    const made = { ...one, longest: 30 };
    const run = async (before: 'the same' | 'of their own', after: 'the same' | 'of their own') => {
      const [first, second] = [await simulate(network(made, before)), await simulate(network(made, after), { threads: 2 })];
      await steps(first, 41);
      await second.restore(first.snapshot({ recordings: true }));
      await steps(second, 41);
      return seen(second);
    };
    const whole = await simulate(network(made, 'of their own'));
    await steps(whole, 82);
    for (const [before, after] of [['the same', 'of their own'], ['of their own', 'the same'], ['the same', 'the same']] as const) // biome-ignore format: pairs
      expect(difference(seen(whole), await run(before, after)), `from ${before} to ${after}`).toBeUndefined();
  });
});
