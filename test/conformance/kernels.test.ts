import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Executor } from '../../src/backends/backend.ts';
import { jsBackend } from '../../src/backends/js/index.ts';
import { wasmBackend } from '../../src/backends/wasm/index.ts';
import { philox } from '../../src/core/rng.ts';
import type { KernelBuilder } from '../../src/ir/build.ts';
import {
  type Access,
  type ColumnId,
  FUNCTIONS,
  type FunctionName,
  type NodeId,
  PRIMITIVES,
  type Precision,
  type PrimitiveName,
} from '../../src/ir/expr.ts';
import type { Domain } from '../../src/ir/kernel.ts';
import type { Action, ColumnType, Program } from '../../src/ir/program.ts';
import { RANDOM_PROGRAM_STEPS, randomProgram } from '../support/randomProgram.ts';
import { ProgramBuilder } from './programBuilder.ts';

const PRECISIONS: readonly Precision[] = ['f32', 'f64'];
const COUNTS = [1, 2, 3, 4, 5, 8, 63, 64, 257, 300];

const SPECIAL = [
  ...[0, -0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3.7, -70.25, 127, -126, 255.5],
  ...[1e-40, -1e-40, 1.4e-45, 5e-324, 2 ** -126, 2 ** -1022, 3.4028234663852886e38, -3.4028234663852886e38, 1e300, -1e300],
  ...[
    2 ** 31,
    2 ** 31 - 128,
    2 ** 32,
    2 ** 32 - 256,
    2 ** 32 - 1,
    2 ** 32 - 0.5,
    16777217,
    -(2 ** 31),
    2 ** 52 + 1,
    2 ** 53,
    8388607.5,
    4503599627370495.5,
  ],
  ...[Infinity, -Infinity, NaN],
];
const WORDS = [
  0, 1, 2, 3, 31, 32, 33, 255, 16777217, 16777219, 33554435, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffeff, 0xffffff7f, 0xffffff80, 0xffffffff,
];

function randomWords(seed: number, count: number): Uint32Array {
  const out = new Uint32Array(Math.ceil(count / 4) * 4);
  for (let i = 0; i < out.length; i += 4) philox(out.subarray(i, i + 4), i, 0, 0, 0, seed, 0);
  return out.subarray(0, count);
}

/** Normal sizes, both signs. */
function randomFloats(seed: number, count: number, low = -4, high = 4): number[] {
  return Array.from(randomWords(seed, count), (word) => low + ((high - low) * word) / 2 ** 32);
}

/** `count` values: special ones (every pair of them meets sooner or later) among random ones of any size. */
function wildFloats(seed: number, count: number): number[] {
  const words = randomWords(seed, 2 * count);
  return Array.from({ length: count }, (_, i) => {
    const word = words[2 * i + 1];
    if (words[2 * i] % 3 > 0) return SPECIAL[word % SPECIAL.length];
    return (word - 2 ** 31) * 2 ** ((words[2 * i] % 80) - 70);
  });
}

function wildWords(seed: number, count: number): number[] {
  return Array.from(randomWords(seed, count), (word) => (word % 2 ? WORDS[(word >>> 8) % WORDS.length] : word >>> ((word >>> 3) % 24)));
}

/** Rows of an edge column of a dense layout: what lies behind `targets` elements of each `width` is padding. */
function paddedRows(program: Program, column: ColumnId): { width: number; targets: number } | undefined {
  for (const { domain, nodes, body } of program.kernels) {
    if (domain.kind !== 'synapses' || domain.layout.kind !== 'dense') continue;
    const loaded = nodes.some((node) => node.op === 'load' && node.at === 'edge' && node.column === column);
    const stored = body.some((s) => s.kind === 'store' && s.column === column);
    if (loaded || stored) return { width: Math.ceil(domain.targets / 4) * 4, targets: domain.targets };
  }
  return undefined;
}

/** A column's elements in use, each as a text that tells -0 from 0 and any two numbers apart; all NaN are one. */
function texts(program: Program, executor: Executor, column: ColumnId): string[] {
  const values = executor.view(column);
  const rows = paddedRows(program, column);
  const text = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));
  return Array.from({ length: program.columns[column].length }, (_, i) => (rows && i % rows.width >= rows.targets ? 'padding' : text(values[i])));
}

