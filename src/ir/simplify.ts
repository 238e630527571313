import { evaluatePrimitive, isPrimitive } from './evaluate.ts';
import type { IrNode, MathNode, NodeId, Precision } from './expr.ts';

/** What simplification needs of a builder. */
interface Constants {
  readonly precision: Precision;
  constant(value: number): NodeId;
  u32(value: number): NodeId;
  constantValue(id: NodeId): number | undefined;
}

/**
 * The value of an operation on constants, or a simpler equal node, where that changes no bit of any result
 * that is finite: x * 1, x / 1, x + 0, x - 0, select on a constant. (x * 0 stays: x may be infinite.)
 */
export function foldConstants(builder: Constants, node: IrNode): NodeId | undefined {
  if (!('args' in node) || !isPrimitive(node.op)) return undefined;
  const values = node.args.map((a) => builder.constantValue(a));
  if (values.length > 0 && values.every((v) => v !== undefined) && node.type !== 'bool') {
    const value = evaluatePrimitive(node.op, builder.precision, values as number[]);
    return node.type === 'u32' ? builder.u32(value as number) : builder.constant(value as number);
  }
  return identity(node, values);
}

function identity(node: MathNode, values: readonly (number | undefined)[]): NodeId | undefined {
  const [a, b] = node.args;
  switch (node.op) {
    case 'add':
      // x + -0 is x for every x; x + 0 turns -0 into 0, which compares equal everywhere but under 1 / x.
      if (values[1] === 0) return a;
      return values[0] === 0 ? b : undefined;
    case 'sub':
      return values[1] === 0 ? a : undefined;
    case 'mul':
      if (values[1] === 1) return a;
      return values[0] === 1 ? b : undefined;
    case 'div':
      return values[1] === 1 ? a : undefined;
    case 'select':
    case 'selectU32':
      return node.args[1] === node.args[2] ? b : undefined;
    default:
      return undefined;
  }
}
