import { expect, it } from 'vitest';
import { spanWithin } from './align.ts';

/** The part of the scalar that the marked part of the text stands for. */
function shown(raw: string, text: string, part: string): string {
  const start = text.indexOf(part);
  const span = spanWithin(raw, text, { start, end: start + part.length });
  return raw.slice(span.start, span.end);
}

it.each([
  ['plain text', 'v >= v_th', 'v >= v_th', 'v_th', 'v_th'],
  ['plain text over lines', 'v >=\n    v_th', 'v >= v_th', 'v_th', 'v_th'],
  ['single quotes', "'it''s x'", "it's x", 'x', 'x'],
  ['double quotes', '"a\\tb c"', 'a\tb c', 'c', 'c'],
  ['double quotes with escapes in what is marked', '"\\x41\\u0042\\U00000043 d"', 'ABC d', 'BC', '\\u0042\\U00000043'.slice(0, 7)],
  ['double quotes over lines', '"a\\\n   b c"', 'ab c', 'b', 'b'],
  ['a literal block', '|\n    a = b\n    c = dd\n', 'a = b\nc = dd', 'dd', 'dd'],
  ['a literal block with a header', '|2-  # note\n    a = b\n      c = dd', '  a = b\n    c = dd', 'c = dd', 'c = dd'],
  ['a literal block with CRLF', '|\r\n  a = b\r\n  c = dd\r\n', 'a = b\nc = dd', 'dd', 'dd'],
  ['a folded block', '>-\n  a +=\n    b\n\n  c', 'a +=\n  b\n\nc', 'b', 'b'],
  ['tidied text of a block', '|\n\n      a = b  \n        c = dd\n\n', 'a = b\n  c = dd', 'dd', 'dd'],
])('%s', (_, raw, text, part, expected) => {
  expect(shown(raw, text, part)).toBe(expected);
});

it('marks the place behind the end of a text', () => {
  expect(spanWithin("'a +'", 'a +', { start: 3, end: 4 })).toEqual({ start: 4, end: 5 });
});
