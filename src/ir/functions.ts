import { unreachable } from '../core/error.ts';
import type { KernelBuilder } from './build.ts';
import type { FunctionName, NodeId } from './expr.ts';

/**
 * The functions of the IR, written once for both precisions in primitives in a fixed order, so that every backend finds
 * the same bits; no branches, since they are carried out in SIMD. The reductions and most coefficients follow fdlibm
 * (Sun Microsystems 1993, "freely distributable"), FreeBSD's msun, and Cephes (Moshier, for sin, cos and tanh).
 *
 * Relative error against the true value: f32 2e-7 (pow 1e-6; sin and cos absolute, for |x| <= 1e4); f64 2 ulp for exp and
 * log, 4 ulp for tanh sinh cosh exprel, 1e-15 absolute for sin and cos up to 1e6, 4 + |y ln x| ulp for pow. Special values
 * are those of `Math`; exprel(x) = (e^x - 1) / x is 1 at 0. Beyond their range sin and cos lose digits, but stay within [-1, 1].
 */
export function buildFunction(b: KernelBuilder, name: FunctionName, x: NodeId, y: NodeId = x): NodeId {
  const o = new Operations(b);
  switch (name) {
    case 'exp':
      return buildExp(o, x);
    case 'log':
      return buildLog(o, x);
    case 'sin':
      return buildSine(o, x, 0);
    case 'cos':
      return buildSine(o, x, 1);
    case 'tanh':
      return buildTanh(o, x);
    case 'sinh':
      return buildSinh(o, x);
    case 'cosh':
      return buildCosh(o, x);
    case 'exprel':
      return buildExprel(o, x);
    case 'pow':
      return buildPow(o, x, y);
    default:
      return unreachable(name);
  }
}

/** y / exprel(x), with one division in place of two. */
export function buildOverExprel(b: KernelBuilder, y: NodeId, x: NodeId): NodeId {
  const o = new Operations(b);
  const { above, below } = exprelParts(o, x);
  return o.select(o.eq(below, o.c(0)), y, o.mul(y, o.div(below, above)));
}

const SINGLE = {
  minNormal: 2 ** -126,
  /** Adding and subtracting it rounds numbers up to 2^22: a sum this large has no fraction. It waits less than `floor` does. */
  toInteger: 1.5 * 2 ** 23,
  /** ln 2 in two parts: k * hi is exact for every exponent k. */
  ln2: { hi: 0.693145751953125, lo: 1.428606765330187e-6 },
  /** pi / 2 in parts: n * part is exact but for the last, for n up to 1e4. */
  halfPi: [1.5703125, 0.0004837512969970703, 7.549789954891882e-8],
  /** (e^x - 1 - x) / x^2 for |x| <= ln 2 / 2, within 6e-8: a minimax fit, its coefficients rounded one after the other. */
  exp: [0.5, 0.1666654348373413, 0.041666436940431595, 0.008366545662283897, 0.0013937862822785974],
  /** log(1 + f) = 2s + s^3 * these in s^2, s = f / (2 + f). */
  log: [0.6666666269302368, 0.40000972151756287, 0.2849878668785095, 0.24279078841209412],
  sin: [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4],
  cos: [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5],
  /** tanh x = x + x^3 above / below, both in x^2, |x| < 0.625. */
  tanh: { above: [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3], below: [1] },
  /** Below the first e^x is 0, above the second infinite. */
  exponents: [-104, 89],
  /** e^-x is nothing beside 1 above this. */
  negligible: 20,
  /** cosh and sinh are infinite here, e^x / 8 is not. */
  halfExponents: 90,
  /** exprel is infinite at `top`, where e^x / 2^shift is not. */
  exprel: { top: 95, shift: 16 },
  /** x^3 is nothing beside x below this. */
  tiny: 2 ** -13,
  /** Multiplying by this and subtracting splits a number in halves (Veltkamp). */
  splitter: 2 ** 12 + 1,
  /** x^y is 0, 1 or infinite for |y| above this, whatever x is. */
  largestPower: 2 ** 33,
};

