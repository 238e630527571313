import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { Network, type Projection, probability, type Simulation, type Spikes, simulate } from 'spikeloom';
import { distort, type Pattern, randomPatterns } from 'spikeloom/attractors';
import { presetTrain, staticSynapse } from 'spikeloom/models';
import { slowCell } from './parts/slowCell.ts';

/** Spike templates: in each of 10 channels (rows) a spike or none in each of 10 bins (columns), of 20 ms. */
const TEMPLATE = { rows: 10, columns: 10 };
const BIN = 20;
/** Another template is shown every 400 ms. */
export const TRIALS = { count: 300, training: 200, period: 400 };
/** From the beginning of a trial to when it is judged: 50 ms after the template has ended, 150 ms after all that tells the two apart. */
const JUDGED = 250;
const SHAPE = { rows: 10, columns: 10 };
const LIQUID = SHAPE.rows * SHAPE.columns;
const EXCITATORY = 80;

export interface LiquidOptions {
  readonly seed?: number;
  /** Spectral radius of the liquid's weights, mV a spike. */
  readonly radius?: number;
}

interface Task {
  /** 1 or 0: which template is shown in each trial. */
  readonly labels: Uint8Array;
  /** What is shown: the template, with 5 in 100 of its places changed. */
  readonly shown: readonly Pattern[];
}

/** Two templates that differ in their first half and end alike: who judges at the end has to remember. */
function makeTask(seed: number): Task {
  const [first, second, end] = randomPatterns({ ...TEMPLATE, count: 3, pActive: 0.3, seed });
  const templates = [first, second].map((begin) => ({
    ...begin,
    values: begin.values.map((value, i) => (i % TEMPLATE.columns < TEMPLATE.columns / 2 ? value : end.values[i])),
  }));
  const [{ values: labels }] = randomPatterns({ rows: 1, columns: TRIALS.count, count: 1, seed: seed + 1 });
  const shown = Array.from(labels, (label, trial) => distort(templates[label], 0.05, { seed: seed * TRIALS.count + trial }));
  return { labels, shown };
}

/** Spike times of each channel over all trials, ms. */
function timesOf(shown: readonly Pattern[]): readonly (readonly number[])[] {
  return Array.from({ length: TEMPLATE.rows }, (_, channel) =>
    shown.flatMap(({ values }, trial) =>
      Array.from({ length: TEMPLATE.columns }, (_, bin) => bin)
        .filter((bin) => values[channel * TEMPLATE.columns + bin] === 1)
        .map((bin) => trial * TRIALS.period + bin * BIN + 1),
    ),
  );
}

function build(seed: number, scale: number): { readonly network: Network; readonly inner: Projection } {
  const network = new Network({ dt: 1, seed, duration: TRIALS.count * TRIALS.period });
  const input = network.population('input', presetTrain(), TEMPLATE.rows).set({ times: timesOf(makeTask(seed).shown) });
  const liquid = network.lattice('liquid', slowCell({ drive: 15, noise: 0.5 }), SHAPE);
  network.connect(input, liquid, staticSynapse({ target: 's', delay: 0 }), probability(0.3)).set({ w: 'normal(0, 3)' });
  const inner = network
    .connect(liquid, liquid, staticSynapse({ target: 's', delay: 1 }), probability(0.25, { autapses: false }), { name: 'inner' })
    .set({ w: `${scale} * where(pre.index < ${EXCITATORY}, 1, -4) * abs(normal())` });
  network.recordSpikes(input).recordSpikes(liquid);
  return { network, inner };
}

/** The largest absolute value of the eigenvalues of a projection of the liquid onto itself. */
export function spectralRadius(simulation: Simulation, projection: Projection | string): number {
  const name = typeof projection === 'string' ? projection : projection.name;
  const { sources, targets, values } = simulation.synapseTable(name);
  const weights = Matrix.zeros(LIQUID, LIQUID);
  sources.forEach((source, i) => {
    weights.set(targets[i], source, values.w[i]);
  });
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(weights);
  return realEigenvalues.reduce((largest, real, i) => Math.max(largest, Math.hypot(real, imaginaryEigenvalues[i])), 0);
}

/**
 * A random network of spiking cells, its weights scaled to a spectral radius, that is shown one of two spike templates again and again.
 * Maass W, Natschlaeger T, Markram H (2002) Real-time computing without stable states. Neural Computation 14(11):2531-2560.
 */
export async function liquidStateMachine(options: LiquidOptions = {}): Promise<Network> {
  const { seed = 1, radius = 6 } = options;
  const { network, inner } = build(seed, 1);
  const unscaled = await simulate(network);
  const scale = radius / spectralRadius(unscaled, inner);
  unscaled.dispose();
  return build(seed, scale).network;
}

/** A row for each trial, of the cells' spikes until it is judged, fading with 30 ms, and a 1. Each trial counts from its own beginning. */
function statesOf({ cells, times }: Spikes, size: number): Matrix {
  const states = Matrix.zeros(TRIALS.count, size + 1);
  for (let trial = 0; trial < TRIALS.count; trial++) states.set(trial, size, 1);
  times.forEach((time, i) => {
    const trial = Math.floor(time / TRIALS.period);
    const age = trial * TRIALS.period + JUDGED - time;
    if (trial < TRIALS.count && age >= 0) states.set(trial, cells[i], states.get(trial, cells[i]) + Math.exp(-age / 30));
  });
  return states;
}

/** Ridge regression onto 1 and -1 in the first trials; what it says of each of the others. */
function trainReadout(states: Matrix, labels: Uint8Array): Float64Array {
  const [last, columns] = [TRIALS.count - 1, states.columns - 1];
  const training = states.subMatrix(0, TRIALS.training - 1, 0, columns);
  const goal = Matrix.columnVector(Array.from(labels.subarray(0, TRIALS.training), (label) => 2 * label - 1));
  const transposed = training.transpose();
  const ridge = transposed.mmul(training).add(Matrix.eye(states.columns));
  const readout = new CholeskyDecomposition(ridge).solve(transposed.mmul(goal));
  return Float64Array.from(states.subMatrix(TRIALS.training, last, 0, columns).mmul(readout).to1DArray());
}

/** The part of trials of whose template a readout has the sign. */
const accuracyOf = (readout: Float64Array, labels: Uint8Array): number =>
  readout.filter((value, i) => value > 0 === (labels[i] === 1)).length / readout.length;

export interface Classification {
  /** The part of 100 new trials that a linear readout of the liquid tells right. */
  readonly accuracy: number;
  /** The same of a readout of the input alone, which no longer shows what came first. */
  readonly withoutLiquid: number;
  /** Of each new trial, which template was shown, 1 or 0, and what the readout of the liquid said: above 0 for 1. */
  readonly labels: Uint8Array;
  readonly readout: Float64Array;
  /** Spikes of both. */
  readonly spikes: { readonly input: Spikes; readonly liquid: Spikes };
}

export async function classifyTemplates(options: LiquidOptions = {}): Promise<Classification> {
  const simulation = await simulate(await liquidStateMachine(options));
  await simulation.run();
  const { labels } = makeTask(options.seed ?? 1);
  const spikes = { input: simulation.recordings.spikes('input'), liquid: simulation.recordings.spikes('liquid') };
  const judged = labels.subarray(TRIALS.training);
  const readout = trainReadout(statesOf(spikes.liquid, LIQUID), labels);
  const ofInput = trainReadout(statesOf(spikes.input, TEMPLATE.rows), labels);
  return { accuracy: accuracyOf(readout, judged), withoutLiquid: accuracyOf(ofInput, judged), labels: judged, readout, spikes };
}
