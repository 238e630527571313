import { InternalError, SpikeloomError, withPath } from '../core/error.ts';
import { toSteps } from '../core/steps.ts';
import type { Calculator } from '../ir/calculate.ts';
import type { ColumnArray } from '../ir/program.ts';
import { sliceStart } from '../ir/slices.ts';
import { DELAY } from '../model/synapse.ts';
import { isByTarget } from '../network/connect/rule.ts';
import type { PopulationDef, ProjectionDef } from '../network/definition.ts';
import { type BuiltEdges, buildEdges, eachOf } from './edges.ts';
import { type EachValue, FanOutOrder, type FanOutPart, type FanOutShape, type Filled } from './fanOut.ts';
import { type Runs, runTable } from './runTable.ts';
import { selectCells } from './selection.ts';

/** What the synapses of a fan-out are made of: plain data, which threads can send each other. */
export interface FanOutTask {
  readonly members: readonly TaskMember[];
  readonly shape: FanOutShape;
  readonly seed: readonly [number, number];
  readonly dt: number;
}

/** One of the projections of a fan-out. */
export interface TaskMember {
  readonly def: ProjectionDef;
  readonly source: Pick<PopulationDef, 'name' | 'rows' | 'columns'>;
  readonly target: TaskMember['source'];
  /** The place of the first target among those of all members. */
  readonly start: number;
}

/** The synapses of a fan-out, or of one of its slices, and their order in memory. */
export interface MadeFanOut {
  readonly edges: readonly BuiltEdges[];
  readonly order: FanOutOrder;
}

/** What is known of a fan-out, or of one of its slices, before its columns are filled. */
export interface CountedFanOut {
  /** By members: where the synapses of each of its targets begin, and where the last ones end. */
  readonly targets: readonly Uint32Array[];
  /** The same for each row of sources. */
  readonly starts: Uint32Array;
  readonly runs: Runs;
  readonly longestDelay: number;
  /** 0 where there are no synapses. */
  readonly shortestDelay: number;
  /** Bytes that are kept for filling. */
  readonly bytes: number;
}

/** The columns of a fan-out that have an element for each synapse. */
export interface FanOutColumns {
  readonly targets: ColumnArray;
  /** By the names of quantities. */
  readonly own: readonly (readonly [string, ColumnArray])[];
  /** By target: where the synapse lies, and its source. */
  readonly synapses?: ColumnArray | undefined;
  readonly sources?: ColumnArray | undefined;
}

/** Threads that make all slices of fan-outs but the first. */
export interface SliceMakers {
  /** Has them begin; the caller makes its own slice next. */
  begin(task: FanOutTask): SliceMaking;
}

/** The slices of one fan-out that other threads make. What waits for them throws where one of them was lost. */
export interface SliceMaking {
  /** Waits until they are counted; undefined where a thread found a mistake. */
  counted(): readonly CountedFanOut[] | undefined;
  /** Has them filled, each from its first synapse on. */
  fill(columns: FanOutColumns, firsts: readonly number[]): void;
  /** Waits until they are filled: false where a thread found a mistake. */
  filled(): boolean;
}

/** Makes the synapses of a fan-out, or those of one of its slices alone. */
export function makeFanOut(task: FanOutTask, calculate: Calculator, slice?: number): MadeFanOut {
  const { members, shape, seed, dt } = task;
  const edges = members.map((member) => edgesOf(member, { seed, calculate, ...(slice !== undefined && { slice, slices: shape.slices }) }));
  const parts = members.map(({ def, start }, i): FanOutPart => ({ edges: edges[i], delays: delaysInSteps(def, edges[i], dt), start }));
  return { edges, order: new FanOutOrder(parts, shape) };
}

interface EdgeSettings {
  readonly seed: readonly [number, number];
  readonly calculate: Calculator;
  readonly slice?: number;
  readonly slices?: number;
}

