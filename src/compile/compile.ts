import { SpikeloomError, withPath } from '../core/error.ts';
import { requireNamed } from '../core/keys.ts';
import { seedWords } from '../core/rng.ts';
import type { Warning } from '../core/warning.ts';
import { copyNodes, KernelBuilder, mapStatement } from '../ir/build.ts';
import { type Calculator, interpretCalculation } from '../ir/calculate.ts';
import { expand } from '../ir/expand.ts';
import type { Precision } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Action, Program } from '../ir/program.ts';
import { verifyProgram } from '../ir/verify.ts';
import { requireClock } from '../network/clock.ts';
import type { NetworkDef } from '../network/definition.ts';
import { populationModel, stimulusOf } from '../network/populationModel.ts';
import { lowerCells } from './cells.ts';
import { collectFactors } from './collect.ts';
import { ColumnTable } from './columns.ts';
import { hoist, prune } from './hoist.ts';
import type { SliceMakers } from './makeFanOut.ts';
import type { Marks } from './mergeProjections.ts';
import { type Clock, PopulationPlan } from './plan.ts';
import { lowerProjections, type ProjectionPlan, Publisher, type Room } from './projection.ts';
import type { ProjectionSetting } from './projectionPlan.ts';
import { declareQuantities } from './quantities.ts';
import { lowerRecorder, type RecorderPlan } from './recorders.ts';
import { takeOutSigns } from './signs.ts';
import { lowerStimulus } from './stimulus.ts';

/** A program, and where in it the things of the network lie. */
export interface CompiledNetwork {
  readonly def: NetworkDef;
  readonly program: Program;
  readonly populations: ReadonlyMap<string, PopulationPlan>;
  readonly projections: ReadonlyMap<string, ProjectionPlan>;
  readonly recorders: readonly RecorderPlan[];
  readonly warnings: readonly Warning[];
  /** Time that making the synapses and laying them out took, ms. */
  readonly building: number;
}

export interface CompileOptions {
  /** Spikes on their way that projections have room for, by name, where it is to be more than usual. */
  readonly room?: Room;
  /** By the names of projections: those with different marks do not share their spikes on their way. */
  readonly marks?: Marks;
  /** How many threads are to carry the program out; 1 unless given. */
  readonly threads?: number;
  /** Evaluates expressions of many synapses; interpreted unless given. */
  readonly calculate?: Calculator;
  /** Threads that help to make the synapses of a program of several threads. */
  readonly makers?: SliceMakers | undefined;
}

/**
 * Network to program. The passes, in order: declare columns; lower stimuli, projections, recorders and cells to kernels in f64;
 * take signs out of sums; collect constant factors; hoist what can be computed ahead; round to the program's precision; write functions out in primitives; schedule;
 * place in memory; verify.
 *
 * @throws SpikeloomError with every mistake that can only be seen in the whole network
 */
export function compileNetwork(
  def: NetworkDef,
  precision: Precision,
  { room = new Map(), marks = new Map(), threads = 1, calculate = interpretCalculation, makers }: CompileOptions = {},
): CompiledNetwork {
  requireClock(def);
  requireDistinctNames('population', def.populations);
  requireDistinctNames('projection', def.projections);
  const columns = new ColumnTable(precision);
  const clock: Clock = { step: columns.declare('step', 'u32', 1, 'state'), t: columns.declare('t', 'f64', 1, 'time'), dt: def.dt };
  const seed = seedWords(def.seed);

  const defs = new Map(def.populations.map((p) => [p.name, p]));
  const populations = new Map(def.populations.map((p) => [p.name, new PopulationPlan(p, populationModel(p, defs), columns, clock)]));
  const populationOf = (name: string): PopulationPlan => requireNamed('population', name, populations);
  const init = [...populations.values()].flatMap((plan) => declareQuantities(plan));
  for (const plan of populations.values()) plan.declareFlagsRead();

  // From the last to the first: one that acts on another stimulus comes before it.
  const stimuli = [...def.populations].reverse().flatMap((p) => {
    const found = stimulusOf(p, defs);
    if (!found || !p.onto) return [];
    return lowerStimulus({ plan: populationOf(p.name), onto: p.onto, cells: populationOf(p.onto.population), target: found.target });
  });

  const published = new Publisher();
  const begin = performance.now();
  const settings = def.projections.map((p): ProjectionSetting => {
    const ends = { source: populationOf(p.source.population), target: populationOf(p.target.population) };
    return { def: p, ...ends, published, seed, room, threads, calculate, makers };
  });
  const projections = lowerProjections(settings, columns, marks);
  const building = performance.now() - begin;
  const plans = new Map(projections.map(({ plan }) => [plan.def.name, plan]));
  const recordable = { columns, population: populationOf, projection: (name: string): ProjectionPlan => requireNamed('projection', name, plans) };
  const recorders = def.recorders.map((r, i) => lowerRecorder(r, recordable, i));
  // Last, when it is known which flags and ports others read and feed.
  const ofCells = [...populations.values()].filter((plan) => !plan.def.onto);
  const cells = ofCells.map((plan) => withPath(['network', `population '${plan.def.name}'`], () => lowerCells(plan)));

  const schedule = new Scheduler(columns, precision);
  for (const kernel of init) schedule.add('init', kernel);
  const clear = (when: Parameters<PopulationPlan['portsToClear']>[0]): void => {
    for (const plan of populations.values()) for (const column of plan.portsToClear(when)) schedule.action('step', { kind: 'clear', column });
  };
  clear('before sums');
  for (const kernel of stimuli) schedule.add('step', kernel);
  for (const kernel of published.kernels) schedule.add('step', kernel);
  for (const plan of populations.values()) for (const line of plan.delayLines.values()) schedule.action('step', { kind: 'delay', ...line });
  for (const projection of projections) for (const kernel of projection.kernels) schedule.add('step', kernel);
  for (const kernel of cells) schedule.add('step', kernel);
  clear('behind cells');
  for (const { plan, onSpikes } of recorders) {
    if (plan.kind === 'spikes') schedule.action('step', { kind: 'sampleSpikes', sampler: plan.sampler });
    for (const kernel of onSpikes) schedule.add('step', kernel);
  }
  for (const { plan, onReward = [] } of projections) for (const kernel of onReward) schedule.addOnDemand(rewardOf(plan.def.name), kernel);
  schedule.action('step', { kind: 'advance' });
  // What arrives now arrives at t_(k+1): before the spikes of targets act backwards.
  for (const side of ['onPre', 'onPost'] as const) {
    for (const { events } of projections) {
      const kernel = events?.get(side);
      if (kernel) schedule.add('step', kernel);
    }
  }
  for (const { plan, observe } of recorders) {
    // Nobody else looks at what it stores.
    for (const kernel of observe) schedule.add('step', kernel, plan.kind === 'samples' ? plan.sampler.every : 1);
    if (plan.kind === 'samples') schedule.action('step', { kind: 'sample', sampler: plan.sampler });
  }

  const program: Program = {
    precision,
    threads,
    dt: def.dt,
    seed,
    ...columns.place(),
    clock: { step: clock.step, t: clock.t },
    kernels: schedule.kernels,
    schedule: schedule.actions,
    onDemand: schedule.onDemand,
    data: columns.data,
    fillings: columns.fillings,
  };
  verifyProgram(program);
  return {
    def,
    program,
    populations,
    projections: plans,
    recorders: recorders.map(({ plan }) => plan),
    warnings: [...[...populations.values()].flatMap((plan) => plan.warnings), ...projections.flatMap((p) => p.warnings)],
    building,
  };
}

