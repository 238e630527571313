import { InternalError } from '../core/error.ts';
import type { KernelBuilder } from '../ir/build.ts';
import type { NodeId } from '../ir/expr.ts';
import type { UserFunction } from '../language/check.ts';
import { type Assignable, type LowerContext, lowerExpression } from '../language/lower.ts';
import { accessTo, LAST_SPIKE, type PopulationPlan } from './plan.ts';

/** What the names of a cell's model stand for while a kernel over its population (or over synapses at it) is made. */
export class CellEnvironment implements LowerContext, Assignable {
  readonly builder: KernelBuilder;
  readonly functions: ReadonlyMap<string, UserFunction>;
  readonly plan: PopulationPlan;
  readonly #side: 'self' | 'pre' | 'post';
  readonly #values: Map<string, NodeId>;
  readonly #definitions = new Map<string, NodeId>();
  #stream = 0;
  #draw = 0;

  constructor(plan: PopulationPlan, builder: KernelBuilder, side: 'self' | 'pre' | 'post' = 'self', values: ReadonlyMap<string, NodeId> = new Map()) {
    this.plan = plan;
    this.builder = builder;
    this.functions = plan.model.functions;
    this.#side = side;
    this.#values = new Map(values);
  }

  /** The same cell with some values replaced. */
  with(values: ReadonlyMap<string, NodeId>): CellEnvironment {
    return new CellEnvironment(this.plan, this.builder, this.#side, new Map([...this.#values, ...values]));
  }

  /** From now on parameters are as they were set, without what stimuli add to them. */
  ignoreStimuli(): this {
    for (const [name, quantity] of this.plan.quantities) {
      if (this.plan.isDriven(name)) this.#values.set(name, this.builder.load(quantity.column, accessTo(quantity, this.#side)));
    }
    return this;
  }

  get previous(): CellEnvironment {
    return new CellEnvironment(this.plan, this.builder, this.#side);
  }

  /** Values assigned so far. */
  get assigned(): ReadonlyMap<string, NodeId> {
    return this.#values;
  }

  assign(name: string, value: NodeId): void {
    this.#values.set(name, value);
    this.#definitions.clear();
  }

  /** Draws from now on come from the stream of this statement. */
  useStream(statement: string): this {
    this.#stream = this.plan.stream(statement);
    this.#draw = 0;
    return this;
  }

  random(): NodeId {
    return this.builder.random(this.#stream, this.#draw++);
  }

  /** What lies before the first number, or is none, counts as the first; what lies behind the last as the last. */
  sample(list: string, place: NodeId): NodeId {
    const { builder: b } = this;
    const { values, last, start } = this.plan.list(list);
    const wanted = b.math('toU32', place);
    const most = typeof last === 'object' ? b.load(last.column, this.#side, 'u32') : b.u32(last);
    const within = b.math('selectU32', b.math('ltU32', wanted, most), wanted, most);
    return b.gather(values, start === undefined ? within : b.math('addU32', b.load(start, this.#side, 'u32'), within), 'float');
  }

  lookup(name: string): NodeId {
    return this.#values.get(name) ?? this.#definition(name) ?? this.#stored(name);
  }

  #definition(name: string): NodeId | undefined {
    const known = this.#definitions.get(name);
    if (known !== undefined) return known;
    const definition = this.plan.model.definitions.get(name);
    if (!definition) return undefined;
    const node = lowerExpression(definition.value, this);
    this.#definitions.set(name, node);
    return node;
  }

  #stored(name: string): NodeId {
    const { plan, builder: b } = this;
    const quantity = plan.quantities.get(name);
    if (quantity) return plan.driven(name, b.load(quantity.column, accessTo(quantity, this.#side)), b, this.#side);
    if (plan.model.inputs.has(name)) return plan.portValue(name, b, this.#side);
    switch (name) {
      case 't':
        return b.load(plan.clock.t, 'once');
      case 'dt':
        return b.constant(plan.clock.dt);
      case 'spiked':
        return b.math('ltU32', b.u32(0), b.load(plan.flag('spiked'), this.#side, 'u32'));
      case 'since_spike':
        return this.#sinceSpike();
      case 'row':
      case 'col':
        return b.math('toFloat', b.load(plan.coordinate(name), this.#side, 'u32'));
      case 'index':
        return b.math('toFloat', b.index(this.#side));
      case 'size':
        return b.constant(plan.size);
      default:
        throw new InternalError(`nothing known of '${name}' in population '${plan.def.name}'`);
    }
  }

  /** Time since the last spike in ms, at the start of the step; infinite before the first. */
  #sinceSpike(): NodeId {
    const { plan, builder: b } = this;
    const last = b.load(plan.flag(LAST_SPIKE), this.#side, 'u32');
    const steps = b.math('subU32', b.load(plan.clock.step, 'once', 'u32'), last);
    const since = b.math('mul', b.math('toFloat', steps), b.constant(plan.clock.dt));
    return b.math('select', b.math('eqU32', last, b.u32(0)), b.constant(Number.POSITIVE_INFINITY), since);
  }
}
