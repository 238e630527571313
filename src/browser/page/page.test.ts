import { describe, expect, it } from 'vitest';
import { hodgkinHuxleyNeurotransmission } from '../../../examples/hodgkinHuxleyNeurotransmission.ts';
import { SpikeloomError } from '../../core/error.ts';
import { defineNeuron } from '../../model/define.ts';
import { quantity } from '../../model/quantity.ts';
import { electrical, izhikevich, poissonTrain } from '../../models/index.ts';
import { edgeList, matrix } from '../../network/connect/index.ts';
import { Network } from '../../network/network.ts';
import { simulate } from '../../simulation/simulation.ts';
import { chooseShown } from './choice.ts';
import { count, numberText, speedText, timeText } from './format.ts';
import { History } from './history.ts';
import { Meter } from './meter.ts';
import { packFault, packNetwork, unpack } from './parcel.ts';
import { TimeWindow } from './timeWindow.ts';

describe('a network on its way into a page', () => {
  it('arrives as it was, arrays and numbers that JSON has not included', () => {
    const network = new Network({ seed: 2 ** 53 - 1 });
    const cells = network.population('cells', izhikevich(), 3).set({ v: new Float64Array([-0, 1 / 3, 5e-324]) });
    network.connect(cells, cells, electrical(), matrix(Float32Array.of(Number.NaN, 1, 2, 3, Number.NaN, 4, 5, 6, Number.NaN), { columns: 3 }));
    network.connect(cells, cells, electrical(), edgeList({ sources: Uint32Array.of(0, 1), targets: Int32Array.of(1, 2) }));
    const text = packNetwork('net.ts', network.def);
    expect(unpack(text)).toStrictEqual({ title: 'net.ts', network: network.def });
    expect(unpack(packFault('net.ts', 'no such </script>'))).toEqual({ title: 'net.ts', fault: 'no such </script>' });
  });

  it('takes arrays of any length', () => {
    const network = new Network();
    const values = Float64Array.from({ length: 50_001 }, (_, i) => Math.sqrt(i) - 50);
    network.population('cells', izhikevich(), values.length).set({ v: values });
    const parcel = unpack(packNetwork('net.ts', network.def));
    expect('network' in parcel && parcel.network.populations[0].assignments[0].values.v).toEqual(values);
  });

  it('does not take functions', () => {
    const network = new Network();
    const cells = network.population('cells', izhikevich(), 3);
    network.connect(cells, cells, electrical(), { kind: 'predicate', predicate: () => true });
    expect(() => packNetwork('net.ts', network.def)).toThrow(SpikeloomError);
  });
});

describe('what is shown of a network', () => {
  it("is the voltage of neurons and the spikes of trains; recorders are the page's own", () => {
    const network = new Network({ dt: 0.1 });
    const bare = defineNeuron({ name: 'bare', quantities: { x: quantity(1) }, equations: 'dx/dt = 0 * x' });
    const cells = network.lattice('cells', izhikevich(), { rows: 2, columns: 3 });
    network.population('noise', poissonTrain(), 2);
    network.population('bare', bare(), 1);
    network.record(cells, 'v');
    const shown = chooseShown(network.def);
    expect(shown.populations.map(({ name, size, first, spikes, mean }) => ({ name, size, first, spikes, mean }))).toEqual([
      { name: 'cells', size: 6, first: { name: 'v', unit: 'mV' }, spikes: 0, mean: 1 },
      { name: 'noise', size: 2, first: { name: 'spikes', unit: '' }, spikes: 2, mean: undefined },
      { name: 'bare', size: 1, first: { name: 'x', unit: '' }, spikes: 3, mean: 4 },
    ]);
    const all = (population: string) => ({ population, cells: { kind: 'all' } });
    expect(shown.network.recorders).toEqual([
      { kind: 'spikes', view: all('cells') },
      { kind: 'mean', view: all('cells'), quantity: 'v', every: 3 },
      { kind: 'spikes', view: all('noise') },
      { kind: 'spikes', view: all('bare') },
      { kind: 'mean', view: all('bare'), quantity: 'x', every: 3 },
    ]);
    expect(shown.populations[0].parameters.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'v_th', 'v_init', 'c_m', 'tau_m', 'g_gap', 'i_in']);
  });

  it('can all be read, of parts too', async () => {
    const { network, populations } = chooseShown(hodgkinHuxleyNeurotransmission().def);
    const simulation = await simulate(network);
    await simulation.run(1);
    for (const { view, quantities, parameters } of populations) {
      expect(quantities.map(({ name }) => name)).toContain('na.current');
      for (const { name } of [...quantities, ...parameters]) if (name !== 'spikes') expect(simulation.read(view, name)).toHaveLength(1);
    }
    expect(simulation.recordings.mean('postsynaptic', 'v').values.length).toBe(20);
  });
});

