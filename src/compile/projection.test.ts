import { describe, expect, it } from 'vitest';
import { ContentsAtLoad, fillColumns } from '../ir/program.ts';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';
import { allToAll, edgeList, matrix, oneToOne, probability, where } from '../network/connect/index.ts';
import type { RuleDef } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import { compileNetwork } from './compile.ts';

const cell = defineNeuron({
  name: 'cell',
  quantities: { v: quantity(0), g: quantity(1) },
  inputs: { i: input() },
  equations: `
    dv/dt = i - v
    felt = 2 * i
    half = v / 2
  `,
});
const GAP = 'post.i += w * post.g * (pre.v - post.v)';

const synapse = (continuous: string) => defineSynapse({ name: 'synapse', quantities: { w: quantity(1), k: quantity(2) }, continuous })();

function compile(rule: RuleDef, { text = GAP, w = 1 as number | string, k = 2 as number | string, from = 4, to = 4 } = {}) {
  const network = new Network();
  const source = network.population('a', cell(), from);
  const target = to === 0 ? source : network.population('b', cell(), to);
  const projection = network.connect(source, target, synapse(text), rule).set({ k });
  if (rule.kind !== 'matrix') projection.set({ w });
  return compileNetwork(network.def, 'f64');
}

/** How the synapses lie in memory: `sum` is the path in O(N). */
function layout(...args: Parameters<typeof compile>): string {
  const { program } = compile(...args);
  const kernels = program.kernels.filter((kernel) => kernel.name.startsWith('projection'));
  const layouts = kernels.flatMap(({ domain }) => (domain.kind === 'synapses' ? [domain.layout.kind] : domain.kind === 'neurons' ? ['sum'] : []));
  return [...new Set(layouts)].join();
}

describe('the layout of synapses', () => {
  it.each<[string, RuleDef, Parameters<typeof compile>[1], string]>([
    ['equal synapses of all pairs', allToAll(), {}, 'sum'],
    ['without self connections', allToAll({ autapses: false }), { to: 0 }, 'sum'],
    ['the same by text', where('pre.index != post.index'), { to: 0 }, 'sum'],
    ['that text between two populations', where('pre.index != post.index'), {}, 'dense'],
    ['what does not come apart', allToAll(), { text: 'post.i += w * tanh(pre.v - post.v)' }, 'dense'],
    ['weights of their own', allToAll(), { w: 'uniform()' }, 'dense'],
    ['a full matrix', matrix([4, 4, 4, 4].map((n) => new Array(n).fill(0.5))), {}, 'dense'],
    ['half of all pairs', where('pre.index < 2'), {}, 'dense'],
    ['fewer', where('pre.index < 1'), {}, 'list'],
    ['half of all pairs, without a factor that could be 0', where('pre.index < 2'), { text: 'post.i += pre.v' }, 'list'],
    ['half of all pairs, with what may not be finite elsewhere', where('pre.index < 2'), { text: 'post.i += w * log(pre.v)' }, 'list'],
    ['half of all pairs, with a quotient', where('pre.index < 2'), { text: 'post.i += w * pre.v / k' }, 'list'],
    ['all pairs, with a quotient', allToAll(), { text: 'post.i += w * pre.v / k', w: 'uniform()' }, 'dense'],
    ['a pair twice', edgeList([...Array(16).keys(), 15].map((i): [number, number] => [i % 4, i >> 2])), {}, 'list'],
    ['one-to-one', oneToOne(), {}, 'list'],
    ['one cell each', oneToOne(), { from: 1, to: 1 }, 'dense'],
    ['nothing', probability(0), {}, 'list'],
  ])('%s', (_, rule, options, expected) => {
    expect(layout(rule, options)).toBe(expected);
  });
});

describe('what is counted', () => {
  it('knows how many synapses there are', () => {
    const synapses = (...args: Parameters<typeof compile>): (number | undefined)[] =>
      [...compile(...args).projections.values()].map((p) => p.synapses);
    expect(synapses(allToAll({ autapses: false }), { to: 0 })).toEqual([12]);
    expect(synapses(allToAll(), { from: 3, to: 5 })).toEqual([15]);
    expect(synapses(oneToOne())).toEqual([4]);
  });

  it('lays each synapse and its value where its layout says', () => {
    for (const [rule, expected] of [
      [where('pre.index <= post.index'), 10],
      [where('pre.index == post.index'), 4],
      [allToAll(), 16],
    ] as const) {
      const found = stored(compile(rule, { w: '10 * pre.index + post.index' }));
      expect(found.filter(({ w }, i) => w !== 0 || i === 0)).toHaveLength(expected);
      for (const { source, target, w } of found) if (w !== 0) expect(w).toBe(10 * source + target);
    }
  });
});

interface Stored {
  readonly source: number;
  readonly target: number;
  readonly w: number;
}

/** The synapses of the only projection as they lie in memory; in a matrix also the places of those that are not there. */
function stored({ program }: ReturnType<typeof compile>): Stored[] {
  const data = (name: string): number[] => {
    const column = program.columns.find((c) => c.name === `projection a->b.${name}`);
    return column ? Array.from(new ContentsAtLoad(program).of(column.id) ?? []) : [];
  };
  const w = data('value w');
  const [rows, sources] = [data('rows'), data('sources')];
  if (rows.length === 0) return w.map((value, i) => ({ source: Math.floor(i / 4), target: i % 4, w: value }));
  return sources.map((source, i) => ({ source, target: rows.findLastIndex((start) => start <= i), w: w[i] }));
}

