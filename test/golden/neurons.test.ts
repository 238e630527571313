import { describe, expect, it } from 'vitest';
import { findPeaks } from '../../src/analysis/index.ts';
import { Network, simulate } from '../../src/index.ts';
import {
  adaptiveExponential,
  adaptiveLeaky,
  bcmIzhikevich,
  gatesAtZero,
  hodgkinHuxley,
  izhikevich,
  leakyIntegrateAndFire,
  leakyIzhikevich,
  morrisLecar,
  quadraticIntegrateAndFire,
  simpleLeaky,
} from '../../src/models/index.ts';
import { goldenColumn, goldenNumber, loadGolden } from '../support/golden.ts';
import { CONFIGURATIONS, CURRENT, FRACTION, GoldenRun, goldenTests, shifted, VOLTAGE } from '../support/goldenRun.ts';
import { izhikevichValues, REFERENCE } from '../support/referenceModels.ts';

goldenTests('leaky integrate-and-fire', () => {
  const run = new GoldenRun('01_static_leaky_integrate_and_fire');
  const p = (name: string) => goldenNumber(run.golden, name);
  const model = leakyIntegrateAndFire({
    ...REFERENCE,
    v: p('current_voltage'),
    e_leak: p('e_l'),
    v_th: p('v_th'),
    v_reset: p('v_reset'),
    t_ref: p('tref'),
    tau_m: p('tau_m'),
    g_leak: p('g_l'),
    i_in: p('input_current'),
  });
  const cell = run.network.population('cell', model, 1);
  return run.compare(cell, 'v', 'voltage', VOLTAGE).compareSpikes(cell, 'spike_steps');
});

goldenTests('quadratic integrate-and-fire', () => {
  const run = new GoldenRun('01_static_quadratic_integrate_and_fire');
  const p = (name: string) => goldenNumber(run.golden, name);
  // The reference resets to the resting potential, and its current is a voltage.
  const model = quadraticIntegrateAndFire({
    ...REFERENCE,
    v: p('current_voltage'),
    v_rest: p('v_reset'),
    v_reset: p('v_reset'),
    v_c: p('v_c'),
    v_th: p('v_th'),
    a: p('alpha'),
    t_ref: p('tref'),
    tau_m: p('tau_m'),
    g_leak: 1 / p('integration_constant'),
    i_in: p('input_current'),
  });
  const cell = run.network.population('cell', model, 1);
  return run.compare(cell, 'v', 'voltage', VOLTAGE).compareSpikes(cell, 'spike_steps');
});

goldenTests('adaptive leaky integrate-and-fire', () => {
  const run = new GoldenRun('01_static_adaptive_leaky_integrate_and_fire');
  const p = (name: string) => goldenNumber(run.golden, name);
  // The reference divides the voltages by what it calls c_m (Q8).
  const model = adaptiveLeaky({
    ...REFERENCE,
    v: p('current_voltage'),
    w: p('w_value'),
    e_leak: p('e_l'),
    v_th: p('v_th'),
    v_reset: p('v_reset'),
    t_ref: p('tref'),
    tau_m: p('c_m'),
    g_leak: p('g_l'),
    tau_w: p('tau_m'),
    a: p('alpha'),
    b: p('beta'),
    i_in: p('input_current'),
  });
  const cell = run.network.population('cell', model, 1);
  return run.compare(cell, 'v', 'voltage', VOLTAGE).compare(cell, 'w', 'w_value', VOLTAGE).compareSpikes(cell, 'spike_steps');
});

goldenTests('adaptive exponential integrate-and-fire', () => {
  const run = new GoldenRun('01_static_adaptive_exp_leaky_integrate_and_fire');
  const p = (name: string) => goldenNumber(run.golden, name);
  // In the reference the threshold of the exponential cuts spikes off too (Q9).
  const model = adaptiveExponential({
    ...REFERENCE,
    v: p('current_voltage'),
    w: p('w_value'),
    e_leak: p('e_l'),
    v_t: p('v_th'),
    v_peak: p('v_th'),
    v_reset: p('v_reset'),
    delta: p('slope_factor'),
    t_ref: p('tref'),
    c_m: p('c_m') * p('g_l'),
    g_leak: p('g_l'),
    tau_w: p('tau_m'),
    a: p('alpha'),
    b: p('beta'),
    i_in: p('input_current'),
  });
  const cell = run.network.population('cell', model, 1);
  return run.compare(cell, 'v', 'voltage', VOLTAGE).compare(cell, 'w', 'w_value', VOLTAGE).compareSpikes(cell, 'spike_steps');
});

