import { InternalError, SpikeloomError, withPath } from '../core/error.ts';
import { hash32 } from '../core/hash.ts';
import { parseUnit, toCoherent } from '../core/unit.ts';
import { type Calculator, interpretCalculation } from '../ir/calculate.ts';
import { distanceWithin } from '../network/connect/distance.ts';
import { edgesOf } from '../network/connect/edges.ts';
import { type Edges, EdgesByTarget, type End, type RuleContext, rowsOf } from '../network/connect/rule.ts';
import { predicateEdges } from '../network/connect/where.ts';
import type { NetworkDef, ProjectionDef, RuleDef, ValueSpec, ViewDef } from '../network/definition.ts';
import { EvaluatedText, evaluateText, requireText } from './evaluate.ts';
import { requireFinite } from './finite.ts';
import { rowWords } from './rowWords.ts';
import { selectCells } from './selection.ts';

type Seed = readonly [number, number];

/** The synapses of a projection by the indices of their cells within the populations, sorted by target, then source. */
export interface SortedEdges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

export interface BuiltEdges extends SortedEdges {
  /** Those of target t lie from `rows[t]` to `rows[t + 1]`. */
  readonly rows: Uint32Array;
  /** Whether a quantity has one value for all synapses. */
  hasOne(quantity: string): boolean;
  /** Values of a quantity in its coherent unit: one for all, or one a synapse, made when they are asked for. */
  valuesOf(quantity: string): number | Float64Array;
  /** Hands out the values of a quantity of which each synapse has its own, some at a time: those from `start` on. */
  eachValue(quantity: string, take: TakeValues): void;
  /** Refuses what can be seen to be wrong with the values of a quantity before they are made. */
  requireValues(quantity: string): void;
}

export type TakeValues = (start: number, values: Float64Array) => void;

/** Hands out the values of a quantity, also where one stands for all. */
export function eachOf(edges: BuiltEdges, name: string): (take: TakeValues) => void {
  if (!edges.hasOne(name)) return (take) => edges.eachValue(name, take);
  return (take) => take(0, new Float64Array(edges.sources.length).fill(edges.valuesOf(name) as number));
}

/** What the synapses of a network depend on, and how their expressions are evaluated: interpreted unless given. */
export interface BuildSettings {
  readonly seed: Seed;
  readonly calculate?: Calculator;
  /** Where the target has only some of the targets. */
  readonly part?: RuleContext['part'];
}

/** Makes the synapses of a projection. */
export function buildEdges(
  def: ProjectionDef,
  source: End,
  target: End,
  { seed, calculate = interpretCalculation, part }: BuildSettings,
): BuiltEdges {
  const path = ['network', `projection '${def.name}'`];
  const drawn = withPath(path, () => edgesOf(def.rule, ruleContext(def, source, target, { seed, calculate, part })));
  const { edges, order } = sorted(drawn, target.cells.length);
  const ends = new EdgesByTarget(cellsAt(source, edges.sources), rowsWithin(target, edges.rows));
  const count = ends.sources.length;
  const specOf = (name: string): ValueSpec => drawn.values?.get(name) ?? def.values[name] ?? def.synapse.quantities[name].value;
  const within = <T>(name: string, body: () => T): T => withPath([...path, `quantity '${name}'`], body);
  const each = (name: string, take: TakeValues): void => {
    const spec = specOf(name);
    const unit = parseUnit(def.synapse.quantities[name].unit ?? '1');
    const inUnit = (start: number, values: Float64Array): void => {
      if (unit.scale !== 1) for (let i = 0; i < values.length; i++) values[i] = toCoherent(values[i], unit);
      take(start, values);
    };
    if (typeof spec === 'string')
      eachOfText(spec, { projection: def.name, rule: def.rule, ends, source, target, seed, calculate, use: name }, inUnit);
    else inUnit(0, givenValues(spec as ArrayLike<number>, count, order));
  };
  return {
    sources: ends.sources,
    rows: ends.rows,
    get targets() {
      return ends.targets;
    },
    hasOne: (name) => typeof specOf(name) === 'number',
    valuesOf: (name) =>
      within(name, () => {
        const spec = specOf(name);
        if (typeof spec === 'number') return toCoherent(finite(spec), parseUnit(def.synapse.quantities[name].unit ?? '1'));
        const all = new Float64Array(count);
        each(name, (start, values) => all.set(values, start));
        return all;
      }),
    eachValue: (name, take) => within(name, () => each(name, take)),
    requireValues: (name) =>
      within(name, () => {
        const spec = specOf(name);
        if (typeof spec === 'string') requireText(spec, PAIR_TEXT);
        else if (typeof spec === 'number') finite(spec);
        else requireCount(spec as ArrayLike<number>, count);
      }),
  };
}

