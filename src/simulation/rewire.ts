import { evaluateForSynapses } from '../compile/edges.ts';
import { requireFinite } from '../compile/finite.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import { selectCells } from '../compile/selection.ts';
import { InternalError, SpikeloomError, suggest, withPath } from '../core/error.ts';
import { fromCoherent, parseUnit, toCoherent, type Unit } from '../core/unit.ts';
import { ContentsAtLoad } from '../ir/program.ts';
import { DELAY } from '../model/synapse.ts';
import { isTorus } from '../network/connect/distance.ts';
import type { NetworkDef, ProjectionDef, RecorderDef, RuleDef, ValueSpec, ViewDef } from '../network/definition.ts';
import { cellText, type Shape } from '../network/graph/cell.ts';
import { type CellEnds, type CellPairs, noSynapse, pairIndices, rangeBetween } from '../network/graph/pairs.ts';
import type { Loaded } from './loaded.ts';
import { numbersFor } from './numbers.ts';
import { startsOfSynapses } from './replace.ts';
import { copyState, putSynapseState, roomFor, storedSynapseColumn, storeSynapseColumn, synapseState, widen } from './state.ts';

/** A network with other synapses in one of its projections, in memory and as it is to be given. */
export interface Rewired {
  readonly loaded: Loaded;
  readonly def: NetworkDef;
}

/** The synapses of a projection after a change, sorted by target, then source, then as they were made. */
interface Wiring extends CellEnds {
  /** For each its place before the change, or `-1 - i` for the i-th of those that are new. */
  readonly from: Int32Array;
}

/** Starts of those synapses that are new, in their order. */
type NewValues = ReadonlyMap<string, number | Float64Array>;

/**
 * Adds a synapse for each pair, which begins as at the start of a run. Everything else keeps its state to the bit; a spike that
 * is still on its way takes new synapses too. The network given stays as it was.
 *
 * @param before the definition of the network as it was given
 * @throws SpikeloomError where a cell is not one of the projection's, or a value is missing or not finite
 */
export async function addSynapses(
  loaded: Loaded,
  before: NetworkDef,
  { projection, pairs, values }: { readonly projection: string; readonly pairs: CellPairs; readonly values: Readonly<Record<string, ValueSpec>> },
): Promise<Rewired> {
  const plan = loaded.projection(projection);
  const added = newEnds(loaded, plan, pairs);
  const def = projectionOf(before, projection);
  const news = newValues(loaded, plan, def, added, values);
  return rewire(loaded, before, plan, merged(plan.ends(), added), news);
}

/**
 * Takes away every synapse that joins one of the pairs.
 *
 * @throws SpikeloomError where no synapse joins a pair, or a recorder was given one by itself
 */
export async function removeSynapses(
  loaded: Loaded,
  before: NetworkDef,
  { projection, pairs }: { readonly projection: string; readonly pairs: CellPairs },
): Promise<Rewired> {
  const plan = loaded.projection(projection);
  const gone = new Uint8Array(plan.synapses);
  for (const [from, to] of rangesOf(loaded, plan, pairs)) gone.fill(1, from, to);
  const { sources, targets } = plan.ends();
  const from = Int32Array.from(sources.keys()).filter((i) => gone[i] === 0);
  const wiring = { sources: sources.filter((_, i) => gone[i] === 0), targets: targets.filter((_, i) => gone[i] === 0), from };
  return rewire(loaded, before, plan, wiring, new Map());
}

/** For each pair which synapses join it. @throws SpikeloomError where none does */
export function rangesOf(loaded: Loaded, plan: ProjectionPlan, pairs: CellPairs): (readonly [from: number, to: number])[] {
  const path = ['network', `projection '${plan.def.name}'`];
  const [source, target] = endsOf(loaded, plan);
  const wanted = pairIndices(pairs, source, target, path);
  const ends = plan.ends();
  return Array.from(wanted.sources, (s, i) => {
    const t = wanted.targets[i];
    const range = rangeBetween(ends, s, t);
    if (range[0] === range[1]) throw noSynapse(source, s, target, t, path);
    return range;
  });
}

