import type { ColumnId, NodeId } from '../../ir/expr.ts';
import type { Domain, FanOut, Layout } from '../../ir/kernel.ts';
import type { Local } from './assembler.ts';
import { emitDense, emitDenseByTarget } from './denseKernels.ts';
import { forRange, scale, setI32 } from './loops.ts';
import type { Operand } from './mode.ts';
import { pushPageStart, pushSynapses, pushTarget } from './runs.ts';
import { F32, F64 } from './scalarModes.ts';
import { edgeStatement } from './statements.ts';
import { accumulators, emitSynapse } from './synapse.ts';
import { setSlice } from './team.ts';
import { type KernelContext, noPlace, type Place, Values } from './values.ts';

/** A kernel over the synapses of a projection. */
export function emitSynapses(context: KernelContext, domain: Extract<Domain, { kind: 'synapses' }>): void {
  const { layout } = domain;
  if (layout.kind === 'list') emitList(context, domain.targets, layout);
  else if (layout.kind === 'fan-out') emitBySource(context, layout.fanOut);
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
  const { code, program, kernel, facts, thread } = context;
  const mode = kernel.precision === 'f32' ? F32 : F64;
  const [post, pre, edge, end] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
  const targetPlace: Place = (at) => (at === 'post' ? code.get(post) : noPlace(at));
  const uniform = new Values(context, mode, noPlace).keep(facts.crossing.uniform);
  const sums = accumulators(context, mode, post);
  const loadIndex = (index: Local, offset: number): void => {
    code.get(index);
    scale(code, 4);
    code.memory('i32.load', offset);
  };
  const rows = program.columns[layout.rows].offset;
  const last = thread && code.local('i32');
  if (thread && last) setSlice(code, thread, targets, [post, last]);
  forRange(code, { index: post, end: last ?? targets }, () => {
    const ofTarget = new Values(context, mode, targetPlace, uniform).keep(facts.crossing.post);
    for (const sum of sums.values()) sum.load();
    loadIndex(post, rows);
    code.set(edge);
    loadIndex(post, rows + 4);
    code.set(end);
    forRange(code, { index: edge, end }, () => {
      loadIndex(edge, program.columns[layout.sources].offset);
      code.set(pre);
      emitSynapse(context, mode, place, new Map([...uniform, ...ofTarget]), sums);
    });
    for (const sum of sums.values()) sum.store();
  });
}

/** One source after the other: sums grow in memory, each in the order of its sources. Slice after slice, or a thread's own. */
function emitBySource(context: KernelContext, fanOut: FanOut): void {
  const { sources, slices, pageBits, rows, starts, runs } = fanOut;
  const { code, program, kernel, facts, thread } = context;
  const mode = kernel.precision === 'f32' ? F32 : F64;
  const [pre, post, edge, end, run, word] = Array.from({ length: 6 }, () => code.local('i32'));
  const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
  const sourcePlace: Place = (at) => (at === 'pre' ? code.get(pre) : noPlace(at));
  const uniform = new Values(context, mode, noPlace).keep(facts.crossing.uniform);
  const statements = kernel.body.map((s) => edgeStatement(context, mode, place, s));
  const slice = slices === 1 ? null : thread ? thread.thread : code.local('i32');
  const loadOfRow = (column: ColumnId, ahead = 0): void => {
    code.get(pre);
    if (slice) {
      code.get(slice);
      code.i32(sources);
      code.op('i32.mul');
      code.op('i32.add');
    }
    scale(code, 4);
    code.memory('i32.load', program.columns[column].offset + 4 * ahead);
  };
  const emitRun = (values: ReadonlyMap<NodeId, Operand>): void => {
    code.get(run);
    scale(code, 4);
    code.memory('i32.load', program.columns[runs].offset);
    code.tee(word);
    pushSynapses(code);
    code.get(edge);
    code.op('i32.add');
    code.set(end);
    forRange(code, { index: edge, end }, () => {
      pushTarget(code, program, fanOut, edge);
      if (pageBits > 0) {
        pushPageStart(code, fanOut, word);
        code.op('i32.add');
      }
      code.set(post);
      const ofSynapse = new Values(context, mode, place, values);
      ofSynapse.keep(facts.pinned);
      for (const statement of statements) statement.each(ofSynapse);
    });
  };
  const emitSlice = (): void =>
    forRange(code, { index: pre, end: sources }, () => {
      const ofSource = new Values(context, mode, sourcePlace, uniform).keep(facts.crossing.pre);
      loadOfRow(rows);
      code.set(run);
      loadOfRow(starts);
      code.tee(edge);
      loadOfRow(starts, 1);
      code.op('i32.ne');
      code.if(() =>
        code.loop((again) => {
          emitRun(new Map([...uniform, ...ofSource]));
          code.get(run);
          code.i32(1);
          code.op('i32.add');
          code.set(run);
          code.get(word);
          code.i32(0);
          code.op('i32.ge_s');
          code.branchIf(again);
        }),
      );
    });
  if (thread || !slice) emitSlice();
  else
    forRange(code, { index: slice, end: slices }, () => {
      setI32(code, pre, 0);
      emitSlice();
    });
}
