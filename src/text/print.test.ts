import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { allToAll, edgeList, matrix, Network, probability, where } from '../index.ts';
import { ampa, electrical, izhikevich, poissonTrain } from '../models/index.ts';
import { parseNetwork, printNetwork } from './index.ts';
import { printJson, printYaml } from './print.ts';

describe('a printed network', () => {
  it('reads as if it were written by hand', () => {
    const network = new Network({ dt: 0.5, seed: 4, duration: 100 });
    const cell = izhikevich({ a: 0.03, receptors: { ampa: ampa({ g: 0.5 }) } });
    const a = network.lattice('a', cell, { rows: 2, columns: 3, normalize: 'mean' }).set({ v: 'uniform(v_init, v_th)' });
    const b = network.population('b', cell, 2);
    const train = network.population('train', poissonTrain({ rate: 50 }), 2);
    b.slice(0, 1).set({ i_in: Float32Array.of(0.5), v: -0 });
    network.connect(a, b, electrical(), allToAll({ autapses: false })).set({ w: -1 });
    network.connect(a, b.cells([1]), electrical({ w: 2 }), probability(0.1));
    network.connect(train, b, electrical(), matrix([[1, null], [0.1, 2]]), { name: 'drive' }); // biome-ignore format: rows stay rows
    network.connect(b, b, electrical(), edgeList([[0, 1]])); // biome-ignore format: pairs stay pairs
    network.record(a, 'v', { every: 10, mean: true }).recordSpikes(b);
    expect(printNetwork(network.def)).toMatchInlineSnapshot(`
      "spikeloom: 1
      dt: 0.5
      seed: 4
      duration: 100

      models:
        izhikevich 2: { from: izhikevich, values: { a: 0.03 }, receptors: { ampa: { from: ampa, values: { g: 0.5 } } } }

      populations:
        a: { model: izhikevich 2, rows: 2, columns: 3, normalize: mean, set: { v: 'uniform(v_init, v_th)' } }
        b: { model: izhikevich 2, size: 2, set: [{ slice: [0, 1], values: { i_in: { float32: [0.5] }, v: -0 } }] }
        train: { model: { from: poissonTrain, values: { rate: 50 } }, size: 2 }

      projections:
        - { source: a, target: b, synapse: electrical, rule: { kind: all-to-all, autapses: false }, set: { w: -1 } }
        - source: a
          target: { population: b, cells: [1] }
          synapse: { from: electrical, values: { w: 2 } }
          rule: { kind: probability, p: 0.1 }
        - name: drive
          source: train
          target: b
          synapse: electrical
          rule: { kind: matrix, values: [[1, null], [0.1, 2]] }
        - { source: b, target: b, synapse: electrical, rule: { kind: edge-list, pairs: [[0, 1]] } }

      recorders:
        - { kind: mean, view: a, quantity: v, every: 10 }
        - { kind: spikes, view: b }
      "
    `);
  });

  it('cuts long lists of numbers, in YAML and JSON', () => {
    const network = new Network();
    network.population('a', izhikevich(), 60).set({ v: Array.from({ length: 60 }, (_, i) => i * i) });
    for (const format of ['yaml', 'json'] as const) {
      const text = printNetwork(network.def, { format });
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
      expect(text.split('\n').length).toBeLessThan(25);
      expect(parseNetwork(text)).toEqual(network.def);
    }
  });

  it('is refused where a rule is a function, or a number is not finite', () => {
    const network = new Network();
    const cells = network.population('cells', izhikevich(), 2);
    cells.set({ v: Number.POSITIVE_INFINITY });
    expect(() => printNetwork(network.def)).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: a value is Infinity
        Only finite numbers can be written.]
    `);
    const other = new Network();
    const a = other.population('a', izhikevich(), 2);
    other.connect(
      a,
      a,
      electrical(),
      where((pre, post) => pre.row === post.row),
    );
    expect(() => printNetwork(other.def)).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: a rule that is a function can’t be written as text
        in network > projection 'a->a'
        Give it as text, where('pre.row != post.row'), or as a list of edges.]
    `);
    const [projection] = other.def.projections;
    const rule = { kind: 'matrix', quantity: 'w', values: Float64Array.of(1), sources: 2, targets: 2 } as const;
    expect(() => printNetwork({ ...other.def, projections: [{ ...projection, rule }] })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: a matrix of 2 x 2 has 1 values
        in network > projection 'a->a'
        Make it by matrix(...).]
    `);
  });
});

describe('data', () => {
  const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
  const key = fc.string({ unit: 'binary', maxLength: 10 }).filter((name) => name !== '__proto__');
  const data = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any;
  const root = fc.dictionary(key, data, { maxKeys: 4, noNullPrototype: true });

  it('of any kind is read by every reader of YAML and JSON as it was', () => {
    fc.assert(
      fc.property(root, (value) => {
        expect(parse(printYaml(value), { version: '1.2', uniqueKeys: true })).toStrictEqual(value);
        expect(JSON.parse(printJson(value))).toStrictEqual(value);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
