import { describe, expect, it } from 'vitest';
import { composeModel } from './compose.ts';
import { defineChannel, defineNeuron } from './define.ts';
import { quantity } from './quantity.ts';

const neuron = (equations: string, more: object = {}) =>
  defineNeuron({ name: 'm', quantities: { v: quantity(0, 'mV', ''), tau: quantity(1, 'ms', '') }, equations, ...more });

describe('names', () => {
  it.each([
    ['function exp(x) = x\ndv/dt = -v / tau', "'exp' is a function of the language"],
    ['function f(x) = x\nfunction f(x) = 2 * x\ndv/dt = -v / tau', "'f' is defined twice"],
    ['spike = 3\ndv/dt = -v / tau', "'spike' has a meaning of its own"],
    ['a = 1\na = 2\ndv/dt = -v / tau', "'a' is defined twice"],
    ['ca.a = 1\ndv/dt = -v / tau', "'ca.a' is not a name"],
  ])('%j is refused', (equations, message) => {
    expect(() => neuron(equations)).toThrow(message);
  });

  const leak = defineChannel({ name: 'leak', quantities: { g: quantity(1, 'conductance', '') }, equations: 'current = g * v' });

  it.each(['pre', 'a b', 'ca.k'])('a part can’t be called %j', (key) => {
    expect(() => neuron('dv/dt = -v / tau', { channels: { [key]: leak() } })).toThrow(`'${key}'`);
  });
});

describe('units of a neuron’s parts', () => {
  it('stand for the whole unit within a product', () => {
    const resistive = defineChannel({
      name: 'resistive',
      quantities: { r: quantity(2, '1/conductance', 'resistance') },
      equations: 'current = v / r',
    });
    const { quantities } = composeModel(neuron('', { channels: { x: resistive() }, units: { conductance: 'mS/cm^2', current: 'uA/cm^2' } }).def);
    // 1 / (mS/cm^2) = 100 um^2 / nS
    expect(quantities.get('x.r')?.initial).toBeCloseTo(200, 9);
  });
});
