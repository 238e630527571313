import type { AnyModel } from '../../src/model/define.ts';
import {
  ampa,
  approximateReceptor,
  approximateTransmitter,
  chemical,
  destexheReceptor,
  destexheTransmitter,
  electrical,
  gaba,
  gatesAtZero,
  hodgkinHuxley,
  izhikevich,
  nmda,
} from '../../src/models/index.ts';
import { goldenNumber } from '../support/golden.ts';
import { CURRENT, FRACTION, GoldenRun, goldenTests, shifted, type Tolerance, VOLTAGE } from '../support/goldenRun.ts';
import { invertedDecayReceptor, invertedDecayTransmitter, izhikevichValues, REFERENCE } from '../support/referenceModels.ts';

type Type = 'AMPA' | 'NMDA' | 'GABA';
type Receptor = AnyModel<'receptor'>;
type Transmitter = AnyModel<'transmitter'>;

/** The reference has a transmitter of its own for each receptor. */
function receptor(run: GoldenRun, type: Type, kinetics: Receptor): Receptor {
  const p = (name: string) => goldenNumber(run.golden, `${type}.${name}`);
  const common = { transmitter: type, g: p('g'), e: p('e') };
  switch (type) {
    case 'AMPA':
      return ampa(kinetics, common);
    case 'GABA':
      return gaba(kinetics, common);
    case 'NMDA':
      return nmda(kinetics, { ...common, mg: p('mg'), mg_half: 3.75 });
  }
}

/** Current of a receptor as the reference keeps it: new open fraction, old voltage. */
function receptorCurrent(run: GoldenRun, type: Type, r: ArrayLike<number>, before: readonly number[]): number[] {
  const p = (name: string) => goldenNumber(run.golden, `${type}.${name}`);
  const block = (v: number) => (type === 'NMDA' ? 1 / (1 + (Math.exp(-0.062 * v) * p('mg')) / 3.75) : 1);
  return before.map((v, i) => block(v) * p('g') * r[i] * (v - p('e')));
}

interface IzhikevichPair {
  readonly types: readonly Type[];
  readonly electrical: boolean;
  readonly transmitter?: () => Transmitter;
  readonly kinetics?: () => Receptor;
}

/** Two neurons; the first has the current, the second gets what the first gives. */
function izhikevichPair(name: string, options: IzhikevichPair): GoldenRun {
  const run = new GoldenRun(name);
  const { network, golden } = run;
  const p = (key: string) => goldenNumber(golden, key);
  const v = p('current_voltage');
  const transmitter = options.transmitter ?? (() => approximateTransmitter({ lag: 1, t_max: 1, clearance: 0.01 }));
  const kinetics = options.kinetics ?? (() => approximateReceptor());
  const transmitters: { readonly [type: string]: Transmitter } = Object.fromEntries(options.types.map((t) => [t, transmitter()]));
  const receptors: { readonly [type: string]: Receptor } = Object.fromEntries(options.types.map((t) => [t, receptor(run, t, kinetics())]));
  const values = {
    ...izhikevichValues(golden),
    v,
    g_gap: p('gap_conductance'),
  };
  const pre = network.population('pre', izhikevich({ ...values, i_in: p('input_current'), transmitters }), 1);
  const post = network.population('post', izhikevich({ ...values, receptors, transmitters }), 1);
  if (options.electrical) network.connect(pre, post, electrical());
  if (options.types.length > 0) network.connect(pre, post, chemical());
  for (const [cell, side] of [
    [pre, 'pre'],
    [post, 'post'],
  ] as const) {
    run.compare(cell, 'v', `${side}_voltage`, VOLTAGE).compare(cell, 'w', `${side}_w`, VOLTAGE);
    run.compareSpikes(cell, `${side}_spike_steps`);
    for (const type of options.types) run.compare(cell, `${type}.conc`, `${side}_t_${type}`, FRACTION);
  }
  for (const type of options.types) {
    run.compare(post, `${type}.r`, `post_r_${type}`, FRACTION);
    run.derive(
      `current of ${type} from r and voltage`,
      (of) => receptorCurrent(run, type, of(post, `${type}.r`), shifted(v, of(post, 'v'))),
      `post_receptor_current_${type}`,
      CURRENT,
    );
  }
  return run;
}

