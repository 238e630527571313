import { HELP, UsageError } from './help.ts';
import { type BenchOptions, readOptions } from './options.ts';
import { BenchError, benchStandard, standardText } from './standard.ts';

function print(text: string): void {
  process.stdout.write(text);
}

/** A bench's modules are read when it is asked for: some need packages and programs that others don't. */
async function run(options: BenchOptions): Promise<void> {
  const { names, json } = options;
  if ([options.statistics, options.peers, options.scaling].filter(Boolean).length > 1) {
    throw new UsageError('choose one of --statistics, --peers and --scaling.');
  }
  if (options.statistics) return statistics(options);
  if (options.peers) return peers(options);
  if (options.scaling) return scaling(options);
  switch (names.join(' ')) {
    case 'lattice':
      return print(await (await import('./kernels.ts')).benchKernels(options));
    case 'recording':
      return recording(options);
    case 'plasticity':
      return print(await (await import('./plasticity.ts')).plasticityText(options));
    case 'inputs': {
      const { inputsText, measureInputs } = await import('./inputs.ts');
      const figures = await measureInputs(options.precision ?? 'f32', options.repeat ?? 7);
      return print(json ? `${JSON.stringify(figures)}\n` : inputsText(figures));
    }
    case 'page': {
      const { benchPage, pageText } = await import('./page.ts');
      const figures = await benchPage({ side: 50, seconds: options.seconds ?? 10 });
      return print(json ? `${JSON.stringify(figures)}\n` : pageText(figures));
    }
    default: {
      const figures = benchStandard(options);
      return print(json ? `${JSON.stringify(figures)}\n` : standardText(figures));
    }
  }
}

async function statistics(options: BenchOptions): Promise<void> {
  const { benchStatistics, comparisonText } = await import('./statistics.ts');
  const show = options.json ? (found: object) => print(`${JSON.stringify(found)}\n`) : undefined;
  const inside = await benchStatistics(options, show ?? ((comparison) => print(comparisonText(comparison))));
  if (!inside) process.exitCode = 1;
}

async function peers(options: BenchOptions): Promise<void> {
  const { benchPeers, peersText } = await import('./peers.ts');
  benchPeers(options, (figures) => print(options.json ? `${JSON.stringify(figures)}\n` : peersText([figures])));
}

async function scaling(options: BenchOptions): Promise<void> {
  const { benchScaling, scalingText } = await import('./scaling.ts');
  benchScaling(options, (figures) => print(options.json ? `${JSON.stringify(figures)}\n` : scalingText(figures)));
}

async function recording({ n = 10_000, seconds = 600, format = 'npz', json }: BenchOptions): Promise<void> {
  if (n < 100 || seconds < 1) throw new UsageError('recording takes --n of at least 100 and --seconds of at least 1.');
  const { measureRecording, recordingText } = await import('./recording.ts');
  const figures = await measureRecording(n, seconds, format);
  print(json ? `${JSON.stringify(figures)}\n` : recordingText(figures));
}

try {
  await run(readOptions(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${HELP}\n${error.message}\n`);
    process.exitCode = 2;
  } else if (error instanceof BenchError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}