goldenTests('simple leaky integrate-and-fire', () => {
  const run = new GoldenRun('01_static_simple_leaky_integrate_and_fire');
  const p = (name: string) => goldenNumber(run.golden, name);
  const model = simpleLeaky({
    ...REFERENCE,
    v: p('current_voltage'),
    v_th: p('v_th'),
    v_reset: p('v_reset'),
    g: -p('g'),
    e: p('e'),
    i_in: p('input_current'),
  });
  const cell = run.network.population('cell', model, 1);
  return run.compare(cell, 'v', 'voltage', VOLTAGE).compareSpikes(cell, 'spike_steps');
});

goldenTests('Izhikevich', () => izhikevichRun('01_static_izhikevich'));

goldenTests('BCM Izhikevich', () => {
  const run = new GoldenRun('01_static_bcm_izhikevich');
  const p = (name: string) => goldenNumber(run.golden, name);
  const window = p('firing_rate_window');
  const model = bcmIzhikevich({ ...izhikevichValues(run.golden), v: p('current_voltage'), i_in: p('input_current'), window, period: p('period') });
  const cell = run.network.population('cell', model, 1);
  return run.compare(cell, 'v', 'voltage', VOLTAGE).compare(cell, 'w', 'w_value', VOLTAGE).compareSpikes(cell, 'spike_steps');
});

describe('leaky Izhikevich', () => {
  it.each(CONFIGURATIONS)('has the spikes and voltages that the reference printed, on $backend in $precision', async (configuration) => {
    const network = new Network({ dt: 0.1 });
    const values = { v: -65, w: 30, a: 0.02, b: 0.2, c: -55, d: 8, e_leak: -65, v_th: 30, c_m: 100, tau_m: 10 };
    const cell = network.population('cell', leakyIzhikevich({ ...REFERENCE, ...values, i_in: 40 }), 1);
    network.recordSpikes(cell).record(cell, 'v');
    const simulation = await simulate(network, configuration);
    await simulation.run(1000);
    const v = simulation.recordings.trace(cell, 'v').values;
    expect([...simulation.recordings.spikes(cell).steps]).toEqual([6813, 9947]);
    const printed = { 1: -64.975998, 10: -64.79007, 100: -64.227806, 1000: -63.942848, 10000: -57.19323 };
    for (const [step, expected] of Object.entries(printed)) expect(Math.abs(v[Number(step) - 1] - expected), step).toBeLessThan(1e-2);
    expect(Math.abs(simulation.get(cell, 'w')[0] - 7.529892)).toBeLessThan(1e-2);
  });
});

function izhikevichRun(name: string): GoldenRun {
  const run = new GoldenRun(name);
  const p = (name: string) => goldenNumber(run.golden, name);
  const model = izhikevich({
    ...izhikevichValues(run.golden),
    v: p('current_voltage'),
    i_in: p('input_current'),
  });
  const cell = run.network.population('cell', model, 1);
  return run.compare(cell, 'v', 'voltage', VOLTAGE).compare(cell, 'w', 'w_value', VOLTAGE).compareSpikes(cell, 'spike_steps');
}