goldenTests('Izhikevich, electrical', () => izhikevichPair('02_izh_electrical', { electrical: true, types: [] }));
goldenTests('Izhikevich, electrical and AMPA', () => izhikevichPair('02_izh_electrical_chemical_AMPA', { electrical: true, types: ['AMPA'] }));
goldenTests('Izhikevich, electrical and NMDA', () => izhikevichPair('02_izh_electrical_chemical_NMDA', { electrical: true, types: ['NMDA'] }));
goldenTests('Izhikevich, AMPA, NMDA and GABA', () =>
  izhikevichPair('02_izh_chemical_only_AMPA_NMDA_GABA', { electrical: false, types: ['AMPA', 'NMDA', 'GABA'] }),
);
goldenTests('Izhikevich, electrical and AMPA with the inverted decay of the reference, defined in the test', () =>
  izhikevichPair('02_izh_electrical_chemical_AMPA_expdecay', {
    electrical: true,
    types: ['AMPA'],
    transmitter: () => invertedDecayTransmitter('spiked')(),
    kinetics: () => invertedDecayReceptor(),
  }),
);

/**
 * The second neuron is near its threshold, where rounding shifts the recorded spikes: by up to 0.0091 of a step from the
 * same equations done in f64 apart from this project (2.2e-2 mV at step 3501 of AMPA), from which ours is 1e-4 mV away.
 */
const FLANK: Tolerance = { ...VOLTAGE, ofSlope: 0.01 };

/** What follows a voltage far below the largest value has that voltage's error, not one in proportion. */
const OPEN: Tolerance = { ...FRACTION, ofLargest: 1e-4 };

const GATE: Tolerance = { ...OPEN, ofSlope: 0.01 };

/** Destexhe's kinetics on both sides. */
function hodgkinHuxleyPair(name: string, type: 'AMPA' | 'GABA'): GoldenRun {
  const run = new GoldenRun(name);
  const { network, golden } = run;
  const p = (key: string) => goldenNumber(golden, key);
  const v = p('current_voltage');
  const channels = {
    'na.g': p('na_channel.g_na'),
    'na.e': p('na_channel.e_na'),
    'k.g': p('k_channel.g_k'),
    'k.e': p('k_channel.e_k'),
    'leak.g': p('k_leak_channel.g_k_leak'),
    'leak.e': p('k_leak_channel.e_k_leak'),
  };
  const values = { ...REFERENCE, ...gatesAtZero, ...channels, v, v_th: p('v_th'), c_m: p('c_m') };
  const transmitter = destexheTransmitter({
    t_max: p('neurotransmitter.t_max'),
    conc: p('neurotransmitter.t'),
    v_p: p('neurotransmitter.v_p'),
    k_p: p('neurotransmitter.k_p'),
  });
  // It follows the voltage at once, at most t_max / (4 k_p) per mV: in f64 within what the 1e-2 mV of a voltage make of it.
  const release: Tolerance = { ...OPEN, absoluteInF64: (1e-2 * p('neurotransmitter.t_max')) / (4 * p('neurotransmitter.k_p')) };
  const kinetics = destexheReceptor({ alpha: p('receptor_kinetics.alpha'), beta: p('receptor_kinetics.beta'), r: p('receptor_kinetics.r') });
  const pre = network.population('pre', hodgkinHuxley({ ...values, i_in: p('input_current'), transmitters: { [type]: transmitter } }), 1);
  const post = network.population('post', hodgkinHuxley({ ...values, receptors: { [type]: receptor(run, type, kinetics) } }), 1);
  network.connect(pre, post, chemical());
  run.compare(pre, 'v', 'pre_voltage', VOLTAGE).compareSpikes(pre, 'pre_spike_steps').compare(pre, `${type}.conc`, `pre_t_${type}`, release);
  run.compare(post, 'v', 'post_voltage', FLANK).compareSpikes(post, 'post_spike_steps').compare(post, `${type}.r`, `post_r_${type}`, OPEN);
  run.compare(post, 'na.m', 'post_m', GATE).compare(post, 'na.h', 'post_h', GATE).compare(post, 'k.n', 'post_n', GATE);
  return run.derive(
    `current of ${type} from r and voltage`,
    (of) => receptorCurrent(run, type, of(post, `${type}.r`), shifted(v, of(post, 'v'))),
    `post_receptor_current_${type}`,
    CURRENT,
  );
}

goldenTests('Hodgkin-Huxley, AMPA', () => hodgkinHuxleyPair('02_hh_chemical_AMPA', 'AMPA'));
goldenTests('Hodgkin-Huxley, GABA', () => hodgkinHuxleyPair('02_hh_chemical_GABA', 'GABA'));
