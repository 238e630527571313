import { InternalError, unreachable } from '../core/error.ts';
import { philox } from '../core/rng.ts';
import { blockSum } from './blockSum.ts';
import { calendarSlices } from './calendar.ts';
import { isPrimitive, PRIMITIVE_DEFINITIONS } from './evaluate.ts';
import { type Access, argumentsOf, type ColumnId, type IrNode, type MathNode, type Precision, type ValueType } from './expr.ts';
import type { Domain, FanOut, Kernel, KernelStatement, Layout } from './kernel.ts';
import { LOOPS } from './loops.ts';
import type { ColumnArray, Draw, ValueArray } from './program.ts';
import { isLastRun, pageStart, synapsesOf } from './run.ts';

/** What kernels work on. */
export interface Memory {
  /** The `padded` elements of each column, by ColumnId. */
  readonly columns: readonly ColumnArray[];
  /** The column that holds the steps done. */
  readonly step: ColumnId;
  readonly seed: readonly [number, number];
}

/**
 * Prepares a kernel of primitives; the function that comes back carries it out once and says whether every value
 * that it checks is finite. This is the definition of what a kernel means.
 *
 * Nodes are evaluated one after the other, each for all elements (for synapses, all sources of a target), into an array
 * of the node's type: in f32 the store into that array is the rounding.
 */
export function interpretKernel(kernel: Kernel, memory: Memory): () => boolean {
  const { domain } = kernel;
  switch (domain.kind) {
    case 'once':
      return interpretOver(kernel, memory, { count: 1, at: places({}) });
    case 'neurons':
      return interpretOver(kernel, memory, { count: domain.count, at: places({ self: ascending(domain.count) }) });
    case 'spikes':
      return interpretSpikes(kernel, domain, memory);
    case 'synapses':
      return interpretSynapses(kernel, domain, memory);
    case 'events':
      return interpretEvents(kernel, domain, memory);
    default:
      return unreachable(domain);
  }
}

/** The elements that nodes are evaluated for together: the index of each in the columns of each access, or one for all. */
interface Lanes {
  count: number;
  readonly at: Record<Access, Uint32Array>;
}

/** The values of a node: element i lies at i * stride; stride 0 where all elements have the same. */
interface Slot {
  readonly values: ValueArray | Uint8Array;
  readonly stride: 0 | 1;
}

function places(at: Partial<Record<Access, Uint32Array>>): Record<Access, Uint32Array> {
  const first = new Uint32Array(1);
  return { once: first, self: first, pre: first, post: first, edge: first, ...at };
}

