import type { KernelBuilder } from './build.ts';
import { argumentsOf, isMath, type MathName, type MathNode, type NodeId } from './expr.ts';

/**
 * The derivative of a node with respect to an earlier one, as nodes of the same builder; undefined where it does not depend
 * on it. A function with corners has the derivative of the branch that it takes, one with jumps that of the pieces between.
 */
export function differentiate(b: KernelBuilder, of: NodeId, by: NodeId): NodeId | undefined {
  const needed = new Set([of]);
  for (let id = of; id > by; id--) if (needed.has(id)) for (const a of argumentsOf(b.nodes[id])) needed.add(a);
  const derivatives = new Map<NodeId, NodeId>([[by, b.constant(1)]]);
  for (let id = by + 1; id <= of; id++) {
    const node = b.nodes[id];
    if (!needed.has(id) || !isMath(node) || node.type !== 'float') continue;
    const derivative = RULES[node.op](new Chain(b, node, id, derivatives));
    if (derivative !== undefined) derivatives.set(id, derivative);
  }
  return derivatives.get(of);
}

/** A node whose arguments have been differentiated. */
class Chain {
  readonly b: KernelBuilder;
  readonly x: NodeId;
  readonly y: NodeId;
  /** The node itself. */
  readonly value: NodeId;
  /** Derivatives of the arguments. */
  readonly d: readonly (NodeId | undefined)[];

  constructor(b: KernelBuilder, { args }: MathNode, value: NodeId, derivatives: ReadonlyMap<NodeId, NodeId>) {
    this.b = b;
    this.value = value;
    const [x, y = x] = args;
    this.x = x;
    this.y = y;
    this.d = args.map((a) => derivatives.get(a));
  }

  /** factor times the derivative of the i-th argument. */
  times(factor: () => NodeId, i = 0): NodeId | undefined {
    const d = this.d[i];
    return d === undefined ? undefined : this.b.math('mul', factor(), d);
  }

  plus(a: NodeId | undefined, other: NodeId | undefined): NodeId | undefined {
    return a === undefined || other === undefined ? (a ?? other) : this.b.math('add', a, other);
  }

  neg(a: NodeId | undefined): NodeId | undefined {
    return a === undefined ? undefined : this.b.math('neg', a);
  }

  /** One derivative or another, by a condition. */
  choose(condition: NodeId, a: NodeId | undefined, other: NodeId | undefined): NodeId | undefined {
    if (a === undefined && other === undefined) return undefined;
    const zero = this.b.constant(0);
    return this.b.math('select', condition, a ?? zero, other ?? zero);
  }
}

const none = (): undefined => undefined;

const RULES: { readonly [K in MathName]: (c: Chain) => NodeId | undefined } = {
  add: (c) => c.plus(c.d[0], c.d[1]),
  sub: (c) => c.plus(c.d[0], c.neg(c.d[1])),
  mul: (c) =>
    c.plus(
      c.times(() => c.y),
      c.times(() => c.x, 1),
    ),
  div: (c) => {
    const over = (d: NodeId | undefined): NodeId | undefined => (d === undefined ? undefined : c.b.math('div', d, c.y));
    return c.plus(over(c.d[0]), c.neg(over(c.times(() => c.value, 1))));
  },
  min: (c) => c.choose(c.b.math('lt', c.y, c.x), c.d[1], c.d[0]),
  max: (c) => c.choose(c.b.math('lt', c.x, c.y), c.d[1], c.d[0]),
  neg: (c) => c.neg(c.d[0]),
  abs: (c) => c.choose(c.b.math('lt', c.x, c.b.constant(0)), c.neg(c.d[0]), c.d[0]),
  sqrt: (c) => c.times(() => c.b.math('div', c.b.constant(0.5), c.value)),
  floor: none,
  pow2: (c) => c.times(() => c.b.math('mul', c.b.constant(Math.LN2), c.value)),
  exponent: none,
  mantissa: (c) => c.times(() => c.b.math('div', c.value, c.x)),
  lt: none,
  le: none,
  eq: none,
  ne: none,
  and: none,
  or: none,
  not: none,
  select: (c) => c.choose(c.x, c.d[1], c.d[2]),
  selectU32: none,
  addU32: none,
  subU32: none,
  andU32: none,
  shrU32: none,
  ltU32: none,
  leU32: none,
  eqU32: none,
  toFloat: none,
  toU32: none,
  exp: (c) => c.times(() => c.value),
  log: (c) => c.times(() => c.b.math('div', c.b.constant(1), c.x)),
  sin: (c) => c.times(() => c.b.math('cos', c.x)),
  cos: (c) => c.times(() => c.b.math('neg', c.b.math('sin', c.x))),
  tanh: (c) => c.times(() => c.b.math('sub', c.b.constant(1), c.b.math('mul', c.value, c.value))),
  sinh: (c) => c.times(() => c.b.math('cosh', c.x)),
  cosh: (c) => c.times(() => c.b.math('sinh', c.x)),
  exprel: (c) => c.times(() => exprelSlope(c)),
  pow: (c) =>
    c.plus(
      c.times(() => c.b.math('mul', c.y, c.b.math('pow', c.x, c.b.math('sub', c.y, c.b.constant(1))))),
      c.times(() => c.b.math('mul', c.value, c.b.math('log', c.x)), 1),
    ),
};

/** (exp(x) - exprel(x)) / x, where that cancels 1/2 + x/3 + x^2/8. */
function exprelSlope({ b, x, value }: Chain): NodeId {
  const near = b.math('lt', b.math('abs', x), b.constant(1e-4));
  const series = b.math('add', b.constant(0.5), b.math('mul', x, b.math('add', b.constant(1 / 3), b.math('mul', x, b.constant(1 / 8)))));
  return b.math('select', near, series, b.math('div', b.math('sub', b.math('exp', x), value), x));
}