async function loadBoth(program: Program): Promise<[Executor, Executor]> {
  return [await jsBackend.load(program), await wasmBackend.load(program)];
}

function expectSame(program: Program, js: Executor, wasm: Executor): void {
  for (const { id, name } of program.columns) {
    expect({ name, values: texts(program, wasm, id) }).toEqual({ name, values: texts(program, js, id) });
  }
}

/** Runs a program on both backends and compares all bits; answers with what js did. */
async function expectAgreement(program: Program, steps = 3): Promise<Executor> {
  const [js, wasm] = await loadBoth(program);
  js.init();
  wasm.init();
  expectSame(program, js, wasm);
  expect(wasm.run(steps)).toEqual(js.run(steps));
  expectSame(program, js, wasm);
  return js;
}

/** A domain, and where the arguments of an operation are read in it. */
interface Site {
  readonly name: string;
  readonly at: readonly Access[];
  /** Elements of the columns at each of `at`, and of the result. */
  readonly lengths: readonly number[];
  readonly results: number;
  domain(p: ProgramBuilder): Domain;
}

const LIST = { rows: [0, 2, 2, 5, 9], sources: [1, 4, 0, 2, 3, 0, 1, 2, 4] };

const SITES: readonly Site[] = [
  { name: 'once', at: ['once', 'once', 'once'], lengths: [1, 1, 1], results: 1, domain: () => ({ kind: 'once' }) },
  { name: 'neurons', at: ['self', 'self', 'self'], lengths: [601, 601, 601], results: 601, domain: () => ({ kind: 'neurons', count: 601 }) },
  { name: 'neurons and once', at: ['self', 'once', 'self'], lengths: [61, 1, 61], results: 61, domain: () => ({ kind: 'neurons', count: 61 }) },
  {
    name: 'spikes',
    at: ['self', 'self', 'once'],
    lengths: [40, 40, 1],
    results: 40,
    domain: (p) => ({ kind: 'spikes', list: p.column('list', 'u32', [...Array(40).keys()]), count: p.column('spikes', 'u32', [33]) }),
  },
  {
    name: 'dense synapses',
    at: ['edge', 'pre', 'post'],
    lengths: [7 * 12, 7, 10],
    results: 7 * 12,
    domain: () => ({ kind: 'synapses', sources: 7, targets: 10, layout: { kind: 'dense' } }),
  },
  {
    name: 'listed synapses',
    at: ['post', 'edge', 'pre'],
    lengths: [4, 9, 5],
    results: 9,
    domain: (p) => {
      const layout = { kind: 'list', rows: p.column('rows', 'u32', LIST.rows), sources: p.column('sources', 'u32', LIST.sources) } as const;
      return { kind: 'synapses', sources: 5, targets: 4, layout };
    },
  },
];

/** Arguments where the definition of some primitives ends. */
function restrict(k: KernelBuilder, op: string, x: NodeId): NodeId {
  const [least, most] = k.precision === 'f32' ? [-126, 127] : [-1022, 1023];
  const clamp = (value: NodeId, low: number, high: number): NodeId =>
    k.math('select', k.math('lt', value, k.constant(high)), k.math('max', value, k.constant(low)), k.constant(high));
  if (op === 'pow2') return clamp(k.math('floor', x), least, most);
  if (op === 'exponent' || op === 'mantissa') return clamp(k.math('abs', x), 2 ** least, 1e38);
  return x;
}

function operationProgram(site: Site, precision: Precision, op: PrimitiveName | FunctionName, seed: number): Program {
  const p = new ProgramBuilder();
  const signature = { ...PRIMITIVES, ...FUNCTIONS }[op];
  const floats = site.lengths.map((n, i) => p.column(`x${i}`, precision, wildFloats(seed + i, n)));
  const words = site.lengths.map((n, i) => p.column(`w${i}`, 'u32', wildWords(seed + i, n)));
  const out = p.column('out', signature.result === 'float' ? precision : 'u32', site.results);
  p.kernel('operation', precision, site.domain(p), (k) => {
    const load = (i: number, type: 'float' | 'u32'): NodeId => k.load(type === 'float' ? floats[i] : words[i], site.at[i], type);
    const args = signature.args.map((type, i) => {
      if (type !== 'bool') return type === 'float' ? restrict(k, op, load(i, 'float')) : load(i, 'u32');
      return k.math('ltU32', k.math('andU32', load(i, 'u32'), k.u32(3)), k.u32(2));
    });
    const result = k.math(op, ...args);
    k.body.push({ kind: 'store', column: out, value: signature.result === 'bool' ? k.math('selectU32', result, k.u32(7), k.u32(5)) : result });
  });
  return p.finish();
}

