import { matrix, Network, oneToOne, simulate } from 'spikeloom';
import { activePattern, agreement, binaryHopfieldWeights, countSpikes, distort, type Pattern, randomPatterns } from 'spikeloom/attractors';
import { staticSynapse } from 'spikeloom/models';
import { cueTrain } from './parts/cueTrain.ts';
import { slowCell } from './parts/slowCell.ts';

export interface AutoassociationOptions {
  readonly seed?: number;
  /** Which pattern is shown. */
  readonly cued?: number;
  /** Probability with which each cell of the cue is flipped. */
  readonly flipped?: number;
}

const SHAPE = { rows: 7, columns: 7 };
const CELLS = SHAPE.rows * SHAPE.columns;
/** mV that one spike adds for a weight of 1. */
const STRENGTH = 12;

const storedPatterns = (seed: number): readonly Pattern[] => randomPatterns({ ...SHAPE, count: 2, seed });

function cueOf({ seed = 1, cued = 0, flipped = 0.1 }: AutoassociationOptions): Pattern {
  return distort(storedPatterns(seed)[cued], flipped, { seed });
}

/**
 * Hopfield weights for cells that fire or don't. Silent cells send nothing, so that each pattern is stored about its own mean
 * activity: then what a recalled pattern sends to cells of other patterns cancels.
 */
function weights(stored: readonly Pattern[]): Float64Array {
  const sum = new Float64Array(CELLS * CELLS);
  for (const pattern of stored) {
    const mean = pattern.values.reduce((n, x) => n + x, 0) / CELLS;
    const { values } = binaryHopfieldWeights([pattern], { a: mean, b: mean, scalar: 4 * STRENGTH });
    values.forEach((w, i) => {
      sum[i] += w;
    });
  }
  return sum;
}

/** Spiking cells that store two random patterns in their synapses. A flawed one is shown for 100 ms; they complete it and keep it. */
export function autoassociation(options: AutoassociationOptions = {}): Network {
  const { seed = 1 } = options;
  const network = new Network({ dt: 1, seed, duration: 1000 });
  const memory = network.lattice('memory', slowCell({ drive: 15 }), SHAPE);
  const cue = network.lattice('cue', cueTrain({ until: 100 }), SHAPE);
  cue.set({ rate: Float64Array.from(cueOf(options).values, (active) => 200 * active) });
  network.connect(cue, memory, staticSynapse({ target: 's', w: 2, delay: 0 }), oneToOne());
  network.connect(memory, memory, staticSynapse({ target: 's', delay: 0 }), matrix(weights(storedPatterns(seed)), { columns: CELLS }));
  return network.recordSpikes(memory).recordSpikes(cue);
}

export interface RecalledPattern {
  readonly stored: Pattern;
  readonly cue: Pattern;
  /** Cells with at least 5 spikes in the last 500 ms, long after the cue. */
  readonly recalled: Pattern;
  /** The part of cells in which the pattern recalled and the one stored agree. */
  readonly accuracy: number;
}

export async function recallPattern(options: AutoassociationOptions = {}): Promise<RecalledPattern> {
  const simulation = await simulate(autoassociation(options));
  await simulation.run();
  const counts = countSpikes(simulation.recordings.spikes('memory'), { size: CELLS, from: 500 });
  const recalled = activePattern(counts, { ...SHAPE, atLeast: 5 });
  const stored = storedPatterns(options.seed ?? 1)[options.cued ?? 0];
  return { stored, cue: cueOf(options), recalled, accuracy: agreement(recalled, stored) };
}

/** Mean over the stored patterns, each cued once. */
export async function autoassociationAccuracy(seed: number): Promise<number> {
  const recalls = await Promise.all(storedPatterns(seed).map((_, cued) => recallPattern({ seed, cued })));
  return recalls.reduce((sum, { accuracy }) => sum + accuracy, 0) / recalls.length;
}
