import { type IrNode, isMath } from '../ir/expr.ts';
import type { ColumnTable } from './columns.ts';

/** When a value can be known: from the start, after `set` (for all or for each cell), once a step, or only in the kernel. */
export type Moment = 'constant' | 'parameter' | 'cell parameter' | 'time' | 'now';

/** When the value of each node can be known. */
export function momentsOf(nodes: readonly IrNode[], columns: ColumnTable): Moment[] {
  const moments: Moment[] = [];
  for (const node of nodes) moments.push(momentOf(node, moments, columns));
  return moments;
}

function momentOf(node: IrNode, moments: readonly Moment[], columns: ColumnTable): Moment {
  if (node.op === 'constant') return 'constant';
  if (node.op === 'load') {
    const role = columns.role(node.column);
    if (role === 'time') return 'time';
    if (role !== 'parameter') return 'now';
    if (node.at === 'once') return 'parameter';
    return node.at === 'self' ? 'cell parameter' : 'now';
  }
  if (!isMath(node)) return 'now';
  return node.args.map((a) => moments[a]).reduce(later, 'constant');
}

function later(a: Moment, b: Moment): Moment {
  if (a === 'now' || b === 'now') return 'now';
  // What depends on time and on each cell's own parameter can only be known in the kernel.
  if ((a === 'time' && b === 'cell parameter') || (b === 'time' && a === 'cell parameter')) return 'now';
  const order: readonly Moment[] = ['constant', 'parameter', 'cell parameter', 'time'];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