describe.each(PRECISIONS)('%s', (precision) => {
  describe.each(SITES)('over $name', (site) => {
    it.each([...Object.keys(PRIMITIVES), ...Object.keys(FUNCTIONS)] as (PrimitiveName | FunctionName)[])('%s', async (op) => {
      for (const seed of site.results === 1 ? [1, 2, 3, 4, 5, 6, 7, 8] : [1]) await expectAgreement(operationProgram(site, precision, op, seed), 1);
    });
  });
});

describe('operations on a constant', () => {
  it.each(PRECISIONS)('choose, bound and compare every value alike, %s', async (precision) => {
    const p = new ProgramBuilder();
    const x = p.column('x', precision, wildFloats(7, 203));
    const word = p.column('word', 'u32', wildWords(7, 203));
    const outs: ColumnId[] = [];
    const out = (type: ColumnType): ColumnId => outs[outs.push(p.column(`out ${outs.length}`, type, 203)) - 1];
    p.kernel('constants', precision, { kind: 'neurons', count: 203 }, (k) => {
      const value = k.load(x, 'self');
      const store = (node: NodeId): void =>
        void k.body.push({ kind: 'store', column: out(k.type(node) === 'float' ? precision : 'u32'), value: node });
      for (const constant of [0, -0, 1.5, -70.25, 2 ** -140, Infinity, -Infinity, NaN].map((c) => k.constant(c))) {
        for (const op of ['min', 'max'] as const)
          for (const args of [[value, constant] as const, [constant, value] as const]) store(k.math(op, ...args));
        for (const when of [k.math('lt', value, k.constant(0.5)), k.math('leU32', k.load(word, 'self', 'u32'), k.u32(255))]) {
          store(k.math('select', when, value, constant));
          store(k.math('select', when, constant, value));
          store(k.math('select', k.math('not', when), constant, k.constant(-0)));
          store(k.math('selectU32', when, k.load(word, 'self', 'u32'), k.u32(0)));
        }
      }
    });
    await expectAgreement(p.finish(), 1);
  });
});

/** A neuron whose reset draws, asks again whether it spiked and may run away; `from` is what v starts from. */
function resetProgram(precision: Precision, count: number, from: number): Program {
  const p = new ProgramBuilder();
  const v = p.column('v', precision, randomFloats(1, count, from, 10));
  const [u, w] = ['u', 'w'].map((name) => p.column(name, precision, randomFloats(2, count)));
  const [list, last, flag] = ['list', 'last', 'flag'].map((name) => p.column(name, 'u32', count));
  const [spikes, scale] = [p.column('spikes', 'u32', 1), p.column('scale', 'f64', [1.5])];
  const sum = p.column('sum', 'f64', 1);
  p.kernel('reset', precision, { kind: 'neurons', count }, (k) => {
    const [oldU, oldW] = [k.load(u, 'self'), k.load(w, 'self')];
    const noise = (draw: number): NodeId => k.math('mul', k.math('toFloat', k.random(9, draw)), k.constant(2 ** -30));
    const moved = k.math('add', k.load(v, 'self'), noise(0));
    const ready = k.math('leU32', k.load(last, 'self', 'u32'), k.load(p.step, 'once', 'u32'));
    const spike = k.math('and', ready, k.math('lt', k.constant(10), moved));
    const both = k.math('and', spike, k.math('lt', k.constant(0), oldW));
    const value = k.math('select', spike, k.math('sub', k.math('mul', noise(1), noise(0)), k.constant(3)), moved);
    const grown = k.math('select', both, k.math('mul', oldU, k.load(scale, 'once')), oldU);
    const kept = k.math('select', k.math('not', spike), oldW, k.math('sub', value, oldW));
    k.body.push({ kind: 'check', value: moved });
    k.body.push({ kind: 'emit', list, count: spikes, when: spike });
    k.body.push({ kind: 'check', value });
    k.body.push({ kind: 'check', value: grown });
    k.body.push({ kind: 'store', column: v, value });
    k.body.push({ kind: 'store', column: u, value: grown });
    k.body.push({ kind: 'store', column: w, value: kept });
    k.body.push({ kind: 'store', column: flag, value: k.math('selectU32', k.math('or', spike, ready), k.u32(1), k.u32(0)) });
    k.body.push({ kind: 'reduce', column: sum, value });
    const until = k.math('addU32', k.load(p.step, 'once', 'u32'), k.u32(3));
    k.body.push({ kind: 'store', column: last, value: k.math('selectU32', spike, until, k.load(last, 'self', 'u32')) });
  });
  return p.finish();
}

