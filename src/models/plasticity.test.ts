import { describe, expect, it } from 'vitest';
import { defineNeuron, type Synapse } from '../model/define.ts';
import { quantity, scheduled } from '../model/quantity.ts';
import { allToAll, edgeList, oneToOne } from '../network/connect/index.ts';
import { Network } from '../network/network.ts';
import { simulate } from '../simulation/simulation.ts';
import {
  bcm,
  deltaRule,
  exponentialGate,
  hippocampusTriplets,
  inhibitoryStdp,
  leakyIntegrateAndFire,
  oja,
  poissonTrain,
  powerLawStdp,
  rewardBcm,
  rewardStdp,
  shortTermPlasticity,
  staticSynapse,
  stdp,
  synapticCurrent,
  synapticScaling,
  tripletStdp,
  visualCortexTriplets,
  weightDependentStdp,
} from './index.ts';

const DT = 0.1;
const STEPS = 4000;

/** Spikes when it is told, and adds up what arrives. */
const listener = defineNeuron({
  name: 'listener',
  quantities: { times: quantity([]), g: quantity(0) },
  step: 'g = g',
  spike: scheduled('times'),
});

/** What one synapse lives through, in steps: spikes that arrive and spikes of its target, both ascending. */
interface Story {
  readonly arrivals: readonly number[];
  readonly posts: readonly number[];
  /** Of the synapse at the start. */
  readonly w: number;
}

/** The weight at the end, and all that was sent to the target. */
interface Outcome {
  readonly w: number;
  readonly sent: number;
}

/** Small numbers that look random, by a rule of their own: nothing is shared with the program's random numbers. */
function numbers(seed: number): () => number {
  let x = seed;
  return () => {
    x = (x * 16807) % 2147483647;
    return x / 2147483647;
  };
}

function spikes(random: () => number, mean: number): number[] {
  const found: number[] = [];
  for (let k = Math.floor(random() * mean); k < STEPS - 1; k += 1 + Math.floor(-Math.log(random()) * mean)) found.push(k);
  return found;
}

/** Random trains, pairs and delays; some pairs twice, some spikes that coincide. */
function scene(seed: number) {
  const random = numbers(seed);
  const pre = Array.from({ length: 5 }, () => spikes(random, 120));
  const post = Array.from({ length: 4 }, () => spikes(random, 120));
  const edges = Array.from({ length: 24 }, () => ({
    source: Math.floor(random() * 5),
    target: Math.floor(random() * 4),
    delay: Math.floor(random() * 60),
    w: 0.2 + 0.6 * random(),
  }));
  // Every target spikes together with some arrivals.
  for (const { source, target, delay } of edges.slice(0, 8))
    for (const k of pre[source].slice(0, 6)) if (k + delay < STEPS - 1) post[target].push(k + delay);
  for (const [i, train] of post.entries()) post[i] = [...new Set(train)].sort((a, b) => a - b);
  return { pre, post, edges };
}

interface Reward {
  /** Steps that are done when it comes. */
  readonly step: number;
  readonly size: number;
}

/** Runs the rule on random trains and compares each synapse with its oracle. */
async function compare(
  rule: Synapse,
  oracle: (story: Story) => Outcome,
  seed: number,
  { rewards = [], learns = true }: { readonly rewards?: readonly Reward[]; readonly learns?: boolean } = {},
): Promise<void> {
  const made = scene(seed);
  const { weights, received } = await simulateScene(rule, made, rewards);
  const expected = new Float64Array(4);
  for (const [i, { source, target, delay, w }] of made.edges.entries()) {
    const arrivals = made.pre[source].map((k) => k + delay).filter((k) => k < STEPS);
    const outcome = oracle({ arrivals, posts: made.post[target], w });
    close(weights[i], outcome.w, `weight of synapse ${i}`);
    if (learns) expect(weights[i], `synapse ${i} learns`).not.toBe(w);
    expected[target] += outcome.sent;
  }
  received.forEach((g, i) => close(g, expected[i], `what target ${i} received`));
}

function close(actual: number, expected: number, what: string): void {
  expect(Math.abs(actual - expected), `${what}: ${actual} instead of ${expected}`).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)));
}

type Scene = ReturnType<typeof scene>;

