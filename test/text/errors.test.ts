import { describe, expect, it } from 'vitest';
import { InternalError } from '../../src/core/error.ts';
import { SpikeloomError, simulate } from '../../src/index.ts';
import { parseModel, parseNetwork, printModel, printNetwork, readNetwork } from '../../src/text/index.ts';

function textOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return String(error);
  }
  return 'no error';
}

const NETWORK = `# A network with one of everything.
spikeloom: 1
dt: 0.1
seed: 6
models:
  cell: { from: izhikevich, values: { a: 0.03 }, receptors: { ampa: { from: ampa, values: { g: 0.5 } } } }
  my neuron:
    kind: neuron
    quantities:
      v: { value: -65, unit: mV, meaning: membrane potential }
      e: -65 mV
      tau: 10 ms
      v_th: -50 mV
      g_gap: { value: 1, unit: 1 }
    inputs: { i_gap: mV }
    equations: |
      # towards rest
      dv/dt = (e - v + i_gap) / tau
    spike: v >= v_th
    reset: v = e
populations:
  exc: { model: cell, rows: 7, columns: 7, normalize: mean, set: { v: 'uniform(v_init, v_th)' } }
  inh: { model: my neuron, size: 16 }
  train:
    model: poissonTrain
    size: 3
    set:
      - { values: { rate: 20 } }
      - { slice: [0, 2], values: { rate: [30, 40] } }
projections:
  - { source: exc, target: inh, synapse: electrical, rule: { kind: all-to-all, autapses: false }, set: { w: 0.5 } }
  - source: { population: inh, where: index > 3 }
    target: exc
    rule: { kind: where, condition: pre.index == post.index }
    synapse:
      kind: synapse
      name: own
      quantities: { w: 1 }
      continuous: >-
        post.i_gap += w
          * (pre.v - post.v)
recorders:
  - { kind: mean, view: exc, quantity: v, every: 10 }
  - { kind: spikes, view: { population: exc, region: { rows: [0, 3], columns: [2, 5] } } }
  - { kind: synapses, projection: exc->inh, quantity: w }
`;

/** The network with a part of its text replaced. */
function changed(from: string, to: string): string {
  expect(NETWORK).toContain(from);
  return NETWORK.replace(from, () => to);
}

it('the network itself is right', async () => {
  const { network } = await simulate(parseNetwork(NETWORK));
  expect(network.populations).toHaveLength(3);
});

describe('mistakes in equations are shown in the file', () => {
  it.each([
    ['an unknown name in a block', '/ tau\n', '/ tua\n'],
    ['a unit mismatch in plain text', 'spike: v >= v_th', 'spike: v >= tau'],
    ['a name in a folded text', 'dv/dt = (e - v + i_gap) / tau', 'dv/dt = (e - v + i_gap) / tau * tau'],
    ['a unit behind a number', 'tau: 10 ms', 'tau: 10 msec'],
    ['a unit', 'unit: mV', 'unit: mX'],
    ['a syntax error', 'reset: v = e', 'reset: v = (e'],
    ['two mistakes', 'spike: v >= v_th\n    reset: v = e', 'spike: v >= vth\n    reset: v = ee'],
    ['text in double quotes with escapes', 'spike: v >= v_th', 'spike: "v >=\\x20\\u0074au\\u0032"'],
    ['text in single quotes over two lines', 'spike: v >= v_th', "spike: 'v >=\n      v_ht'"],
    ['a quantity without a finite value', 'e: -65 mV', 'e: .inf'],
    ['a unit that is missing', 'v_th: -50 mV', 'v_th: -50'],
  ])('%s', (_, from, to) => {
    expect(textOf(() => parseNetwork(changed(from, to), { file: 'net.yaml' }))).toMatchSnapshot();
  });
});

describe('mistakes that show when the network is compiled are shown in the file', () => {
  it.each([
    ['in a value', 'v_init, v_th', 'v_init, vth'],
    ['in the condition of a rule', 'pre.index ==', 'pre.idx =='],
    ['in the condition of a view', 'index > 3', 'idx > 3'],
    ['in a folded synapse', '* (pre.v', '* (pre.u'],
    ['in the number of values', '[30, 40]', '[30, 40, 50]'],
  ])('%s', async (_, from, to) => {
    const { def, locate } = readNetwork(changed(from, to), { file: 'net.yaml' });
    const error = await simulate(def).catch(locate);
    expect(String(error)).toMatchSnapshot();
  });

  it('other errors stay as they are', () => {
    const { locate } = readNetwork(NETWORK);
    const fault = new InternalError('x');
    expect(locate(fault)).toBe(fault);
    const elsewhere = new SpikeloomError({ code: 'input-output', message: 'the disk is full' });
    expect((locate(elsewhere) as SpikeloomError).problems).toEqual(elsewhere.problems);
  });
});

