import { type Network, type SimulateOptions, type Simulation, simulate } from 'spikeloom';
import { UsageError } from './help.ts';
import { lattice } from './networks/lattice.ts';
import { uncoupled } from './networks/uncoupled.ts';
import type { BenchOptions } from './options.ts';

const NEURONS = 100_000;
/** Real time that one timed run takes, ms: long against the clock's resolution, short against the machine's moods. */
const RUN = 300;

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

interface Measured extends Spread {
  /** From the network to a program in memory, ms. */
  readonly build: number;
}

/** ns a synapse and step of a lattice of gap junctions, ns a neuron and step of neurons on their own, as text. */
export async function benchKernels({ n = 4096, repeat = 7, backend = 'wasm', precision = 'f32', json }: BenchOptions): Promise<string> {
  if (!Number.isInteger(Math.sqrt(n))) throw new UsageError(`--n is '${n}': a lattice takes a square number.`);
  const options = { backend, precision };
  const synapse = await measure(lattice(n), options, n * (n - 1), repeat);
  const neuron = await measure(uncoupled(NEURONS), options, NEURONS, repeat);
  if (json) return `${JSON.stringify({ ns_per_synapse_step: synapse.median, ns_per_neuron_step: neuron.median, ...options })}\n`;
  const show = (name: string, { median, min, max }: Spread): string =>
    `${name.padEnd(20)} ${median.toFixed(3)}  (${min.toFixed(3)} to ${max.toFixed(3)})\n`;
  return [
    `${backend} ${precision}, n ${n}, medians of ${repeat} (min to max)\n`,
    show('ns a synapse, step', synapse),
    show('ns a neuron, step', neuron),
    `${'ms to build lattice'.padEnd(20)} ${synapse.build.toFixed(0)}\n`,
  ].join('');
}

async function measure(network: Network, options: SimulateOptions, units: number, repeats: number): Promise<Measured> {
  const simulation = await simulate(network, options);
  const { compile, load, init } = simulation.timings;
  try {
    return { ...(await timeStep(simulation, units, repeats)), build: compile + load + init };
  } finally {
    simulation.dispose();
  }
}

/** Real ns per `units` and step: repeated runs of one simulation that is warm. */
async function timeStep(simulation: Simulation, units: number, repeats: number): Promise<Spread> {
  const { dt } = simulation.network;
  await simulation.run(20 * dt);
  const trial = await simulation.run(20 * dt);
  const steps = Math.max(20, Math.ceil((RUN * 20) / trial.elapsed));
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) times.push(((await simulation.run(steps * dt)).elapsed * 1e6) / units / steps);
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(repeats / 2)], min: times[0], max: times[repeats - 1] };
}
