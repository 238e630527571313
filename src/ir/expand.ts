import { copyNodes, KernelBuilder, mapStatement } from './build.ts';
import { FUNCTIONS, type FunctionName, isMath, type MathName } from './expr.ts';
import { buildFunction, buildOverExprel } from './functions.ts';
import type { Kernel } from './kernel.ts';

function isFunction(op: MathName): op is FunctionName {
  return op in FUNCTIONS;
}

/** The kernel with every function of the IR written out in primitives. */
export function expand(kernel: Kernel): Kernel {
  const builder = new KernelBuilder(kernel.precision);
  const mapped = copyNodes(kernel.nodes, builder, (node, _, earlier) => {
    if (!isMath(node)) return undefined;
    const [x, y] = node.args;
    const divisor = node.op === 'div' ? kernel.nodes[y] : undefined;
    if (divisor?.op === 'exprel') return buildOverExprel(builder, earlier[x], earlier[divisor.args[0]]);
    if (!isFunction(node.op)) return undefined;
    return buildFunction(builder, node.op, earlier[x], earlier[y]);
  });
  builder.body.push(...kernel.body.map((statement) => mapStatement(statement, mapped)));
  return builder.finish(kernel.name, kernel.domain);
}
