import { describe, expect, it } from 'vitest';
import { ProblemList, SpikeloomError } from '../core/error.ts';
import { parseUnit, printDimension } from '../core/unit.ts';
import { BUILTINS } from './builtins.ts';
import { type CheckOptions, checkDerivative, checkExpression, checkStatements, type Scope, type UserFunction, type ValueKind } from './check.ts';
import { parseBlock, parseEquations, parseExpression } from './parser.ts';

const quantity = (unit: string): ValueKind => ({ kind: 'number', dimension: parseUnit(unit).dimension });

const NAMES = new Map<string, ValueKind>([
  ['v', quantity('mV')],
  ['e', quantity('mV')],
  ['g', quantity('nS')],
  ['c', quantity('pF')],
  ['i', quantity('pA')],
  ['tau', quantity('ms')],
  ['rate', quantity('Hz')],
  ['n', quantity('1')],
  ['spiked', { kind: 'boolean' }],
  ['t', quantity('ms')],
]);

function userFunctions(text: string): Map<string, UserFunction> {
  return new Map(parseEquations(text).map((e) => (e.kind === 'function' ? [e.name, e] : expect.unreachable(text))));
}

function scope(functions = ''): Scope {
  return {
    lookup: (name) => NAMES.get(name),
    list: (name) => (name === 'currents' ? parseUnit('pA').dimension : undefined),
    names: () => NAMES.keys(),
    functions: userFunctions(functions),
    assignable: (name) => (name === 't' ? 'Time goes on by itself.' : undefined),
  };
}

type Settings = Partial<Omit<CheckOptions, 'text' | 'problems'>> & { functions?: string };

function options(text: string, settings: Settings): CheckOptions {
  return { text, path: [], problems: new ProblemList(), unitless: false, random: 'none', ...settings };
}

function report(o: CheckOptions): string {
  try {
    o.problems.throwIfAny();
    return 'no problem';
  } catch (error) {
    expect(error).toBeInstanceOf(SpikeloomError);
    return String(error);
  }
}

/** The kind of an expression as text, or the printed problems. */
function check(text: string, settings: Settings = {}): string {
  const o = options(text, settings);
  const kind = checkExpression(parseExpression(text), scope(settings.functions), o);
  expect(kind === undefined).toBe(o.problems.length > 0);
  if (kind === undefined) return report(o);
  if (kind.kind === 'boolean') return 'boolean';
  return kind.dimension === 'any' ? 'any' : printDimension(kind.dimension);
}

function derivative(text: string, settings: Settings = {}): string {
  const o = options(text, settings);
  for (const e of parseEquations(text)) if (e.kind === 'derivative') checkDerivative(e, scope(settings.functions), o);
  return report(o);
}

function statements(text: string, settings: Settings = {}): string {
  const o = options(text, settings);
  checkStatements(parseBlock(text), scope(settings.functions), o);
  return report(o);
}

