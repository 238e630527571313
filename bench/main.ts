import { parseArgs } from 'node:util';
import { type BackendName, FORMATS, type Format, type Network, type SimulateOptions, type Simulation, simulate } from 'spikeloom';
import { lattice } from './networks/lattice.ts';
import { uncoupled } from './networks/uncoupled.ts';
import { measureRecording, recordingText } from './recording.ts';

const HELP = `npm run bench -- lattice [--n N] [--repeats R] [--backend js|wasm] [--precision f32|f64] [--json]
npm run bench -- recording [--n N] [--seconds S] [--format csv|npz|h5] [--json]

  lattice   N (4096) Izhikevich neurons in a square, all-to-all by gap junctions with a weight matrix: ns a synapse and step;
            and 100 000 uncoupled Izhikevich neurons: ns a neuron and step. Medians of R (7) runs, after warm-up.
  recording N (10000) Izhikevich neurons, all spikes and 100 traces to disk for S (600) s of model time: MB/s, memory, and whether
            NumPy or h5py find the right numbers.

npm run bench -- page [--seconds S] [--json]

  page      the live page of 50 x 50 Izhikevich neurons, neighbours joined by gap junctions, at full speed on one engine thread
            in headless Chromium: ms between two frames, over S (10) seconds. Needs built files: npm run build.
`;

const NEURONS = 100_000;
/** Real time that one timed run takes, ms: long against the clock's resolution, short against the machine's moods. */
const RUN = 300;

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
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

interface Measured extends Spread {
  /** From the network to a program in memory, ms. */
  readonly build: number;
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

async function page(seconds: number, json: boolean): Promise<void> {
  const { benchPage } = await import('./page.ts');
  const figures = await benchPage({ side: 50, seconds });
  if (json) {
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return;
  }
  const { median, p95, max, frames, changed, speed, load } = figures;
  process.stdout.write(`ms between frames    ${median.toFixed(1)} median, ${p95.toFixed(1)} 95 %, ${max.toFixed(1)} max, of ${frames}\n`);
  process.stdout.write(`maps that changed    ${changed}\n`);
  process.stdout.write(`model ms a real s    ${speed.toFixed(0)}\n`);
  process.stdout.write(`load of the machine  ${load.toFixed(1)}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      n: { type: 'string' },
      repeats: { type: 'string', default: '7' },
      seconds: { type: 'string' },
      format: { type: 'string', default: 'npz' },
      backend: { type: 'string', default: 'wasm' },
      precision: { type: 'string', default: 'f32' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.join() === 'page') return page(Number(values.seconds ?? 10), values.json);
  if (positionals.join() === 'recording') {
    const [cells, seconds, format] = [Number(values.n ?? 10_000), Number(values.seconds ?? 600), values.format as Format];
    if (!Number.isInteger(cells) || cells < 100 || !(seconds >= 1) || !FORMATS.includes(format)) {
      process.stderr.write(`${HELP}\nN must be at least 100, S at least 1.\n`);
      process.exitCode = 2;
      return;
    }
    const figures = await measureRecording(cells, seconds, format);
    process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : recordingText(figures));
    return;
  }
  const n = Number(values.n ?? 4096);
  const repeats = Number(values.repeats);
  if (positionals.join() !== 'lattice' || !Number.isInteger(Math.sqrt(n)) || n < 1 || !Number.isInteger(repeats) || repeats < 1) {
    process.stderr.write(`${HELP}\nN must be a square number, R a whole number above 0.\n`);
    process.exitCode = 2;
    return;
  }
  const options = { backend: values.backend as BackendName, precision: values.precision as 'f32' | 'f64' };
  const synapse = await measure(lattice(n), options, n * (n - 1), repeats);
  const neuron = await measure(uncoupled(NEURONS), options, NEURONS, repeats);
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ns_per_synapse_step: synapse.median, ns_per_neuron_step: neuron.median, ...options })}\n`);
    return;
  }
  const show = (name: string, { median, min, max }: Spread): string =>
    `${name.padEnd(20)} ${median.toFixed(3)}  (${min.toFixed(3)} to ${max.toFixed(3)})\n`;
  process.stdout.write(`${options.backend} ${options.precision}, n ${n}, medians of ${repeats} (min to max)\n`);
  process.stdout.write(show('ns a synapse, step', synapse));
  process.stdout.write(show('ns a neuron, step', neuron));
  process.stdout.write(`${'ms to build lattice'.padEnd(20)} ${synapse.build.toFixed(0)}\n`);
}

await main();