/** The name under which a program does what a reward does to a projection. */
export function rewardOf(projection: string): string {
  return `reward ${projection}`;
}

function requireDistinctNames(kind: string, things: readonly { readonly name: string }[]): void {
  const names = things.map((x) => x.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new SpikeloomError({
    code: 'duplicate-name',
    message: `there are two ${kind}s '${twice}'`,
    path: ['network'],
    hint: 'Give one of them another name.',
  });
}

/** Gives kernels their final form and puts them, with those that compute ahead for them, into the schedule. */
class Scheduler {
  readonly kernels: Kernel[] = [];
  readonly actions: { readonly [K in keyof Program['schedule']]: Action[] } = { init: [], derive: [], step: [] };
  readonly onDemand = new Map<string, Action[]>();
  readonly #columns: ColumnTable;
  readonly #precision: Precision;

  constructor(columns: ColumnTable, precision: Precision) {
    this.#columns = columns;
    this.#precision = precision;
  }

  action(when: keyof Program['schedule'], action: Action): void {
    this.actions[when].push(action);
  }

  /** Nothing is computed ahead for it but what parameters alone decide. */
  addOnDemand(name: string, kernel: Kernel): void {
    const { kernel: rest, derive, time } = hoist(collectFactors(takeOutSigns(kernel), this.#columns), this.#columns, 1);
    for (const k of derive) this.#push('derive', expand(prune(k)));
    const actions = [...time.map((k) => expand(prune(k))), this.#final(rest)].map(
      (k): Action => ({ kind: 'kernel', kernel: this.kernels.push(k) - 1 }),
    );
    this.onDemand.set(name, [...(this.onDemand.get(name) ?? []), ...actions]);
  }

  /** @param every steps from one time that it is carried out to the next; what is computed ahead for it others may read */
  add(when: 'init' | 'step', kernel: Kernel, every = 1): void {
    if (when === 'init') {
      this.#push('init', this.#final(kernel));
      return;
    }
    const cells = kernel.domain.kind === 'neurons' ? kernel.domain.count : 1;
    const { kernel: rest, derive, time } = hoist(collectFactors(takeOutSigns(kernel), this.#columns), this.#columns, cells);
    for (const k of derive) this.#push('derive', expand(prune(k)));
    for (const k of time) this.#push('step', expand(prune(k)));
    this.#push('step', this.#final(rest), every);
  }

  #push(when: keyof Program['schedule'], kernel: Kernel, every = 1): void {
    this.actions[when].push({ kind: 'kernel', kernel: this.kernels.push(kernel) - 1, ...(every > 1 && { every }) });
  }

  #final(kernel: Kernel): Kernel {
    return prune(expand(withPrecision(prune(kernel), this.#arithmetic(kernel))));
  }

  /** Arithmetic on t stays in f64, in f32 its resolution runs out within minutes of model time; so do values of parameters. */
  #arithmetic(kernel: Kernel): Precision {
    if (kernel.body.some((s) => s.kind === 'store' && this.#columns.role(s.column) === 'parameter')) return 'f64';
    return kernel.nodes.some((n) => n.op === 'load' && this.#columns.role(n.column) === 'time' && this.#isClock(n.column)) ? 'f64' : this.#precision;
  }

  #isClock(column: number): boolean {
    return column === this.#columns.find('t');
  }
}

/** The same kernel in other arithmetic: constants are rounded to it. */
function withPrecision(kernel: Kernel, precision: Precision): Kernel {
  const b = new KernelBuilder(precision);
  const mapped = copyNodes(kernel.nodes, b);
  b.body.push(...kernel.body.map((s) => mapStatement(s, mapped)));
  return b.finish(kernel.name, kernel.domain);
}