async function simulateScene(rule: Synapse, { pre, post, edges }: Scene, rewards: readonly Reward[]) {
  const network = new Network({ dt: DT });
  const times = (trains: readonly (readonly number[])[]) => trains.map((train) => train.map((k) => (k + 1) * DT));
  const sources = network.population('sources', listener(), pre.length).set({ times: times(pre) });
  const targets = network.population('targets', listener(), post.length).set({ times: times(post) });
  const sourceOf = edges.map(({ source }) => source);
  const targetOf = edges.map(({ target }) => target);
  const projection = network.connect(sources, targets, rule, edgeList({ sources: sourceOf, targets: targetOf }));
  projection.set({ w: edges.map(({ w }) => w), delay: edges.map(({ delay }) => delay * DT) });
  const simulation = await simulate(network, { precision: 'f64' });
  for (const { step, size } of rewards) {
    await simulation.run((step - simulation.step) * DT);
    await simulation.reward(size);
  }
  await simulation.run((STEPS - simulation.step) * DT);
  const w = simulation.getSynapses(projection, 'w');
  // By target, then source, then as given.
  const order = edges.map((_, i) => i).sort((a, b) => targetOf[a] - targetOf[b] || sourceOf[a] - sourceOf[b] || a - b);
  const weights = new Float64Array(edges.length);
  order.forEach((edge, i) => {
    weights[edge] = w[i];
  });
  const received = simulation.get(targets, 'g');
  simulation.dispose();
  return { weights, received };
}

/** Carries out what happens to a synapse in the order of time; of what happens at once, arrivals first. */
function inOrder({ arrivals, posts }: Story, arrive: (k: number) => void, post: (k: number) => void): void {
  const all = [...arrivals.map((k) => ({ k, isPost: 0 })), ...posts.map((k) => ({ k, isPost: 1 }))];
  for (const { k, isPost } of all.sort((a, b) => a.k - b.k || a.isPost - b.isPost)) (isPost ? post : arrive)(k);
}

/** The sum over pairs with earlier events; with `nearest` of the last one alone, and nothing where one is at the same time. */
function pairs(events: readonly number[], now: number, tau: number, nearest: boolean): number {
  return nearest && events.includes(now) ? 0 : trace(events, now, tau, nearest);
}

/** The sum over earlier events, or that of the last one. */
function trace(events: readonly number[], now: number, tau: number, nearest = false): number {
  const before = events.filter((k) => k < now);
  const counted = nearest ? before.slice(-1) : before;
  return counted.reduce((sum, k) => sum + Math.exp((-(now - k) * DT) / tau), 0);
}

const clamp = (w: number, low: number, high: number): number => Math.min(Math.max(w, low), high);

interface PairRule {
  readonly tauPlus: number;
  readonly tauMinus: number;
  readonly nearest: boolean;
  up(w: number, pairs: number): number;
  down(w: number, pairs: number): number;
}

const byPairs =
  ({ tauPlus, tauMinus, nearest, up, down }: PairRule) =>
  (story: Story): Outcome => {
    let { w } = story;
    let sent = 0;
    inOrder(
      story,
      (k) => {
        sent += w;
        w = down(w, pairs(story.posts, k, tauMinus, nearest));
      },
      (k) => {
        w = up(w, pairs(story.arrivals, k, tauPlus, nearest));
      },
    );
    return { w, sent };
  };

const SATURATIONS = [
  { name: 'all to all', saturation: 0, nearest: false },
  { name: 'nearest', saturation: 1, nearest: true },
];

describe.each(SATURATIONS)('pairs, $name', ({ saturation, nearest }) => {
  it.each([1, 2])('stdp is additive between hard bounds, scene %i', async (seed) => {
    const values = { a_plus: 0.11, a_minus: 0.1, tau_plus: 17, tau_minus: 34, w_min: 0.1, w_max: 0.9, saturation };
    const oracle = byPairs({
      tauPlus: 17,
      tauMinus: 34,
      nearest,
      up: (w, x) => clamp(w + 0.11 * 0.9 * x, 0.1, 0.9),
      down: (w, x) => clamp(w - 0.1 * 0.9 * x, 0.1, 0.9),
    });
    await compare(stdp({ target: 'g', ...values }), oracle, seed);
  });

  it.each([
    { name: 'additive', plus: 0, minus: 0 },
    { name: 'multiplicative', plus: 1, minus: 1 },
    { name: 'van Rossum', plus: 0, minus: 1 },
    { name: 'in between', plus: 0.3, minus: 0.7 },
  ])('weightDependentStdp, $name', async ({ plus, minus }) => {
    const values = { lambda: 0.1, alpha: 0.9, mu_plus: plus, mu_minus: minus, tau_plus: 15, tau_minus: 25, w_max: 1.2, saturation };
    const oracle = byPairs({
      tauPlus: 15,
      tauMinus: 25,
      nearest,
      up: (w, x) => clamp(w + 0.1 * 1.2 * (1 - w / 1.2) ** plus * x, 0, 1.2),
      down: (w, x) => clamp(w - 0.1 * 0.9 * 1.2 * (w / 1.2) ** minus * x, 0, 1.2),
    });
    await compare(weightDependentStdp({ target: 'g', ...values }), oracle, 3);
  });

  it('powerLawStdp', async () => {
    const values = { lambda: 0.1, alpha: 0.8, mu: 0.4, w_0: 0.5, tau_plus: 20, tau_minus: 30, saturation };
    const oracle = byPairs({
      tauPlus: 20,
      tauMinus: 30,
      nearest,
      up: (w, x) => w + 0.1 * 0.5 ** 0.6 * w ** 0.4 * x,
      down: (w, x) => Math.max(0, w - 0.08 * w * x),
    });
    await compare(powerLawStdp({ target: 'g', ...values }), oracle, 4);
  });
});

