import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wasmBackend } from '../../src/backends/wasm/index.ts';
import { type BuiltEdges, buildEdges } from '../../src/compile/edges.ts';
import {
  allToAll,
  distanceKernel,
  fixedInDegree,
  fixedOutDegree,
  fixedTotal,
  probability,
  type RuleDef,
  type ValueSpec,
  where,
} from '../../src/index.ts';
import type { Calculator } from '../../src/ir/calculate.ts';
import { electrical } from '../../src/models/index.ts';
import type { End } from '../../src/network/connect/rule.ts';
import { expectCounts } from '../support/statistics.ts';

const SEEDS = [1, 2, 3, 4, 5];

interface Wiring {
  readonly rule: RuleDef;
  readonly source: End;
  readonly target: End;
  readonly seed?: number;
  readonly name?: string;
  readonly w?: ValueSpec;
  readonly calculate?: Calculator;
}

function build({ rule, source, target, seed = 1, name = 'p', w = 1, calculate }: Wiring): BuiltEdges {
  const view = (end: End) => ({ population: end.population.name, cells: { kind: 'cells', cells: [...end.cells] } }) as const;
  const def = { name, source: view(source), target: view(target), synapse: electrical().def, rule, values: { w } };
  return buildEdges(def, source, target, { seed: [seed, 0], ...(calculate && { calculate }) });
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function end(name: string, rows: number, columns: number, cells: ArrayLike<number> = range(rows * columns)): End {
  return { population: { name, rows, columns }, cells: Uint32Array.from(cells) };
}

const line = (name: string, n: number): End => end(name, 1, n);

const lattice = (name: string): fc.Arbitrary<End> =>
  fc
    .record({ rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 8 }) })
    .chain(({ rows, columns }) => fc.subarray(range(rows * columns), { minLength: 1 }).map((cells) => end(name, rows, columns, cells)));

/** Two populations, or two views of one. */
const ends = fc.oneof(
  fc.tuple(lattice('a'), lattice('b')),
  lattice('a').chain(({ population: { rows, columns } }) => {
    const view = fc.subarray(range(rows * columns), { minLength: 1 }).map((cells) => end('a', rows, columns, cells));
    return fc.tuple(view, view);
  }),
);

const part = fc.double({ min: 0, max: 1, noNaN: true });

/** A rule, its numbers given as parts of what is possible. */
const rules = fc.record({
  kind: fc.constantFrom('probability', 'fixed-in-degree', 'fixed-out-degree', 'fixed-total', 'gaussian', 'exponential', 'box'),
  part,
  width: fc.double({ min: 0.1, max: 5, noNaN: true }),
  cutoff: fc.option(fc.double({ min: 0.1, max: 5, noNaN: true }), { nil: undefined }),
  autapses: fc.boolean(),
  multapses: fc.boolean(),
});

type Wish = typeof rules extends fc.Arbitrary<infer T> ? T : never;

const isSelf = (source: End, target: End, s: number, t: number): boolean => source.population.name === target.population.name && s === t;

function possible(wish: Wish, source: End, target: End) {
  const barred = (cell: number, others: End): number =>
    Number(!wish.autapses && source.population.name === target.population.name && others.cells.includes(cell));
  const inwards = Math.min(...Array.from(target.cells, (t) => source.cells.length - barred(t, source)));
  const outwards = Math.min(...Array.from(source.cells, (s) => target.cells.length - barred(s, target)));
  const pairs = Array.from(target.cells, (t) => source.cells.length - barred(t, source)).reduce((a, b) => a + b, 0);
  return { inwards, outwards, pairs };
}

function ruleOf(wish: Wish, source: End, target: End): RuleDef {
  const { part: p, width, cutoff, autapses, multapses } = wish;
  const { inwards, outwards, pairs } = possible(wish, source, target);
  const number = (most: number): number => Math.round(p * most * (multapses && most > 0 ? 2 : 1));
  const options = { autapses, multapses };
  switch (wish.kind) {
    case 'probability':
      return probability(p, { autapses });
    case 'fixed-in-degree':
      return fixedInDegree(number(inwards), options);
    case 'fixed-out-degree':
      return fixedOutDegree(number(outwards), options);
    case 'fixed-total':
      return fixedTotal(number(pairs), options);
    default: {
      const { rows, columns } = source.population;
      const torus = multapses && rows === target.population.rows && columns === target.population.columns;
      return distanceKernel(wish.kind, { width, p, autapses, torus, ...(cutoff !== undefined && { cutoff }) });
    }
  }
}

