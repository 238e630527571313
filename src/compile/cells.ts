import { HALF_UP } from '../core/steps.ts';
import { KernelBuilder } from '../ir/build.ts';
import type { NodeId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import { lowerBlock, lowerExpression } from '../language/lower.ts';
import type { FlatDerivative, FlatSpike, FlatStep, Stage } from '../model/flat.ts';
import { CellEnvironment } from './environment.ts';
import { INTEGRATE, MULTISTAGE } from './integrate/index.ts';
import { LAST_SPIKE, type PopulationPlan } from './plan.ts';
import { vanishing } from './vanish.ts';

/** A decaying variable below this is 0. */
const NOTHING = 2 ** -100;

const BEFORE_SPIKE: readonly Stage[] = ['metabotropic', 'receptors', 'channels', 'membrane'];

/** The kernel that takes every cell of a population from t_k to t_(k+1): integration, spike test, transmitters, reset. */
export function lowerCells(plan: PopulationPlan): Kernel {
  return new CellLowering(plan).lower();
}

class CellLowering {
  readonly #plan: PopulationPlan;
  readonly #b = new KernelBuilder('f64');
  /** Values as the step goes on; names not assigned yet are those of t_k. */
  readonly #now: CellEnvironment;
  readonly #start: CellEnvironment;
  /** Whether the cell is not refractory; undefined where it never is. */
  readonly #free: NodeId | undefined;

  constructor(plan: PopulationPlan) {
    this.#plan = plan;
    this.#now = new CellEnvironment(plan, this.#b);
    this.#start = new CellEnvironment(plan, this.#b);
    this.#free = plan.model.refractory && this.#b.math('leU32', this.#b.load(plan.flag('refractory end'), 'self', 'u32'), this.#step());
  }

  lower(): Kernel {
    const { model } = this.#plan;
    if (model.coupling === 'simultaneous' || MULTISTAGE.has(model.integrator)) {
      this.#integrate(model.derivatives, this.#start);
      for (const stage of BEFORE_SPIKE) this.#steps(stage);
    } else {
      for (const stage of BEFORE_SPIKE) this.#stage(stage);
    }
    const spike = model.spike && this.#whenFree(this.#spike(model.spike));
    if (spike !== undefined) this.#now.assign('spike', spike);
    if (model.coupling === 'staggered' && !MULTISTAGE.has(model.integrator)) this.#stage('transmitters');
    else this.#steps('transmitters');
    // Once before the reset, which could hide that a variable has run away, and once after it.
    this.#checkVariables();
    if (spike !== undefined && model.reset) {
      this.#now.useStream('reset');
      lowerBlock(model.reset.value, this.#now, spike);
      this.#checkVariables();
    }
    this.#storeVariables();
    if (spike !== undefined) this.#storeSpike(spike);
    return this.#b.finish(this.#plan.def.name, { kind: 'neurons', count: this.#plan.size });
  }

  #step(): NodeId {
    return this.#b.load(this.#plan.clock.step, 'once', 'u32');
  }

  #stage(stage: Stage): void {
    const derivatives = this.#plan.model.derivatives.filter((d) => d.stage === stage);
    // A copy: the equations of one stage all see the values from before it.
    this.#integrate(derivatives, this.#now.with(new Map()));
    this.#steps(stage);
  }

  #integrate(derivatives: readonly FlatDerivative[], environment: CellEnvironment): void {
    if (derivatives.length === 0) return;
    const next = INTEGRATE[this.#plan.model.integrator]({ environment, derivatives, free: this.#free });
    for (const [variable, value] of next) this.#now.assign(variable, value);
  }

  #steps(stage: Stage): void {
    this.#plan.model.steps.forEach((s, i) => {
      if (s.stage !== stage) return;
      this.#now.useStream(stepStream(this.#plan.model.steps, i));
      lowerBlock(s.value, this.#now);
    });
  }

  #whenFree(spike: NodeId): NodeId {
    return this.#free === undefined ? spike : this.#b.math('and', this.#free, spike);
  }

  #spike(spike: FlatSpike): NodeId {
    switch (spike.kind) {
      case 'threshold':
        return lowerExpression(spike.condition.value, this.#now.useStream('spike'));
      case 'peak':
        return this.#peak(spike);
      case 'scheduled':
        return this.#scheduled(spike.times);
    }
  }

  #peak(spike: Extract<FlatSpike, { kind: 'peak' }>): NodeId {
    const b = this.#b;
    const rising = this.#plan.flag('is rising');
    const value = this.#now.lookup(spike.variable);
    const isRising = b.math('lt', this.#start.lookup(spike.variable), value);
    b.body.push({ kind: 'store', column: rising, value: b.math('selectU32', isRising, b.u32(1), b.u32(0)) });
    const wasRising = b.math('ltU32', b.u32(0), b.load(rising, 'self', 'u32'));
    const above = b.math('lt', lowerExpression(spike.above.value, this.#now), value);
    return b.math('and', above, b.math('and', wasRising, b.math('not', isRising)));
  }

  /** The next entry of the cell's list of steps is this step; then the cell's cursor moves on. */
  #scheduled(times: string): NodeId {
    const b = this.#b;
    const { cursor, steps } = this.#plan.schedule(times);
    const next = b.load(cursor, 'self', 'u32');
    const due = b.math('eqU32', b.gather(steps, next, 'u32'), this.#step());
    b.body.push({ kind: 'store', column: cursor, value: b.math('addU32', next, b.math('selectU32', due, b.u32(1), b.u32(0))) });
    return due;
  }

  /** Checks variables as they are now, but for values that were checked before. */
  #checkVariables(): void {
    const checked = new Set(this.#b.body.flatMap((s) => (s.kind === 'check' ? [s.value] : [])));
    for (const [name, value] of this.#now.assigned) {
      if (name !== 'spike' && !checked.has(value)) this.#b.body.push({ kind: 'check', value });
    }
  }

  #storeVariables(): void {
    const b = this.#b;
    const changed = [...this.#now.assigned].flatMap(([name, value]) =>
      name === 'spike' ? [] : [{ column: this.#plan.quantity(name).column, value }],
    );
    const decaying = vanishing(b.nodes, changed, this.#plan.incoming);
    for (const { column, value } of changed) {
      // Numbers too small to be normal would cost a hundred times more to compute with.
      const isNothing = (): NodeId => b.math('lt', b.math('abs', value), b.constant(NOTHING));
      b.body.push({ kind: 'store', column, value: decaying.has(column) ? b.math('select', isNothing(), b.constant(0), value) : value });
    }
  }

  #storeSpike(spike: NodeId): void {
    const b = this.#b;
    const { list, count } = this.#plan.spikes;
    const { dt } = this.#plan.clock;
    b.body.push({ kind: 'emit', list, count, when: spike });
    if (this.#plan.hasFlag('spiked')) {
      b.body.push({ kind: 'store', column: this.#plan.flag('spiked'), value: b.math('selectU32', spike, b.u32(1), b.u32(0)) });
    }
    const next = b.math('addU32', this.#step(), b.u32(1));
    if (this.#plan.hasFlag(LAST_SPIKE)) {
      const column = this.#plan.flag(LAST_SPIKE);
      b.body.push({ kind: 'store', column, value: b.math('selectU32', spike, next, b.load(column, 'self', 'u32')) });
    }
    if (this.#plan.model.refractory) {
      const column = this.#plan.flag('refractory end');
      const quotient = b.math('div', lowerExpression(this.#plan.model.refractory.value, this.#start), b.constant(dt));
      const steps = b.math('add', quotient, b.constant(HALF_UP));
      const room = b.math('subU32', b.u32(0xffffffff), next);
      const held = b.math('toU32', b.math('floor', steps));
      const end = b.math('addU32', next, b.math('selectU32', b.math('ltU32', room, held), room, held));
      b.body.push({ kind: 'store', column, value: b.math('selectU32', spike, end, b.load(column, 'self', 'u32')) });
    }
  }
}

/** Names a step block by its part, so that another part changes no draw of this one. */
function stepStream(steps: readonly FlatStep[], i: number): string {
  const name = (s: FlatStep): string => s.path.slice(1).join(' ');
  const before = steps.slice(0, i).filter((s) => name(s) === name(steps[i])).length;
  return `${name(steps[i])} ${before}`;
}
