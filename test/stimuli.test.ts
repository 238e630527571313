import { describe, expect, it } from 'vitest';
import { chooseShown } from '../src/browser/page/choice.ts';
import { Network, readResults, type SimulateOptions, simulate } from '../src/index.ts';
import * as library from '../src/models/index.ts';
import { parseNetwork, printNetwork } from '../src/text/index.ts';
import { sameData } from '../src/text/sameData.ts';
import { Workplace } from './cli/support.ts';
import { difference, observe } from './support/observe.ts';

const MODES: readonly Required<Pick<SimulateOptions, 'backend' | 'precision'>>[] = (['js', 'wasm'] as const).flatMap((backend) =>
  (['f32', 'f64'] as const).map((precision) => ({ backend, precision })),
);

const { iafPscExp, izhikevich, ornsteinUhlenbeckCurrent, poissonInput, poissonTrain, presetTrain } = library;
const { rampCurrent, sineCurrent, stepCurrent, timedArray, whiteNoiseCurrent } = library;

/** Every stimulus of the library: onto a variable, a port, parameters, trains, other stimuli; all of a population, or some. */
function stimulated(): Network {
  const network = new Network({ dt: 0.1, seed: 9, duration: 40 });
  const cells = network.population('cells', izhikevich(), 5);
  const others = network.population('others', iafPscExp(), 6);
  const trains = network.population('trains', poissonTrain({ rate: 50 }), 4);
  const preset = network.population('preset', presetTrain(), 2).set({ times: [Float64Array.of(1.1, 20), [30]] });
  network.stimulate(cells, stepCurrent({ target: 'i_in', amplitude: 9, start: 3.3, stop: 30 }), { name: 'step' }).set({ amplitude: '5 + 3 * index' });
  network.stimulate(cells.slice(1, 4), ornsteinUhlenbeckCurrent({ target: 'i_in', sigma: 2 }), { name: 'noise' });
  network.stimulate(cells, timedArray({ target: 'i_gap', interval: 7 }), { name: 'samples' }).set({ values: [[1, 2], [3], [4, 5, 6], [-7], [8]] });
  const events = network.stimulate(others, poissonInput({ target: 'i_syn_ex', rate: 900, w: 300 }), { name: 'events' });
  network.stimulate(events, rampCurrent({ target: 'rate', slope: 20 }), { name: 'ramp' });
  network.stimulate(others, whiteNoiseCurrent({ target: 'v', sigma: 0.1 }), { name: 'white' });
  network.stimulate(trains, sineCurrent({ target: 'rate', amplitude: 60, frequency: 40 }), { name: 'wave' });
  network.stimulate(trains, timedArray({ target: 'rate' }), { name: 'rates' }).set({ values: Float32Array.of(1, 50.1, -3), interval: 4.4 });
  for (const some of [cells, others, trains, preset]) network.recordSpikes(some);
  return network.record(cells, 'v').record(others, 'v').record(cells, 'i_in');
}

const run = async (network: Network, options: SimulateOptions, duration = 15) => {
  const simulation = await simulate(network, options);
  await simulation.run(duration);
  return simulation;
};

