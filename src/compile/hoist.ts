import { copyNodes, KernelBuilder, mapStatement } from '../ir/build.ts';
import { argumentsOf, type ColumnId, FUNCTIONS, type IrNode, isMath, type NodeId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { ColumnTable } from './columns.ts';
import { type Moment, momentsOf } from './moments.ts';

export interface Hoisted {
  readonly kernel: Kernel;
  /** Kernels in f64 that compute what depends on parameters and dt alone. */
  readonly derive: readonly Kernel[];
  /** Kernels in f64 that compute what depends on t and on parameters of the whole population. */
  readonly time: readonly Kernel[];
}

const COSTLY: ReadonlySet<string> = new Set([...Object.keys(FUNCTIONS), 'div', 'sqrt', 'exponent', 'pow2']);

/**
 * Takes out of a kernel what depends only on parameters, or only on time: it is computed in f64 by kernels of their own,
 * after every change of a parameter or once a step, and read from columns.
 */
export function hoist(kernel: Kernel, columns: ColumnTable, cells: number): Hoisted {
  const moments = momentsOf(kernel.nodes, columns);
  const costly = costs(kernel.nodes);
  const used = new Set<NodeId>();
  for (const s of kernel.body) used.add(s.kind === 'emit' ? s.when : s.value);
  kernel.nodes.forEach((node, id) => {
    if (moments[id] !== 'constant' && isMath(node)) for (const a of node.args) if (moments[a] !== moments[id] || moments[id] === 'now') used.add(a);
    if (!isMath(node)) for (const a of argumentsOf(node)) used.add(a);
  });
  const lifted = new Map<NodeId, ColumnId>();
  const plans: { [K in 'parameter' | 'cell parameter' | 'time']: NodeId[] } = { parameter: [], 'cell parameter': [], time: [] };
  kernel.nodes.forEach((node, id) => {
    const moment = moments[id];
    if (!used.has(id) || !isMath(node) || moment === 'constant' || moment === 'now') return;
    // t must not reach f32 arithmetic, where its resolution would run out: all that is made of it is lifted.
    if (!costly[id] && moment !== 'time') return;
    const type = node.type === 'float' ? (moment === 'cell parameter' ? 'float' : 'f64') : 'u32';
    const name = `${kernel.name}.derived ${id}`;
    lifted.set(id, columns.declare(name, type, moment === 'cell parameter' ? cells : 1, moment === 'time' ? 'time' : 'parameter'));
    plans[moment].push(id);
  });
  if (lifted.size === 0) return { kernel, derive: [], time: [] };
  const make = (ids: readonly NodeId[], what: string, domain: Kernel['domain']): Kernel[] =>
    ids.length === 0 ? [] : [computeKernel(kernel, ids, lifted, `${kernel.name}.${what}`, domain)];
  return {
    kernel: withLoads(kernel, lifted, moments),
    derive: [
      ...make(plans.parameter, 'derive', { kind: 'once' }),
      ...make(plans['cell parameter'], 'derive cells', { kind: 'neurons', count: cells }),
    ],
    time: make(plans.time, 'time', { kind: 'once' }),
  };
}

/** Whether a node, or one that it is made of, costs much more than reading a column. */
function costs(nodes: readonly IrNode[]): boolean[] {
  const costly: boolean[] = [];
  nodes.forEach((node, id) => {
    costly[id] = COSTLY.has(node.op) || argumentsOf(node).some((a) => costly[a]);
  });
  return costly;
}

function computeKernel(
  kernel: Kernel,
  ids: readonly NodeId[],
  lifted: ReadonlyMap<NodeId, ColumnId>,
  name: string,
  domain: Kernel['domain'],
): Kernel {
  const b = new KernelBuilder('f64');
  const needed = reachable(kernel.nodes, ids);
  const mapped = copyNodes(kernel.nodes, b, (_, id) => (needed.has(id) ? undefined : -1));
  for (const id of ids) {
    const column = lifted.get(id);
    if (column === undefined) continue;
    const value = kernel.nodes[id].type === 'bool' ? b.math('selectU32', mapped[id], b.u32(1), b.u32(0)) : mapped[id];
    b.body.push({ kind: 'store', column, value });
  }
  return b.finish(name, domain);
}

function withLoads(kernel: Kernel, lifted: ReadonlyMap<NodeId, ColumnId>, moments: readonly Moment[]): Kernel {
  const b = new KernelBuilder(kernel.precision);
  const mapped = copyNodes(kernel.nodes, b, (node, id) => {
    const column = lifted.get(id);
    if (column === undefined) return undefined;
    const at = moments[id] === 'cell parameter' ? 'self' : 'once';
    if (node.type === 'bool') return b.math('ltU32', b.u32(0), b.load(column, at, 'u32'));
    return b.load(column, at, node.type);
  });
  b.body.push(...kernel.body.map((s) => mapStatement(s, mapped)));
  return prune(b.finish(kernel.name, kernel.domain));
}

function reachable(nodes: readonly IrNode[], roots: Iterable<NodeId>): Set<NodeId> {
  const found = new Set<NodeId>();
  const stack = [...roots];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    stack.push(...argumentsOf(nodes[id]));
  }
  return found;
}

/** The kernel without nodes that no statement needs. */
export function prune(kernel: Kernel): Kernel {
  const needed = reachable(
    kernel.nodes,
    kernel.body.map((s) => (s.kind === 'emit' ? s.when : s.value)),
  );
  const b = new KernelBuilder(kernel.precision);
  const mapped = copyNodes(kernel.nodes, b, (_, id) => (needed.has(id) ? undefined : -1));
  b.body.push(...kernel.body.map((s) => mapStatement(s, mapped)));
  return b.finish(kernel.name, kernel.domain);
}