const DOUBLE: typeof SINGLE = {
  minNormal: 2 ** -1022,
  toInteger: 1.5 * 2 ** 52,
  ln2: { hi: 0.6931471803691238, lo: 1.9082149292705877e-10 },
  halfPi: [1.5707963267341256, 6.077100506506192e-11],
  /** The same within 1e-17. */
  exp: [
    0.5, 0.1666666666666668, 0.0416666666666076, 0.008333333333319391, 0.0013888888925443587, 0.00019841269891412527, 2.480151026548906e-5,
    2.7557239205307285e-6, 2.7624594729899137e-7, 2.5110687718102646e-8,
  ],
  log: [
    0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805, 0.15313837699209373, 0.14798198605116586,
  ],
  sin: [-0.1666666666666663, 0.008333333333322118, -0.0001984126982958954, 2.7557313621385722e-6, -2.5050747762857807e-8, 1.5896230157654656e-10],
  cos: [0.041666666666666595, -0.0013888888888873056, 2.4801587288851704e-5, -2.755731417929674e-7, 2.087570084197473e-9, -1.1358536521387682e-11],
  tanh: {
    above: [-1614.6876844170845, -99.28772310019185, -0.9643991794250523],
    below: [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1],
  },
  exponents: [-746, 710],
  negligible: 44,
  halfExponents: 711,
  exprel: { top: 720, shift: 32 },
  tiny: 2 ** -28,
  splitter: 2 ** 27 + 1,
  largestPower: 2 ** 65,
};

/** Shorthands for a builder's primitives. */
class Operations {
  readonly n: typeof SINGLE;
  readonly #b: KernelBuilder;

  constructor(b: KernelBuilder) {
    this.#b = b;
    this.n = b.precision === 'f32' ? SINGLE : DOUBLE;
  }

  c = (value: number): NodeId => this.#b.constant(value);
  constantValue = (x: NodeId): number | undefined => this.#b.constantValue(x);
  add = (x: NodeId, y: NodeId): NodeId => this.#b.math('add', x, y);
  sub = (x: NodeId, y: NodeId): NodeId => this.#b.math('sub', x, y);
  mul = (x: NodeId, y: NodeId): NodeId => this.#b.math('mul', x, y);
  div = (x: NodeId, y: NodeId): NodeId => this.#b.math('div', x, y);
  min = (x: NodeId, y: number): NodeId => this.#b.math('min', x, this.c(y));
  max = (x: NodeId, y: number): NodeId => this.#b.math('max', x, this.c(y));
  neg = (x: NodeId): NodeId => this.#b.math('neg', x);
  abs = (x: NodeId): NodeId => this.#b.math('abs', x);
  floor = (x: NodeId): NodeId => this.#b.math('floor', x);
  pow2 = (x: NodeId): NodeId => this.#b.math('pow2', x);
  exponent = (x: NodeId): NodeId => this.#b.math('exponent', x);
  mantissa = (x: NodeId): NodeId => this.#b.math('mantissa', x);
  lt = (x: NodeId, y: NodeId): NodeId => this.#b.math('lt', x, y);
  eq = (x: NodeId, y: NodeId): NodeId => this.#b.math('eq', x, y);
  not = (x: NodeId): NodeId => this.#b.math('not', x);
  ne = (x: NodeId, y: NodeId): NodeId => this.#b.math('ne', x, y);
  and = (x: NodeId, y: NodeId): NodeId => this.#b.math('and', x, y);
  or = (x: NodeId, y: NodeId): NodeId => this.#b.math('or', x, y);
  select = (when: NodeId, x: NodeId, y: NodeId): NodeId => this.#b.math('select', when, x, y);

  /** c0 + x (c1 + x (c2 + ...)) */
  polynomial(x: NodeId, coefficients: readonly number[]): NodeId {
    const [first, ...rest] = coefficients;
    return rest.length === 0 ? this.c(first) : this.add(this.c(first), this.mul(x, this.polynomial(x, rest)));
  }

