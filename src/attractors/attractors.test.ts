import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activePattern,
  agreement,
  binaryHopfieldWeights,
  countSpikes,
  DiscreteLattice,
  discreteState,
  distort,
  hopfieldWeights,
  type Pattern,
  pattern,
  populationVector,
  printPattern,
  randomPatterns,
  trackBump,
} from './index.ts';

const share = ({ values }: Pattern): number => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('patterns', () => {
  it('are read from text, flags and numbers alike, and print as text', () => {
    const text = ['.#.', '##.'];
    expect(pattern(text)).toEqual({ rows: 2, columns: 3, values: Uint8Array.of(0, 1, 0, 1, 1, 0) });
    expect(
      pattern([
        [0, 1, 0],
        [true, true, false],
      ]),
    ).toEqual(pattern(text));
    expect(printPattern(pattern(text))).toBe('.#.\n##.');
  });

  it('are active with the probability that is given', () => {
    const [rows, columns, count] = [50, 50, 20];
    for (const pActive of [0, 0.1, 0.8, 1]) {
      const mean = randomPatterns({ rows, columns, count, pActive, seed: 3 }).reduce((sum, p) => sum + share(p), 0) / count;
      // Four standard deviations of a mean of 50 000 cells.
      expect(Math.abs(mean - pActive)).toBeLessThanOrEqual(4 * Math.sqrt((pActive * (1 - pActive)) / 50_000));
    }
  });

  it('are pinned by their seed, and the first ones stay as they are whatever the count', () => {
    expect(randomPatterns({ rows: 2, columns: 8, count: 2, seed: 1 }).map(printPattern)).toMatchInlineSnapshot(`
      [
        "####....
      #.#...#.",
        "..##...#
      ....#...",
      ]
    `);
    const [first] = randomPatterns({ rows: 5, columns: 5, count: 1, seed: 9 });
    expect(randomPatterns({ rows: 5, columns: 5, count: 4, seed: 9 })[0]).toEqual(first);
    expect(randomPatterns({ rows: 5, columns: 5, count: 1, seed: 10 })[0]).not.toEqual(first);
  });

  it('are distorted cell by cell, with the probability of a flip', () => {
    const [original] = randomPatterns({ rows: 100, columns: 100, count: 1, pActive: 0.3, seed: 1 });
    expect(distort(original, 0)).toEqual(original);
    expect(agreement(original, distort(original, 1))).toBe(0);
    expect(agreement(original, distort(original, 0.2, { seed: 4 }))).toBeCloseTo(0.8, 1.8);
    expect(distort(original, 0.2, { seed: 4 })).toEqual(distort(original, 0.2, { seed: 4 }));
    expect(distort(original, 0.2, { seed: 5 })).not.toEqual(distort(original, 0.2, { seed: 4 }));
  });
});

describe('Hopfield weights', () => {
  const pair = [pattern(['##.']), pattern(['#.#'])];

  it('are sums of outer products over the number of cells, none from a cell onto itself', () => {
    expect(hopfieldWeights(pair).values).toEqual(Float64Array.of(NaN, 0, 0, 0, NaN, -2 / 3, 0, -2 / 3, NaN));
    expect(hopfieldWeights(pair, { normalize: 'none' }).values).toEqual(Float64Array.of(NaN, 0, 0, 0, NaN, -2, 0, -2, NaN));
  });

  it('of 0 and 1 subtract b from the source and a from the target', () => {
    const { values } = binaryHopfieldWeights([pattern(['#.'])], { a: 0.25, b: 0.5, scalar: 4, normalize: 'none' });
    // 4 * (1 - 0.5) * (0 - 0.25) and 4 * (0 - 0.5) * (1 - 0.25)
    expect(values).toEqual(Float64Array.of(NaN, -0.5, -1.5, NaN));
    const quarter = binaryHopfieldWeights(pair).values.map((w) => 4 * w);
    expect([...quarter]).toEqual(Array.from(hopfieldWeights(pair).values, (w) => (Number.isNaN(w) ? w : expect.closeTo(w, 14))));
  });
});

