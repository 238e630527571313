import { describe, expect, it } from 'vitest';
import { defineReceptor, Network, type Neuron, quantity, type Receptor, simulate, type Transmitter } from '../index.ts';
import { composeModel } from '../model/compose.ts';
import {
  ampa,
  approximateReceptor,
  chemical,
  destexheReceptor,
  destexheTransmitter,
  dopamineD1,
  dopamineD2,
  gaba,
  hodgkinHuxley,
  izhikevich,
  leakyIntegrateAndFire,
  mCurrent,
  muscarinicAcetylcholine,
  nitricOxide,
  nmda,
  noradrenaline,
  serotonin1A,
} from './index.ts';

/** Transmitters at constant concentrations. */
const released = (concentrations: Readonly<Record<string, number>>): Neuron =>
  leakyIntegrateAndFire({
    transmitters: Object.fromEntries(
      Object.entries(concentrations).map(([name, conc]): [string, Transmitter] => [name, destexheTransmitter({ conc, t_max: conc, v_p: -1e4 })]),
    ),
  });

/** What named expressions of a cell are in the step from t_0 at such concentrations, its voltage being v. */
async function read(model: Neuron, concentrations: Readonly<Record<string, number>>, names: readonly string[], steps = 1): Promise<number[]> {
  const network = new Network({ dt: 0.1 });
  const source = network.population('source', released(concentrations), 1);
  const cell = network.population('cell', model, 1);
  network.connect(source, cell, chemical());
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(steps * 0.1);
  const values = names.map((name) => simulation.get(cell, name)[0]);
  simulation.dispose();
  return values;
}

/** A cell held at -40 mV for a step, with receptors that follow their transmitters at once. */
const held = (receptors: Readonly<Record<string, Receptor>>, v = -40): Neuron =>
  leakyIntegrateAndFire({ v, e_leak: v, v_th: 100, tau_m: 1e12, receptors });

const open = approximateReceptor();
const glutamate = { ampa: ampa(open), nmda: nmda(open, { mg: 0.3 }) };
const CURRENTS = ['ampa.current', 'nmda.current', 'i_receptors'];

