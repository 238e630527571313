import { describe, expect, it } from 'vitest';
import { parseBlock, parseEquations, parseExpression } from './parser.ts';
import { printBlock, printEquations, printExpression } from './print.ts';

describe('printExpression', () => {
  it.each([
    { text: 'a+b*c', printed: 'a + b * c' },
    { text: '((a+b))*c', printed: '(a + b) * c' },
    { text: 'a-(b-c)', printed: 'a - (b - c)' },
    { text: '(a-b)-c', printed: 'a - b - c' },
    { text: 'a/(b*c)', printed: 'a / (b * c)' },
    { text: '-(x^2)', printed: '-x^2' },
    { text: '(-x)^2', printed: '(-x)^2' },
    { text: '(-x)*y', printed: '-x * y' },
    { text: '-(x*y)', printed: '-(x * y)' },
    { text: '2^(-1)', printed: '2^-1' },
    { text: '2^(-(x*y))', printed: '2^-(x * y)' },
    { text: '(a^b)^c', printed: '(a^b)^c' },
    { text: 'a^(b^c)', printed: 'a^b^c' },
    { text: '- -x', printed: '--x' },
    { text: '(a<b)==(c<d)', printed: '(a < b) == (c < d)' },
    { text: 'not(a and b)', printed: 'not (a and b)' },
    { text: '(not a)<b', printed: '(not a) < b' },
    { text: 'a and(b or c)', printed: 'a and (b or c)' },
    { text: 'f( a,b )', printed: 'f(a, b)' },
    { text: '0.1[ mS/cm^2 ]', printed: '0.1[mS/cm^2]' },
    { text: '100000000000000000000000 + 1e-7', printed: '1e+23 + 1e-7' },
  ])('$text', ({ text, printed }) => {
    expect(printExpression(parseExpression(text))).toBe(printed);
  });

  it('puts a negative number, which no text gives, in parentheses where it must', () => {
    const span = { start: 0, end: 0 };
    const minusTwo = { kind: 'number', value: -2, span } as const;
    const two = { kind: 'number', value: 2, span } as const;
    expect(printExpression({ kind: 'binary', operator: '^', left: minusTwo, right: two, span })).toBe('(-2)^2');
    expect(printExpression({ kind: 'binary', operator: '*', left: two, right: minusTwo, span })).toBe('2 * -2');
  });
});

it('prints equations', () => {
  const text = 'dv/dt=(e-v)/tau(unless refractory);x=2;function f(a,b)=a+b;function g()=1';
  expect(printEquations(parseEquations(text))).toBe('dv/dt = (e - v) / tau (unless refractory)\nx = 2\nfunction f(a, b) = a + b\nfunction g() = 1');
});

it('prints blocks', () => {
  const text = 'v=c;if(a){x+=1;if(b){}}else if(c){y*=2}else{z=3}';
  expect(printBlock(parseBlock(text))).toMatchInlineSnapshot(`
    "v = c
    if (a) {
      x += 1
      if (b) {
      }
    } else if (c) {
      y *= 2
    } else {
      z = 3
    }"
  `);
});