  /** The sum of terms * power^i, terms put together two by two while there are more than three: those do not wait for each other (Estrin). */
  sumOfPowers(power: NodeId, terms: readonly NodeId[]): NodeId {
    if (terms.length <= 3) return terms.reduceRight((sum, term) => this.add(term, this.mul(power, sum)));
    const pairs = terms.flatMap((term, i) => (i % 2 === 1 ? [] : i + 1 < terms.length ? [this.add(term, this.mul(power, terms[i + 1]))] : [term]));
    return this.sumOfPowers(this.mul(power, power), pairs);
  }
}

/** e^(x + tail) = 2^k (1 + (hi + rest)), hi + rest within ln 2 / 2 of 0 and rest the smaller. */
function reduceExp(o: Operations, x: NodeId, tail?: NodeId): { k: NodeId; hi: NodeId; rest: NodeId } {
  const k = o.sub(o.add(o.mul(x, o.c(Math.LOG2E)), o.c(o.n.toInteger)), o.c(o.n.toInteger));
  const hi = o.sub(x, o.mul(k, o.c(o.n.ln2.hi)));
  const kLow = o.mul(k, o.c(o.n.ln2.lo));
  const lo = tail === undefined ? kLow : o.sub(kLow, tail);
  const r = o.sub(hi, lo);
  return { k, hi, rest: o.sub(expBeyondFirst(o, r), lo) };
}

/** e^r - 1 - r for |r| <= ln 2 / 2. */
function expBeyondFirst(o: Operations, r: NodeId): NodeId {
  return o.mul(o.mul(r, r), o.sumOfPowers(r, o.n.exp.map(o.c)));
}

function buildExp(o: Operations, x: NodeId, tail?: NodeId): NodeId {
  const [bottom, top] = o.n.exponents;
  const { k, hi, rest } = reduceExp(o, o.min(o.max(x, bottom), top), tail);
  // In two steps, since 2^k may be out of range where e^x is not; only the second may round.
  const half = o.floor(o.mul(k, o.c(0.5)));
  return o.mul(o.mul(o.add(o.c(1), o.add(hi, rest)), o.pow2(half)), o.pow2(o.sub(k, half)));
}

/** (2^k (1 + (hi + rest)) - 1) * 2^-shift without loss near 0, where `scale` is 2^(k - shift). */
function expm1(o: Operations, { hi, rest }: { hi: NodeId; rest: NodeId }, scale: NodeId, shift: number): NodeId {
  return o.add(o.add(o.mul(scale, hi), o.sub(scale, o.c(2 ** -shift))), o.mul(scale, rest));
}

function buildExprel(o: Operations, x: NodeId): NodeId {
  const { above, below } = exprelParts(o, x);
  return o.select(o.eq(below, o.c(0)), o.c(1), o.div(above, below));
}

/** exprel as a quotient: 0 / 0 at 0. */
function exprelParts(o: Operations, x: NodeId): { above: NodeId; below: NodeId } {
  const { top, shift } = o.n.exprel;
  const bounded = o.min(x, top);
  const parts = reduceExp(o, o.max(bounded, -o.n.negligible));
  // It may be finite where e^x is not: both are smaller by 2^shift.
  const above = expm1(o, parts, o.pow2(o.sub(parts.k, o.c(shift))), shift);
  return { above, below: o.mul(bounded, o.c(2 ** -shift)) };
}

/** y with the sign of x, for an odd function that is x near 0. */
function oddFunction(o: Operations, x: NodeId, y: NodeId): NodeId {
  const signed = o.select(o.lt(x, o.c(0)), o.neg(y), y);
  return o.select(o.lt(o.abs(x), o.c(o.n.tiny)), x, signed);
}

function buildTanh(o: Operations, x: NodeId): NodeId {
  const size = o.abs(x);
  const square = o.mul(x, x);
  const series = o.div(o.polynomial(square, o.n.tanh.above), o.polynomial(square, o.n.tanh.below));
  const near = o.add(size, o.mul(o.mul(size, square), series));
  const { k, hi, rest } = reduceExp(o, o.min(o.add(size, size), o.n.negligible));
  const power = o.mul(o.add(o.c(1), o.add(hi, rest)), o.pow2(k));
  const far = o.sub(o.c(1), o.div(o.c(2), o.add(power, o.c(1))));
  return oddFunction(o, x, o.select(o.lt(size, o.c(0.625)), near, far));
}

