import { describe } from '../../core/checks.ts';
import { SpikeloomError, suggest } from '../../core/error.ts';
import { RowDraws } from '../../core/rowDraws.ts';
import type { DistanceKernel, RuleDef } from '../definition.ts';
import { CellSet } from './cellSet.ts';
import { CountLaw } from './countLaw.ts';
import { distanceWithin } from './distance.ts';
import { type AutapseOptions, requireProbability, requireSwitches } from './options.ts';
import { type Edges, type End, GrowingEdges, type RuleContext } from './rule.ts';
import { Weights } from './weights.ts';

type Rule = Extract<RuleDef, { kind: 'distance-kernel' }>;

/** Probabilities over the distance d. */
const KERNELS: { readonly [K in DistanceKernel]: string } = {
  gaussian: 'p * exp(-(d / width)^2 / 2)',
  exponential: 'p * exp(-d / width)',
  box: 'where(d <= width, p, 0)',
};

export interface DistanceOptions extends AutapseOptions {
  /** In steps of the lattice: the standard deviation of a gaussian, the length over which an exponential falls to 1/e, the radius of a box. */
  readonly width: number;
  /** The probability at distance 0: 1 unless given. */
  readonly p?: number;
  /** No synapse is longer. */
  readonly cutoff?: number;
  /** Whether the lattice's first row and column follow its last: false unless given. */
  readonly torus?: boolean;
}

/**
 * Every pair with a probability that falls off with the distance of the two cells, each on its own. Distances are those of
 * rows and columns, in steps of the lattice: cells of two lattices at the same row and column are at distance 0.
 */
export function distanceKernel(kernel: DistanceKernel, options: DistanceOptions): RuleDef {
  if (!Object.hasOwn(KERNELS, kernel)) {
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `there is no distance kernel '${String(kernel)}'`,
      hint: suggest(String(kernel), Object.keys(KERNELS)),
    });
  }
  const { autapses, torus } = requireSwitches('distance-kernel', options, ['autapses', 'torus'], ['width', 'p', 'cutoff']);
  const cutoff = options.cutoff ?? null;
  for (const [name, value] of [
    ['width', options.width],
    ['cutoff', cutoff],
  ] as const) {
    if (value === null || (typeof value === 'number' && value > 0 && Number.isFinite(value))) continue;
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `the ${name} of rule distance-kernel is ${describe(value)}`,
      hint: 'Give a distance above 0, in steps of the lattice.',
    });
  }
  return { kind: 'distance-kernel', kernel, width: options.width, p: requireProbability(options.p ?? 1), cutoff, torus, autapses };
}

/** No draw of 53 bits sees what is less probable. */
const NEGLIGIBLE = 2 ** -53;

/**
 * Points are thrown at random over the places around each target, in proportion to -log(1 - p) of each: then a place is hit
 * with probability p, whatever happens to the others. It takes time in proportion to the synapses, however large the lattice.
 */
export function distanceKernelEdges(rule: Rule, context: RuleContext): Edges {
  const { source, target } = context;
  const places = placesAround(rule, context);
  const law = CountLaw.poisson(places.possible.total);
  const draws = new RowDraws(context);
  const find = sourceFinder(rule, source, target);
  const hit = new CellSet(source.cells.length);
  const found = new Uint32Array(source.cells.length);
  const edges = new GrowingEdges();
  for (let t = 0; t < target.cells.length; t++) {
    const cell = target.cells[t];
    const row = Math.floor(cell / target.population.columns);
    const column = cell % target.population.columns;
    const points = law.at(draws.begin(cell, 0).unit());
    draws.begin(cell, 1);
    for (let k = 0; k < places.certain + points; k++) {
      const place = k < places.certain ? k : places.certain + places.possible.at(draws.unit());
      const s = find(cell, row + places.rows[place], column + places.columns[place]);
      if (s >= 0) hit.add(s);
    }
    const n = hit.drain(found, 0);
    for (let k = 0; k < n; k++) edges.add(found[k], t);
  }
  return edges.finish();
}

/** Places around a target, by the rows and columns to go there: first those from which synapses come with certainty. */
interface Places {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly certain: number;
  /** Weights of the others. */
  readonly possible: Weights;
}

function placesAround(rule: Rule, { source, target, evaluate }: RuleContext): Places {
  const [firstRow, rowCount] = side(rule.torus, source.population.rows, target.population.rows);
  const [firstColumn, columnCount] = side(rule.torus, source.population.columns, target.population.columns);
  const distance = distanceWithin(rule, source.population, target.population);
  const d = new Float64Array(rowCount * columnCount);
  for (let r = 0, place = 0; r < rowCount; r++) {
    for (let c = 0; c < columnCount; c++, place++) {
      const length = distance(firstRow + r, firstColumn + c);
      d[place] = rule.cutoff !== null && length > rule.cutoff ? Number.POSITIVE_INFINITY : length;
    }
  }
  const { p: peak, width } = rule;
  const p = evaluate(KERNELS[rule.kernel], new Map<string, number | Float64Array>(Object.entries({ d, p: peak, width })));
  const numbers = Uint32Array.from(p.keys());
  const certain = numbers.filter((place) => p[place] === 1);
  const possible = numbers.filter((place) => p[place] < 1 && p[place] > NEGLIGIBLE);
  // The series where 1 - p would round.
  const weights = evaluate('where(p < 1e-8, p + p^2 / 2, -log(1 - p))', new Map([['p', Float64Array.from(possible, (place) => p[place])]]));
  const places = [...certain, ...possible];
  return {
    rows: Int32Array.from(places, (place) => firstRow + Math.floor(place / columnCount)),
    columns: Int32Array.from(places, (place) => firstColumn + (place % columnCount)),
    certain: certain.length,
    possible: new Weights(weights),
  };
}

/** Along one side of the lattices: the first step from a target to a source, and how many there are. */
function side(torus: boolean, sources: number, targets: number): readonly [number, number] {
  return torus ? [0, sources] : [1 - targets, sources + targets - 1];
}

/** Finds the source for a cell at a row and column, by its position in the view; -1 where there is none. */
function sourceFinder(rule: Rule, source: End, target: End): (cell: number, row: number, column: number) => number {
  const { rows, columns } = source.population;
  const positions = new Int32Array(rows * columns).fill(-1);
  for (let i = 0; i < source.cells.length; i++) positions[source.cells[i]] = i;
  const barred = !rule.autapses && source.population.name === target.population.name;
  return (cell, row, column) => {
    if (!rule.torus && (row < 0 || row >= rows || column < 0 || column >= columns)) return -1;
    // On a torus a row or column is at most one round ahead.
    const index = (row < rows ? row : row - rows) * columns + (column < columns ? column : column - columns);
    return barred && index === cell ? -1 : positions[index];
  };
}
