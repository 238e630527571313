import { SpikeloomError } from '../core/error.ts';
import { isRounded, roundedTime } from '../core/steps.ts';
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
import type { BuiltEdges } from './edges.ts';
import { endsEnvironment } from './ends.ts';
import { EventEnvironment, type Shared } from './eventEnvironment.ts';
import { type EventSynapse, eventSynapseOf, integratedWithin } from './eventSynapse.ts';
import type { FanOutShape } from './fanOut.ts';
import { type CountedFanOut, edgesOf, FanOutMaker, type FanOutTask, makeFanOut, type TaskMember } from './makeFanOut.ts';
import { type MergedProjections, overSpace } from './mergeProjections.ts';
import type { PopulationPlan } from './plan.ts';
import type { EventProjection, LoweredProjection, ProjectionPlan, ProjectionSetting, SynapseColumn, SynapseColumns } from './projectionPlan.ts';
import type { Contribution } from './synapse.ts';

/** @throws SpikeloomError with every mistake in the blocks of the synapse */
export function eventProjection(setting: ProjectionSetting, contributions: readonly Contribution[], path: readonly string[]): EventProjection {
  const { def, source, target } = setting;
  return { setting, synapse: eventSynapseOf({ synapse: def.synapse, pre: source.model, post: target.model, path }), contributions, path };
}

/** Where there are threads that help, they begin to make the synapses of projections that share a fan-out. */
export function beginFanOut(merged: MergedProjections): FanOutMaker {
  const [{ setting }] = merged.members;
  return new FanOutMaker(taskOf(merged), setting.calculate, setting.makers);
}

/**
 * Lays out the synapses of projections that act on spikes, by source and delay, and makes the kernels of their blocks: those of several
 * that share a fan-out are the first one's.
 */
export function lowerEventProjections(merged: MergedProjections, maker: FanOutMaker): LoweredProjection[] {
  return new EventLowering(merged, maker).lower();
}

/** One of the projections of a fan-out. */
interface Member extends EventProjection {
  /** Those that were made here: all, or some. */
  readonly edges: BuiltEdges;
  /** Where the synapses of each target begin, of all. */
  readonly rows: Uint32Array;
  /** The number of its first synapse, among those of all members one behind the other. */
  readonly first: number;
}

class EventLowering {
  readonly #merged: MergedProjections;
  /** The first one, which has all that members have in common. */
  readonly #setting: ProjectionSetting;
  readonly #synapse: EventSynapse;
  readonly #members: readonly Member[];
  readonly #shape: FanOutShape;
  readonly #maker: FanOutMaker;
  readonly #counted: CountedFanOut;