function endsOf(loaded: Loaded, { def }: ProjectionPlan): readonly [Shape, Shape] {
  return [loaded.population(def.source.population).def, loaded.population(def.target.population).def];
}

function projectionOf({ projections }: NetworkDef, name: string): ProjectionDef {
  const found = projections.find((p) => p.name === name);
  if (!found) throw new InternalError(`there is no projection '${name}'`);
  return found;
}

/** The cells of new synapses. @throws SpikeloomError where one is outside of what the projection joins */
function newEnds(loaded: Loaded, plan: ProjectionPlan, pairs: CellPairs): CellEnds {
  const { def } = plan;
  const path = ['network', `projection '${def.name}'`];
  const [source, target] = endsOf(loaded, plan);
  const ends = pairIndices(pairs, source, target, path);
  const requireWithin = (cells: Uint32Array, view: ViewDef, shape: Shape, what: string): void => {
    const known = new Set(selectCells(view.cells, shape));
    const outside = cells.find((cell) => !known.has(cell));
    if (outside === undefined) return;
    throw new SpikeloomError({
      code: 'invalid-network',
      message: `${cellText(shape, outside)} is not among the ${known.size} ${what} of '${def.name}'`,
      path,
      hint: 'Join cells of the views that the projection was made with, or make another projection and replace the network.',
    });
  };
  requireWithin(ends.sources, def.source, source, 'sources');
  requireWithin(ends.targets, def.target, target, 'targets');
  return ends;
}

/** The old synapses and the new ones, in order. */
function merged(old: CellEnds, added: CellEnds): Wiring {
  const order = Uint32Array.from(added.sources.keys()).sort(
    (a, b) => added.targets[a] - added.targets[b] || added.sources[a] - added.sources[b] || a - b,
  );
  const [n, m] = [old.sources.length, order.length];
  const wiring = { sources: new Uint32Array(n + m), targets: new Uint32Array(n + m), from: new Int32Array(n + m) };
  for (let i = 0, j = 0; i + j < n + m; ) {
    const k = order[j];
    const isOld = i < n && (j === m || (old.targets[i] - added.targets[k] || old.sources[i] - added.sources[k]) <= 0);
    const [ends, at] = isOld ? [old, i] : [added, k];
    wiring.sources[i + j] = ends.sources[at];
    wiring.targets[i + j] = ends.targets[at];
    wiring.from[i + j] = isOld ? i : -1 - k;
    if (isOld) i++;
    else j++;
  }
  return wiring;
}

/** What new synapses start with, in coherent units. */
function newValues(loaded: Loaded, plan: ProjectionPlan, def: ProjectionDef, added: CellEnds, given: Readonly<Record<string, ValueSpec>>): NewValues {
  const path = ['network', `projection '${def.name}'`];
  const { quantities } = plan.def.synapse;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(quantities, name)) continue;
    const message = `'${name}' is not a quantity of synapse '${plan.def.synapse.name}'`;
    throw new SpikeloomError({ code: 'unknown-name', message, path, hint: suggest(name, Object.keys(quantities)) });
  }
  const starts = Object.keys(quantities).map((name): [string, number | Float64Array] => {
    const spec = given[name] ?? oneForAll(def, name);
    const at = [...path, `quantity '${name}'`];
    if (spec === undefined) {
      throw new SpikeloomError({
        code: 'usage',
        message: `the synapses of '${def.name}' were given a '${name}' each; new ones need theirs`,
        path: at,
        hint: `Say what it is: { ${name}: 1 }, or a number for each pair.`,
      });
    }
    const values = withPath(at, () => valuesFor(loaded, plan, added, name, spec));
    const unit = unitOf(plan, name);
    return [name, typeof values === 'number' ? toCoherent(values, unit) : Float64Array.from(values, (x) => toCoherent(x, unit))];
  });
  return new Map(starts);
}

/** The number that all synapses of a projection start with, where it is one. */
function oneForAll({ rule, synapse, values }: ProjectionDef, name: string): number | undefined {
  const spec = values[name] ?? synapse.quantities[name].value;
  return typeof spec === 'number' && !(rule.kind === 'matrix' && rule.quantity === name) ? spec : undefined;
}

