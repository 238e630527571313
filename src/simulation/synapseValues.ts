import { evaluateForSynapses, type SynapsesOfText } from '../compile/edges.ts';
import { requireUnmetBounds } from '../compile/integratedBounds.ts';
import { type ProgramMemory, sharedNow } from '../compile/now.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import { selectCells } from '../compile/selection.ts';
import { SpikeloomError, suggest, withPath } from '../core/error.ts';
import { fromCoherent, parseUnit, toCoherent, type Unit } from '../core/unit.ts';
import { DELAY } from '../model/synapse.ts';
import type { ValueSpec } from '../network/definition.ts';
import type { ColumnArray, Loaded } from './loaded.ts';
import { advanceSynapses, placeSynapseValues, requireSynapseQuantity, storeSynapseColumn, synapseColumn, widen } from './state.ts';

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
 * Sets quantities of all synapses: numbers, arrays in the order of `readSynapses`, or expressions of the ends' coordinates;
 * all or, where one is refused, none. Where synapses get values of their own of what was one for all, the network comes back
 * in other memory, and the one given stays as it was.
 */
export async function writeSynapses(loaded: Loaded, projection: string, values: Readonly<Record<string, ValueSpec>>): Promise<Loaded> {
  const plan = loaded.projection(projection);
  const news = Object.entries(values).map(([name, spec]) => {
    const path = ['network', `projection '${projection}'`, `quantity '${name}'`];
    if (name === DELAY && plan.delays) throw fixedDelay(path);
    const unit = unitOf(plan, name);
    const given = withPath(path, () => valuesFrom(loaded, plan, name, spec));
    return {
      name,
      values: typeof given === 'number' ? Float64Array.of(toCoherent(given, unit)) : Float64Array.from(given, (x) => toCoherent(x, unit)),
      path,
    };
  });
  const wide = news.flatMap((n): [string, string][] => {
    const own = n.values.length > 1 || typeof values[n.name] !== 'number';
    return own && plan.quantities.get(n.name)?.per === 'projection' ? [[projection, n.name]] : [];
  });
  for (const { values: list, path } of news) requireFinite(list, path, loaded.settings.precision);
  const target = wide.length > 0 ? await widen(loaded, { populations: [], projections: wide }) : loaded;
  try {
    requireUnmetBounds(target.projection(projection), withValues(target, target.projection(projection), news));
  } catch (error) {
    if (target !== loaded) target.dispose();
    throw error;
  }
  advanceSynapses(target, target.projection(projection));
  for (const n of news) storeSynapseColumn(target, target.projection(projection), n.name, n.values);
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
    });
  }
  if ((Array.isArray(spec) || ArrayBuffer.isView(spec)) && spec.length === plan.synapses && Array.from(spec).every((x) => typeof x === 'number')) {
    return spec as ArrayLike<number>;
  }
  const count = Array.isArray(spec) || ArrayBuffer.isView(spec) ? `${spec.length} values` : String(spec);
  throw new SpikeloomError({
    code: 'invalid-shape',
    message: `${count} for ${plan.synapses} synapses`,
    hint: 'Give one number for each synapse, sorted by target, then source; or a single number or expression for all.',
  });
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