describe('dopamine', () => {
  it('modulates glutamate by the numbers of the reference', async () => {
    for (const [half, nmdaCurrent, total] of [
      [3.75, -6.509443, 2.490557],
      [3.57, -6.352946, 2.647054],
    ]) {
      const model = held({
        ampa: ampa(open),
        nmda: nmda(open, { mg: 0.3, mg_half: half }),
        gaba: gaba(open),
        d1: dopamineD1({ s: 1 }),
        d2: dopamineD2({ s: 0.5 }),
      });
      const names = [...CURRENTS, 'gaba.current', 'd2.factor', 'd1.exponent'];
      const values = await read(model, { glutamate: 0.5, gaba: 0.5, dopamine: 0.5 }, names);
      const expected = [-15, nmdaCurrent, total, 24, 0.75, 0.5];
      values.forEach((value, i) => expect(value, names[i]).toBeCloseTo(expected[i], 6));
    }
  });

  it('changes nothing where there is none', async () => {
    const plain = await read(held(glutamate), { glutamate: 0.4 }, CURRENTS);
    const modulated = held({ ...glutamate, d1: dopamineD1(), d2: dopamineD2() });
    expect(await read(modulated, { glutamate: 0.4 }, CURRENTS)).toEqual(plain);
    expect(await read(modulated, { glutamate: 0.4, dopamine: 0 }, CURRENTS)).toEqual(plain);
  });

  it('leaves closed receptors closed and never turns currents round', async () => {
    const model = held({ ...glutamate, d1: dopamineD1({ s: 1 }), d2: dopamineD2({ s: 3 }) });
    expect((await read(model, { glutamate: 0, dopamine: 1 }, CURRENTS)).map(Math.abs)).toEqual([0, 0, 0]);
    expect((await read(model, { glutamate: 0.5, dopamine: 1 }, CURRENTS)).map(Math.abs)).toEqual([0, 0, 0]);
  });

  it.each(['simultaneous', 'staggered'] as const)('acts on the currents of the same step, %s', async (coupling) => {
    // By a membrane that adds up what flows: one step at rest, so that the change is that of the first step.
    const change = async (receptors: Readonly<Record<string, Receptor>>): Promise<number> => {
      const model = leakyIntegrateAndFire({ v: -40, e_leak: -40, v_th: 100, integrator: 'euler', coupling, receptors });
      return (await read(model, { glutamate: 0.5, dopamine: 1 }, ['v']))[0] + 40;
    };
    expect(await change({ ampa: ampa(open), d2: dopamineD2({ s: 0.5 }) })).toBeCloseTo((await change({ ampa: ampa(open) })) / 2, 12);
    // However the parts are ordered.
    expect(await change({ d2: dopamineD2({ s: 0.5 }), ampa: ampa(open) })).toBe(await change({ ampa: ampa(open), d2: dopamineD2({ s: 0.5 }) }));
  });

  it('fires more under D1, less under D2', async () => {
    const spikes = async (dopamine: number, modulators: Readonly<Record<string, Receptor>>): Promise<number> => {
      const network = new Network({ dt: 0.1 });
      const source = network.population('source', released({ glutamate: 0.3, dopamine }), 1);
      const cell = network.population(
        'cell',
        izhikevich({ receptors: { ampa: ampa(open, { g: 0.2 }), nmda: nmda(open, { g: 0.3 }), ...modulators } }),
        1,
      );
      network.connect(source, cell, chemical());
      network.recordSpikeCounts(cell);
      const simulation = await simulate(network);
      await simulation.run(2000);
      const [count] = simulation.recordings.spikeCounts(cell);
      simulation.dispose();
      return count;
    };
    const counts = (modulators: Readonly<Record<string, Receptor>>) => Promise.all([0, 0.4, 0.8].map((dopamine) => spikes(dopamine, modulators)));
    const up = await counts({ d1: dopamineD1() });
    expect(up[0]).toBeGreaterThan(0);
    expect(up[1]).toBeGreaterThan(up[0]);
    expect(up[2]).toBeGreaterThan(up[1]);
    const down = await counts({ d2: dopamineD2({ s: 0.2 }) });
    expect(down[0]).toBe(up[0]);
    expect(down[1]).toBeLessThan(down[0]);
    expect(down[2]).toBeLessThan(down[1]);
  });
});

describe('templates', () => {
  const bound = { alpha: 1, beta: 1, r: 0.5 };

  it('muscarinic receptors close M channels', async () => {
    const model = (receptors: Readonly<Record<string, Receptor>>) => hodgkinHuxley({ channels: { m: mCurrent() }, receptors });
    const [plain] = await read(model({}), {}, ['m.current']);
    const values = await read(model({ ach: muscarinicAcetylcholine({ ...bound, s: 0.8 }) }), { acetylcholine: 1 }, ['m.current', 'ach.r']);
    expect(values[1]).toBeGreaterThan(0.4);
    expect(values[0]).toBeCloseTo(plain * (1 - 0.8 * values[1]), 4);
    expect(plain).toBeGreaterThan(0.05);
  });

  it('serotonin 1A opens potassium channels behind a G protein', async () => {
    const values = await read(held({ s: serotonin1A({ x: 0.25, g: 2 }) }, -60), { serotonin: 1 }, ['s.current', 's.x']);
    expect(values[0]).toBeCloseTo(2 * values[1] * 35, 5);
    expect(values[1]).toBeCloseTo(0.25, 2);
  });

  it('noradrenaline is a gain of all receptors', async () => {
    const receptors = { ...glutamate, gaba: gaba(open) };
    const concentrations = { glutamate: 0.3, gaba: 0.2, noradrenaline: 1 };
    const [plain] = await read(held(receptors), concentrations, ['i_receptors']);
    const values = await read(held({ ...receptors, na: noradrenaline({ ...bound, s: 2 }) }), concentrations, ['i_receptors', 'na.r']);
    expect(values[0]).toBeCloseTo(plain * (1 + 2 * values[1]), 5);
  });

  it('nitric oxide acts through cyclic GMP, which is slow', async () => {
    const receptors = { ...glutamate, no: nitricOxide({ s: 0.6 }) };
    const concentrations = { glutamate: 0.3, nitricOxide: 1 };
    const [plain] = await read(held(glutamate), concentrations, ['ampa.current']);
    const early = await read(held(receptors), concentrations, ['ampa.current', 'no.x']);
    const late = await read(held(receptors), concentrations, ['ampa.current', 'no.x'], 20000);
    for (const [current, x] of [early, late]) expect(current).toBeCloseTo(plain * (1 - 0.6 * x), 3);
    expect(early[1]).toBeLessThan(1e-3);
    expect(late[1]).toBeGreaterThan(0.9);
  });
});