function buildSinh(o: Operations, x: NodeId): NodeId {
  const parts = reduceExp(o, o.min(o.abs(x), o.n.halfExponents));
  const half = o.mul(o.c(4), expm1(o, parts, o.pow2(o.sub(parts.k, o.c(3))), 3));
  // Bounded, or infinity would be divided by infinity; the quotient is 1/2 up there.
  const bounded = o.min(half, 2 ** 100);
  return oddFunction(o, x, o.add(half, o.div(bounded, o.add(o.add(bounded, bounded), o.c(1)))));
}

function buildCosh(o: Operations, x: NodeId): NodeId {
  const { k, hi, rest } = reduceExp(o, o.min(o.abs(x), o.n.halfExponents));
  const half = o.mul(o.mul(o.add(o.c(1), o.add(hi, rest)), o.pow2(o.sub(k, o.c(3)))), o.c(4));
  return o.add(half, o.div(o.c(0.25), half));
}

/** x = 2^k (1 + f) with 1 + f in (sqrt(1/2), sqrt(2)], for x > 0, subnormal too. */
function reduceLog(o: Operations, x: NodeId): { k: NodeId; f: NodeId } {
  const subnormal = o.lt(x, o.c(o.n.minNormal));
  const normal = o.select(subnormal, o.mul(x, o.c(2 ** 54)), x);
  const m = o.mantissa(normal);
  const large = o.lt(o.c(Math.SQRT2), m);
  const f = o.sub(o.select(large, o.mul(m, o.c(0.5)), m), o.c(1));
  const k = o.add(o.add(o.exponent(normal), o.select(large, o.c(1), o.c(0))), o.select(subnormal, o.c(-54), o.c(0)));
  return { k, f };
}

/** `value` where x is positive and finite, else -infinity at 0, and infinity and NaN as they are. */
function logSpecial(o: Operations, x: NodeId, value: NodeId): NodeId {
  const regular = o.and(o.lt(o.c(0), x), o.lt(x, o.c(Infinity)));
  return o.select(regular, value, o.select(o.eq(x, o.c(0)), o.c(-Infinity), x));
}

function buildLog(o: Operations, x: NodeId): NodeId {
  const { k, f } = reduceLog(o, x);
  const s = o.div(f, o.add(o.c(2), f));
  const square = o.mul(s, s);
  const r = o.mul(square, o.polynomial(square, o.n.log));
  const halfSquare = o.mul(o.mul(o.c(0.5), f), f);
  const low = o.add(o.mul(s, o.add(halfSquare, r)), o.mul(k, o.c(o.n.ln2.lo)));
  const value = o.add(o.mul(k, o.c(o.n.ln2.hi)), o.sub(f, o.sub(halfSquare, low)));
  return logSpecial(o, o.select(o.lt(x, o.c(0)), o.c(NaN), x), value);
}

/** sin(x + quarters * pi / 2) */
function buildSine(o: Operations, x: NodeId, quarters: 0 | 1): NodeId {
  const n = o.floor(o.add(o.mul(x, o.c(2 / Math.PI)), o.c(0.5)));
  const reduced = o.n.halfPi.reduce((rest, part) => o.sub(rest, o.mul(n, o.c(part))), x);
  // A little over pi / 4: what a wrong n gives for huge x must not grow.
  const r = o.min(o.max(reduced, -0.8), 0.8);
  const square = o.mul(r, r);
  const sine = o.mul(r, o.add(o.c(1), o.mul(square, o.polynomial(square, o.n.sin))));
  const fourth = o.mul(o.mul(square, square), o.polynomial(square, o.n.cos));
  const cosine = o.add(o.sub(o.c(1), o.mul(o.c(0.5), square)), fourth);
  const turned = quarters === 0 ? n : o.add(n, o.c(1));
  const quadrant = o.sub(turned, o.mul(o.c(4), o.floor(o.mul(turned, o.c(0.25)))));
  const odd = o.or(o.eq(quadrant, o.c(1)), o.eq(quadrant, o.c(3)));
  const value = o.select(odd, cosine, sine);
  return o.select(o.lt(quadrant, o.c(2)), value, o.neg(value));
}

