import { describe, expect, it } from 'vitest';
import { type ModelDef, Network, simulate } from '../../../src/index.ts';
import type { Neuron, SpikeTrain } from '../../../src/model/define.ts';
import { importNb, parseModel, parseNetwork, printModel, printModels } from '../../../src/text/index.ts';

/** The last model of a text. */
function lastOf(text: string): ModelDef {
  const def = importNb(text).at(-1);
  if (!def) throw new Error('nothing was imported');
  return def;
}

/** Values of a neuron after some steps of 0.1 ms. */
async function valuesAfter(steps: number, text: string, ...names: readonly string[]): Promise<number[]> {
  const network = new Network({ dt: 0.1 });
  const cells = network.population('cells', { kind: 'neuron', def: lastOf(text) } as Neuron, 1);
  const simulation = await simulate(network, { precision: 'f64', backend: 'js' });
  await simulation.run(steps / 10);
  const values = names.map((name) => simulation.get(cells, name as never)[0]);
  simulation.dispose();
  return values;
}

/** A neuron that never spikes, with a list of statements. */
const neuron = (vars: string, statements: string, more = '') => `
[neuron]
    type: Cell
    vars: ${vars}
    spike_detection: v > 1000
    on_iteration:
        ${statements.split('\n').join('\n        ')}
    ${more}
[end]`;

describe('statements', () => {
  it('are carried out in order; increments are added at the end', async () => {
    const text = neuron('p = 0, w = 0', 'p = p + 1\ndw/dt = p\ndv/dt = w\np = p + 100');
    const [w, v, p] = await valuesAfter(1, text, 'w', 'v', 'p');
    expect(w).toBeCloseTo(0.1, 12);
    expect([v, p]).toEqual([0, 101]);
  });

  it('read variables that have not moved yet', async () => {
    const [x, y] = await valuesAfter(2, neuron('x = 1, y = 0', 'dx/dt = 10\ny = x'), 'x', 'y');
    expect([x, y]).toEqual([3, 2]);
    const [z] = await valuesAfter(2, neuron('x = 1, y = 0, z = 0', 'dx/dt = 10\ny = x\nz = y + 1'), 'z');
    expect(z).toBe(3);
  });

  it('that differential equations need become named expressions', () => {
    const def = lastOf(neuron('x = 1, y = 0, z = 0', 'y = 2 * x\ndx/dt = -y\ndv/dt = x\nz = 3 * v'));
    expect(def.equations).toBe('y = 2 * x\ndx/dt = -y\ndv/dt = x - i_receptors / c_m');
    expect(def.step).toBe('z = 3 * previous(v)');
  });

  it('may hold differential equations in conditions', async () => {
    const text = neuron(
      'x = 0, y = 0',
      '[if] x < 0.15 [then]\n    dx/dt = 1\n[elseif] x < 0.25 [then]\n    dx/dt = 0.5\n[else]\n    dy/dt = 1\n[end]',
    );
    const [x, y] = await valuesAfter(6, text, 'x', 'y');
    expect(x).toBeCloseTo(0.25, 12);
    expect(y).toBeCloseTo(0.3, 12);
  });

  it('change variables by compound assignment', async () => {
    expect(await valuesAfter(1, neuron('a = 1, b = 1, c = 3, d = 8', 'a += 2\nb -= 2\nc *= 2\nd /= 2'), 'a', 'b', 'c', 'd')).toEqual([3, -1, 6, 4]);
  });

  it('know true and false', async () => {
    const text = neuron('up = true, down = false, x = 0', 'down = !up || x > 5\n[if] up && down == false [then]\n    x += 1\n[end]\nup = x < 2');
    expect(await valuesAfter(4, text, 'x', 'up', 'down')).toEqual([2, 0, 1]);
  });
});

describe('expressions', () => {
  it.each([
    ['-x ^ y', 'x = 2, y = 2', -4],
    ['y ^ z ^ y', 'y = 2, z = 3', 64],
    ['x r^ y', 'x = -2, y = 2', 0],
    ['x r^ y', 'x = -2, y = 0', 1],
    ['r ^ 2', 'r = 3', 9],
    ['heaviside(x) + heaviside(-x)', 'x = 2', 1],
    ['tan(x)', 'x = 0.5', Math.tan(0.5)],
    ['f(g(x), 2)', 'x = 3', 18, 'f(a, b) = a * a * b\ng(a) = a + scale - scale', 'scale = 5'],
    ['min(x, 1) + max(x, 1)', 'x = 3', 4],
    ['x * -y', 'x = 2, y = 3', -6],
  ])('%s', async (expression, vars, expected, functions = '', more = '') => {
    const text = neuron(
      [vars, 'result = 0', more].filter((part) => part !== '').join(', '),
      `${functions === '' ? '' : `${functions}\n`}result = 0 + ${expression}`,
    );
    const [result] = await valuesAfter(1, text, 'result');
    expect(result).toBeCloseTo(expected, 9);
  });
});

