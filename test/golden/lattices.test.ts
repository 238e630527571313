import { describe, expect, it } from 'vitest';
import { type Lattice, matrix, where } from '../../src/index.ts';
import type { AnyModel } from '../../src/model/define.ts';
import {
  ampa,
  approximateReceptor,
  approximateTransmitter,
  chemical,
  deltaDirac,
  electrical,
  gaba,
  izhikevich,
  nmda,
  presetTrain,
  pulse,
} from '../../src/models/index.ts';
import { goldenColumn, goldenNumber, goldenTable } from '../support/golden.ts';
import { CURRENT, expectClose, FRACTION, GoldenRun, goldenTests, shifted, VOLTAGE } from '../support/goldenRun.ts';
import { izhikevichValues } from '../support/referenceModels.ts';

const MEAN = { normalize: 'mean' } as const;

interface Chemistry {
  readonly receptors?: Readonly<Record<string, AnyModel<'receptor'>>>;
  readonly transmitters?: Readonly<Record<string, AnyModel<'transmitter'>>>;
}

/** The reference's neuron with the values of a file; in some files their names begin with `neuron.`. */
function neuron(run: GoldenRun, chemistry: Chemistry = {}, prefix = '') {
  const p = (name: string) => goldenNumber(run.golden, prefix + name);
  return izhikevich({
    ...izhikevichValues(run.golden, prefix),
    g_gap: p('gap_conductance'),
    ...chemistry,
  });
}

function transmitter(run: GoldenRun, lag: 0 | 1) {
  const p = (name: string) => goldenNumber(run.golden, `neurotransmitter.${name}`);
  return approximateTransmitter({ lag, t_max: p('t_max'), conc: p('t'), clearance: p('clearance_constant') });
}

/** The receptors that follow the concentration at once; the reference has a transmitter of its own for each. */
function receptorsOf(run: GoldenRun, types: readonly string[]): NonNullable<Chemistry['receptors']> {
  const make = (type: string): AnyModel<'receptor'> => {
    const p = (name: string) => goldenNumber(run.golden, `${type}.${name}`);
    const values = { transmitter: type, g: p('g'), e: p('e') };
    if (type === 'AMPA') return ampa(approximateReceptor(), values);
    if (type === 'GABA') return gaba(approximateReceptor(), values);
    return nmda(approximateReceptor(), { ...values, mg: p('mg'), mg_half: 3.75 });
  };
  return Object.fromEntries(types.map((type) => [type, make(type)]));
}

/** A 4 x 4 lattice whose cells release some of the types. */
function lattice(name: string, types: readonly string[]): GoldenRun {
  const run = new GoldenRun(name);
  const { network, golden } = run;
  const weights = goldenTable(golden, 'weights_pre_by_post').map((row, pre) => row.map((w, post) => (pre === post ? null : w)));
  const released = types.length > 0 ? (golden.params.released_neurotransmitters_by_index as readonly (readonly string[])[]) : [];
  const chemistry = { receptors: receptorsOf(run, types), transmitters: Object.fromEntries(types.map((type) => [type, transmitter(run, 1)])) };
  const cells = network.lattice('cells', neuron(run, types.length > 0 ? chemistry : {}), { rows: 4, columns: 4, ...MEAN });
  const initial = goldenColumn(golden, 'initial_voltages');
  cells.set({ v: initial });
  if (golden.params.electrical_synapse) network.connect(cells, cells, electrical(), matrix(weights));
  for (const type of types) {
    const sources = released.flatMap((of, cell) => (of.includes(type) ? [cell] : []));
    const rows = matrix(sources.map((cell) => weights[cell]));
    network.connect(cells.cells(sources), cells, chemical({ types: [type] }), rows);
    // The others have none of it, which their series show too.
    const silent = released.flatMap((of, cell) => (of.includes(type) ? [] : [cell]));
    if (silent.length > 0) cells.cells(silent).set({ [`${type}.t_max`]: 0 });
  }
  compareCells(run, cells);
  for (const type of types) {
    run.compare(cells, `${type}.conc`, `index5_t_${type}`, FRACTION, 5).compare(cells, `${type}.r`, `index5_r_${type}`, FRACTION, 5);
    const p = (key: string) => goldenNumber(golden, `${type}.${key}`);
    const block = (v: number) => (type === 'NMDA' ? 1 / (1 + (Math.exp(-0.062 * v) * p('mg')) / 3.75) : 1);
    // The reference keeps the current of a step: new open fraction, old voltage.
    run.derive(
      `current of ${type} from r and voltage`,
      (of) => {
        const r = of(cells, `${type}.r`, 5);
        return shifted(initial[5], of(cells, 'v', 5)).map((v, i) => block(v) * p('g') * r[i] * (v - p('e')));
      },
      `index5_receptor_current_${type}`,
      CURRENT,
    );
  }
  return run;
}

