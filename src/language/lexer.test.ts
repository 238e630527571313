import { describe, expect, it } from 'vitest';
import { tokenize } from './lexer.ts';

const texts = (text: string): string[] => tokenize(text).map((token) => (token.kind === 'eof' ? '$' : token.text));

describe('tokenize', () => {
  it.each([
    { text: 'v=a', tokens: ['v', '=', 'a', '$'] },
    { text: 'ca.current += pre.glutamate.conc', tokens: ['ca.current', '+=', 'pre.glutamate.conc', '$'] },
    { text: '1e-3*.5+2.', tokens: ['1e-3', '*', '.5', '+', '2.', '$'] },
    { text: '10[mV] 0.1[1/(mV ms)]', tokens: ['10[mV]', '0.1[1/(mV ms)]', '$'] },
    { text: 'a<=b==c!=d>=e', tokens: ['a', '<=', 'b', '==', 'c', '!=', 'd', '>=', 'e', '$'] },
    { text: 'a # comment (\nb', tokens: ['a', '\n', 'b', '$'] },
    { text: 'a;b', tokens: ['a', ';', 'b', '$'] },
    { text: '\n\na\n\n\nb\n\n', tokens: ['\n', 'a', '\n', 'b', '$'] },
    { text: 'f(a,\n b\n)', tokens: ['f', '(', 'a', ',', 'b', ')', '$'] },
    { text: 'a +\n b', tokens: ['a', '+', 'b', '$'] },
    { text: 'a\n + b\n and c', tokens: ['a', '+', 'b', 'and', 'c', '$'] },
    { text: 'a\n - b', tokens: ['a', '\n', '-', 'b', '$'] },
    { text: 'a =\n\n b', tokens: ['a', '=', 'b', '$'] },
    { text: 'a\n(unless refractory)', tokens: ['a', '(', 'unless', 'refractory', ')', '$'] },
    { text: 'a\n(b)', tokens: ['a', '\n', '(', 'b', ')', '$'] },
    // An opening bracket without a partner joins no lines.
    { text: '(a\nb', tokens: ['(', 'a', '\n', 'b', '$'] },
    { text: '{ (a\n}\nb)', tokens: ['{', '(', 'a', '\n', '}', '\n', 'b', ')', '$'] },
  ])('$text', ({ text, tokens }) => {
    expect(texts(text)).toEqual(tokens);
  });

  it('gives every token its place', () => {
    const text = ' dv/dt = 10[mV] # x\n u2';
    for (const token of tokenize(text)) expect(text.slice(token.span.start, token.span.end)).toBe(token.text);
  });

  it('reads values and units', () => {
    expect(tokenize('1.5e-3[ mV ]')[0]).toMatchObject({ kind: 'number', value: 1.5e-3, unit: 'mV' });
    expect(tokenize('7')[0]).not.toHaveProperty('unit');
  });

  it.each(['1e999', '1e-999', '3[mV', '3[mV\n]', '2x', '@', 'a && b', '\ud800', '0x10', '1_000', 'x'.repeat(129)])('marks %j as an error', (text) => {
    expect(tokenize(text).some((token) => token.kind === 'error')).toBe(true);
  });
});
