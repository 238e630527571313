import { expect, it } from 'vitest';
import { compileNetwork } from '../compile/compile.ts';
import { Network } from '../network/network.ts';
import { defineNeuron } from './define.ts';
import { quantity } from './quantity.ts';

it('a chain of named expressions, each read twice by the next, does not double the work with each', () => {
  const chain = Array.from({ length: 40 }, (_, i) => `a${i + 1} = a${i} + a${i}`).join('\n');
  const model = defineNeuron({
    name: 'chain',
    quantities: { v: quantity('a40'), a0: quantity(1), x: quantity(0) },
    equations: `${chain}\ndx/dt = a40`,
    integrator: 'heun',
  });
  const network = new Network({ dt: 1 });
  network.population('cells', model(), 1);
  expect(compileNetwork(network.def, 'f64').program.kernels.map((k) => k.name)).toContain('cells');
});
