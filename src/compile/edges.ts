import { SpikeloomError, withPath } from '../core/error.ts';
import { hash32 } from '../core/hash.ts';
import { philox } from '../core/rng.ts';
import { parseUnit, toCoherent } from '../core/unit.ts';
import { edgesOf } from '../network/connect/edges.ts';
import type { End, RuleContext } from '../network/connect/rule.ts';
import type { ProjectionDef, ValueSpec } from '../network/definition.ts';
import { evaluateText } from './evaluate.ts';
import { coordinates } from './selection.ts';

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
    testSources: (condition, t) => withPath([...path, 'where'], () => testSources(condition, source, target, t)),
    randomWord: (s, t, draw) => pairWord('connect')(s, t, 0, draw),
  };
  const drawn = withPath(path, () => edgesOf(def.rule, context));
  const order = sortedOrder(drawn.sources, drawn.targets);
  const sources = order.map((i) => source.cells[drawn.sources[i]]);
  const targets = order.map((i) => target.cells[drawn.targets[i]]);
  const edges = { sources, targets, occurrences: occurrences(sources, targets) };
  const values = new Map<string, number | Float64Array>();
  for (const [name, quantity] of Object.entries(def.synapse.quantities)) {
    const unit = parseUnit(quantity.unit ?? '1');
    const spec: ValueSpec = def.values[name] ?? quantity.value;
    const fromMatrix = def.rule.kind === 'matrix' && def.rule.quantity === name;
    const given = fromMatrix && def.rule.kind === 'matrix' ? def.rule.values.filter((x) => !Number.isNaN(x)) : spec;
    const where = [...path, `quantity '${name}'`];
    const result = withPath(where, () => edgeValues(given, order, edges, source, target, pairWord(name)));
    values.set(name, typeof result === 'number' ? toCoherent(result, unit) : result.map((x) => toCoherent(x, unit)));
  }
  return { sources, targets, values };
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

/** Positions sorted by target, then source, then as given. */
function sortedOrder(sources: Uint32Array, targets: Uint32Array): Uint32Array {
  const order = Uint32Array.from({ length: sources.length }, (_, i) => i);
  const before = (a: number, b: number): number => targets[a] - targets[b] || sources[a] - sources[b] || a - b;
  for (let i = 1; i < order.length; i++) if (before(i - 1, i) > 0) return order.sort(before);
  return order;
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
  readonly occurrences: Uint32Array;
}

function edgeValues(spec: ValueSpec, order: Uint32Array, edges: SortedEdges, source: End, target: End, words: Words): number | Float64Array {
  if (typeof spec === 'number') return requireFinite([spec])[0];
  if (typeof spec === 'string') return edgeExpression(spec, edges, source, target, words);
  if (spec.length !== order.length) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `${spec.length} values for ${order.length} synapses`,
      hint: 'Give one value for each synapse, in the order of the rule, or a single number or expression.',
    });
  }
  const numbers = requireFinite(spec as ArrayLike<number>);
  return Float64Array.from(order, (i) => numbers[i]);
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
  const draws = (draw: number): Uint32Array =>
    Uint32Array.from({ length: count }, (_, i) => words(edges.sources[i], edges.targets[i], edges.occurrences[i], draw));
  const values = evaluateText(text, { count, names, words: draws, wanted: 'number' });
  requireFinite(values);
  return values;
}