describe('a network with every stimulus of the library', () => {
  it('has them all', () => {
    const names = Object.values(library).flatMap((model) => ('def' in model && model.def.kind === 'stimulus' ? [model.def.name] : []));
    const used = new Set(stimulated().def.populations.map(({ model }) => model.name));
    expect(names.filter((name) => !used.has(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(6);
  });

  it.each(['yaml', 'json'] as const)('is the same network as text, in %s, and has the same bits', async (format) => {
    const network = stimulated();
    const text = printNetwork(network.def, { format });
    const read = parseNetwork(text);
    expect(sameData(read, network.def)).toBe(true);
    expect(printNetwork(read, { format })).toBe(text);
    const [a, b] = await Promise.all([network, Network.from(read)].map(async (one) => observe(await run(one, { precision: 'f32' }))));
    expect(difference(a, b)).toBeUndefined();
  });

  it.each(['f32', 'f64'] as const)('has the same bits on js and wasm, run at once or in pieces, in %s', async (precision) => {
    const [js, wasm] = await Promise.all((['js', 'wasm'] as const).map((backend) => run(stimulated(), { backend, precision })));
    expect(js.recordings.spikes('cells').steps.length).toBeGreaterThan(3);
    expect(js.recordings.spikes('preset').steps.length).toBe(1);
    expect(difference(observe(js), observe(wasm))).toBeUndefined();
    const pieces = await run(stimulated(), { precision }, 4.3);
    for (const piece of [0.1, 6.6, 4]) await pieces.run(piece);
    expect(difference(observe(pieces), observe(wasm))).toBeUndefined();
  });

  it.each(MODES)('goes on from a snapshot as if there had been none on $backend in $precision', async (mode) => {
    const whole = await run(stimulated(), mode, 20);
    const other = mode.backend === 'js' ? 'wasm' : 'js';
    const first = await run(stimulated(), { ...mode, backend: other }, 9.7);
    const second = await simulate(stimulated(), mode);
    await second.restore(await first.snapshot({ recordings: true }));
    await second.run(10.3);
    expect(difference(observe(second), observe(whole))).toBeUndefined();
  });

  it('keeps its state when it is replaced by itself, and when a parameter becomes one a cell', async () => {
    const whole = await run(stimulated(), {}, 12);
    const replaced = await run(stimulated(), {}, 5);
    await replaced.replace(stimulated());
    await replaced.run(7);
    const spikes = (simulation: typeof whole) => ['cells', 'others', 'trains'].map((name) => [...simulation.recordings.spikes(name).steps]);
    expect(spikes(replaced)).toEqual(spikes(whole));
    const spread = await run(stimulated(), {}, 5);
    await spread.write({ population: 'noise', cells: { kind: 'slice', start: 0, end: 1 } }, { tau: 5 });
    await spread.run(7);
    expect(spikes(spread)).toEqual(spikes(whole));
  });

  it('is repeated by its journal', async () => {
    const first = await run(stimulated(), {}, 5);
    await first.write({ population: 'samples', cells: { kind: 'all' } }, { interval: 2, start: '0.1 * index' });
    await first.write({ population: 'events', cells: { kind: 'slice', start: 2, end: 4 } }, { rate: 30_000 });
    await first.run(5);
    const second = await simulate(stimulated(), { backend: 'js' });
    await second.replay(first.journal);
    await second.run(first.time - second.time);
    expect(difference(observe(second), observe(first))).toBeUndefined();
    expect(difference(observe(await run(stimulated(), {}, 10)), observe(first))).toBeDefined();
  });

  it('is shown in the page with the parameters of its stimuli, lists left out', () => {
    const { network, populations, stimuli } = chooseShown(stimulated().def);
    expect(populations.map(({ name }) => name)).toEqual(['cells', 'others', 'trains', 'preset']);
    expect(stimuli.map(({ name, parameters }) => `${name}: ${parameters.map((p) => p.name).join(' ')}`)).toMatchInlineSnapshot(`
      [
        "step: amplitude start stop",
        "noise: mean sigma tau start stop",
        "samples: interval start stop",
        "events: rate w start stop",
        "ramp: from slope start stop",
        "white: mean sigma start stop",
        "wave: amplitude frequency phase offset start stop",
        "rates: interval start stop",
      ]
    `);
    expect(stimuli.map(({ view }) => view.cells.kind)).toEqual(['all', 'slice', 'all', 'all', 'all', 'all', 'all', 'all']);
    expect(network.recorders.filter(({ kind }) => kind === 'spikes').length).toBe(4);
  });
});

describe('the command line', () => {
  it('sets stimuli, and repeats their runs from manifests with long lists beside them', async () => {
    const place = new Workplace();
    try {
      const network = stimulated();
      network.stimulate(network.populationNamed('cells'), timedArray({ target: 'i_in' }), { name: 'long' }).set({
        values: Float64Array.from({ length: 300 }, (_, i) => (i * 37) % 11),
      });
      place.file('net.yaml', printNetwork(network.def));
      const sets = ['--set', 'step.amplitude=12', '--set', 'samples.values=[2.5, 0]', '--set', 'events.rate=uniform(0, 2000)'];
      const first = await place.run(['run', 'net.yaml', ...sets, '--out', 'first', '--format', 'npz']);
      expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
      const manifest = place.read('first/manifest.json');
      expect(manifest).toMatch(/"values":\s*\{\s*"\$array":\s*"arrays\/[0-9a-f]{64}\.npy"/);
      const again = await place.run(['run', 'first/manifest.json', '--out', 'again', '--backend', 'js']);
      expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' });
      expect(again.stdout).toContain('The run is repeated bit for bit: the state at its end is the same.\n');
      // The same as when it is set in a program.
      network.populationNamed('step').set({ amplitude: 12 });
      network.populationNamed('samples').set({ values: [2.5, 0] });
      network.populationNamed('events').set({ rate: 'uniform(0, 2000)' });
      const simulation = await run(network, {}, 40);
      const results = await readResults(`${place.path}/first`);
      for (const name of ['cells', 'others', 'trains', 'preset'])
        expect([...results.spikes(name).steps]).toEqual([...simulation.recordings.spikes(name).steps]);
      const wrong = await place.run(['run', 'net.yaml', '--set', 'samples.values=7', '--out', 'none']);
      expect(wrong.code).not.toBe(0);
      expect(wrong.stderr).toMatchInlineSnapshot(`
        "SpikeloomError [invalid-value]: 'values' is a list of numbers, not 7
          at net.yaml:21:32
          in --set samples.values=7 > network > population 'samples' > quantity 'values'
                model: { from: timedArray, values: { interval: 7 }, target: i_gap }
                                           ^^^^^^
          Give an array of numbers in mV, or one array for each cell.
        "
      `);
    } finally {
      place.remove();
    }
  });

  it('lists stimuli', async () => {
    const place = new Workplace();
    try {
      const { stdout } = await place.run(['models']);
      expect(stdout).toMatch(/Stimuli\n(.*\n)*?.*poissonInput(.*\n)*?.*timedArray/);
      const one = await place.run(['models', 'timedArray']);
      expect({ code: one.code, stdout: one.stdout }).toMatchInlineSnapshot(`
        {
          "code": 0,
          "stdout": "timedArray, a stimulus
          Samples given in advance, one after the other.

        Output
          where(t + dt / 2 >= start and t + dt / 2 < stop, sample(values, (t - start + min(dt, interval) / 2) / interval), 0) * (interval / max(interval, 0[ms]))

          quantity   value           unit     meaning
          values     []              target   samples, one after the other
          interval   1               ms       how long each lasts
          start      0               ms       when it begins
          stop       1000000000000   ms       when it ends

        From
          Mainen Z F, Sejnowski T J (1995) Reliability of spike timing in neocortical neurons. Science 268:1503-1506 (the same fluctuating current again and again)

        In TypeScript
          import { timedArray } from 'spikeloom/models';
          network.stimulate(cells, timedArray({ target: 'i_in', values: [1, 2, 3] }));
        ",
        }
      `);
    } finally {
      place.remove();
    }
  });
});
