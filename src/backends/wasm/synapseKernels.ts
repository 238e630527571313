import type { NodeId } from '../../ir/expr.ts';
import type { Domain, KernelStatement, Layout } from '../../ir/kernel.ts';
import { type Accumulator, newAccumulator } from './accumulator.ts';
import type { Local } from './assembler.ts';
import { forRange, scale, setI32 } from './loops.ts';
import type { Mode, Operand } from './mode.ts';
import { F32, F64 } from './scalarModes.ts';
import { storeStatement } from './statements.ts';
import { COLUMN_BYTES, type KernelContext, noPlace, type Place, Values } from './values.ts';
import { F32X4, F64X2 } from './vectorModes.ts';

type Synapses = Extract<Domain, { kind: 'synapses' }>;
type Given = ReadonlyMap<NodeId, Operand>;

/** Targets worked on at a time: their sums and columns stay in the first cache while rows stream by. */
const TILE = 2048;
/** Sources that share one load and store of the sums. */
const GROUP = 4;
/** Nodes, of one synapse, above which unrolling over sources costs more registers than it saves loads. */
const UNROLLED_NODES = 24;

/** A kernel over the synapses of a projection. */
export function emitSynapses(context: KernelContext, domain: Synapses): void {
  const { layout } = domain;
  if (layout.kind === 'list') emitList(context, domain.targets, layout);
  else if (readsItsSums(context)) emitDenseByTarget(context, domain);
  else emitDense(context, domain);
}

/** Nodes that see sums from before the kernel need each sum to be stored once, when it is complete. */
function readsItsSums({ kernel }: KernelContext): boolean {
  const sums = new Set(kernel.body.flatMap((s) => (s.kind === 'accumulate' ? [s.column] : [])));
  return kernel.nodes.some((node) => node.op === 'load' && sums.has(node.column));
}

/** One target after the other: its synapses lie together. */
function emitList(context: KernelContext, targets: number, layout: Extract<Layout, { kind: 'list' }>): void {
  const { code, program, kernel, facts } = context;
  const mode = kernel.precision === 'f32' ? F32 : F64;
  const [post, pre, edge, end] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
  const uniform = new Values(context, mode, noPlace).keep(facts.crossing.uniform.filter((id) => kernel.nodes[id].op !== 'constant'));
  const sums = accumulators(context, mode, post);
  const loadIndex = (index: Local, offset: number): void => {
    code.get(index);
    scale(code, 4);
    code.memory('i32.load', offset);
  };
  const rows = program.columns[layout.rows].offset;
  forRange(
    code,
    post,
    () => code.i32(targets),
    1,
    () => {
      const targetPlace: Place = (at) => (at === 'post' ? code.get(post) : noPlace(at));
      const ofTarget = new Values(context, mode, targetPlace, uniform).keep(facts.crossing.post);
      for (const sum of sums.values()) sum.load();
      loadIndex(post, rows);
      code.set(edge);
      loadIndex(post, rows + 4);
      code.set(end);
      forRange(
        code,
        edge,
        () => code.get(end),
        1,
        () => {
          loadIndex(edge, program.columns[layout.sources].offset);
          code.set(pre);
          emitSynapse(context, mode, place, new Map([...uniform, ...ofTarget]), sums);
        },
      );
      for (const sum of sums.values()) sum.store();
    },
  );
}

/** Locals of a kernel in layout `dense`. */
interface DenseLoop {
  readonly source: Local;
  readonly target: Local;
  /** Elements from one row of the edge columns to the next. */
  readonly stride: number;
}

function denseLoop(context: KernelContext, domain: Synapses): DenseLoop {
  const { code } = context;
  return { source: code.local('i32'), target: code.local('i32'), stride: Math.ceil(domain.targets / 4) * 4 };
}

/** The values that all targets of a source share: computed once, then the same in all lanes. `row` becomes the start of its row. */
function startRow(context: KernelContext, { source, stride }: DenseLoop, row: Local, number: number, scalars: Given): Map<NodeId, Operand> {
  const { code, kernel, facts } = context;
  const mode = kernel.precision === 'f32' ? F32X4 : F64X2;
  const pushSource = (): void => {
    code.get(source);
    code.i32(number);
    code.op('i32.add');
  };
  pushSource();
  code.i32(stride);
  code.op('i32.mul');
  code.set(row);
  const place: Place = (at) => (at === 'pre' ? pushSource() : noPlace(at));
  return new Values(context, mode.scalar, place, scalars).spread(facts.crossing.pre, mode);
}