const pairsOf = ({ sources, targets }: BuiltEdges): [number, number][] => Array.from(sources, (s, i) => [s, targets[i]]);

function counts(cells: Uint32Array, end: End): number[] {
  const result = new Map(Array.from(end.cells, (cell) => [cell, 0]));
  for (const cell of cells) result.set(cell, (result.get(cell) ?? 0) + 1);
  return [...result.values()];
}

describe('rules that draw', () => {
  it('keep what they promise', () => {
    fc.assert(
      fc.property(ends, rules, fc.nat(1000), ([source, target], wish, seed) => {
        const rule = ruleOf(wish, source, target);
        const built = build({ rule, source, target, seed });
        const pairs = pairsOf(built);
        for (const [s, t] of pairs) {
          expect(source.cells.includes(s) && target.cells.includes(t)).toBe(true);
          if (!wish.autapses) expect(isSelf(source, target, s, t)).toBe(false);
        }
        pairs.forEach(([s, t], i) => {
          if (i === 0) return;
          const [before, at] = pairs[i - 1];
          expect(at < t || (at === t && before <= s)).toBe(true);
          if (!('multapses' in rule && rule.multapses)) expect(at === t && before === s).toBe(false);
        });
        if (rule.kind === 'fixed-in-degree') expect(counts(built.targets, target)).toEqual(range(target.cells.length).map(() => rule.degree));
        if (rule.kind === 'fixed-out-degree') expect(counts(built.sources, source)).toEqual(range(source.cells.length).map(() => rule.degree));
        if (rule.kind === 'fixed-total') expect(pairs.length).toBe(rule.total);
        expect(pairsOf(build({ rule, source, target, seed }))).toEqual(pairs);
      }),
      { seed: 1, numRuns: 600 },
    );
  });

  it('draw for a target whatever others there are', () => {
    const byTarget = rules.filter(({ kind }) => kind !== 'fixed-out-degree' && kind !== 'fixed-total');
    fc.assert(
      fc.property(ends, byTarget, fc.nat(1000), part, ([source, target], wish, seed, share) => {
        const some = end(
          target.population.name,
          target.population.rows,
          target.population.columns,
          target.cells.slice(Math.floor(share * target.cells.length)),
        );
        if (some.cells.length === 0) return;
        const rule = ruleOf(wish, source, target);
        const all = pairsOf(build({ rule, source, target, seed }));
        expect(pairsOf(build({ rule, source, target: some, seed }))).toEqual(all.filter(([, t]) => some.cells.includes(t)));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('draw differently under another name or seed', () => {
    for (const rule of [probability(0.5), fixedInDegree(10), fixedOutDegree(10), fixedTotal(200), distanceKernel('gaussian', { width: 5 })]) {
      const wiring = { rule, source: line('a', 20), target: line('b', 20) };
      const drawn = [build(wiring), build({ ...wiring, seed: 2 }), build({ ...wiring, name: 'q' })].map((b) => JSON.stringify(pairsOf(b)));
      expect(new Set(drawn).size).toBe(3);
    }
  });
});

/** Probabilities of 0, 1, ... n of independent events of those probabilities. */
function sumOf(events: readonly number[]): number[] {
  let law = [1];
  for (const p of events) law = [...law, 0].map((x, k) => x * (1 - p) + (k > 0 ? law[k - 1] * p : 0));
  return law;
}

/** Probabilities of 0, 1, ... of n events of probability p, up to `most`. */
function binomial(n: number, p: number, most = n): number[] {
  const law = [(1 - p) ** n];
  for (let k = 0; k < most; k++) law.push((law[k] * (n - k) * p) / ((k + 1) * (1 - p)));
  return law;
}

function histogram(values: readonly number[], length: number): number[] {
  const result = new Array<number>(length).fill(0);
  for (const x of values) result[x]++;
  return result;
}

describe.each(SEEDS)('degrees, seed %i', (seed) => {
  const [source, target] = [line('a', 100), line('b', 3000)];
  const many = line('a', 3000);

  it('probability: both are binomial', () => {
    const inwards = build({ rule: probability(0.07), source, target, seed });
    expectCounts(histogram(counts(inwards.targets, target), 101), binomial(100, 0.07));
    const outwards = build({ rule: probability(0.07), source: many, target: line('b', 100), seed });
    expectCounts(histogram(counts(outwards.sources, many), 101), binomial(100, 0.07));
  });

  it('probability without autapses', () => {
    const cells = line('a', 120);
    const pooled = SEEDS.flatMap((more) =>
      counts(build({ rule: probability(0.3, { autapses: false }), source: cells, target: cells, seed: 10 * seed + more }).targets, cells),
    );
    expectCounts(histogram(pooled, 120), binomial(119, 0.3));
  });

  it('fixed in-degree: out-degrees are binomial', () => {
    const few = line('b', 60);
    const distinct = build({ rule: fixedInDegree(200), source: many, target: few, seed });
    expectCounts(histogram(counts(distinct.sources, many), 61), binomial(60, 200 / 3000));
    const repeated = build({ rule: fixedInDegree(200, { multapses: true }), source: many, target: few, seed });
    expectCounts(histogram(counts(repeated.sources, many), 61), binomial(12_000, 1 / 3000, 60));
  });

  it('fixed out-degree: in-degrees are binomial', () => {
    const distinct = build({ rule: fixedOutDegree(300), source: line('a', 50), target, seed });
    expectCounts(histogram(counts(distinct.targets, target), 51), binomial(50, 0.1));
  });

  it('fixed total: in-degrees are binomial, out-degrees too', () => {
    const repeated = build({ rule: fixedTotal(9000, { multapses: true }), source: many, target, seed });
    for (const [cells, side] of [
      [repeated.targets, target],
      [repeated.sources, many],
    ] as const) {
      expectCounts(histogram(counts(cells, side), 31), binomial(9000, 1 / 3000, 30));
    }
    // Of 300 000 pairs 30 000: as good as independent, but for the sum.
    const distinct = build({ rule: fixedTotal(30_000), source, target, seed });
    expectCounts(histogram(counts(distinct.targets, target), 101), binomial(100, 0.1));
  });

  it.each(['gaussian', 'exponential', 'box'] as const)('%s: by distance, and each place on its own', (kernel) => {
    const sheet = end('a', 45, 45);
    const rule = distanceKernel(kernel, { width: 2.5, p: 0.8, torus: true, cutoff: 9.5 });
    const { sources, targets } = build({ rule, source: sheet, target: sheet, seed });
    const value = (d: number): number =>
      0.8 * { gaussian: Math.exp(-(d ** 2) / 12.5), exponential: Math.exp(-d / 2.5), box: Number(d <= 2.5) }[kernel];
    const around = (x: number): number => Math.min(Math.abs(x), 45 - Math.abs(x));
    const places = new Map<number, number>();
    for (const s of sheet.cells) {
      const squared = around(Math.floor(s / 45)) ** 2 + around(s % 45) ** 2;
      if (squared <= 9.5 ** 2) places.set(squared, (places.get(squared) ?? 0) + 1);
    }
    const found = new Map<number, number>();
    targets.forEach((t, i) => {
      const squared = around(Math.floor(t / 45) - Math.floor(sources[i] / 45)) ** 2 + around((t % 45) - (sources[i] % 45)) ** 2;
      found.set(squared, (found.get(squared) ?? 0) + 1);
    });
    for (const squared of found.keys()) expect(value(Math.sqrt(squared)) > 0 && places.has(squared)).toBe(true);
    // Distances at which hardly anything is to be expected are taken together.
    let [hits, of, expected] = [0, 0, 0];
    for (const [squared, n] of [...places].sort(([x], [y]) => x - y)) {
      hits += found.get(squared) ?? 0;
      of += n * sheet.cells.length;
      expected += n * sheet.cells.length * value(Math.sqrt(squared));
      if (expected < 50) continue;
      expectCounts([hits, of - hits], [expected / of, 1 - expected / of]);
      [hits, of, expected] = [0, 0, 0];
    }
    const events = [...places].flatMap(([squared, n]) => new Array<number>(n).fill(value(Math.sqrt(squared))));
    expectCounts(histogram(counts(targets, sheet), events.length + 1), sumOf(events));
    expectCounts(histogram(counts(sources, sheet), events.length + 1), sumOf(events));
  });
});

describe('every choice is as probable as every other', () => {
  /** How often each set of edges comes up. */
  function outcomes(rule: RuleDef, source: End, target: End, draws: number): Map<string, number> {
    const result = new Map<string, number>();
    for (let seed = 0; seed < draws; seed++) {
      const key = JSON.stringify(pairsOf(build({ rule, source, target, seed })));
      result.set(key, (result.get(key) ?? 0) + 1);
    }
    return result;
  }

  it.each<[string, RuleDef, End, End, number]>([
    ['2 of 5 sources', fixedInDegree(2), line('a', 5), line('b', 1), 10],
    ['4 of 5 sources', fixedInDegree(4), line('a', 5), line('b', 1), 5],
    ['2 of 4 others', fixedInDegree(2, { autapses: false }), line('a', 5), end('a', 1, 5, [3]), 6],
    ['1 of 100 sources, few of many', fixedInDegree(1), line('a', 100), line('b', 1), 100],
    ['2 of 5 targets, for two sources', fixedOutDegree(2), line('a', 2), line('b', 5), 100],
    ['3 of 6 pairs', fixedTotal(3), line('a', 2), line('b', 3), 20],
    ['2 of 6 pairs without autapses', fixedTotal(2, { autapses: false }), line('a', 3), line('a', 3), 15],
    ['probability 1/2', probability(0.5), line('a', 2), line('b', 2), 16],
    ['all at the same distance', distanceKernel('box', { width: 9, p: 0.5 }), line('a', 2), line('b', 2), 16],
  ])('%s', (_, rule, source, target, sets) => {
    const found = outcomes(rule, source, target, 200 * sets);
    expect(found.size).toBe(sets);
    expectCounts([...found.values()], new Array<number>(sets).fill(1 / sets));
  });

  it('with repetition, each order of sources', () => {
    const found = outcomes(fixedInDegree(2, { multapses: true }), line('a', 2), line('b', 1), 2000);
    const count = (a: number, b: number): number =>
      found.get(
        JSON.stringify([
          [a, 0],
          [b, 0],
        ]),
      ) ?? 0;
    expectCounts([count(0, 0), count(0, 1), count(1, 1)], [0.25, 0.5, 0.25]);
  });
});

describe('values', () => {
  it('of a synapse are the same whatever others there are', () => {
    const [source, target] = [end('a', 4, 5), end('b', 3, 3)];
    const w = 'normal(pre.index, 1) + uniform() * post.col';
    const all = build({ rule: allToAll(), source, target, w });
    const some = build({ rule: probability(0.3), source, target, w });
    const [every, few] = [all.valuesOf('w') as Float64Array, some.valuesOf('w') as Float64Array];
    expect(few.length).toBeGreaterThan(20);
    some.sources.forEach((s, i) => {
      expect(few[i]).toBe(every[some.targets[i] * 20 + s]);
    });
  });
});

describe('compiled expressions', () => {
  // More than are interpreted whoever asks, and no whole number of those that are evaluated together.
  const [source, target] = [end('a', 10, 20), end('b', 17, 13)];
  const wiring = { source, target, rule: fixedTotal(33_001, { multapses: true }) };

  it.each([
    'normal(87.8, 8.78)',
    'normal(-351.2, 35.12)',
    'truncated(normal(1.5, 0.75), 0.1, 100)',
    'uniform() + uniform(1, pre.index) + normal(0, 1) + lognormal(2, 1) - uniform(0, distance)',
    '(pre.row - post.col) ^ 2 + exp(-distance / 3) * tanh(post.index / post.size)',
    'where(pre.index < post.index, poisson(3), 0.1 * pre.size)',
    '3',
  ])('have the bits of interpreted ones: %s', (w) => {
    const calculate = wasmBackend.calculator();
    const bits = (values: number | Float64Array): Float64Array => (typeof values === 'number' ? Float64Array.of(values) : values);
    expect(bits(build({ ...wiring, w, calculate }).valuesOf('w'))).toEqual(bits(build({ ...wiring, w }).valuesOf('w')));
  });

  it('differ in their numbers where they share their code', () => {
    const calculate = wasmBackend.calculator();
    const [a, b, again] = ['normal(1, 2)', 'normal(3, 4)', 'normal(1, 2)'].map(
      (w) => build({ ...wiring, w, calculate }).valuesOf('w') as Float64Array,
    );
    expect(a).toEqual(again);
    expect(Math.max(...a.map((x, i) => Math.abs(b[i] - (3 + 2 * (x - 1)))))).toBeLessThan(1e-12);
  });

  it('are conditions too', () => {
    const [all, one] = [end('a', 30, 10), end('b', 20, 10)];
    const rule = where('(pre.row - post.row) ^ 2 < 3.5 and distance > 1 or pre.index == post.index');
    const [compiled, interpreted] = [wasmBackend.calculator(), undefined].map((calculate) =>
      build({ rule, source: all, target: one, ...(calculate && { calculate }) }),
    );
    expect(compiled.sources.length).toBeGreaterThan(100);
    expect([compiled.sources, compiled.targets]).toEqual([interpreted.sources, interpreted.targets]);
  });
});
