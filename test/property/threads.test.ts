import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allToAll,
  defineNeuron,
  defineSynapse,
  fixedInDegree,
  input,
  Network,
  type NetworkDef,
  oneToOne,
  probability,
  quantity,
  type SimulateOptions,
  type Simulation,
  simulate,
} from '../../src/index.ts';
import { NETWORKS } from '../support/networks.ts';
import { difference, observe } from '../support/observe.ts';

type Drive = (simulation: Simulation) => Promise<unknown>;

/** What a network has come to. */
async function seen(network: Network | NetworkDef, drive: Drive, options: SimulateOptions) {
  const simulation = await simulate(network, options);
  try {
    await drive(simulation);
    return observe(simulation);
  } finally {
    simulation.dispose();
  }
}

const steps = (simulation: Simulation, n: number) => simulation.run(n * simulation.network.dt);

describe('on several threads come the bits of one', () => {
  it.each(NETWORKS.map((network, i) => ({ ...network, i })))('$name', async ({ make, i }) => {
    const precision = i % 2 === 0 ? 'f32' : 'f64';
    const threads = 2 + (i % 3);
    const [one, several] = [make(), make()];
    const expected = await seen(one.network, one.drive, { precision });
    expect(difference(expected, await seen(several.network, several.drive, { precision, threads })), `${threads} threads`).toBeUndefined();
  });
});

/** Noise, a threshold that is often crossed, and ports for both kinds of synapses. */
const noisy = defineNeuron({
  name: 'noisy',
  quantities: {
    v: quantity(0),
    tau: quantity(10),
    drive: quantity(1.1),
    sigma: quantity(0.4),
    g_gap: quantity(0.2),
    calcium: quantity(0),
    t_ref: quantity(1),
  },
  inputs: { i_gap: input(), g: input() },
  equations: `
    dv/dt = (drive - v + i_gap + g) / tau + sigma * xi(n)
    dcalcium/dt = -calcium / 20
  `,
  spike: 'v > 1',
  reset: 'v = 0; calcium += 1',
  refractory: 't_ref',
  integrator: 'euler',
});

const learning = defineSynapse({
  name: 'learning',
  quantities: { w: quantity(0.05), delay: quantity(0), x: quantity(0), y: quantity(0), tau: quantity(15) },
  equations: `
    dx/dt = -x / tau
    dy/dt = -y / tau
  `,
  onPre: `
    post.g += w
    post.v += 0.1 * w
    x += 1
    w = clamp(w - 0.01 * y, 0, 0.2)
  `,
  onPost: `
    y += 1
    w = clamp(w + 0.02 * x * (1 + 0.1 * pre.calcium), 0, 0.2)
  `,
});

const gap = defineSynapse({
  name: 'gap',
  quantities: { w: quantity(0.01) },
  continuous: 'post.i_gap += w * post.g_gap * (pre.v - post.v)',
});

interface Mixed {
  readonly sizes: readonly [number, number];
  readonly seed: number;
  readonly longest: number;
  readonly coupling: 'all' | 'matrix' | 'list' | 'none';
  readonly every: number;
}

const mixed: fc.Arbitrary<Mixed> = fc.record({
  sizes: fc.tuple(fc.integer({ min: 17, max: 600 }), fc.integer({ min: 1, max: 90 })),
  seed: fc.nat(1e6),
  longest: fc.constantFrom(0, 3, 20),
  coupling: fc.constantFrom('all', 'matrix', 'list', 'none'),
  every: fc.integer({ min: 1, max: 3 }),
});

function mixedNetwork({ sizes, seed, longest, coupling, every }: Mixed): Network {
  const network = new Network({ dt: 0.5, seed });
  const [a, b] = sizes.map((size, i) => network.population(`p${i}`, noisy(), size).set({ v: 'uniform(0, 1)' }));
  const recurrent = network.connect(a, a, learning(), fixedInDegree(8)).set({ delay: `uniform(0, ${longest})`, w: 'uniform(0, 0.1)' });
  network.connect(a, b, learning(), probability(0.2)).set({ delay: 1 });
  network.connect(b, a, learning(), probability(0.1));
  if (coupling === 'all') network.connect(a, a, gap(), allToAll({ autapses: false }));
  if (coupling === 'matrix') network.connect(b, a, gap(), allToAll()).set({ w: 'uniform(0, 0.02)' });
  if (coupling === 'list') network.connect(a, a, gap(), oneToOne());
  network.record(a, 'v', { every }).record(a.slice(5, 17), 'calcium').record(b, 'v', { mean: true }).record(a, 'v', { mean: true, every });
  network.recordSpikes(a).recordSpikeCounts(b).recordSynapses(recurrent, 'w', { every: 9 });
  return network;
}