/** x * y = product + error, exactly (Dekker). */
function exactProduct(o: Operations, x: NodeId, y: NodeId): { product: NodeId; error: NodeId } {
  const split = (a: NodeId): [NodeId, NodeId] => {
    const large = o.mul(a, o.c(o.n.splitter));
    const high = o.sub(large, o.sub(large, a));
    return [high, o.sub(a, high)];
  };
  const [xh, xl] = split(x);
  const [yh, yl] = split(y);
  const product = o.mul(x, y);
  const error = o.add(o.add(o.add(o.sub(o.mul(xh, yh), product), o.mul(xh, yl)), o.mul(xl, yh)), o.mul(xl, yl));
  return { product, error };
}

/** log x = hi + lo with half as many digits again: pow multiplies its error by y. */
function preciseLog(o: Operations, x: NodeId): { hi: NodeId; lo: NodeId } {
  const { k, f } = reduceLog(o, x);
  const d = o.add(o.c(2), f);
  const dLow = o.sub(f, o.sub(d, o.c(2)));
  const s = o.div(f, d);
  const { product, error } = exactProduct(o, s, d);
  const sLow = o.div(o.sub(o.sub(o.sub(f, product), error), o.mul(s, dLow)), d);
  const square = o.mul(s, s);
  const series = o.mul(s, o.mul(square, o.polynomial(square, o.n.log)));
  const exponent = o.mul(k, o.c(o.n.ln2.hi));
  const twice = o.add(s, s);
  const high = o.add(exponent, twice);
  const lost = o.sub(twice, o.sub(high, exponent));
  const low = o.add(lost, o.add(o.mul(k, o.c(o.n.ln2.lo)), o.add(o.add(sLow, sLow), series)));
  const hi = o.add(high, low);
  return { hi: logSpecial(o, x, hi), lo: o.sub(low, o.sub(hi, high)) };
}

function buildPow(o: Operations, x: NodeId, y: NodeId): NodeId {
  const n = o.constantValue(y);
  if (n !== undefined && Number.isInteger(n) && Math.abs(n) <= 8) {
    const power = integerPower(o, x, Math.abs(n));
    return n < 0 ? o.div(o.c(1), power) : power;
  }
  const { hi, lo } = preciseLog(o, o.abs(x));
  const bounded = o.min(o.max(y, -o.n.largestPower), o.n.largestPower);
  const { product, error } = exactProduct(o, bounded, hi);
  const inRange = o.lt(o.abs(product), o.c(1000));
  const magnitude = buildExp(o, product, o.select(inRange, o.add(error, o.mul(bounded, lo)), o.c(0)));
  return powSpecial(o, x, y, magnitude);
}

/** The sign of x^y, and where it is not a number or 1 whatever the other argument is. */
function powSpecial(o: Operations, x: NodeId, y: NodeId, magnitude: NodeId): NodeId {
  const zero = o.c(0);
  const integral = o.eq(o.floor(y), y);
  const half = o.mul(y, o.c(0.5));
  const odd = o.and(integral, o.ne(o.floor(half), half));
  // 1 / x tells -0 from 0.
  const negative = o.or(o.lt(x, zero), o.lt(o.div(o.c(1), x), zero));
  const signed = o.select(o.and(negative, odd), o.neg(magnitude), magnitude);
  const root = o.and(o.and(o.lt(x, zero), o.lt(o.c(-Infinity), x)), o.not(integral));
  const undecided = o.and(o.eq(o.abs(x), o.c(1)), o.eq(o.abs(y), o.c(Infinity)));
  const value = o.select(o.or(root, undecided), o.c(NaN), signed);
  return o.select(o.eq(y, zero), o.c(1), value);
}

/** x^n by squaring. */
function integerPower(o: Operations, x: NodeId, n: number): NodeId {
  if (n === 0) return o.c(1);
  if (n === 1) return x;
  const half = integerPower(o, o.mul(x, x), n >> 1);
  return n % 2 === 0 ? half : o.mul(half, x);
}
