import { SpikeloomError, suggest } from './error.ts';

/** Exponents of ms, mV, pA, mM, um and K, the coherent base units. They may be fractions: white noise is in ms^(-1/2). */
export type Dimension = readonly [time: number, voltage: number, current: number, concentration: number, length: number, temperature: number];

export interface Unit {
  /** As the user wrote it. */
  readonly text: string;
  readonly dimension: Dimension;
  /** A value in this unit times `scale` is the value in coherent units; a power of ten but for `min` and `h`. */
  readonly scale: number;
}

export const DIMENSIONLESS: Dimension = [0, 0, 0, 0, 0, 0];

export function multiplyDimensions(a: Dimension, b: Dimension): Dimension {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5]];
}

export function divideDimensions(a: Dimension, b: Dimension): Dimension {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3], a[4] - b[4], a[5] - b[5]];
}

export function powerDimension(d: Dimension, exponent: number): Dimension {
  // Adding 0 turns -0 into 0.
  const raise = (e: number): number => e * exponent + 0;
  return [raise(d[0]), raise(d[1]), raise(d[2]), raise(d[3]), raise(d[4]), raise(d[5])];
}

/** Equal up to the rounding of fractional exponents. */
export function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.every((exponent, i) => Math.abs(exponent - b[i]) < 1e-9);
}

/** `value` in `unit`, expressed in coherent units. Divides where that is more exact: 0.1[uS] times 1e-3 would round twice. */
export function toCoherent(value: number, unit: Unit): number {
  const inverse = exactInverse(unit.scale);
  return inverse === undefined ? value * unit.scale : value / inverse;
}

/** `value` in coherent units, expressed in `unit`. */
export function fromCoherent(value: number, unit: Unit): number {
  const inverse = exactInverse(unit.scale);
  return inverse === undefined ? value / unit.scale : value * inverse;
}

/** The decimal number of which a scale below 1 is the rounded inverse. */
function exactInverse(scale: number): number | undefined {
  if (scale >= 1) return undefined;
  const inverse = Number((1 / scale).toPrecision(15));
  return 1 / inverse === scale ? inverse : undefined;
}

const BASE_NAMES = ['ms', 'mV', 'pA', 'mM', 'um', 'K'] as const;

/** Products of base units that have a name with scale 1; the first entry stands for none. */
const COHERENT_NAMES: readonly (readonly [name: string, dimension: Dimension])[] = [
  ['', DIMENSIONLESS],
  ['nS', [0, -1, 1, 0, 0, 0]],
  ['Gohm', [0, 1, -1, 0, 0, 0]],
  ['fC', [1, 0, 1, 0, 0, 0]],
  ['pF', [1, -1, 1, 0, 0, 0]],
];

/** The coherent unit of a dimension, in as few symbols as possible: `mV`, `nS`, `mV/ms`, `1/(ms mV)`; `1` for none. `parseUnit` reads it back. */
export function printDimension(d: Dimension): string {
  const candidates = COHERENT_NAMES.map(([name, dimension]) => {
    const rest = divideDimensions(d, dimension).map((e) => (Math.abs(e) < 1e-9 ? 0 : e));
    return { name, rest, size: rest.filter((e) => e !== 0).length + (name === '' ? 0 : 1) };
  });
  const { name, rest } = candidates.reduce((best, candidate) => (candidate.size < best.size ? candidate : best));
  const powers = rest.map((e, i) => ({ symbol: BASE_NAMES[i], exponent: e }));
  const above = powers.filter((p) => p.exponent > 0).map((p) => printPower(p.symbol, p.exponent));
  const below = powers.filter((p) => p.exponent < 0).map((p) => printPower(p.symbol, -p.exponent));
  if (name !== '') above.unshift(name);
  const numerator = above.length > 0 ? above.join(' ') : '1';
  if (below.length === 0) return numerator;
  return `${numerator}/${below.length === 1 ? below[0] : `(${below.join(' ')})`}`;
}

function printPower(symbol: string, exponent: number): string {
  if (exponent === 1) return symbol;
  if (Number.isInteger(exponent)) return `${symbol}^${exponent}`;
  return Number.isInteger(exponent * 2) ? `${symbol}^(${exponent * 2}/2)` : `${symbol}^(${exponent})`;
}

