import { SpikeloomError, withPath } from '../core/error.ts';
import { isRounded, roundedTime, toSteps } from '../core/steps.ts';
import { parseUnit, toCoherent } from '../core/unit.ts';
import type { Warning } from '../core/warning.ts';
import { KernelBuilder } from '../ir/build.ts';
import { hasRoom } from '../ir/calendar.ts';
import type { ColumnId } from '../ir/expr.ts';
import type { Calendar, Domain, FanIn, FanOut, Kernel } from '../ir/kernel.ts';
import { PAGE, pageBitsOf } from '../ir/run.ts';
import type { Statement } from '../language/ast.ts';
import { lowerExpression } from '../language/lower.ts';
import { expressionsIn, namesIn, walkAssignments } from '../language/transform.ts';
import { portName } from '../model/port.ts';
import { DELAY, type EventBlock, readsArrival } from '../model/synapse.ts';
import type { ProjectionDef } from '../network/definition.ts';
import { type BuiltEdges, buildEdges, eachOf } from './edges.ts';
import { endsEnvironment } from './ends.ts';
import { EventEnvironment, type Shared } from './eventEnvironment.ts';
import { type EventSynapse, eventSynapseOf, integratedWithin } from './eventSynapse.ts';
import { type EachValue, FanOutOrder, type FanOutShape, type Filled } from './fanOut.ts';
import type { PopulationPlan } from './plan.ts';
import type { LoweredProjection, ProjectionPlan, ProjectionSetting, SynapseColumn, SynapseColumns } from './projectionPlan.ts';
import { runTable } from './runTable.ts';
import { selectCells } from './selection.ts';
import type { Contribution } from './synapse.ts';

/** Lays out the synapses of a projection that acts on spikes, by source and delay, and makes the kernels of its blocks. */
export function lowerEventProjection(setting: ProjectionSetting, contributions: readonly Contribution[], path: readonly string[]): LoweredProjection {
  const { def, source, target } = setting;
  const synapse = eventSynapseOf({ synapse: def.synapse, pre: source.model, post: target.model, path });
  return new EventLowering(setting, synapse, contributions, path).lower();
}

/** Longer ones would need a calendar of more than a million buckets. */
const LONGEST = 2 ** 20;

class EventLowering {
  readonly #setting: ProjectionSetting;
  readonly #synapse: EventSynapse;
  readonly #contributions: readonly Contribution[];
  readonly #path: readonly string[];
  readonly #edges: BuiltEdges;
  readonly #shape: FanOutShape;
  readonly #order: FanOutOrder;

  constructor(setting: ProjectionSetting, synapse: EventSynapse, contributions: readonly Contribution[], path: readonly string[]) {
    this.#setting = setting;
    this.#synapse = synapse;
    this.#contributions = contributions;
    this.#path = path;
    this.#edges = edgesOf(setting);
    this.#shape = shapeOf(setting, synapse);
    this.#order = orderOf(setting, this.#edges, this.#shape);
  }