describe('a lattice of discrete neurons', () => {
  it('is active above 0 alone', () => {
    expect([-1, 0, 1e-300, 2].map(discreteState)).toEqual([-1, -1, 1, 1]);
  });

  it('recalls three random patterns of 10 x 10 cells after a fifth of their cells are flipped', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const stored = randomPatterns({ rows: 10, columns: 10, count: 3, seed });
      const lattice = new DiscreteLattice(hopfieldWeights(stored), { rows: 10, columns: 10, seed });
      const recalled = stored.map((p) => agreement(lattice.recall(distort(p, 0.2, { seed }), { sweeps: 10 }).pattern, p));
      expect(recalled, `seed ${seed}`).toEqual([1, 1, 1]);
    }
  });

  it('gives the same states for the same seed, and others for another', () => {
    const stored = randomPatterns({ rows: 8, columns: 8, count: 12, seed: 2 });
    const weights = hopfieldWeights(stored);
    const cue = distort(stored[0], 0.3);
    const statesOf = (seed: number) => new DiscreteLattice(weights, { rows: 8, columns: 8, seed }).recall(cue).states.map(printPattern);
    expect(statesOf(1)).toEqual(statesOf(1));
    expect(statesOf(2)).not.toEqual(statesOf(1));
    const used = new DiscreteLattice(weights, { rows: 8, columns: 8, seed: 1 });
    used.recall(stored[3]);
    expect(used.recall(cue).states.map(printPattern)).toEqual(statesOf(1));
  });

  it('never gains energy in asynchronous updates, and settles; synchronous ones settle or end in a cycle of two', () => {
    const cases = fc.record({ seed: fc.nat(1e6), count: fc.integer({ min: 1, max: 12 }), order: fc.constantFrom('random', 'rows') });
    fc.assert(
      fc.property(cases, ({ seed, count, order }) => {
        const [cue, ...stored] = randomPatterns({ rows: 5, columns: 6, count: count + 1, seed });
        const lattice = new DiscreteLattice(hopfieldWeights(stored), { rows: 5, columns: 6, seed });
        const { end, energies } = lattice.recall(cue, { order } as { order: 'random' | 'rows' });
        expect(end).toBe('settled');
        for (let k = 1; k < energies.length; k++) expect(energies[k]).toBeLessThanOrEqual(energies[k - 1] + 1e-12);
        expect(lattice.recall(cue, { update: 'synchronous' }).end).not.toBe('unsettled');
      }),
      { numRuns: 100 },
    );
  });

  it('goes back and forth between two states where two cells inhibit each other and change at once', () => {
    const weights = { size: 2, values: Float64Array.of(NaN, -1, -1, NaN) };
    const lattice = new DiscreteLattice(weights, { rows: 1, columns: 2 });
    const together = lattice.recall(pattern(['##']), { update: 'synchronous' });
    expect(together.end).toBe('cycle');
    expect(together.states.map(printPattern)).toEqual(['##', '..', '##']);
    expect([...together.energies]).toEqual([1, 1, 1]);
    const apart = lattice.recall(pattern(['##']), { order: 'rows' });
    expect(apart.end).toBe('settled');
    expect(printPattern(apart.pattern)).toBe('.#');
    expect([...apart.energies]).toEqual([1, -1, -1]);
  });

  it('takes sums that cancel but for rounding as ties', () => {
    const size = 4;
    const values = new Float64Array(16).fill(NaN);
    [0.1, 0.2, -0.3].forEach((w, i) => {
      values[i * size + 3] = w;
    });
    const lattice = new DiscreteLattice({ size, values }, { rows: 1, columns: 4 }).set(pattern(['####']));
    expect(0.1 + 0.2 - 0.3).toBeGreaterThan(0);
    lattice.sweep({ update: 'synchronous' });
    expect(lattice.bipolar[3]).toBe(-1);
  });
});