/** A dimension with its factor to coherent units, numerator / denominator * 10^tens, kept apart so that only the end rounds. */
interface Scaled {
  readonly dimension: Dimension;
  readonly tens: number;
  readonly numerator: number;
  readonly denominator: number;
}

function decimal(dimension: Dimension, tens: number, numerator = 1): Scaled {
  return { dimension, tens, numerator, denominator: 1 };
}

const TIME: Dimension = [1, 0, 0, 0, 0, 0];
const ONE = decimal(DIMENSIONLESS, 0);

/** SI units that take prefixes; `tens` counts from the coherent unit, so that nS = pA / mV and pF = pA ms / mV get 0. */
const SYMBOLS: ReadonlyMap<string, Scaled> = new Map([
  ['s', decimal(TIME, 3)],
  ['V', decimal([0, 1, 0, 0, 0, 0], 3)],
  ['A', decimal([0, 0, 1, 0, 0, 0], 12)],
  ['S', decimal([0, -1, 1, 0, 0, 0], 9)],
  ['ohm', decimal([0, 1, -1, 0, 0, 0], -9)],
  ['Ω', decimal([0, 1, -1, 0, 0, 0], -9)],
  ['F', decimal([1, -1, 1, 0, 0, 0], 12)],
  ['C', decimal([1, 0, 1, 0, 0, 0], 15)],
  ['J', decimal([1, 1, 1, 0, 0, 0], 18)],
  ['W', decimal([0, 1, 1, 0, 0, 0], 15)],
  ['M', decimal([0, 0, 0, 1, 0, 0], 3)],
  ['mol', decimal([0, 0, 0, 1, 3, 0], 18)],
  ['L', decimal([0, 0, 0, 0, 3, 0], 15)],
  ['m', decimal([0, 0, 0, 0, 1, 0], 6)],
  ['Hz', decimal([-1, 0, 0, 0, 0, 0], -3)],
  ['K', decimal([0, 0, 0, 0, 0, 1], 0)],
]);

const UNPREFIXED: ReadonlyMap<string, Scaled> = new Map([
  ['min', decimal(TIME, 4, 6)],
  ['h', decimal(TIME, 5, 36)],
]);

const PREFIXES: ReadonlyMap<string, number> = new Map([
  ['f', -15],
  ['p', -12],
  ['n', -9],
  ['u', -6],
  ['\u00b5', -6],
  ['\u03bc', -6],
  ['m', -3],
  ['c', -2],
  ['k', 3],
  ['M', 6],
  ['G', 9],
]);

/** What an unknown unit is compared with. */
const COMMON = 'ms s Hz min h mV V pA nA uA nS uS mS pF nF uF Mohm Gohm ohm fC pC uM mM M mol L nm um mm cm m K J W'.split(' ');

/**
 * Reads a unit such as `mV`, `mS/cm^2`, `1/(mV ms)`, `ms^(-1/2)`; an empty text or `1` has no dimension.
 * Factors are multiplied by a space or `*`; `*` and `/` bind from left to right.
 * @throws SpikeloomError `unknown-unit`, its span within `text`.
 */
export function parseUnit(text: string): Unit {
  return new UnitParser(text).parse();
}

class UnitParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Unit {
    this.#skipSpace();
    const result = this.#at === this.#text.length ? ONE : this.#product();
    if (this.#at < this.#text.length) this.#fail("')' has no '(' before it", this.#at, this.#at + 1, "Remove the ')'.");
    const scale = scaleOf(result);
    if (!(scale > 0 && scale < Infinity))
      this.#fail(`'${this.#text.trim()}' is outside the range of numbers`, this.#text.search(/\S/), this.#text.length, 'Use smaller exponents.');
    return { text: this.#text, dimension: result.dimension, scale };
  }

  #product(): Scaled {
    let result = this.#factor();
    for (;;) {
      this.#skipSpace();
      const sign = this.#text.charAt(this.#at);
      if (sign === '' || sign === ')') return result;
      if (sign === '*' || sign === '/') this.#at++;
      const factor = this.#factor();
      result = multiply(result, sign === '/' ? power(factor, -1) : factor);
    }
  }

