import { evaluateForSynapses, type SynapsesOfText } from '../compile/edges.ts';
import { requireUnmetBounds } from '../compile/integratedBounds.ts';
import { type ProgramMemory, sharedNow } from '../compile/now.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import { selectCells } from '../compile/selection.ts';
import { SpikeloomError, suggest, withPath } from '../core/error.ts';
import { fromCoherent, parseUnit, toCoherent, type Unit } from '../core/unit.ts';
import type { ColumnArray } from '../ir/program.ts';
import { DELAY } from '../model/synapse.ts';
import type { ValueSpec } from '../network/definition.ts';
import type { CellPairs } from '../network/graph/pairs.ts';
import type { Loaded } from './loaded.ts';
import { numbersFor } from './numbers.ts';
import { rangesOf } from './rewire.ts';
import {
  advanceSynapses,
  placeSynapseValues,
  requireSynapseQuantity,
  storedSynapseColumn,
  storeSynapseColumn,
  synapseColumn,
  widen,
} from './state.ts';

/** The values of a quantity of all synapses now, in its unit, sorted by target, then source, then as they were made. */
export function readSynapses(loaded: Loaded, projection: string, name: string): Float64Array {
  const plan = loaded.projection(projection);
  const unit = unitOf(plan, name);
  if (name === DELAY && plan.delays) {
    const delays = plan.delays();
    return Float64Array.from({ length: plan.synapses }, (_, i) => fromCoherent(typeof delays === 'number' ? delays : delays[i], unit));
  }
  const values = synapseColumn(loaded, plan, name);
  const own = plan.quantities.get(name)?.per === 'synapse';
  return Float64Array.from({ length: plan.synapses }, (_, i) => fromCoherent(values[own ? i : 0], unit));
}

/** What all synapses of a projection share now, in its unit. */
export function readShared(loaded: Loaded, projection: string, name: string): number {
  const plan = loaded.projection(projection);
  const shared = plan.shared.get(name);
  if (shared) return fromCoherent(sharedNow(shared, loaded.memory), shared.unit);
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `the synapses of '${projection}' share no '${String(name)}'`,
    path: ['network', `projection '${projection}'`],
    hint: suggest(String(name), plan.shared.keys()),
  });
}

/**
 * Sets quantities of all synapses, or of those that join one of some pairs of cells: numbers, arrays in the order of
 * `readSynapses` or of the pairs, or expressions of the ends' coordinates; all or, where one is refused, none. Where synapses get values of their own of what was one for all, the network comes back
 * in other memory, and the one given stays as it was.
 */
export async function writeSynapses(
  loaded: Loaded,
  projection: string,
  values: Readonly<Record<string, ValueSpec>>,
  pairs?: CellPairs,
): Promise<Loaded> {
  const plan = loaded.projection(projection);
  const chosen = pairs && placesOf(rangesOf(loaded, plan, pairs));
  const news = Object.entries(values).map(([name, spec]) => {
    const path = ['network', `projection '${projection}'`, `quantity '${name}'`];
    if (name === DELAY && plan.delays) throw fixedDelay(path);
    const unit = unitOf(plan, name);
    const given = withPath(path, () => (chosen ? valuesOfPairs(loaded, plan, name, spec, chosen) : valuesFrom(loaded, plan, name, spec)));
    return {
      name,
      values: typeof given === 'number' ? Float64Array.of(toCoherent(given, unit)) : Float64Array.from(given, (x) => toCoherent(x, unit)),
      path,
    };
  });
  const wide = news.flatMap((n): [string, string][] => {
    const own = chosen !== undefined || n.values.length > 1 || typeof values[n.name] !== 'number';
    return own && plan.quantities.get(n.name)?.per === 'projection' ? [[projection, n.name]] : [];
  });
  for (const { values: list, path } of news) requireFinite(list, path, loaded.settings.precision);
  const target = wide.length > 0 ? await widen(loaded, { populations: [], projections: wide }) : loaded;
  const changed = target.projection(projection);
  const ofAll = ({ name, values }: NewValues): Float64Array =>
    chosen ? withSome(storedSynapseColumn(target, changed, name), chosen, values) : values;
  try {
    requireUnmetBounds(
      changed,
      withValues(
        target,
        changed,
        news.map((n) => ({ name: n.name, values: ofAll(n) })),
      ),
    );
  } catch (error) {
    if (target !== loaded) target.dispose();
    throw error;
  }
  advanceSynapses(target, changed, chosen?.places);
  for (const n of news) storeSynapseColumn(target, changed, n.name, ofAll(n));
  target.executor.derive();
  return target;
}

