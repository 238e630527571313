import { describe, expect, it } from 'vitest';
import { lattice } from '../bench/networks/lattice.ts';
import { uncoupled } from '../bench/networks/uncoupled.ts';
import { coupledIzhikevich } from '../examples/coupledIzhikevich.ts';
import { customNeuron } from '../examples/customNeuron.ts';
import { customReceptor } from '../examples/customReceptor.ts';
import { customTransmitter } from '../examples/customTransmitter.ts';
import { hodgkinHuxleyNeurotransmission } from '../examples/hodgkinHuxleyNeurotransmission.ts';
import { interactingLattices } from '../examples/interactingLattices.ts';
import { morrisLecarStaticInput } from '../examples/morrisLecarStaticInput.ts';
import { allToAll, defineNeuron, edgeList, matrix, Network, oneToOne, quantity, type Simulation, simulate } from '../src/index.ts';
import {
  ampa,
  chemical,
  electrical,
  exponentialDecayTransmitter,
  hodgkinHuxley,
  izhikevich,
  leakyIntegrateAndFire,
  morrisLecar,
  poissonTrain,
  presetTrain,
  rateTrain,
} from '../src/models/index.ts';

const textOf = ({ warnings }: Simulation): string => warnings.map(String).join('\n\n');

async function warn(dt: number, build: (network: Network) => unknown): Promise<string> {
  const network = new Network({ dt });
  build(network);
  return textOf(await simulate(network));
}

/** dx/dt = -k x by an explicit method. */
const decaying = (equations = 'dx/dt = -k * x', integrator: 'euler' | 'heun' | 'rk4' = 'euler') =>
  defineNeuron({ name: 'decaying', quantities: { x: quantity(1), k: quantity(2) }, equations, integrator })();

