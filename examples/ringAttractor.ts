import { allToAll, Network, simulate } from 'spikeloom';
import { countSpikes, populationVector } from 'spikeloom/attractors';
import { staticSynapse } from 'spikeloom/models';
import { cueTrain } from './parts/cueTrain.ts';
import { bell, CELLS } from './parts/ring.ts';
import { slowCell } from './parts/slowCell.ts';

/**
 * A ring of cells that excite those near them and inhibit the others. A cue of 200 ms makes a bump of activity in one place, where it
 * stays when the cue is over.
 */
export function ringAttractor(options: { readonly seed?: number; readonly preferred?: number } = {}): Network {
  const { seed = 1, preferred = 40 } = options;
  const network = new Network({ dt: 1, seed, duration: 1000 });
  const ring = network.population('ring', slowCell({ drive: 19 }), CELLS);
  const cue = network.population('cue', cueTrain({ rate: 200, until: 200 }), 1);
  network
    .connect(ring, ring, staticSynapse({ target: 's', delay: 0 }), allToAll({ autapses: false }))
    .set({ w: `0.2 * (${bell('pre.index - post.index')} - 0.5)` });
  network.connect(cue, ring, staticSynapse({ target: 's', delay: 0 })).set({ w: `${bell(`${preferred} - post.index`)} - 0.3` });
  return network.recordSpikes(ring).recordSpikes(cue);
}

export interface RingReadout {
  /** Spikes of the preferred cell over the most of any cell. */
  readonly accuracy: number;
  /** How far the bump has moved from the preferred cell in the last 300 ms, in cells. */
  readonly moved: number;
  /** Circular standard deviation of the bump at the end, in cells. */
  readonly width: number;
}

export async function readRing(options: { readonly seed?: number; readonly preferred?: number } = {}): Promise<RingReadout> {
  const simulation = await simulate(ringAttractor(options));
  await simulation.run();
  const { preferred = 40 } = options;
  const spikes = simulation.recordings.spikes('ring');
  const counts = countSpikes(spikes, { size: CELLS });
  const { angle, width } = populationVector(countSpikes(spikes, { size: CELLS, from: 700 }));
  const cell = CELLS / (2 * Math.PI);
  const difference = angle * cell - preferred;
  return {
    accuracy: counts[preferred] / counts.reduce((a, b) => Math.max(a, b)),
    moved: difference - CELLS * Math.round(difference / CELLS),
    width: width * cell,
  };
}