/** The synapses of a projection, or those onto one slice of its targets. */
export function edgesOf({ def, source, target }: Omit<TaskMember, 'start'>, { seed, calculate, slice, slices = 1 }: EdgeSettings): BuiltEdges {
  const sources = { cells: selectCells(def.source.cells, source), population: source };
  const targets = { cells: selectCells(def.target.cells, target), population: target };
  if (slice === undefined) return buildEdges(def, sources, targets, { seed, calculate });
  const size = target.rows * target.columns;
  const [from, to] = [slice, slice + 1].map((k) => sliceStart(size, slices, k));
  const cells = targets.cells.filter((cell) => cell >= from && cell < to);
  const first = targets.cells.findIndex((cell) => cell >= from);
  const part = { of: targets, first: first < 0 ? targets.cells.length : first };
  return buildEdges(def, sources, { ...targets, cells }, { seed, calculate, part });
}

/** Longer ones would need a calendar of more than a million buckets. */
const LONGEST = 2 ** 20;

function delaysInSteps(def: ProjectionDef, edges: BuiltEdges, dt: number): number | EachValue {
  if (!Object.hasOwn(def.synapse.quantities, DELAY)) return 0;
  if (edges.hasOne(DELAY)) {
    const path = ['network', `projection '${def.name}'`, `quantity '${DELAY}'`];
    return withPath(path, () => stepsOf(edges.valuesOf(DELAY) as number, 0, dt));
  }
  return (take) =>
    edges.eachValue(DELAY, (start, values) => {
      allToSteps(values, start, dt);
      take(start, values);
    });
}

