import type { NodeId } from '../../ir/expr.ts';
import type { Domain } from '../../ir/kernel.ts';
import type { Accumulator } from './accumulator.ts';
import type { Local } from './assembler.ts';
import { forRange, setI32 } from './loops.ts';
import type { Operand, VectorMode } from './mode.ts';
import { accumulators, emitSynapse } from './synapse.ts';
import { setSlice } from './team.ts';
import { type KernelContext, noPlace, type Place, Values } from './values.ts';
import { F32X4, F64X2 } from './vectorModes.ts';

type Synapses = Extract<Domain, { kind: 'synapses' }>;
type Given = ReadonlyMap<NodeId, Operand>;

/** Targets worked on at a time: their sums and columns stay in the first cache while rows stream by. */
const TILE = 2048;
/** Sources that share one load and store of the sums. */
const GROUP = 4;
/** Nodes, of one synapse, above which unrolling over sources costs more registers than it saves loads. */
const UNROLLED_NODES = 24;

/** Tiles of targets; over each, groups of sources. A target's sum still takes its sources in ascending order. */
export function emitDense(context: KernelContext, { sources, targets }: Synapses): void {
  const { code, facts } = context;
  const dense = new DenseEmitter(context, targets);
  const [tile, tileEnd] = [code.local('i32'), code.local('i32')];
  const group = facts.levels.filter((level, id) => level === 'element' && facts.uses[id] > 0).length > UNROLLED_NODES ? 1 : GROUP;
  const rows = Array.from({ length: group }, () => code.local('i32'));
  const last = setOwnTargets(context, dense.stride, tile);
  const emitGroup = (size: number): void => {
    const inGroup = rows.slice(0, size).map((start, number) => dense.startRow(start, number));
    code.get(tile);
    code.set(dense.target);
    forRange(code, { index: dense.target, end: tileEnd, step: dense.mode.lanes }, () => {
      dense.emitTargets((ofTargets) => {
        for (const row of inGroup) dense.emitSynapses(row, ofTargets);
      });
    });
  };
  forRange(code, { index: tile, end: last ?? dense.stride, step: TILE }, () => {
    setTileEnd(context, tile, tileEnd, last ?? dense.stride);
    setI32(code, dense.source, 0);
    const whole = sources - (sources % group);
    forRange(code, { index: dense.source, end: whole, step: group }, () => emitGroup(group));
    if (whole < sources) forRange(code, { index: dense.source, end: sources }, () => emitGroup(1));
  });
}

/** All sources of a few targets before the next targets. */
export function emitDenseByTarget(context: KernelContext, { sources, targets }: Synapses): void {
  const { code } = context;
  const dense = new DenseEmitter(context, targets);
  const start = code.local('i32');
  const last = setOwnTargets(context, targets, dense.target);
  forRange(code, { index: dense.target, end: last ?? targets, step: dense.mode.lanes }, () => {
    dense.emitTargets((ofTargets) => {
      setI32(code, dense.source, 0);
      forRange(code, { index: dense.source, end: sources }, () => dense.emitSynapses(dense.startRow(start, 0), ofTargets));
    });
  });
}

/** Sets the first target of the thread's slice; its end comes back, null where one thread does all. */
function setOwnTargets({ code, thread }: KernelContext, targets: number, first: Local): Local | null {
  if (!thread) return null;
  const end = code.local('i32');
  setSlice(code, thread, targets, [first, end]);
  return end;
}

/** tileEnd = min(tile + TILE, last) */
function setTileEnd({ code }: KernelContext, tile: Local, tileEnd: Local, last: Local | number): void {
  const pushLast = (): void => (typeof last === 'number' ? code.i32(last) : code.get(last));
  code.get(tile);
  code.i32(TILE);
  code.op('i32.add');
  code.tee(tileEnd);
  pushLast();
  code.get(tileEnd);
  pushLast();
  code.op('i32.lt_u');
  code.select();
  code.set(tileEnd);
}

/** The synapses of one source. */
interface Row {
  /** Index of the first in the edge columns. */
  readonly start: Local;
  /** Values that depend on the source alone. */
  readonly values: Given;
}

/** Emits the parts of a kernel in layout `dense`, one target a lane; the loops around them are the caller's. */
class DenseEmitter {
  readonly mode: VectorMode;
  readonly source: Local;
  /** The first lane's target. */
  readonly target: Local;
  /** Elements from one row of the edge columns to the next. */
  readonly stride: number;
  readonly #context: KernelContext;
  readonly #scalars: Given;
  readonly #uniform: Given;
  readonly #sums: ReadonlyMap<number, Accumulator>;

  constructor(context: KernelContext, targets: number) {
    const { code, kernel, facts } = context;
    this.#context = context;
    this.mode = kernel.precision === 'f32' ? F32X4 : F64X2;
    this.source = code.local('i32');
    this.target = code.local('i32');
    this.stride = Math.ceil(targets / 4) * 4;
    const values = new Values(context, this.mode.scalar, noPlace);
    this.#scalars = values.keep(facts.crossing.uniform);
    this.#uniform = values.spread(facts.crossing.uniform, this.mode);
    this.#sums = accumulators(context, this.mode, this.target);
  }

  /** Computes what all targets of a source, `number` behind the current one, share. */
  startRow(start: Local, number: number): Row {
    const { code, facts } = this.#context;
    const pushSource = (): void => {
      code.get(this.source);
      code.i32(number);
      code.op('i32.add');
    };
    pushSource();
    code.i32(this.stride);
    code.op('i32.mul');
    code.set(start);
    const place: Place = (at) => (at === 'pre' ? pushSource() : noPlace(at));
    return { start, values: new Values(this.#context, this.mode.scalar, place, this.#scalars).spread(facts.crossing.pre, this.mode) };
  }

  /** The current targets: `body` gets their values, and adds to their sums. */
  emitTargets(body: (ofTargets: Given) => void): void {
    const { code, facts } = this.#context;
    const place: Place = (at) => (at === 'post' ? code.get(this.target) : noPlace(at));
    const ofTargets = new Values(this.#context, this.mode, place, this.#uniform).keep(facts.crossing.post);
    for (const sum of this.#sums.values()) sum.load();
    body(ofTargets);
    for (const sum of this.#sums.values()) sum.store();
  }

  /** The synapses from a row's source to the current targets. */
  emitSynapses(row: Row, ofTargets: Given): void {
    const { code } = this.#context;
    const place: Place = (at) => {
      if (at !== 'post' && at !== 'edge') return noPlace(at);
      code.get(this.target);
      if (at === 'post') return;
      code.get(row.start);
      code.op('i32.add');
    };
    emitSynapse(this.#context, this.mode, place, new Map([...this.#uniform, ...ofTargets, ...row.values]), this.#sums);
  }
}
