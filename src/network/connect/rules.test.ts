import { describe, expect, it } from 'vitest';
import { evaluateText } from '../../compile/evaluate.ts';
import { philoxWords } from '../../core/rowDraws.ts';
import type { RuleDef } from '../definition.ts';
import { edgesOf } from './edges.ts';
import { allToAll, distanceKernel, edgeList, fixedInDegree, fixedOutDegree, fixedTotal, matrix, oneToOne, probability, where } from './index.ts';
import { requireRule } from './requireRule.ts';
import type { End, RuleContext } from './rule.ts';

const population = (name: string, rows: number, columns: number, cells?: readonly number[]): End => ({
  population: { name, rows, columns },
  cells: Uint32Array.from(cells ?? Array.from({ length: rows * columns }, (_, i) => i)),
});

/** Conditions are compared as text. */
function edges(rule: RuleDef, source: End, target: End): string {
  const context: RuleContext = {
    source,
    target,
    testSources: (condition, t) => Uint8Array.from(source.cells, (s) => Number(condition === `${s} to ${target.cells[t]}`)),
    evaluate: (expression, names) => {
      const count = Math.max(...Array.from(names.values(), (x) => (typeof x === 'number' ? 0 : x.length)));
      return evaluateText(expression, { names, count, wanted: 'number' });
    },
    ...philoxWords(1, [2, 3]),
  };
  const { sources, targets, values } = edgesOf(rule, context);
  const weights = values?.get('w');
  return [...sources].map((s, i) => `${s}-${targets[i]}${weights ? `:${weights[i]}` : ''}`).join(' ');
}

const A = population('a', 1, 3);
const B = population('b', 2, 2);
const SOME_OF_A = population('a', 1, 3, [1, 2]);
const LINE = population('line', 1, 4);
const SOME_OF_LINE = population('line', 1, 4, [3]);

describe('edges by index within the views, in the order in which values are given', () => {
  it.each<[string, RuleDef, End, End, string]>([
    ['all-to-all', allToAll(), A, B, '0-0 1-0 2-0 0-1 1-1 2-1 0-2 1-2 2-2 0-3 1-3 2-3'],
    ['all-to-all without self, within a population', allToAll({ autapses: false }), A, A, '1-0 2-0 0-1 2-1 0-2 1-2'],
    ['all-to-all without self, between two', allToAll({ autapses: false }), SOME_OF_A, population('c', 1, 2), '0-0 1-0 0-1 1-1'],
    ['all-to-all without self, of views', allToAll({ autapses: false }), SOME_OF_A, A, '0-0 1-0 1-1 0-2'],
    ['one-to-one', oneToOne(), A, population('b', 3, 1), '0-0 1-1 2-2'],
    ['a condition', where('2 to 1'), SOME_OF_A, B, '1-1'],
    ['a function', where((pre, post) => pre.index === post.row * 2 + post.col && post.size === 4), A, B, '0-0 1-1 2-2'],
    ['a function of views', where((pre, post) => pre.index === 2 && post.index === 3), SOME_OF_A, population('b', 2, 2, [1, 3]), '1-1'],
    ['probability 0', probability(0), A, B, ''],
    ['probability 1 without self', probability(1, { autapses: false }), SOME_OF_A, SOME_OF_A, '1-0 0-1'],
    ['all sources for each target', fixedInDegree(3), A, population('b', 1, 2), '0-0 1-0 2-0 0-1 1-1 2-1'],
    ['all but the cell itself', fixedInDegree(1, { autapses: false }), SOME_OF_A, SOME_OF_A, '1-0 0-1'],
    ['as many, from each source', fixedOutDegree(2, { autapses: false }), A, A, '1-0 2-0 0-1 2-1 0-2 1-2'],
    ['every pair there is', fixedTotal(4, { autapses: false }), SOME_OF_A, A, '0-0 1-0 1-1 0-2'],
    ['only one pair, again and again', fixedTotal(3, { multapses: true }), population('a', 1, 1), population('b', 1, 1), '0-0 0-0 0-0'],
    ['no synapses', fixedTotal(0), A, B, ''],
    ['a box', distanceKernel('box', { width: 1 }), B, B, '0-0 1-0 2-0 0-1 1-1 3-1 0-2 2-2 3-2 1-3 2-3 3-3'],
    ['a box without autapses', distanceKernel('box', { width: 1, autapses: false }), B, B, '1-0 2-0 0-1 3-1 0-2 3-2 1-3 2-3'],
    ['a box between lattices', distanceKernel('box', { width: 1 }), population('c', 1, 2), B, '0-0 1-0 0-1 1-1 0-2 1-3'],
    ['a box of views', distanceKernel('box', { width: 1 }), SOME_OF_A, A, '0-0 0-1 1-1 0-2 1-2'],
    ['a box on a ring', distanceKernel('box', { width: 1, torus: true }), LINE, LINE, '0-0 1-0 3-0 0-1 1-1 2-1 1-2 2-2 3-2 0-3 2-3 3-3'],
    ['a small ring', distanceKernel('box', { width: 9, torus: true }), SOME_OF_A, A, '0-0 1-0 0-1 1-1 0-2 1-2'],
    ['a box cut off', distanceKernel('box', { width: 2, cutoff: 1.2 }), LINE, SOME_OF_LINE, '2-0 3-0'],
    ['a kernel of probability 0', distanceKernel('gaussian', { width: 1, p: 0 }), A, B, ''],
    [
      'a matrix',
      matrix([
        [1, null],
        [Number.NaN, 0],
        [3, 4],
      ]),
      A,
      population('b', 1, 2),
      '0-0:1 2-0:3 1-1:0 2-1:4',
    ],
    ['a flat matrix', matrix(Float64Array.of(1, 2, 3, 4, 5, 6), { columns: 2 }), A, population('b', 1, 2), '0-0:1 1-0:3 2-0:5 0-1:2 1-1:4 2-1:6'],
    [
      'a list as it is',
      edgeList([
        [2, 0],
        [0, 3],
        [2, 0],
      ]),
      A,
      B,
      '2-0 0-3 2-0',
    ],
    ['a list of arrays', edgeList({ sources: Uint32Array.of(1, 0), targets: [3, 2] }), A, B, '1-3 0-2'],
  ])('%s', (_, rule, source, target, expected) => {
    expect(edges(rule, source, target)).toBe(expected);
  });
});

