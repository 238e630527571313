import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemList, SpikeloomError } from '../../src/core/error.ts';
import { parseUnit } from '../../src/core/unit.ts';
import type { Equation, Expression, Statement } from '../../src/language/ast.ts';
import { checkDerivative, checkExpression, checkStatements, type Scope, type UserFunction, type ValueKind } from '../../src/language/check.ts';
import { parseBlock, parseEquations, parseExpression } from '../../src/language/parser.ts';
import { printBlock, printEquations, printExpression } from '../../src/language/print.ts';

const span = { start: 0, end: 0 };
const word = fc.constantFrom('v', 'u', 'tau', 'e_leak', 'x2', '_a', 'd', 'dt', 'refractory', 'e1');
const name = fc.oneof(word, fc.constantFrom('pre.v', 'ca.current', 'post.glutamate.conc'));
const number = fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.nat(), fc.constantFrom(0.1, 1e21, 1e-7, 5e-324));
const unit = fc.option(fc.constantFrom('mV', '1/(mV ms)', 'ms^(-1/2)', ''), { nil: undefined });
const binary = fc.constantFrom('+', '-', '*', '/', '^', '<', '<=', '>', '>=', '==', '!=', 'and', 'or');

const expression = fc.letrec<{ any: Expression }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(
      fc.record({ kind: fc.constant('name'), name, span: fc.constant(span) }),
      fc.tuple(number, unit).map(([value, u]) => ({ kind: 'number', value, ...(u === undefined ? {} : { unit: u }), span }) as const),
    ),
    fc.record({ kind: fc.constant('unary'), operator: fc.constantFrom('-', 'not'), operand: tie('any'), span: fc.constant(span) }),
    fc.record({ kind: fc.constant('binary'), operator: binary, left: tie('any'), right: tie('any'), span: fc.constant(span) }),
    fc.record({ kind: fc.constant('call'), callee: word, args: fc.array(tie('any'), { maxLength: 3 }), span: fc.constant(span) }),
  ),
})).any as fc.Arbitrary<Expression>;

const equation: fc.Arbitrary<Equation> = fc.oneof(
  fc.record({ kind: fc.constant('derivative'), variable: name, rhs: expression, unlessRefractory: fc.boolean(), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('definition'), name, rhs: expression, span: fc.constant(span) }),
  fc.record({
    kind: fc.constant('function'),
    name: word,
    parameters: fc.uniqueArray(word, { maxLength: 3 }),
    body: expression,
    span: fc.constant(span),
  }),
) as fc.Arbitrary<Equation>;

const block = fc.letrec<{ any: Statement[]; one: Statement }>((tie) => ({
  any: fc.array(tie('one'), { maxLength: 3 }),
  one: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant('assign'),
      target: name,
      targetSpan: fc.constant(span),
      operator: fc.constantFrom('=', '+=', '-=', '*=', '/='),
      value: expression,
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('if'), condition: expression, then: tie('any'), otherwise: tie('any'), span: fc.constant(span) }),
  ) as fc.Arbitrary<Statement>,
})).any as fc.Arbitrary<Statement[]>;

function withoutSpans(ast: unknown): unknown {
  return JSON.parse(JSON.stringify(ast, (key, value) => (key === 'span' || key === 'targetSpan' ? undefined : value)));
}

describe('what is printed reads back', () => {
  const roundTrip = <T>(arbitrary: fc.Arbitrary<T>, print: (value: T) => string, parse: (text: string) => T): void => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const text = print(value);
        const read = parse(text);
        expect(withoutSpans(read)).toEqual(withoutSpans(value));
        expect(print(read)).toBe(text);
      }),
      { seed: 20260, numRuns: 2000 },
    );
  };

  it('expressions', () => roundTrip(expression, printExpression, parseExpression));
  it('equations', () => roundTrip(fc.array(equation, { maxLength: 5 }), printEquations, parseEquations));
  it('blocks', () => roundTrip(block, printBlock, parseBlock));
});