/** Filtered spikes as a rate, Hz. */
const rateBefore = (events: readonly number[], now: number, tau: number): number => (1000 / tau) * trace(events, now, tau);

describe('triplets', () => {
  it.each([
    ...Object.entries(visualCortexTriplets).map(([name, set]) => ({ name: `visual cortex, ${name}`, set })),
    ...Object.entries(hippocampusTriplets).map(([name, set]) => ({ name: `hippocampus, ${name}`, set })),
  ])('tripletStdp of $name', async ({ set }) => {
    const { a2_plus, a3_plus, a2_minus, a3_minus, tau_plus, tau_minus, tau_y, saturation } = set;
    const tau_x = 'tau_x' in set ? set.tau_x : 101;
    const nearest = saturation === 1;
    const oracle = ({ w: initial, ...events }: Story): Outcome => {
      const { arrivals, posts } = events;
      let w = initial;
      let sent = 0;
      const arrive = (k: number): void => {
        sent += w;
        w = clamp(w - 0.8 * pairs(posts, k, tau_minus, nearest) * (a2_minus + a3_minus * trace(arrivals, k, tau_x, nearest)), 0, 1);
      };
      const post = (k: number): void => {
        w = clamp(w + 0.8 * pairs(arrivals, k, tau_plus, nearest) * (a2_plus + a3_plus * trace(posts, k, tau_y, nearest)), 0, 1);
      };
      inOrder({ w, ...events }, arrive, post);
      return { w, sent };
    };
    await compare(tripletStdp({ target: 'g', ...set, w_scale: 0.8 }), oracle, 5);
  });
});

it('inhibitoryStdp counts pairs both ways, those that coincide once', async () => {
  const oracle = (story: Story): Outcome => {
    const { arrivals, posts } = story;
    let { w } = story;
    let sent = 0;
    inOrder(
      story,
      (k) => {
        sent += w;
        w = clamp(w + 0.05 * 0.7 * (trace(posts, k, 25) - 2 * 0.005 * 25), 0, 0.9);
      },
      (k) => {
        w = clamp(w + 0.05 * 0.7 * trace(arrivals, k + 1e-9, 25), 0, 0.9);
      },
    );
    return { w, sent };
  };
  await compare(inhibitoryStdp({ target: 'g', eta: 0.05, w_scale: 0.7, rate: 5, tau: 25, w_max: 0.9 }), oracle, 6);
});

it('bcm slides its threshold', async () => {
  const oracle = (story: Story): Outcome => {
    let { w } = story;
    let sent = 0;
    const arrive = (k: number): void => {
      sent += w;
      const y = rateBefore(story.posts, k, 60);
      const mean = rateBefore(story.posts, k, 300);
      w = clamp(w + 2e-5 * y * (y - mean * (mean / 60) ** 1.5), 0.1, 0.95);
    };
    inOrder(story, arrive, () => undefined);
    return { w, sent };
  };
  await compare(bcm({ target: 'g', eta: 2e-5, y_0: 60, p: 1.5, tau_y: 60, tau_mean: 300, w_min: 0.1, w_max: 0.95 }), oracle, 7);
});

it('deltaRule goes to a wanted rate', async () => {
  const oracle = (story: Story): Outcome => {
    let { w } = story;
    let sent = 0;
    const arrive = (k: number): void => {
      sent += w;
      w = clamp(w + 2e-3 * (70 - rateBefore(story.posts, k, 60)), 0.1, 0.95);
    };
    inOrder(story, arrive, () => undefined);
    return { w, sent };
  };
  await compare(deltaRule({ target: 'g', eta: 2e-3, rate: 70, tau_y: 60, w_min: 0.1, w_max: 0.95 }), oracle, 12);
});

