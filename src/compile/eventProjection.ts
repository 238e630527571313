import { InternalError, SpikeloomError } from '../core/error.ts';
import { parseUnit, toCoherent } from '../core/unit.ts';
import { KernelBuilder } from '../ir/build.ts';
import { hasRoom } from '../ir/calendar.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import type { Calendar, Domain, FanIn, FanOut, Kernel } from '../ir/kernel.ts';
import type { Statement } from '../language/ast.ts';
import type { UserFunction } from '../language/check.ts';
import { type Assignable, type LowerContext, lowerBlock, lowerExpression } from '../language/lower.ts';
import { DELAY, type EventBlock, REWARD } from '../model/synapse.ts';
import type { ProjectionDef } from '../network/definition.ts';
import { type BuiltEdges, buildEdges } from './edges.ts';
import { endsEnvironment } from './ends.ts';
import { CellEnvironment } from './environment.ts';
import { type Course, type EventSynapse, eventSynapseOf, type Product } from './eventSynapse.ts';
import { firstOf, inverse, type LaidOut, layOut, orderOfFanOut } from './fanOut.ts';
import type { LoweredProjection, ProjectionPlan, ProjectionSetting, SynapseColumn, SynapseColumns } from './projectionPlan.ts';
import { selectCells } from './selection.ts';
import { type Contribution, portName } from './synapse.ts';

/** Lays out the synapses of a projection that acts on spikes, by source and delay, and makes the kernels of its blocks. */
export function lowerEventProjection(
  setting: ProjectionSetting,
  contributions: readonly Contribution[],
  path: readonly string[],
): Pick<LoweredProjection, 'plan' | 'kernels' | 'events' | 'onReward'> {
  const { def, source, target } = setting;
  const synapse = eventSynapseOf({ synapse: def.synapse, pre: source.model, post: target.model, path });
  return new EventLowering(setting, synapse, contributions, path).lower();
}

/** Half a step is rounded up; the small term makes 1.5 / 0.1 the 15 that it is on paper. */
function stepsOf(ms: number, dt: number): number {
  return Math.floor(ms / dt + 0.5 + 1e-9);
}

/** Longer ones would need a calendar of more than a million buckets. */
const LONGEST = 2 ** 20;

class EventLowering {
  readonly #setting: ProjectionSetting;
  readonly #synapse: EventSynapse;
  readonly #contributions: readonly Contribution[];
  readonly #path: readonly string[];
  readonly #edges: BuiltEdges;
  /** In steps. */
  readonly #longestDelay: number;
  readonly #laidOut: LaidOut;

  constructor(setting: ProjectionSetting, synapse: EventSynapse, contributions: readonly Contribution[], path: readonly string[]) {
    this.#setting = setting;
    this.#synapse = synapse;
    this.#contributions = contributions;
    this.#path = path;
    const end = (side: 'source' | 'target'): Parameters<typeof buildEdges>[1] => ({
      cells: selectCells(setting.def[side].cells, setting[side].def),
      population: setting[side].def,
    });
    this.#edges = buildEdges(setting.def, end('source'), end('target'), setting.seed);
    const delays = this.#delaysInSteps();
    this.#laidOut = layOut(this.#edges, delays, setting.source.size);
    this.#longestDelay = typeof delays === 'number' ? delays : this.#laidOut.delays.reduce((a, b) => Math.max(a, b), 0);
  }

