import { describe, expect, it } from 'vitest';
import { defineTransmitter, Network, quantity, type SpikeTrain, simulate, type Transmitter } from '../../src/index.ts';
import { approximateTransmitter, deltaDirac, exponentialDecay, presetTrain, rateTrain } from '../../src/models/index.ts';
import { goldenColumn, goldenNumber, loadGolden } from '../support/golden.ts';
import { CONFIGURATIONS, CURRENT, expectClose, FRACTION } from '../support/goldenRun.ts';

describe('refractoriness functions', () => {
  const golden = loadGolden('10_refractoriness');

  /** `delta_dirac_k50_rest-65_dt1` and the like, as parameters of a train. The reference's k counts steps times ms in the bell. */
  const curves = Object.keys(golden.series).map((name) => {
    const [, kind, k, rest, dt] = /^(delta_dirac|exponential_decay)_k(\d+)_rest(-?\d+)_dt([\d.]+)$/.exec(name) ?? [];
    const shape = kind === 'delta_dirac' ? deltaDirac(Number(k) * Number(dt)) : exponentialDecay(Number(k));
    return { name, dt: Number(dt), v_rest: Number(rest), ...shape };
  });

  it.each(CONFIGURATIONS)('on $backend in $precision', async (configuration) => {
    expect(curves).toHaveLength(24);
    for (const dt of [0.1, 1]) {
      const own = curves.filter((curve) => curve.dt === dt);
      const column = (key: 'v_rest' | 'tau' | 'shape') => own.map((curve) => curve[key]);
      const network = new Network({ dt });
      const trains = network.population('trains', presetTrain({ times: [dt], v_th: goldenNumber(golden, 'v_max') }), own.length);
      trains.set({ v_rest: column('v_rest'), tau: column('tau'), shape: column('shape') });
      network.record(trains, 'waveform');
      const simulation = await simulate(network, configuration);
      await simulation.run(golden.steps * dt);
      const trace = simulation.recordings.trace(trains, 'waveform');
      own.forEach(({ name }, cell) => expectClose(name, trace.of(cell), goldenColumn(golden, name), CURRENT));
    }
  });
});

/** What the reference calls exponential decay: what stays after a step is 1 - exp(-dt / decay). */
const invertedDecay = defineTransmitter({
  name: 'inverted decay',
  quantities: { conc: quantity(0, 'mM'), t_max: quantity(1, 'mM'), decay: quantity(2, 'ms') },
  step: 'conc = clamp(conc - conc * exp(-dt / decay) + where(spike, t_max, 0), 0, t_max)',
});

describe('spike trains', () => {
  const golden = loadGolden('10_spike_trains');
  const names = Object.keys(golden.series).flatMap((series) => (series.endsWith('.spike_steps') ? [series.replace('.spike_steps', '')] : []));

  /** A train that spikes in the steps of the trace, with the transmitter and the refractoriness that the reference gave it. */
  function trainOf(name: string): { readonly model: SpikeTrain; readonly dt: number } {
    const p = (key: string) => goldenNumber(golden, `${name}.${key}`);
    const dt = p('dt');
    const preset = name.startsWith('preset');
    const glutamate: Transmitter = preset ? approximateTransmitter() : invertedDecay();
    const times = goldenColumn(golden, `${name}.spike_steps`).map((step) => (step + 1) * dt);
    const shape = preset ? deltaDirac(p('k') * dt) : exponentialDecay(p('k'));
    return { dt, model: presetTrain({ times, v_th: p('v_th'), v_rest: p('v_resting'), lag: dt, ...shape, transmitters: { glutamate } }) };
  }

  it.each(CONFIGURATIONS)('on $backend in $precision', async (configuration) => {
    expect(names).toHaveLength(8);
    const conductance = goldenNumber(golden, 'post_gap_conductance');
    for (const name of names) {
      const { model, dt } = trainOf(name);
      const network = new Network({ dt });
      const train = network.population('train', model, 1);
      network.record(train, 'v' as never).record(train, 'waveform' as never);
      network.record(train, 'glutamate.conc' as never).recordSpikes(train);
      const simulation = await simulate(network, configuration);
      await simulation.run(golden.steps * dt);
      const trace = (quantity: string) => Array.from(simulation.recordings.trace(train, quantity).values);
      const steps = goldenColumn(golden, `${name}.spike_steps`);
      expect([...simulation.recordings.spikes(train).steps], name).toEqual(steps);
      const [peak, rest] = [goldenNumber(golden, `${name}.v_th`), goldenNumber(golden, `${name}.v_resting`)];
      const spiking = new Set(steps);
      expect(trace('v'), name).toEqual(Array.from({ length: golden.steps }, (_, step) => (spiking.has(step) ? peak : rest)));

      const concentration = goldenColumn(golden, `${name}.t`);
      expectClose(`${name}.t`, trace('glutamate.conc').slice(0, concentration.length), concentration, FRACTION);
      // The reference looks before the step and leaves out the conductance until the first spike.
      const current = goldenColumn(golden, `${name}.gap_junction`).slice(1);
      const first = steps[0] ?? golden.steps;
      const own = trace('waveform').map((v, step) => (step < first ? v : conductance * v));
      expectClose(`${name}.gap_junction`, own.slice(0, current.length), current, CURRENT);
    }
  });

  // The clock of the reference, which adds up dt in 32 bits, takes another step for an interval of 5 ms.
  it.each(['rate_10_dt0.1', 'rate_33.3_dt0.1', 'rate_10_dt1', 'rate_0_dt0.1'])('%s with a rate train of ours', async (name) => {
    const dt = goldenNumber(golden, `${name}.dt`);
    for (const configuration of CONFIGURATIONS) {
      const network = new Network({ dt });
      const train = network.population('train', rateTrain({ interval: goldenNumber(golden, `${name}.rate`) }), 1);
      network.recordSpikes(train);
      const simulation = await simulate(network, configuration);
      await simulation.run(golden.steps * dt);
      expect([...simulation.recordings.spikes(train).steps]).toEqual(goldenColumn(golden, `${name}.spike_steps`));
    }
  });
});
