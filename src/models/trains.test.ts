import { describe, expect, it } from 'vitest';
import { allToAll, Network, type SimulateOptions, type SpikeTrain, simulate } from '../index.ts';
import { deltaDirac, exponentialDecay, leakyIntegrateAndFire, poissonTrain, presetTrain, pulse, rateTrain } from './index.ts';

const PRECISIONS = ['f32', 'f64'] as const;

async function spikeSteps(model: SpikeTrain, dt: number, duration: number, options: SimulateOptions = {}): Promise<number[]> {
  const network = new Network({ dt });
  const train = network.population('train', model, 1);
  network.recordSpikes(train);
  const simulation = await simulate(network, options);
  await simulation.run(duration);
  return [...simulation.recordings.spikes(train).steps];
}

describe('rate train', () => {
  it.each(PRECISIONS)('keeps to exact arithmetic over 100 s in %s', async (precision) => {
    // In hundredths of a ms: the n-th spike comes in the first step that ends at or after n intervals.
    for (const interval of [500, 1000, 300, 3330, 777, 25]) {
      const steps = await spikeSteps(rateTrain({ interval: interval / 100 }), 0.1, 100_000, { precision });
      const exact = Array.from({ length: Math.floor(10_000_000 / interval) }, (_, n) => Math.ceil(((n + 1) * interval) / 10) - 1);
      expect(steps).toEqual([...new Set(exact)]);
    }
  });

  it('is silent with an interval of 0', async () => {
    expect(await spikeSteps(rateTrain({ interval: 0 }), 0.1, 100)).toEqual([]);
  });

  it('takes an interval a cell', async () => {
    const network = new Network({ dt: 0.1 });
    const trains = network.population('trains', rateTrain(), 3).set({ interval: [5, 20, 33.3] });
    network.recordSpikeCounts(trains);
    const simulation = await simulate(network);
    await simulation.run(1000);
    expect([...simulation.recordings.spikeCounts(trains)]).toEqual([200, 50, 30]);
  });
});

describe('preset train', () => {
  it.each(PRECISIONS)('spikes in the step that ends at each time in %s', async (precision) => {
    expect(await spikeSteps(presetTrain({ times: [0.1, 0.2, 3, 7.3] }), 0.1, 10, { precision })).toEqual([0, 1, 29, 72]);
    expect(await spikeSteps(presetTrain(), 0.1, 10, { precision })).toEqual([]);
  });
});

describe('poisson train', () => {
  it('has the rate, the variance and the independence of its law', async () => {
    const network = new Network({ dt: 0.5, seed: 3 });
    const trains = network.population('trains', poissonTrain({ rate: 40 }), 400);
    network.recordSpikeCounts(trains);
    const simulation = await simulate(network);
    await simulation.run(5000);
    const counts = [...simulation.recordings.spikeCounts(trains)];
    const mean = counts.reduce((a, b) => a + b) / counts.length;
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1);
    // 200 spikes each, p = 0.02 a step; bounds of four standard errors.
    expect(Math.abs(mean - 200)).toBeLessThan(4 * Math.sqrt(200 / 400));
    expect(Math.abs(variance / 200 - 0.98)).toBeLessThan(4 * Math.sqrt(2 / 400));
  });

  it('is silent at rate 0, and depends on the seed alone', async () => {
    expect(await spikeSteps(poissonTrain({ rate: 0 }), 0.1, 1000)).toEqual([]);
    const [js, wasm] = [await spikeSteps(poissonTrain(), 0.1, 2000, { backend: 'js' }), await spikeSteps(poissonTrain(), 0.1, 2000)];
    expect(js.length).toBeGreaterThan(5);
    expect(wasm).toEqual(js);
  });
});

describe('refractoriness', () => {
  it('is a bell or an exponential of the time since the last spike, v_rest before the first', async () => {
    for (const [shape, effect] of [
      [deltaDirac(4), (s: number) => Math.exp((-s * s) / 4)],
      [exponentialDecay(3), (s: number) => Math.exp(-s / 3)],
    ] as const) {
      const network = new Network({ dt: 0.5 });
      const train = network.population('train', presetTrain({ times: [2, 5], v_rest: -60, ...shape }), 1);
      network.record(train, 'waveform').record(train, 'v');
      const simulation = await simulate(network, { precision: 'f64' });
      await simulation.run(8);
      const { times, values } = simulation.recordings.trace(train, 'waveform');
      values.forEach((v, i) => {
        const since = times[i] < 2 ? Number.POSITIVE_INFINITY : times[i] < 5 ? times[i] - 2 : times[i] - 5;
        expect(v).toBeCloseTo(-60 + 90 * effect(since), 10);
      });
      const peaks = Array.from(simulation.recordings.trace(train, 'v').values, (v) => (v === 30 ? 1 : v === -60 ? 0 : Number.NaN));
      expect(peaks).toEqual(Array.from(times, (t) => (t === 2 || t === 5 ? 1 : 0)));
    }
  });

  it('reaches a neuron as current through its gap conductance, whatever its voltage', async () => {
    const network = new Network({ dt: 0.1 });
    const trains = network.population('trains', presetTrain({ times: [0.1], v_th: 10, v_rest: -2, ...exponentialDecay(5) }), 2);
    const cell = network.population('cell', leakyIntegrateAndFire({ v: -60, g_gap: 3 }), 1);
    network.connect(trains, cell, pulse({ w: 0.5 }), allToAll());
    network.record(cell, 'i_gap');
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(4);
    // What a step feels is the waveform at its start.
    simulation.recordings.trace(cell, 'i_gap').values.forEach((i, step) => {
      const waveform = step === 0 ? -2 : -2 + 12 * Math.exp((-0.1 * (step - 1)) / 5);
      expect(i).toBeCloseTo(2 * 0.5 * 3 * waveform, 10);
    });
  });
});