/** Delays, of which the first is that of a given synapse, become steps where they are. */
function allToSteps(delays: Float64Array, first: number, dt: number): void {
  for (let k = 0; k < delays.length; k++) delays[k] = stepsOf(delays[k], first + k, dt);
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

export function countFanOut({ edges, order }: MadeFanOut): CountedFanOut {
  return {
    targets: edges.map(({ rows }) => rows),
    starts: order.starts,
    runs: runTable(order),
    longestDelay: order.longestDelay,
    shortestDelay: order.shortestDelay,
    bytes: edges.reduce((sum, { sources }) => sum + sources.byteLength, order.bytes),
  };
}

/** Slices lie one behind the other in all that a fan-out has. */
export function joinSlices(slices: readonly CountedFanOut[], { sources }: FanOutShape): CountedFanOut {
  const starts = new Uint32Array(slices.length * sources + 1);
  const rows = new Uint32Array(slices.length * sources);
  const runs = new Uint32Array(slices.reduce((sum, slice) => sum + slice.runs.runs.length, 0));
  let [first, firstRun] = [0, 0];
  for (const [k, slice] of slices.entries()) {
    for (let row = k * sources; row < (k + 1) * sources; row++) {
      starts[row + 1] = first + slice.starts[row + 1];
      rows[row] = firstRun + slice.runs.rows[row];
    }
    runs.set(slice.runs.runs, firstRun);
    first += synapsesOf(slice);
    firstRun += slice.runs.runs.length;
  }
  return {
    targets: slices[0].targets.map((_, member) => joinRows(slices.map(({ targets }) => targets[member]))),
    starts,
    runs: { rows, runs },
    longestDelay: Math.max(...slices.map(({ longestDelay }) => longestDelay)),
    shortestDelay: first === 0 ? 0 : Math.min(...slices.flatMap((slice) => (synapsesOf(slice) > 0 ? [slice.shortestDelay] : []))),
    bytes: slices.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Rows of targets, of which each slice has only its own; of the others it has none, so that all add up. */
function joinRows(slices: readonly Uint32Array[]): Uint32Array {
  const rows = slices[0].slice();
  for (const slice of slices.slice(1)) for (let t = 0; t < rows.length; t++) rows[t] += slice[t];
  return rows;
}

function synapsesOf({ starts }: CountedFanOut): number {
  return starts[starts.length - 1];
}

/** Fills the columns of a fan-out, or of one of its slices, from its first synapse on. */
export function fillFanOut({ edges, order }: MadeFanOut, { targets, own, synapses, sources }: FanOutColumns, first = 0): void {
  const values = own.map(([name, column]): Filled => ({ column: column.subarray(first), each: edges.map((of) => eachOf(of, name)) }));
  order.fill(values, targets.subarray(first) as Uint16Array);
  if (synapses) synapses.set(first === 0 ? order.places() : order.places().map((place) => first + place), first);
  sources?.set(edges[0].sources, first);
}

/** Makes a fan-out: in the calling thread, or its first slice while other threads make the others. The bytes are the same. */
export class FanOutMaker {
  readonly #task: FanOutTask;
  readonly #calculate: Calculator;
  /** Absent where all is made here. */
  #others: SliceMaking | undefined;
  /** Where the slices begin. */
  #firsts: number[] = [];
  /** What was made to be counted, as long as it is kept. */
  #made: MadeFanOut | undefined;

  constructor(task: FanOutTask, calculate: Calculator, makers: SliceMakers | undefined) {
    this.#task = task;
    this.#calculate = calculate;
    if (task.shape.slices > 1 && task.members.every(({ def }) => isSliced(def))) this.#others = makers?.begin(task);
  }

  /** Makes and counts the synapses; answers also with those that were made here. */
  count(): { readonly edges: readonly BuiltEdges[]; readonly counted: CountedFanOut } {
    if (this.#others) return this.#countSlices(this.#others);
    const made = this.#makeAll();
    this.#made = made;
    return { edges: made.edges, counted: countFanOut(made) };
  }

  /** Lets go of what was made here to be counted: filling will make it anew. */
  forget(): void {
    this.#made = undefined;
  }

  fill(columns: FanOutColumns): void {
    const [others, made] = [this.#others, this.#made];
    this.#others = undefined;
    this.#made = undefined;
    if (others && columns.targets.buffer instanceof SharedArrayBuffer) this.#fillSlices(others, made, columns);
    else fillFanOut(others ? this.#makeAll() : (made ?? this.#makeAll()), columns);
  }

  #makeAll(): MadeFanOut {
    return makeFanOut(this.#task, this.#calculate);
  }

  #countSlices(others: SliceMaking): ReturnType<FanOutMaker['count']> {
    const made = this.#unlessMistaken(() => makeFanOut(this.#task, this.#calculate, 0));
    const own = made && countFanOut(made);
    const counted = own && others.counted();
    if (!counted) return this.#refuse(() => this.#makeAll());
    const slices = [own, ...counted];
    let first = 0;
    this.#firsts = slices.map((slice) => {
      first += synapsesOf(slice);
      return first - synapsesOf(slice);
    });
    this.#made = made;
    return { edges: made.edges, counted: joinSlices(slices, this.#task.shape) };
  }

  #fillSlices(others: SliceMaking, made: MadeFanOut | undefined, columns: FanOutColumns): void {
    others.fill(columns, this.#firsts);
    const done = this.#unlessMistaken(() => {
      fillFanOut(made ?? makeFanOut(this.#task, this.#calculate, 0), columns);
      return true;
    });
    if (!done || !others.filled()) this.#refuse(() => fillFanOut(this.#makeAll(), columns));
  }

  /** Undefined where there is a mistake in what the user gave: which is the first one, only all slices together can say. */
  #unlessMistaken<T>(make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (error instanceof SpikeloomError) return undefined;
      throw error;
    }
  }

  /** Throws the mistake that a thread has found, as one thread alone finds it. */
  #refuse(doAlone: () => unknown): never {
    doAlone();
    throw new InternalError('a slice of synapses could not be made, all of them can');
  }
}

/** Whether a slice of targets can be made without the others, and from plain data of no great size. */
function isSliced({ rule, values }: ProjectionDef): boolean {
  return isByTarget(rule) && Object.values(values).every((value) => typeof value === 'number' || typeof value === 'string');
}