describe('what a spike alone decides', () => {
  it.each(PRECISIONS)('is done to the cells that spike, whether few or all do, %s', async (precision) => {
    for (const count of COUNTS) for (const from of [-80, 5, 9.9]) await expectAgreement(resetProgram(precision, count, from), 40);
  });

  it.each(PRECISIONS)('is checked, %s', async (precision) => {
    const program = resetProgram(precision, 9, 9.9);
    const both = await loadBoth(program);
    for (const executor of both) {
      const [u, w] = ['u', 'w'].map((name) => executor.view(program.columns.findIndex((c) => c.name === name) as ColumnId));
      u[6] = precision === 'f32' ? 3e38 : 1.7e308;
      w[6] = 1;
      expect(executor.run(40).end).toBe('fault');
    }
    expectSame(program, ...both);
  });
});

/** v and w of a neuron that spikes, with noise; all that a kernel over a population can do. */
function populationProgram(precision: Precision, stored: ColumnType, count: number): Program {
  const p = new ProgramBuilder();
  const v = p.column('v', stored, randomFloats(1, count, -80, 40));
  const w = p.column('w', precision, randomFloats(2, count));
  const order = p.column(
    'order',
    'u32',
    randomWords(3, count).map((x) => x % count),
  );
  const threshold = p.column('threshold', 'f64', [29.1]);
  const other = p.column('other', 'u32', count);
  const sum = p.column('sum', 'f64', 1);
  const product = p.column('product', 'f64', 1);
  const list = p.column('list', 'u32', count);
  const spikes = p.column('spikes', 'u32', 1);
  const last = p.column('last', 'u32', count);
  const table = p.column('table', stored, randomFloats(4, 7));
  p.kernel('population', precision, { kind: 'neurons', count }, (k) => {
    const [oldV, oldW] = [k.load(v, 'self'), k.load(w, 'self')];
    const noise = k.math('mul', k.math('toFloat', k.random(77, 1)), k.constant(2 ** -27));
    const moved = k.math('add', k.math('add', oldV, k.math('mul', oldW, k.constant(0.3))), noise);
    const spiked = k.math('lt', k.load(threshold, 'once'), moved);
    const turn = k.math('andU32', k.math('addU32', k.index('self'), k.load(order, 'self', 'u32')), k.u32(3));
    const looked = k.gather(table, turn, 'float');
    k.body.push({ kind: 'store', column: v, value: k.math('select', spiked, k.constant(-65), moved) });
    k.body.push({ kind: 'store', column: w, value: k.math('sub', k.math('mul', oldV, k.constant(0.01)), looked) });
    k.body.push({
      kind: 'store',
      column: other,
      value: k.math('addU32', k.gather(order, k.load(order, 'self', 'u32'), 'u32'), k.load(p.step, 'once', 'u32')),
    });
    k.body.push({ kind: 'reduce', column: sum, value: moved });
    k.body.push({ kind: 'reduce', column: product, value: k.math('mul', oldW, looked) });
    k.body.push({ kind: 'emit', list, count: spikes, when: spiked });
    k.body.push({ kind: 'check', value: moved });
    k.body.push({ kind: 'check', value: oldW });
  });
  p.kernel('spikes', precision, { kind: 'spikes', list, count: spikes }, (k) => {
    const noise = k.math('mul', k.math('toFloat', k.random(78, 0)), k.load(threshold, 'once'));
    k.body.push({ kind: 'store', column: last, value: k.math('addU32', k.load(p.step, 'once', 'u32'), k.index('self')) });
    k.body.push({ kind: 'store', column: w, value: k.math('add', k.load(w, 'self'), k.math('mul', noise, k.constant(2 ** -32))) });
  });
  p.kernel('once', precision, { kind: 'once' }, (k) => {
    const drawn = k.math('toFloat', k.math('shrU32', k.random(5, 6), k.u32(31)));
    k.body.push({ kind: 'store', column: threshold, value: k.math('add', k.load(threshold, 'once'), drawn) });
    k.body.push({ kind: 'store', column: product, value: k.load(threshold, 'once') });
  });
  return p.finish();
}