/** Tiles of targets; over each, groups of sources. A target's sum still takes its sources in ascending order. */
function emitDense(context: KernelContext, domain: Synapses): void {
  const { code, kernel, facts } = context;
  const mode = kernel.precision === 'f32' ? F32X4 : F64X2;
  const loop = denseLoop(context, domain);
  const { source, target, stride } = loop;
  const outer = new Values(context, mode.scalar, noPlace);
  const scalars = outer.keep(facts.crossing.uniform.filter((id) => kernel.nodes[id].op !== 'constant'));
  const uniform = outer.spread(facts.crossing.uniform, mode);
  const sums = accumulators(context, mode, target);
  const [tile, tileEnd] = [code.local('i32'), code.local('i32')];
  const group = facts.levels.filter((level, id) => level === 'element' && facts.uses[id] > 0).length > UNROLLED_NODES ? 1 : GROUP;
  const rows = Array.from({ length: group }, () => code.local('i32'));

  const emitGroup = (size: number): void => {
    const ofRows = rows.slice(0, size).map((row, number) => startRow(context, loop, row, number, scalars));
    code.get(tile);
    code.set(target);
    forRange(
      code,
      target,
      () => code.get(tileEnd),
      mode.lanes,
      () => {
        const ofTarget = new Values(context, mode, placeInRow(context, loop, null), uniform).keep(facts.crossing.post);
        for (const sum of sums.values()) sum.load();
        ofRows.forEach((ofRow, number) => {
          emitSynapse(context, mode, placeInRow(context, loop, rows[number]), new Map([...uniform, ...ofTarget, ...ofRow]), sums);
        });
        for (const sum of sums.values()) sum.store();
      },
    );
  };

  forRange(
    code,
    tile,
    () => code.i32(stride),
    TILE,
    () => {
      code.get(tile);
      code.i32(Math.min(TILE, stride));
      code.op('i32.add');
      code.tee(tileEnd);
      code.i32(stride);
      code.get(tileEnd);
      code.i32(stride);
      code.op('i32.lt_u');
      code.select();
      code.set(tileEnd);
      setI32(code, source, 0);
      const whole = domain.sources - (domain.sources % group);
      forRange(
        code,
        source,
        () => code.i32(whole),
        group,
        () => emitGroup(group),
      );
      if (whole < domain.sources)
        forRange(
          code,
          source,
          () => code.i32(domain.sources),
          1,
          () => emitGroup(1),
        );
    },
  );
}

/** All sources of a few targets before the next targets. */
function emitDenseByTarget(context: KernelContext, domain: Synapses): void {
  const { code, kernel, facts } = context;
  const mode = kernel.precision === 'f32' ? F32X4 : F64X2;
  const loop = denseLoop(context, domain);
  const outer = new Values(context, mode.scalar, noPlace);
  const scalars = outer.keep(facts.crossing.uniform.filter((id) => kernel.nodes[id].op !== 'constant'));
  const uniform = outer.spread(facts.crossing.uniform, mode);
  const sums = accumulators(context, mode, loop.target);
  const row = code.local('i32');
  forRange(
    code,
    loop.target,
    () => code.i32(domain.targets),
    mode.lanes,
    () => {
      const ofTarget = new Values(context, mode, placeInRow(context, loop, null), uniform).keep(facts.crossing.post);
      for (const sum of sums.values()) sum.load();
      setI32(code, loop.source, 0);
      forRange(
        code,
        loop.source,
        () => code.i32(domain.sources),
        1,
        () => {
          const ofRow = startRow(context, loop, row, 0, scalars);
          emitSynapse(context, mode, placeInRow(context, loop, row), new Map([...uniform, ...ofTarget, ...ofRow]), sums);
        },
      );
      for (const sum of sums.values()) sum.store();
    },
  );
}

/** Where the synapse from a row to the current targets lies; without a row, the targets alone. */
function placeInRow({ code }: KernelContext, { target }: DenseLoop, row: Local | null): Place {
  return (at) => {
    if (at !== 'post' && (at !== 'edge' || !row)) return noPlace(at);
    code.get(target);
    if (at === 'post' || !row) return;
    code.get(row);
    code.op('i32.add');
  };
}

/** The statements for one synapse (or one in each lane). */
function emitSynapse(context: KernelContext, mode: Mode, place: Place, given: Given, sums: ReadonlyMap<number, Accumulator>): void {
  const { kernel, facts } = context;
  const values = new Values(context, mode, place, given);
  values.keep(facts.pinned);
  for (const statement of kernel.body) {
    if (statement.kind === 'store') storeStatement(context, mode, place, statement).each(values);
    else if (statement.kind === 'accumulate') sums.get(statement.column)?.add(() => values.push(statement.value));
  }
}

function accumulators({ code, program, kernel }: KernelContext, mode: Mode, target: Local): Map<number, Accumulator> {
  const isSum = (s: KernelStatement): boolean => s.kind === 'accumulate';
  const columns = new Set(kernel.body.filter(isSum).flatMap((s) => (s.kind === 'accumulate' ? [program.columns[s.column]] : [])));
  return new Map(
    [...columns].map((column) => {
      const address = (): void => {
        code.get(target);
        scale(code, COLUMN_BYTES[column.type]);
      };
      return [column.id, newAccumulator(code, mode, column, address)];
    }),
  );
}