  get #name(): string {
    return `projection ${this.#setting.def.name}`;
  }

  get #asksForArrivals(): boolean {
    return readsArrival(this.#synapse.blocks.get('onPost') ?? []);
  }

  lower(): LoweredProjection {
    const { def, source, target } = this.#setting;
    const quantities = this.#declareQuantities();
    const fanOut = this.#declareFanOut();
    const shared = this.#declareShared();
    const events = new Map<Exclude<EventBlock, 'onReward'>, Kernel>();
    const onPre = this.#synapse.blocks.get('onPre');
    const calendar = onPre && this.#declareCalendar();
    if (onPre && calendar) {
      const domain: Domain = { kind: 'events', side: 'pre', spikes: source.spikes, fanOut, calendar };
      events.set('onPre', this.#block(onPre, quantities, shared, this.#asksForArrivals).finish(`${this.#name}.on pre`, domain));
    }
    const onPost = this.#synapse.blocks.get('onPost');
    let fanIn: FanIn | undefined;
    if (onPost) {
      const b = this.#block(onPost, quantities, shared);
      const readsPre = b.nodes.some((n) => (n.op === 'load' || n.op === 'index') && n.at === 'pre');
      fanIn = this.#declareFanIn(readsPre);
      events.set('onPost', b.finish(`${this.#name}.on post`, { kind: 'events', side: 'post', spikes: target.spikes, fanIn }));
    }
    this.#addFilling(quantities, fanOut.targets, fanIn);
    const plan: ProjectionPlan = {
      def,
      synapses: this.#edges.sources.length,
      contributions: this.#contributions,
      layout: { kind: 'fan-out', fanOut },
      quantities: this.#withPositions(quantities),
      ends: this.#ends(),
      ...(calendar && { calendar: { calendar, fanOut } }),
      ...this.#coursePlan(quantities, shared, fanOut),
      shared: this.#sharedPlan(quantities, shared),
      ...(shared.touched !== undefined && { sharedTouched: shared.touched }),
      ...(shared.reward !== undefined && { reward: shared.reward }),
      delays: this.#delaysInTime(),
    };
    return {
      plan,
      kernels: this.#continuous(quantities, fanOut),
      events,
      onReward: this.#onReward(quantities, shared, fanOut),
      warnings: this.#warnings(),
    };
  }

  /** Of a delay that somebody wrote; those that are drawn are never whole steps. */
  #warnings(): Warning[] {
    const { def, source } = this.#setting;
    const { dt } = source.clock;
    const delay = delaysOf(def, this.#edges);
    return typeof delay === 'number' && isRounded(delay, dt) ? [roundedTime('the delay', delay, dt, this.#path)] : [];
  }

  /** Made anew when it is asked for: nothing of the size of the synapses is kept but what lies in memory. */
  #delaysInTime(): NonNullable<ProjectionPlan['delays']> {
    const { def } = this.#setting;
    if (!Object.hasOwn(def.synapse.quantities, DELAY) || this.#edges.hasOne(DELAY)) {
      const one = delaysOf(def, this.#edges);
      return () => one;
    }
    const setting = this.#setting;
    return () => delaysOf(def, edgesOf(setting));
  }

  #ends(): ProjectionPlan['ends'] {
    const setting = this.#setting;
    let known: ReturnType<ProjectionPlan['ends']> | undefined;
    return () => {
      if (known) return known;
      const { sources, targets } = edgesOf({ ...setting, def: { ...setting.def, values: {} } });
      known = { sources, targets };
      return known;
    };
  }

  /** Where the value of the i-th synapse in the order of `ends` lies in the fan-out; computed when first asked for. */
  #withPositions(quantities: SynapseColumns): SynapseColumns {
    const [setting, shape] = [this.#setting, this.#shape];
    let places: Uint32Array | undefined;
    const position = (i: number): number => {
      places ??= orderOf(setting, edgesOf(setting), shape).places();
      return places[i];
    };
    return new Map([...quantities].map(([name, q]) => [name, q.per === 'synapse' ? { ...q, position } : q]));
  }

  #declareQuantities(): SynapseColumns {
    const { columns } = this.#setting.target;
    const result = new Map<string, SynapseColumn>();
    const n = this.#edges.sources.length;
    for (const name of Object.keys(this.#setting.def.synapse.quantities)) {
      if (name === DELAY) continue;
      this.#edges.requireValues(name);
      const path = `${this.#name}.value ${name}`;
      const isVariable = this.#synapse.variables.has(name);
      if (this.#edges.hasOne(name) && !isVariable) {
        const value = this.#edges.valuesOf(name) as number;
        result.set(name, { column: columns.declare(path, 'f64', 1, 'parameter', [value]), per: 'projection' });
      } else result.set(name, { column: columns.declare(path, 'float', n, isVariable ? 'state' : 'parameter'), per: 'synapse' });
    }
    return result;
  }

  /** What is of the size of the synapses goes straight into memory. What was made to count it is used once, if it may be kept so long. */
  #addFilling(quantities: SynapseColumns, targets: ColumnId, fanIn: FanIn | undefined): void {
    const [setting, shape] = [this.#setting, this.#shape];
    const own = [...quantities].flatMap(([name, { per, column }]) => (per === 'synapse' ? [[name, column] as const] : []));
    const byTarget = fanIn ? [fanIn.synapses, ...(fanIn.sources === null ? [] : [fanIn.sources])] : [];
    const { columns } = setting.target;
    let counted: Made | undefined = columns.mayKeep(this.#edges.sources.byteLength + this.#order.bytes)
      ? { edges: this.#edges, order: this.#order }
      : undefined;
    columns.fillings.push({
      columns: [targets, ...own.map(([, column]) => column), ...byTarget],
      fill: (view) => {
        const { edges, order } = counted ?? make(setting, shape);
        counted = undefined;
        const values = own.map(([name, column]): Filled => ({ column: view(column), each: eachOf(edges, name) }));
        order.fill(values, view(targets));
        if (fanIn) view(fanIn.synapses).set(order.places());
        if (fanIn && fanIn.sources !== null) view(fanIn.sources).set(edges.sources);
      },
    });
  }

  #constant(name: string, data: Uint32Array): ColumnId {
    return this.#setting.target.columns.declare(`${this.#name}.${name}`, 'u32', data.length, 'constant', data);
  }

  #declareFanOut(): FanOut {
    const { rows, runs } = runTable(this.#order);
    const targets = this.#setting.target.columns.declare(`${this.#name}.targets`, 'u16', this.#edges.sources.length, 'constant');
    return {
      sources: this.#setting.source.size,
      slices: this.#shape.slices,
      pageBits: pageBitsOf(this.#shape.targets),
      rows: this.#constant('rows', rows),
      starts: this.#constant('starts', this.#order.starts),
      runs: this.#constant('runs', runs),
      targets,
    };
  }

  #declareCalendar(): Calendar {
    const { source, def, room, threads } = this.#setting;
    const { slices } = this.#shape;
    const span = 1 + this.#order.longestDelay;
    // Threads agree in one step that the next may not begin.
    const reserve = threads > 1 ? 2 * source.size : source.size;
    const most = source.size * span + 32;
    let capacity = 64;
    while (!hasRoom(capacity, 0, 0, reserve) || capacity < Math.min(most, Math.max(4 * source.size, room.get(def.name) ?? 0))) capacity *= 2;
    const state = (name: string, length: number): ColumnId =>
      source.columns.declare(`${this.#name}.calendar ${name}`, 'u32', slices * length, 'state');
    return {
      capacity,
      reserve,
      span,
      ends: state('ends', 2),
      buckets: state('buckets', span),
      sources: state('sources', capacity),
      births: state('births', capacity),
      runs: state('runs', capacity),
      synapses: state('synapses', capacity),
      links: state('links', capacity),
      due: state('due', capacity / 32),
    };
  }

  #declareFanIn(readsPre: boolean): FanIn {
    const { sources, rows } = this.#edges;
    const declare = (name: string, type: 'u16' | 'u32'): ColumnId =>
      this.#setting.target.columns.declare(`${this.#name}.${name}`, type, sources.length, 'constant');
    return {
      slices: this.#shape.slices,
      rows: this.#constant('rows of targets', rows),
      synapses: declare('synapses of targets', 'u32'),
      sources: readsPre ? declare('sources of targets', this.#setting.source.size > PAGE ? 'u32' : 'u16') : null,
    };
  }

  #continuous(quantities: SynapseColumns, fanOut: FanOut): Kernel[] {
    const { source, target } = this.#setting;
    if (this.#contributions.length === 0) return [];
    const b = new KernelBuilder('f64');
    const environment = endsEnvironment(this.#setting, b, quantities, 'pre', 'post');
    for (const c of this.#contributions) {
      const column = target.feed(c.port);
      target.countFeedsOf(c.port, this.#edges.rows);
      b.body.push({ kind: 'accumulate', column, value: lowerExpression(c.value, environment) });
    }
    return [b.finish(this.#name, { kind: 'synapses', sources: source.size, targets: target.size, layout: { kind: 'fan-out', fanOut } })];
  }

  /** The statements of a block, in a builder that only lacks its domain. */
  #block(block: readonly Statement[], quantities: SynapseColumns, shared: Shared, touchAlways = false): KernelBuilder {
    const b = new KernelBuilder('f64');
    const environment = this.#environment(b, quantities, shared, 'synapse');
    environment.lower(block, touchAlways);
    for (const port of environment.ports) this.#setting.target.countFeedsOf(port, this.#edges.rows);
    return b;
  }

  #environment(builder: KernelBuilder, quantities: SynapseColumns, shared: Shared, of: 'synapse' | 'shared'): EventEnvironment {
    return new EventEnvironment({ setting: this.#setting, synapse: this.#synapse, quantities, shared, touched: this.#touched(), builder, of });
  }

  #onReward(quantities: SynapseColumns, shared: Shared, fanOut: FanOut): Kernel[] {
    const block = this.#synapse.blocks.get('onReward');
    if (!block) return [];
    const kernels: Kernel[] = [];
    // Synapses first: they see what they share as it was.
    const own = this.#block(block, quantities, shared, true);
    if (own.body.length > 0) kernels.push(own.finish(`${this.#name}.on reward`, this.#overSynapses(fanOut)));
    const b = new KernelBuilder('f64');
    this.#environment(b, quantities, shared, 'shared').lower(block, true);
    if (b.body.length > 0) kernels.push(b.finish(`${this.#name}.on reward, shared`, { kind: 'once' }));
    return kernels;
  }

  #overSynapses(fanOut: FanOut): Domain {
    const { source, target } = this.#setting;
    return { kind: 'synapses', sources: source.size, targets: target.size, layout: { kind: 'fan-out', fanOut } };
  }

  #coursePlan(quantities: SynapseColumns, shared: Shared, fanOut: FanOut): Pick<ProjectionPlan, 'courses'> {
    const touched = this.#touched();
    if (touched === undefined) return {};
    // Nothing here may hold on to the edges.
    const [setting, synapse] = [this.#setting, this.#synapse];
    const within = (builder: KernelBuilder): EventEnvironment =>
      new EventEnvironment({ setting, synapse, quantities, shared, touched, builder, of: 'synapse' });
    const variables = new Set([...this.#synapse.courses.keys()].filter((name) => !this.#synapse.shared.has(name)));
    return {
      courses: {
        variables,
        touched,
        domain: this.#overSynapses(fanOut),
        now: (variable, b) => within(b).lookup(variable),
        integrated: integratedWithin(synapse),
        limits: (variable, b) => within(b).limits(variable),
      },
    };
  }

  #sharedPlan(quantities: SynapseColumns, shared: Shared): ProjectionPlan['shared'] {
    // Nor here.
    const [setting, synapse, touched] = [this.#setting, this.#synapse, this.#touched()];
    const now = (name: string) => (builder: KernelBuilder) =>
      new EventEnvironment({ setting, synapse, quantities, shared, touched, builder, of: 'shared' }).lookup(name);
    const specs = this.#setting.def.synapse.shared ?? {};
    return new Map([...shared.columns].map(([name, column]) => [name, { column, unit: parseUnit(specs[name].unit ?? '1'), now: now(name) }]));
  }

  #declareShared(): Shared {
    const { columns } = this.#setting.target;
    const specs = Object.entries(this.#setting.def.synapse.shared ?? {});
    const declared = new Map<string, ColumnId>();
    for (const [name, { value, unit }] of specs) {
      if (typeof value !== 'number') {
        throw new SpikeloomError({
          code: 'invalid-value',
          message: `what synapses share begins with a number, '${name}' with ${JSON.stringify(value)}`,
          path: [...this.#path, `quantity '${name}'`],
          hint: `Write ${name}: quantity(0, '${unit ?? '1'}', 'meaning').`,
        });
      }
      declared.set(name, columns.declare(`${this.#name}.shared ${name}`, 'f64', 1, 'state', [toCoherent(value, parseUnit(unit ?? '1'))]));
    }
    const once = (name: string, type: 'u32' | 'f64'): ColumnId => columns.declare(`${this.#name}.${name}`, type, 1, 'state');
    return {
      columns: declared,
      touched: specs.length > 0 ? once('shared touched', 'u32') : undefined,
      reward: this.#synapse.blocks.has('onReward') ? once('reward', 'f64') : undefined,
    };
  }

  /** The number of steps done when a synapse's variables were last advanced. */
  #touched(): ColumnId | undefined {
    const { courses, shared } = this.#synapse;
    if (!this.#asksForArrivals && [...courses.keys()].every((name) => shared.has(name))) return undefined;
    const { columns } = this.#setting.target;
    const name = `${this.#name}.touched`;
    return columns.ensure(name, () => columns.declare(name, 'u32', this.#edges.sources.length, 'state'));
  }
}

/** The synapses of a projection, and their order in memory. */
interface Made {
  readonly edges: BuiltEdges;
  readonly order: FanOutOrder;
}

function make(setting: ProjectionSetting, shape: FanOutShape): Made {
  const edges = edgesOf(setting);
  return { edges, order: orderOf(setting, edges, shape) };
}

function orderOf({ def, source }: ProjectionSetting, edges: BuiltEdges, shape: FanOutShape): FanOutOrder {
  const { dt } = source.clock;
  if (!Object.hasOwn(def.synapse.quantities, DELAY)) return new FanOutOrder(edges, 0, shape);
  if (edges.hasOne(DELAY)) {
    const path = ['network', `projection '${def.name}'`, `quantity '${DELAY}'`];
    return new FanOutOrder(
      edges,
      withPath(path, () => stepsOf(edges.valuesOf(DELAY) as number, 0, dt)),
      shape,
    );
  }
  const each: EachValue = (take) =>
    edges.eachValue(DELAY, (start, values) => {
      for (let k = 0; k < values.length; k++) values[k] = stepsOf(values[k], start + k, dt);
      take(start, values);
    });
  return new FanOutOrder(edges, each, shape);
}

/** The delay of a synapse in steps. */
function stepsOf(delay: number, synapse: number, dt: number): number {
  const steps = toSteps(delay, dt);
  if (steps >= 0 && steps <= LONGEST) return steps;
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `the delay of synapse ${synapse} is ${delay} ms`,
    hint: `Give times from 0 to ${LONGEST} steps, which are ${(LONGEST * dt).toPrecision(6)} ms.`,
  });
}

/** The synapses of a projection, made anew. */
function edgesOf({ def, source, target, seed, calculate }: ProjectionSetting): BuiltEdges {
  return buildEdges(
    def,
    { cells: selectCells(def.source.cells, source.def), population: source.def },
    { cells: selectCells(def.target.cells, target.def), population: target.def },
    { seed, calculate },
  );
}

function shapeOf({ source, target, threads }: ProjectionSetting, synapse: EventSynapse): FanOutShape {
  const slices = source === target && mayReadItsSums(synapse, target) ? 1 : threads;
  return { sources: source.size, targets: target.size, slices };
}

/** Whether an event may see at its source what events of other targets have added there: they come one after the other, whoever's they are. */
function mayReadItsSums({ blocks, definitions, functions }: EventSynapse, { model }: PopulationPlan): boolean {
  const statements = [...blocks.values()].flat();
  let addsToCells = false;
  walkAssignments(statements, ({ target }) => {
    addsToCells ||= target.startsWith('post.') && portName(target.slice('post.'.length), model) === undefined;
  });
  const read = [...expressionsIn(statements), ...definitions.values()].flatMap((e) => namesIn(e, functions));
  return addsToCells && read.some((name) => name.startsWith('pre.'));
}

/** How long spikes take, ms: one for all synapses, or one for each. */
function delaysOf(def: ProjectionDef, edges: BuiltEdges): number | Float64Array {
  return Object.hasOwn(def.synapse.quantities, DELAY) ? edges.valuesOf(DELAY) : 0;
}