goldenTests('Hodgkin-Huxley', () => {
  const run = new GoldenRun('01_static_hodgkin_huxley');
  const p = (name: string) => goldenNumber(run.golden, name);
  const na = { g: p('na_channel.g_na'), e: p('na_channel.e_na') };
  const k = { g: p('k_channel.g_k'), e: p('k_channel.e_k') };
  const leak = { g: p('k_leak_channel.g_k_leak'), e: p('k_leak_channel.e_k_leak') };
  const channels = { 'na.g': na.g, 'na.e': na.e, 'k.g': k.g, 'k.e': k.e, 'leak.g': leak.g, 'leak.e': leak.e };
  const v = p('current_voltage');
  const model = hodgkinHuxley({
    ...REFERENCE,
    ...gatesAtZero,
    v,
    v_th: p('v_th'),
    c_m: p('c_m'),
    i_in: p('input_current'),
    ...channels,
  });
  const cell = run.network.population('cell', model, 1);
  run.compare(cell, 'v', 'voltage', VOLTAGE).compareSpikes(cell, 'spike_steps');
  run.compare(cell, 'na.m', 'm', FRACTION).compare(cell, 'na.h', 'h', FRACTION).compare(cell, 'k.n', 'n', FRACTION);
  // The reference keeps the current of a step: new gates, old voltage.
  run.derive(
    'sodium current from gates and voltage',
    (of) => {
      const [m, h, before] = [of(cell, 'na.m'), of(cell, 'na.h'), shifted(v, of(cell, 'v'))];
      return before.map((x, i) => na.g * m[i] ** 3 * h[i] * (x - na.e));
    },
    'i_na',
    CURRENT,
  );
  run.derive(
    'potassium current from gate and voltage',
    (of) => {
      const [n, before] = [of(cell, 'k.n'), shifted(v, of(cell, 'v'))];
      return before.map((x, i) => k.g * n[i] ** 4 * (x - k.e));
    },
    'i_k',
    CURRENT,
  );
  return run.derive('leak current from voltage', (of) => shifted(v, of(cell, 'v')).map((x) => leak.g * (x - leak.e)), 'i_k_leak', CURRENT);
});

goldenTests('Morris-Lecar', () => {
  const run = new GoldenRun('01_static_morris_lecar');
  const p = (name: string) => goldenNumber(run.golden, name);
  const v = p('current_voltage');
  const channels = {
    'ca.g': p('ca_channel.g_ca'),
    'ca.e': p('ca_channel.v_ca'),
    'ca.v_1': p('ca_channel.v_1'),
    'ca.v_2': p('ca_channel.v_2'),
    'k.g': p('k_channel.g_k'),
    'k.e': p('k_channel.v_k'),
    'k.n': p('k_channel.n'),
    'k.phi': p('k_channel.phi'),
    'k.v_3': p('k_channel.v_3'),
    'k.v_4': p('k_channel.v_4'),
    'leak.g': p('leak_channel.g_l'),
    'leak.e': p('leak_channel.v_l'),
  };
  const model = morrisLecar({
    ...REFERENCE,
    v,
    v_th: p('v_th'),
    c_m: p('c_m'),
    i_in: p('input_current'),
    ...channels,
  });
  const cell = run.network.population('cell', model, 1);
  run.compare(cell, 'v', 'voltage', VOLTAGE).compareSpikes(cell, 'spike_steps').compare(cell, 'k.n', 'n', FRACTION);
  // Ours show these for the new voltage, the reference keeps those of the old.
  run.record(cell, 'k.n_ss', 'k.t_n', 'ca.m_ss');
  const later = (series: string) => (run.golden.series[series] as readonly number[]).slice(1);
  run.derive('n_ss', (of) => Array.from(of(cell, 'k.n_ss')).slice(0, -1), later('n_ss'), FRACTION);
  run.derive('t_n', (of) => Array.from(of(cell, 'k.t_n')).slice(0, -1), later('t_n'), FRACTION);
  return run.derive('m_ss', (of) => Array.from(of(cell, 'ca.m_ss')).slice(0, -1), later('m_ss'), FRACTION);
});

it('peaks of the recorded Hodgkin-Huxley trace lie a sample before the spikes that are counted for them', () => {
  const golden = loadGolden('01_static_hodgkin_huxley');
  const peaks = findPeaks(goldenColumn(golden, 'voltage'), { above: goldenNumber(golden, 'v_th') });
  expect([...peaks].map((sample) => sample + 1)).toEqual(goldenColumn(golden, 'spike_steps'));
});

describe('not compared', () => {
  it.skip('refractory_count of leaky integrate-and-fire: our cells keep the step in which the refractory period ends, no counter');
  it.skip('find_peaks of Hodgkin-Huxley: the reference tests the curvature a sample late, and finds troughs too (Q17)');
  it.skip(
    'average_activity, current_activity and num_spikes of 01_static_bcm_izhikevich: the count is never reset (Q12) and divided by the window times dt (Q11)',
  );
  it.skip('firing_rate_clock of 01_static_bcm_izhikevich: our cells count steps');
});