/** What every cell of a lattice does. */
function compareCells(run: GoldenRun, cells: Lattice): void {
  const table = goldenTable(run.golden, 'voltages_step_by_index').map((row) => row.map((v) => v ?? Number.NaN));
  const spikes = run.golden.series.spike_steps_by_index as readonly (readonly number[])[];
  table[0].forEach((_, cell) => {
    const voltages = table.map((row) => row[cell]);
    run.compare(cells, 'v', voltages, VOLTAGE, cell).compareSpikes(cells, spikes[cell], cell);
  });
  run.also((simulation) => {
    const { steps, cells: of } = simulation.recordings.spikes(cells);
    const last = spikes.map((_, cell) => [...steps].findLast((_, i) => of[i] === cell) ?? null);
    expect(last, 'steps of the last spikes').toEqual(run.golden.series.last_firing_time_by_index);
    expectClose('adaptation at the end', simulation.get(cells, 'w'), goldenColumn(run.golden, 'w_value_final_by_index'), VOLTAGE);
  });
}

goldenTests('lattice, electrical', () => {
  const run = lattice('04_lattice_electrical_dt0.1', []);
  const p = (name: string) => goldenNumber(run.golden, name);
  const scale = 4 * Math.PI * p('eeg.conductivity') * p('eeg.distance');
  return run.derive(
    'field potential from the voltages',
    (of) => {
      const voltages = Array.from({ length: 16 }, (_, cell) => of('cells', 'v', cell));
      return Array.from(voltages[0], (_, step) => voltages.reduce((sum, v) => sum + (v[step] - p('eeg.reference_voltage')) / scale, 0));
    },
    'eeg_history',
    CURRENT,
  );
});
goldenTests('lattice, electrical and chemical', () => lattice('04_lattice_both_dt0.1', ['AMPA']));
goldenTests('lattice whose cells release different transmitters', () => lattice('04_lattice_chemical_mixed_dt1', ['AMPA', 'NMDA', 'GABA']));

/** The recorded network is chaotic: rounding moves its spikes later on. */
const COMPARABLE_VOLTAGES = 280;
const COMPARABLE_SPIKES = 400;

goldenTests('inhibitory and excitatory lattices', () => {
  const run = new GoldenRun('05_network_inh_exc_dt1');
  const { network } = run;
  const model = neuron(run);
  const inh = network.lattice('inh', model, { rows: 4, columns: 4, ...MEAN });
  const exc = network.lattice('exc', model, { rows: 7, columns: 7, ...MEAN });
  const notItself = where('pre.index != post.index');
  const lattices = [inh, exc] as const;
  lattices.forEach((cells, id) => {
    cells.set({ v: Array.from({ length: cells.size }, (_, index) => -65 + 5.5 * ((index * 7 + 3 * id) % 16)) });
    network.recordSpikes(cells);
  });
  network.connect(inh, inh, electrical({ w: -1 }), notItself);
  network.connect(exc, exc, electrical({ w: 1 }), notItself);
  network.connect(inh, exc, electrical({ w: -1 }));
  network.connect(exc, inh, electrical({ w: 1 }));
  const cellSeries = [
    [inh, 'voltage_inh_0_0', 0],
    [inh, 'voltage_inh_2_1', 9],
    [exc, 'voltage_exc_0_0', 0],
    [exc, 'voltage_exc_3_4', 25],
  ] as const;
  for (const [cells, series, cell] of cellSeries) {
    run.record(cells, 'v').derive(series, (of) => of(cells, 'v', cell), series, VOLTAGE, COMPARABLE_VOLTAGES);
  }
  for (const cells of lattices) {
    network.record(cells, 'v', { mean: true });
    run.derive(
      `mean voltage of ${cells.name}`,
      (_, simulation) => simulation.recordings.mean(cells, 'v').values,
      `average_voltage_${cells.name}`,
      VOLTAGE,
      COMPARABLE_VOLTAGES,
    );
    run.also((simulation) => {
      const perStep = new Array<number>(simulation.step).fill(0);
      for (const step of simulation.recordings.spikes(cells).steps) perStep[step]++;
      const expected = goldenColumn(run.golden, `spikes_per_step_${cells.name}`);
      expect(perStep.slice(0, COMPARABLE_SPIKES)).toEqual(expected.slice(0, COMPARABLE_SPIKES));
    });
  }
  return run;
});