function valuesFor(loaded: Loaded, plan: ProjectionPlan, added: CellEnds, name: string, spec: ValueSpec): number | ArrayLike<number> {
  const count = added.sources.length;
  if (typeof spec === 'string') {
    const { ends, places } = inOrder(added);
    const end = (side: 'source' | 'target') => {
      const { def } = loaded.population(plan.def[side].population);
      return { cells: selectCells(plan.def[side].cells, def), population: def };
    };
    const { rule } = plan.def;
    const [projection, seed, use] = [plan.def.name, loaded.compiled.program.seed, `add ${name} ${loaded.step}`];
    const from = { projection, rule, ends, source: end('source'), target: end('target'), seed, use };
    const sorted = evaluateForSynapses(spec, { ...from, calculate: loaded.calculate });
    const values = new Float64Array(count);
    places.forEach((place, i) => {
      values[place] = sorted[i];
    });
    return values;
  }
  const hint = 'Give one number for each pair, in their order; or a single number or expression for all.';
  const list = typeof spec === 'number' ? [spec] : numbersFor(spec, count, 'new synapses', hint);
  requireFinite(list, []);
  return typeof spec === 'number' ? spec : list;
}

/** Pairs sorted as synapses are, and where each was given. */
function inOrder(added: CellEnds): { readonly ends: CellEnds; readonly places: Int32Array } {
  const { sources, targets, from } = merged({ sources: new Uint32Array(0), targets: new Uint32Array(0) }, added);
  return { ends: { sources, targets }, places: from.map((i) => -1 - i) };
}

async function rewire(loaded: Loaded, before: NetworkDef, plan: ProjectionPlan, wiring: Wiring, news: NewValues): Promise<Rewired> {
  const { name } = plan.def;
  const starts = new Map(Object.keys(plan.def.synapse.quantities).map((quantity) => [quantity, startsAfter(loaded, plan, wiring, news, quantity)]));
  const projection = rewiredDef(loaded, plan, projectionOf(before, name), wiring, starts);
  const change = (def: NetworkDef): NetworkDef => ({
    ...def,
    projections: def.projections.map((p) => (p.name === name ? projection : p)),
    recorders: def.recorders.map((r) => followed(r, loaded, plan, wiring)),
  });
  const own = new Map([...starts].flatMap(([q, list]) => (typeof projection.values[q] === 'number' || !projection.values[q] ? [] : [[q, list]])));
  const exact = { ...loaded.exact, projections: new Map([...loaded.exact.projections, [name, own]]) };
  const room = roomFor(loaded, new Map([[name, synapseState(loaded, plan).sources?.length ?? 0]]));
  let next = await loaded.sibling(change(loaded.compiled.def), { exact, room });
  try {
    const wide = [...next.projection(name).quantities].flatMap(([quantity, { per }]): [string, string][] => {
      if (per === 'synapse') return [];
      const values = valuesAfter(loaded, plan, next, wiring, quantity);
      return values.some((x) => x !== values[0]) ? [[name, quantity]] : [];
    });
    if (wide.length > 0) {
      const narrow = next;
      next = await widen(narrow, { populations: [], projections: wide });
      narrow.dispose();
    }
    transfer(loaded, plan, next, wiring);
  } catch (error) {
    next.dispose();
    throw error;
  }
  return { loaded: next, def: change(before) };
}

/** What each synapse starts with after the change, in coherent units. */
function startsAfter(loaded: Loaded, plan: ProjectionPlan, { from }: Wiring, news: NewValues, name: string): Float64Array {
  const old = name === DELAY && plan.delays ? plan.delays() : startsOfSynapses(new ContentsAtLoad(loaded.compiled.program), plan, name);
  const added = news.get(name) ?? 0;
  const at = (values: ArrayLike<number> | number, i: number): number => (typeof values === 'number' ? values : values[values.length === 1 ? 0 : i]);
  return Float64Array.from(from, (i) => (i >= 0 ? at(old, i) : typeof added === 'number' ? added : added[-1 - i]));
}

