import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSynapse } from '../model/define.ts';
import { quantity, scheduled } from '../model/quantity.ts';
import { stdp } from '../models/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from '../simulation/simulation.ts';

const cell = defineNeuron({
  name: 'cell',
  quantities: { times: quantity([]), g: quantity(0) },
  step: 'g = g',
  spike: scheduled('times'),
});

type Blocks = Partial<Record<'equations' | 'onPre' | 'onPost', string>> & { readonly bounds?: Readonly<Record<string, readonly [string, string]>> };

const make = (blocks: Blocks) =>
  defineSynapse({
    name: 'plastic',
    quantities: { w: quantity(1), c: quantity(0.5), e: quantity(0.25), n: quantity(0), tau: quantity(20), delay: quantity(0) },
    ...blocks,
  })();

/** A synapse between two cells after 10 ms at dt 0.5 ms; the source spikes at the times, the target at 5 ms. */
async function outcome(blocks: Blocks, times: readonly number[] = [5]) {
  const network = new Network({ dt: 0.5 });
  const pre = network.population('pre', cell({ times }), 1);
  const post = network.population('post', cell({ times: [5] }), 1);
  const projection = network.connect(pre, post, make(blocks));
  const simulation = await simulate(network, { precision: 'f64' });
  await simulation.run(10);
  return (name: 'w' | 'n') => simulation.getSynapses(projection, name)[0];
}

const DECAYS = 'dc/dt = -c / tau; de/dt = -e / tau';