/** Trains that fire in the steps of the trace; ours count time exactly, the reference adds up 32-bit floats. */
function trainsOntoLattice(name: string): GoldenRun {
  const run = new GoldenRun(name);
  const { network, golden } = run;
  const p = (key: string) => goldenNumber(golden, key);
  const both = name.endsWith('both');
  const chemistry = { receptors: receptorsOf(run, ['AMPA']), transmitters: { AMPA: transmitter(run, 1) } };
  const cells = network.lattice('cells', neuron(run, chemistry, 'neuron.'), { rows: 2, columns: 2, ...MEAN });
  cells.set({ v: p('neuron.current_voltage') });
  const model = presetTrain({
    v_th: p('spike_train.v_th'),
    v_rest: p('spike_train.v_resting'),
    // In the reference a spike is 1 step old when it is first seen; n steps later it is exp(-n^2 dt / k).
    ...deltaDirac(p('refractoriness.k') * golden.dt),
    lag: golden.dt,
    transmitters: { AMPA: transmitter(run, 0) },
  });
  const trains = network.lattice('trains', model, { rows: 3, columns: 1 });
  trains.set({ times: [0, 1, 2].map((i) => goldenColumn(golden, `spike_train_${i}_spike_steps`).map((step) => (step + 1) * golden.dt)) });
  const weights = [0, 1, 2].map((i) => [0, 1, 2, 3].map((post) => ((i + (post >> 1) + (post & 1)) % 2 === 0 ? 1 + 0.5 * i : null)));
  network.connect(trains, cells, pulse(), matrix(weights));
  network.connect(cells, cells, electrical({ w: 0.5 }), where('pre.index != post.index'));
  if (both) {
    network.connect(trains, cells, chemical(), matrix(weights));
    network.connect(cells, cells, chemical({ w: 0.5 }), where('pre.index != post.index'));
  }
  const spikes = golden.series.neuron_spike_steps as readonly (readonly number[])[];
  for (const cell of [0, 1, 2, 3]) {
    run.compare(cells, 'v', `voltage_${cell >> 1}_${cell & 1}`, VOLTAGE, cell).compareSpikes(cells, spikes[cell], cell);
  }
  run.compare(cells, 'AMPA.r', 'r_0_0', FRACTION);
  for (const i of [0, 1, 2]) {
    run.compare(trains, 'AMPA.conc', `spike_train_${i}_t`, FRACTION, i).compareSpikes(trains, `spike_train_${i}_spike_steps`, i);
  }
  return run;
}

goldenTests('spike trains onto a lattice, electrical', () => trainsOntoLattice('05_network_rate_spike_train_electrical'));
goldenTests('spike trains onto a lattice, electrical and chemical', () => trainsOntoLattice('05_network_rate_spike_train_both'));

describe('not compared', () => {
  it.skip(
    '05_network_inh_exc_dt1: voltages from step 280, spikes from step 400, spike counts at the end: chaotic, the recorded run itself moves with the order of its sums',
  );
});