describe('populations', () => {
  for (const precision of PRECISIONS) {
    for (const stored of PRECISIONS) {
      it.each(COUNTS)(`do all statements in ${precision} on ${stored} columns, %d neurons`, async (count) => {
        await expectAgreement(populationProgram(precision, stored, count), 20);
      });
    }
  }

  it.each(PRECISIONS)('report a value that is not finite in each place, and never one of the padding, %s', async (precision) => {
    for (const count of [1, 2, 3, 5, 6, 8]) {
      for (const [bad, value] of [...Array(count + 1).keys()].flatMap((i) => [NaN, Infinity, -Infinity].map((x) => [i, x]))) {
        const p = new ProgramBuilder();
        const x = p.column('x', precision, [...Array(count).keys()]);
        const sum = p.column('sum', 'f64', 1);
        const [list, spikes] = [p.column('list', 'u32', count), p.column('spikes', 'u32', 1)];
        p.kernel('check', precision, { kind: 'neurons', count }, (k) => {
          k.body.push({ kind: 'check', value: k.load(x, 'self') });
          k.body.push({ kind: 'reduce', column: sum, value: k.load(x, 'self') });
          k.body.push({ kind: 'emit', list, count: spikes, when: k.math('ne', k.load(x, 'self'), k.constant(1)) });
        });
        const both = await loadBoth(p.finish());
        for (const executor of both) {
          executor.view(x).fill(NaN, count);
          if (bad < count) executor.view(x)[bad] = value;
          expect(executor.run(3)).toEqual(bad < count ? { steps: 1, end: 'fault' } : { steps: 3, end: 'done' });
        }
        expectSame(p.finish(), ...both);
      }
    }
  });

  it('shifts by counts that differ from lane to lane, or are the same in all', async () => {
    for (const precision of PRECISIONS) {
      const p = new ProgramBuilder();
      const [a, b, c] = [p.column('a', 'u32', wildWords(1, 9)), p.column('b', 'u32', wildWords(2, 9)), p.column('c', 'u32', [37])];
      const out = ['x', 'y', 'z'].map((name) => p.column(name, 'u32', 9));
      p.kernel('shift', precision, { kind: 'neurons', count: 9 }, (k) => {
        const counts = [k.load(b, 'self', 'u32'), k.load(c, 'once', 'u32'), k.u32(35)];
        counts.forEach((n, i) => k.body.push({ kind: 'store', column: out[i], value: k.math('shrU32', k.load(a, 'self', 'u32'), n) }));
      });
      await expectAgreement(p.finish());
    }
  });

  it('sees all values from before the kernel', async () => {
    for (const precision of PRECISIONS) {
      const p = new ProgramBuilder();
      const [a, b] = [p.column('a', precision, randomFloats(1, 6)), p.column('b', precision, randomFloats(2, 6))];
      p.kernel('swap', precision, { kind: 'neurons', count: 6 }, (k) => {
        k.body.push({ kind: 'store', column: a, value: k.load(b, 'self') });
        k.body.push({ kind: 'store', column: b, value: k.load(a, 'self') });
      });
      const first = [...(await expectAgreement(p.finish(), 1)).view(a)].slice(0, 6);
      expect(first).toEqual([...(precision === 'f32' ? Float32Array : Float64Array).from(randomFloats(2, 6))]);
    }
  });
});

interface SynapseTypes {
  readonly precision: Precision;
  readonly weights: Precision;
  readonly sums: Precision;
}

