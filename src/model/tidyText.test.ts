import { expect, it } from 'vitest';
import { defineSynapse } from './define.ts';
import { quantity } from './quantity.ts';
import { tidyText } from './tidyText.ts';

it.each([
  ['', ''],
  ['  \n \n', ''],
  ['  a = b  ', 'a = b'],
  ['\n    a = b\n      c = d\n\n    e = f\n  ', 'a = b\n  c = d\n\ne = f'],
  ['    a\n  b', '  a\nb'],
  ['a\r\n  b\rc', 'a\n  b\nc'],
  ['\ta\n\t\tb', 'a\n\tb'],
  ['\ta\n  b', '\ta\n  b'],
])('%j becomes %j', (text, tidy) => {
  expect(tidyText(text)).toBe(tidy);
  expect(tidyText(tidy)).toBe(tidy);
});

it('models hold their equations tidied', () => {
  const synapse = defineSynapse({ name: 's', quantities: { w: quantity(1) }, continuous: '\n    post.i += w\n    post.i -= 1\n  ' });
  expect(synapse.def.continuous).toBe('post.i += w\npost.i -= 1');
});