it('no pair of parentheses is printed that could be left out', () => {
  fc.assert(
    fc.property(expression, (value) => {
      const text = printExpression(value);
      const read = JSON.stringify(withoutSpans(value));
      for (const [open, close] of parentheses(text)) {
        const without = `${text.slice(0, open)} ${text.slice(open + 1, close)} ${text.slice(close + 1)}`;
        expect(
          attempt(() => JSON.stringify(withoutSpans(parseExpression(without)))),
          text,
        ).not.toBe(read);
      }
    }),
    { seed: 20261, numRuns: 500 },
  );
});

function parentheses(text: string): [number, number][] {
  const open: number[] = [];
  const pairs: [number, number][] = [];
  const blank = text.replace(/\[[^\]]*\]/g, (u) => ' '.repeat(u.length));
  for (let i = 0; i < blank.length; i++) {
    if (blank[i] === '(') open.push(i);
    if (blank[i] === ')') pairs.push([open.pop()!, i]);
  }
  return pairs;
}

/** The result, or undefined after a SpikeloomError; any other error is thrown on. */
function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof SpikeloomError) return undefined;
    throw error;
  }
}

// ---- fuzz: whatever is written ends in a model or a SpikeloomError, soon

const SAMPLES = [
  'dv/dt = (e - v + r * i) / tau (unless refractory)\ni_leak = g * (v - e)\nfunction relu(x) = max(x, 0)\n',
  'dm/dt = (0.1[1/(mV ms)] * (v + 40[mV]) / (1 - exp(-(v + 40[mV]) / 10[mV]))) * (1 - m) + sigma * xi(a)\n',
  'v = c; u += d\nif (v > e and not spiked) {\n  v = e\n} else if (n >= 2) {\n  n *= 0.5 # half\n} else { n = uniform() }\n',
  'function f(x) = x^2 + relu(x)\nfunction g(x) = f(x) + f(x * x)\ndn/dt = -g(n) / tau\n',
];
const PIECES = [
  ...'+ - * / ^ ( ) { } [ ] < > = == != <= >= += -= *= /= , ; . # \n \t ! & && | || ** ? % $ @ \\ \' " \0'.split(' '),
  ...'and or not if else function unless refractory d dt dv/dt = dx v e tau n u g spiked relu f xi exp where min clamp uniform normal pow sqrt'.split(
    ' ',
  ),
  ...'0 1 2.5 1e3 1e999 .5 10[mV] 3[ms] 4[msc] 0.1[1/(mV ms)] 7[ pre.v ca.current \u03c4 \u00b5 \ud83e\udde0 \ud800 \u2028 \u00a0 1x'.split(' '),
  ' ',
  '\n',
  '((((((((((((((((',
  '))))))))))))))))',
  '- - - - - - - - ',
  'not not not not ',
  'if (v > e) {',
  '} else {',
  '} else if (spiked) {',
  '(unless refractory)',
];