interface SynapseOptions {
  readonly dense: boolean;
  /** Whether terms read the sums of before the kernel. */
  readonly readsSums?: boolean;
  /** Whether terms have many nodes. */
  readonly long?: boolean;
  /** Whether terms choose between long ones, made of both ends, of the synapse, of what they share and of further choices. */
  readonly branches?: boolean;
}

const SYNAPSE_TYPES: readonly SynapseTypes[] = PRECISIONS.flatMap((precision) =>
  PRECISIONS.flatMap((weights) => PRECISIONS.map((sums) => ({ precision, weights, sums }))),
);

/** Sums over synapses, with a state for each synapse, all kinds of loads and two terms in one sum. */
function synapseProgram(types: SynapseTypes, sources: number, targets: number, options: SynapseOptions): Program {
  const { precision, weights, sums } = types;
  const p = new ProgramBuilder();
  const width = Math.ceil(targets / 4) * 4;
  const rows = [0];
  const pre: number[] = [];
  for (let t = 0; t < targets; t++) {
    for (let s = 0; s < sources; s++) if ((s * 7 + t * 3) % 5 < 2) pre.push(s);
    rows.push(pre.length);
  }
  const edges = options.dense ? sources * width : Math.max(1, pre.length);
  const weight = p.column('weight', weights, randomFloats(1, edges));
  const trace = p.column('trace', sums, edges);
  const own = p.column(
    'own',
    'u32',
    randomWords(2, edges).map((x) => x & 3),
  );
  const v = p.column('v', precision, randomFloats(3, sources));
  const u = p.column('u', weights, randomFloats(4, targets));
  const g = p.column('g', 'f64', [0.7]);
  const [x, y] = [p.column('x', sums, randomFloats(5, targets)), p.column('y', precision, targets)];
  const [a, b] = [p.column('a', precision, randomFloats(6, sources)), p.column('b', precision, randomFloats(7, targets))];
  const layout = options.dense
    ? ({ kind: 'dense' } as const)
    : ({ kind: 'list', rows: p.column('rows', 'u32', rows), sources: p.column('sources', 'u32', pre.length ? pre : [0]) } as const);
  p.kernel('synapses', precision, { kind: 'synapses', sources, targets, layout }, (k) => {
    const drive = k.math('mul', k.load(g, 'once'), k.math('mul', k.load(v, 'pre'), k.load(v, 'pre')));
    const own1 = k.math('toFloat', k.load(own, 'edge', 'u32'));
    let term = k.math('mul', k.math('mul', k.load(weight, 'edge'), k.load(u, 'post')), k.math('sub', drive, k.load(u, 'post')));
    if (options.readsSums) term = k.math('add', term, k.load(x, 'post'));
    if (options.long) for (let i = 0; i < 40; i++) term = k.math('add', k.math('mul', term, k.constant(0.99)), k.load(trace, 'edge'));
    if (options.branches) {
      const ofPair = { weight: k.load(weight, 'edge'), pre: k.load(v, 'pre'), post: k.load(u, 'post'), drive };
      term = k.math('add', term, branches(k, { ...ofPair, source: k.load(a, 'pre'), target: k.load(b, 'post') }));
    }
    const ends = k.math('toFloat', k.math('addU32', k.math('subU32', k.index('pre'), k.index('post')), k.u32(1000)));
    k.body.push({ kind: 'accumulate', column: x, value: term });
    k.body.push({
      kind: 'store',
      column: trace,
      value: k.math('mul', own1, k.math('add', k.math('mul', k.load(trace, 'edge'), k.constant(0.5)), drive)),
    });
    k.body.push({ kind: 'accumulate', column: y, value: k.math('mul', ends, k.load(weight, 'edge')) });
    k.body.push({ kind: 'accumulate', column: x, value: k.load(v, 'pre') });
  });
  return p.finish();
}

/**
 * A choice of each pair, of each source, of each target and of all, each between terms that cost more than a branch. `source` and
 * `target` are read by terms of one end alone, in several branches.
 */
