import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSynapse, edgeList, input, Network, quantity, scheduled, simulate } from '../../src/index.ts';

const DT = 0.5;

/** Spikes when it is told; `g` collects what arrives. */
const listener = defineNeuron({
  name: 'listener',
  quantities: { times: quantity([]), g: quantity(0), tau_g: quantity(7) },
  inputs: { current: input() },
  equations: 'dg/dt = -g / tau_g + current',
  spike: scheduled('times'),
  integrator: 'euler',
});

const plastic = defineSynapse({
  name: 'plastic',
  quantities: {
    w: quantity(1),
    delay: quantity(0),
    x: quantity(0),
    y: quantity(0),
    tau_x: quantity(20),
    tau_y: quantity(30),
    drive: quantity(0.01),
    count: quantity(0),
  },
  equations: `
    dx/dt = -x / tau_x
    dy/dt = -y / tau_y + drive
  `,
  onPre: `
    post.g += w * (1 + 0.01 * post.g)
    post.current += 0.5 * w
    x += 1
    w = clamp(w - 0.1 * y, 0, 2)
    if (w > 0.5) { count += 1 }
  `,
  onPost: `
    y += 1
    w = clamp(w + 0.05 * x + 0.001 * pre.g, 0, 2)
  `,
});

interface Case {
  readonly cells: number;
  readonly edges: readonly { readonly source: number; readonly target: number; readonly delay: number; readonly w: number }[];
  readonly spikes: readonly (readonly number[])[];
  readonly steps: number;
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 7 }).chain((cells) =>
  fc.record({
    cells: fc.constant(cells),
    edges: fc.array(
      fc.record({
        source: fc.nat(cells - 1),
        target: fc.nat(cells - 1),
        delay: fc.oneof(fc.nat(3), fc.nat(40)),
        w: fc.integer({ min: -20, max: 20 }).map((n) => n / 10),
      }),
      { maxLength: 30 },
    ),
    spikes: fc.array(
      fc.uniqueArray(fc.nat(60), { maxLength: 12 }).map((a) => a.sort((p, q) => p - q)),
      { minLength: cells, maxLength: cells },
    ),
    steps: fc.integer({ min: 1, max: 100 }),
  }),
);

/** All state after the run, event by event, from the definitions alone. */
function oracle({ cells, edges, spikes, steps }: Case) {
  const g = new Float64Array(cells);
  const arriving = new Float64Array(cells);
  // By source, then delay, then target, then as given.
  const order = [...edges.keys()].sort(
    (a, b) => edges[a].source - edges[b].source || edges[a].delay - edges[b].delay || edges[a].target - edges[b].target || a - b,
  );
  const state = edges.map(({ w }) => ({ w, x: 0, y: 0, count: 0, touched: 0 }));
  const advance = (s: (typeof state)[number], now: number): void => {
    const elapsed = (now - s.touched) * DT;
    s.x *= Math.exp(-elapsed / 20);
    s.y = s.y * Math.exp(-elapsed / 30) + 0.01 * 30 * (1 - Math.exp(-elapsed / 30));
    s.touched = now;
  };
  const clamp = (w: number): number => Math.min(Math.max(w, 0), 2);
  for (let k = 0; k < steps; k++) {
    for (let i = 0; i < cells; i++) g[i] += DT * (-g[i] / 7 + arriving[i]);
    arriving.fill(0);
    const now = k + 1;
    for (let birth = 0; birth <= k; birth++) {
      for (const e of order) {
        const { source, target, delay } = edges[e];
        if (!spikes[source].includes(birth) || birth + delay !== k) continue;
        const s = state[e];
        advance(s, now);
        g[target] += s.w * (1 + 0.01 * g[target]);
        arriving[target] += 0.5 * s.w;
        s.x += 1;
        s.w = clamp(s.w - 0.1 * s.y);
        if (s.w > 0.5) s.count += 1;
      }
    }
    for (let target = 0; target < cells; target++) {
      if (!spikes[target].includes(k)) continue;
      const before = [...edges.keys()].filter((e) => edges[e].target === target).sort((a, b) => edges[a].source - edges[b].source || a - b);
      for (const e of before) {
        const s = state[e];
        advance(s, now);
        s.y += 1;
        s.w = clamp(s.w + 0.05 * s.x + 0.001 * g[edges[e].source]);
      }
    }
  }
  return { g, w: state.map((s) => s.w), count: state.map((s) => s.count) };
}

function networkOf({ cells, edges, spikes }: Case) {
  const network = new Network({ dt: DT });
  const population = network.population('cells', listener(), cells).set({ times: spikes.map((list) => list.map((k) => (k + 1) * DT)) });
  const projection = network
    .connect(population, population, plastic(), edgeList(edges.map(({ source, target }) => [source, target] as const)))
    .set({ w: edges.map((e) => e.w), delay: edges.map((e) => e.delay * DT) });
  return { network, population, projection };
}

/** The order in which synapses are shown: by target, then source, then as given. */
const shown = ({ edges }: Case): number[] =>
  [...edges.keys()].sort((a, b) => edges[a].target - edges[b].target || edges[a].source - edges[b].source || a - b);

describe('events', () => {
  it('are what the definitions say, one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const { network, population, projection } = networkOf(c);
        const simulation = await simulate(network, { precision: 'f64' });
        await simulation.run(c.steps * DT);
        const expected = oracle(c);
        const close = (actual: ArrayLike<number>, wanted: readonly number[]): void =>
          wanted.forEach((x, i) => {
            expect(Math.abs(actual[i] - x)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(x)));
          });
        close(simulation.get(population, 'g'), [...expected.g]);
        close(
          simulation.getSynapses(projection, 'w'),
          shown(c).map((e) => expected.w[e]),
        );
        expect([...simulation.getSynapses(projection, 'count')]).toEqual(shown(c).map((e) => expected.count[e]));
        simulation.dispose();
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it.each(['f32', 'f64'] as const)('have the same bits on js and wasm in %s', async (precision) => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const { network, population, projection } = networkOf(c);
        const seen: unknown[] = [];
        for (const backend of ['js', 'wasm'] as const) {
          const simulation = await simulate(network, { backend, precision });
          await simulation.run(c.steps * DT);
          seen.push([simulation.get(population, 'g'), ...(['w', 'x', 'y', 'count'] as const).map((q) => simulation.getSynapses(projection, q))]);
          simulation.dispose();
        }
        expect(seen[1]).toEqual(seen[0]);
      }),
      { seed: 2, numRuns: 60 },
    );
  });
});