it('oja', async () => {
  const oracle = (story: Story): Outcome => {
    let { w } = story;
    let sent = 0;
    const arrive = (): void => {
      sent += w;
    };
    const post = (k: number): void => {
      w += 3e-4 * (rateBefore(story.arrivals, k, 50) - (rateBefore(story.posts, k, 70) * w) / 0.8);
    };
    inOrder(story, arrive, post);
    return { w, sent };
  };
  await compare(oja({ target: 'g', eta: 3e-4, tau_x: 50, tau_y: 70, w_scale: 0.8 }), oracle, 8);
});

it('synapticScaling multiplies weights by the integral of what the rate lacks', async () => {
  const tau = 200;
  /** The weight when that many steps are done, in one formula. */
  const weight = ({ posts, w }: Story, done: number): number => {
    const spikes = posts.filter((k) => k < done).reduce((sum, k) => sum - Math.expm1((-(done - 1 - k) * DT) / tau), 0);
    const initial = -12 * (tau / 1000) * Math.expm1((-done * DT) / tau);
    return w * Math.exp(2 * ((60 * done * DT) / 1000 - initial - spikes));
  };
  const oracle = (story: Story): Outcome => ({
    w: weight(story, STEPS),
    // A spike of the target at the same time adds nothing to the integral yet.
    sent: story.arrivals.reduce((sum, k) => sum + weight(story, k + 1), 0),
  });
  await compare(synapticScaling({ target: 'g', beta: 2, rate: 60, tau_y: tau, y: 12 }), oracle, 9);
});

it('shortTermPlasticity depresses and facilitates', async () => {
  for (const [u_0, tau_rec, tau_facil] of [
    [0.5, 110, 50],
    [0.05, 25, 200],
  ]) {
    const oracle = ({ arrivals, w }: Story): Outcome => {
      let sent = 0;
      let [u, x] = [u_0, 1];
      arrivals.forEach((k, i) => {
        if (i > 0) {
          const elapsed = (k - arrivals[i - 1]) * DT;
          x = 1 - (1 - x * (1 - u)) * Math.exp(-elapsed / tau_rec);
          u = u_0 + (1 - u_0) * u * Math.exp(-elapsed / tau_facil);
        }
        sent += w * u * x;
      });
      return { w, sent };
    };
    await compare(shortTermPlasticity({ target: 'g', u_0, tau_rec, tau_facil }), oracle, 10, { learns: false });
  }
});

const REWARDS: readonly Reward[] = [
  { step: 300, size: 0.5 },
  { step: 1100, size: 1 },
  { step: 1101, size: -2.5 },
  { step: 2200, size: 1.5 },
  { step: 2200, size: 0.25 },
  { step: 3100, size: -1 },
];

it('rewardBcm is exact, bounds included', async () => {
  const both = 1 / 120 + 1 / 80;
  let atBounds = 0;
  const oracle = ({ arrivals, posts, w: initial }: Story): Outcome => {
    let [w, c, d, sent] = [initial, 0, 0, 0];
    for (let k = 0; k < STEPS; k++) {
      for (const { step, size } of REWARDS) if (step === k) d += size;
      const free = w + 0.05 * c * d * (-Math.expm1(-both * DT) / both);
      w = clamp(free, 0.1, 0.9);
      if (w !== free) atBounds++;
      c *= Math.exp(-DT / 120);
      d *= Math.exp(-DT / 80);
      if (!arrivals.includes(k)) continue;
      sent += w;
      const y = rateBefore(posts, k, 60);
      const mean = rateBefore(posts, k, 300);
      c += 1e-4 * y * (y - mean * (mean / 60) ** 1.5);
    }
    return { w, sent };
  };
  const values = { gain: 0.05, eta: 1e-4, y_0: 60, p: 1.5, tau_y: 60, tau_mean: 300, tau_c: 120, tau_d: 80, w_min: 0.1, w_max: 0.9 };
  await compare(rewardBcm({ target: 'g', ...values }), oracle, 13, { rewards: REWARDS });
  expect(atBounds).toBeGreaterThan(100);
});

