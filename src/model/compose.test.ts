import { expect, it } from 'vitest';
import { defineNeuron } from './define.ts';
import { input, quantity } from './quantity.ts';

const withPort = (name: string) => () =>
  defineNeuron({ name: 'cell', quantities: { v: quantity(0) }, inputs: { [name]: input() }, equations: 'dv/dt = -v\nhalf = v / 2' });

it('refuses a port that has the name of something else', () => {
  expect(withPort('v')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [duplicate-name]: 'v' is an input port and something else too
      in model 'cell'
      Give one of the two another name.]
  `);
  expect(withPort('half')).toThrow("'half' is an input port and something else too");
  expect(withPort('i')).not.toThrow();
});

it('refuses a port that can have no name', () => {
  expect(withPort('t')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [invalid-model]: 't' has a meaning of its own and can’t be declared
      in model 'cell'
      Choose another name.]
  `);
  expect(withPort('i in')).toThrow("'i in' is not a name");
});
