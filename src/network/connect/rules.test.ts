import { describe, expect, it } from 'vitest';
import type { RuleDef } from '../definition.ts';
import { edgesOf } from './edges.ts';
import { allToAll, edgeList, matrix, oneToOne, probability, where } from './index.ts';
import type { End, RuleContext } from './rule.ts';

const population = (name: string, rows: number, columns: number, cells?: readonly number[]): End => ({
  population: { name, rows, columns },
  cells: Uint32Array.from(cells ?? Array.from({ length: rows * columns }, (_, i) => i)),
});

/** Conditions are compared as text; random words count up with the pair. */
function edges(rule: RuleDef, source: End, target: End): string {
  const context: RuleContext = {
    source,
    target,
    testSources: (condition, t) => Uint8Array.from(source.cells, (s) => Number(condition === `${s} to ${target.cells[t]}`)),
    randomWord: (s, t) => s * 2 ** 28 + t * 2 ** 24,
  };
  const { sources, targets, values } = edgesOf(rule, context);
  const weights = values?.get('w');
  return [...sources].map((s, i) => `${s}-${targets[i]}${weights ? `:${weights[i]}` : ''}`).join(' ');
}

const A = population('a', 1, 3);
const B = population('b', 2, 2);
const SOME_OF_A = population('a', 1, 3, [1, 2]);

describe('edges by index within the views, in the order in which values are given', () => {
  it.each<[string, RuleDef, End, End, string]>([
    ['all-to-all', allToAll(), A, B, '0-0 1-0 2-0 0-1 1-1 2-1 0-2 1-2 2-2 0-3 1-3 2-3'],
    ['all-to-all without self, within a population', allToAll({ self: false }), A, A, '1-0 2-0 0-1 2-1 0-2 1-2'],
    ['all-to-all without self, between two', allToAll({ self: false }), SOME_OF_A, population('c', 1, 2), '0-0 1-0 0-1 1-1'],
    ['all-to-all without self, of views', allToAll({ self: false }), SOME_OF_A, A, '0-0 1-0 1-1 0-2'],
    ['one-to-one', oneToOne(), A, population('b', 3, 1), '0-0 1-1 2-2'],
    ['a condition', where('2 to 1'), SOME_OF_A, B, '1-1'],
    ['a function', where((pre, post) => pre.index === post.row * 2 + post.col && post.size === 4), A, B, '0-0 1-1 2-2'],
    ['a function of views', where((pre, post) => pre.index === 2 && post.index === 3), SOME_OF_A, population('b', 2, 2, [1, 3]), '1-1'],
    ['probability', probability(2 ** -4 + 2 ** -8), A, population('b', 1, 3), '0-0 1-0 0-1 0-2'],
    ['probability 0', probability(0), A, B, ''],
    ['probability 1 without self', probability(1, { self: false }), SOME_OF_A, SOME_OF_A, '1-0 0-1'],
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

describe('refusals', () => {
  it.each<[string, () => unknown, string]>([
    ['one-to-one of unequal sizes', () => edges(oneToOne(), A, B), 'one-to-one needs as many sources as targets, but there are 3 and 4'],
    ['a matrix of another shape', () => edges(matrix([[1, 2]]), A, B), 'the matrix is 1 x 2, but there are 3 sources and 4 targets'],
    ['a ragged matrix', () => matrix([[1, 2], [3]]), 'row 1 of the matrix has 1 numbers, row 0 has 2'],
    ['a flat matrix without width', () => matrix(Float64Array.of(1, 2)), "a flat matrix of 2 numbers can't have an unknown number of columns"],
    ['a probability above 1', () => probability(1.5), 'the probability 1.5 is not between 0 and 1'],
    ['a probability that is none', () => probability(Number.NaN), 'the probability NaN is not between 0 and 1'],
    ['lists of unequal length', () => edgeList({ sources: [0, 1], targets: [0] }), '2 sources and 1 targets do not make pairs'],
    ['a cell beyond the view', () => edges(edgeList([[2, 0]]), SOME_OF_A, B), "synapse 0 names source 2, but 'a' has 2 cells there"],
    ['a cell that is no whole number', () => edges(edgeList([[0, 0.5]]), A, B), "synapse 0 names target 0.5, but 'b' has 4 cells there"],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