function finite(value: number): number {
  requireFinite([value], []);
  return value;
}

function ruleContext(
  { name, rule }: ProjectionDef,
  source: End,
  target: End,
  { seed, calculate, part }: BuildSettings & { readonly calculate: Calculator },
): RuleContext {
  const stream = hash32(`${name}/connect rule`);
  let tested: ((target: number) => Uint8Array) | undefined;
  return {
    source,
    target,
    part,
    testSources: (condition, t) => {
      tested ??= withPath(['where'], () => sourceTest(condition, rule, [source, target], calculate));
      return tested(t);
    },
    evaluate: (expression, names) => {
      const count = [...names.values()].reduce((n: number, value) => (typeof value === 'number' ? n : value.length), 0);
      return evaluateText(expression, { names, count, wanted: 'number' });
    },
    ...rowWords(stream, seed, calculate),
  };
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

/** What expressions over pairs of cells may read: the coordinates of both ends, and their distance. */
const COORDINATES = ['row', 'col', 'index'] as const;
const PAIR_NAMES = [...['pre', 'post'].flatMap((side) => [...COORDINATES, 'size'].map((name) => `${side}.${name}`)), 'distance'];

/** What expressions for the values of synapses are. */
const PAIR_TEXT = { names: PAIR_NAMES, wanted: 'number' } as const;

type Coordinate = (typeof COORDINATES)[number];

function coordinate(name: Coordinate, cell: number, columns: number): number {
  if (name === 'index') return cell;
  return name === 'row' ? Math.floor(cell / columns) : cell % columns;
}

/** Writes what an expression reads of some pairs of cells. */
type Fill = (sources: Uint32Array, targets: Uint32Array) => void;

function pairFills(reads: ReadonlyMap<string, Float64Array>, rule: RuleDef, source: End['population'], target: End['population']): Fill[] {
  return [...reads].map(([name, column]): Fill => {
    if (name === 'distance') return distanceFill(column, rule, source, target);
    const [side, what] = name.split('.');
    const { rows, columns } = side === 'pre' ? source : target;
    if (what === 'size') return () => column.fill(rows * columns);
    return (sources, targets) => {
      const cells = side === 'pre' ? sources : targets;
      const n = Math.min(cells.length, column.length);
      for (let i = 0; i < n; i++) column[i] = coordinate(what as Coordinate, cells[i], columns);
    };
  });
}

function distanceFill(column: Float64Array, rule: RuleDef, source: End['population'], target: End['population']): Fill {
  const distance = distanceWithin(rule, source, target);
  return (sources, targets) => {
    for (let i = 0; i < sources.length; i++) {
      const t = targets[targets.length === 1 ? 0 : i];
      const rows = Math.floor(sources[i] / source.columns) - Math.floor(t / target.columns);
      column[i] = distance(rows, (sources[i] % source.columns) - (t % target.columns));
    }
  };
}

/** A condition, made ready to be tested for all sources of one target after the other. */
function sourceTest(condition: string, rule: RuleDef, [source, target]: readonly [End, End], calculate: Calculator): (t: number) => Uint8Array {
  const shared = PAIR_NAMES.filter((name) => name.startsWith('post.'));
  const options = { count: source.cells.length, times: target.cells.length, calculate };
  const text = new EvaluatedText(condition, { names: PAIR_NAMES, shared, wanted: 'boolean' }, options);
  const fills = pairFills(text.reads, rule, source.population, target.population);
  const holds = new Uint8Array(source.cells.length);
  const sameForAll = [...text.reads.keys()].every((name) => name.startsWith('pre.'));
  let known = false;
  return (t) => {
    if (known && sameForAll) return holds;
    const post = target.cells.subarray(t, t + 1);
    for (let start = 0; start < source.cells.length; start += text.capacity) {
      const sources = source.cells.subarray(start, start + text.capacity);
      for (const fill of fills) fill(sources, post);
      text.run(sources.length);
      holds.set(text.values.subarray(0, sources.length), start);
    }
    known = true;
    return holds;
  };
}

/** Synapses sorted by target, and where each was before; undefined where they were so already. */
function sorted(drawn: Edges, targets: number): { readonly edges: EdgesByTarget; readonly order: Uint32Array | undefined } {
  if (drawn instanceof EdgesByTarget) return { edges: drawn, order: undefined };
  const order = sortedOrder(drawn.sources, drawn.targets);
  const counts = new Uint32Array(targets);
  for (let i = 0; i < drawn.targets.length; i++) counts[drawn.targets[i]]++;
  const sources = order ? order.map((i) => drawn.sources[i]) : drawn.sources;
  return { edges: new EdgesByTarget(sources, rowsOf(counts)), order };
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

/** Indices within a view as indices within its population. */
function cellsAt(end: End, positions: Uint32Array): Uint32Array {
  const { cells } = end;
  if (cells.every((cell, i) => cell === i)) return positions;
  const result = new Uint32Array(positions.length);
  for (let i = 0; i < result.length; i++) result[i] = cells[positions[i]];
  return result;
}

/** Rows of the cells of a view as rows of all cells of its population. */
function rowsWithin({ cells, population }: End, rows: Uint32Array): Uint32Array {
  const size = population.rows * population.columns;
  if (cells.length === size) return rows;
  const counts = new Uint32Array(size);
  for (let i = 0; i < cells.length; i++) counts[cells[i]] = rows[i + 1] - rows[i];
  return rowsOf(counts);
}

/** Positions in ascending order of their keys, equal ones as they were. */
function countingSort(order: Uint32Array, keys: Uint32Array): Uint32Array {
  let largest = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i] > largest) largest = keys[i];
  const next = new Uint32Array(largest + 2);
  for (let i = 0; i < keys.length; i++) next[keys[i] + 1]++;
  for (let k = 0; k < largest; k++) next[k + 1] += next[k];
  const result = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) result[next[keys[order[i]]]++] = order[i];
  return result;
}

