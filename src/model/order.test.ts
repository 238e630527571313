import { expect, it } from 'vitest';
import { composeModel } from './compose.ts';
import { defineNeuron, defineReceptor } from './define.ts';
import { quantity } from './quantity.ts';

const sets = (name: string, step: string, reads: Record<string, string>) =>
  defineReceptor({ name, quantities: { r: quantity(0, '1', 'state') }, reads, step })();

const cell = (first: string, second: string) =>
  defineNeuron({
    name: 'modulated',
    quantities: { v: quantity(0, 'mV', 'voltage'), x: quantity(0, '1', 'shared'), y: quantity(0, '1', 'shared') },
    receptors: { first: sets('first', first, { x: '1', y: '1' }), second: sets('second', second, { x: '1', y: '1' }) },
  });

it('carries out a part that assigns before one that reads', () => {
  const order = (first: string, second: string): (string | undefined)[] => composeModel(cell(first, second).def).steps.map((s) => s.path[1]);
  expect(order('x = 1', 'y = x')).toEqual(["receptor 'first'", "receptor 'second'"]);
  expect(order('y = x', 'x = 1')).toEqual(["receptor 'second'", "receptor 'first'"]);
});

it('refuses a loop and takes previous(x) as the way out', () => {
  expect(() => cell('x = y', 'y = x')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [invalid-model]: 'receptor 'second'' and 'receptor 'first'' each read what the other assigns
      in model 'modulated'
      Let one of them read the value from before the step: previous(x).]
  `);
  expect(composeModel(cell('x = previous(y)', 'y = x').def).steps.map((s) => s.path[1])).toEqual(["receptor 'first'", "receptor 'second'"]);
});

it('looks into functions, and not at the names of their parameters', () => {
  const order = (parameter: string): (string | undefined)[] => {
    const reading = { x: '1', y: '1' };
    const quantities = { r: quantity(0, '1', 'state') };
    const first = defineReceptor({ name: 'first', quantities, reads: reading, equations: `function f(${parameter}) = 2 * x`, step: 'y = f(1)' })();
    const model = defineNeuron({
      name: 'calling',
      quantities: { v: quantity(0, 'mV', 'voltage'), x: quantity(0, '1', 'shared'), y: quantity(0, '1', 'shared') },
      receptors: { first, second: sets('second', 'x = 1', reading) },
    });
    return composeModel(model.def).steps.map((s) => s.path[1]);
  };
  expect(order('a')).toEqual(["receptor 'second'", "receptor 'first'"]);
  expect(order('x')).toEqual(["receptor 'first'", "receptor 'second'"]);
});
