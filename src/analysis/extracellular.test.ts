import { describe, expect, it } from 'vitest';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { hodgkinHuxley, leakyIntegrateAndFire } from '../models/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from '../simulation/simulation.ts';
import { extracellularPotential, gridPositions, type Position, voltageSum } from './extracellular.ts';

/** Gives off two currents, in pA and nA; counts what it has. */
const source = defineNeuron({
  name: 'source',
  quantities: { a: quantity(0, 'pA'), b: quantity(0, 'nA'), v: quantity(-75, 'mV'), density: quantity(0, 'uA/cm^2') },
  step: 'a += a',
});

async function twoCells() {
  const network = new Network({ dt: 1 });
  const cells = network.population('cells', source(), 2).set({ a: [500, -1000], b: [0, 3], density: [2, 0] });
  network.record(cells, 'a').record(cells, 'b').record(cells, 'v').record(cells, 'density').record(cells, 'b', { every: 2 });
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(2);
  return {
    cells,
    recordings: simulation.recordings,
    trace: (name: 'a' | 'b' | 'v' | 'density') => simulation.recordings.trace(cells, name, { every: 1 }),
  };
}

const POSITIONS: Position[] = [[0, 0, 0], [30, 0, 0]]; // biome-ignore format: pairs
const ELECTRODES: Position[] = [[0, 40, 0], [30, 0, 100]]; // biome-ignore format: pairs

describe('the potential of point sources', () => {
  it('is that of two cells, by hand', async () => {
    const { trace } = await twoCells();
    const { times, values, electrodes } = extracellularPotential([trace('a'), trace('b')], {
      positions: POSITIONS,
      electrodes: ELECTRODES,
      sigma: 0.25,
    });
    expect([[...times], electrodes]).toEqual([[1, 2], 2]);
    // After one step 1 nA leaves the first cell, 3 - 2 = 1 nA the second; after two 2 and -1 nA.
    // The first electrode is 40 and 50 µm away, the other sqrt(30^2 + 100^2) and 100 µm.
    const mV = (nA: number, um: number) => (nA * 1e-9) / (4 * Math.PI * 0.25 * um * 1e-6) / 1e-6;
    const far = Math.sqrt(10900);
    const expected = [mV(1, 40) + mV(1, 50), mV(1, far) + mV(1, 100), mV(2, 40) - mV(1, 50), mV(2, far) - mV(1, 100)];
    [...values].forEach((phi, i) => expect(phi).toBeCloseTo(expected[i], 10));
    expect(values[0]).toBeCloseTo(45 / Math.PI, 10);
  });

  it('of a current that is counted inward has the other sign; per area it takes one', async () => {
    const { trace } = await twoCells();
    const at = { positions: POSITIONS, electrodes: [[0, 0, 50]] as const };
    const outward = extracellularPotential(trace('b'), at).values;
    expect(extracellularPotential(trace('b'), { ...at, positive: 'inward' }).values).toEqual(outward.map((x) => -x));
    // 2 µA/cm² over 1000 µm² are 20 pA.
    const density = extracellularPotential(trace('density'), { ...at, area: 1000 }).values;
    expect(density[0]).toBeCloseTo((1000 * 0.02) / 50 / (4 * Math.PI * 0.3), 12);
  });

  it('of the channels of a Hodgkin-Huxley cell goes below zero where sodium flows in', async () => {
    const network = new Network({ dt: 0.02, duration: 20 });
    const cells = network.population('cells', hodgkinHuxley({ i_in: 10 }), 1);
    network.record(cells, 'na.current');
    const simulation = await simulate(network);
    await simulation.run();
    const { values } = extracellularPotential(simulation.recordings.trace(cells, 'na.current'), {
      positions: [[0, 0, 0]],
      electrodes: [[50, 0, 0]],
      area: 1000,
    });
    expect(values.reduce((a, b) => Math.min(a, b))).toBeLessThan(-1);
    expect(values.reduce((a, b) => Math.max(a, b))).toBeLessThan(0.01);
  });

  it('is refused where something does not fit', async () => {
    const { trace, recordings, cells } = await twoCells();
    const at = { positions: POSITIONS, electrodes: ELECTRODES };
    expect(() => extracellularPotential(trace('v'), at)).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unit-mismatch]: 'v' of 'cells' is in mV: that is no current
        in extracellularPotential
        Record a quantity, named expression or port that is a current, in A or A/m^2.]
    `);
    expect(() => extracellularPotential(trace('density'), at)).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unit-mismatch]: 'density' of 'cells' is in uA/cm^2: a current per area
        in extracellularPotential
        Give the area of the membrane of a cell in µm²: { area: 1000 }.]
    `);
    expect(() => extracellularPotential(trace('b'), { ...at, area: 3 })).toThrow('an area makes no sense');
    expect(() => extracellularPotential(trace('b'), { ...at, electrodes: [[30, 0, 0]] })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: electrode 0 lies where cell 1 does, at (30, 0, 0) µm
        in extracellularPotential
        The potential of a point source has no end there: put it beside the cell, at least the radius of a soma away.]
    `);
    expect(() => extracellularPotential([trace('a'), recordings.trace(cells, 'b', { every: 2 })], at)).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: 'b' of 'cells' was recorded of other cells or at other times than 'a' of 'cells'
        in extracellularPotential
        Record all currents of the same view with the same interval; the potentials of several populations add up.]
    `);
    expect(() => extracellularPotential(trace('b'), { ...at, positions: [[0, 0, 0]] })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: 1 positions for 2 recorded cells
        in extracellularPotential
        Give [x, y, z] in µm for each: gridPositions(lattice, { spacing: 20 }).]
    `);
    expect(() => extracellularPotential(trace('b'), { ...at, sigma: 0 })).toThrow('sigma is 0');
    expect(() => extracellularPotential([], at)).toThrow('the list of currents is an array');
    expect(() => extracellularPotential(trace('b'), { ...at, positive: 'up' as 'inward' })).toThrow("positive is 'up'");
  });

  it('has cells of a lattice in a plane', () => {
    expect(gridPositions({ rows: 2, columns: 3 }, { spacing: 20, z: -5 })).toEqual([[0, 0, -5], [20, 0, -5], [40, 0, -5], [0, 20, -5], [20, 20, -5], [40, 20, -5]]); // biome-ignore format: places
    expect(() => gridPositions({ rows: 1, columns: 1 }, { spacing: 0 })).toThrow('the spacing is 0');
  });
});

describe('the sum of voltages', () => {
  it('is that of the reference for 2 x 2 cells at -75 mV, from traces and from a mean', async () => {
    const network = new Network({ dt: 0.1 });
    const cells = network.lattice('cells', leakyIntegrateAndFire({ v: -75 }), { rows: 2, columns: 2 });
    network.record(cells, 'v').record(cells, 'v', { mean: true });
    const simulation = await simulate(network);
    await simulation.run(0.1);
    expect(voltageSum(simulation.recordings.trace(cells, 'v'))[0]).toBeCloseTo(-0.11890174, 7);
    const mean = simulation.recordings.mean(cells, 'v');
    expect(voltageSum(mean, { cells: 4 })[0]).toBeCloseTo(-0.11890174, 7);
    expect(voltageSum(mean, { cells: 4, reference: -75, distance: 1 })[0]).toBe(0);
    expect(() => voltageSum(mean)).toThrow('the number that the mean is over, is undefined');
  });
});
