import { unreachable } from '../core/error.ts';
import { type ColumnId, type IrNode, isMath, type NodeId } from '../ir/expr.ts';

/** A variable that a kernel changes. */
export interface Changed {
  readonly column: ColumnId;
  /** Its new value. */
  readonly value: NodeId;
}

/**
 * Those variables that may decay to nothing: whose new value is 0, on some branch at least, once they, others of them and
 * the `inputs` are. Not those that something else keeps up, such as a resting potential.
 */
export function vanishing(nodes: readonly IrNode[], variables: readonly Changed[], inputs: Iterable<ColumnId>): Set<ColumnId> {
  const gone = new Set([...inputs, ...variables.map((v) => v.column)]);
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    const vanishes = vanishingNodes(nodes, gone);
    for (const { column, value } of variables) if (!vanishes[value]) gone.delete(column);
  }
  return new Set(variables.flatMap(({ column }) => (gone.has(column) ? [column] : [])));
}

/** Whether each node may be 0 when those columns hold 0 and no constant, parameter or draw is. */
function vanishingNodes(nodes: readonly IrNode[], gone: ReadonlySet<ColumnId>): boolean[] {
  const vanishes: boolean[] = [];
  for (const node of nodes) vanishes.push(vanishesNow(node, nodes, vanishes, gone));
  return vanishes;
}

function vanishesNow(node: IrNode, nodes: readonly IrNode[], vanishes: readonly boolean[], gone: ReadonlySet<ColumnId>): boolean {
  if (!isMath(node)) {
    if (node.op === 'constant') return node.value === 0;
    return node.op === 'load' && gone.has(node.column);
  }
  const { op, args } = node;
  const [x, y, z] = args.map((a) => vanishes[a]);
  switch (op) {
    case 'add':
    case 'sub':
      return x && y;
    case 'mul':
    case 'min':
    case 'max':
      return x || y;
    case 'select':
      // A branch that keeps a value or sets it, as for a refractory cell, tells nothing about where it goes.
      return (y && isMath(nodes[args[1]])) || (z && isMath(nodes[args[2]]));
    case 'div':
    case 'neg':
    case 'abs':
    case 'sqrt':
    case 'floor':
    case 'sin':
    case 'tanh':
    case 'sinh':
    case 'pow':
      return x;
    case 'pow2':
    case 'exponent':
    case 'mantissa':
    case 'exp':
    case 'log':
    case 'cos':
    case 'cosh':
    case 'exprel':
    case 'lt':
    case 'le':
    case 'eq':
    case 'ne':
    case 'and':
    case 'or':
    case 'not':
    case 'selectU32':
    case 'addU32':
    case 'subU32':
    case 'andU32':
    case 'shrU32':
    case 'ltU32':
    case 'leU32':
    case 'eqU32':
    case 'toFloat':
    case 'toU32':
      return false;
    default:
      return unreachable(op);
  }
}