describe('random rules', () => {
  it.each<[string, RuleDef, End, End, string]>([
    ['probability', probability(0.4), A, population('b', 1, 4), '1-0 2-1 1-2 2-2'],
    ['fixed in-degree', fixedInDegree(2), population('a', 1, 9), population('b', 1, 4), '3-0 8-0 1-1 6-1 1-2 3-2 0-3 1-3'],
    [
      'fixed in-degree, multapses',
      fixedInDegree(4, { multapses: true }),
      A,
      population('b', 1, 3),
      '1-0 2-0 2-0 2-0 0-1 0-1 2-1 2-1 0-2 1-2 2-2 2-2',
    ],
    ['fixed out-degree', fixedOutDegree(2), A, population('b', 1, 9), '1-1 2-1 0-3 2-3 1-6 0-8'],
    ['fixed total', fixedTotal(7), A, population('b', 1, 9), '1-0 1-2 2-2 0-4 2-7 1-8 2-8'],
    ['fixed total, multapses', fixedTotal(7, { multapses: true }), A, population('b', 1, 3), '1-0 2-0 0-1 2-1 0-2 1-2 2-2'],
    ['gaussian', distanceKernel('gaussian', { width: 1 }), LINE, LINE, '0-0 1-0 1-1 2-1 1-2 2-2 3-2 3-3'],
    ['exponential', distanceKernel('exponential', { width: 1, p: 0.9, autapses: false }), LINE, LINE, '2-1 1-2 2-3'],
  ])('are pinned: %s', (_, rule, source, target, expected) => {
    expect(edges(rule, source, target)).toBe(expected);
  });
});

