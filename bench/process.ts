// One run of a standard network in a process of its own: its figures on stdout, as JSON. The bench starts it.
import { type RecorderDef, SpikeloomError, simulate } from 'spikeloom';
import type { OneRun, RunRequest } from './standard.ts';
import { STANDARD } from './standardNetworks.ts';

const request = JSON.parse(process.argv[2]) as RunRequest;

async function runOnce({ name, n, seconds, variant = 'peer', seed, ...options }: RunRequest): Promise<OneRun> {
  const begin = performance.now();
  const { def } = (await STANDARD[name]())(n, { variant, ...(seed !== undefined && { seed }) });
  const defined = performance.now() - begin;
  const recorders = def.recorders.flatMap((r): RecorderDef[] => (r.kind === 'spikes' ? [{ kind: 'spike-counts', view: r.view }] : []));
  const simulation = await simulate({ ...def, recorders }, options);
  const { compile, build, load, init } = simulation.timings;
  const { elapsed } = await simulation.run(seconds * 1000);
  const counts = recorders.map((r) => simulation.recordings.spikeCounts('view' in r ? { def: r.view } : ''));
  return {
    compile: (defined + compile - build + load + init) / 1000,
    build: build / 1000,
    loop: elapsed / 1000 / seconds,
    threads: simulation.threads,
    spikes: counts.reduce((sum, of) => of.reduce((a, b) => a + b, sum), 0),
    cells: counts.reduce((sum, of) => sum + of.length, 0),
    synapses: simulation.synapses,
    synapseBytes: simulation.synapseBytes,
    // In kB, the most since the process began.
    peak: process.resourceUsage().maxRSS * 1024,
  };
}

try {
  process.stdout.write(JSON.stringify(await runOnce(request)));
} catch (error) {
  if (!(error instanceof SpikeloomError)) throw error;
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
}
