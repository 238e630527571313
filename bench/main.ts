import { HELP, UsageError } from './help.ts';
import { type BenchOptions, readOptions, requireOnly } from './options.ts';
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
      requireOnly('lattice', options, ['n', 'repeat', 'backend', 'precision', 'json']);
      return print(await (await import('./kernels.ts')).benchKernels(options));
    case 'recording':
      return recording(options);
    case 'plasticity':
      requireOnly('plasticity', options, ['seconds', 'repeat', 'json']);
      return print(await (await import('./plasticity.ts')).plasticityText(options));
    case 'inputs': {
      requireOnly('inputs', options, ['precision', 'repeat', 'json']);
      const { inputsText, measureInputs } = await import('./inputs.ts');
      const figures = await measureInputs(options.precision ?? 'f32', options.repeat ?? 7);
      return print(json ? `${JSON.stringify(figures)}\n` : inputsText(figures));
    }
    case 'page': {
      requireOnly('page', options, ['seconds', 'json']);
      const { benchPage, pageText } = await import('./page.ts');
      const figures = await benchPage({ side: 50, seconds: options.seconds ?? 10 });
      return print(json ? `${JSON.stringify(figures)}\n` : pageText(figures));
    }
    default: {
      requireOnly(names.join(' ') || 'a standard network', options, [
        'n',
        'seconds',
        'variant',
        'threads',
        'seed',
        'precision',
        'backend',
        'repeat',
        'json',
      ]);
      const figures = benchStandard(options);
      return print(json ? `${JSON.stringify(figures)}\n` : standardText(figures));
    }
  }
}

async function statistics(options: BenchOptions): Promise<void> {
  requireOnly('--statistics', options, ['n', 'seeds', 'threads', 'precision', 'json']);
  const { benchStatistics, comparisonText } = await import('./statistics.ts');
  const show = options.json ? (found: object) => print(`${JSON.stringify(found)}\n`) : undefined;
  const inside = await benchStatistics(options, show ?? ((comparison) => print(comparisonText(comparison))));
  if (!inside) process.exitCode = 1;
}

async function peers(options: BenchOptions): Promise<void> {
  requireOnly('--peers', options, ['n', 'seconds', 'repeat', 'json']);
  const { benchPeers, peersText } = await import('./peers.ts');
  benchPeers(options, (figures) => print(options.json ? `${JSON.stringify(figures)}\n` : peersText([figures])));
}

async function scaling(options: BenchOptions): Promise<void> {
  requireOnly('--scaling', options, ['n', 'threads', 'seconds', 'precision', 'repeat', 'json']);
  if (options.n !== undefined && options.names.length === 0) throw new UsageError('--n is one network’s: name it.');
  const { benchScaling, scalingText } = await import('./scaling.ts');
  benchScaling(options, (figures) => print(options.json ? `${JSON.stringify(figures)}\n` : scalingText(figures)));
}

async function recording(options: BenchOptions): Promise<void> {
  requireOnly('recording', options, ['n', 'seconds', 'format', 'json']);
  const { n = 10_000, seconds = 600, format = 'npz', json } = options;
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
