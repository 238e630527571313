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

/** Neither end reads what is not its own: threads need nothing of each other but spikes. */
const plastic = defineSynapse({
  name: 'plastic',
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
    w = clamp(w + 0.02 * x, 0, 0.2)
  `,
});

interface Spiking {
  readonly sizes: readonly [number, number, number];
  readonly seed: number;
  readonly shortest: number;
  readonly more: number;
  readonly every: number;
  readonly drive: number;
}

const spiking: fc.Arbitrary<Spiking> = fc.record({
  sizes: fc.tuple(fc.integer({ min: 17, max: 400 }), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 40 })),
  seed: fc.nat(1e6),
  shortest: fc.constantFrom(0, 1, 2, 5, 9),
  more: fc.constantFrom(0, 1, 12),
  every: fc.integer({ min: 1, max: 4 }),
  drive: fc.constantFrom(1, 1.3, 5),
});

function spikingNetwork({ sizes, seed, shortest, more, every, drive }: Spiking): Network {
  const network = new Network({ dt: 0.5, seed });
  const delay = `0.5 * (${shortest} + floor(uniform(0, ${more + 1})))`;
  const [a, b, c] = sizes.map((size, i) => network.population(`p${i}`, noisy({ drive }), size).set({ v: 'uniform(0, 1)' }));
  network.connect(a, a, plastic(), fixedInDegree(8)).set({ delay, w: 'uniform(0, 0.1)' });
  network.connect(a, b, plastic(), probability(0.2)).set({ delay: 0.5 * shortest });
  network.connect(b, a, plastic(), probability(0.1)).set({ delay });
  network.connect(c, b, plastic(), probability(0.5)).set({ delay: 0.5 * (shortest + more) });
  network.record(a, 'v', { every }).record(a.slice(5, 17), 'calcium').record(b, 'v');
  network.recordSpikes(a).recordSpikes(c).recordSpikeCounts(b);
  return network;
}

/** Runs that are compared have these numbers of steps; from a snapshot on, the second one's. */
interface Family<T> {
  readonly name: string;
  readonly made: fc.Arbitrary<T>;
  readonly make: (made: T) => Network;
  readonly steps: number;
  readonly parts: readonly [number, number];
  readonly runs: number;
}

function describeFamily<T>({ name, made: arbitrary, make, steps: count, parts, runs }: Family<T>): void {
  describe(name, () => {
    it('do the same on 1 to 4 threads, in f32 and f64', async () => {
      await fc.assert(
        fc.asyncProperty(
          arbitrary,
          fc.integer({ min: 2, max: 4 }),
          fc.constantFrom('f32' as const, 'f64' as const),
          async (made, threads, precision) => {
            const { def } = make(made);
            const drive: Drive = (simulation) => steps(simulation, count);
            const one = await seen(def, drive, { precision });
            expect(one.size).toBeGreaterThan(0);
            expect(difference(one, await seen(def, drive, { precision, threads }))).toBeUndefined();
          },
        ),
        { numRuns: runs },
      );
    });

    it('go on from a snapshot on any number of threads', async () => {
      await fc.assert(
        fc.asyncProperty(arbitrary, fc.constantFrom([3, 1], [1, 4], [4, 2]), async (made, [before, after]) => {
          const { def } = make(made);
          const [first, second, alone] = [
            await simulate(def, { threads: before }),
            await simulate(def, { threads: after }),
            await simulate(def, { backend: 'js' }),
          ];
          for (const simulation of [first, alone]) await steps(simulation, parts[0]);
          const bytes = first.snapshot({ recordings: true });
          expect(Buffer.from(bytes).equals(alone.snapshot({ recordings: true }))).toBe(true);
          await second.restore(bytes);
          for (const simulation of [second, alone]) await steps(simulation, parts[1]);
          expect(difference(observe(alone), observe(second))).toBeUndefined();
          for (const simulation of [first, second, alone]) simulation.dispose();
        }),
        { numRuns: 4 },
      );
    });
  });
}

describeFamily({ name: 'random networks', made: mixed, make: mixedNetwork, steps: 60, parts: [23, 20], runs: 12 });
describeFamily({ name: 'random networks in epochs', made: spiking, make: spikingNetwork, steps: 150, parts: [53, 40], runs: 16 });

describe('in epochs', () => {
  it('a run in pieces is the run', async () => {
    await fc.assert(
      fc.asyncProperty(spiking, fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 2, maxLength: 6 }), async (made, pieces) => {
        const { def } = spikingNetwork(made);
        const inPieces: Drive = async (simulation) => {
          for (const n of pieces) await steps(simulation, n);
        };
        const all = pieces.reduce((a, b) => a + b);
        const whole = await seen(def, (simulation) => steps(simulation, all), {});
        expect(difference(whole, await seen(def, inPieces, { threads: 3 }))).toBeUndefined();
      }),
      { numRuns: 8 },
    );
  });

  it('a value that is no longer finite ends the run at its step, with all that was recorded', async () => {
    await fc.assert(
      fc.asyncProperty(spiking, fc.integer({ min: 1, max: 100 }), fc.nat(400), fc.integer({ min: 2, max: 4 }), async (made, step, cell, threads) => {
        const network = spikingNetwork({ ...made, shortest: made.shortest + 2 });
        // Its voltage grows by a factor of 10^3 a step: infinite in f32 after some 13 steps from 1 on.
        const bad = network.population('bad', growing(), 401);
        bad.slice(cell, cell + 1).set({ begin: 0.5 * step });
        network.recordSpikes(bad).record(bad.slice(cell, cell + 1), 'x');
        const ends: unknown[] = [];
        const drive: Drive = async (simulation) => {
          await steps(simulation, 250).catch((error: Error) => ends.push(error.message));
          ends.push(simulation.step, simulation.snapshot({ recordings: true }));
        };
        const one = await seen(network, drive, {});
        expect(difference(one, await seen(network, drive, { threads }))).toBeUndefined();
        expect(ends[0]).toContain('no longer finite');
        expect(ends.slice(3)).toEqual(ends.slice(0, 3));
      }),
      { numRuns: 8 },
    );
  });
});

const growing = defineNeuron({
  name: 'growing',
  quantities: { x: quantity(1), begin: quantity(1e9) },
  equations: 'dx/dt = where(t >= begin, 2000 * x, 0)',
  integrator: 'euler',
});

const pulse = defineSynapse({ name: 'pulse', quantities: { w: quantity(0.02), delay: quantity(0) }, onPre: 'post.v += w * (1 + pre.v)' });

it('many more threads than there are cores come to an end, with the bits of one', async () => {
  for (const network of [
    mixedNetwork({ sizes: [300, 40], seed: 7, longest: 3, coupling: 'all', every: 2 }),
    spikingNetwork({ sizes: [300, 40, 20], seed: 7, shortest: 2, more: 1, every: 2, drive: 1.3 }),
  ]) {
    const drive: Drive = (simulation) => steps(simulation, 100);
    const one = await seen(network, drive, {});
    expect(difference(one, await seen(network, drive, { threads: 8 }))).toBeUndefined();
  }
});

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

  it('more spikes come in an epoch than their calendars have room for', async () => {
    const network = new Network({ dt: 0.5, seed: 8 });
    const cells = network.population('cells', noisy({ sigma: 2, drive: 30, t_ref: 0 }), 70);
    network.connect(cells, cells, plastic({ delay: 30 }), fixedInDegree(3));
    network.connect(cells, cells, plastic({ delay: 25 }), fixedInDegree(3));
    network.recordSpikes(cells);
    await both(network, (simulation) => steps(simulation, 400));
  });

  it('synapses with a shorter delay are added, and taken away', async () => {
    const network = spikingNetwork({ sizes: [60, 30, 10], seed: 3, shortest: 6, more: 2, every: 1, drive: 1.3 });
    const { name } = network.def.projections[1];
    await both(network, async (simulation) => {
      await steps(simulation, 60);
      await simulation.addSynapses(name, { sources: [1, 2, 3], targets: [4, 29, 0] }, { delay: 0.5 });
      await steps(simulation, 60);
      await simulation.removeSynapses(name, { sources: [1, 2, 3], targets: [4, 29, 0] });
      await steps(simulation, 60);
    });
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