describe('mistakes of structure', () => {
  it.each([
    ['an unknown key', 'rows: 7', 'row: 7'],
    ['an unknown key at the top', 'recorders:', 'record:'],
    ['a missing key', '{ model: my neuron, size: 16 }', '{ size: 16 }'],
    ['neither size nor rows', ', size: 16', ''],
    ['size and rows', 'size: 16', 'size: 16, rows: 4'],
    ['a fraction of a cell', 'size: 16', 'size: 1.5'],
    ['no cells', 'size: 16', 'size: 0'],
    ['text for a number', 'dt: 0.1', 'dt: small'],
    ['a number that makes no sense', 'dt: 0.1', 'dt: -1'],
    ['a seed that is no integer', 'seed: 6', 'seed: 9007199254740993'],
    ['another version', 'spikeloom: 1', 'spikeloom: 2'],
    ['a number for equations', 'equations: |\n      # towards rest\n      dv/dt = (e - v + i_gap) / tau', 'equations: 5'],
    ['nothing for equations', 'equations: |\n      # towards rest\n      dv/dt = (e - v + i_gap) / tau', 'equations:'],
    ['a number for a name', 'name: own', 'name: 5'],
    ['a quantity that is none', 'tau: 10 ms', 'tau: true'],
    ['a key of a quantity', 'value: -65, unit', 'value: -65, units'],
    ['an input that is none', 'i_gap: mV', 'i_gap: 5'],
    ['a kind of model', 'kind: neuron', 'kind: nueron'],
    ['no kind of model', 'kind: neuron\n    quantities', 'quantities'],
    ['a key of another kind of model', 'name: own', 'name: own, spike: v > 1'.split(', ').join('\n      ')],
    ['a kind of rule', 'kind: all-to-all', 'kind: all'],
    ['a rule that is text', 'rule: { kind: all-to-all, autapses: false }', 'rule: all'],
    ['a key of another rule', 'autapses: false', 'p: 0.5'],
    ['a recorder', 'kind: mean', 'kind: men'],
    ['a recorder that is text', '- { kind: mean, view: exc, quantity: v, every: 10 }', '- exc'],
    ['a list that is a map', 'projections:\n  - {', 'projections:\n  a: {'],
    ['a map that is a list', 'models:\n  cell:', 'models:\n  - cell:'],
    ['an empty section', 'recorders:\n', 'recorders:\nx:\n'],
    ['a region', 'rows: [0, 3]', 'rows: [0]'],
    ['true for a number of steps', 'every: 10', 'every: yes'],
  ])('%s', (_, from, to) => {
    expect(textOf(() => parseNetwork(changed(from, to), { file: 'net.yaml' }))).toMatchSnapshot();
  });
});

