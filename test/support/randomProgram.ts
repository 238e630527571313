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
  type ValueType,
} from '../../src/ir/expr.ts';
import type { Domain } from '../../src/ir/kernel.ts';
import type { Action, ColumnType, Program } from '../../src/ir/program.ts';
import { ProgramBuilder } from '../conformance/programBuilder.ts';
import { uniform } from './uniform.ts';

/** Steps for which the samplers of a random program have room; the one of spikes is full before. */
export const RANDOM_PROGRAM_STEPS = 24;

/**
 * A program drawn from a seed: all primitives and functions, every domain but events, every statement, every sampler,
 * columns of other precisions than the kernels', sizes that do not fill a vector. The names of columns whose values may be
 * NaN or infinite start with `wild`; NaN payloads are not defined. No step is a fault.
 */
export function randomProgram(seed: number, precision: Precision): Program {
  const choice = new Choice(seed);
  const builder = new ProgramBuilder();
  const columns = drawColumns(choice, builder, precision);
  const once: Action[] = ['init.once', 'derive'].map((name, i) => {
    const kernelPrecision = i === 0 ? precision : 'f64';
    return builder.kernel(name, kernelPrecision, { kind: 'once' }, (k) => {
      const e = new Expressions(k, choice, columns, ['once'], i === 0);
      e.grow(SAFE);
      k.body.push({ kind: 'store', column: columns.scalar[i], value: e.float() }, { kind: 'store', column: columns.scalar[2], value: e.float() });
    });
  });
  const neurons: Domain = { kind: 'neurons', count: columns.count };
  const start = builder.kernel('init.neurons', precision, neurons, (k) => {
    const e = new Expressions(k, choice, columns, ['once', 'self'], true);
    e.grow(choice.some(SAFE, 8));
    k.body.push({ kind: 'store', column: columns.self[0], value: e.float() }, { kind: 'store', column: columns.word, value: e.u32() });
  });
  const synapses = (['dense', 'list'] as const).map((kind) => drawSynapses(kind, choice, builder, columns, precision));
  const update = builder.kernel('update', precision, neurons, (k) => drawUpdate(k, choice, columns));
  const wild = builder.kernel('wild', precision, neurons, (k) => drawWild(k, choice, columns));
  const spiking: Domain = { kind: 'spikes', list: columns.list, count: columns.spikes };
  const reset = builder.kernel('reset', precision, spiking, (k) => {
    const e = new Expressions(k, choice, columns, ['once', 'self'], true);
    e.grow(choice.some(SAFE, 10));
    k.body.push({ kind: 'store', column: columns.self[1], value: e.float() }, { kind: 'store', column: columns.word, value: e.u32() });
  });
  const clear: Action[] = columns.sums.map((column) => ({ kind: 'clear', column }));
  const now = ({ kernel }: { readonly kernel: number }): Action => ({ kind: 'kernel', kernel, every: 2 + (seed % 3) });
  const step: Action[] = [...clear, ...synapses, update, now(wild), reset, ...drawSamplers(choice, builder, columns), { kind: 'advance' }];
  const program = builder.finish({ init: [once[0], start], derive: [once[1]], step });
  return { ...program, precision, seed: [choice.word(), choice.word()] };
}