/** Numbers given in the order of the rule, in that of the synapses. */
function givenValues(given: ArrayLike<number>, count: number, order: Uint32Array | undefined): Float64Array {
  requireCount(given, count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = given[order ? order[i] : i];
  return values;
}

function requireCount(given: ArrayLike<number>, count: number): void {
  if (given.length !== count) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `${given.length} values for ${count} synapses`,
      hint: 'Give one value for each synapse, in the order of the rule, or a single number or expression.',
    });
  }
  requireFinite(given, []);
}

/** The synapses that an expression is evaluated for, and what their draws depend on. */
export interface SynapsesOfText {
  readonly projection: string;
  /** Says how distances are measured. */
  readonly rule: RuleDef;
  readonly ends: SortedEdges;
  readonly source: End;
  readonly target: End;
  readonly seed: Seed;
  /** Draws differ from use to use. */
  readonly use: string;
  readonly calculate: Calculator;
}

/**
 * An expression of the ends' coordinates, for each synapse of a projection. A synapse's random words come from the projection's name,
 * the use, its two cells and its number among those that join them, never from where it is stored.
 *
 * @throws SpikeloomError where it does not parse or check, or gives something that is not finite
 */
export function evaluateForSynapses(expression: string, synapses: SynapsesOfText): Float64Array {
  const all = new Float64Array(synapses.ends.sources.length);
  eachOfText(expression, synapses, (start, values) => all.set(values, start));
  return all;
}

/** The same, handed out some at a time. */
function eachOfText(expression: string, { projection, rule, ends, source, target, ...how }: SynapsesOfText, take: TakeValues): void {
  const { sources } = ends;
  const count = sources.length;
  const draws = { stream: hash32(`${projection}/${how.use}`), seed: how.seed };
  const text = new EvaluatedText(expression, { ...PAIR_TEXT, draws }, { count, calculate: how.calculate });
  const fills = pairFills(text.reads, rule, source.population, target.population);
  const [a, b, c] = text.counter ?? [];
  const buffer = b ?? new Uint32Array(text.capacity);
  const occurrences = new Occurrences();
  for (let start = 0; start < count; start += text.capacity) {
    const n = Math.min(text.capacity, count - start);
    const pre = sources.subarray(start, start + n);
    const post = buffer.subarray(0, n);
    if (ends instanceof EdgesByTarget) ends.targetsOf(start, start + n, post);
    else post.set(ends.targets.subarray(start, start + n));
    for (const fill of fills) fill(pre, post);
    if (a && c) {
      a.set(pre);
      occurrences.number(a, post, c);
    }
    text.run(n);
    const values = text.values.subarray(0, n);
    requireFinite(values, [], start);
    take(start, values);
  }
}

/** Numbers synapses that join the same two cells, of synapses in order that come some at a time. */
class Occurrences {
  #source = -1;
  #target = -1;
  #before = 0;

  /** Writes the number of each, in the upper 24 bits of a word; there are as many as targets. */
  number(sources: Uint32Array, targets: Uint32Array, out: Uint32Array): void {
    let source = this.#source;
    let target = this.#target;
    let before = this.#before;
    for (let i = 0; i < targets.length; i++) {
      before = sources[i] === source && targets[i] === target ? before + 1 : 0;
      source = sources[i];
      target = targets[i];
      out[i] = before << 8;
    }
    this.#source = source;
    this.#target = target;
    this.#before = before;
  }
}
