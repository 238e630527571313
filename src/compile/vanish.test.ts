import { describe, expect, it } from 'vitest';
import { defineNeuron } from '../model/define.ts';
import type { Integrator } from '../model/definition.ts';
import { quantity } from '../model/quantity.ts';
import {
  ampa,
  approximateTransmitter,
  chemical,
  destexheTransmitter,
  discreteSpikeTransmitter,
  exponentialDecayReceptor,
  exponentialDecayTransmitter,
  hodgkinHuxley,
  izhikevich,
  leakyIntegrateAndFire,
  morrisLecar,
} from '../models/index.ts';
import { Network } from '../network/network.ts';
import { BACKENDS } from '../simulation/backends.ts';
import { simulate } from '../simulation/simulation.ts';
import { compileNetwork } from './compile.ts';

const NOTHING = 2 ** -100;

/** The variables that are set to 0 where they have decayed to nothing. */
function flushed(network: Network): string[] {
  const { program } = compileNetwork(network.def, 'f64');
  return program.kernels.flatMap(({ nodes, body }) =>
    body.flatMap((s) => {
      if (s.kind !== 'store') return [];
      const value = nodes[s.value];
      const compared = value.op === 'select' ? nodes[value.args[0]] : undefined;
      const limit = compared?.op === 'lt' ? nodes[compared.args[1]] : undefined;
      return limit?.op === 'constant' && limit.value === NOTHING ? [program.columns[s.column].name.replace(/^cells\./, '')] : [];
    }),
  );
}

function ofEquations(
  equations: string,
  more: { readonly integrator?: Integrator; readonly step?: string; readonly refractory?: string } = {},
): string[] {
  const cell = defineNeuron({
    name: 'cell',
    quantities: { x: quantity(1), y: quantity(1), k: quantity(2), rest: quantity(-70) },
    inputs: { i: { normalize: 'sum' } },
    equations,
    spike: 'x > 10',
    reset: 'x = k; y += k',
    ...more,
  });
  const network = new Network();
  network.population('cells', cell(), 2);
  return flushed(network);
}

describe('decays to nothing', () => {
  it.each<[string, Parameters<typeof ofEquations>, string[]]>([
    ['a decay', ['dx/dt = -k * x'], ['x']],
    ['what follows it', ['dx/dt = -k * x\ndy/dt = x - y'], ['x', 'y']],
    ['a product of both', ['dx/dt = -k * x * y\ndy/dt = -y^2'], ['x', 'y']],
    ['a decay with input', ['dx/dt = (i - x) / k'], ['x']],
    ['a refractory one', ['dx/dt = -x / k (unless refractory)', { refractory: '5' }], ['x']],
    ['not what rests elsewhere', ['dx/dt = (rest - x) / k'], []],
    ['not what follows that', ['dx/dt = (rest - x) / k\ndy/dt = x - y'], []],
    ['not what noise moves', ['dx/dt = -x / k + xi(a)'], []],
    ['not what grows with a parameter', ['dx/dt = k * (1 - x) - x'], []],
    ['not what only a reset changes', ['dx/dt = (rest - x) / k', { step: 'if (x > rest) { y = k }' }], []],
    ['a step', ['dx/dt = rest - x', { step: 'y *= exp(-dt / k); if (x > rest) { y += k }; y = clamp(y, 0, k)' }], ['y']],
  ])('%s', (_, [equations, more], expected) => {
    for (const integrator of ['euler', 'heun', ...(/xi|\^|\* y/.test(equations) ? [] : (['exact', 'exponential-euler'] as const))] as const) {
      expect(ofEquations(equations, { ...more, integrator }).sort(), integrator).toEqual(expected);
    }
  });

  it('transmitters and receptors, no membranes and gates', () => {
    const network = new Network();
    const transmitters = {
      a: exponentialDecayTransmitter(),
      b: destexheTransmitter(),
      c: discreteSpikeTransmitter(),
      d: approximateTransmitter(),
    };
    const receptors = { ampa: ampa(), other: ampa(exponentialDecayReceptor()) };
    const cells = network.population('cells', izhikevich({ transmitters, receptors }), 2);
    network.connect(cells, cells, chemical());
    network.population('hh', hodgkinHuxley(), 1);
    network.population('ml', morrisLecar(), 1);
    network.population('lif', leakyIntegrateAndFire(), 1);
    expect(flushed(network).sort()).toEqual(['a.conc', 'ampa.r', 'd.conc', 'other.r']);
  });
});

it.each(Object.keys(BACKENDS) as (keyof typeof BACKENDS)[])('nothing is between 2^-100 and 0 on %s, in f32 and f64', async (backend) => {
  for (const precision of ['f32', 'f64'] as const) {
    const cell = defineNeuron({
      name: 'cell',
      quantities: { x: quantity(1), y: quantity(0), tau: quantity(1) },
      equations: 'dx/dt = -x / tau\ndy/dt = x - y / tau',
      integrator: 'exact',
    });
    const network = new Network({ dt: 1 });
    const cells = network.population('cells', cell(), 5).set({ x: '1 - 2 * (index / 4)' });
    network.record(cells, 'x').record(cells, 'y');
    const simulation = await simulate(network, { backend, precision });
    await simulation.run(150);
    for (const name of ['x', 'y'] as const) {
      const { values } = simulation.recordings.trace(cells, name);
      const small = Array.from(values).filter((v) => v !== 0 && Math.abs(v) < 1e-28);
      expect(small.length).toBeGreaterThan(4);
      expect(small.filter((v) => Math.abs(v) < NOTHING)).toEqual([]);
      expect([...values.slice(-5)].map((v) => Object.is(v, 0))).toEqual([true, true, true, true, true]);
    }
  }
});