describe('decoding', () => {
  const spikes = { cells: Uint32Array.of(0, 1, 1, 3, 1), times: Float64Array.of(10, 10, 20, 25, 30) };

  it('counts the spikes of each cell after one time and up to another', () => {
    expect([...countSpikes(spikes, { size: 4 })]).toEqual([1, 3, 0, 1]);
    expect([...countSpikes(spikes, { size: 4, from: 10, to: 25 })]).toEqual([0, 1, 0, 1]);
    expect(printPattern(activePattern([1, 3, 0, 1], { rows: 2, columns: 2, atLeast: 1 }))).toBe('##\n.#');
  });

  it('finds the place and the width of a bump', () => {
    const n = 120;
    for (const center of [0, 17, 60, 103.5]) {
      const around = (i: number) => Math.min(Math.abs(i - center), n - Math.abs(i - center));
      const { angle, width } = populationVector(Array.from({ length: n }, (_, i) => Math.exp(-(around(i) ** 2) / (2 * 8 ** 2))));
      expect(angle).toBeLessThan(2 * Math.PI);
      expect(around((angle * n) / (2 * Math.PI))).toBeCloseTo(0, 6);
      expect((width * n) / (2 * Math.PI)).toBeCloseTo(8, 2);
    }
    expect(populationVector([0, 0, 5, 0])).toMatchObject({ angle: Math.PI, length: 1 });
    expect(populationVector([1, 1, 1, 1]).length).toBeCloseTo(0, 15);
    expect(populationVector([0, 0])).toEqual({ angle: NaN, length: 0, width: Number.POSITIVE_INFINITY });
  });

  it('follows a bump around the ring without jumps', () => {
    const steps = Array.from({ length: 50 }, (_, k) => k);
    // One spike every 10 ms, of each third cell of 20 in turn, downwards: 7.35 times around.
    const cells = Uint32Array.from(steps, (k) => (3 * (50 - k)) % 20);
    const track = trackBump({ cells, times: Float64Array.from(steps, (k) => 10 * k + 10) }, { size: 20, window: 10, to: 500 });
    expect(track.times.slice(0, 2)).toEqual(Float64Array.of(5, 15));
    expect(track.angles.at(-1)! - track.angles[0]).toBeCloseTo((-49 * 3 * 2 * Math.PI) / 20, 9);
    const silent = trackBump({ cells: Uint32Array.of(1), times: Float64Array.of(25) }, { size: 4, window: 10, to: 30 });
    expect([...silent.angles]).toEqual([NaN, NaN, Math.PI / 2]);
  });
});

describe('mistakes', () => {
  // biome-ignore lint/suspicious/noExplicitAny: some of these calls do not compile
  type Untyped = any;
  const small = pattern(['#.', '.#']);
  const weights = hopfieldWeights([small]);
  const lattice = () => new DiscreteLattice(weights, { rows: 2, columns: 2 });
  const CALLS: Record<string, () => unknown> = {
    'rows of different lengths': () => pattern(['##', '#']),
    'another letter': () => pattern(['#x']),
    'no cells': () => pattern([]),
    'a pattern that is text': () => pattern('#.' as Untyped),
    'no patterns': () => hopfieldWeights([]),
    'patterns of two shapes': () => hopfieldWeights([small, pattern(['##'])]),
    'something else among the patterns': () => hopfieldWeights([small, [1, 0] as Untyped]),
    'values that do not fit their shape': () => agreement(small, { rows: 2, columns: 2, values: Uint8Array.of(1, 2, 0, 0) }),
    'an unknown normalization': () => hopfieldWeights([small], { normalize: 'N' as Untyped }),
    'an option of other weights': () => hopfieldWeights([small], { scalar: 2 } as Untyped),
    'no number': () => binaryHopfieldWeights([small], { a: Number.NaN }),
    'a probability above 1': () => distort(small, 10),
    'a seed below 0': () => distort(small, 0.1, { seed: -1 }),
    'half a pattern': () => randomPatterns({ rows: 2, columns: 2, count: 0.5 }),
    'a lattice of another size': () => new DiscreteLattice(weights, { rows: 3, columns: 2 }),
    'an infinite weight': () => new DiscreteLattice({ size: 1, values: Float64Array.of(-Infinity) }, { rows: 1, columns: 1 }),
    'a cue of another shape': () => lattice().recall(pattern(['####'])),
    'an unknown update': () => lattice().sweep({ update: 'all' as Untyped }),
    'an order of synchronous updates': () => lattice().sweep({ update: 'synchronous', order: 'rows' }),
    'no sweeps': () => lattice().recall(small, { sweeps: 0 }),
    'a cell beyond the population': () => countSpikes({ cells: Uint32Array.of(5), times: Float64Array.of(1) }, { size: 5 }),
    'counts of another lattice': () => activePattern([1, 2, 3], { rows: 2, columns: 2, atLeast: 1 }),
    'activity below 0': () => populationVector([1, -1]),
    'a window that does not fit': () => trackBump({ cells: new Uint32Array(0), times: new Float64Array(0) }, { size: 4, window: 50, to: 40 }),
  };

  it.each(Object.keys(CALLS))('%s', (what) => {
    expect(CALLS[what]).toThrowErrorMatchingSnapshot();
  });
});
