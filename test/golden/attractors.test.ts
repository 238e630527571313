import { describe, expect, it } from 'vitest';
import { binaryHopfieldWeights, DiscreteLattice, hopfieldWeights, type Pattern, type WeightMatrix } from '../../src/attractors/index.ts';
import { type Golden, goldenColumn, goldenNumber, goldenTable, loadGolden } from '../support/golden.ts';

interface Scenario {
  readonly golden: Golden;
  readonly patterns: readonly Pattern[];
  /** As the reference has them, and divided by the number of cells. */
  readonly weights: readonly [WeightMatrix, WeightMatrix];
}

const KINDS = ['bipolar', 'binary'] as const;

function scenario(kind: (typeof KINDS)[number]): Scenario {
  const golden = loadGolden(`09_hopfield_${kind}`);
  const p = (name: string) => goldenNumber(golden, name);
  const [rows, columns] = [p('num_rows'), p('num_cols')];
  const patterns = ['pattern1', 'pattern2'].map((name) => ({
    rows,
    columns,
    values: Uint8Array.from(goldenColumn(golden, name), (s) => (s === 1 ? 1 : 0)),
  }));
  const weightsOf = (normalize: 'none' | 'cells'): WeightMatrix =>
    kind === 'bipolar'
      ? hopfieldWeights(patterns, { normalize })
      : binaryHopfieldWeights(patterns, { a: p('a'), b: p('b'), scalar: p('scalar'), normalize });
  return { golden, patterns, weights: [weightsOf('none'), weightsOf('cells')] };
}

describe.each(KINDS)('Hopfield lattice, %s', (kind) => {
  const { golden, patterns, weights } = scenario(kind);
  const { rows, columns } = patterns[0];

  it('has equal weights', () => {
    const table = goldenTable(golden, 'weights_pre_by_post');
    const own = table.map((row, i) => row.map((_, j) => weights[0].values[i * weights[0].size + j]));
    expect(own.map((row) => row.map((w) => (Number.isNaN(w) ? null : w + 0)))).toEqual(table);
  });

  it.each([
    ['as the reference has them', 0],
    ['divided by the number of cells', 1],
  ] as const)('goes through equal states with weights %s', (_, which) => {
    const lattice = new DiscreteLattice(weights[which], { rows, columns });
    for (const name of ['pattern1', 'pattern2']) {
      const history = goldenTable(golden, `${name}_state_history`);
      expect(history).toHaveLength(golden.steps + 1);
      lattice.set({ rows, columns, values: Uint8Array.from(history[0], (s) => (s === 1 ? 1 : 0)) });
      history.forEach((state, sweep) => {
        if (sweep > 0) lattice.sweep({ order: 'rows' });
        expect([...lattice.bipolar], `${name} after ${sweep} sweeps`).toEqual(state);
      });
    }
  });
});
