import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importNb, parseModel, parseNetwork } from '../../src/text/index.ts';
import { Workplace } from './support.ts';

const WORKED = readFileSync(new URL('../text/nb/worked.nb', import.meta.url), 'utf8');

const CELL = `// Leaks, and is reset.
[neuron]
    type: Leaky
    vars: e = -65, tau = 20, v_th = -50, current_voltage = -65
    on_spike:
        v = e
    spike_detection: v >= v_th
    on_iteration:
        dv/dt = (e - v + i) / tau
[end]
`;

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

async function output(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

async function failure(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run(args);
  expect(stdout).toBe('');
  return `exit code ${code}\n${stderr}`;
}

describe('import', () => {
  it('prints models as a network that has no cells yet', async () => {
    expect(await output('import', place.file('cell.nb', CELL))).toMatchInlineSnapshot(`
      "# 1 model of cell.nb. To run them: populations: { cells: { model: Leaky, size: 10 } }
      models:
        Leaky:
          kind: neuron
          name: Leaky
          description: Leaks, and is reset.
          quantities: { v: -65, c_m: 1, g_gap: 10, e: -65, tau: 20, v_th: -50, i_in: { value: 0, meaning: injected current } }
          inputs: { i_gap: { meaning: current through gap junctions and pulses } }
          equations: |-
            i = i_in + i_gap
            dv/dt = (e - v + i) / tau - i_receptors / c_m
          spike: v >= v_th
          reset: v = e
          integrator: euler
          coupling: staggered

      populations: {}
      "
    `);
  });

  it.each(['network.yaml', 'deep/network.json'])('writes %s, which has no mistakes', async (file) => {
    place.file('worked.nb', WORKED);
    expect(await output('import', 'worked.nb', '--out', file)).toBe(`Written: ${file} (10 models). To run it, give it populations.\n`);
    expect(await output('check', file)).toContain(`${file}: no mistakes found\n0 cells`);
    expect(parseNetwork(place.read(file)).populations).toEqual([]);
  });

  it('says in the text what it lacks, in words that can be used as they are', async () => {
    place.file('cell.nb', CELL);
    const text = await output('import', 'cell.nb');
    const [, added] = /To run them: (.*)/.exec(text) as RegExpExecArray;
    place.file('network.yaml', text.replace('populations: {}', added));
    expect(await output('run', 'network.yaml', '--set', 'cells.i_in=20', '--duration', '100')).toMatch(/cells +10 +Leaky/);
    place.file('channel.nb', '[ion_channel]\n type: C\n on_iteration:\n  current = v\n[end]');
    expect(await output('import', 'channel.nb')).toMatch(/^# 1 model of channel\.nb\.\nmodels:\n/);
  });

  it.each(['yaml', 'json'] as const)('writes a file for each model into a folder, in %s', async (format) => {
    place.file('worked.nb', WORKED);
    const stdout = await output('import', 'worked.nb', '--out', 'models', '--format', format);
    const defs = importNb(WORKED);
    expect(stdout).toBe(`Written to models: ${defs.map(({ name }) => `${name}.${format}`).join(', ')}\n`);
    for (const def of defs) expect(parseModel(place.read(`models/${def.name}.${format}`))).toEqual(def);
  });

  it('prints all mistakes with their places, and writes nothing', async () => {
    place.file('wrong.nb', CELL.replace('/ tau', '/ tua').replace('v >= v_th', 'v_th'));
    expect(await failure('import', 'wrong.nb', '--out', 'models')).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [type-mismatch]: this is a number, but a condition is expected here
        at wrong.nb:7:22
              spike_detection: v_th
                               ^^^^
        Compare it with something: x > 0.

      [unknown-name]: 'tua' is not a variable of this block
        at wrong.nb:9:31
                  dv/dt = (e - v + i) / tua
                                        ^^^
        Did you mean 'tau'? Known here: current_voltage, v, i, input_current, dt, is_spiking, c_m, gap_conductance, e, tau, v_th.
      "
    `);
    expect(place.list()).toEqual(['wrong.nb']);
  });

  it.each([
    [['import']],
    [['import', 'missing.nb']],
    [['import', 'folder']],
    [['import', 'notes.txt']],
    [['import', 'cell.nb', '--format', 'xml']],
    [['import', 'cell.nb', '--out', 'notes.txt/models']],
  ])('%j', async (args) => {
    place.file('cell.nb', CELL);
    place.file('notes.txt', 'none');
    place.file('folder/cell.nb', CELL);
    expect((await failure(...args)).replaceAll(place.path, '')).toMatchSnapshot();
  });
});