describe('the course of a variable between events', () => {
  it('is an exponential of integrals where it is a factor of its own equation', async () => {
    const value = await outcome({ equations: `${DECAYS}; dw/dt = w * (0.1 - 0.2 * c * e)`, onPre: 'post.g += w' });
    const integral = 0.1 * 10 - 0.2 * 0.125 * 10 * (1 - Math.exp(-1));
    expect(value('w')).toBeCloseTo(Math.exp(integral), 13);
  });

  it('keeps bounds where it moves one way', async () => {
    const bounds = { w: ['0', '1.2'] } as const;
    const value = await outcome({ equations: `${DECAYS}; dw/dt = c * e + 0.5 * e * c`, bounds, onPre: 'post.g += w' });
    expect(value('w')).toBe(1.2);
  });

  it('is refused where bounds could be met in between', async () => {
    const bounds = { w: ['0', '1'] } as const;
    await expect(outcome({ equations: `${DECAYS}; dw/dt = c - 2 * e`, bounds, onPre: 'post.g += w' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [integrator]: the bounds of 'w' can't be kept between events: dw/dt is a sum, whose sign may change on the way
        in network > projection 'pre->post' > synapse 'plastic' > dw/dt
          dc/dt = -c / tau; de/dt = -e / tau; dw/dt = c - 2 * e
                                                      ^^^^^^^^^
        Make it one product, or leave the bounds out and clip 'w' in the blocks.]
    `);
  });

  describe('with bounds of its own, of a variable that another one integrates', () => {
    const at = async (bounds: readonly [string, string], values: Readonly<Record<string, number>> = {}, equations = `${DECAYS}; dw/dt = c * e`) => {
      const network = new Network({ dt: 0.5 });
      const [pre, post] = ['pre', 'post'].map((name) => network.population(name, cell({ times: [5] }), 1));
      const projection = network.connect(pre, post, make({ equations, bounds: { c: bounds }, onPre: 'post.g += w' })).set(values as never);
      const simulation = await simulate(network, { precision: 'f64' });
      await simulation.run(10);
      return { simulation, value: (name: string) => simulation.getSynapses(projection as never, name as never)[0], projection };
    };

    it('is exact where it stays between them', async () => {
      const { value } = await at(['-n', 'tau'], { n: 3 });
      expect(value('w')).toBeCloseTo(1 + 0.125 * 10 * (1 - Math.exp(-1)), 13);
    });

    it('is refused where it would meet one', async () => {
      await expect(at(['0.1', '1'])).rejects.toThrowErrorMatchingInlineSnapshot(`
        [SpikeloomError [invalid-value]: 'c' does not stay between its bounds 0.1 and 1 by itself, and 'w' integrates it as if it had none
          in network > projection 'pre->post' > synapse 'plastic' > bounds > c
          It decays to 0: give bounds with 0 between them, or leave them out and clip 'c' in the blocks.]
      `);
      await expect(at(['n', 'tau'], { n: 0.5 })).rejects.toThrow('bounds 0.5 and 20');
      await expect(at(['0', '1'], { tau: -20 })).rejects.toThrowErrorMatchingInlineSnapshot(`
        [SpikeloomError [invalid-value]: 'c' does not stay between its bounds 0 and 1 by itself, and 'w' integrates it as if it had none
          in network > projection 'pre->post' > synapse 'plastic' > bounds > c
          It grows: leave them out and clip 'c' in the blocks.]
      `);
      await expect(at(['0', '1'], { c: 2 })).rejects.toThrowErrorMatchingInlineSnapshot(`
        [SpikeloomError [invalid-value]: 'c' is 2, not between its bounds 0 and 1, and 'w' integrates it as if it had none
          in network > projection 'pre->post' > synapse 'plastic' > bounds > c
          Give it a value between them.]
      `);
    });

    it('is left alone where nothing integrates it', async () => {
      const { value } = await at(['0.4', '1'], {}, DECAYS);
      expect(value('c')).toBe(0.4);
    });

    it('is refused when a running network is set or replaced so, and nothing changes', async () => {
      const { simulation, value, projection } = await at(['n', 'tau']);
      const before = [value('w'), value('c'), value('n')];
      for (const n of [0.1, '0.1 + 0 * pre.index'])
        await expect(simulation.setSynapses(projection as never, { n } as never)).rejects.toThrow('bounds 0.1 and 20');
      await expect(simulation.setSynapses(projection as never, { c: -1 } as never)).rejects.toThrow("'c' is -1, not between");
      expect([value('w'), value('c'), value('n')]).toEqual(before);
      await simulation.setSynapses(projection as never, { n: -0.1 } as never);
      const { network } = simulation;
      const bounds = { c: ['-n', 'tau'] } as const;
      const narrower = { ...network, projections: network.projections.map((p) => ({ ...p, synapse: { ...p.synapse, bounds } })) };
      await expect(simulation.replace(narrower)).rejects.toThrow('bounds 0.1 and 20');
    });
  });

  it('is refused where its factor has none', async () => {
    await expect(outcome({ equations: `${DECAYS}; dw/dt = w * c * w`, onPre: 'post.g += w' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [integrator]: between events dw/dt is advanced in closed form, for which there is none: 'w' stands in a product with other variables
        in network > projection 'pre->post' > synapse 'plastic' > dw/dt
          dc/dt = -c / tau; de/dt = -e / tau; dw/dt = w * c * w
                                                      ^
        Let each variable decay by parameters of the synapse alone, or integrate products of such variables; or make it a variable of the neuron, where any equation can stand.]
    `);
  });
});

describe('arrived', () => {
  it.each([
    ['in the same step', [5], 1],
    ['in none', [], 0],
    ['in the step before', [4.5], 0],
    ['in the step after', [5.5], 0],
  ] as const)('a spike %s', async (_, times, expected) => {
    const onPost = 'if (arrived) { n += 1 }';
    // With variables that go on between events, and without.
    for (const equations of [DECAYS, '']) {
      for (const onPre of ['post.g += w', 'post.g += w; c += 1']) {
        expect((await outcome({ ...(equations && { equations }), onPre, onPost }, times))('n')).toBe(expected);
      }
    }
  });

  it('is for onPost', () => {
    expect(() => make({ onPre: 'n += where(arrived, 1, 0)' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'arrived' is not defined
        in synapse 'plastic' > onPre
          n += where(arrived, 1, 0)
                     ^^^^^^^
        Only onPost asks for it.]
    `);
    expect(() => make({ onPost: 'n += where(arrived, 1, 0)' })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-model]: 'arrived' says whether a spike has arrived in this step, and the synapse has no block for those
        in synapse 'plastic' > onPost
        Give it a block onPre, or leave that out.]
    `);
  });

  it('stands in no equation', async () => {
    const equations = 'now = where(arrived, 1, 0)';
    await expect(outcome({ equations, onPre: 'post.g += w', onPost: 'n += now' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-name]: 'arrived' is not defined
        in network > projection 'pre->post' > synapse 'plastic' > now
          now = where(arrived, 1, 0)
                      ^^^^^^^
        Known here: w, c, e, n, tau, delay, pre.times, pre.g, pre.i_channels, pre.i_receptors, post.times, post.g, post.i_channels, post.i_receptors, now.]
    `);
  });
});

it('bounds are in the unit of the target', async () => {
  const withUnits = defineNeuron({
    name: 'withUnits',
    quantities: { g: quantity(0, 'nS', 'conductance'), v: quantity(0, 'mV', 'potential'), tau: quantity(5, 'ms', 'decay') },
    equations: 'dg/dt = -g / tau; dv/dt = -v / tau',
    spike: 'v > 1[mV]',
  });
  const bounded = defineSynapse({
    name: 'bounded',
    quantities: { w: quantity(1, 'target', 'weight'), w_max: quantity(2, 'target', 'largest weight') },
    bounds: { w: ['0[target]', 'w_max'] },
    onPre: 'post.<target> += w; w -= 3[target]',
  });
  for (const target of ['g', 'v']) {
    const network = new Network({ dt: 0.5 });
    const pre = network.population('pre', cell({ times: [1] }), 1);
    const post = network.population('post', withUnits(), 1);
    const projection = network.connect(pre, post, bounded({ target }));
    network.connect(pre, post, stdp({ target }));
    const simulation = await simulate(network);
    await simulation.run(2);
    expect(simulation.getSynapses(projection, 'w')[0]).toBe(0);
  }
});