  get #name(): string {
    return `projection ${this.#setting.def.name}`;
  }

  lower(): Pick<LoweredProjection, 'plan' | 'kernels' | 'events' | 'onReward'> {
    const { def, source, target } = this.#setting;
    const quantities = this.#declareQuantities();
    const fanOut = this.#declareFanOut();
    const calendar = this.#declareCalendar();
    const shared = this.#declareShared();
    const events = new Map<Exclude<EventBlock, 'onReward'>, Kernel>();
    const onPre = this.#synapse.blocks.get('onPre');
    if (onPre) {
      const domain: Domain = { kind: 'events', side: 'pre', spikes: source.spikes, fanOut, calendar };
      events.set('onPre', this.#block(onPre, quantities, shared).finish(`${this.#name}.on pre`, domain));
    }
    const onPost = this.#synapse.blocks.get('onPost');
    if (onPost) {
      const b = this.#block(onPost, quantities, shared);
      const readsPre = b.nodes.some((n) => (n.op === 'load' || n.op === 'index') && n.at === 'pre');
      const domain: Domain = { kind: 'events', side: 'post', spikes: target.spikes, fanIn: this.#declareFanIn(readsPre) };
      events.set('onPost', b.finish(`${this.#name}.on post`, domain));
    }
    const plan: ProjectionPlan = {
      def,
      synapses: this.#edges.sources.length,
      contributions: this.#contributions,
      layout: { kind: 'fan-out', fanOut },
      quantities: this.#withPositions(quantities),
      ends: this.#ends(),
      ...(onPre && { calendar: { calendar, fanOut } }),
      ...this.#coursePlan(quantities, shared, fanOut),
      shared: this.#sharedPlan(quantities, shared),
      ...(shared.touched !== undefined && { sharedTouched: shared.touched }),
      ...(shared.reward !== undefined && { reward: shared.reward }),
      delays: this.#delaysInTime(),
    };
    return { plan, kernels: this.#continuous(quantities, fanOut), events, onReward: this.#onReward(quantities, shared, fanOut) };
  }

  #delaysInSteps(): Uint32Array | number {
    const { dt } = this.#setting.source.clock;
    const given = delaysOf(this.#setting.def, this.#edges);
    const values = typeof given === 'number' ? [given] : given;
    const steps = new Uint32Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const n = stepsOf(values[i], dt);
      if (n < 0 || n > LONGEST) {
        throw new SpikeloomError({
          code: 'invalid-value',
          message: `the delay of synapse ${i} is ${values[i]} ms`,
          path: [...this.#path, `quantity '${DELAY}'`],
          hint: `Give times from 0 to ${LONGEST} steps, which are ${(LONGEST * dt).toPrecision(6)} ms.`,
        });
      }
      steps[i] = n;
    }
    return typeof given === 'number' ? steps[0] : steps;
  }

  /** Made anew when it is asked for: nothing of the size of the synapses is kept but what lies in memory. */
  #delaysInTime(): NonNullable<ProjectionPlan['delays']> {
    const { def, seed } = this.#setting;
    if (!Object.hasOwn(def.synapse.quantities, DELAY) || this.#edges.hasOne(DELAY)) {
      const one = delaysOf(def, this.#edges);
      return () => one;
    }
    const [source, target] = [this.#setting.source.def, this.#setting.target.def];
    return () => {
      const edges = buildEdges(
        def,
        { cells: selectCells(def.source.cells, source), population: source },
        { cells: selectCells(def.target.cells, target), population: target },
        seed,
      );
      return delaysOf(def, edges);
    };
  }

  #ends(): ProjectionPlan['ends'] {
    const { def, seed } = this.#setting;
    const [source, target] = [this.#setting.source.def, this.#setting.target.def];
    let known: ReturnType<ProjectionPlan['ends']> | undefined;
    return () => {
      if (known) return known;
      const { sources, targets } = buildEdges(
        { ...def, values: {} },
        { cells: selectCells(def.source.cells, source), population: source },
        { cells: selectCells(def.target.cells, target), population: target },
        seed,
      );
      known = { sources, targets };
      return known;
    };
  }

  /** Where the value of the i-th synapse in the order of `ends` lies in the fan-out; computed when first asked for. */
  #withPositions(quantities: SynapseColumns): SynapseColumns {
    const ends = this.#ends();
    const delays = this.#delaysInTime();
    const { size, clock } = this.#setting.source;
    let places: Uint32Array | undefined;
    const position = (i: number): number => {
      if (!places) {
        const given = delays();
        const steps = typeof given === 'number' ? 0 : Uint32Array.from(given, (ms) => stepsOf(ms, clock.dt));
        places = inverse(orderOfFanOut(ends().sources, steps, size));
      }
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
      const value = this.#edges.valuesOf(name);
      const path = `${this.#name}.value ${name}`;
      const isVariable = this.#synapse.variables.has(name);
      if (typeof value === 'number' && !isVariable) {
        result.set(name, { column: columns.declare(path, 'f64', 1, 'parameter', [value]), per: 'projection' });
        continue;
      }
      const data = columns.precision === 'f32' ? new Float32Array(n) : new Float64Array(n);
      if (typeof value === 'number') data.fill(value);
      else {
        const order = this.#laidOut.order();
        for (let k = 0; k < n; k++) data[k] = value[order[k]];
      }
      result.set(name, { column: columns.declare(path, 'float', n, isVariable ? 'state' : 'parameter', data), per: 'synapse' });
    }
    return result;
  }

  #constant(name: string, data: Uint32Array): ColumnId {
    return this.#setting.target.columns.declare(`${this.#name}.${name}`, 'u32', data.length, 'constant', data);
  }

  #declareFanOut(): FanOut {
    const { rows, delays, starts, targets } = this.#laidOut;
    return {
      rows: this.#constant('rows', rows),
      delays: this.#constant('delays', delays),
      starts: this.#constant('starts', starts),
      targets: this.#constant('targets', targets),
    };
  }

  #declareCalendar(): Calendar {
    const { source, def, room } = this.#setting;
    const span = 1 + this.#longestDelay;
    const most = source.size * span + 32;
    let capacity = 64;
    while (!hasRoom(capacity, 0, 0, source.size) || capacity < Math.min(most, Math.max(4 * source.size, room.get(def.name) ?? 0))) capacity *= 2;
    const state = (name: string, length: number): ColumnId => source.columns.declare(`${this.#name}.calendar ${name}`, 'u32', length, 'state');
    return {
      capacity,
      span,
      ends: state('ends', 2),
      buckets: state('buckets', span),
      sources: state('sources', capacity),
      births: state('births', capacity),
      runs: state('runs', capacity),
      links: state('links', capacity),
      due: state('due', capacity / 32),
    };
  }

  #declareFanIn(readsPre: boolean): FanIn {
    const { sources, targets } = this.#edges;
    const rows = firstOf(targets, this.#setting.target.size);
    return {
      rows: this.#constant('rows of targets', rows),
      synapses: this.#constant('synapses of targets', inverse(this.#laidOut.order())),
      sources: readsPre ? this.#constant('sources of targets', sources) : null,
    };
  }

  #continuous(quantities: SynapseColumns, fanOut: FanOut): Kernel[] {
    const { source, target } = this.#setting;
    if (this.#contributions.length === 0) return [];
    const b = new KernelBuilder('f64');
    const environment = endsEnvironment(this.#setting, b, quantities, 'pre', 'post');
    for (const c of this.#contributions) {
      const column = target.feed(c.port);
      target.countFeedsOf(c.port, this.#edges.targets);
      b.body.push({ kind: 'accumulate', column, value: lowerExpression(c.value, environment) });
    }
    return [b.finish(this.#name, { kind: 'synapses', sources: source.size, targets: target.size, layout: { kind: 'fan-out', fanOut } })];
  }

  /** The statements of a block, in a builder that only lacks its domain. */
  #block(block: readonly Statement[], quantities: SynapseColumns, shared: Shared, touchAlways = false): KernelBuilder {
    const b = new KernelBuilder('f64');
    const environment = this.#environment(b, quantities, shared, 'synapse');
    environment.lower(block, touchAlways);
    for (const port of environment.ports) this.#setting.target.countFeedsOf(port, this.#edges.targets);
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
    const now = (variable: string, builder: KernelBuilder): NodeId =>
      new EventEnvironment({ setting, synapse, quantities, shared, touched, builder, of: 'synapse' }).lookup(variable);
    const variables = new Set([...this.#synapse.courses.keys()].filter((name) => !this.#synapse.shared.has(name)));
    return { courses: { variables, touched, domain: this.#overSynapses(fanOut), now } };
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
    if ([...courses.keys()].every((name) => shared.has(name))) return undefined;
    const { columns } = this.#setting.target;
    const name = `${this.#name}.touched`;
    return columns.ensure(name, () => columns.declare(name, 'u32', this.#edges.sources.length, 'state'));
  }
}

/** Where what all synapses share lies. */
interface Shared {
  readonly columns: ReadonlyMap<string, ColumnId>;
  /** The number of steps done when it was advanced last. */
  readonly touched: ColumnId | undefined;
  readonly reward: ColumnId | undefined;
}

/** How long spikes take, ms: one for all synapses, or one for each. */
function delaysOf(def: ProjectionDef, edges: BuiltEdges): number | Float64Array {
  return Object.hasOwn(def.synapse.quantities, DELAY) ? edges.valuesOf(DELAY) : 0;
}

interface EventSetting {
  readonly setting: ProjectionSetting;
  readonly synapse: EventSynapse;
  readonly quantities: SynapseColumns;
  readonly shared: Shared;
  readonly touched: ColumnId | undefined;
  readonly builder: KernelBuilder;
  /** What the kernel writes: what belongs to each synapse, or what they share. */
  readonly of: 'synapse' | 'shared';
}

/** What the names in the blocks of a synapse stand for, and what becomes of what they write. */
class EventEnvironment implements LowerContext, Assignable {
  readonly builder: KernelBuilder;
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** Ports of the target that the block adds to. */
  readonly ports = new Set<string>();
  readonly #own: EventSetting;
  readonly #pre: CellEnvironment;
  readonly #post: CellEnvironment;
  readonly #values = new Map<string, NodeId>();
  readonly #assigned = new Set<string>();

  constructor(own: EventSetting) {
    const { setting, synapse, builder } = own;
    this.#own = own;
    this.builder = builder;
    this.functions = synapse.functions;
    this.#pre = new CellEnvironment(setting.source, builder, 'pre');
    this.#post = new CellEnvironment(setting.target, builder, 'post');
  }

  /** @param touchAlways whether variables are advanced although nothing is assigned that they depend on */
  lower(block: readonly Statement[], touchAlways: boolean): void {
    this.#statements(block, undefined);
    if (this.#own.of === 'shared') this.#storeShared();
    else this.#store(touchAlways);
  }

  #statements(block: readonly Statement[], condition: NodeId | undefined): void {
    const b = this.builder;
    for (const s of block) {
      if (this.#own.of === 'shared' && !this.#changesShared(s)) continue;
      if (s.kind === 'if') {
        const both = (test: NodeId): NodeId => (condition === undefined ? test : b.math('and', condition, test));
        const test = lowerExpression(s.condition, this);
        this.#statements(s.then, both(test));
        this.#statements(s.otherwise, both(b.math('not', test)));
      } else if (s.target.startsWith('post.')) {
        const term = lowerExpression(s.value, this);
        this.#add(s.target.slice('post.'.length), s.operator === '-=' ? b.math('neg', term) : term, condition);
      } else lowerBlock([s], this, condition);
    }
  }

  #changesShared(s: Statement): boolean {
    if (s.kind === 'assign') return this.#own.synapse.shared.has(s.target);
    return [...s.then, ...s.otherwise].some((inner) => this.#changesShared(inner));
  }

  #add(name: string, term: NodeId, condition: NodeId | undefined): void {
    const b = this.builder;
    const { target } = this.#own.setting;
    const port = portName(name, target.model);
    const accepted = port === undefined ? this.#accepts(name) : undefined;
    const when = condition === undefined ? accepted : accepted === undefined ? condition : b.math('and', condition, accepted);
    const value = when === undefined ? term : b.math('select', when, term, b.constant(0));
    if (port !== undefined) this.ports.add(port);
    const column = port === undefined ? target.quantity(name).column : target.feedByEvents(port);
    b.body.push({ kind: 'accumulate', column, value });
    if (port === undefined) this.#post.assign(name, b.math('add', this.#post.lookup(name), value));
  }

  /** Whether a cell takes additions to a variable now: those that are held do not. */
  #accepts(variable: string): NodeId | undefined {
    const b = this.builder;
    const { target } = this.#own.setting;
    const isHeld = target.model.refractory && target.model.derivatives.some((d) => d.variable === variable && d.unlessRefractory);
    if (!isHeld) return undefined;
    return b.math('not', b.math('ltU32', this.#step(), b.load(target.flag('refractory end'), 'post', 'u32')));
  }

  #step(): NodeId {
    return this.builder.load(this.#own.setting.target.clock.step, 'once', 'u32');
  }

  lookup(name: string): NodeId {
    if (name.startsWith('pre.')) return this.#pre.lookup(name.slice('pre.'.length));
    if (name.startsWith('post.')) return this.#post.lookup(name.slice('post.'.length));
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const definition = this.#own.synapse.definitions.get(name);
    // Recomputed where it is used: what it is made of may have been assigned in between.
    if (definition) return lowerExpression(definition, this);
    const value = this.#current(name);
    this.#values.set(name, value);
    return value;
  }

  /** The value of a name before the block has assigned it. */
  #current(name: string): NodeId {
    const b = this.builder;
    const { quantities, shared, synapse } = this.#own;
    if (name === REWARD && shared.reward !== undefined) return b.load(shared.reward, 'once');
    const sharedColumn = shared.columns.get(name);
    if (sharedColumn !== undefined) return this.#sharedAt(name, sharedColumn, this.#step());
    const own = quantities.get(name);
    if (!own) return name === DELAY ? this.#refuseName(name, 'Give the synapse another quantity with that value.') : this.#post.lookup(name);
    if (own.per === 'synapse' && this.#own.of === 'shared') {
      return this.#refuseName(name, 'What all synapses share can’t depend on what each has for itself.');
    }
    const stored = b.load(own.column, own.per === 'projection' ? 'once' : 'edge');
    const course = synapse.courses.get(name);
    return course ? this.#bounded(name, this.#advanced(course, stored)) : stored;
  }

  #refuseName(name: string, hint: string): NodeId {
    const { def } = this.#own.setting;
    throw new SpikeloomError({
      code: 'unsupported',
      message: `a block of synapse '${def.synapse.name}' can't read '${name}' there`,
      path: ['network', `projection '${def.name}'`],
      hint,
    });
  }

  #bounded(name: string, value: NodeId): NodeId {
    const bounds = this.#own.synapse.bounds.get(name);
    if (!bounds) return value;
    const b = this.builder;
    return b.math('min', b.math('max', value, lowerExpression(bounds.low, this)), lowerExpression(bounds.high, this));
  }

  /** Steps from one count to another, as a number. */
  #between(from: NodeId, to: NodeId): NodeId {
    return this.builder.math('toFloat', this.builder.math('subU32', to, from));
  }

  /** rate * dt of a decaying variable: what its logarithm changes by in a step. */
  #rate(name: string): NodeId {
    const b = this.builder;
    const course = this.#own.synapse.courses.get(name);
    const rate = course?.kind === 'decay' ? course.rate : undefined;
    return rate === undefined ? b.constant(0) : b.math('mul', lowerExpression(rate, this), b.constant(this.#own.setting.target.clock.dt));
  }

  /** A shared variable as it was, or is, when that many steps were done; never before its last change. */
  #sharedAt(name: string, column: ColumnId, step: NodeId): NodeId {
    const b = this.builder;
    const course = this.#own.synapse.courses.get(name);
    const stored = b.load(column, 'once');
    const { touched } = this.#own.shared;
    if (course?.kind !== 'decay' || touched === undefined) return stored;
    return this.#decayed(course, stored, this.#between(b.load(touched, 'once', 'u32'), step));
  }

  /** A variable of the synapse as it is now, from what it was when its synapse was touched last. */
  #advanced(course: Course, stored: NodeId): NodeId {
    const b = this.builder;
    const { touched } = this.#own;
    if (touched === undefined) return stored;
    const before = b.load(touched, 'edge', 'u32');
    const n = this.#between(before, this.#step());
    if (course.kind === 'decay') return this.#decayed(course, stored, n);
    return course.terms.reduce((sum, term) => b.math('add', sum, this.#integral(term, before, n)), stored);
  }

  /** x e^(a T) + b T exprel(a T). */
  #decayed(course: Extract<Course, { kind: 'decay' }>, stored: NodeId, n: NodeId): NodeId {
    const b = this.builder;
    const z = b.math('mul', n, this.#rate(course.variable));
    const faded = course.rate === undefined ? stored : b.math('mul', stored, b.math('exp', z));
    if (!course.drive) return faded;
    const drive = b.math('mul', lowerExpression(course.drive, this), b.constant(this.#own.setting.target.clock.dt));
    return b.math('add', faded, b.math('mul', b.math('mul', n, drive), b.math('exprel', z)));
  }

  /** Of a product of decaying variables over n steps: its value at their start times T exprel(the sum of rates times T). */
  #integral({ coefficient, factors }: Product, before: NodeId, n: NodeId): NodeId {
    const b = this.builder;
    const { quantities, shared, setting } = this.#own;
    const start = (name: string): NodeId => {
      const column = shared.columns.get(name);
      if (column !== undefined) return this.#sharedAt(name, column, before);
      const own = quantities.get(name);
      if (!own) throw new InternalError(`a synapse has no column for '${name}'`);
      return b.load(own.column, 'edge');
    };
    const rate = factors.map((name) => this.#rate(name)).reduce((x, y) => b.math('add', x, y), b.constant(0));
    const scale = b.math('mul', lowerExpression(coefficient, this), b.constant(setting.target.clock.dt));
    const value = factors.reduce((product, name) => b.math('mul', product, start(name)), b.math('mul', n, scale));
    return b.math('mul', value, b.math('exprel', b.math('mul', n, rate)));
  }

  assign(name: string, value: NodeId): void {
    this.#values.set(name, this.#bounded(name, value));
    this.#assigned.add(name);
  }

  random(): NodeId {
    const { def } = this.#own.setting;
    throw new SpikeloomError({
      code: 'unsupported',
      message: `a block of synapse '${def.synapse.name}' draws random numbers`,
      path: ['network', `projection '${def.name}'`],
      hint: 'Draw them in the source or the target.',
    });
  }

  /** What was assigned; and where variables depend on that between events, all of those, as they are now. */
  #store(touchAlways: boolean): void {
    const b = this.builder;
    const { synapse, touched, quantities } = this.#own;
    const going = [...synapse.courses.values()].filter(({ variable }) => !synapse.shared.has(variable));
    const felt = new Set(going.flatMap((c) => [c.variable, ...(c.kind === 'integral' ? c.terms.flatMap((t) => t.factors) : [])]));
    const touches = touchAlways || [...felt].some((name) => this.#assigned.has(name));
    const names = [...this.#assigned, ...(touches ? going.map((c) => c.variable) : [])].filter((name) => !synapse.shared.has(name));
    for (const name of new Set(names)) {
      const own = quantities.get(name);
      if (own) b.body.push({ kind: 'store', column: own.column, value: this.lookup(name) });
    }
    if (touches && touched !== undefined) b.body.push({ kind: 'store', column: touched, value: this.#step() });
  }

  #storeShared(): void {
    const b = this.builder;
    const { shared } = this.#own;
    if (shared.touched === undefined) return;
    for (const [name, column] of shared.columns) b.body.push({ kind: 'store', column, value: this.lookup(name) });
    b.body.push({ kind: 'store', column: shared.touched, value: this.#step() });
  }
}
