import type { BenchOptions } from './options.ts';
import { median, type OneRun, type RunRequest, runOnce } from './standard.ts';

/** One network at one size on one thread, on several, and on as many as `auto` takes, in turns; s a second of model time. */
export interface ScalingFigures {
  readonly network: string;
  readonly n: number;
  readonly threads: number;
  readonly precision: string;
  readonly one: readonly number[];
  readonly several: readonly number[];
  readonly auto: readonly number[];
  /** What `auto` took: median. */
  readonly autoThreads: number;
  /** The time of several and of auto by that of one: medians of the ratios of runs side by side. */
  readonly ratio: number;
  readonly autoRatio: number;
}

/** Sizes where not given; model time in s such that each run takes a second or so. */
const NETWORKS: readonly { readonly name: string; readonly n?: number; readonly seconds: number }[] = [
  { name: 'cuba', seconds: 20 },
  { name: 'coba', seconds: 10 },
  { name: 'cobahh', seconds: 2 },
  { name: 'izh', seconds: 20 },
  { name: 'stdp', seconds: 20 },
  { name: 'brunel', seconds: 1 },
  { name: 'cuba', n: 40_000, seconds: 3 },
  { name: 'pd14', seconds: 2 },
];

/** Each network is told when it is done: all take long. */
export function benchScaling(options: BenchOptions, onDone: (figures: ScalingFigures) => void): void {
  const { names, n, repeat = 7, threads = 2, precision = 'f32', seconds } = options;
  const known = names.map((name) => NETWORKS.find((network) => network.name === name) ?? { name, seconds: 1 });
  const chosen = names.length === 0 ? NETWORKS : known.map(({ name, seconds }) => ({ name, seconds, ...(n !== undefined && { n }) }));
  for (const network of chosen) {
    const request = (wish: RunRequest['threads']): RunRequest => ({
      backend: 'wasm',
      precision,
      ...network,
      ...(seconds !== undefined && { seconds }),
      ...(wish !== undefined && { threads: wish }),
    });
    const wishes = [1, threads, 'auto'] as const;
    const rounds = Array.from({ length: repeat }, () => wishes.map((wish) => runOnce(request(wish))));
    onDone(figuresOf(network.name, { threads, precision }, rounds));
  }
}

function figuresOf(network: string, of: Pick<ScalingFigures, 'threads' | 'precision'>, rounds: readonly (readonly OneRun[])[]): ScalingFigures {
  const loops = (i: number): number[] => rounds.map((round) => round[i].loop);
  const ratio = (i: number): number => median(rounds.map((round) => round[i].loop / round[0].loop));
  return {
    network,
    n: rounds[0][0].cells,
    ...of,
    one: loops(0),
    several: loops(1),
    auto: loops(2),
    autoThreads: median(rounds.map((round) => round[2].threads)),
    ratio: ratio(1),
    autoRatio: ratio(2),
  };
}

export function scalingText({ network, n, threads, precision, one, several, auto, autoThreads, ratio, autoRatio }: ScalingFigures): string {
  const cells = [
    median(one).toFixed(3),
    median(several).toFixed(3),
    ratio.toFixed(2),
    median(auto).toFixed(3),
    autoRatio.toFixed(2),
    `${autoThreads}`,
  ];
  const head = ['1 thread', `${threads} threads`, 'of the time', 'auto', 'of the time', 'threads of auto'];
  const row = (list: readonly string[]): string => `| ${list.join(' | ')} |\n`;
  return [
    `${network}, n ${n}, ${precision}: s a s of model time, medians of ${one.length}\n`,
    row(head),
    row(head.map(() => '---')),
    row(cells),
  ].join('');
}
