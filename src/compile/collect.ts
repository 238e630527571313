import { copyNodes, KernelBuilder, mapStatement } from '../ir/build.ts';
import { argumentsOf, type IrNode, type NodeId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { ColumnTable } from './columns.ts';
import { type Moment, momentsOf } from './moments.ts';

/** A product and quotient taken apart; negative factors are counted. */
interface Factors {
  readonly numerator: NodeId[];
  readonly denominator: NodeId[];
  negative: boolean;
}

/**
 * Puts the factors of a product that depend on parameters alone together, and divides by none in the kernel:
 * dt * ((x + y) / tau) becomes (x + y) * (dt / tau), whose second factor can be computed ahead.
 */
export function collectFactors(kernel: Kernel, columns: ColumnTable): Kernel {
  const moments = momentsOf(kernel.nodes, columns);
  const uses = countUses(kernel);
  const b = new KernelBuilder(kernel.precision);
  const mapped = copyNodes(kernel.nodes, b, (node, id, earlier) => {
    if (!isProduct(node) || moments[id] !== 'now') return undefined;
    const factors: Factors = { numerator: [], denominator: [], negative: false };
    flatten(kernel.nodes, id, factors, (inner) => moments[inner] === 'now' && uses[inner] === 1);
    return rebuild(b, factors, moments, earlier);
  });
  b.body.push(...kernel.body.map((s) => mapStatement(s, mapped)));
  return b.finish(kernel.name, kernel.domain);
}

function isProduct(node: IrNode): boolean {
  return node.op === 'mul' || node.op === 'div' || node.op === 'neg';
}

function countUses(kernel: Kernel): number[] {
  const uses = kernel.nodes.map(() => 0);
  for (const node of kernel.nodes) for (const a of argumentsOf(node)) uses[a]++;
  for (const s of kernel.body) uses[s.kind === 'emit' ? s.when : s.value]++;
  return uses;
}

function flatten(nodes: readonly IrNode[], id: NodeId, into: Factors, mayOpen: (id: NodeId) => boolean, inverse = false): void {
  const node = nodes[id];
  const visit = (child: NodeId, inverted: boolean): void => {
    if (isProduct(nodes[child]) && mayOpen(child)) flatten(nodes, child, into, mayOpen, inverted);
    else (inverted ? into.denominator : into.numerator).push(child);
  };
  if (node.op === 'neg') into.negative = !into.negative;
  const [x, y] = argumentsOf(node);
  visit(x, inverse);
  if (node.op !== 'neg') visit(y, node.op === 'div' ? !inverse : inverse);
}

function isFixed(moment: Moment): boolean {
  return moment === 'constant' || moment === 'parameter' || moment === 'cell parameter';
}

/** moving factors * (fixed factors), or undefined where nothing would be won. */
function rebuild(
  b: KernelBuilder,
  { numerator, denominator, negative }: Factors,
  moments: readonly Moment[],
  earlier: readonly NodeId[],
): NodeId | undefined {
  const split = (ids: readonly NodeId[], fixed: boolean): NodeId[] => ids.filter((id) => isFixed(moments[id]) === fixed).map((id) => earlier[id]);
  const above = split(numerator, true);
  const below = split(denominator, true);
  if (below.length === 0 && above.length + (negative ? 1 : 0) < 2) return undefined;
  const times = (x: NodeId, y: NodeId): NodeId => b.math('mul', x, y);
  const over = (x: NodeId, y: NodeId): NodeId => b.math('div', x, y);
  const start = b.constant(negative ? -1 : 1);
  const fixed = below.reduce(over, above.reduce(times, start));
  const [first = b.constant(1), ...rest] = split(numerator, false);
  return b.math('mul', split(denominator, false).reduce(over, rest.reduce(times, first)), fixed);
}