/** Mulberry32: small, seeded and good enough to choose inputs. */
function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return Math.floor((((z ^ (z >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

const MAX_LENGTH = 10_000;

function fuzzInput(seed: number): string {
  const below = generator(seed);
  // Most inputs are short, some as long as allowed.
  const length = below(MAX_LENGTH) >> below(9);
  const piece = (): string => PIECES[below(PIECES.length)];
  const makers: (() => string)[] = [
    // Words of the language in any order.
    () => Array.from({ length: length / 3 }, piece).join(below(2) ? ' ' : ''),
    // Good texts with some of their characters changed.
    () => {
      const base = Array.from({ length: 1 + length / 100 }, () => SAMPLES[below(SAMPLES.length)]).join('');
      const characters = [...base];
      for (let k = below(1 + length / 20); k >= 0; k--) characters.splice(below(characters.length), below(3), piece());
      return characters.join('');
    },
    // Any characters at all.
    () => String.fromCharCode(...Array.from({ length }, () => (below(4) ? 32 + below(95) : below(0x10000)))),
    // One piece, or two, again and again.
    () => {
      const [a, b] = [piece(), piece()];
      return a.repeat(length / (a.length + b.length)) + b.repeat(length / (a.length + b.length));
    },
    () => {
      const unit = Array.from({ length: 1 + below(6) }, piece).join('');
      return `${below(2) ? 'v = ' : 'dv/dt = '}${unit.repeat(length / unit.length)}`;
    },
  ];
  return makers[below(makers.length)]().slice(0, MAX_LENGTH);
}

const kinds = new Map<string, ValueKind>([
  ...['v', 'e', 'u'].map((n) => [n, { kind: 'number', dimension: parseUnit('mV').dimension }] as const),
  ['tau', { kind: 'number', dimension: parseUnit('ms').dimension }],
  ['n', { kind: 'number', dimension: parseUnit('1').dimension }],
  ['spiked', { kind: 'boolean' }],
]);

/** What was read and printed can always be read again. */
function rereads(read: () => unknown): void {
  if (attempt(read) === undefined) throw new Error('what was printed can not be read');
}

/** Reads a text in every way, checks what was read and prints it; spans must lie within the text. */
function consume(text: string): void {
  const scope = (functions: ReadonlyMap<string, UserFunction>): Scope => ({ lookup: (n) => kinds.get(n), names: () => kinds.keys(), functions });
  const options = { text, path: [], unitless: text.length % 2 === 0, random: 'draws' } as const;
  const guarded = (read: (problems: ProblemList) => void): void => {
    try {
      const problems = new ProblemList();
      read(problems);
      problems.throwIfAny();
    } catch (error) {
      if (!(error instanceof SpikeloomError)) throw error;
      for (const { source } of error.problems) {
        if (source && !(source.span.start >= 0 && source.span.start <= source.span.end && source.span.end <= text.length))
          throw new Error(`bad span: ${error}`);
      }
    }
  };
  guarded((problems) => {
    const e = parseExpression(text);
    checkExpression(e, scope(new Map()), { ...options, problems });
    rereads(() => parseExpression(printExpression(e)));
  });
  guarded((problems) => {
    const equations = parseEquations(text);
    const functions = new Map(equations.flatMap((e) => (e.kind === 'function' ? [[e.name, e]] : [])));
    for (const e of equations) {
      if (e.kind === 'derivative') checkDerivative(e, scope(functions), { ...options, problems });
      if (e.kind === 'definition') checkExpression(e.rhs, scope(functions), { ...options, problems });
    }
    rereads(() => parseEquations(printEquations(equations)));
  });
  guarded((problems) => {
    const statements = parseBlock(text);
    checkStatements(statements, scope(new Map()), { ...options, problems });
    rereads(() => parseBlock(printBlock(statements)));
  });
}

/** The least of three measurements: other programs on the machine can stretch one. */
function milliseconds(text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && least > 100; attempt++) {
    const start = performance.now();
    consume(text);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

describe('fuzz', () => {
  const runs = Number(process.env.FUZZ_RUNS ?? 3000);

  it(`ends ${runs} texts in a model or a SpikeloomError within 100 ms each`, { timeout: 20_000 + runs * 20 }, () => {
    for (let seed = 0; seed < runs; seed++) {
      const text = fuzzInput(seed);
      let taken: number;
      try {
        taken = milliseconds(text);
      } catch (error) {
        throw new Error(`input ${seed} (${JSON.stringify(text.slice(0, 500))}) failed`, { cause: error });
      }
      if (taken > 100) throw new Error(`input ${seed} (${JSON.stringify(text.slice(0, 500))}) took ${taken} ms`);
    }
  });

  it('makes inputs of every kind', () => {
    const texts = Array.from({ length: 300 }, (_, seed) => fuzzInput(seed));
    const read = texts.filter((text) => attempt(() => parseEquations(text)) !== undefined && text.trim() !== '');
    expect(read.length).toBeGreaterThan(5);
    expect(texts.length - read.length).toBeGreaterThan(100);
    expect(texts.some((text) => text.length > 5000)).toBe(true);
  });
});
