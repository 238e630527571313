import type { KernelBuilder } from '../ir/build.ts';
import type { NodeId } from '../ir/expr.ts';

/** The value of a polynomial, lowest coefficient first. */
function polynomial(b: KernelBuilder, x: NodeId, coefficients: readonly number[]): NodeId {
  return coefficients.reduceRight<NodeId | undefined>(
    (sum, c) => (sum === undefined ? b.constant(c) : b.math('add', b.math('mul', sum, x), b.constant(c))),
    undefined,
  ) as NodeId;
}

/** Press, Teukolsky, Vetterling, Flannery, "Numerical recipes in C", 2nd edition, 1992, 6.2. */
const ERFC = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277] as const;

/** The probability of less than z in the standard normal law, to 1.2e-7 of itself. */
function normalBelow(b: KernelBuilder, z: NodeId): NodeId {
  const one = b.constant(1);
  const x = b.math('mul', b.math('abs', z), b.constant(Math.SQRT1_2));
  const t = b.math('div', one, b.math('add', one, b.math('mul', b.constant(0.5), x)));
  const exponent = b.math('sub', polynomial(b, t, ERFC), b.math('mul', x, x));
  const tail = b.math('mul', b.math('mul', b.constant(0.5), t), b.math('exp', exponent));
  return b.math('select', b.math('lt', z, b.constant(0)), tail, b.math('sub', one, tail));
}

/** Wichura 1988, "Algorithm AS 241", PPND7: for p near 1/2, for p in the tails, for p far out. */
const QUANTILE = {
  near: { above: [3.3871327179, 50.434271938, 159.29113202, 59.10937472], below: [1, 17.895169469, 78.757757664, 67.1875636] },
  tail: { above: [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103], below: [1, 0.7370016425, 0.12021132975] },
  far: { above: [6.657905115, 3.081226386, 0.42868294337, 0.017337203997], below: [1, 0.24197894225, 0.012258202635] },
} as const;

/** The z below which a part p of the standard normal law lies, 0 < p < 1, to 1.2e-7 of itself. */
function normalQuantile(b: KernelBuilder, p: NodeId): NodeId {
  const quotient = ({ above, below }: (typeof QUANTILE)[keyof typeof QUANTILE], x: NodeId): NodeId =>
    b.math('div', polynomial(b, x, above), polynomial(b, x, below));
  const q = b.math('sub', p, b.constant(0.5));
  const near = b.math('mul', q, quotient(QUANTILE.near, b.math('sub', b.constant(0.180625), b.math('mul', q, q))));
  const smaller = b.math('min', p, b.math('sub', b.constant(1), p));
  const r = b.math('sqrt', b.math('neg', b.math('log', smaller)));
  const tail = quotient(QUANTILE.tail, b.math('sub', r, b.constant(1.6)));
  const far = quotient(QUANTILE.far, b.math('sub', r, b.constant(5)));
  const size = b.math('select', b.math('le', r, b.constant(5)), tail, far);
  const signed = b.math('select', b.math('lt', q, b.constant(0)), b.math('neg', size), size);
  return b.math('select', b.math('le', b.math('abs', q), b.constant(0.425)), near, signed);
}

/** The least positive normal number of f32. */
const LEAST = 2 ** -126;

/**
 * A draw of the standard normal law between `low` and `high`, where u is a draw between 0 and 1. Inverts the distribution
 * function, so that one draw will do however narrow the bounds are; in the upper tail it is the mirror of the lower one,
 * which has more digits.
 */
export function truncatedStandardNormal(b: KernelBuilder, u: NodeId, low: NodeId, high: NodeId): NodeId {
  const mirrored = b.math('lt', b.constant(0), low);
  const from = normalBelow(b, b.math('select', mirrored, b.math('neg', high), low));
  const to = normalBelow(b, b.math('select', mirrored, b.math('neg', low), high));
  const drawn = b.math('add', from, b.math('mul', u, b.math('sub', to, from)));
  const z = normalQuantile(b, b.math('max', b.math('min', drawn, b.constant(1 - 2 ** -24)), b.constant(LEAST)));
  return b.math('select', mirrored, b.math('neg', z), z);
}