/** The projection with its synapses one by one; what was one number for all stays one where it holds for the new ones too. */
function rewiredDef(
  loaded: Loaded,
  plan: ProjectionPlan,
  before: ProjectionDef,
  { sources, targets }: Wiring,
  starts: ReadonlyMap<string, Float64Array>,
): ProjectionDef {
  const [source, target] = endsOf(loaded, plan);
  const rule: RuleDef = {
    kind: 'edge-list',
    sources: within(sources, before.source, source),
    targets: within(targets, before.target, target),
    ...(isTorus(before.rule) && { torus: true }),
  };
  const values = [...starts].flatMap(([name, list]): [string, ValueSpec][] => {
    const one = oneForAll(before, name);
    const unit = unitOf(plan, name);
    if (one === undefined || list.some((x) => x !== toCoherent(one, unit))) return [[name, list.map((x) => fromCoherent(x, unit))]];
    return Object.hasOwn(before.values, name) ? [[name, one]] : [];
  });
  return { ...before, rule, values: Object.fromEntries(values) };
}

/** Indices within a population as indices within a view of it. */
function within(cells: Uint32Array, view: ViewDef, shape: Shape): Uint32Array {
  if (view.cells.kind === 'all') return cells;
  const places = new Uint32Array(shape.rows * shape.columns);
  selectCells(view.cells, shape).forEach((cell, i) => {
    places[cell] = i;
  });
  return cells.map((cell) => places[cell]);
}

/** A recorder of chosen synapses goes on with the same ones, wherever they are now. @throws SpikeloomError where one of them is gone */
function followed(def: RecorderDef, loaded: Loaded, plan: ProjectionPlan, { from }: Wiring): RecorderDef {
  if (def.kind !== 'synapses' || def.projection !== plan.def.name || !def.synapses) return def;
  const places = new Map(Array.from(from, (old, now) => [old, now] as const));
  const synapses = def.synapses.map((place) => {
    const now = places.get(place);
    if (now !== undefined) return now;
    const { sources, targets } = plan.ends();
    const [source, target] = endsOf(loaded, plan);
    throw new SpikeloomError({
      code: 'invalid-network',
      message: `the synapse from ${cellText(source, sources[place])} to ${cellText(target, targets[place])} is one that was chosen to be recorded`,
      path: ['network', `projection '${plan.def.name}'`],
      hint: 'Keep it, or replace the network by one that does not record it.',
    });
  });
  return { ...def, synapses };
}

/** The values of a quantity after the change: those of old synapses as they lie in memory, those of new ones as they start. */
function valuesAfter(loaded: Loaded, plan: ProjectionPlan, next: Loaded, { from }: Wiring, name: string): Float64Array {
  const old = storedSynapseColumn(loaded, plan, name);
  const now = storedSynapseColumn(next, next.projection(plan.def.name), name);
  return Float64Array.from(from, (i, k) => (i >= 0 ? old[old.length === 1 ? 0 : i] : now[now.length === 1 ? 0 : k]));
}

function transfer(loaded: Loaded, plan: ProjectionPlan, next: Loaded, wiring: Wiring): void {
  const changed = next.projection(plan.def.name);
  const values = new Map([...changed.quantities.keys()].map((name) => [name, valuesAfter(loaded, plan, next, wiring, name)]));
  copyState(loaded, next, { without: plan.def.name });
  for (const [name, list] of values) {
    // Where no synapse is left, the value of all of them still is.
    storeSynapseColumn(next, changed, name, list.length > 0 ? list : storedSynapseColumn(loaded, plan, name).subarray(0, 1));
  }
  const { touched, ...state } = synapseState(loaded, plan);
  putSynapseState(next, changed, { ...state, ...(touched && { touched: Uint32Array.from(wiring.from, (i) => (i >= 0 ? touched[i] : next.step)) }) });
  next.executor.derive();
}

function unitOf(plan: ProjectionPlan, name: string): Unit {
  return parseUnit(plan.def.synapse.quantities[name].unit ?? '1');
}
