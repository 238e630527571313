import { InternalError, SpikeloomError, withPath } from '../core/error.ts';
import { hash32 } from '../core/hash.ts';
import { philox } from '../core/rng.ts';
import { parseUnit, toCoherent, type Unit } from '../core/unit.ts';
import { edgesOf } from '../network/connect/edges.ts';
import type { End, RuleContext } from '../network/connect/rule.ts';
import { predicateEdges } from '../network/connect/where.ts';
import type { NetworkDef, ProjectionDef, ValueSpec, ViewDef } from '../network/definition.ts';
import { evaluateText } from './evaluate.ts';
import { coordinates, selectCells } from './selection.ts';

/** The synapses of a projection by the indices of their cells within the populations, sorted by target, then source. */
export interface BuiltEdges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Values in coherent units: one for all, or one a synapse. */
  readonly values: ReadonlyMap<string, number | Float64Array>;
}

/** Makes the synapses of a projection and their values. */
export function buildEdges(def: ProjectionDef, source: End, target: End, seed: readonly [number, number]): BuiltEdges {
  const path = ['network', `projection '${def.name}'`];
  const pairWord = pairWords(def.name, seed);
  const context: RuleContext = {
    source,
    target,
    testSources: (condition, t) => withPath(['where'], () => testSources(condition, source, target, t)),
    randomWord: (s, t, draw) => pairWord('connect rule')(s, t, 0, draw),
  };
  const drawn = withPath(path, () => edgesOf(def.rule, context));
  const order = sortedOrder(drawn.sources, drawn.targets);
  const sources = cellsAt(source, pick(drawn.sources, order));
  const targets = cellsAt(target, pick(drawn.targets, order));
  const values = new Map<string, number | Float64Array>();
  for (const [name, quantity] of Object.entries(def.synapse.quantities)) {
    const unit = parseUnit(quantity.unit ?? '1');
    const spec: ValueSpec = drawn.values?.get(name) ?? def.values[name] ?? quantity.value;
    const where = [...path, `quantity '${name}'`];
    const result = withPath(where, () => edgeValues(spec, order, { sources, targets }, source, target, pairWord(name)));
    values.set(name, inCoherentUnits(result, unit));
  }
  return { sources, targets, values };
}

/** The same network with the edges that a function made in the place of the function: plain data. */
export function predicatesAsEdges(def: NetworkDef): NetworkDef {
  const end = ({ population: name, cells }: ViewDef): End => {
    const population = def.populations.find((p) => p.name === name);
    if (!population) throw new InternalError(`there is no population '${name}'`);
    return { cells: selectCells(cells, population), population };
  };
  const projections = def.projections.map((p): ProjectionDef => {
    if (p.rule.kind !== 'predicate') return p;
    return { ...p, rule: { kind: 'edge-list', ...predicateEdges(p.rule, end(p.source), end(p.target)) } };
  });
  return { ...def, projections };
}

function inCoherentUnits(values: number | Float64Array, unit: Unit): number | Float64Array {
  if (typeof values === 'number') return toCoherent(values, unit);
  return unit.scale === 1 ? values : values.map((x) => toCoherent(x, unit));
}

type Words = (source: number, target: number, occurrence: number, draw: number) => number;

/** Random words of a pair of cells: from the projection's name, a use and the cells, never from an index of storage. */
function pairWords(projection: string, seed: readonly [number, number]): (use: string) => Words {
  const out = new Uint32Array(4);
  return (use) => {
    const stream = hash32(`${projection}/${use}`);
    return (source, target, occurrence, draw) => {
      philox(out, source, target, stream, (occurrence << 8) | draw, seed[0], seed[1]);
      return out[0];
    };
  };
}

function testSources(condition: string, source: End, target: End, t: number): Uint8Array {
  const names = new Map<string, number | Float64Array>();
  for (const [name, value] of coordinates(source.population)) {
    names.set(`pre.${name}`, typeof value === 'number' ? value : Float64Array.from(source.cells, (i) => value[i]));
  }
  for (const [name, value] of coordinates(target.population)) names.set(`post.${name}`, typeof value === 'number' ? value : value[target.cells[t]]);
  return Uint8Array.from(evaluateText(condition, { count: source.cells.length, names, wanted: 'boolean' }));
}