describe('checkExpression', () => {
  it.each([
    ['v', 'mV'],
    ['v + e - 10[V]', 'mV'],
    ['-v', 'mV'],
    ['g * (v - e)', 'pA'],
    ['g * (v - e) / c', 'mV/ms'],
    ['c / g', 'ms'],
    ['rate * tau', '1'],
    ['2 * v', 'mV'],
    ['0', 'any'],
    ['0 + v', 'mV'],
    ['v - 0', 'mV'],
    ['0 * v + tau', 'ms'],
    ['0[mV]', 'mV'],
    ['v > 0', 'boolean'],
    ['v >= e and not spiked or n == 2', 'boolean'],
    ['v^2', 'mV^2'],
    ['v^-(1 + 1)', '1/mV^2'],
    ['v^(1/2) * v^0.5', 'mV'],
    ['(v/e)^n', '1'],
    ['2^n', '1'],
    ['pow(v, 3)', 'mV^3'],
    ['sqrt(v * v)', 'mV'],
    ['sqrt(tau)', 'ms^(1/2)'],
    ['abs(v)', 'mV'],
    ['frozen(v)', 'mV'],
    ['exp((v - e) / 5[mV])', '1'],
    ['floor(n) + ceil(n)', '1'],
    ['sign(v) * heaviside(tau)', '1'],
    ['min(v, 0)', 'mV'],
    ['clamp(v, 0, e)', 'mV'],
    ['where(v > e, v, 0)', 'mV'],
    ['sqrt(0)', 'any'],
  ])('%s is in %s', (text, kind) => {
    expect(check(text)).toBe(kind);
  });

  it('finds units of user functions at each call', () => {
    const functions = 'function relu(x) = max(x, 0); function twice(x) = relu(x) + relu(x); function above(x) = x > e';
    expect(check('twice(v)', { functions })).toBe('mV');
    expect(check('twice(tau) * twice(n)', { functions })).toBe('ms');
    expect(check('above(v)', { functions })).toBe('boolean');
  });

  it('compares no units in a model without', () => {
    expect(check('v + tau * exp(v) ^ tau', { unitless: true })).toBe('any');
    expect(check('v + 10[mV] > where(v < 1, tau, 2)', { unitless: true })).toBe('boolean');
    expect(check('v + (v > 1)', { unitless: true })).toContain('type-mismatch');
    expect(check('v + w', { unitless: true })).toContain('unknown-name');
    expect(check('exp()', { unitless: true })).toContain('type-mismatch');
    expect(check('v + 3[mw]', { unitless: true })).toContain('unknown-unit');
  });

  it('allows random numbers where they belong', () => {
    expect(check('xi(a)', { random: 'noise' })).toBe('1/ms^(1/2)');
    expect(check('v * xi(a) / sqrt(tau)', { random: 'noise' })).toBe('mV/ms');
    const draws = { random: 'draws' } as const;
    expect(check('uniform() + normal() + poisson(rate * tau)', draws)).toBe('1');
    expect(check('uniform(0, v) + normal(v, e)', draws)).toBe('mV');
    expect(check('lognormal(v, e) + truncated(normal(v, 1[mV]), 0, 2 * e) + truncated(lognormal(v, e), 0, e)', draws)).toBe('mV');
    expect(check('bernoulli(0.5)', draws)).toBe('boolean');
  });

  it('has a rule for every function', () => {
    const given: Record<string, string> = { xi: 'a', where: 'v > e, n, n', truncated: 'normal(), -1, 2', sample: 'currents, 0.5' };
    for (const [name, { overloads }] of Object.entries(BUILTINS)) {
      for (const parameters of overloads) {
        const text = `${name}(${given[name] ?? parameters.map(() => '0.5').join(', ')})`;
        expect(check(text, { random: name === 'xi' ? 'noise' : 'draws' }), text).not.toContain('Error');
      }
    }
  });

  it('says which units differ', () => {
    expect(check('v + tau', { path: ["model 'lif'", 'dv/dt'] })).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV but 'tau' is in ms: they can't be added
        in model 'lif' > dv/dt
          v + tau
              ^^^
        Convert one of them, or correct the unit that it is declared with."
    `);
    expect(check('v - 5')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV but '5' has no unit: they can't be subtracted
          v - 5
              ^
        Give the number its unit: 5[mV]."
    `);
    expect(check('-65 <= v')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: '-65' has no unit but 'v' is in mV: they can't be compared
          -65 <= v
                 ^
        Give the number its unit: -65[mV]."
    `);
    expect(check('g * (v - e) == c')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'g * (v - e)' is in pA but 'c' is in pF: they can't be compared
          g * (v - e) == c
                         ^
        Convert one of them, or correct the unit that it is declared with."
    `);
    expect(check('n + v')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'n' has no unit but 'v' is in mV: they can't be added
          n + v
              ^
        Convert one of them, or correct the unit that it is declared with."
    `);
    expect(check('clamp(v, 0, tau)')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV but 'tau' is in ms: clamp can't take both
          clamp(v, 0, tau)
                      ^^^
        Convert one of them, or correct the unit that it is declared with."
    `);
    expect(check('where(spiked, v, tau)')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV but 'tau' is in ms: where can't choose between them
          where(spiked, v, tau)
                           ^^^
        Convert one of them, or correct the unit that it is declared with."
    `);
    expect(check('exp(v)')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV, but exp takes a number without unit
          exp(v)
              ^
        Divide it by something in mV."
    `);
    expect(check('v^n')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV: the exponent 'n' must be a plain number
          v^n
            ^
        Divide 'v' by something in mV, or write the exponent as a number."
    `);
    expect(check('n^v')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV, but an exponent takes a number without unit
          n^v
            ^
        Divide it by something in mV."
    `);
    expect(check('v + (tau + 1[ms] + 2[ms] + 3[ms] + 4[ms] + 5[ms] + 6[ms] + 7[ms] + 8[ms])')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV but 'tau + 1[ms] + 2[ms] + 3[ms] + 4[ms] + 5[ms] + 6[ms] + 7[m...' is in ms: they can't be added
          v + (tau + 1[ms] + 2[ms] + 3[ms] + 4[ms] + 5[ms] + 6[ms] + 7[ms] + 8[ms])
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Convert one of them, or correct the unit that it is declared with."
    `);
    expect(check('v + 3[ mV/msc ]')).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-unit]: 'msc' is not a unit
          v + 3[ mV/msc ]
                    ^^^
        Did you mean 'ms'? Known here: ms, s, Hz, min, h, mV, V, pA, nA, uA, nS, uS, mS, pF, nF, uF, Mohm, Gohm, ohm, fC, pC, uM, mM, M, mol, L, nm, um, mm, cm, m, K, J, W."
    `);
  });

  it('says which name is unknown', () => {
    expect(check('v / tua')).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'tua' is not defined
          v / tua
              ^^^
        Did you mean 'tau'? Known here: v, e, g, c, i, tau, rate, n, spiked, t."
    `);
    expect(check('exq(v / e)')).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'exq' is not a function
          exq(v / e)
          ^^^
        Did you mean 'exp'? Known here: exp, log, sqrt, abs, sin, cos, tanh, cosh, sinh, exprel, floor, ceil, sign, heaviside, min, max, clamp, pow, where, frozen, previous, sample, uniform, normal, lognormal, truncated, poisson, bernoulli, xi."
    `);
    expect(check('v(3)')).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'v' is not a function
          v(3)
          ^
        To multiply, write v * (...)."
    `);
    expect(check('exp + 1')).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'exp' is a function
          exp + 1
          ^^^
        Give it arguments: exp(x)."
    `);
    expect(check('toString + constructor(1)')).toContain("'constructor' is not a function");
  });

  it('says what kind is expected', () => {
    expect(check('spiked + 1')).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: 'spiked' is a condition, but a number is expected here
          spiked + 1
          ^^^^^^
        Write where(spiked, 1, 0) to make a number of it."
    `);
    expect(check('v and spiked')).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: 'v' is a number, but a condition is expected here
          v and spiked
          ^
        Compare it with something: v > 0."
    `);
    expect(check('not v')).toContain('type-mismatch');
    expect(check('where(v, 1, 2)')).toContain('type-mismatch');
    expect(check('spiked == spiked')).toContain('type-mismatch');
    expect(check('exp(1, 2)')).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: 'exp' can't take 2 arguments
          exp(1, 2)
          ^^^^^^^^^
        Write exp(x)."
    `);
    expect(check('uniform(1)', { random: 'draws' })).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: 'uniform' can't take 1 argument
          uniform(1)
          ^^^^^^^^^^
        Write uniform() or uniform(low, high)."
    `);
    expect(check('xi(v + e)', { random: 'noise' })).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: xi takes a name of its own, not 'v + e'
          xi(v + e)
             ^^^^^
        Write xi(a): equal names are the same noise, different names are independent."
    `);
  });

  it('says where random numbers belong', () => {
    expect(check('normal()')).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: 'normal' draws a random number, which can't be done here
          normal()
          ^^^^^^^^
        Draw in a block (reset, step, on pre) or in an init or set expression."
    `);
    expect(check('truncated(v, 0, e)', { random: 'draws' })).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: truncated takes a law to draw from, not 'v'
          truncated(v, 0, e)
                    ^
        Write truncated(normal(mean, sd), low, high) or truncated(lognormal(mean, sd), low, high); clamp(x, low, high) bounds any x."
    `);
    expect(check('truncated(normal(v, e), 3[mV], 1[mV]) + truncated(normal(), 2, -2)', { random: 'draws' })).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-value]: nothing lies between '3[mV]' and '1[mV]'
          truncated(normal(v, e), 3[mV], 1[mV]) + truncated(normal(), 2, -2)
                                  ^^^^^^^^^^^^
        Give the lower bound first.

      [invalid-value]: nothing lies between '2' and '-2'
          truncated(normal(v, e), 3[mV], 1[mV]) + truncated(normal(), 2, -2)
                                                                      ^^^^^
        Give the lower bound first."
    `);
    expect(check('truncated(normal(v, e), 0, tau)', { random: 'draws' })).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'normal(v, e)' is in mV but 'tau' is in ms: truncated can't take both
          truncated(normal(v, e), 0, tau)
                                     ^^^
        Convert one of them, or correct the unit that it is declared with."
    `);
    expect(check('normal()', { random: 'noise' })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: 'normal' draws a random number, which a differential equation can't do
          normal()
          ^^^^^^^^
        Use white noise, xi(a), or draw in a step block."
    `);
    expect(check('xi(a)')).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: 'xi' is white noise, which belongs in a differential equation
          xi(a)
          ^^^^^
        Write dv/dt = ... + sigma * xi(a)."
    `);
    expect(check('xi(a)', { random: 'draws' })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: 'xi' is white noise, which belongs in a differential equation
          xi(a)
          ^^^^^
        Use normal(mean, sd) here."
    `);
  });

  it('reports problems within user functions at the call', () => {
    const functions = 'function inner(x) = max(x, 3); function outer(y) = inner(y); function missing(x) = x * gain; function rec(x) = rec(x)';
    expect(check('n + outer(v)', { functions, path: ['dv/dt'] })).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'x' is in mV but '3' has no unit: max can't take both
        in dv/dt > function 'outer' > function 'inner'
          n + outer(v)
              ^^^^^^^^
        Give the number its unit: 3[mV]."
    `);
    expect(check('missing(v)', { functions })).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'gain' is not defined
        in function 'missing'
          missing(v)
          ^^^^^^^^^^
        Known here: x, v, e, g, c, i, tau, rate, n, spiked, t."
    `);
    expect(check('rec(v)', { functions })).toMatchInlineSnapshot(`
      "SpikeloomError [invalid-model]: 'rec' calls itself
        in function 'rec'
          rec(v)
          ^^^^^^
        A function can only call others, down to the built-in ones."
    `);
    expect(check('outer(v, v)', { functions })).toMatchInlineSnapshot(`
      "SpikeloomError [type-mismatch]: 'outer' can't take 2 arguments
          outer(v, v)
          ^^^^^^^^^^^
        Write outer(y)."
    `);
    expect(check('outer(v, v)', { functions, unitless: true })).toContain('type-mismatch');
  });

  it('refuses functions that grow without bound', () => {
    const doubling = Array.from({ length: 60 }, (_, k) => `function f${k + 1}(x) = f${k}(x) + f${k}(x)`);
    const functions = ['function f0(x) = x', ...doubling].join('\n');
    expect(check('f8(v)', { functions })).toBe('mV');
    expect(check('f60(v)', { functions })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the functions called here expand to more than 10000 operations
          f60(v)
          ^^^^^^
        Let functions call each other less often."
    `);
  });

  it('goes on after a problem and stops after 20', () => {
    const o = options('x', {});
    checkExpression(parseExpression('(v + tau) * (spiked + 1) * tua * exp(v)'), scope(), o);
    expect(o.problems.length).toBe(4);
    const many = options('x', {});
    checkExpression(parseExpression(`max(${Array.from({ length: 1000 }, (_, k) => `x${k}`).join(', ')})`), scope(), many);
    checkStatements(parseBlock(Array.from({ length: 1000 }, (_, k) => `x${k} = 1`).join('\n')), scope(), many);
    expect(many.problems.length).toBe(21);
  });
});

describe('checkDerivative', () => {
  it('takes the unit of the variable per ms', () => {
    expect(derivative('dv/dt = (e - v) / tau; dn/dt = -n * rate; dv/dt = 0; dv/dt = g * (v - e) / c + e * xi(a) / sqrt(tau)')).toBe('no problem');
    expect(derivative('dv/dt = e - v + n', { unitless: true })).toBe('no problem');
  });

  it('says what is wrong', () => {
    expect(derivative('dv/dt = e - v')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'dv/dt' is in mV/ms but 'e - v' is in mV
          dv/dt = e - v
                  ^^^^^
        Divide the right side by a time constant."
    `);
    expect(derivative('dv/dt = i / g / c')).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'dv/dt' is in mV/ms but 'i / g / c' is in mV^2/(ms pA)
          dv/dt = i / g / c
                  ^^^^^^^^^
        Its right side must be in mV/ms."
    `);
    expect(derivative('dw/dt = v > e')).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'w' is not defined
          dw/dt = v > e
           ^
        Did you mean 'v'? Known here: v, e, g, c, i, tau, rate, n, spiked, t.

      [type-mismatch]: 'v > e' is a condition, but a number is expected here
          dw/dt = v > e
                  ^^^^^
        Write where(v > e, 1, 0) to make a number of it."
    `);
    expect(derivative('dn/dt = normal() / tau', { random: 'draws' })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: 'normal' draws a random number, which a differential equation can't do
          dn/dt = normal() / tau
                  ^^^^^^^^
        Use white noise, xi(a), or draw in a step block."
    `);
    expect(derivative('dspiked/dt = rate')).toContain('type-mismatch');
  });
});

describe('checkStatements', () => {
  it('takes the unit of the target', () => {
    const text = 'v = e; v += 2[mV]; v -= 0; v *= 2; n /= n; spiked = v > e; if (v > e) { v = 0 } else if (spiked) { n = n + 1 } else { n = 0 }';
    expect(statements(text)).toBe('no problem');
    expect(statements('if (bernoulli(n)) { v = normal(e, 1[mV]) }', { random: 'draws' })).toBe('no problem');
    expect(statements('v = tau; v *= tau', { unitless: true })).toBe('no problem');
  });

  it('says what is wrong in every statement', () => {
    expect(
      statements('v = tau\nv += 1\nv -= n\nv *= tau\nw = 1\nt = 2[ms]\nspiked = 1\nspiked += 1\nv = spiked\nif (v) { v = n } else { n = v }'),
    ).toMatchInlineSnapshot(`
      "SpikeloomError [unit-mismatch]: 'v' is in mV but 'tau' is in ms: the one can't be assigned to the other
          v = tau
              ^^^
        Convert one of them, or correct the unit that it is declared with.

      [unit-mismatch]: 'v' is in mV but '1' has no unit: they can't be added
          v += 1
               ^
        Give the number its unit: 1[mV].

      [unit-mismatch]: 'v' is in mV but 'n' has no unit: they can't be subtracted
          v -= n
               ^
        Convert one of them, or correct the unit that it is declared with.

      [unit-mismatch]: 'tau' is in ms: '*=' would change the unit of 'v'
          v *= tau
               ^^^
        Use a number without unit behind '*='.

      [unknown-name]: 'w' is not defined
          w = 1
          ^
        Did you mean 'v'? Known here: v, e, g, c, i, tau, rate, n, spiked, t.

      [invalid-model]: 't' can't be assigned
          t = 2[ms]
          ^
        Time goes on by itself.

      [type-mismatch]: '1' is a number, but a condition is expected here
          spiked = 1
                   ^
        Compare it with something: 1 > 0.

      [type-mismatch]: 'spiked' is a condition, but a number is expected here
          spiked += 1
          ^^^^^^
        Write where(spiked, 1, 0) to make a number of it.

      [type-mismatch]: 'spiked' is a condition, but a number is expected here
          v = spiked
              ^^^^^^
        Write where(spiked, 1, 0) to make a number of it.

      [type-mismatch]: 'v' is a number, but a condition is expected here
          if (v) { v = n } else { n = v }
              ^
        Compare it with something: v > 0.

      [unit-mismatch]: 'v' is in mV but 'n' has no unit: the one can't be assigned to the other
          if (v) { v = n } else { n = v }
                       ^
        Convert one of them, or correct the unit that it is declared with.

      [unit-mismatch]: 'n' has no unit but 'v' is in mV: the one can't be assigned to the other
          if (v) { v = n } else { n = v }
                                      ^
        Convert one of them, or correct the unit that it is declared with."
    `);
  });
});