describe('neurons', () => {
  it('need no on_spike', () => {
    expect(lastOf(neuron('e = 0', 'dv/dt = e - v'))).toMatchObject({ kind: 'neuron', equations: 'dv/dt = e - v - i_receptors / c_m' });
  });

  it('find peaks', () => {
    const text = '[neuron]\ntype: A\nvars: v_th = 5, was_rising = false\nspike_detection: continuous()\non_iteration:\n dv/dt = i\n[end]';
    expect(lastOf(text).spike).toEqual({ kind: 'peak', variable: 'v', above: 'v_th' });
  });

  it('may have receptors that act on shared variables alone', async () => {
    const text = `[receptors]
    type: Set
    vars: gain = 1
    neurotransmitter: Mod
    vars: strength = 0.5
    on_iteration:
        gain = 1 + strength * r
[end]
[neuron]
    type: A
    receptors: Set
    vars: e = 0
    spike_detection: v > 10
    on_iteration:
        dv/dt = e - v
[end]`;
    expect(await valuesAfter(1, text, 'gain', 'Mod.r')).toEqual([1, 0]);
  });

  it('take other values for the fields that all have, and say which step they were written for', () => {
    const def = lastOf(
      '// A cell.\n[neuron]\ntype: A\nvars: current_voltage = -3, c_m = 2, gap_conductance = 4, dt = 0.5\nspike_detection: v > 1\non_iteration:\n dv/dt = i\n[end]',
    );
    expect(def.quantities).toMatchObject({ v: { value: -3 }, c_m: { value: 2 }, g_gap: { value: 4 } });
    expect(def.description).toBe('A cell. Written for dt = 0.5.');
  });
});

it('neurons read variables of channels as they were assigned', async () => {
  const text = `[ion_channel]
    type: C
    vars: x = 0, y = 0
    on_iteration:
        y = x
        dx/dt = 10 + 0 * y
        current = 0 * v
[end]`;
  const cell = neuron('w = 0', 'c.update_current(v, dt)\nw = c.y', '').replace('    spike_detection', '    ion_channels: c = C\n    spike_detection');
  // x is 0, 1, 2 in front of the steps.
  expect(await valuesAfter(3, `${text}${cell}`, 'w')).toEqual([2]);
});

it('dt can stand anywhere in channels and kinetics of receptors', () => {
  const [channel, kinetics] = importNb(`
[ion_channel]
    type: C
    vars: x = 0
    on_iteration:
        x = x + dt * v
        current = x
[end]
[receptor_kinetics]
    type: K
    vars: alpha = 1, beta = 2
    on_iteration:
        dr/dt = alpha * t * (1 - r) - beta * r
[end]`);
  expect(channel.step).toBe('x = x + dt * v\ncurrent = x');
  expect(kinetics.equations).toBe('dr/dt = alpha * conc * (1 - r) - beta * r');
});

it.each(['neural_refractoriness', 'neural_refractorienss'])('trains name their waveform as %s', (key) => {
  const text = `[neural_refractoriness]\ntype: Half\neffect: v_resting + time_difference * dt / decay\n[end]
[spike_train]\ntype: T\n${key}: Half\nvars: n = 0\non_iteration:\n n += 1\n is_spiking = n >= 3\n[end]`;
  const def = lastOf(text);
  expect(def.equations).toContain('waveform = where(since_spike <= t, v_rest + since_spike / dt * dt / decay, v_rest)');
  expect(def.spike).toEqual({ kind: 'threshold', condition: 'n + 1 >= 3' });
  expect(def.step).toBe('n += 1');
  expect((def as { kind: string }).kind satisfies string).toBe('spikeTrain' satisfies SpikeTrain['kind']);
});

it('what is imported is printed and read again', () => {
  const defs = importNb(neuron('a = 1, f = true', 'f = a > 0\ndv/dt = a - v'));
  for (const def of defs) expect(parseModel(printModel(def))).toEqual(def);
  const network = parseNetwork(printModels(defs).replace('populations: {}', 'populations: { cells: { model: Cell, size: 2 } }'));
  expect(network.populations[0].model).toEqual(defs[0]);
});
