/**
 * Elementary functions to some 150 bits, as an oracle for tests: m * 2^e with BigInt m.
 */
export interface Big {
  readonly m: bigint;
  readonly e: number;
}

const BITS = 220;

function bitLength(m: bigint): number {
  return (m < 0n ? -m : m).toString(2).length;
}

function trim(m: bigint, e: number): Big {
  const excess = bitLength(m) - BITS;
  return excess > 0 ? { m: m >> BigInt(excess), e: e + excess } : { m, e };
}

const words = new DataView(new ArrayBuffer(8));

/** A finite double, exactly. */
export function big(x: number): Big {
  words.setFloat64(0, x);
  const bits = words.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const m = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return { m: x < 0 ? -m : m, e: Math.max(exponent, 1) - 1075 };
}

export function add(a: Big, b: Big): Big {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const [high, low] = a.e >= b.e ? [a, b] : [b, a];
  const shift = high.e - low.e;
  // What lies below the precision of the larger one by far does not count.
  if (shift > 4 * BITS) return high;
  return trim((high.m << BigInt(shift)) + low.m, low.e);
}

export function neg(a: Big): Big {
  return { m: -a.m, e: a.e };
}

export function mul(a: Big, b: Big): Big {
  return trim(a.m * b.m, a.e + b.e);
}

export function div(a: Big, b: Big): Big {
  const shift = BITS + Math.max(0, bitLength(b.m) - bitLength(a.m));
  return trim((a.m << BigInt(shift)) / b.m, a.e - b.e - shift);
}

/** As an integer of 2^-BITS. */
function fixed(a: Big): bigint {
  const shift = a.e + BITS;
  return shift >= 0 ? a.m << BigInt(shift) : a.m >> BigInt(-shift);
}

const ONE = 1n << BigInt(BITS);

/** 2 * atanh(1 / n) in fixed point. */
function twiceAtanhInverse(n: bigint): bigint {
  let term = (2n * ONE) / n;
  let sum = 0n;
  for (let i = 1n; term !== 0n; i += 2n) {
    sum += term / i;
    term /= n * n;
  }
  return sum;
}

const LN2: Big = { m: twiceAtanhInverse(3n), e: -BITS };

function atanInverse(n: bigint): bigint {
  let term = ONE / n;
  let sum = 0n;
  for (let i = 1n; term !== 0n; i += 2n) {
    sum += (i % 4n === 1n ? 1n : -1n) * (term / i);
    term /= n * n;
  }
  return sum;
}

/** Machin's formula. */
const HALF_PI: Big = { m: 2n * (4n * atanInverse(5n) - atanInverse(239n)), e: -BITS };

/** The nearest double, for choosing a multiple and for starting an iteration. */
export function toNumber(a: Big): number {
  const excess = Math.max(0, bitLength(a.m) - 60);
  return Number(a.m >> BigInt(excess)) * 2 ** Math.max(-1074, Math.min(1000, a.e + excess));
}

export function exp(x: Big): Big {
  const k = Math.round(toNumber(x) / Math.LN2);
  const r = fixed(add(x, neg(mul(big(k), LN2))));
  let sum = 0n;
  let term = ONE;
  for (let i = 1n; term !== 0n && term !== -1n; i++) {
    sum += term;
    term = (term * r) / (i * ONE);
  }
  return { m: sum, e: k - BITS };
}

/** e^x - 1, for |x| > 2^-100 or so: below it, x. */
export function expm1(x: Big): Big {
  return Math.abs(toNumber(x)) < 1e-40 ? x : add(exp(x), big(-1));
}

export function log(x: Big): Big {
  let y = big(Math.log2(toNumber({ m: x.m, e: -bitLength(x.m) })) * Math.LN2 + (x.e + bitLength(x.m)) * Math.LN2);
  // Each turn triples the digits.
  for (let i = 0; i < 2; i++) {
    const e = exp(y);
    y = add(y, mul(big(2), div(add(x, neg(e)), add(x, e))));
  }
  return y;
}

/** sin(x + quarters * pi / 2) */
export function sin(x: Big, quarters = 0): Big {
  const n = Math.round(toNumber(div(x, HALF_PI)));
  const r = fixed(add(x, neg(mul(big(n), HALF_PI))));
  const quadrant = (((n + quarters) % 4) + 4) % 4;
  let term = quadrant % 2 === 0 ? r : ONE;
  let sum = 0n;
  for (let i = quadrant % 2 === 0 ? 2n : 1n; term !== 0n && term !== -1n; i += 2n) {
    sum += term;
    term = (-term * r * r) / (i * (i + 1n) * ONE * ONE);
  }
  return { m: quadrant < 2 ? sum : -sum, e: -BITS };
}

/** |y - truth| in units in the last place of `truth` as a double. */
export function ulps(y: number, truth: Big): number {
  if (truth.m === 0n) return y === 0 ? 0 : Infinity;
  const exponent = Math.max(truth.e + bitLength(truth.m) - 1, -1022) - 52;
  const difference = add(big(y), neg(truth));
  return Math.abs(Number(difference.m)) * 2 ** (difference.e - exponent);
}
