import { describe, expect, it } from 'vitest';
import { matrix, where } from '../../src/index.ts';
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
import { CURRENT, FRACTION, GoldenRun, goldenTests, shifted, type Tolerance, VOLTAGE } from '../support/goldenRun.ts';

const REFERENCE = { integrator: 'euler', coupling: 'staggered' } as const;

type Parts<Kind extends 'receptor' | 'transmitter'> = Readonly<Record<string, AnyModel<Kind>>>;

/** The reference's neuron with the values of a file; in some files their names begin with `neuron.`. */
function neuron(run: GoldenRun, receptors: Parts<'receptor'>, transmitters: Parts<'transmitter'>, prefix = '') {
  const p = (name: string) => goldenNumber(run.golden, prefix + name);
  return izhikevich({
    ...REFERENCE,
    w: p('w_value'),
    a: p('a'),
    b: p('b'),
    c: p('c'),
    d: p('d'),
    v_th: p('v_th'),
    tau_m: p('tau_m'),
    c_m: p('c_m'),
    g_gap: p('gap_conductance'),
    receptors,
    transmitters,
  });
}

/** What one of 16 cells does, from the table with a row a step. */
function compareCells(run: GoldenRun, lattice: ReturnType<typeof run.network.lattice>): void {
  const table = goldenTable(run.golden, 'voltages_step_by_index') as readonly (readonly number[])[];
  const spikes = run.golden.series['spike_steps_by_index'] as readonly (readonly number[])[];
  for (let cell = 0; cell < table[0].length; cell++) {
    const voltages = table.map((row) => row[cell]);
    run.compare(lattice, 'v', voltages, VOLTAGE, cell).compareSpikes(lattice, spikes[cell], cell);
  }
}
