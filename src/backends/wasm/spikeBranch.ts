import { copyNodes, KernelBuilder, mapStatement } from '../../ir/build.ts';
import { argumentsOf, type IrNode, isMath, type NodeId } from '../../ir/expr.ts';
import type { Kernel, KernelStatement } from '../../ir/kernel.ts';

/** A kernel over neurons whose work is divided by how often it must be done. */
export interface Divided {
  /** With the nodes of both; its body is all that is done. */
  readonly kernel: Kernel;
  /** For every element, as if none spiked. */
  readonly always: readonly KernelStatement[];
  /** Behind those, and in place of them, for elements that lie in one vector with one that spikes. */
  readonly spiking: readonly KernelStatement[];
}

/**
 * Few cells spike in a step: what a spike alone decides, such as the reset, is computed behind a branch. Without it a store of
 * `select(spike, x, y)` is one of y, and one of what the column holds anyway is none.
 */
export function divideBySpikes(kernel: Kernel): Divided {
  const whole: Divided = { kernel, always: kernel.body, spiking: [] };
  const emits = kernel.body.flatMap((s) => (s.kind === 'emit' ? [s.when] : []));
  if (emits.length !== 1) return whole;
  const [when] = emits;
  const b = new KernelBuilder(kernel.precision);
  const original = copyNodes(kernel.nodes, b);
  const dependent = dependents(kernel.nodes, when);
  /** Of the kernel's nodes, what they are where nothing spikes. */
  const known = new Map<NodeId, boolean>([[when, false]]);
  const quiet = copyNodes(kernel.nodes, b, (node, id, mapped) => (dependent.has(id) ? quietValue(node, id, known, mapped) : original[id]));
  const always: KernelStatement[] = [];
  const spiking: KernelStatement[] = [];
  for (const statement of kernel.body) {
    const full = mapStatement(statement, original);
    if (statement.kind === 'emit' || statement.kind === 'reduce' || !dependent.has(statement.value)) always.push(full);
    else {
      spiking.push(full);
      const rest = mapStatement(statement, quiet);
      if (!isDone(rest, b.nodes, always)) always.push(rest);
    }
  }
  b.body.push(...always, ...spiking);
  return { kernel: b.finish(kernel.name, kernel.domain), always, spiking };
}

function dependents(nodes: readonly IrNode[], root: NodeId): ReadonlySet<NodeId> {
  const found = new Set([root]);
  nodes.forEach((node, id) => {
    if (argumentsOf(node).some((a) => found.has(a))) found.add(id);
  });
  return found;
}

/** The node that a dependent one comes down to, where that is another one. */
function quietValue(node: IrNode, id: NodeId, known: Map<NodeId, boolean>, mapped: readonly NodeId[]): NodeId | undefined {
  if (!isMath(node)) return undefined;
  const [first, second, third] = node.args;
  switch (node.op) {
    case 'and':
      if (known.get(first) === false || known.get(second) === false) known.set(id, false);
      return undefined;
    case 'not': {
      const value = known.get(first);
      if (value !== undefined) known.set(id, !value);
      return undefined;
    }
    case 'select':
    case 'selectU32': {
      const value = known.get(first);
      return value === undefined ? undefined : mapped[value ? second : third];
    }
    default:
      return undefined;
  }
}

/** Whether a statement does nothing that has not been done: it stores what is there, or checks again. */
function isDone(statement: KernelStatement, nodes: readonly IrNode[], before: readonly KernelStatement[]): boolean {
  if (statement.kind === 'check') return before.some((s) => s.kind === 'check' && s.value === statement.value);
  if (statement.kind !== 'store') return false;
  const value = nodes[statement.value];
  return value.op === 'load' && value.at === 'self' && value.column === statement.column;
}
