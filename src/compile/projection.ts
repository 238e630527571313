import { InternalError, withPath } from '../core/error.ts';
import { Warning } from '../core/warning.ts';
import { KernelBuilder } from '../ir/build.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import type { Domain, Kernel, Layout } from '../ir/kernel.ts';
import { lowerExpression } from '../language/lower.ts';
import { actsOnEvents, DELAY } from '../model/synapse.ts';
import { allToAll } from '../network/connect/allToAll.ts';
import type { End } from '../network/connect/rule.ts';
import { predicateEdges } from '../network/connect/where.ts';
import type { ProjectionDef } from '../network/definition.ts';
import type { ColumnTable } from './columns.ts';
import { continuousDelay, severalDelays } from './delayLine.ts';
import { type BuiltEdges, buildEdges, eachOf } from './edges.ts';
import { endsEnvironment } from './ends.ts';
import { CellEnvironment } from './environment.ts';
import { beginFanOut, eventProjection, lowerEventProjections } from './eventProjection.ts';
import { leadingFactor, type Separated, separate, staysFinite } from './factors.ts';
import { type Marks, mergeProjections } from './mergeProjections.ts';
import type { PopulationPlan } from './plan.ts';
import type {
  EventProjection,
  LoweredProjection,
  ProjectionPlan,
  ProjectionSetting,
  Published,
  SynapseColumn,
  SynapseColumns,
} from './projectionPlan.ts';

export type { ProjectionPlan, Room, SynapseColumn } from './projectionPlan.ts';

import { selectCells } from './selection.ts';
import { type Contribution, contributionsOf } from './synapse.ts';
import { withTarget } from './synapseTarget.ts';

/** Chooses how the synapses of projections lie in memory, and makes the kernels that sum them up; answers in the order of the settings. */
export function lowerProjections(settings: readonly ProjectionSetting[], columns: ColumnTable, marks: Marks): LoweredProjection[] {
  const projections = settings.map(prepare);
  const events = projections.flatMap((p) => ('event' in p ? [p.event] : []));
  // All before the first is waited for.
  const merged = mergeProjections(events, columns, marks).map((group) => ({ group, maker: beginFanOut(group) }));
  const lowered = new Map<EventProjection, LoweredProjection>();
  return projections.map((p) => {
    if ('lower' in p) return p.lower();
    const first = merged.find(({ group }) => group.members[0] === p.event);
    if (first) lowerEventProjections(first.group, first.maker).forEach((of, i) => lowered.set(first.group.members[i], of));
    const found = lowered.get(p.event);
    if (!found) throw new InternalError(`projection '${p.event.setting.def.name}' was laid out with none`);
    return found;
  });
}

/** What acts on spikes may be laid out together with others. */
type Prepared = { readonly event: EventProjection } | { lower(): LoweredProjection };

function prepare(setting: ProjectionSetting): Prepared {
  const { source, target } = setting;
  const path = ['network', `projection '${setting.def.name}'`];
  const given = withPath(path, () => withoutFunction(setting));
  const def = withoutSelf({ ...given, synapse: withTarget(given.synapse, target.model, path) });
  const found = contributionsOf({ synapse: def.synapse, pre: source.model, post: target.model, path });
  if (actsOnEvents(def.synapse)) return { event: eventProjection({ ...setting, def }, found, path) };
  return { lower: () => lowerContinuous({ ...setting, def }, found, path) };
}

function lowerContinuous(setting: ProjectionSetting, found: readonly Contribution[], path: readonly string[]): LoweredProjection {
  const { def, source, target } = setting;
  const delay = continuousDelay(def, source.clock.dt, path);
  const { plan, kernels } = new ProjectionLowering({ ...setting, ...(delay && { lag: delay.steps }) }, found).lower();
  return {
    plan: { ...plan, ...(delay && { delays: () => delay.ms }) },
    kernels,
    warnings: [...(delay?.warnings ?? []), ...(found.length > 0 ? [] : [noCommonTransmitter(def, source, target, path)])],
  };
}

function noCommonTransmitter(def: ProjectionDef, source: PopulationPlan, target: PopulationPlan, path: readonly string[]): Warning {
  const felt = [...target.model.inputs.keys()].flatMap((name) => /^input\.(.+)\.conc$/.exec(name)?.[1] ?? []);
  const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'none');
  return new Warning({
    code: 'no-effect',
    message: `the projection does nothing: '${def.source.population}' releases no transmitter that '${def.target.population}' has a receptor for`,
    path,
    hint: `Released: ${list(source.model.transmitters)}. Receptors: ${list(felt)}. Give both ends the same, or leave the projection out.`,
  });
}