describe('refusals', () => {
  it.each<[string, () => unknown, string]>([
    ['one-to-one of unequal sizes', () => edges(oneToOne(), A, B), 'one-to-one needs as many sources as targets, but there are 3 and 4'],
    ['a matrix of another shape', () => edges(matrix([[1, 2]]), A, B), 'the matrix is 1 x 2, but there are 3 sources and 4 targets'],
    ['a ragged matrix', () => matrix([[1, 2], [3]]), 'row 1 of the matrix has 1 numbers, row 0 has 2'],
    ['a flat matrix without width', () => matrix(Float64Array.of(1, 2)), "a flat matrix of 2 numbers can't have an unknown number of columns"],
    ['a probability above 1', () => probability(1.5), 'the probability 1.5 is not between 0 and 1'],
    ['a probability that is none', () => probability(Number.NaN), 'the probability NaN is not between 0 and 1'],
    ['a probability that is no number', () => probability('0.1' as never), "the probability '0.1' is not between 0 and 1"],
    ['an option of old', () => allToAll({ self: false } as never), "a rule all-to-all has no 'self'"],
    ['an option that is neither true nor false', () => fixedInDegree(2, { multapses: 1 as never }), "'multapses' of rule fixed-in-degree is 1"],
    ['half a synapse', () => fixedOutDegree(0.5), 'the degree is 0.5'],
    ['less than no synapse', () => fixedTotal(-1), 'the total is -1'],
    ['more sources than there are', () => edges(fixedInDegree(4), A, B), 'each target is to have 4 synapses, but there are 3 sources'],
    [
      'more sources than there are besides a cell itself',
      () => edges(fixedInDegree(3, { autapses: false }), A, A),
      'each target is to have 3 synapses, but there are 2 sources besides a cell itself',
    ],
    ['more targets than there are', () => edges(fixedOutDegree(5), A, B), 'each source is to have 5 synapses, but there are 4 targets'],
    [
      'no target left',
      () => edges(fixedOutDegree(1, { autapses: false, multapses: true }), SOME_OF_LINE, SOME_OF_LINE),
      'each source is to have 1 synapses, but there are 0 targets besides a cell itself',
    ],
    ['more pairs than there are', () => edges(fixedTotal(13), A, B), 'there are to be 13 synapses, but only 12 pairs of cells'],
    ['a kernel without a name', () => distanceKernel('gauss' as never, { width: 1 }), "there is no distance kernel 'gauss'"],
    ['a kernel without width', () => distanceKernel('box', {} as never), 'the width of rule distance-kernel is undefined'],
    ['a cutoff of nothing', () => distanceKernel('box', { width: 1, cutoff: 0 }), 'the cutoff of rule distance-kernel is 0'],
    ['a torus of two shapes', () => edges(distanceKernel('box', { width: 1, torus: true }), A, B), 'a torus of 1 x 3 sources and 2 x 2 targets'],
    ['a rule that is none', () => requireRule({ kind: 'fixed-indegree' } as never), "there is no rule 'fixed-indegree'"],
    ['data that a rule has no use for', () => requireRule({ kind: 'one-to-one', p: 1 } as never), "a rule one-to-one has no 'p'"],
    ['lists of unequal length', () => edgeList({ sources: [0, 1], targets: [0] }), '2 sources and 1 targets do not make pairs'],
    ['a cell beyond the view', () => edges(edgeList([[2, 0]]), SOME_OF_A, B), "synapse 0 names source 2, but 'a' has 2 cells there"],
    ['a cell that is no whole number', () => edges(edgeList([[0, 0.5]]), A, B), "synapse 0 names target 0.5, but 'b' has 4 cells there"],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe('rules as data', () => {
  it.each<[RuleDef]>([
    [allToAll({ autapses: false })],
    [oneToOne()],
    [where('pre.row == post.row')],
    [probability(0.3)],
    [fixedInDegree(2, { multapses: true })],
    [fixedOutDegree(2, { autapses: false })],
    [fixedTotal(20)],
    [distanceKernel('gaussian', { width: 2, p: 0.5, cutoff: 4, torus: true })],
    [distanceKernel('box', { width: 2 })],
    [matrix([[1, 2]])],
    [edgeList([[0, 1]])],
  ])('%j is complete', (rule) => {
    expect(requireRule(rule)).toEqual(rule);
  });

  it('leave out what is usual', () => {
    expect(requireRule({ kind: 'fixed-total', total: 3 } as never)).toEqual(fixedTotal(3));
    expect(requireRule({ kind: 'distance-kernel', kernel: 'box', width: 1 } as never)).toEqual(distanceKernel('box', { width: 1 }));
  });
});