describe('factors', () => {
  const halving = defineReceptor({
    name: 'halving',
    transmitter: 'x',
    quantities: { k: quantity(0.5, '1', 'factor') },
    modulates: { glutamate: 'k' },
  });

  it('of several receptors multiply', async () => {
    const plain = await read(held(glutamate), { glutamate: 0.4 }, CURRENTS);
    const twice = await read(held({ ...glutamate, a: halving(), b: halving({ k: 0.25 }) }), { glutamate: 0.4 }, CURRENTS);
    twice.forEach((value, i) => expect(value).toBeCloseTo(plain[i] / 8, 9));
  });

  it('of a receptor for the same transmitter leave its own current alone', () => {
    const own = defineReceptor({
      name: 'own',
      transmitter: 'glutamate',
      kinetics: destexheReceptor(),
      quantities: { g: quantity(1, 'conductance', 'conductance') },
      equations: 'current = g * r * v',
      modulates: { glutamate: '1 - r' },
    });
    const flat = composeModel(held({ ampa: ampa(), own: own() }).def);
    expect(flat.definitions.get('own.current')?.value).toMatchObject({ operator: '*', right: { name: 'v' } });
    expect(flat.definitions.get('ampa.current')?.value).toMatchObject({ operator: '*', right: { operator: '-' } });
  });

  const factor = (modulates: Readonly<Record<string, string>>) =>
    defineReceptor({
      name: 'm',
      transmitter: 'x',
      quantities: { k: quantity(0.5, 'mV', 'what') },
      reads: { 'nmda.current': 'pA' },
      modulates,
    })();

  it('must be for something that there is', () => {
    expect(() => held({ ampa: ampa(), d1: dopamineD1() })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: receptor 'dopamine D1' reads 'nmda.r' of its neuron, which has none
        in model 'leaky integrate-and-fire' > receptor 'd1'
        Give 'leaky integrate-and-fire' a part 'nmda' that has it.]
    `);
    expect(() => held({ d2: dopamineD2() })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: receptor 'd2' modulates 'glutamate', which its neuron has not
        in model 'leaky integrate-and-fire' > receptor 'd2' > modulates > glutamate
        Name a current, or a transmitter for those of all its receptors. Known here: i_receptors, i_channels.]
    `);
    expect(() => held({ ...glutamate, m: factor({ 'ampa.g': '1' }) })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: receptor 'm' modulates 'ampa.g', which is a quantity, not a named expression
        in model 'leaky integrate-and-fire' > receptor 'm' > modulates > ampa.g
        Modulate the current that it is part of. Known here: glutamate, ampa.current, nmda.current, i_receptors, i_channels.]
    `);
  });

  it('are pure numbers that do not depend on what they change', () => {
    expect(() => factor({ glutamate: 'k' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unit-mismatch]: this is in mV, but 1 is wanted here
        in receptor 'm' > modulates > glutamate
          k
          ^
        Change the declared unit, or convert with a quantity or a literal such as 1[mV].]
    `);
    expect(() => factor({ glutamate: 'k +' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [syntax]: an expression is expected here, not the end of the text
        in receptor 'm' > modulates > glutamate
          k +
             ^
        Write a number, a name, a function or parentheses here.]
    `);
    expect(() =>
      held({ ...glutamate, m: factor({ i_receptors: '1 + nmda.current / 1[pA]', 'nmda.current': '1 + nmda.current / 1[pA]' }) }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-model]: receptor 'm' modulates 'nmda.current' by a factor that depends on it
        in model 'leaky integrate-and-fire' > receptor 'm' > modulates > nmda.current
          1 + nmda.current / 1[pA]
          ^^^^^^^^^^^^^^^^^^^^^^^^
        Let the factor read variables instead, such as the fraction of open receptors.]
    `);
  });
});