describe('mistakes of meaning', () => {
  it.each([
    ['an unknown model', 'model: cell', 'model: sell'],
    ['a variant of an unknown model', 'from: izhikevich', 'from: izhikevitch'],
    ['a variant of itself', 'from: izhikevich', 'from: cell'],
    ['a model of another kind', 'synapse: electrical', 'synapse: cell'],
    ['a part of another kind', '{ from: ampa, values: { g: 0.5 } }', 'leak'],
    ['a value of nothing', 'values: { a: 0.03 }', 'values: { aa: 0.03 }'],
    ['what a variant can’t have', 'cell: { from: izhikevich, ', 'cell: { from: izhikevich, kinetics: ampa, '],
    ['a mistake that several use', 'from: ampa', 'from: apma'],
    ['an unknown population', 'target: exc', 'target: exx'],
    ['an unknown population of a view', '{ population: exc, region', '{ population: ecx, region'],
    ['a view beyond the lattice', 'columns: [2, 5]', 'columns: [2, 8]'],
    ['a view in two ways', 'population: inh, where', 'population: inh, slice: [0, 3], where'],
    ['a spike train as a target', 'target: exc', 'target: train'],
    ['an unknown quantity to record', 'quantity: v, every', 'quantity: u, every'],
    ['an unknown quantity to set', 'rate: 20', 'rat: 20'],
    ['an unknown quantity of synapses to set', 'set: { w: 0.5 }', 'set: { ww: 0.5 }'],
    ['an unknown projection', 'projection: exc->inh', 'projection: exc->in'],
    ['a name that can’t be one', '  inh: {', '  in hibitory: {'],
    ['two projections of one name', '- source: { population: inh', '- name: exc->inh\n    source: { population: inh'],
    ['a port that there is none of', 'normalize: mean', 'normalize: { i_gab: mean }'],
    ['a probability above 1', 'kind: all-to-all, autapses: false', 'kind: probability, p: 1.5'],
    ['a degree below 0', 'kind: all-to-all, autapses: false', 'kind: fixed-in-degree, degree: -1'],
    ['an unknown kernel', 'kind: all-to-all, autapses: false', 'kind: distance-kernel, kernel: gauss, width: 1'],
    ['a kernel without width', 'kind: all-to-all, autapses: false', 'kind: distance-kernel, kernel: box'],
    ['a kernel of no width', 'kind: all-to-all, autapses: false', 'kind: distance-kernel, kernel: box, width: 0'],
    ['a ragged matrix', 'kind: all-to-all, autapses: false', 'kind: matrix, values: [[1, 2], [3]]'],
    ['a flat matrix without width', 'kind: all-to-all, autapses: false', 'kind: matrix, values: [1, 2, 3]'],
    ['a matrix of rows with columns', 'kind: all-to-all, autapses: false', 'kind: matrix, columns: 2, values: [[1, 2]]'],
    ['half an edge list', 'kind: all-to-all, autapses: false', 'kind: edge-list, sources: [1, 2]'],
    ['a typed array out of range', 'kind: all-to-all, autapses: false', 'kind: edge-list, sources: { uint32: [-1] }, targets: [1]'],
  ])('%s', (_, from, to) => {
    expect(textOf(() => parseNetwork(changed(from, to), { file: 'net.yaml' }))).toMatchSnapshot();
  });

  it('of several things at once', () => {
    const text = changed('/ tau\n', '/ tua\n').replace('rate: 20', 'rat: 20').replace('target: exc', 'target: exx');
    expect(textOf(() => parseNetwork(text))).toMatchSnapshot();
  });

  it('of more things than are shown', () => {
    const many = Array.from({ length: 30 }, (_, i) => `  c${i}: { model: izhikevich, size: x }`).join('\n');
    const text = textOf(() => parseNetwork(`populations:\n${many}`));
    expect(text.match(/is 'x'/g)).toHaveLength(20);
    expect(text).toMatch(/Give a whole number, at least 1.\n {2}10 more mistakes are not shown.$/);
  });
});

describe('text that is no YAML, or more than plain values', () => {
  it.each([
    ['nothing', ''],
    ['comments alone', '# nothing\n'],
    ['a tab as indentation', 'populations:\n\ta: 1'],
    ['two documents', 'dt: 1\n---\ndt: 2'],
    ['a tag', 'dt: !js/regexp 1'],
    ['an older YAML', '%YAML 1.1\n---\ndt: 1'],
    ['a key twice', 'dt: 1\nseed: 1\ndt: 2'],
    ['a key twice, spelt in two ways', 'dt: 1\n"dt": 2'],
    ['a comma within { }', 'populations: { a: { model: izhikevich, size: 1, set: { v: uniform(1, 2) } } }'],
    ['brackets within { }', 'populations: { a: { model: izhikevich, size: 1, set: { v: 1[mV] } } }'],
    ['a list that is not closed', 'populations: { a: { model: izhikevich, size: 1, set: { v: [1, 2 } } }'],
    ['two keys on one line', 'populations: a: 1'],
    ['wrong indentation', 'a:\n    b: 1\n  c: 2'],
    ['a sign that means something', 'dt: @1'],
    ['a line without a key', 'dt\nseed: 1'],
    ['a quote that is not closed', 'dt: "1'],
    ['an anchor that is not there', 'dt: *x'],
    ['a map as a key', '? { a: 1 }\n: 2'],
    ['__proto__', '__proto__: { dt: 1 }'],
    ['a merge', 'models: &m { a: { from: izhikevich } }\npopulations: { <<: *m }'],
    ['a list', '- 1\n- 2'],
    ['plain text', 'hello'],
    ['a loop', 'a: &a [*a]'],
    ['deep nesting', `${'['.repeat(70)}${']'.repeat(70)}`],
    [
      'aliases that multiply',
      ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...Array.from('bcdefgh', (c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]}, `.repeat(10)}]`)].join('\n'),
    ],
  ])('%s', (_, text) => {
    expect(textOf(() => parseNetwork(text, { file: 'net.yaml' }))).toMatchSnapshot();
  });
});

