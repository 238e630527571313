import { InternalError, SpikeloomError } from '../core/error.ts';
import type { KernelBuilder } from '../ir/build.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import type { Statement } from '../language/ast.ts';
import type { UserFunction } from '../language/check.ts';
import { type Assignable, type LowerContext, lowerBlock, lowerExpression } from '../language/lower.ts';
import { portName } from '../model/port.ts';
import { ARRIVED, DELAY, REWARD } from '../model/synapse.ts';
import { CellEnvironment } from './environment.ts';
import type { Course, EventSynapse, Product } from './eventSynapse.ts';
import type { CoursePlan, ProjectionSetting, SynapseColumns } from './projectionPlan.ts';

/** Where what all synapses share lies. */
export interface Shared {
  readonly columns: ReadonlyMap<string, ColumnId>;
  /** The number of steps done when it was advanced last. */
  readonly touched: ColumnId | undefined;
  readonly reward: ColumnId | undefined;
}

export interface EventSetting {
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
export class EventEnvironment implements LowerContext, Assignable {
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
    const held = this.#own.setting.target.isHeld(variable, this.builder, 'post');
    return held === undefined ? undefined : this.builder.math('not', held);
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
    const { quantities, shared, synapse, touched } = this.#own;
    // Of all that touches a synapse, only arrivals come before the spikes of its target.
    if (name === ARRIVED && touched !== undefined) return b.math('eqU32', b.load(touched, 'edge', 'u32'), this.#step());
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

  /** What decides whether a variable that decays may meet its bounds between events. */
  limits(name: string): ReturnType<CoursePlan['limits']> {
    const { quantities, synapse } = this.#own;
    const [column, bounds] = [quantities.get(name)?.column, synapse.bounds.get(name)];
    if (column === undefined || !bounds) throw new InternalError(`a synapse has no bounds for '${name}'`);
    const [low, high] = [bounds.low, bounds.high].map((bound) => lowerExpression(bound, this));
    return { stored: this.builder.load(column, 'edge'), low, high, rate: this.#rate(name) };
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
    const change = course.terms.map((term) => this.#integral(term, before, n)).reduce((sum, term) => b.math('add', sum, term));
    return course.kind === 'integral' ? b.math('add', stored, change) : b.math('mul', stored, b.math('exp', change));
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
    throw new InternalError(`a block of synapse '${this.#own.setting.def.synapse.name}' draws, which its check refuses`);
  }

  /** What was assigned; and where variables depend on that between events, all of those, as they are now. */
  #store(touchAlways: boolean): void {
    const b = this.builder;
    const { synapse, touched, quantities } = this.#own;
    const going = [...synapse.courses.values()].filter(({ variable }) => !synapse.shared.has(variable));
    const felt = new Set(going.flatMap((c) => [c.variable, ...(c.kind === 'decay' ? [] : c.terms.flatMap((t) => t.factors))]));
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
