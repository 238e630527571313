import { describe, expect, it } from 'vitest';
import { SpikeloomError } from '../core/error.ts';
import type { Expression } from './ast.ts';
import { parseBlock, parseEquations, parseExpression } from './parser.ts';

/** An expression with every pair of parentheses, as Lisp writes it. */
function lisp(e: Expression): string {
  switch (e.kind) {
    case 'number':
      return e.unit === undefined ? `${e.value}` : `${e.value}[${e.unit}]`;
    case 'name':
      return e.name;
    case 'unary':
      return `(${e.operator} ${lisp(e.operand)})`;
    case 'binary':
      return `(${e.operator} ${lisp(e.left)} ${lisp(e.right)})`;
    case 'call':
      return `${e.callee}<${e.args.map(lisp).join(' ')}>`;
  }
}

/** The printed mistakes of a text. */
function mistakes(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SpikeloomError) return String(error);
    throw error;
  }
  throw new Error(`'${text}' was read`);
}

describe('parseExpression', () => {
  it.each([
    { text: 'a + b * c', printed: '(+ a (* b c))' },
    { text: 'a - b - c', printed: '(- (- a b) c)' },
    { text: 'a / b * c', printed: '(* (/ a b) c)' },
    { text: '(a + b) * c', printed: '(* (+ a b) c)' },
    { text: '-x^2', printed: '(- (^ x 2))' },
    { text: '(-x)^2', printed: '(^ (- x) 2)' },
    { text: '2^-1', printed: '(^ 2 (- 1))' },
    { text: '2^-x^2', printed: '(^ 2 (- (^ x 2)))' },
    { text: 'a^b^c', printed: '(^ a (^ b c))' },
    { text: '-a * b', printed: '(* (- a) b)' },
    { text: 'a * -b', printed: '(* a (- b))' },
    { text: '--a', printed: '(- (- a))' },
    { text: 'a + b < c * d', printed: '(< (+ a b) (* c d))' },
    { text: 'not a < b and c or d', printed: '(or (and (not (< a b)) c) d)' },
    { text: 'not not a', printed: '(not (not a))' },
    { text: 'a or b and c', printed: '(or a (and b c))' },
    { text: 'max(a, b + 1) * f()', printed: '(* max<a (+ b 1)> f<>)' },
    { text: '10[mV] + .5e1[1/(mV ms)]', printed: '(+ 10[mV] 5[1/(mV ms)])' },
    { text: 'ca.current + pre.glutamate.conc', printed: '(+ ca.current pre.glutamate.conc)' },
    { text: '\n a\n + b\n\n', printed: '(+ a b)' },
    { text: '(a\n b)', printed: undefined },
  ])('$text', ({ text, printed }) => {
    if (printed === undefined) expect(() => parseExpression(text)).toThrow(SpikeloomError);
    else expect(lisp(parseExpression(text))).toBe(printed);
  });

  it('gives every node its place', () => {
    const text = '-(a + b) * max(c, 2[mV])';
    const places: string[] = [];
    const visit = (e: Expression): void => {
      places.push(text.slice(e.span.start, e.span.end));
      if (e.kind === 'unary') visit(e.operand);
      if (e.kind === 'binary') [e.left, e.right].forEach(visit);
      if (e.kind === 'call') e.args.forEach(visit);
    };
    visit(parseExpression(text));
    expect(places).toEqual(['-(a + b) * max(c, 2[mV])', '-(a + b)', 'a + b', 'a', 'b', 'max(c, 2[mV])', 'c', '2[mV]']);
  });

  it('refuses what is nested more than 256 levels deep', () => {
    const deep = (n: number): string[] => [
      `${'('.repeat(n)}a${')'.repeat(n)}`,
      `${'-'.repeat(n)}a`,
      `${'f('.repeat(n)}a${')'.repeat(n)}`,
      Array.from({ length: n + 1 }, () => 'a').join(' + '),
      Array.from({ length: n + 1 }, () => 'a').join(' ^ '),
    ];
    for (const text of deep(255)) expect(() => parseExpression(text)).not.toThrow();
    for (const text of [...deep(257), ...deep(50_000)]) expect(() => parseExpression(text)).toThrow(/nested more than 256 levels deep/);
  });

  it('says what is wrong', () => {
    expect(mistakes(parseExpression, '')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an expression is expected, but the text is empty
          
          ^
        Write an expression such as v >= v_th."
    `);
    expect(mistakes(parseExpression, '\n')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an expression is expected, but the text is empty
          
          ^
        Write an expression such as v >= v_th."
    `);
    expect(mistakes(parseExpression, 'a +')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an expression is expected here, not the end of the text
          a +
             ^
        Write a number, a name, a function or parentheses here."
    `);
    expect(mistakes(parseExpression, 'a + * b')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an expression is expected here, not '*'
          a + * b
              ^
        Write a number, a name, a function or parentheses here."
    `);
    expect(mistakes(parseExpression, '+a')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an expression is expected here, not '+'
          +a
          ^
        There is no '+' in front of an expression; remove it."
    `);
    expect(mistakes(parseExpression, '(a + b')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: this '(' is never closed
          (a + b
          ^
        Add a ')'."
    `);
    expect(mistakes(parseExpression, 'a + b)')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: ')' has no '(' before it
          a + b)
               ^
        Remove the ')'."
    `);
    expect(mistakes(parseExpression, 'f(a, b c)')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an operator or ')' is expected here, not 'c'
          f(a, b c)
                 ^
        To multiply, write '*'."
    `);
    expect(mistakes(parseExpression, 'f(a,)')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an expression is expected here, not ')'
          f(a,)
              ^
        Write a number, a name, a function or parentheses here."
    `);
    expect(mistakes(parseExpression, 'ca.f(a)')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: 'ca.f' is not a function
          ca.f(a)
          ^^^^
        Names of functions have no dots; write * to multiply."
    `);
    expect(mistakes(parseExpression, '2 (a)')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an operator is expected here, not '('
          2 (a)
            ^
        To multiply, write '*'."
    `);
    expect(mistakes(parseExpression, 'a; b')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an operator is expected here, not 'b'
          a; b
             ^
        One line holds one equation, statement or expression."
    `);
    expect(mistakes(parseExpression, 'a < b < c')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: comparisons can't be chained
          a < b < c
                ^
        Write a < b and b < c."
    `);
    expect(mistakes(parseExpression, 'a + not b')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: 'not' can't stand here
          a + not b
              ^^^
        Put parentheses around it: (not x)."
    `);
    expect(mistakes(parseExpression, 'a && b')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '&&' is not part of the language
          a && b
            ^^
        Write 'and'."
    `);
    expect(mistakes(parseExpression, 'a || b')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '||' is not part of the language
          a || b
            ^^
        Write 'or'."
    `);
    expect(mistakes(parseExpression, '!a')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '!' is not part of the language
          !a
          ^
        Write 'not'."
    `);
    expect(mistakes(parseExpression, 'a ** 2')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '**' is not part of the language
          a ** 2
            ^^
        Write powers with '^'."
    `);
    expect(mistakes(parseExpression, 'a = b')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '=' can't stand in an expression
          a = b
            ^
        To compare, write ==."
    `);
    expect(mistakes(parseExpression, 'a ? b : c')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '?' is not part of the language
          a ? b : c
            ^
        Write where(condition, a, b)."
    `);
    expect(mistakes(parseExpression, '10mV')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: a number and a name stand side by side
          10mV
          ^^^^
        Write 10[mV] or 10 * mV."
    `);
    expect(mistakes(parseExpression, '2x')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: a number and a name stand side by side
          2x
          ^^
        Write 2 * x."
    `);
    expect(mistakes(parseExpression, '10 [mV]')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '[' can't stand here
          10 [mV]
             ^
        A unit stands directly behind its number: 10[mV]."
    `);
    expect(mistakes(parseExpression, '10[mV')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: this '[' is never closed
          10[mV
          ^^^^^
        Write the unit as 10[mV]."
    `);
    expect(mistakes(parseExpression, '1e999')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: 1e999 is outside the range of numbers
          1e999
          ^^^^^
        Numbers lie between 5e-324 and 1.7e308."
    `);
    expect(mistakes(parseExpression, 'τ')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: the character "τ" is not part of the language
          τ
          ^
        Names are made of the letters a to z, A to Z, digits and _."
    `);
    expect(mistakes(parseExpression, 'if')).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: an expression is expected here, not 'if'
          if
          ^^
        Write a number, a name, a function or parentheses here."
    `);
  });
});

describe('parseEquations', () => {
  it('reads the three kinds', () => {
    const text = `
      dv/dt = (e_leak - v
        + r * i_in) / tau   # the membrane
        (unless refractory)
      i_leak = g * (v - e); function relu(x) = max(x, 0)
      function one() = 1
      dca.m/dt =
        -ca.m`;
    expect(parseEquations(text).map((e) => ({ ...e, span: text.slice(e.span.start, e.span.end).replace(/\s+/g, ' ') }))).toMatchObject([
      { kind: 'derivative', variable: 'v', unlessRefractory: true, span: 'dv/dt = (e_leak - v + r * i_in) / tau # the membrane (unless refractory)' },
      { kind: 'definition', name: 'i_leak', span: 'i_leak = g * (v - e)' },
      { kind: 'function', name: 'relu', parameters: ['x'] },
      { kind: 'function', name: 'one', parameters: [] },
      { kind: 'derivative', variable: 'ca.m', unlessRefractory: false },
    ]);
    expect(parseEquations(' # nothing\n;;\n')).toEqual([]);
    expect(parseEquations('dv/dt = x (unless refractory)')).toMatchObject([{ rhs: { kind: 'name', name: 'x' }, unlessRefractory: true }]);
  });

  it('says what is wrong on every line', () => {
    expect(
      mistakes(
        parseEquations,
        `dv/dt = (e - v
u += 2
x = = 3
y = 3 (unless refractory)
z = 3
- 5
dv/dx = 3
w/dt = 3
x = 1 2 } 3
}
if (a) { b = 3 }
v = x (unless resting)
`,
      ),
    ).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: this '(' is never closed
          dv/dt = (e - v
                  ^
        Add a ')'.

      [syntax]: '=' is expected here, not '+='
          u += 2
            ^^
        Changes like += belong in blocks: reset, step, on pre.

      [syntax]: an expression is expected here, not '='
          x = = 3
              ^
        To compare, write ==.

      [syntax]: only a differential equation can be held while refractory
          y = 3 (unless refractory)
                ^
        Remove (unless refractory) here.

      [syntax]: a line can't begin with '-'
          - 5
          ^
        To go on with the line before, put the '-' at its end.

      [syntax]: 'dt' is expected here, not 'dx'
          dv/dx = 3
             ^^
        Write a differential equation as dv/dt = ...

      [syntax]: 'w' is not the 'd' of a variable
          w/dt = 3
          ^
        Write a differential equation as dv/dt = ...

      [syntax]: an operator is expected here, not '2'
          x = 1 2 } 3
                ^
        To multiply, write '*'.

      [syntax]: '}' has no '{' before it
          }
          ^
        Equations need no braces.

      [syntax]: an equation is expected here, not 'if'
          if (a) { b = 3 }
          ^^
        Equations look like dv/dt = ..., name = ... or function f(x) = ...

      [syntax]: 'refractory' is expected here, not 'resting'
          v = x (unless resting)
                        ^^^^^^^
        Write (unless refractory)."
    `);
    expect(
      mistakes(
        parseEquations,
        `function a.b(x) = x
function f x = x
function f(x, x) = x
function f(x y) = x
function f(x`,
      ),
    ).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: 'a.b' has a dot, which names of functions and parameters can't have
          function a.b(x) = x
                   ^^^
        Functions look like function relu(x) = max(x, 0).

      [syntax]: '(' is expected here, not 'x'
          function f x = x
                     ^
        Functions look like function relu(x) = max(x, 0).

      [syntax]: 'x' is a parameter already
          function f(x, x) = x
                        ^
        Choose another name.

      [syntax]: ',' or ')' is expected here, not 'y'
          function f(x y) = x
                       ^
        Functions look like function relu(x) = max(x, 0).

      [syntax]: ',' or ')' is expected here, not the end of the text
          function f(x
                      ^
        Functions look like function relu(x) = max(x, 0)."
    `);
  });

  it('stops after 20 mistakes', () => {
    const text = Array.from({ length: 1000 }, () => 'x = = 1').join('\n');
    expect(() => parseEquations(text)).toThrow(expect.objectContaining({ problems: expect.objectContaining({ length: 20 }) }));
  });
});

describe('parseBlock', () => {
  it('reads assignments and conditions', () => {
    const text = `v = c; u += d; a -= 1; b *= 2; c /= 3
      if (v > a and b < 3) { x = 1; if (q) {} } y = 2
      if (a) {
        x = 1
      }
      else if (b) { x = 2 }
      else {
        x = 3
      }`;
    const read = parseBlock(text);
    expect(read).toMatchObject([
      { kind: 'assign', target: 'v', operator: '=', targetSpan: { start: 0, end: 1 }, span: { start: 0, end: 5 } },
      { kind: 'assign', target: 'u', operator: '+=' },
      { operator: '-=' },
      { operator: '*=' },
      { operator: '/=' },
      { kind: 'if', then: [{ target: 'x' }, { kind: 'if', then: [], otherwise: [] }], otherwise: [] },
      { kind: 'assign', target: 'y' },
      { kind: 'if', then: [{ target: 'x' }], otherwise: [{ kind: 'if', then: [{ target: 'x' }], otherwise: [{ target: 'x' }] }] },
    ]);
    expect(text.slice(read[7].span.start, read[7].span.end)).toMatch(/^if \(a\).*}$/s);
    expect(parseBlock('')).toEqual([]);
  });

  it('refuses what is nested more than 256 levels deep', () => {
    const deep = (n: number): string[] => ['if (a) {'.repeat(n) + '}'.repeat(n), Array.from({ length: n }, () => 'if (a) {}').join(' else ')];
    for (const text of deep(200)) expect(() => parseBlock(text)).not.toThrow();
    for (const text of [...deep(300), ...deep(20_000)]) expect(() => parseBlock(text)).toThrow(/nested more than 256 levels deep/);
  });

  it('says what is wrong on every line', () => {
    expect(
      mistakes(
        parseBlock,
        `if v > a { x = 1
  y = 3
}
z = 1 }
if (a) { x = = 1
  y 4
}
if (a) b = 3
if (a) and (b) { c = 3 }
if (a) {} else c = 3
dv/dt = 3
else { x = 3 }
3 = x
if (a) { x = 1`,
      ),
    ).toMatchInlineSnapshot(`
      "SpikeloomError [syntax]: '(' is expected here, not 'v'
          if v > a { x = 1
             ^
        Write if (condition) { ... }, with one pair of parentheses around the whole condition.

      [syntax]: '}' has no '{' before it
          z = 1 }
                ^
        Remove the '}'.

      [syntax]: an expression is expected here, not '='
          if (a) { x = = 1
                       ^
        To compare, write ==.

      [syntax]: an assignment is expected here, not '4'
            y 4
              ^
        Statements look like v = c, u += d or if (v > v_th) { ... }.

      [syntax]: '{' is expected here, not 'b'
          if (a) b = 3
                 ^
        Write if (condition) { ... }, with one pair of parentheses around the whole condition.

      [syntax]: '{' is expected here, not 'and'
          if (a) and (b) { c = 3 }
                 ^^^
        Write if (condition) { ... }, with one pair of parentheses around the whole condition.

      [syntax]: '{' is expected here, not 'c'
          if (a) {} else c = 3
                         ^
        Write else { ... } or else if (condition) { ... }.

      [syntax]: an assignment is expected here, not '/'
          dv/dt = 3
            ^
        Differential equations belong in the equations of the model.

      [syntax]: 'else' has no 'if' before it
          else { x = 3 }
          ^^^^
        Write if (condition) { ... } else { ... }.

      [syntax]: a statement is expected here, not '3'
          3 = x
          ^
        Statements look like v = c, u += d or if (v > v_th) { ... }.

      [syntax]: this '{' is never closed
          if (a) { x = 1
                 ^
        Add a '}'."
    `);
  });
});