function branches(
  k: KernelBuilder,
  { weight, pre, post, drive, source, target }: Readonly<Record<'weight' | 'pre' | 'post' | 'drive' | 'source' | 'target', NodeId>>,
): NodeId {
  const long = (start: NodeId, by: NodeId, factor: number): NodeId => {
    let value = start;
    for (let i = 0; i < 12; i++) value = k.math('add', k.math('mul', value, k.constant(factor)), by);
    return value;
  };
  const shared = k.math('mul', k.math('add', pre, weight), post);
  const positive = (x: NodeId): NodeId => k.math('lt', k.constant(0), x);
  const ofPair = k.math('select', positive(weight), long(shared, pre, 0.5), long(post, weight, 0.25));
  const ofSource = k.math('select', positive(pre), long(long(source, source, 0.5), shared, 0.125), long(ofPair, pre, 0.5));
  const ofTarget = k.math(
    'select',
    positive(post),
    long(ofSource, long(target, target, 0.75), 0.5),
    long(long(source, source, 0.25), k.math('mul', pre, weight), 0.5),
  );
  const ofAll = k.math('select', positive(k.math('sub', drive, drive)), long(ofTarget, weight, 0.5), long(long(target, target, 0.5), ofTarget, 0.25));
  return k.math('add', k.math('add', ofPair, ofAll), k.math('select', positive(k.math('sub', weight, pre)), long(ofAll, pre, 0.5), shared));
}

describe.each([true, false])('synapses, dense: %s', (dense) => {
  it.each(SYNAPSE_TYPES)('sums and states in $precision, weights $weights, sums $sums', async (types) => {
    for (const [sources, targets] of [
      [1, 1],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 8],
      [9, 63],
      [13, 64],
      [6, 257],
    ]) {
      await expectAgreement(synapseProgram(types, sources, targets, { dense }));
    }
  });

  it('sums of more targets than a tile has', async () => {
    await expectAgreement(synapseProgram({ precision: 'f32', weights: 'f32', sums: 'f32' }, 6, 4099, { dense }), 2);
  });

  it.each(SYNAPSE_TYPES)('sees sums from before the kernel in $precision, weights $weights, sums $sums', async (types) => {
    for (const [sources, targets] of [
      [4, 3],
      [7, 13],
    ])
      await expectAgreement(synapseProgram(types, sources, targets, { dense, readsSums: true }));
  });

  it.each(PRECISIONS)('long terms, %s', async (precision) => {
    await expectAgreement(synapseProgram({ precision, weights: precision, sums: precision }, 7, 10, { dense, long: true }));
  });

  it.each(PRECISIONS)('branches that cost much, of each pair and of either end, %s', async (precision) => {
    const types = { precision, weights: precision, sums: precision };
    for (const [sources, targets] of [
      [1, 1],
      [7, 10],
      [9, 63],
    ])
      await expectAgreement(synapseProgram(types, sources, targets, { dense, branches: true }));
  });
});