/** A function is asked once: synapses are made anew when something about them is asked for, and it may answer differently then. */
function withoutFunction({ def, source, target }: ProjectionSetting): ProjectionDef {
  const { rule } = def;
  if (rule.kind !== 'predicate') return def;
  const end = (side: 'source' | 'target', { def: population }: PopulationPlan): End => ({
    cells: selectCells(def[side].cells, population),
    population,
  });
  return { ...def, rule: { kind: 'edge-list', ...predicateEdges(rule, end('source', source), end('target', target)) } };
}

/** The common way of leaving out a cell's synapse onto itself by text takes the path of all-to-all. */
export function withoutSelf(def: ProjectionDef): ProjectionDef {
  const { rule, source, target } = def;
  const isSelf = rule.kind === 'where' && /^\s*pre\.index\s*!=\s*post\.index\s*$/.test(rule.condition) && source.population === target.population;
  return isSelf ? { ...def, rule: allToAll({ autapses: false }) } : def;
}

class ProjectionLowering {
  readonly #setting: ProjectionSetting;
  readonly #contributions: readonly Contribution[];

  constructor(setting: ProjectionSetting, contributions: readonly Contribution[]) {
    this.#setting = setting;
    this.#contributions = contributions;
  }

  /** Begins the names of columns and kernels; a population's have no space there. */
  get #name(): string {
    return `projection ${this.#setting.def.name}`;
  }

  lower(): Pick<LoweredProjection, 'plan' | 'kernels'> {
    const separated = this.#uniform();
    return separated ? this.#lowerUniform(separated) : this.#lowerStored();
  }

  /** The summands taken apart, where all pairs of two whole populations are joined by equal synapses. */
  #uniform(): Separated[] | undefined {
    const { def } = this.#setting;
    if (def.rule.kind !== 'all-to-all' || def.source.cells.kind !== 'all' || def.target.cells.kind !== 'all') return undefined;
    const scalar = Object.entries(def.synapse.quantities).every(([name, q]) => typeof (def.values[name] ?? q.value) === 'number');
    if (!scalar) return undefined;
    const separated = this.#contributions.flatMap((c) => separate(c.value) ?? []);
    return separated.length === this.#contributions.length ? separated : undefined;
  }

  #lowerUniform(separated: readonly Separated[]): Pick<LoweredProjection, 'plan' | 'kernels'> {
    const { def, source, target } = this.#setting;
    const self = def.rule.kind === 'all-to-all' && !def.rule.autapses && source === target;
    const scalars = buildEdges(
      { ...def, rule: { kind: 'edge-list', sources: [], targets: [] } },
      this.#end('source'),
      this.#end('target'),
      this.#setting,
    );
    const quantities = this.#declareQuantities(scalars, () => false, 0);
    const degree = source.size - (self ? 1 : 0);
    const kernels = this.#contributions.flatMap((c, i) => {
      for (let cell = 0; cell < target.size; cell++) target.countFeeds(this.#feed(c), cell, degree);
      return this.#sumKernels(c, separated[i], i, self, quantities);
    });
    const plan: ProjectionPlan = {
      def,
      synapses: target.size * degree,
      contributions: this.#contributions,
      layout: { kind: 'uniform' },
      together: [def.name],
      quantities,
      shared: new Map(),
      ends: this.#ends(),
    };
    return { plan, kernels };
  }

  /** Declares the port's accumulator, so that its synapses can be counted. */
  #feed(c: Contribution): string {
    this.#setting.target.feed(c.port);
    return c.port;
  }

  /**
   * Sum over sources of factor * (pre - post), as factor * (S - n (post - pre_0)) with S the sum of pre - pre_0:
   * equal values on both sides give exactly 0, however many there are.
   */
  #sumKernels(c: Contribution, { factor, pre, post }: Separated, i: number, self: boolean, quantities: SynapseColumns): Kernel[] {
    const { source, target } = this.#setting;
    const name = `${this.#name}.sum ${i}`;
    const { columns } = source;
    const total = columns.declare(name, 'f64', 1, 'state');
    const values = columns.declare(`${name}.values`, 'float', source.size, 'state');
    const store = new KernelBuilder('f64');
    store.body.push({
      kind: 'store',
      column: values,
      value: lowerExpression(pre, endsEnvironment(this.#setting, store, quantities, 'self', 'self')),
    });
    const sum = new KernelBuilder('f64');
    const origin = (b: KernelBuilder): NodeId => (post ? b.gather(values, b.u32(0), 'float') : b.constant(0));
    sum.body.push({ kind: 'reduce', column: total, value: sum.math('sub', sum.load(values, 'self'), origin(sum)) });
    const add = new KernelBuilder('f64');
    const at = endsEnvironment(this.#setting, add, quantities, 'self', 'self');
    let pooled = add.load(total, 'once');
    let own = self ? add.load(values, 'self') : undefined;
    if (post) {
      const felt = lowerExpression(post, at);
      pooled = add.math('sub', pooled, add.math('mul', add.constant(source.size), add.math('sub', felt, origin(add))));
      own = own && add.math('sub', own, felt);
    }
    if (own !== undefined) pooled = add.math('sub', pooled, own);
    const port = target.feed(c.port);
    add.body.push({
      kind: 'store',
      column: port,
      value: add.math('add', add.load(port, 'self'), add.math('mul', lowerExpression(factor, at), pooled)),
    });
    return [
      store.finish(`${name}.values`, { kind: 'neurons', count: source.size }),
      sum.finish(name, { kind: 'neurons', count: source.size }),
      add.finish(`${name}.add`, { kind: 'neurons', count: target.size }),
    ];
  }

  #lowerStored(): Pick<LoweredProjection, 'plan' | 'kernels'> {
    const { def, source, target } = this.#setting;
    const edges = buildEdges(def, this.#end('source'), this.#end('target'), this.#setting);
    if (Object.hasOwn(def.synapse.quantities, DELAY) && !edges.hasOne(DELAY)) {
      throw severalDelays(['network', `projection '${def.name}'`, `quantity '${DELAY}'`]);
    }
    for (const c of this.#contributions) {
      const port = this.#feed(c);
      target.countFeedsOf(port, edges.rows);
    }
    const dense = this.#denseFactors(edges);
    const stride = Math.ceil(target.size / 4) * 4;
    const declared = this.#declareQuantities(edges, (name) => dense?.has(name) ?? false, dense ? source.size * stride : edges.sources.length);
    const layout: Layout = dense ? { kind: 'dense' } : this.#listLayout(edges);
    this.#addFilling(edges, declared, layout, stride);
    const domain: Domain = { kind: 'synapses', sources: source.size, targets: target.size, layout };
    const b = new KernelBuilder('f64');
    const environment = endsEnvironment(this.#setting, b, declared, 'pre', 'post');
    for (const c of this.#contributions) {
      b.body.push({ kind: 'accumulate', column: target.feed(c.port), value: lowerExpression(c.value, environment) });
    }
    const places = dense ? this.#inMatrix(declared, stride) : { quantities: declared, ends: this.#ends() };
    const plan: ProjectionPlan = {
      def,
      synapses: edges.sources.length,
      contributions: this.#contributions,
      layout,
      together: [def.name],
      shared: new Map(),
      ...places,
    };
    return { plan, kernels: this.#contributions.length > 0 ? [b.finish(this.#name, domain)] : [] };
  }

  /**
   * Where at least half of all pairs are joined, at most once, and each summand has a factor that can be 0 for the rest
   * and makes it 0 there, the synapses lie as a matrix: a matrix-vector product beats lists even with some zeros in it.
   */
  #denseFactors(edges: BuiltEdges): ReadonlySet<string> | undefined {
    const { def, source, target } = this.#setting;
    const n = edges.sources.length;
    if (n === 0 || n * 2 < source.size * target.size) return undefined;
    if (hasMultapses(edges)) return undefined;
    const names = namesOfValues(def);
    const factors = this.#contributions.map((c) => leadingFactor(c.value, names));
    if (factors.some((f) => f === undefined)) return undefined;
    if (n < source.size * target.size && !this.#contributions.every((c) => staysFinite(c.value))) return undefined;
    const own = names.filter((name) => !edges.hasOne(name));
    return new Set([...own, ...factors.flatMap((f) => f ?? [])]);
  }

  #listLayout({ rows, sources }: BuiltEdges): Layout {
    const { columns } = this.#setting.target;
    return {
      kind: 'list',
      rows: columns.declare(`${this.#name}.rows`, 'u32', rows.length, 'constant', rows),
      sources: columns.declare(`${this.#name}.sources`, 'u32', sources.length, 'constant'),
    };
  }

  /** One number per projection, or one per synapse where values differ or the layout wants them. */
  #declareQuantities(edges: BuiltEdges, isSpread: (name: string) => boolean, length: number): SynapseColumns {
    const { columns } = this.#setting.target;
    const result = new Map<string, SynapseColumn>();
    for (const name of namesOfValues(this.#setting.def)) {
      edges.requireValues(name);
      const path = `${this.#name}.value ${name}`;
      if (edges.hasOne(name) && !isSpread(name)) {
        result.set(name, { column: columns.declare(path, 'f64', 1, 'parameter', [edges.valuesOf(name) as number]), per: 'projection' });
      } else result.set(name, { column: columns.declare(path, 'float', length, 'parameter'), per: 'synapse' });
    }
    return result;
  }

  /** What is of the size of the synapses goes straight into memory. */
  #addFilling(counted: BuiltEdges, quantities: SynapseColumns, layout: Layout, stride: number): void {
    const { columns } = this.#setting.target;
    const own = [...quantities].flatMap(([name, { per, column }]) => (per === 'synapse' ? [[name, column] as const] : []));
    const sources = layout.kind === 'list' ? [layout.sources] : [];
    if (own.length === 0 && sources.length === 0) return;
    let kept = columns.mayKeep(counted.sources.byteLength) ? counted : undefined;
    const make = (): BuiltEdges => buildEdges(this.#setting.def, this.#end('source'), this.#end('target'), this.#setting);
    columns.fillings.push({
      columns: [...sources, ...own.map(([, column]) => column)],
      fill: (view) => {
        const edges = kept ?? make();
        kept = undefined;
        for (const column of sources) view(column).set(edges.sources);
        for (const [name, id] of own) {
          const column = view(id);
          eachOf(
            edges,
            name,
          )((start, values) => {
            if (layout.kind === 'list') {
              column.set(values, start);
              return;
            }
            const { sources, targets } = edges;
            for (let k = 0; k < values.length; k++) column[sources[start + k] * stride + targets[start + k]] = values[k];
          });
        }
      },
    });
  }

  /** Values in a matrix find their places by the ends. Nothing here may hold on to the edges: they take much more memory than the values. */
  #inMatrix(declared: SynapseColumns, stride: number): Pick<ProjectionPlan, 'quantities' | 'ends'> {
    const ends = this.#ends();
    const position = (i: number): number => ends().sources[i] * stride + ends().targets[i];
    return { quantities: new Map([...declared].map(([name, q]) => [name, q.per === 'synapse' ? { ...q, position } : q])), ends };
  }

  /** Makes the ends anew when they are first asked for: nothing of their size is kept until then. */
  #ends(): ProjectionPlan['ends'] {
    const { def } = this.#setting;
    let known: ReturnType<ProjectionPlan['ends']> | undefined;
    return () => {
      if (known) return known;
      const { sources, targets } = buildEdges({ ...def, values: {} }, this.#end('source'), this.#end('target'), this.#setting);
      known = { sources, targets };
      return known;
    };
  }

  #end(side: 'source' | 'target'): Parameters<typeof buildEdges>[1] {
    const { def } = this.#setting;
    const plan = this.#setting[side];
    return { cells: selectCells(def[side].cells, plan.def), population: plan.def };
  }
}

function hasMultapses({ sources, rows }: BuiltEdges): boolean {
  for (let t = 0; t + 1 < rows.length; t++) {
    for (let i = rows[t] + 1; i < rows[t + 1]; i++) if (sources[i] === sources[i - 1]) return true;
  }
  return false;
}

/** The quantities that have columns: all but the delay, which is part of how the projection lies in memory. */
function namesOfValues({ synapse }: ProjectionDef): string[] {
  return Object.keys(synapse.quantities).filter((name) => name !== DELAY);
}

/** Kernels that compute, for each cell, the named expressions that synapses read, from the state at t_k. */
export class Publisher implements Published {
  readonly kernels: Kernel[] = [];

  column(plan: PopulationPlan, name: string): ColumnId {
    const path = plan.columnName(`${name} (published)`);
    return plan.columns.ensure(path, () => {
      const column = plan.columns.declare(path, 'float', plan.size, 'state');
      const b = new KernelBuilder('f64');
      b.body.push({ kind: 'store', column, value: new CellEnvironment(plan, b).lookup(name) });
      this.kernels.push(b.finish(path, { kind: 'neurons', count: plan.size }));
      return column;
    });
  }
}