interface NewValues {
  readonly name: string;
  readonly values: Float64Array;
}

/** The memory as it would be with those values; nothing is changed. */
function withValues({ memory }: Loaded, plan: ProjectionPlan, news: readonly NewValues[]): ProgramMemory {
  const changed = new Map(
    news.map(({ name, values }) => {
      const { column } = requireSynapseQuantity(plan, name);
      const copy = memory.view(column).slice();
      placeSynapseValues(copy, plan, name, values);
      return [column, copy];
    }),
  );
  return { program: memory.program, view: (column) => changed.get(column) ?? memory.view(column) };
}

/** Some synapses, by their places in the order of `readSynapses`, and which of the pairs each joins. */
interface Chosen {
  readonly places: readonly number[];
  readonly pairs: readonly number[];
  /** How many pairs there are. */
  readonly count: number;
}

function placesOf(ranges: readonly (readonly [number, number])[]): Chosen {
  const all = ranges.flatMap(([from, to], pair) => Array.from({ length: to - from }, (_, i) => ({ place: from + i, pair })));
  return { places: all.map(({ place }) => place), pairs: all.map(({ pair }) => pair), count: ranges.length };
}

/** A value for each chosen synapse. */
function valuesOfPairs(loaded: Loaded, plan: ProjectionPlan, name: string, spec: ValueSpec, { places, pairs, count }: Chosen): Float64Array {
  if (typeof spec === 'string') {
    const all = valuesFrom(loaded, plan, name, spec);
    return Float64Array.from(places, (place) => (typeof all === 'number' ? all : all[place]));
  }
  if (typeof spec === 'number') return new Float64Array(places.length).fill(spec);
  const values = numbersFor(
    spec,
    count,
    'pairs of cells',
    'Give one number for each pair, in their order; or a single number or expression for all.',
  );
  return Float64Array.from(pairs, (pair) => values[pair]);
}

/** The values with others in some places. */
function withSome(values: ColumnArray, { places }: Chosen, news: Float64Array): Float64Array {
  const result = Float64Array.from(values);
  places.forEach((place, i) => {
    result[place] = news[i];
  });
  return result;
}

function fixedDelay(path: string[]): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: 'delays can’t be set while a network runs: they are part of how its synapses lie in memory',
    path,
    hint: 'Set them on the network and replace it: simulation.replace(network).',
  });
}

function valuesFrom(loaded: Loaded, plan: ProjectionPlan, name: string, spec: ValueSpec): number | ArrayLike<number> {
  if (typeof spec === 'number') return spec;
  if (typeof spec === 'string') {
    const end = (side: 'source' | 'target'): SynapsesOfText['source'] => {
      const { def } = loaded.population(plan.def[side].population);
      return { cells: selectCells(plan.def[side].cells, def), population: def };
    };
    return evaluateForSynapses(spec, {
      projection: plan.def.name,
      rule: plan.def.rule,
      ends: plan.ends(),
      source: end('source'),
      target: end('target'),
      seed: loaded.compiled.program.seed,
      use: `set ${name} ${loaded.step}`,
      calculate: loaded.calculate,
    });
  }
  const hint = 'Give one number for each synapse, sorted by target, then source; or a single number or expression for all.';
  return numbersFor(spec, plan.synapses, 'synapses', hint);
}

function requireFinite(values: Float64Array, path: string[], precision: 'f32' | 'f64'): void {
  const stored: ColumnArray = precision === 'f32' ? Float32Array.from(values) : values;
  const bad = stored.findIndex((x) => !Number.isFinite(x));
  if (bad < 0) return;
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `the new value ${bad} is ${values[bad]}`,
    path,
    hint: `The quantity keeps its values. Give numbers that are finite in ${precision}.`,
  });
}

function unitOf(plan: ProjectionPlan, name: string): Unit {
  const { quantities } = plan.def.synapse;
  if (Object.hasOwn(quantities, name)) return parseUnit(quantities[name].unit ?? '1');
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `'${String(name)}' is not a quantity of synapse '${plan.def.synapse.name}'`,
    path: ['network', `projection '${plan.def.name}'`],
    hint: suggest(String(name), Object.keys(quantities)),
  });
}