describe.each(SATURATIONS)('rewardStdp, $name', ({ saturation, nearest }) => {
  it('is exact, bounds included', async () => {
    const tau = { plus: 15, minus: 25, c: 120, d: 80 };
    let atBounds = 0;
    // From step to step, each of which moves the weight one way.
    const oracle = ({ arrivals, posts, w: initial }: Story): Outcome => {
      let [w, c, d, sent] = [initial, 0, 0, 0];
      const both = 1 / tau.c + 1 / tau.d;
      for (let k = 0; k < STEPS; k++) {
        for (const { step, size } of REWARDS) if (step === k) d += size;
        const free = w + 0.05 * c * d * (-Math.expm1(-both * DT) / both);
        w = clamp(free, 0.1, 0.9);
        if (w !== free) atBounds++;
        c *= Math.exp(-DT / tau.c);
        d *= Math.exp(-DT / tau.d);
        if (arrivals.includes(k)) {
          sent += w;
          c -= 1.2 * pairs(posts, k, tau.minus, nearest);
        }
        if (posts.includes(k)) c += 0.8 * pairs(arrivals, k, tau.plus, nearest);
      }
      return { w, sent };
    };
    const values = { gain: 0.05, a_plus: 0.8, a_minus: 1.2, tau_plus: 15, tau_minus: 25, tau_c: 120, tau_d: 80, w_min: 0.1, w_max: 0.9 };
    await compare(rewardStdp({ target: 'g', ...values, saturation }), oracle, 11, { rewards: REWARDS });
    expect(atBounds).toBeGreaterThan(100);
  });
});

it('many rules stand side by side in one network, and a reward reaches those that ask for it', async () => {
  const network = new Network({ dt: 0.5, seed: 4 });
  const cell = leakyIntegrateAndFire({ t_ref: 2, i_in: 210, receptors: { ampa: synapticCurrent(exponentialGate({ tau: 3 })) } });
  const lattice = (name: string) => network.lattice(name, cell, { rows: 3, columns: 3 }).set({ v: 'uniform(-75, -55)' });
  const [a, b, c] = ['a', 'b', 'c'].map(lattice);
  const train = network.population('train', poissonTrain({ rate: 60 }), 9);
  const target = 'ampa.s';
  const strong = { w: 40, w_max: 80 };
  const self = allToAll({ autapses: false });
  const projections = {
    driven: network.connect(train, a, staticSynapse({ target, w: 60 }), oneToOne()),
    // Plastic lattices, with and without reward.
    plain: network.connect(a, a, stdp({ target, ...strong }), self, { name: 'plain' }),
    rewarded: network.connect(b, b, rewardStdp({ target, ...strong, gain: 0.1 }), self, { name: 'rewarded' }),
    fixed: network.connect(c, c, staticSynapse({ target, w: 10 }), self, { name: 'fixed' }),
    // Connections between all kinds, of all kinds.
    plainToRewarded: network.connect(a, b, bcm({ target, ...strong, eta: 1e-3 }), oneToOne()),
    rewardedToPlain: network.connect(b, a, rewardBcm({ target, ...strong, eta: 1e-3, gain: 0.1 }), oneToOne()),
    plainToFixed: network.connect(a, c, deltaRule({ target, ...strong, eta: 0.01 }), self),
    trainToRewarded: network.connect(train, b, rewardStdp({ target, ...strong, gain: 0.1 }), oneToOne()),
  };
  const weights = async (reward: number): Promise<Record<string, string>> => {
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run(300);
    if (reward > 0) for (const { name } of rewardable) await simulation.reward(reward, { projection: name });
    const before = Object.fromEntries(rewardable.map(({ name }) => [name, `${simulation.getSynapses(name, 'w')}`]));
    for (const { name } of rewardable) expect(before[name], name).toMatch(/^40(,40)*$/);
    await simulation.run(300);
    const found = Object.fromEntries(Object.entries(projections).map(([key, p]) => [key, `${simulation.getSynapses(p as never, 'w')}`]));
    simulation.dispose();
    return found;
  };
  const rewardable = [projections.rewarded, projections.rewardedToPlain, projections.trainToRewarded];
  const [without, rewarded] = [await weights(0), await weights(1)];
  const initial: Readonly<Record<string, string>> = { driven: '60', fixed: '10' };
  const changed = (all: Readonly<Record<string, string>>) =>
    Object.keys(all).filter((key) => all[key].split(',').some((w) => w !== (initial[key] ?? '40')));
  expect(changed(without)).toEqual(['plain', 'plainToRewarded', 'plainToFixed']);
  expect(changed(rewarded)).toEqual(['plain', 'rewarded', 'plainToRewarded', 'rewardedToPlain', 'plainToFixed', 'trainToRewarded']);
});