function ascending(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

function interpretOver(kernel: Kernel, memory: Memory, lanes: Lanes): () => boolean {
  const { slots, evaluate } = prepareNodes(kernel, memory, lanes.count, ['self']);
  const statements = kernel.body.map((statement) => prepareStatement(statement, slots, memory));
  return () => {
    evaluate(lanes);
    return statements.map((run) => run(lanes)).every(Boolean);
  };
}

function interpretSpikes(kernel: Kernel, domain: Extract<Domain, { kind: 'spikes' }>, memory: Memory): () => boolean {
  const self = memory.columns[domain.list] as Uint32Array;
  const lanes: Lanes = { count: self.length, at: places({ self }) };
  const run = interpretOver(kernel, memory, lanes);
  return () => {
    lanes.count = memory.columns[domain.count][0];
    return lanes.count === 0 || run();
  };
}

function interpretSynapses(kernel: Kernel, domain: Extract<Domain, { kind: 'synapses' }>, memory: Memory): () => boolean {
  if (domain.layout.kind === 'fan-out') return interpretBySource(kernel, domain, domain.layout.fanOut, memory);
  const rows = prepareRows(domain, domain.layout, memory);
  const { slots, evaluate } = prepareNodes(kernel, memory, rows.longest, ['pre', 'edge']);
  const accumulated = new Set(kernel.body.flatMap((s) => (s.kind === 'accumulate' ? [s.column] : [])));
  const sums = [...accumulated].map((column) => prepareSum(column, kernel.body, slots, memory));
  const stores = kernel.body.filter((s) => s.kind === 'store').map((s) => prepareStore(memory.columns[s.column], slots[s.value], 'edge'));
  return () => {
    for (let target = 0; target < domain.targets; target++) {
      const lanes = rows.of(target);
      if (lanes.count === 0) continue;
      evaluate(lanes);
      for (const sum of sums) sum(lanes);
      for (const store of stores) store(lanes);
    }
    return true;
  };
}

/** One event after the other. */
function interpretEvents(kernel: Kernel, domain: Extract<Domain, { kind: 'events' }>, memory: Memory): () => boolean {
  const { slots, evaluate } = prepareNodes(kernel, memory, 1, ['pre', 'post', 'edge']);
  const statements = kernel.body.map((s): ((lanes: Lanes) => void) =>
    s.kind === 'accumulate' ? prepareSum(s.column, [s], slots, memory) : prepareEdgeStore(s, slots, memory),
  );
  const [pre, post, edge] = [new Uint32Array(1), new Uint32Array(1), new Uint32Array(1)];
  const lanes: Lanes = { count: 1, at: places({ pre, post, edge }) };
  const carryOut = (source: number, target: number, synapse: number): void => {
    pre[0] = source;
    post[0] = target;
    edge[0] = synapse;
    evaluate(lanes);
    for (const statement of statements) statement(lanes);
  };
  const [list, count] = [memory.columns[domain.spikes.list], memory.columns[domain.spikes.count]];
  if (domain.side === 'post') {
    const [rows, synapses] = [memory.columns[domain.fanIn.rows], memory.columns[domain.fanIn.synapses]];
    const sources = domain.fanIn.sources === null ? null : memory.columns[domain.fanIn.sources];
    return () => {
      for (let i = 0; i < count[0]; i++) {
        for (let k = rows[list[i]]; k < rows[list[i] + 1]; k++) carryOut(sources ? sources[k] : 0, list[i], synapses[k]);
      }
      return true;
    };
  }
  const calendars = calendarSlices(domain, memory.columns);
  const targets = memory.columns[domain.fanOut.targets];
  const step = memory.columns[memory.step];
  return () => {
    for (const calendar of calendars) {
      calendar.add(list, count[0], step[0]);
      for (const { source, start, end, page } of calendar.takeDue(step[0])) {
        for (let synapse = start; synapse < end; synapse++) carryOut(source, page + targets[synapse], synapse);
      }
    }
    return true;
  };
}

interface Rows {
  readonly longest: number;
  of(target: number): Lanes;
}

/** Source after source: each target's terms come in the order of its sources here too. */
function interpretBySource(kernel: Kernel, { sources }: { readonly sources: number }, fanOut: FanOut, memory: Memory): () => boolean {
  const starts = memory.columns[fanOut.starts];
  const count = fanOut.slices * sources;
  let longest = 0;
  for (let row = 0; row < count; row++) longest = Math.max(longest, starts[row + 1] - starts[row]);
  const { slots, evaluate } = prepareNodes(kernel, memory, longest, ['post', 'edge']);
  const [posts, edges] = [new Uint32Array(longest), new Uint32Array(longest)];
  const pre = new Uint32Array(1);
  const terms = kernel.body.flatMap((s) => (s.kind === 'accumulate' ? [prepareTerm(memory.columns[s.column], slots[s.value])] : []));
  const stores = kernel.body.filter((s) => s.kind === 'store').map((s) => prepareStore(memory.columns[s.column], slots[s.value], 'edge'));
  return () => {
    for (let row = 0; row < count; row++) {
      const [start, end] = [starts[row], starts[row + 1]];
      if (start === end) continue;
      pre[0] = row % sources;
      for (let i = 0; i < end - start; i++) edges[i] = start + i;
      targetsOfRow(fanOut, memory, row, posts);
      const lanes: Lanes = { count: end - start, at: places({ pre, post: posts, edge: edges }) };
      evaluate(lanes);
      for (let i = 0; i < lanes.count; i++) for (const add of terms) add(lanes.at.post[i], i);
      for (const store of stores) store(lanes);
    }
    return true;
  };
}

/** The targets of a row that has some, into `posts`. */
function targetsOfRow(fanOut: FanOut, { columns }: Memory, row: number, posts: Uint32Array): void {
  const [runs, targets] = [columns[fanOut.runs], columns[fanOut.targets]];
  const first = columns[fanOut.starts][row];
  let run = columns[fanOut.rows][row];
  let synapse = first;
  for (; ; run++) {
    const page = pageStart(runs[run], fanOut.pageBits);
    const end = synapse + synapsesOf(runs[run]);
    for (; synapse < end; synapse++) posts[synapse - first] = page + targets[synapse];
    if (isLastRun(runs[run])) return;
  }
}

function prepareTerm(sums: ColumnArray, { values, stride }: Slot): (target: number, element: number) => void {
  const convert = sums instanceof Float32Array ? Math.fround : (term: number) => term;
  return (target, element) => {
    sums[target] += convert(values[element * stride]);
  };
}

function prepareRows(
  domain: { readonly sources: number; readonly targets: number },
  layout: Exclude<Layout, { kind: 'fan-out' }>,
  memory: Memory,
): Rows {
  const { sources, targets } = domain;
  const post = new Uint32Array(1);
  if (layout.kind === 'dense') {
    const edge = new Uint32Array(sources);
    const lanes: Lanes = { count: sources, at: places({ pre: ascending(sources), post, edge }) };
    const stride = Math.ceil(targets / 4) * 4;
    const of = (target: number): Lanes => {
      post[0] = target;
      for (let source = 0; source < sources; source++) edge[source] = source * stride + target;
      return lanes;
    };
    return { longest: sources, of };
  }
  const rows = memory.columns[layout.rows];
  const all = memory.columns[layout.sources] as Uint32Array;
  const edges = ascending(all.length);
  const of = (target: number): Lanes => {
    post[0] = target;
    const [start, end] = [rows[target], rows[target + 1]];
    return { count: end - start, at: places({ pre: all.subarray(start, end), post, edge: edges.subarray(start, end) }) };
  };
  let longest = 0;
  for (let target = 0; target < targets; target++) longest = Math.max(longest, rows[target + 1] - rows[target]);
  return { longest, of };
}

function prepareEdgeStore(statement: KernelStatement, slots: readonly Slot[], memory: Memory): (lanes: Lanes) => boolean {
  if (statement.kind !== 'store') throw new InternalError(`${statement.kind} is not for events`);
  return prepareStore(memory.columns[statement.column], slots[statement.value], 'edge');
}

/** All that a kernel accumulates into a column; several terms of an edge are added in the order of their statements. */
function prepareSum(column: ColumnId, body: readonly KernelStatement[], slots: readonly Slot[], memory: Memory): (lanes: Lanes) => void {
  const sums = memory.columns[column];
  const terms = body.flatMap((s) => (s.kind === 'accumulate' && s.column === column ? [slots[s.value]] : []));
  const convert = sums instanceof Float32Array ? Math.fround : (term: number) => term;
  return (lanes) => {
    const target = lanes.at.post[0];
    for (let i = 0; i < lanes.count; i++) {
      for (const term of terms) sums[target] += convert(term.values[i * term.stride]);
    }
  };
}

function prepareStore(column: ColumnArray, { values, stride }: Slot, at: Access): (lanes: Lanes) => boolean {
  return (lanes) => {
    const index = lanes.at[at];
    for (let i = 0; i < lanes.count; i++) column[index[i]] = values[i * stride];
    return true;
  };
}

function prepareStatement(statement: KernelStatement, slots: readonly Slot[], memory: Memory): (lanes: Lanes) => boolean {
  switch (statement.kind) {
    case 'store':
      return prepareStore(memory.columns[statement.column], slots[statement.value], 'self');
    case 'reduce': {
      const { values, stride } = slots[statement.value];
      const sum = memory.columns[statement.column];
      return (lanes) => {
        sum[0] = blockSum(stride === 0 ? new Float64Array(lanes.count).fill(values[0]) : values, lanes.count);
        return true;
      };
    }
    case 'emit': {
      const { values, stride } = slots[statement.when];
      const [list, count] = [memory.columns[statement.list], memory.columns[statement.count]];
      return (lanes) => {
        let n = 0;
        for (let i = 0; i < lanes.count; i++) if (values[i * stride]) list[n++] = i;
        count[0] = n;
        return true;
      };
    }
    case 'check': {
      const { values, stride } = slots[statement.value];
      return (lanes) => {
        for (let i = 0; i < lanes.count; i++) if (!Number.isFinite(values[i * stride])) return false;
        return true;
      };
    }
    case 'accumulate':
      throw new InternalError('accumulate is for synapses');
    default:
      return unreachable(statement);
  }
}

/** Prepares the nodes of a kernel for at most `capacity` elements at a time, which differ at the accesses `varying`. */
function prepareNodes(kernel: Kernel, memory: Memory, capacity: number, varying: readonly Access[]): { slots: Slot[]; evaluate(lanes: Lanes): void } {
  const slots: Slot[] = [];
  const steps: ((lanes: Lanes) => void)[] = [];
  for (const node of kernel.nodes) {
    const varies =
      node.op === 'load' || node.op === 'index'
        ? varying.includes(node.at)
        : node.op === 'random'
          ? varying.includes('self')
          : argumentsOf(node).some((a) => slots[a].stride === 1);
    const slot: Slot = { values: newValues(node.type, kernel.precision, varies ? capacity : 1), stride: varies ? 1 : 0 };
    if (node.op === 'constant') slot.values[0] = node.value;
    else {
      const fill = prepareNode(node, slots, slot.values, memory);
      steps.push(varies ? (lanes) => fill(lanes, lanes.count) : (lanes) => fill(lanes, 1));
    }
    slots.push(slot);
  }
  const evaluate = (lanes: Lanes): void => {
    for (const step of steps) step(lanes);
  };
  return { slots, evaluate };
}

function newValues(type: ValueType, precision: Precision, length: number): Slot['values'] {
  if (type === 'bool') return new Uint8Array(length);
  if (type === 'u32') return new Uint32Array(length);
  return precision === 'f32' ? new Float32Array(length) : new Float64Array(length);
}

type Fill = (lanes: Lanes, n: number) => void;

function prepareNode(node: Exclude<IrNode, { op: 'constant' }>, slots: readonly Slot[], out: Slot['values'], memory: Memory): Fill {
  switch (node.op) {
    case 'load': {
      const column = memory.columns[node.column];
      return (lanes, n) => {
        const index = lanes.at[node.at];
        for (let i = 0; i < n; i++) out[i] = column[index[i]];
      };
    }
    case 'gather': {
      const column = memory.columns[node.column];
      const index = slots[node.index].values;
      return (_, n) => {
        for (let i = 0; i < n; i++) {
          if (index[i] >= column.length) throw new InternalError(`element ${index[i]} of a column of ${column.length}`);
          out[i] = column[index[i]];
        }
      };
    }
    case 'rank': {
      const word = slots[node.word];
      const thresholds = node.thresholds.map((t) => slots[t]);
      return (_, n) => {
        for (let i = 0; i < n; i++) {
          const limit = word.values[i * word.stride];
          let count = 0;
          while (count < thresholds.length && thresholds[count].values[i * thresholds[count].stride] < limit) count++;
          out[i] = count;
        }
      };
    }
    case 'index':
      return (lanes, n) => out.set(lanes.at[node.at].subarray(0, n));
    case 'random':
      return prepareRandom(node, out, memory);
    default:
      return prepareMath(node, slots, out);
  }
}

function prepareRandom({ stream, draw }: Extract<IrNode, { op: 'random' }>, out: Slot['values'], memory: Memory): Fill {
  const step = memory.columns[memory.step];
  const words = new Uint32Array(4);
  return (lanes, n) => {
    let block = -1;
    for (let i = 0; i < n; i++) {
      const element = lanes.at.self[i];
      // Four neighbours share one block of words.
      if (element >>> 2 !== block) {
        block = element >>> 2;
        philox(words, block, step[0], stream, draw, memory.seed[0], memory.seed[1]);
      }
      out[i] = words[element & 3];
    }
  };
}

/** Carries out a draw. */
export function drawWords({ counter, stream, block, words, count }: Draw, { columns, seed }: Pick<Memory, 'columns' | 'seed'>): void {
  const [a, b, c] = counter.map((id) => columns[id]);
  const [w0, w1, w2, w3] = words.map((id) => columns[id]);
  const drawn = new Uint32Array(4);
  for (let i = 0; i < columns[count][0]; i++) {
    philox(drawn, a[i], b[i], columns[stream][0], c[i] | block, seed[0], seed[1]);
    w0[i] = drawn[0];
    w1[i] = drawn[1];
    w2[i] = drawn[2];
    w3[i] = drawn[3];
  }
}

function prepareMath(node: MathNode, slots: readonly Slot[], out: Slot['values']): Fill {
  if (!isPrimitive(node.op)) throw new InternalError(`${node.op} is not a primitive`);
  const f = PRIMITIVE_DEFINITIONS[node.op] as (a: number, b: number, c: number) => number;
  const [a, b = a, c = a] = node.args.map((arg) => slots[arg]);
  const loop = LOOPS[node.op];
  if (loop) return (_, n) => loop(out, n, a, b, c);
  // One loop for each number of arguments: what is not read need not be fetched.
  switch (node.args.length) {
    case 1:
      return (_, n) => {
        for (let i = 0; i < n; i++) out[i] = f(a.values[i * a.stride], 0, 0);
      };
    case 2:
      return (_, n) => {
        for (let i = 0; i < n; i++) out[i] = f(a.values[i * a.stride], b.values[i * b.stride], 0);
      };
    default:
      return (_, n) => {
        for (let i = 0; i < n; i++) out[i] = f(a.values[i * a.stride], b.values[i * b.stride], c.values[i * c.stride]);
      };
  }
}
