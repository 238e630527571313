import { describe, expect, it } from 'vitest';
import { defineNeuron, defineTransmitter, Network, quantity, simulate, type View } from '../../src/index.ts';

import {
  ampa,
  approximateReceptor,
  approximateTransmitter,
  chemical,
  destexheReceptor,
  destexheTransmitter,
  discreteSpikeTransmitter,
  exponentialDecayReceptor,
  exponentialDecayTransmitter,
  gaba,
  nmda,
} from '../../src/models/index.ts';
import { goldenColumn, goldenNumber, loadGolden } from '../support/golden.ts';
import { CONFIGURATIONS, CURRENT, expectClose, FRACTION } from '../support/goldenRun.ts';
import { invertedDecayReceptor, invertedDecayTransmitter } from '../support/referenceModels.ts';

/** A cell whose voltage and spikes come from outside. */
const driven = defineNeuron({
  name: 'driven cell',
  quantities: { v: quantity(-70, 'mV', ''), flag: quantity(0, '1', '') },
  spike: 'flag > 0.5',
  integrator: 'euler',
  coupling: 'staggered',
});

/** The time constant with which the library's decay leaves as much after a step of dt as the inverted one: 1 - exp(-dt / decay). */
const uninverted = (decay: number, dt: number) => -dt / Math.log(-Math.expm1(-dt / decay));

describe('transmitter kinetics', () => {
  const golden = loadGolden('03_neurotransmitter_kinetics');
  const p = (name: string) => goldenNumber(golden, name);
  const transmitters = {
    destexhe: destexheTransmitter({ t_max: p('destexhe.t_max'), conc: p('destexhe.t'), v_p: p('destexhe.v_p'), k_p: p('destexhe.k_p') }),
    destexhe_alt: destexheTransmitter({
      t_max: p('destexhe_alt.t_max'),
      conc: p('destexhe_alt.t'),
      v_p: p('destexhe_alt.v_p'),
      k_p: p('destexhe_alt.k_p'),
    }),
    approximate: approximateTransmitter({ t_max: p('approximate.t_max'), conc: p('approximate.t'), clearance: p('approximate.clearance_constant') }),
    approximate_alt: approximateTransmitter({
      t_max: p('approximate_alt.t_max'),
      conc: p('approximate_alt.t'),
      clearance: p('approximate_alt.clearance_constant'),
    }),
    discrete_spike: discreteSpikeTransmitter({ t_max: p('discrete_spike.t_max'), conc: p('discrete_spike.t') }),
    exponential_decay: invertedDecayTransmitter('spike')({
      t_max: p('exponential_decay.t_max'),
      conc: p('exponential_decay.t'),
      decay: p('exponential_decay.decay_constant'),
    }),
    exponential_decay_alt: invertedDecayTransmitter('spike')({
      t_max: p('exponential_decay_alt.t_max'),
      conc: p('exponential_decay_alt.t'),
      decay: p('exponential_decay_alt.decay_constant'),
    }),
    library_decay: exponentialDecayTransmitter({
      t_max: p('exponential_decay_alt.t_max'),
      conc: p('exponential_decay_alt.t'),
      tau_decay: uninverted(p('exponential_decay_alt.decay_constant'), golden.dt),
    }),
  };
  const series = (name: string) => goldenColumn(golden, `t_${name === 'library_decay' ? 'exponential_decay_alt' : name}`);

  it.each(CONFIGURATIONS)('follow the recorded voltage and spikes on $backend in $precision', async ({ backend, precision }) => {
    const network = new Network({ dt: golden.dt });
    const cell = network.population('cell', driven({ transmitters }), 1);
    for (const name of Object.keys(transmitters)) network.record(cell as View, `${name}.conc`);
    network.recordSpikes(cell);
    const simulation = await simulate(network, { backend, precision });
    const voltage = goldenColumn(golden, 'voltage');
    const flag = goldenColumn(golden, 'is_spiking');
    for (let k = 0; k < golden.steps; k++) {
      await simulation.set(cell, { v: voltage[k], flag: flag[k] });
      await simulation.run(golden.dt);
    }
    expect([...simulation.recordings.spikes(cell).steps]).toEqual(flag.flatMap((on, k) => (on ? [k] : [])));
    for (const name of Object.keys(transmitters)) {
      const what = `${golden.scenario} on ${backend} in ${precision}: ${name}`;
      expectClose(what, simulation.recordings.trace(cell, `${name}.conc`).of(0), series(name), FRACTION, precision);
    }
  });
});

