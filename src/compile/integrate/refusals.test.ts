import { expect, it } from 'vitest';
import { defineNeuron } from '../../model/define.ts';
import type { Integrator } from '../../model/definition.ts';
import { quantity } from '../../model/quantity.ts';
import { Network } from '../../network/network.ts';
import { compileNetwork } from '../compile.ts';

const compile = (integrator: Integrator, equations: string, refractory?: string) => {
  const model = defineNeuron({
    name: 'cell',
    quantities: { v: quantity(1), u: quantity(1), w: quantity(1), k: quantity(2) },
    equations,
    integrator,
    spike: 'v > 10',
    ...(refractory && { refractory }),
  });
  const network = new Network();
  network.population('cells', model(), 1);
  return compileNetwork(network.def, 'f64');
};

it('exact refuses what is not linear in its variables', () => {
  expect(() => compile('exact', 'dv/dt = -k * v + u * v\ndu/dt = -u')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' needs dv/dt to be linear in v, u, but 'u * v' is not
      in network > population 'cells' > model 'cell' > dv/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
});

it('exact refuses it inside a function of a variable', () => {
  expect(() => compile('exact', 'dv/dt = 1 - exp(v / k)')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' needs dv/dt to be linear in v, but 'exp(v / k)' is not
      in network > population 'cells' > model 'cell' > dv/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
});

it('exact refuses it in a named expression and in a function of the user', () => {
  expect(() => compile('exact', 'dv/dt = -leak\nleak = k * v^2')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' needs dv/dt to be linear in v, but 'v^2' is not
      in network > population 'cells' > model 'cell' > dv/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
  expect(() => compile('exact', 'function leak(x) = x * v\ndv/dt = leak(-k)')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' needs dv/dt to be linear in v, but 'leak(-k)' is not
      in network > population 'cells' > model 'cell' > dv/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
});

it('exact refuses coefficients that change with time', () => {
  expect(() => compile('exact', 'dv/dt = -v * (1 + sin(t))')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' needs constant coefficients, but '-1 * (1 + sin(t))' in dv/dt changes with time
      in network > population 'cells' > model 'cell' > dv/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
  expect(() => compile('exact', 'dv/dt = -rate * v\nrate = k * since_spike')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' needs constant coefficients, but '-rate' in dv/dt changes with time
      in network > population 'cells' > model 'cell' > dv/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
  expect(() => compile('exact', 'function rate(x) = x * t\ndv/dt = -rate(k) * v')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' needs constant coefficients, but '-rate(k)' in dv/dt changes with time
      in network > population 'cells' > model 'cell' > dv/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
});

it('exact refuses to hold a variable that others read', () => {
  expect(() => compile('exact', 'dv/dt = -v  (unless refractory)\ndu/dt = v - u', '5')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' can't hold 'v' while refractory, because du/dt reads it and goes on
      in network > population 'cells' > model 'cell' > du/dt
      Use integrator: 'exponential-euler', 'heun' or 'rk4'.]
  `);
  expect(() => compile('exact', 'dv/dt = u - v  (unless refractory)\ndu/dt = -u', '5')).not.toThrow();
});

it('exact refuses noise that others read', () => {
  expect(() => compile('exact', 'dv/dt = u - v\ndu/dt = -u + xi(n)')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' takes noise only on variables that no other equation reads, but dv/dt reads 'u'
      in network > population 'cells' > model 'cell' > du/dt
      Use integrator: 'heun' or 'euler'.]
  `);
  expect(() => compile('exact', 'dv/dt = u - v + xi(n)\ndu/dt = -u')).not.toThrow();
});

it('exact refuses noise that is shared at different rates', () => {
  expect(() => compile('exact', 'dv/dt = -v + xi(n)\ndu/dt = -2 * u + xi(n)')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exact' takes noise that variables share only where they decay at one rate, but 'xi(n)' is in dv/dt and du/dt
      in network > population 'cells' > model 'cell' > dv/dt
      Give each its own noise, or use integrator: 'heun' or 'euler'.]
  `);
  expect(() => compile('exact', 'dv/dt = -k * v + xi(n)\ndu/dt = -k * u + 3 * xi(n)')).not.toThrow();
});

it.each(['exact', 'exponential-euler'] as const)('%s refuses multiplicative noise', (integrator) => {
  const compiling = () => compile(integrator, 'dv/dt = -v + k * v * xi(n)');
  expect(compiling).toThrow(`'${integrator}' takes additive noise only, but the factor 'k * v' depends on a variable`);
});

it('says where multiplicative noise stands', () => {
  expect(() => compile('exponential-euler', 'dv/dt = -v + k * v * xi(n)')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exponential-euler' takes additive noise only, but the factor 'k * v' depends on a variable
      in network > population 'cells' > model 'cell' > dv/dt
        dv/dt = -v + k * v * xi(n)
                     ^^^^^
      Use integrator: 'heun' (Stratonovich's sense) or 'euler' (Ito's).]
  `);
});

it('exponential Euler refuses what is not linear in the own variable, unless it is frozen', () => {
  expect(() => compile('exponential-euler', 'dv/dt = k * v - v^3')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'exponential-euler' needs dv/dt to be linear in v, but 'v^3' is not
      in network > population 'cells' > model 'cell' > dv/dt
      Hold that term constant over a step with frozen(...), or use integrator: 'heun'.]
  `);
  expect(() => compile('exponential-euler', 'dv/dt = k * v - frozen(v^3)\ndu/dt = v^2 - u * v')).not.toThrow();
});

it('exponential Euler holds a frozen term beside noise too', () => {
  expect(() => compile('exponential-euler', 'dv/dt = frozen(-v^3) + xi(n)')).not.toThrow();
  expect(() => compile('exponential-euler', 'dv/dt = -v^3 + xi(n)')).toThrow("but 'v^3' is not");
});

it('rk4 refuses noise', () => {
  expect(() => compile('rk4', 'dv/dt = -v\ndu/dt = v + k * xi(n)')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: 'rk4' is for equations without noise, but du/dt has xi
      in network > population 'cells' > model 'cell' > du/dt
      Use integrator: 'heun' (Stratonovich's sense) or 'euler' (Ito's).]
  `);
  expect(() => compile('rk4', 'function f(x) = x * xi(n)\ndv/dt = f(v)')).toThrow("'rk4' is for equations without noise, but dv/dt has xi");
});

it.each(['euler', 'heun'] as const)('%s takes noise only as a sum of terms', (integrator) => {
  expect(() => compile(integrator, 'dv/dt = -v + k * exp(xi(n))')).toThrow("noise must enter an equation as a sum of terms 'factor * xi(name)'");
  expect(() => compile(integrator, 'dv/dt = (-v + k * xi(n)) / 2 - xi(m)')).not.toThrow();
});

it('says which term the noise is hidden in', () => {
  expect(() => compile('euler', 'dv/dt = -v + k * xi(n) * xi(m)')).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [integrator]: noise must enter an equation as a sum of terms 'factor * xi(name)'; 'k * xi(n) * xi(m)' is not one
      in network > population 'cells' > model 'cell' > dv/dt
        dv/dt = -v + k * xi(n) * xi(m)
                     ^^^^^^^^^^^^^^^^^
      Take the noise out of the function or product.]
  `);
});