describe('the whole text of', () => {
  it('a projection that does nothing', async () => {
    const text = await warn(0.1, (network) => {
      const source = network.population('source', izhikevich({ transmitters: { glutamate: exponentialDecayTransmitter() } }), 1);
      const target = network.population('target', izhikevich({ receptors: { ampa: ampa({ transmitter: 'dopamine' }) } }), 1);
      network.connect(source, target, chemical());
    });
    expect(text).toMatchInlineSnapshot(`
      "the projection does nothing: 'source' releases no transmitter that 'target' has a receptor for
        in network > projection 'source->target'
        Released: glutamate. Receptors: dopamine. Give both ends the same, or leave the projection out."
    `);
  });

  it('a step longer than a time constant', async () => {
    expect(await warn(0.5, (network) => network.population('cells', hodgkinHuxley({ integrator: 'euler' }), 2))).toMatchInlineSnapshot(`
      "dt is 0.5 ms, longer than the fastest time constant, 0.237 ms of na.m in cell 0: 'euler' is far off there, and runs away above 0.474 ms
        in network > population 'cells' > model 'hodgkin-huxley' > channel 'na' > dm/dt
        Take dt at most 0.237 ms, or integrator: 'exponential-euler', which has no such limit."
    `);
  });

  it('a step longer than a time constant of a gate at another voltage', async () => {
    expect(await warn(0.2, (network) => network.population('cells', hodgkinHuxley({ integrator: 'heun' }), 2))).toMatchInlineSnapshot(`
      "dt is 0.2 ms, longer than the fastest time constant, 0.108 ms of na.m at v = -80 mV: 'heun' is far off there, and runs away above 0.216 ms
        in network > population 'cells' > model 'hodgkin-huxley' > channel 'na' > dm/dt
        Take dt at most 0.108 ms, or integrator: 'exponential-euler', which has no such limit."
    `);
  });

  it('a step longer than a time constant of what exponential Euler does not take', async () => {
    expect(await warn(1, (network) => network.population('cells', decaying('dx/dt = -k * x^3', 'rk4'), 1))).toMatchInlineSnapshot(`
      "dt is 1 ms, longer than the fastest time constant, 0.167 ms of x in cell 0: 'rk4' is far off there, and runs away above 0.464 ms
        in network > population 'cells' > model 'decaying' > dx/dt
        Take dt at most 0.167 ms."
    `);
  });

  it('coupling that is too strong', async () => {
    const text = await warn(0.5, (network) => {
      const cells = network.population('cells', izhikevich({ g_gap: 0.5 }), 9);
      network.connect(cells, cells, electrical());
      network.connect(cells, cells, electrical({ w: 2 }), oneToOne(), { name: 'onto itself' });
    });
    expect(text).toMatchInlineSnapshot(`
      "cell 0 is coupled too strongly for a step of 0.5 ms: dt * sum of g / c is 2, above 1, for v through 'cells->cells'
        in network > population 'cells' > model 'izhikevich' > dv/dt
        It overshoots the cells that it is coupled to. Take dt at most 0.25 ms, couple more weakly, or divide by the number of synapses: normalize: 'mean'."
    `);
  });

  it('coupling that is too strong for all its being a mean', async () => {
    const text = await warn(0.5, (network) => {
      const cells = network.population('cells', izhikevich({ g_gap: 3 }), 9, { normalize: 'mean' });
      network.connect(cells, cells, electrical(), allToAll({ autapses: false }));
    });
    expect(text).toMatchInlineSnapshot(`
      "cell 0 is coupled too strongly for a step of 0.5 ms: dt * sum of g / c is 1.5, above 1, for v through 'cells->cells'
        in network > population 'cells' > model 'izhikevich' > dv/dt
        It overshoots the cells that it is coupled to. Take dt at most 0.333 ms, or couple more weakly."
    `);
  });

  it('a refractory period, times of spikes, a duration and an interval between two steps', async () => {
    const network = new Network({ dt: 0.1 });
    network.population('cells', leakyIntegrateAndFire({ t_ref: 2.05 }), 3);
    network.population('train', presetTrain(), 2).set({ times: [[1.5, 2.33], [4.04]] });
    const simulation = await simulate(network);
    await simulation.run(0.77);
    simulation.every(1.04, () => undefined);
    expect(simulation.step).toBe(8);
    expect(textOf(simulation)).toMatchInlineSnapshot(`
      "2 of 3 times are no multiples of dt = 0.1 ms: the first, 2.33 ms, counts as 2.3 ms
        in network > population 'train' > quantity 'times'
        Spikes come at the ends of steps: give multiples of dt, or take a smaller dt.

      the refractory period of cell 0 is 2.05 ms, no multiple of dt: it counts as 21 steps of 0.1 ms, 2.1 ms
        in network > population 'cells' > model 'leaky integrate-and-fire' > refractory
        Give a multiple of dt, or take another dt.

      the duration is 0.77 ms, no multiple of dt: it counts as 8 steps of 0.1 ms, 0.8 ms
        Give a multiple of dt, or take another dt.

      the interval is 1.04 ms, no multiple of dt: it counts as 10 steps of 0.1 ms, 1 ms
        Give a multiple of dt, or take another dt."
    `);
    await simulation.run(0.5);
    expect(textOf(simulation)).not.toContain('the duration');
  });

  it('a rate above one spike a step, and below none', async () => {
    const text = await warn(1, (network) => {
      network
        .population('train', poissonTrain({ rate: 500 }), 4)
        .cells([2])
        .set({ rate: 2500 });
      network.population('silent', poissonTrain({ rate: -10 }), 1);
    });
    expect(text).toMatchInlineSnapshot(`
      "the probability 'rate * dt' is 2.5 in cell 2: it counts as 1, a spike in every step
        in network > population 'train' > model 'poisson train' > spike
        A cell spikes once a step at most. Lower the rate, or take dt, which is 1 ms, shorter.

      the probability 'rate * dt' is -0.01 in cell 0: it counts as 0, no spike at all
        in network > population 'silent' > model 'poisson train' > spike
        Give a rate that is not negative."
    `);
  });
});