  #factor(): Scaled {
    const base = this.#atom();
    this.#skipSpace();
    if (this.#text.charAt(this.#at) !== '^') return base;
    this.#at++;
    return power(base, this.#exponent());
  }

  #atom(): Scaled {
    this.#skipSpace();
    if (this.#match(/1(?![\d.])/y)) return ONE;
    const start = this.#at;
    const symbol = this.#match(/[A-Za-z\u00b5\u03bcΩ]+/y);
    if (symbol) return findSymbol(symbol[0]) ?? this.#fail(`'${symbol[0]}' is not a unit`, start, this.#at, suggest(symbol[0].slice(0, 20), COMMON));
    if (this.#text.charAt(start) === '(') return this.#group();
    const found = this.#text.charAt(start);
    const hint = /\d/.test(found)
      ? "Write powers with '^', as in cm^2; scale the value, not the unit."
      : 'Units look like mV, mS/cm^2, 1/(mV ms), ms^(-1/2).';
    return this.#fail(found === '' ? 'the unit ends where a symbol is expected' : `a unit is expected here, not '${found}'`, start, start + 1, hint);
  }

  #group(): Scaled {
    const open = this.#at++;
    if (++this.#depth > 32) this.#fail('this unit is nested too deeply', open, open + 1, 'Use fewer parentheses.');
    const inner = this.#product();
    if (this.#text.charAt(this.#at) !== ')') this.#fail("this '(' is never closed", open, open + 1, "Add a ')'.");
    this.#at++;
    this.#depth--;
    return inner;
  }

  /** `2`, `-1`, `0.5`, `-1/2` or `(-1/2)`. */
  #exponent(): number {
    this.#skipSpace();
    const start = this.#at;
    const match = this.#match(/\(\s*([-+]?\d+(?:\.\d+)?)\s*(?:\/\s*(\d+)\s*)?\)|([-+]?\d+(?:\.\d+)?)(?:\/(\d+))?/y);
    const value = match ? Number(match[1] ?? match[3]) / Number(match[2] ?? match[4] ?? 1) : Number.NaN;
    if (!Number.isInteger(value * 2) || Math.abs(value) > 99) {
      this.#fail('the exponent of a unit is a whole number or a half', start, match ? this.#at : start + 1, 'Write it as cm^2, ms^-1 or ms^(-1/2).');
    }
    return value;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #skipSpace(): void {
    this.#match(/\s+/y);
  }

  #fail(message: string, start: number, end: number, hint: string): never {
    throw new SpikeloomError({ code: 'unknown-unit', message, source: { text: this.#text, span: { start, end } }, hint });
  }
}

/** Whether a text is a single unit, such as `mV`. */
export function isUnitSymbol(text: string): boolean {
  return findSymbol(text) !== undefined;
}

function findSymbol(text: string): Scaled | undefined {
  const exact = SYMBOLS.get(text) ?? UNPREFIXED.get(text);
  if (exact) return exact;
  const prefix = PREFIXES.get(text.charAt(0));
  const base = SYMBOLS.get(text.slice(1));
  return prefix === undefined || base === undefined ? undefined : { ...base, tens: base.tens + prefix };
}

function multiply(a: Scaled, b: Scaled): Scaled {
  return {
    dimension: multiplyDimensions(a.dimension, b.dimension),
    tens: a.tens + b.tens,
    numerator: a.numerator * b.numerator,
    denominator: a.denominator * b.denominator,
  };
}

function power(a: Scaled, exponent: number): Scaled {
  const numerator = powerOf(a.numerator, Math.abs(exponent));
  const denominator = powerOf(a.denominator, Math.abs(exponent));
  return {
    dimension: powerDimension(a.dimension, exponent),
    tens: a.tens * exponent + 0,
    numerator: exponent < 0 ? denominator : numerator,
    denominator: exponent < 0 ? numerator : denominator,
  };
}

/** By multiplication and square root alone: Math.pow differs between engines. */
function powerOf(base: number, exponent: number): number {
  const root = Number.isInteger(exponent) ? 1 : Math.sqrt(base);
  return Array.from({ length: Math.floor(exponent) }).reduce((product: number) => product * base, root);
}

function scaleOf({ tens, numerator, denominator }: Scaled): number {
  return (numerator * tenTo(Math.max(0, tens))) / (denominator * tenTo(Math.max(0, -tens)));
}

/** For multiples of a half, else NaN. */
function tenTo(exponent: number): number {
  return Number.isInteger(exponent) ? Number(`1e${exponent}`) : Math.sqrt(Number(`1e${2 * exponent}`));
}