describe('order', () => {
  const drawn = (pairs: readonly (readonly [number, number])[]) => {
    const found = stored(compile(edgeList(pairs), { w: 'uniform()', text: 'post.i += w * exp(pre.v)' }));
    return { pairs: found.map(({ source, target }) => [source, target]), w: found.map(({ w }) => w) };
  };

  it('is by target, then source, whatever the order of the list, and so are the draws', () => {
    const sorted = [
      [2, 0],
      [0, 1],
      [1, 1],
      [3, 1],
    ] as const;
    expect(drawn(sorted).pairs).toEqual(sorted);
    expect(drawn(sorted.toReversed())).toEqual(drawn(sorted));
  });

  it('draws again for each synapse of a pair, and the same for a pair whatever else there is', () => {
    const { w } = drawn([
      [1, 1],
      [1, 1],
      [1, 2],
    ]);
    expect(new Set(w).size).toBe(3);
    expect(drawn([[1, 1]]).w).toEqual([w[0]]);
  });
});

describe('refusals', () => {
  it('a port is not read by synapses, which fill it', () => {
    expect(() => compile(oneToOne(), { text: 'post.i += w * pre.i' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: 'pre.i' depends on the input port 'i', which is being summed while synapses are evaluated
        in network > projection 'a->b' > synapse 'synapse' > continuous
          post.i += w * pre.i
                        ^^^^^
        Read a variable of the cell, such as one that its step block sets from 'i'.]
    `);
    expect(() => compile(oneToOne(), { text: 'post.i += w * (pre.half + post.felt)' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unsupported]: 'post.felt' depends on the input port 'i', which is being summed while synapses are evaluated
        in network > projection 'a->b' > synapse 'synapse' > continuous
          post.i += w * (pre.half + post.felt)
                                    ^^^^^^^^^
        Read a variable of the cell, such as one that its step block sets from 'i'.]
    `);
  });

  it('an unknown port, name or branch is reported with the others', () => {
    const text = 'post.j += w * pre.x; if (w > 0) { post.i += 1 }; post.i += pre.v > 0';
    expect(() => compile(oneToOne(), { text })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'pre.x' is not defined
        in network > projection 'a->b' > synapse 'synapse' > continuous
          post.j += w * pre.x; if (w > 0) { post.i += 1 }; post.i += pre.v > 0
                        ^^^^^
        Did you mean 'pre.v'? Known here: w, k, pre.v, pre.g, pre.felt, pre.half, pre.i_channels, pre.i_receptors, post.v, post.g, post.felt, post.half, post.i_channels, post.i_receptors.

      [unknown-name]: 'post.j' is not an input port of model 'cell'
        in network > projection 'a->b' > synapse 'synapse' > continuous
          post.j += w * pre.x; if (w > 0) { post.i += 1 }; post.i += pre.v > 0
          ^^^^^^
        Did you mean 'post.i'? Known here: post.i.

      [invalid-model]: a continuous synapse has no if
        in network > projection 'a->b' > synapse 'synapse' > continuous
          post.j += w * pre.x; if (w > 0) { post.i += 1 }; post.i += pre.v > 0
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^
        Use where(condition, a, b) in the added expression.

      [type-mismatch]: a condition can’t be added to a port
        in network > projection 'a->b' > synapse 'synapse' > continuous
          post.j += w * pre.x; if (w > 0) { post.i += 1 }; post.i += pre.v > 0
                                                                     ^^^^^^^^^
        Use where(condition, a, b).]
    `);
  });

  it('a condition is explained in its own place', () => {
    expect(() => compile(where('pre.v > 0'))).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'pre.v' is not defined
        in network > projection 'a->b' > where
          pre.v > 0
          ^^^^^
        Known here: pre.row, pre.col, pre.index, pre.size, post.row, post.col, post.index, post.size, distance.]
    `);
    expect(() => compile(where('pre.row'))).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [type-mismatch]: this is a number, but a boolean is wanted here
        in network > projection 'a->b' > where
          pre.row
          ^^^^^^^
        Compare two numbers, such as 'pre.row < post.row'.]
    `);
  });

  it('values of synapses must fit', () => {
    const { program } = compile(oneToOne(), { w: 'log(pre.index - 1)' });
    expect(() => fillColumns(program, (id) => new Float64Array(program.columns[id].padded))).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: value 0 is NaN
        in network > projection 'a->b' > quantity 'w'
        Give finite numbers.]
    `);
    expect(() => compile(oneToOne(), { w: 'pre.v' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'pre.v' is not defined
        in network > projection 'a->b' > quantity 'w'
          pre.v
          ^^^^^
        Known here: pre.row, pre.col, pre.index, pre.size, post.row, post.col, post.index, post.size, distance.]
    `);
    const network = new Network();
    const cells = network.population('a', cell(), 3);
    network.connect(cells, cells, synapse(GAP), oneToOne()).set({ w: [1, 2] });
    expect(() => compileNetwork(network.def, 'f64')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: 2 values for 3 synapses
        in network > projection 'a->a' > quantity 'w'
        Give one value for each synapse, in the order of the rule, or a single number or expression.]
    `);
  });
});

it('a projection may have the name of a population and quantities of the same name', () => {
  const network = new Network();
  const cells = network.population('a', cell(), 3);
  const own = defineSynapse({ name: 'own', quantities: { v: quantity(1) }, continuous: 'post.i += v * pre.v / 2' });
  network.connect(cells, cells, own(), oneToOne(), { name: 'a' });
  expect(() => compileNetwork(network.def, 'f32')).not.toThrow();
});