describe('a window of time', () => {
  it('uses the columns again that are too old', () => {
    const window = new TimeWindow(10, 100);
    const cleared: number[] = [];
    const clear = (slot: number) => cleared.push(slot);
    expect(window.columnOf(0)).toBeUndefined();
    window.advance(35, clear);
    expect(cleared.splice(0)).toEqual([0, 1, 2, 3]);
    expect([0, 9.9, 10, 39, 40].map((t) => window.columnOf(t))).toEqual([0, 0, 1, 3, undefined]);
    expect(window.positionOf(3)).toBe(9);
    window.advance(35, clear);
    window.advance(20, clear);
    expect(cleared).toEqual([]);
    window.advance(121, clear);
    expect(cleared.splice(0)).toEqual([4, 5, 6, 7, 8, 9, 0, 1, 2]);
    expect([20, 30, 121].map((t) => window.columnOf(t))).toEqual([undefined, 3, 12]);
    expect(window.slotOf(12)).toBe(2);
    window.advance(1e6, clear);
    expect(cleared).toHaveLength(10);
  });
});

describe('a history', () => {
  it('keeps the newest', () => {
    const history = new History(3);
    for (const t of [1, 2, 3, 4, 5]) history.push(t, -t);
    expect([history.begin, history.end]).toEqual([2, 5]);
    expect([2, 3, 4].map((i) => [history.timeAt(i), history.valueAt(i)])).toEqual([
      [3, -3],
      [4, -4],
      [5, -5],
    ]);
    history.clear();
    expect([history.begin, history.end]).toEqual([0, 0]);
  });
});

describe('a meter', () => {
  it('averages over its span, and begins anew where time goes back', () => {
    const meter = new Meter(10);
    expect(meter.add(0, 0)).toBeUndefined();
    expect(meter.add(0, 5)).toBeUndefined();
    expect(meter.add(5, 10)).toBe(2);
    expect(meter.add(10, 30)).toBe(3);
    expect(meter.add(15, 60)).toBe(5);
    expect(meter.add(15, 60)).toBe(5);
    expect(meter.add(3, 0)).toBeUndefined();
    expect(meter.add(4, 1)).toBe(1);
  });
});

it('numbers are short and have a minus sign', () => {
  expect([0, -65, 1 / 3, 1234567, 1e-4, -2e-9, Number.NaN, Number.NEGATIVE_INFINITY].map(numberText)).toEqual([
    '0',
    '−65',
    '0.3333',
    '1.23e+6',
    '1.00e−4',
    '−2.00e−9',
    'NaN',
    '−Infinity',
  ]);
  expect([0.5, 9999.94, 12_345].map(timeText)).toEqual(['0.5 ms', '9999.9 ms', '12.35 s']);
  expect([1, 1.2589, 125.89, 12_345].map(speedText)).toEqual(['1 ms/s', '1.3 ms/s', '126 ms/s', '12.3 s/s']);
  expect([count(1, 'cell'), count(2500, 'cell')]).toEqual(['1 cell', '2 500 cells']);
});