describe('receptor kinetics and currents', () => {
  const golden = loadGolden('03_receptor_kinetics');
  const p = (name: string) => goldenNumber(golden, name);
  const given = defineTransmitter({ name: 'given concentration', quantities: { conc: quantity(0, 'mM', '') } });
  const now = { transmitter: 'now' };

  /** Open fractions alone: their currents are not recorded. */
  const kinetics = {
    destexhe: ampa(destexheReceptor({ r: p('destexhe.r'), alpha: p('destexhe.alpha'), beta: p('destexhe.beta') }), now),
    destexhe_alt: ampa(destexheReceptor({ r: p('destexhe_alt.r'), alpha: p('destexhe_alt.alpha'), beta: p('destexhe_alt.beta') }), now),
    approximate: ampa(approximateReceptor(), now),
    exponential_decay: ampa(
      invertedDecayReceptor({ r: p('exponential_decay.r'), r_max: p('exponential_decay.r_max'), closing: p('exponential_decay.decay_constant') }),
      now,
    ),
    exponential_decay_alt: ampa(
      invertedDecayReceptor({
        r: p('exponential_decay_alt.r'),
        r_max: p('exponential_decay_alt.r_max'),
        closing: p('exponential_decay_alt.decay_constant'),
      }),
      now,
    ),
    library_decay: ampa(
      exponentialDecayReceptor({
        r: p('exponential_decay_alt.r'),
        r_max: p('exponential_decay_alt.r_max'),
        tau_close: uninverted(p('exponential_decay_alt.decay_constant'), golden.dt),
      }),
      now,
    ),
  };
  const openFraction = (name: string) => goldenColumn(golden, `r_${name === 'library_decay' ? 'exponential_decay_alt' : name}`);

  /** Receptors with Destexhe's kinetics, each with the concentration of another time. */
  const binding = destexheReceptor({ alpha: 1, beta: 1 });
  const receptors = {
    AMPA: ampa(binding, { transmitter: 'now', g: p('AMPA.g'), e: p('AMPA.e') }),
    NMDA: nmda(binding, { transmitter: 'later', g: p('NMDA.g'), e: p('NMDA.e'), mg: p('NMDA.mg'), mg_half: 3.75 }),
    GABA: gaba(binding, { transmitter: 'latest', g: p('GABA.g'), e: p('GABA.e') }),
  };

  it.each(CONFIGURATIONS)('follow the recorded concentration and voltage on $backend in $precision', async ({ backend, precision }) => {
    const network = new Network({ dt: golden.dt });
    const source = network.population('source', driven({ transmitters: { now: given(), later: given(), latest: given() } }), 1);
    const fractions = network.population('fractions', driven({ receptors: kinetics }), 1);
    const currents = network.population('currents', driven({ receptors }), 1);
    network.connect(source, fractions, chemical({ types: ['now'] }));
    network.connect(source, currents, chemical());
    for (const name of Object.keys(kinetics)) network.record(fractions as View, `${name}.r`);
    for (const name of Object.keys(receptors)) network.record(currents as View, `${name}.current`);
    const simulation = await simulate(network, { backend, precision });
    const t = goldenColumn(golden, 't');
    const voltage = goldenColumn(golden, 'voltage');
    const total: number[] = [];
    for (let k = 0; k < golden.steps; k++) {
      const at = (shift: number) => t[(k + shift) % golden.steps];
      await simulation.set(source, { 'now.conc': at(0), 'later.conc': at(37), 'latest.conc': at(71) });
      await simulation.set(currents, { v: voltage[k] });
      await simulation.run(golden.dt);
      total.push(simulation.get(currents as View, 'i_receptors')[0] * (golden.dt / p('c_m')));
    }
    const on = `${golden.scenario} on ${backend} in ${precision}`;
    for (const name of Object.keys(kinetics)) {
      expectClose(`${on}: r of ${name}`, simulation.recordings.trace(fractions, `${name}.r`).of(0), openFraction(name), FRACTION, precision);
    }
    for (const name of Object.keys(receptors)) {
      const expected = goldenColumn(golden, `receptor_current_${name}`);
      expectClose(`${on}: current of ${name}`, simulation.recordings.trace(currents, `${name}.current`).of(0), expected, CURRENT, precision);
    }
    expectClose(`${on}: all currents`, total, goldenColumn(golden, 'get_receptor_currents_total'), CURRENT, precision);
  });
});