/** Positions sorted by target, then source, then as given, by two passes of counting sort; undefined where they are so already. */
function sortedOrder(sources: Uint32Array, targets: Uint32Array): Uint32Array | undefined {
  let sorted = true;
  for (let i = 1; i < sources.length && sorted; i++) {
    sorted = targets[i - 1] < targets[i] || (targets[i - 1] === targets[i] && sources[i - 1] <= sources[i]);
  }
  if (sorted) return undefined;
  const order = new Uint32Array(sources.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return countingSort(countingSort(order, sources), targets);
}

function pick<A extends Uint32Array | Float64Array>(values: A, order: Uint32Array | undefined): A {
  if (!order) return values;
  const picked = values.slice() as A;
  for (let i = 0; i < order.length; i++) picked[i] = values[order[i]];
  return picked;
}

/** Indices within a view as indices within its population. */
function cellsAt(end: End, positions: Uint32Array): Uint32Array {
  if (end.cells.length === end.population.rows * end.population.columns) return positions;
  const cells = new Uint32Array(positions.length);
  for (let i = 0; i < cells.length; i++) cells[i] = end.cells[positions[i]];
  return cells;
}

/** Positions in ascending order of their keys, equal ones as they were. */
export function countingSort(order: Uint32Array, keys: Uint32Array): Uint32Array {
  let largest = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i] > largest) largest = keys[i];
  const next = new Uint32Array(largest + 2);
  for (let i = 0; i < keys.length; i++) next[keys[i] + 1]++;
  for (let k = 0; k < largest; k++) next[k + 1] += next[k];
  const result = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) result[next[keys[order[i]]]++] = order[i];
  return result;
}

/** For each synapse, how many before it join the same two cells. */
function occurrences(sources: Uint32Array, targets: Uint32Array): Uint32Array {
  const result = new Uint32Array(sources.length);
  for (let i = 1; i < result.length; i++) {
    if (sources[i] === sources[i - 1] && targets[i] === targets[i - 1]) result[i] = result[i - 1] + 1;
  }
  return result;
}

interface SortedEdges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

function edgeValues(
  spec: ValueSpec,
  order: Uint32Array | undefined,
  edges: SortedEdges,
  source: End,
  target: End,
  words: Words,
): number | Float64Array {
  if (typeof spec === 'number') return requireFinite([spec])[0];
  if (typeof spec === 'string') return edgeExpression(spec, edges, source, target, words);
  if (spec.length !== edges.sources.length) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `${spec.length} values for ${edges.sources.length} synapses`,
      hint: 'Give one value for each synapse, in the order of the rule, or a single number or expression.',
    });
  }
  const numbers = requireFinite(spec as ArrayLike<number>);
  return pick(numbers instanceof Float64Array ? numbers : Float64Array.from(numbers), order);
}

function requireFinite(values: ArrayLike<number>): ArrayLike<number> {
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] === 'number' && Number.isFinite(values[i])) continue;
    throw new SpikeloomError({ code: 'invalid-value', message: `value ${i} is ${String(values[i])}`, hint: 'Give finite numbers.' });
  }
  return values;
}

function edgeExpression(text: string, edges: SortedEdges, source: End, target: End, words: Words): Float64Array {
  const names = new Map<string, number | Float64Array>();
  const ends = [
    ['pre', source, edges.sources],
    ['post', target, edges.targets],
  ] as const;
  for (const [side, end, cells] of ends) {
    for (const [name, value] of coordinates(end.population)) {
      names.set(`${side}.${name}`, typeof value === 'number' ? value : Float64Array.from(cells, (i) => value[i]));
    }
  }
  const count = edges.sources.length;
  const occurrence = occurrences(edges.sources, edges.targets);
  const draws = (draw: number): Uint32Array =>
    Uint32Array.from({ length: count }, (_, i) => words(edges.sources[i], edges.targets[i], occurrence[i], draw));
  const values = evaluateText(text, { count, names, words: draws, wanted: 'number' });
  requireFinite(values);
  return values;
}

/** The synapses that an expression is evaluated for, and what their draws depend on. */
export interface SynapsesOfText {
  readonly projection: string;
  readonly ends: SortedEdges;
  readonly source: End;
  readonly target: End;
  readonly seed: readonly [number, number];
  /** Draws differ from use to use. */
  readonly use: string;
}

/** An expression of the ends' coordinates, for each synapse of a projection. @throws SpikeloomError where it does not parse or check */
export function evaluateForSynapses(text: string, { projection, ends, source, target, seed, use }: SynapsesOfText): Float64Array {
  return edgeExpression(text, ends, source, target, pairWords(projection, seed)(use));
}
