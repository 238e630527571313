import { allToAll, defineSpikeTrain, Network, quantity, simulate } from 'spikeloom';
import { type BumpTrack, trackBump } from 'spikeloom/attractors';
import { staticSynapse } from 'spikeloom/models';
import { around, bell, CELLS } from './parts/ring.ts';
import { slowCell } from './parts/slowCell.ts';

/** How the head turns, degrees a second, left positive: from and to in ms. */
const TURNS = [
  { from: 500, to: 2500, velocity: 90 },
  { from: 3000, to: 5000, velocity: -180 },
  { from: 5500, to: 6500, velocity: 240 },
] as const;

/** Where the head looks at the beginning, as a cell of the ring. */
const START = CELLS / 4;

/** Vestibular cells of one side: they fire in proportion to how fast the head turns to it. */
const turningCell = defineSpikeTrain({
  name: 'turning cell',
  quantities: {
    v: quantity(0, 'mV', 'voltage'),
    side: quantity(1, '1', '1 left, -1 right'),
    gain: quantity(0.5, 'Hz', 'rate for each degree a second'),
  },
  equations: `
    velocity = ${TURNS.map(({ from, to, velocity }) => `where(t >= ${from}[ms] and t < ${to}[ms], ${velocity}, 0)`).join(' + ')}
    rate = gain * max(0, side * velocity)
  `,
  spike: 'bernoulli(rate * dt)',
});

/**
 * A ring of head-direction cells holds a bump; two more rings take it over, displaced, and push it to their side. Cells that feel the
 * head turn excite one of them, so that the bump moves with the head: Skaggs W E et al. (1995) A model of the neural basis of the rat's
 * sense of direction. NIPS 7:173-180; Xie X, Hahnloser R H R, Seung H S (2002) Physical Review E 66:041902.
 */
export function headDirection(options: { readonly seed?: number } = {}): Network {
  const network = new Network({ dt: 1, seed: options.seed ?? 1, duration: 7000 });
  const start = `12 * exp(-2 * ${around(`index - ${START}`)}^2 / ${CELLS})`;
  const heading = network.population('heading', slowCell({ drive: 19 }), CELLS).set({ s: start });
  network
    .connect(heading, heading, staticSynapse({ target: 's', delay: 0 }), allToAll({ autapses: false }))
    .set({ w: `0.2 * (${bell('pre.index - post.index')} - 0.5)` });
  network.recordSpikes(heading);
  for (const { name, side } of [
    { name: 'left', side: 1 },
    { name: 'right', side: -1 },
  ]) {
    const ring = network.population(name, slowCell({ drive: 13 }), CELLS).set({ s: start });
    const turning = network.population(`turning-${name}`, turningCell({ side }), 50);
    network.connect(turning, ring, staticSynapse({ target: 's', w: 0.0095, delay: 0 }));
    network.connect(heading, ring, staticSynapse({ target: 's', delay: 0 })).set({ w: `0.2 * (${bell('pre.index - post.index')} - 0.5)` });
    const [ahead, behind] = [-12, 12].map((shift) => bell(`post.index - pre.index + ${side * shift}`));
    network.connect(ring, heading, staticSynapse({ target: 's', delay: 0 })).set({ w: `0.1 * (${ahead} - ${behind})` });
    network.recordSpikes(ring);
  }
  return network;
}

export interface Heading {
  /** Of the bump, in windows of 100 ms. */
  readonly track: BumpTrack;
  /** Of the head, at the same times, radians. */
  readonly head: Float64Array;
  /** Root mean square of their difference, degrees. */
  readonly error: number;
  /** Pearson's correlation of both. */
  readonly accuracy: number;
}

/** Where the head looks: the sum of its turns until then, radians. */
function headAt(time: number): number {
  const degrees = TURNS.reduce((sum, { from, to, velocity }) => sum + (velocity * Math.max(0, Math.min(time, to) - from)) / 1000, 0);
  return (2 * Math.PI * START) / CELLS + (degrees * Math.PI) / 180;
}

export async function readHeading(options: { readonly seed?: number } = {}): Promise<Heading> {
  const network = headDirection(options);
  const simulation = await simulate(network);
  await simulation.run();
  const track = trackBump(simulation.recordings.spikes('heading'), { size: CELLS, window: 100, to: network.def.duration });
  const head = track.times.map(headAt);
  const mean = (of: (k: number) => number): number => head.reduce((sum, _, k) => sum + of(k), 0) / head.length;
  const [m, n] = [mean((k) => track.angles[k]), mean((k) => head[k])];
  const covariance = mean((k) => (track.angles[k] - m) * (head[k] - n));
  const accuracy = covariance / Math.sqrt(mean((k) => (track.angles[k] - m) ** 2) * mean((k) => (head[k] - n) ** 2));
  const error = (Math.sqrt(mean((k) => (track.angles[k] - head[k]) ** 2)) * 180) / Math.PI;
  return { track, head, error, accuracy };
}
