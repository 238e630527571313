import type { ColumnId } from '../../ir/expr.ts';
import type { Domain, FanOut, Layout } from '../../ir/kernel.ts';
import type { Local } from './assembler.ts';
import { emitDense, emitDenseByTarget } from './denseKernels.ts';
import { forRange, scale, setI32 } from './loops.ts';
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
function emitBySource(context: KernelContext, { sources, slices, rows, starts, targets }: FanOut): void {
  const { code, program, kernel, facts, thread } = context;
  const mode = kernel.precision === 'f32' ? F32 : F64;
  const [pre, post, edge, end] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
  const sourcePlace: Place = (at) => (at === 'pre' ? code.get(pre) : noPlace(at));
  const uniform = new Values(context, mode, noPlace).keep(facts.crossing.uniform);
  const statements = kernel.body.map((s) => edgeStatement(context, mode, place, s));
  const load = (column: ColumnId, index: () => void): void => {
    index();
    scale(code, 4);
    code.memory('i32.load', program.columns[column].offset);
  };
  const slice = slices === 1 ? null : thread ? thread.thread : code.local('i32');
  const firstOf = (ahead: number): void =>
    load(starts, () => {
      code.get(pre);
      if (slice) {
        code.get(slice);
        code.i32(sources);
        code.op('i32.mul');
        code.op('i32.add');
      }
      scale(code, 4);
      code.memory('i32.load', program.columns[rows].offset + 4 * ahead);
    });
  const emitSlice = (): void =>
    forRange(code, { index: pre, end: sources }, () => {
      const ofSource = new Values(context, mode, sourcePlace, uniform).keep(facts.crossing.pre);
      firstOf(0);
      code.set(edge);
      firstOf(1);
      code.set(end);
      forRange(code, { index: edge, end }, () => {
        load(targets, () => code.get(edge));
        code.set(post);
        const values = new Values(context, mode, place, new Map([...uniform, ...ofSource]));
        values.keep(facts.pinned);
        for (const statement of statements) statement.each(values);
      });
    });
  if (thread || !slice) emitSlice();
  else
    forRange(code, { index: slice, end: slices }, () => {
      setI32(code, pre, 0);
      emitSlice();
    });
}