describe('places', () => {
  const problem = (text: string) => {
    try {
      parseNetwork(text);
    } catch (error) {
      return (error as SpikeloomError).problems[0];
    }
    return undefined;
  };

  it('count lines that end in CRLF, and no byte order mark', () => {
    expect(problem('\uFEFFdtt: 1')?.place).toEqual({ line: 1, column: 1 });
    expect(problem('seed: 1\r\ndtt: 1\r\npopulations: {}')?.place).toEqual({ line: 2, column: 1 });
    expect(problem(NETWORK.replace('/ tau\n', '/ tua\n').replaceAll('\n', '\r\n'))?.place).toEqual({ line: 18, column: 33 });
  });

  it('in JSON', () => {
    const json = printNetwork(parseNetwork(NETWORK), { format: 'json' }).replace(') / tau', ') / tua');
    const found = problem(json);
    expect(json.split('\n')[(found?.place?.line ?? 0) - 1].slice((found?.place?.column ?? 0) - 1)).toMatch(/^tua"/);
  });

  it('in a line too long to be shown', () => {
    const text = `{ dt: 1, populations: { ${Array.from({ length: 100 }, (_, i) => `p${i}: { model: izhikevich, size: ${i === 60 ? 'x' : 1} }`).join(', ')} } }`;
    expect(textOf(() => parseNetwork(text))).toMatchSnapshot();
  });
});

it('a type of a model', () => {
  expect(textOf(() => parseModel('from: izhikevich.chatering', { file: 'c.yaml' }))).toMatchInlineSnapshot(`
    "SpikeloomError [unknown-name]: there is no model 'izhikevich.chatering'
      at c.yaml:1:7
        from: izhikevich.chatering
              ^^^^^^^^^^^^^^^^^^^^
      Did you mean 'izhikevich.chattering'? Known here: izhikevich.regularSpiking, izhikevich.intrinsicallyBursting, izhikevich.chattering, izhikevich.fastSpiking, izhikevich.thalamoCortical, izhikevich.resonator, izhikevich.lowThresholdSpiking."
  `);
});

it('a model', () => {
  expect(textOf(() => parseModel('kind: channel\nname: c\nquantities: { g: 1 nS }\nequations: i = g * v', { file: 'c.yaml' }))).toMatchSnapshot();
  expect(textOf(() => parseModel('from: izhikevitch', { file: 'c.yaml' }))).toMatchSnapshot();
  expect(textOf(() => parseModel('kind: channel\nname: c', { file: 'c.yaml' }))).toMatchSnapshot();
});

describe('mistakes of synapses that act on spikes', () => {
  const SYNAPSE = `kind: synapse
name: learning
quantities: { w: 1 nS, w_max: 2 nS, a: 0, tau: 20 ms, delay: 1 ms }
shared: { d: 0 }
target: g
bounds: { w: ['0[nS]', w_max] }
equations: |
  da/dt = -a / tau
onPre: |
  post.<target> += w
  a += 0.1
onPost: w += a * w_max
onReward: d += reward
`;

  it('the synapse itself is right', () => {
    const { onPre, bounds, shared, target } = parseModel(SYNAPSE);
    expect({ onPre, bounds, shared, target }).toEqual({
      onPre: 'post.<target> += w\na += 0.1',
      bounds: { w: ['0[nS]', 'w_max'] },
      shared: { d: { value: 0 } },
      target: 'g',
    });
  });

  it.each([
    ['an unknown name', 'a += 0.1', 'b += 0.1'],
    ['a shared variable is written', 'a += 0.1', 'd += 0.1'],
    ['the source is written', 'a += 0.1', 'pre.v += 0.1'],
    ['the delay is written', 'onPost: w', 'onPost: delay'],
    ['bounds of nothing', 'bounds: { w:', 'bounds: { v:'],
    ['one bound', ', w_max]', ']'],
    ['a bound that is a list', "'0[nS]'", '[]'],
    ['a target that is no text', 'target: g', 'target: 1'],
    ['a shared quantity that is none', 'shared: { d: 0 }', 'shared: { d: [x] }'],
    ['syntax', 'd += reward', 'd += (reward'],
    ['syntax behind a placeholder', 'a += 0.1', 'a += 0.1 +'],
    ['an assignment to the target', 'post.<target> += w', 'post.<target> = w'],
  ])('%s', (_, from, to) => {
    expect(SYNAPSE).toContain(from);
    expect(
      textOf(() =>
        parseModel(
          SYNAPSE.replace(from, () => to),
          { file: 'net.yaml' },
        ),
      ),
    ).toMatchSnapshot();
  });

  it('a synapse that does nothing', () => {
    expect(textOf(() => parseModel('kind: synapse\nname: idle\nquantities: { w: 1 }', { file: 'net.yaml' }))).toMatchSnapshot();
  });

  it('bounds may be numbers', () => {
    const def = parseModel('kind: synapse\nname: s\nquantities: { w: 1 }\nbounds: { w: [0, 2.50] }\nonPre: post.g += w');
    expect(def.bounds).toEqual({ w: ['0', '2.5'] });
    expect(printModel(def)).toContain('bounds:\n  w: [0, 2.5]\n');
  });
});