describe('random networks', () => {
  it('do the same on 1 to 4 threads, in f32 and f64', async () => {
    await fc.assert(
      fc.asyncProperty(mixed, fc.integer({ min: 2, max: 4 }), fc.constantFrom('f32' as const, 'f64' as const), async (made, threads, precision) => {
        const { def } = mixedNetwork(made);
        const drive: Drive = (simulation) => steps(simulation, 60);
        const one = await seen(def, drive, { precision });
        expect(one.size).toBeGreaterThan(0);
        expect(difference(one, await seen(def, drive, { precision, threads }))).toBeUndefined();
      }),
      { numRuns: 12 },
    );
  });

  it('go on from a snapshot on any number of threads', async () => {
    await fc.assert(
      fc.asyncProperty(mixed, fc.constantFrom([3, 1], [1, 4], [4, 2]), async (made, [before, after]) => {
        const { def } = mixedNetwork(made);
        const [first, second, alone] = [
          await simulate(def, { threads: before }),
          await simulate(def, { threads: after }),
          await simulate(def, { backend: 'js' }),
        ];
        for (const simulation of [first, alone]) await steps(simulation, 23);
        const bytes = first.snapshot({ recordings: true });
        expect(Buffer.from(bytes).equals(alone.snapshot({ recordings: true }))).toBe(true);
        await second.restore(bytes);
        for (const simulation of [second, alone]) await steps(simulation, 20);
        expect(difference(observe(alone), observe(second))).toBeUndefined();
        for (const simulation of [first, second, alone]) simulation.dispose();
      }),
      { numRuns: 4 },
    );
  });
});

const pulse = defineSynapse({ name: 'pulse', quantities: { w: quantity(0.02), delay: quantity(0) }, onPre: 'post.v += w * (1 + pre.v)' });

describe('the same where', () => {
  const both = async (network: Network, drive: Drive): Promise<void> => {
    const one = await seen(network, drive, {});
    for (const threads of [2, 3]) expect(difference(one, await seen(network, drive, { threads }))).toBeUndefined();
  };

  it('events read at their source what events add there', async () => {
    const network = new Network({ dt: 0.5, seed: 8 });
    const cells = network.population('cells', noisy(), 70).set({ v: 'uniform(0, 1)' });
    network.connect(cells, cells, pulse(), fixedInDegree(12)).set({ delay: 'uniform(0, 3)' });
    network.recordSpikes(cells).record(cells, 'v');
    await both(network, (simulation) => steps(simulation, 80));
  });

  it('spikes on their way need more room than there was', async () => {
    const network = new Network({ dt: 0.5, seed: 8 });
    const cells = network.population('cells', noisy({ sigma: 2, drive: 3 }), 70);
    network.connect(cells, cells, learning({ delay: 60 }), fixedInDegree(3));
    network.recordSpikes(cells);
    await both(network, (simulation) => steps(simulation, 300));
  });

  it('all cells spike in every step, and spikes take few steps', async () => {
    const always = defineNeuron({ name: 'always', quantities: { v: quantity(0) }, step: 'v *= 0.5', spike: 'v > -1' });
    const network = new Network({ dt: 0.5, seed: 8 });
    const cells = network.population('cells', always(), 26);
    network.connect(cells, cells, pulse({ delay: 1 }), fixedInDegree(3));
    network.recordSpikes(cells).record(cells, 'v');
    await both(network, (simulation) => steps(simulation, 20));
  });

  it('buffers of spikes are full in between', async () => {
    const network = new Network({ dt: 0.5, seed: 8 });
    const cells = network.population('cells', noisy({ sigma: 3, drive: 9 }), 300);
    network.recordSpikes(cells);
    await both(network, (simulation) => steps(simulation, 700));
  });

  it('values are set, rewards given and the time goes back', async () => {
    await both(mixedNetwork({ sizes: [50, 20], seed: 5, longest: 3, coupling: 'all', every: 1 }), async (simulation) => {
      const { populations } = simulation.network;
      const view = { population: populations[0].name, cells: { kind: 'all' } } as const;
      await steps(simulation, 7);
      await simulation.write(view, { drive: 'uniform(1, 2)' });
      await steps(simulation, 7);
      await simulation.reset();
      await steps(simulation, 31);
    });
  });

  it('a value is no longer finite: at that very step', async () => {
    const network = new Network({ dt: 0.5, seed: 8 });
    const cells = network.population('cells', noisy(), 70);
    cells.slice(3, 4).set({ tau: 0.001, drive: 1e6, v: -1e6 });
    network.connect(cells, cells, gap(), allToAll());
    network.record(cells, 'v');
    const ends: unknown[] = [];
    await both(network, async (simulation) => {
      await steps(simulation, 200).catch((error: Error) => ends.push(error.message));
      ends.push(simulation.step);
    });
    expect(ends[0]).toContain('no longer finite');
    expect(ends.slice(2, 4)).toEqual(ends.slice(0, 2));
    expect(ends.slice(4, 6)).toEqual(ends.slice(0, 2));
  });
});