describe('schedules', () => {
  function schedule(): { program: Program; cursors: readonly number[]; buffers: readonly number[] } {
    const count = 10;
    const p = new ProgramBuilder();
    const v = p.column('v', 'f32', randomFloats(1, count, 0, 3));
    const d = p.column('d', 'f64', count);
    const input = p.column('input', 'f32', randomFloats(2, count));
    const [list, spikes] = [p.column('list', 'u32', count), p.column('spikes', 'u32', 1)];
    const cells = p.column('cells', 'u32', [7, 0, 3]);
    const cursors = ['a', 'b', 'c', 'e'].map((name) => p.column(`cursor ${name}`, 'u32', 1));
    const buffers = [
      p.column('buffer a', 'f32', 10 * count),
      p.column('buffer b', 'f64', 24),
      p.column('buffer c', 'u32', 4),
      p.column('buffer e', 'u32', 2 * 25),
    ];
    const init = p.kernel('init', 'f32', { kind: 'neurons', count }, (k) => {
      k.body.push({ kind: 'store', column: v, value: k.math('toFloat', k.math('andU32', k.random(3, 0), k.u32(3))) });
    });
    const derive = p.kernel('derive', 'f64', { kind: 'neurons', count }, (k) => {
      k.body.push({ kind: 'store', column: d, value: k.math('exp', k.load(v, 'self')) });
    });
    const step = p.kernel('step', 'f32', { kind: 'neurons', count }, (k) => {
      const next = k.math('add', k.math('add', k.load(v, 'self'), k.constant(0.5)), k.load(input, 'self'));
      const spiked = k.math('lt', k.constant(2), next);
      k.body.push({ kind: 'emit', list, count: spikes, when: spiked });
      k.body.push({ kind: 'store', column: v, value: k.math('select', spiked, k.constant(0), next) });
    });
    const program = p.finish({
      init: [init],
      derive: [derive],
      step: [
        { kind: 'sample', sampler: { column: spikes, cells: null, cellCount: 1, every: 5, buffer: buffers[2], cursor: cursors[2], capacity: 4 } },
        step,
        { kind: 'clear', column: input },
        { kind: 'advance' },
        { kind: 'sample', sampler: { column: v, cells: null, cellCount: count, every: 2, buffer: buffers[0], cursor: cursors[0], capacity: 10 } },
        { kind: 'sample', sampler: { column: d, cells, cellCount: 3, every: 3, buffer: buffers[1], cursor: cursors[1], capacity: 8 } },
        { kind: 'sampleSpikes', sampler: { list, count: spikes, buffer: buffers[3], cursor: cursors[3], capacity: 25 } },
      ],
    });
    return { program, cursors, buffers };
  }

  it('samples, clears, advances, and stops when a buffer of spikes is full', async () => {
    const { program, cursors } = schedule();
    const [js, wasm] = await loadBoth(program);
    js.init();
    wasm.init();
    const ends: string[] = [];
    for (const steps of [1, 0, 2, 4, 5, 3, 2, 2]) {
      const result = wasm.run(steps);
      ends.push(result.end);
      expect(result).toEqual(js.run(steps));
      expectSame(program, js, wasm);
      if (result.end === 'full') for (const executor of [js, wasm]) executor.view(cursors[3] as never)[0] = 0;
    }
    expect(ends).toContain('full');
    expect(wasm.view(program.clock.t)[0]).toBe(wasm.view(program.clock.step)[0] * 0.1);
  });
});

it('draws words of elements that are no cells', async () => {
  const p = new ProgramBuilder();
  const [count, stream] = [p.column('count', 'u32', [7]), p.column('stream', 'u32', [0xfedcba98])];
  const counters = [1, 2, 3].map((seed) => wildWords(seed, 7));
  const [a, b, c] = counters.map((values, i) => p.column(`counter ${i}`, 'u32', values));
  const draws = [0, 3, 2 ** 32 - 2].map((block): Extract<Action, { kind: 'draw' }> => {
    const [w0, w1, w2, w3] = [0, 1, 2, 3].map((k) => p.column(`word ${k} of ${block}`, 'u32', 7));
    return { kind: 'draw', counter: [a, b, c], stream, block, words: [w0, w1, w2, w3], count };
  });
  const program = p.finish({ init: draws });
  const js = await expectAgreement(program);
  const words = new Uint32Array(4);
  for (const { block, words: columns } of draws) {
    for (let i = 0; i < 7; i++) {
      philox(words, counters[0][i], counters[1][i], 0xfedcba98, counters[2][i] | block, ...program.seed);
      expect(columns.map((id) => js.view(id)[i])).toEqual([...words]);
    }
  }
});

describe('random programs', () => {
  it('have the same bits on js and wasm', async () => {
    const property = fc.asyncProperty(fc.nat(), fc.constantFrom(...PRECISIONS), async (seed, precision) => {
      const program = randomProgram(seed, precision);
      const cursor = program.schedule.step.flatMap((action) => (action.kind === 'sampleSpikes' ? [action.sampler.cursor] : []))[0];
      const [js, wasm] = await loadBoth(program);
      js.init();
      wasm.init();
      expectSame(program, js, wasm);
      let done = 0;
      while (done < RANDOM_PROGRAM_STEPS) {
        const result = wasm.run(RANDOM_PROGRAM_STEPS - done);
        expect(result).toEqual(js.run(RANDOM_PROGRAM_STEPS - done));
        expectSame(program, js, wasm);
        done += result.steps;
        if (result.end === 'full') for (const executor of [js, wasm]) executor.view(cursor)[0] = 0;
      }
    });
    await fc.assert(property, { numRuns: 25 });
  });
});
