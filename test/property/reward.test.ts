import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSynapse, edgeList, Network, quantity, scheduled, simulate } from '../../src/index.ts';

const DT = 0.5;

const listener = defineNeuron({
  name: 'listener',
  quantities: { times: quantity([]), g: quantity(0) },
  step: 'g = g',
  spike: scheduled('times'),
});

/** Dopamine turns an eligibility trace into a change of the weight: dw/dt = c d. */
const dopaminergic = defineSynapse({
  name: 'dopaminergic',
  quantities: {
    w: quantity(1),
    w_max: quantity(1.2),
    c: quantity(0),
    x: quantity(0),
    y: quantity(0),
    tau_c: quantity(100),
    tau: quantity(20),
    n: quantity(0),
  },
  shared: { d: quantity(0.01), total: quantity(0) },
  equations: `
    dw/dt = c * d / 2
    dc/dt = -c / tau_c
    dx/dt = -x / tau
    dy/dt = -y / tau
    dd/dt = -d / 200
  `,
  bounds: { w: ['0', 'w_max'] },
  onPre: 'x += 1; c -= 0.5 * y; post.g += w',
  onPost: 'y += 1; c += x',
  onReward: 'n += 1; d += reward; total += reward * d',
});

interface Case {
  readonly pre: readonly number[];
  readonly post: readonly number[];
  readonly rewards: readonly { readonly step: number; readonly size: number }[];
}

const moments = fc.uniqueArray(fc.nat(120), { maxLength: 15 }).map((a) => a.sort((p, q) => p - q));

const cases: fc.Arbitrary<Case> = fc.record({
  pre: moments,
  post: moments,
  rewards: moments.chain((steps) => fc.tuple(...steps.map((step) => fc.integer({ min: -10, max: 20 }).map((n) => ({ step, size: n / 20 }))))),
});

/** Step by step, in closed form within each. */
function oracle({ pre, post, rewards }: Case) {
  const s = { w: 1, c: 0, x: 0, y: 0, d: 0.01, g: 0, n: 0, total: 0 };
  const clamp = (w: number): number => Math.min(Math.max(w, 0), 1.2);
  for (let k = 0; k <= 130; k++) {
    // The rewards at the start of step k come when k steps are done.
    for (const { step, size } of rewards) {
      if (step !== k) continue;
      s.n += 1;
      s.d += size;
      s.total += size * s.d;
    }
    if (k === 130) break;
    const both = 1 / 100 + 1 / 200;
    s.w = clamp(s.w + ((s.c * s.d) / 2) * ((1 - Math.exp(-both * DT)) / both));
    s.c *= Math.exp(-DT / 100);
    s.d *= Math.exp(-DT / 200);
    s.x *= Math.exp(-DT / 20);
    s.y *= Math.exp(-DT / 20);
    if (pre.includes(k)) {
      s.x += 1;
      s.c -= 0.5 * s.y;
      s.g += s.w;
    }
    if (post.includes(k)) {
      s.y += 1;
      s.c += s.x;
    }
  }
  return s;
}

async function run(c: Case, backend: 'js' | 'wasm', precision: 'f32' | 'f64', viaSnapshot = false) {
  const network = new Network({ dt: DT });
  const times = (steps: readonly number[]) => [steps.map((k) => (k + 1) * DT)];
  const pre = network.population('pre', listener(), 1).set({ times: times(c.pre) });
  const post = network.population('post', listener(), 1).set({ times: times(c.post) });
  const projection = network.connect(pre, post, dopaminergic(), edgeList([[0, 0]]));
  let simulation = await simulate(network, { backend, precision });
  let k = 0;
  for (const { step, size } of c.rewards) {
    await simulation.run((step - k) * DT);
    k = step;
    if (viaSnapshot) {
      const bytes = simulation.snapshot();
      simulation = await simulate(network, { backend: backend === 'js' ? 'wasm' : 'js', precision });
      await simulation.restore(bytes);
    }
    await simulation.reward(size);
  }
  await simulation.run((130 - k) * DT);
  const own = Object.fromEntries((['w', 'c', 'x', 'y', 'n'] as const).map((name) => [name, simulation.getSynapses(projection, name)[0]]));
  return { ...own, d: simulation.getShared(projection, 'd'), total: simulation.getShared(projection, 'total'), g: simulation.get(post, 'g')[0] };
}

describe('rewards', () => {
  it('turn eligibility into weights exactly', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const expected = oracle(c);
        const seen: Record<string, number> = await run(c, 'wasm', 'f64');
        for (const [name, value] of Object.entries(expected)) {
          expect(Math.abs(seen[name] - value), name).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(value)));
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('have the same bits on both backends, and through snapshots', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom('f32' as const, 'f64' as const), async (c, precision) => {
        const whole = await run(c, 'js', precision);
        expect(await run(c, 'wasm', precision)).toEqual(whole);
        expect(await run(c, 'js', precision, true)).toEqual(whole);
      }),
      { seed: 2, numRuns: 12 },
    );
  });
});