describe('no false alarm', () => {
  it.each([
    ['coupledIzhikevich', coupledIzhikevich],
    ['customNeuron', customNeuron],
    ['customReceptor', customReceptor],
    ['customTransmitter', customTransmitter],
    ['hodgkinHuxleyNeurotransmission', hodgkinHuxleyNeurotransmission],
    ['interactingLattices', interactingLattices],
    ['morrisLecarStaticInput', morrisLecarStaticInput],
    ['the lattice of the bench', () => lattice(1024)],
    ['the cells of the bench', () => uncoupled(1000)],
  ])('%s', async (_, build) => {
    expect(textOf(await simulate(build()))).toBe('');
  });

  it.each([
    ['hodgkinHuxley', hodgkinHuxley()],
    ['izhikevich', izhikevich()],
    ['leakyIntegrateAndFire', leakyIntegrateAndFire()],
    ['morrisLecar', morrisLecar()],
  ] as const)('%s at 0.1 ms, at its own start and at random ones', async (_, model) => {
    const text = await warn(0.1, (network) => {
      network.population('cells', model, 10);
      network.population('spread', model as ReturnType<typeof izhikevich>, 100).set({ v: 'uniform(-80, 30)' });
    });
    expect(text).toBe('');
  });

  it('trains', async () => {
    const text = await warn(0.1, (network) => {
      for (const [name, train] of Object.entries({ poisson: poissonTrain(), preset: presetTrain(), rate: rateTrain() }))
        network.population(name, train, 10);
    });
    expect(text).toBe('');
  });

  it('growth, jumps and what is not finite are no decay', async () => {
    for (const equations of ['dx/dt = 5 * k * x', 'dx/dt = where(x >= 1, 0, 1000)', 'dx/dt = -sqrt(x - 1)', 'dx/dt = 1 / (x - 1)']) {
      const text = await warn(1, (network) => network.population('cells', decaying(equations), 1));
      expect(text, equations).toBe('');
    }
  });

  it('times that only f32 has moved off the grid', async () => {
    const times = Float32Array.from({ length: 2000 }, (_, i) => 0.7 * (i + 1));
    const text = await warn(0.1, (network) => network.population('train', presetTrain(), 1).set({ times }));
    expect(text).toBe('');
  });
});

