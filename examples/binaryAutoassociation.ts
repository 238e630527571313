import { matrix, Network, oneToOne, simulate } from 'spikeloom';
import { activePattern, agreement, binaryHopfieldWeights, countSpikes, distort, type Pattern, randomPatterns } from 'spikeloom/attractors';
import { staticSynapse } from 'spikeloom/models';
import { cueTrain } from './parts/cueTrain.ts';
import { slowCell } from './parts/slowCell.ts';

export interface BinaryAutoassociationOptions {
  readonly seed?: number;
  /** Which pattern is shown. */
  readonly cued?: number;
  /** Probability with which each cell of the cue is flipped. */
  readonly flipped?: number;
}

const SHAPE = { rows: 5, columns: 5 };
const CELLS = SHAPE.rows * SHAPE.columns;

const storedPatterns = (seed: number): readonly Pattern[] => randomPatterns({ ...SHAPE, count: 2, pActive: 0.4, seed });

/** Sparse patterns in binary weights of an excitatory lattice, which an inhibitory one keeps from firing all at once. */
export function binaryAutoassociation(options: BinaryAutoassociationOptions = {}): Network {
  const { seed = 1, cued = 0, flipped = 0.1 } = options;
  const stored = storedPatterns(seed);
  const network = new Network({ dt: 1, seed, duration: 1000 });
  const excitatory = network.lattice('excitatory', slowCell({ drive: 15 }), SHAPE);
  const inhibitory = network.lattice('inhibitory', slowCell({ drive: 15, tau_s: 20 }), { rows: 3, columns: 3 });
  const cue = network.lattice('cue', cueTrain({ until: 100 }), SHAPE);
  cue.set({ rate: Float64Array.from(distort(stored[cued], flipped, { seed }).values, (active) => 200 * active) });
  const weights = binaryHopfieldWeights(stored, { a: 0.3, b: 0.3, scalar: 60 });
  network.connect(cue, excitatory, staticSynapse({ target: 's', w: 2, delay: 0 }), oneToOne());
  network.connect(excitatory, excitatory, staticSynapse({ target: 's', delay: 0 }), matrix(weights.values, { columns: CELLS }));
  network.connect(excitatory, inhibitory, staticSynapse({ target: 's', w: 0.5, delay: 0 }));
  network.connect(inhibitory, excitatory, staticSynapse({ target: 's', w: -0.2, delay: 0 }));
  return network.recordSpikes(excitatory).recordSpikes(inhibitory);
}

/** The part of cells that are right in the last 500 ms, where those with at least 10 spikes count as active: mean over the stored patterns. */
export async function binaryAutoassociationAccuracy(seed: number): Promise<number> {
  const parts = await Promise.all(
    storedPatterns(seed).map(async (stored, cued) => {
      const simulation = await simulate(binaryAutoassociation({ seed, cued }));
      await simulation.run();
      const counts = countSpikes(simulation.recordings.spikes('excitatory'), { size: CELLS, from: 500 });
      return agreement(activePattern(counts, { ...SHAPE, atLeast: 10 }), stored);
    }),
  );
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}
