import { copyNodes, KernelBuilder, mapStatement } from '../ir/build.ts';
import { type IrNode, isMath, type NodeId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';

/**
 * Takes signs out of sums: -x + -y becomes -(x + y), x + -y becomes x - y, x * -1 becomes -x. A sign of a product costs nothing
 * where it goes into a factor that is computed ahead. No value changes, as rounding knows no sign; a sum that is 0 may change its sign.
 */
export function takeOutSigns(kernel: Kernel): Kernel {
  const b = new KernelBuilder(kernel.precision);
  const positive = (id: NodeId): NodeId | undefined => positiveOf(b, id);
  const negated = (id: NodeId): NodeId => positive(id) ?? b.math('neg', id);
  const mapped = copyNodes(kernel.nodes, b, (node, _, earlier) => {
    if (!isMath(node)) return undefined;
    const [x, y] = node.args.map((a) => earlier[a]);
    switch (node.op) {
      case 'neg':
        return positive(x);
      case 'mul':
        if (b.constantValue(y) === -1) return negated(x);
        return b.constantValue(x) === -1 ? negated(y) : undefined;
      case 'add':
        return sum(b, x, y);
      case 'sub':
        return difference(b, x, y);
      default:
        return undefined;
    }
  });
  b.body.push(...kernel.body.map((s) => mapStatement(s, mapped)));
  return b.finish(kernel.name, kernel.domain);
}

/** x where a node is -x. */
function positiveOf(b: KernelBuilder, id: NodeId): NodeId | undefined {
  const node: IrNode = b.nodes[id];
  return node.op === 'neg' ? node.args[0] : undefined;
}

/** The same of a negative constant too. */
function positiveTerm(b: KernelBuilder, id: NodeId): NodeId | undefined {
  const value = b.constantValue(id);
  return value !== undefined && value < 0 ? b.constant(-value) : positiveOf(b, id);
}

function sum(b: KernelBuilder, x: NodeId, y: NodeId): NodeId | undefined {
  const [px, py] = [positiveOf(b, x), positiveOf(b, y)];
  if (px !== undefined) {
    const other = positiveTerm(b, y);
    return other === undefined ? b.math('sub', y, px) : b.math('neg', b.math('add', px, other));
  }
  if (py === undefined) return undefined;
  const other = positiveTerm(b, x);
  return other === undefined ? b.math('sub', x, py) : b.math('neg', b.math('add', other, py));
}

function difference(b: KernelBuilder, x: NodeId, y: NodeId): NodeId | undefined {
  const [px, py] = [positiveOf(b, x), positiveOf(b, y)];
  if (py !== undefined) return px === undefined ? b.math('add', x, py) : b.math('sub', py, px);
  return px === undefined ? undefined : b.math('neg', b.math('add', px, y));
}