  constructor(merged: MergedProjections, maker: FanOutMaker) {
    const [{ setting, synapse }] = merged.members;
    this.#merged = merged;
    this.#setting = setting;
    this.#synapse = synapse;
    this.#shape = shapeOf(merged);
    this.#maker = maker;
    const { edges, counted } = maker.count();
    let first = 0;
    this.#members = merged.members.map((member, i): Member => {
      const rows = counted.targets[i];
      const before = first;
      first += rows[rows.length - 1];
      return { ...member, edges: edges[i], rows, first: before };
    });
    this.#counted = counted;
  }

  /** Begins the names of columns and kernels. */
  get #name(): string {
    return `projection ${this.#setting.def.name}`;
  }

  get #synapses(): number {
    const { starts } = this.#counted;
    return starts[starts.length - 1];
  }

  get #asksForArrivals(): boolean {
    return readsArrival(this.#synapse.blocks.get('onPost') ?? []);
  }

  lower(): LoweredProjection[] {
    const { source, target } = this.#setting;
    const quantities = this.#declareQuantities();
    const fanOut = this.#declareFanOut();
    const shared = this.#declareShared();
    const events = new Map<Exclude<EventBlock, 'onReward'>, Kernel>();
    const onPre = this.#synapse.blocks.get('onPre');
    const calendar = onPre && this.#declareCalendar();
    if (onPre && calendar) {
      const domain: Domain = { kind: 'events', side: 'pre', spikes: source.spikes, fanOut, calendar };
      const kernel = this.#block(onPre, quantities, shared, this.#asksForArrivals).finish(`${this.#name}.on pre`, domain);
      events.set('onPre', this.#merged.space ? overSpace(kernel, this.#merged.space) : kernel);
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
    const positions = this.#positions();
    const plan = (member: Member): ProjectionPlan => ({
      def: member.setting.def,
      synapses: member.rows[member.rows.length - 1],
      contributions: member.contributions,
      layout: { kind: 'fan-out', fanOut },
      together: this.#members.map(({ setting }) => setting.def.name),
      quantities: withPositions(quantities, positions, member.first),
      ends: endsOf(member.setting),
      ...(calendar && { calendar: { calendar, fanOut } }),
      ...this.#coursePlan(quantities, shared, fanOut),
      shared: this.#sharedPlan(quantities, shared),
      ...(shared.touched !== undefined && { sharedTouched: shared.touched }),
      ...(shared.reward !== undefined && { reward: shared.reward }),
      delays: delaysInTime(member),
    });
    const [first, ...others] = this.#members;
    return [
      {
        plan: plan(first),
        kernels: this.#continuous(quantities, fanOut),
        events,
        onReward: this.#onReward(quantities, shared, fanOut),
        warnings: warningsOf(first),
      },
      ...others.map((member): LoweredProjection => ({ plan: plan(member), kernels: [], warnings: warningsOf(member) })),
    ];
  }

  /** For each synapse, its place in the fan-out; computed when first asked for. Nothing of the size of the synapses is kept until then. */
  #positions(): () => Uint32Array {
    const [task, { calculate }] = [taskOf(this.#merged), this.#setting];
    let places: Uint32Array | undefined;
    return () => {
      places ??= makeFanOut(task, calculate).order.places();
      return places;
    };
  }

  #declareQuantities(): SynapseColumns {
    const { columns } = this.#setting.target;
    const result = new Map<string, SynapseColumn>();
    const [{ edges }] = this.#members;
    for (const name of Object.keys(this.#setting.def.synapse.quantities)) {
      if (name === DELAY) continue;
      for (const member of this.#members) member.edges.requireValues(name);
      const path = `${this.#name}.value ${name}`;
      const isVariable = this.#synapse.variables.has(name);
      if (edges.hasOne(name) && !isVariable) {
        const value = edges.valuesOf(name) as number;
        result.set(name, { column: columns.declare(path, 'f64', 1, 'parameter', [value]), per: 'projection' });
      } else result.set(name, { column: columns.declare(path, 'float', this.#synapses, isVariable ? 'state' : 'parameter'), per: 'synapse' });
    }
    return result;
  }

  /** What is of the size of the synapses goes straight into memory. What was made to count it is used once, if it may be kept so long. */
  #addFilling(quantities: SynapseColumns, targets: ColumnId, fanIn: FanIn | undefined): void {
    const maker = this.#maker;
    const own = [...quantities].flatMap(([name, { per, column }]) => (per === 'synapse' ? [[name, column] as const] : []));
    const byTarget = fanIn ? [fanIn.synapses, ...(fanIn.sources === null ? [] : [fanIn.sources])] : [];
    const { columns } = this.#setting.target;
    if (!columns.mayKeep(this.#counted.bytes)) maker.forget();
    columns.fillings.push({
      columns: [targets, ...own.map(([, column]) => column), ...byTarget],
      fill: (view) =>
        maker.fill({
          targets: view(targets),
          own: own.map(([name, column]) => [name, view(column)]),
          ...(fanIn && { synapses: view(fanIn.synapses) }),
          ...(fanIn && fanIn.sources !== null && { sources: view(fanIn.sources) }),
        }),
    });
  }

  #constant(name: string, data: Uint32Array): ColumnId {
    return this.#setting.target.columns.declare(`${this.#name}.${name}`, 'u32', data.length, 'constant', data);
  }

  #declareFanOut(): FanOut {
    const { starts, runs: table } = this.#counted;
    const targets = this.#setting.target.columns.declare(`${this.#name}.targets`, 'u16', this.#synapses, 'constant');
    return {
      sources: this.#setting.source.size,
      slices: this.#shape.slices,
      pageBits: pageBitsOf(this.#shape.targets),
      rows: this.#constant('rows', table.rows),
      starts: this.#constant('starts', starts),
      runs: this.#constant('runs', table.runs),
      targets,
    };
  }

  #declareCalendar(): Calendar {
    const { source, room, threads } = this.#setting;
    const { slices } = this.#shape;
    const span = 1 + this.#counted.longestDelay;
    // Threads agree in one step that the next may not begin.
    const reserve = threads > 1 ? 2 * source.size : source.size;
    const most = source.size * (span - 1) + reserve + 32;
    const wanted = Math.max(4 * source.size, ...this.#members.map(({ setting }) => room.get(setting.def.name) ?? 0));
    let capacity = 64;
    while (!hasRoom(capacity, 0, 0, reserve) || capacity < Math.min(most, wanted)) capacity *= 2;
    const state = (name: string, length: number): ColumnId =>
      source.columns.declare(`${this.#name}.calendar ${name}`, 'u32', slices * length, 'state');
    return {
      capacity,
      reserve,
      span,
      shortest: this.#counted.shortestDelay,
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
    const [{ rows }] = this.#members;
    const declare = (name: string, type: 'u16' | 'u32'): ColumnId =>
      this.#setting.target.columns.declare(`${this.#name}.${name}`, type, this.#synapses, 'constant');
    return {
      slices: this.#shape.slices,
      rows: this.#constant('rows of targets', rows),
      synapses: declare('synapses of targets', 'u32'),
      sources: readsPre ? declare('sources of targets', this.#setting.source.size > PAGE ? 'u32' : 'u16') : null,
    };
  }

  #continuous(quantities: SynapseColumns, fanOut: FanOut): Kernel[] {
    const { source, target } = this.#setting;
    const [{ contributions, rows }] = this.#members;
    if (contributions.length === 0) return [];
    const b = new KernelBuilder('f64');
    const environment = endsEnvironment(this.#setting, b, quantities, 'pre', 'post');
    for (const c of contributions) {
      const column = target.feed(c.port);
      target.countFeedsOf(c.port, rows);
      b.body.push({ kind: 'accumulate', column, value: lowerExpression(c.value, environment) });
    }
    return [b.finish(this.#name, { kind: 'synapses', sources: source.size, targets: target.size, layout: { kind: 'fan-out', fanOut } })];
  }

  /** The statements of a block, in a builder that only lacks its domain. */
  #block(block: readonly Statement[], quantities: SynapseColumns, shared: Shared, touchAlways = false): KernelBuilder {
    const b = new KernelBuilder('f64');
    const environment = this.#environment(b, quantities, shared, 'synapse');
    environment.lower(block, touchAlways);
    for (const { setting, rows } of this.#members) for (const port of environment.ports) setting.target.countFeedsOf(port, rows);
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
    const [{ path }] = this.#members;
    const specs = Object.entries(this.#setting.def.synapse.shared ?? {});
    const declared = new Map<string, ColumnId>();
    for (const [name, { value, unit }] of specs) {
      if (typeof value !== 'number') {
        throw new SpikeloomError({
          code: 'invalid-value',
          message: `what synapses share begins with a number, '${name}' with ${JSON.stringify(value)}`,
          path: [...path, `quantity '${name}'`],
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
    return columns.ensure(name, () => columns.declare(name, 'u32', this.#synapses, 'state'));
  }
}

function taskOf(merged: MergedProjections): FanOutTask {
  const { members, space } = merged;
  const [{ setting }] = members;
  return {
    members: members.map(({ setting: of }): TaskMember => ({ ...endsIn(of), start: space?.starts.get(of.target) ?? 0 })),
    shape: shapeOf(merged),
    seed: setting.seed,
    dt: setting.source.clock.dt,
  };
}

function endsIn({ def, source, target }: ProjectionSetting): Omit<TaskMember, 'start'> {
  const [from, to] = [source.def, target.def].map(({ name, rows, columns }) => ({ name, rows, columns }));
  return { def, source: from, target: to };
}

function shapeOf({ members: [{ setting, synapse }], space }: MergedProjections): FanOutShape {
  const { source, target, threads } = setting;
  const slices = source === target && mayReadItsSums(synapse, target) ? 1 : threads;
  return { sources: source.size, targets: space?.cells ?? target.size, slices };
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

/** Made anew when it is asked for: nothing of the size of the synapses is kept but what lies in memory. */
function delaysInTime({ setting, edges }: Member): NonNullable<ProjectionPlan['delays']> {
  const { def } = setting;
  if (!Object.hasOwn(def.synapse.quantities, DELAY) || edges.hasOne(DELAY)) {
    const one = delaysOf(def, edges);
    return () => one;
  }
  return () => delaysOf(def, edgesOf(endsIn(setting), setting));
}

function endsOf(setting: ProjectionSetting): ProjectionPlan['ends'] {
  let known: ReturnType<ProjectionPlan['ends']> | undefined;
  return () => {
    if (known) return known;
    const { sources, targets } = edgesOf(endsIn({ ...setting, def: { ...setting.def, values: {} } }), setting);
    known = { sources, targets };
    return known;
  };
}

/** Of a delay that somebody wrote; those that are drawn are never whole steps. */
function warningsOf({ setting: { def, source }, edges, path }: Member): Warning[] {
  const { dt } = source.clock;
  if (!Object.hasOwn(def.synapse.quantities, DELAY) || !edges.hasOne(DELAY)) return [];
  const delay = edges.valuesOf(DELAY) as number;
  return isRounded(delay, dt) ? [roundedTime('the delay', delay, dt, path)] : [];
}

/** Outside of the class, whose edges nothing here may hold on to. */
function withPositions(quantities: SynapseColumns, places: () => Uint32Array, first: number): SynapseColumns {
  const position = (i: number): number => places()[first + i];
  return new Map([...quantities].map(([name, q]) => [name, q.per === 'synapse' ? { ...q, position } : q]));
}