describe('what is found', () => {
  it('a warned of step is wrong indeed: beyond the second time constant it runs away', async () => {
    for (const [integrator, limit] of [
      ['euler', 2],
      ['heun', 2],
      ['rk4', 2.785],
    ] as const) {
      for (const [dt, grows] of [
        [(limit * 0.99) / 2, false],
        [(limit * 1.01) / 2, true],
      ] as const) {
        const network = new Network({ dt });
        const cells = network.population('cells', decaying(undefined, integrator), 1);
        const simulation = await simulate(network, { precision: 'f64' });
        expect(textOf(simulation)).toContain(`runs away above ${Number((limit / 2).toPrecision(3))} ms`);
        await simulation.run(100 * dt);
        expect(Math.abs(simulation.get(cells, 'x')[0]) > 1).toBe(grows);
      }
    }
  });

  it('one fast cell among many', async () => {
    const text = await warn(0.1, (network) => network.population('cells', decaying(), 10_000).cells([7777]).set({ k: 40 }));
    expect(text).toContain('0.025 ms of x in cell 7777');
  });

  it('a cell with many gap junctions among many cells', async () => {
    const pairs = Array.from({ length: 3000 }, (_, i): [number, number] => [i, i % 3 === 0 ? 1234 : (i + 1) % 3000]);
    const text = await warn(0.1, (network) => {
      const cells = network.population('cells', izhikevich({ g_gap: 0.1 }), 3000);
      network.connect(cells, cells, electrical(), edgeList(pairs));
    });
    // A third of the cells, and cell 1233: 1001 * 0.1 mV/ms for each mV, each of 0.1 ms.
    expect(text).toContain('cell 1234 is coupled too strongly');
    expect(text).toMatch(/dt \* sum of g \/ c is 10, above 1/);
  });

  it.each<[string, (network: Network) => unknown, string | undefined]>([
    // Three cells of g = 1, c = 1 ms, dt = 1 ms: a gap junction counts 1.
    ['all-to-all', (n) => n.connect(three(n), cellsOf(n), electrical()), '2'],
    [
      'a list',
      (n) =>
        n.connect(
          three(n),
          cellsOf(n),
          electrical(),
          edgeList([
            [0, 1],
            [2, 1],
            [1, 1],
            [2, 1],
          ]),
        ),
      '3',
    ],
    [
      'a matrix',
      (n) =>
        n.connect(
          three(n),
          cellsOf(n),
          electrical(),
          matrix([
            [9, 1, 1],
            [0.5, 9, 2],
            [0.75, 1, 9],
          ]),
        ),
      '3',
    ],
    [
      'weights',
      (n) =>
        n
          .connect(
            three(n),
            cellsOf(n),
            electrical(),
            edgeList([
              [0, 1],
              [2, 1],
            ]),
          )
          .set({ w: [2, -0.5] }),
      '1.5',
    ],
    ['opposite weights', (n) => n.connect(three(n), cellsOf(n), electrical({ w: -1 })), undefined],
    ['a single junction', (n) => n.connect(three(n), cellsOf(n), electrical(), edgeList([[0, 1]])), undefined],
    [
      'several projections',
      (n) => {
        n.connect(three(n), cellsOf(n), electrical(), edgeList([[0, 1]]));
        n.connect(cellsOf(n), cellsOf(n), electrical({ w: 0.25 }), edgeList([[2, 1]]));
      },
      '1.25',
    ],
  ])('the strength of %s', async (_, build, strength) => {
    const text = await warn(1, build);
    if (strength === undefined) expect(text).toBe('');
    else expect(text).toContain(`sum of g / c is ${strength}, above 1`);
  });

  it('is looked for anew after a change from outside', async () => {
    const network = new Network({ dt: 1 });
    const train = network.population('train', poissonTrain({ rate: 100 }), 2);
    const cells = network.population('cells', izhikevich({ g_gap: 0.5 }), 2);
    const gap = network.connect(cells, cells, electrical(), allToAll({ autapses: false }));
    const simulation = await simulate(network);
    const codes = (): string[] => simulation.warnings.map((w) => w.code);
    expect(codes()).toEqual([]);
    await simulation.set(train.cells([1]), { rate: 1500 });
    expect(codes()).toEqual(['probability']);
    await simulation.setSynapses(gap, { w: 3 });
    expect(codes()).toEqual(['probability', 'strong-coupling']);
    await simulation.set(train, { rate: 50 });
    await simulation.setSynapses(gap, { w: 1 });
    expect(codes()).toEqual([]);
    const other = new Network({ dt: 1 });
    other.population('cells', decaying(), 1);
    await simulation.replace(other);
    expect(codes()).toEqual(['step-size']);
  });

  it('changes nothing', async () => {
    const run = async (look: boolean) => {
      const simulation = await simulate(interactingLattices({ duration: 50 }));
      if (look) expect(simulation.warnings).toEqual([]);
      await simulation.run();
      return simulation.snapshot();
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('is plain data with a text', async () => {
    const network = new Network({ dt: 1 });
    network.population('cells', decaying(), 1);
    const [warning] = (await simulate(network)).warnings;
    expect(Object.keys(JSON.parse(JSON.stringify(warning)))).toEqual(['code', 'message', 'path', 'hint']);
    expect(`${warning}`).toBe(`${warning.message}\n  in ${warning.path.join(' > ')}\n  ${warning.hint}`);
  });
});

function three(network: Network) {
  return network.population('cells', izhikevich({ g_gap: 1 }), 3);
}

function cellsOf(network: Network) {
  return network.populationNamed('cells') as ReturnType<typeof three>;
}

describe('a negative refractory period is refused', () => {
  it('at the start, with the cell', async () => {
    const network = new Network();
    network.population('cells', leakyIntegrateAndFire(), 5).cells([3]).set({ t_ref: -2 });
    await expect(simulate(network)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: the refractory period is -2 ms
        in network > population 'cells' > cell 3 > refractory
        It is 't_ref'. Give a time that is not negative.]
    `);
  });

  it('when it is set, and the values stay', async () => {
    const network = new Network();
    const cells = network.population('cells', leakyIntegrateAndFire(), 5);
    const simulation = await simulate(network);
    await expect(simulation.set(cells, { t_ref: -2, v: 1 })).rejects.toThrow('the refractory period is -2 ms');
    expect([...simulation.get(cells, 't_ref')]).toEqual([10, 10, 10, 10, 10]);
    expect(simulation.get(cells, 'v')[0]).toBe(-75);
    await expect(simulation.set(cells, { t_ref: '-index' })).rejects.toThrow('cell 1 > refractory');
  });
});