class Choice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = uniform(seed);
  }

  below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  word(): number {
    return this.below(2 ** 32);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.#next();
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  shuffle<T>(list: readonly T[]): T[] {
    const keyed = list.map((value) => ({ value, key: this.#next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
  }

  some<T>(list: readonly T[], n: number): T[] {
    return this.shuffle(list).slice(0, n);
  }

  list<T>(n: number, value: () => T): T[] {
    return Array.from({ length: n }, value);
  }
}

interface Columns {
  readonly types: Map<ColumnId, ColumnType>;
  readonly count: number;
  readonly sources: number;
  /** Of the neurons: floats that stay tame, words. */
  readonly self: readonly ColumnId[];
  readonly word: ColumnId;
  readonly wild: readonly ColumnId[];
  readonly wildWord: ColumnId;
  /** What the synapses add to. */
  readonly sums: readonly ColumnId[];
  /** Of the neurons before the synapses. */
  readonly pre: readonly ColumnId[];
  readonly edges: { readonly [K in 'dense' | 'list']: readonly ColumnId[] };
  readonly layout: { readonly rows: ColumnId; readonly sources: ColumnId };
  /** One element each; the last but one takes the sum over the neurons. */
  readonly scalar: readonly ColumnId[];
  readonly total: ColumnId;
  readonly scalarWord: ColumnId;
  /** 8 elements each. */
  readonly tables: readonly ColumnId[];
  readonly list: ColumnId;
  readonly spikes: ColumnId;
}

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1e-310, -1e-40, 1e-45, 3e38, 1e300, 4294967295, 4294967296, 2147483648.5, -1, 0.5, -0.5];

function drawColumns(choice: Choice, builder: ProgramBuilder, precision: Precision): Columns {
  const types = new Map<ColumnId, ColumnType>();
  const other: Precision = precision === 'f32' ? 'f64' : 'f32';
  const column = (name: string, type: ColumnType, data: number | ArrayLike<number>): ColumnId => {
    const id = builder.column(name, type, data);
    types.set(id, type);
    return id;
  };
  const floats = (n: number): number[] => choice.list(n, () => choice.between(-3, 3));
  const words = (n: number): number[] => choice.list(n, () => choice.word());
  const group = (name: string, n: number): ColumnId[] => [precision, other].map((type) => column(`${name}.${type}`, type, floats(n)));
  const count = choice.pick([1, 3, 4, 5, 8, 30, 255, 257, 600]);
  const sources = choice.pick([1, 2, 4, 7, 33]);
  const rows = [0];
  for (let i = 0; i < count; i++) rows.push(rows[i] + choice.below(Math.min(6, sources + 1)));
  const from = rows.slice(1).flatMap((end, i) => choice.list(end - rows[i], () => choice.below(sources)).sort((a, b) => a - b));
  const dense = sources * Math.ceil(count / 4) * 4;
  const special = (): number => (choice.below(2) === 0 ? choice.pick(SPECIAL) : choice.between(-1e3, 1e3));
  return {
    types,
    count,
    sources,
    self: group('self', count),
    word: column('word', 'u32', words(count)),
    wild: [precision, other].map((type) => column(`wild.${type}`, type, choice.list(count, special))),
    wildWord: column('wildWord', 'u32', words(count)),
    sums: [precision, other].map((type) => column(`sum.${type}`, type, count)),
    pre: [...group('pre', sources), column('pre.u32', 'u32', words(sources))],
    edges: {
      dense: [...group('dense', dense), column('dense.u32', 'u32', words(dense))],
      list: [...group('list', from.length), column('list.u32', 'u32', words(from.length))],
    },
    layout: { rows: column('rows', 'u32', rows), sources: column('sources', 'u32', from) },
    scalar: [...group('scalar', 1), column('scalar', precision, floats(1))],
    total: column('total', 'f64', 1),
    scalarWord: column('scalar.u32', 'u32', words(1)),
    tables: [...group('table', 8), column('table.u32', 'u32', words(8))],
    list: column('spikes.list', 'u32', count),
    spikes: column('spikes.count', 'u32', 1),
  };
}

function accessible(columns: Columns, at: Access, layout?: 'dense' | 'list'): readonly ColumnId[] {
  switch (at) {
    case 'once':
      return [...columns.scalar, columns.total, columns.scalarWord];
    case 'pre':
      return columns.pre;
    case 'edge':
      return layout ? columns.edges[layout] : [];
    case 'self':
    case 'post':
      return [...columns.self, ...columns.sums, columns.word];
  }
}

const ALL = Object.keys(PRIMITIVES) as PrimitiveName[];
const SAFE: readonly (PrimitiveName | FunctionName)[] = [...ALL, ...(Object.keys(FUNCTIONS) as FunctionName[])];

/** Grows expressions over the columns of some accesses, and hands out values that depend on all of them. */
class Expressions {
  readonly #k: KernelBuilder;
  readonly #choice: Choice;
  readonly #pool: Record<ValueType, NodeId[]> = { float: [], u32: [], bool: [] };
  readonly #unused: Record<ValueType, NodeId[]> = { float: [], u32: [], bool: [] };

  constructor(k: KernelBuilder, choice: Choice, columns: Columns, accesses: readonly Access[], random: boolean, layout?: 'dense' | 'list') {
    this.#k = k;
    this.#choice = choice;
    for (const at of accesses) {
      for (const id of accessible(columns, at, layout)) this.#addLoad(columns, id, at);
      if (at !== 'once' && at !== 'edge') this.#add(k.index(at));
    }
    if (random) {
      const word = this.#add(k.random(choice.word(), 0));
      this.#add(k.math('mul', k.math('toFloat', word), k.constant(2 ** -32)));
      this.#add(k.random(choice.word(), 1));
    }
    this.#add(k.u32(choice.pick([0, 1, 7, 31, 33, 0xffffffff])));
    this.#add(k.constant(choice.between(-2, 2)));
    for (const table of columns.tables) {
      const index = k.math('andU32', choice.pick(this.#pool.u32), k.u32(7));
      this.#add(k.gather(table, index, columns.types.get(table) === 'u32' ? 'u32' : 'float'));
    }
    for (const op of ['lt', 'ltU32'] as const) this.apply(op);
  }

  #addLoad(columns: Columns, id: ColumnId, at: Access): void {
    this.#add(this.#k.load(id, at, columns.types.get(id) === 'u32' ? 'u32' : 'float'));
  }

  #add(id: NodeId): NodeId {
    const type = this.#k.type(id);
    this.#pool[type].push(id);
    this.#unused[type].push(id);
    return id;
  }

  /** Applies each operation once, in random order, to arguments at which it is defined, and bounds what comes out. */
  grow(ops: readonly (PrimitiveName | FunctionName)[]): void {
    for (const op of this.#choice.shuffle(ops)) this.apply(op, true);
  }

  apply(op: PrimitiveName | FunctionName, tame = false): NodeId {
    const { args } = { ...PRIMITIVES, ...FUNCTIONS }[op];
    const chosen = args.map((type: ValueType) => this.#choice.pick(this.#pool[type]));
    const value = this.#k.math(op, ...(tame ? this.#tameArguments(op, chosen) : chosen));
    return this.#add(tame && this.#k.type(value) === 'float' ? this.#bound(value, -1e4, 1e4) : value);
  }

  #bound(x: NodeId, low: number, high: number): NodeId {
    return this.#k.math('min', this.#k.math('max', x, this.#k.constant(low)), this.#k.constant(high));
  }

  #tameArguments(op: PrimitiveName | FunctionName, args: readonly NodeId[]): NodeId[] {
    const k = this.#k;
    const [a, b] = args;
    const positive = (x: NodeId): NodeId => this.#bound(k.math('abs', x), 1e-20, 1e20);
    switch (op) {
      case 'div':
        return [a, k.math('add', k.math('abs', b), k.constant(0.25))];
      case 'sqrt':
        return [k.math('abs', a)];
      case 'pow2':
        return [k.math('floor', this.#bound(a, -30, 30))];
      case 'exponent':
      case 'mantissa':
      case 'log':
        return [positive(a)];
      case 'exp':
      case 'sinh':
      case 'cosh':
      case 'exprel':
        return [this.#bound(a, -20, 20)];
      case 'pow':
        return [positive(a), this.#bound(b, -1.5, 1.5)];
      default:
        return [...args];
    }
  }

  /** A float that depends on every node that nothing depended on so far. */
  float(): NodeId {
    const k = this.#k;
    // What a term contributes stays above the rounding of the sum of some hundred.
    const mix = (sum: NodeId, x: NodeId): NodeId =>
      this.#bound(k.math('add', k.math('mul', sum, k.constant(0.97)), k.math('mul', x, k.constant(2 ** -6))), -1e4, 1e4);
    let sum = this.#choice.pick(this.#pool.float);
    for (const x of this.#unused.float) sum = mix(sum, x);
    for (const x of this.#unused.bool) sum = k.math('add', sum, k.math('select', x, k.constant(0.5), k.constant(-0.25)));
    this.#unused.float = [];
    this.#unused.bool = [];
    return k.math('mul', sum, k.constant(2 ** -10));
  }

  u32(): NodeId {
    const k = this.#k;
    let sum = this.#choice.pick(this.#pool.u32);
    for (const x of this.#unused.u32) sum = k.math('addU32', k.math('shrU32', sum, k.u32(1)), x);
    this.#unused.u32 = [];
    return sum;
  }

  pick(type: ValueType): NodeId {
    return this.#choice.pick(this.#pool[type]);
  }
}

function drawUpdate(k: KernelBuilder, choice: Choice, columns: Columns): void {
  const e = new Expressions(k, choice, columns, ['once', 'self'], true);
  e.grow(SAFE);
  const rare = k.math('ltU32', k.random(choice.word(), 9), k.u32(choice.pick([0, 0x20000000, 0x80000000, 0xffffffff])));
  const when = choice.below(2) === 0 ? rare : k.math('and', k.math('or', rare, e.pick('bool')), k.math('not', e.pick('bool')));
  const value = e.float();
  k.body.push(
    { kind: 'store', column: columns.self[0], value },
    // The two change places: loads are from before the kernel.
    { kind: 'store', column: columns.self[1], value: k.load(columns.self[0], 'self') },
    { kind: 'store', column: columns.word, value: e.u32() },
    { kind: 'reduce', column: columns.total, value },
    { kind: 'emit', list: columns.list, count: columns.spikes, when },
    { kind: 'check', value },
  );
}

/** Primitives on NaN, infinities, subnormal numbers and zeros of both signs, but those that are not defined there. */
function drawWild(k: KernelBuilder, choice: Choice, columns: Columns): void {
  const withWild: Columns = { ...columns, self: columns.wild, word: columns.wildWord };
  const e = new Expressions(k, choice, withWild, ['once', 'self'], false);
  const ops = choice.shuffle(ALL.filter((op) => op !== 'pow2' && op !== 'exponent' && op !== 'mantissa'));
  const results = ops.map((op) => e.apply(op));
  columns.wild.forEach((column, i) => {
    const floats = results.filter((id) => k.type(id) === 'float');
    k.body.push({ kind: 'store', column, value: choice.below(4) === 0 ? k.load(columns.wild[1 - i], 'self') : choice.pick(floats) });
  });
  k.body.push({ kind: 'store', column: columns.wildWord, value: e.u32() });
}

function drawSynapses(kind: 'dense' | 'list', choice: Choice, builder: ProgramBuilder, columns: Columns, precision: Precision): Action {
  const layout = kind === 'dense' ? ({ kind } as const) : ({ kind, ...columns.layout } as const);
  const domain: Domain = { kind: 'synapses', sources: columns.sources, targets: columns.count, layout };
  return builder.kernel(`synapses.${kind}`, precision, domain, (k) => {
    const e = new Expressions(k, choice, columns, ['once', 'pre', 'post', 'edge'], false, kind);
    e.grow(choice.some(SAFE, 12));
    k.body.push({ kind: 'accumulate', column: columns.sums[0], value: e.float() });
    k.body.push({ kind: 'accumulate', column: columns.sums[1], value: e.pick('float') });
    // A second term for the same column is added after the first, edge by edge.
    if (choice.below(2) === 0) k.body.push({ kind: 'accumulate', column: columns.sums[0], value: e.pick('float') });
    const [first, second, word] = columns.edges[kind];
    const [a, b] = [e.float(), e.float()];
    k.body.push(
      { kind: 'store', column: first, value: a },
      { kind: 'store', column: second, value: b },
      { kind: 'store', column: word, value: e.u32() },
    );
  });
}

function drawSamplers(choice: Choice, builder: ProgramBuilder, columns: Columns): Action[] {
  const sampled = [...columns.self, columns.word, columns.sums[0]];
  const samples = sampled.map((column, i): Action => {
    const every = choice.pick([1, 2, 3]);
    const cellCount = i % 2 === 0 ? columns.count : 1 + choice.below(columns.count);
    const cells =
      i % 2 === 0
        ? null
        : builder.column(
            `sample.${i}.cells`,
            'u32',
            choice.list(cellCount, () => choice.below(columns.count)),
          );
    const capacity = RANDOM_PROGRAM_STEPS;
    const buffer = builder.column(`sample.${i}`, columns.types.get(column) as ColumnType, capacity * cellCount);
    return { kind: 'sample', sampler: { column, cells, cellCount, every, buffer, cursor: builder.column(`sample.${i}.cursor`, 'u32', 1), capacity } };
  });
  const capacity = columns.count * 3;
  const buffer = builder.column('spikes', 'u32', 2 * capacity);
  const sampler = { list: columns.list, count: columns.spikes, buffer, cursor: builder.column('spikes.cursor', 'u32', 1), capacity };
  return [{ kind: 'sampleSpikes', sampler }, ...samples];
}
