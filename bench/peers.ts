import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UsageError } from './help.ts';
import type { BenchOptions } from './options.ts';
import { BenchError, benchStandard, median } from './standard.ts';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('peers/brian2_networks.py', import.meta.url));
const NETWORKS = ['cuba', 'coba', 'cobahh', 'brunel', 'izh', 'stdp'];
const PRECISIONS = ['f32', 'f64'] as const;

type Precision = (typeof PRECISIONS)[number];

/** Both simulators in turn, the same number of times; s a second of model time. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Spikes a cell and second: that the two ran the same network. */
  readonly rates: { readonly ours: number; readonly theirs: number };
  /** Of theirs, s: to generate and compile C++; ours, from model text to program and synapses. */
  readonly compile: { readonly ours: number; readonly theirs: number };
}

export interface PeerFigures {
  readonly network: string;
  readonly n: number;
  readonly simulator: string;
  readonly f32: Pairs;
  readonly f64: Pairs;
}

/** What the peer script prints, as far as it is used. */
interface PeerRun {
  readonly simulator: string;
  readonly n: number;
  readonly compile_s: number;
  readonly loop_s_per_model_s: readonly number[];
  readonly rate_hz: number;
}

/**
 * The networks that the peer script has, in turn with it: peer, ours, peer, ours. Each is told when it is done: all take long.
 *
 * @throws UsageError for a network that it has not; BenchError where Brian 2 is not installed or fails
 */
export function benchPeers({ names, n, seconds = 1, repeat = 3 }: BenchOptions, onDone: (figures: PeerFigures) => void): void {
  const chosen = names.length > 0 ? names : NETWORKS;
  const unknown = chosen.find((name) => !NETWORKS.includes(name));
  if (unknown !== undefined) throw new UsageError(`the peer has no '${unknown}': choose of ${NETWORKS.join(', ')}.`);
  requireBrian();
  for (const network of chosen) {
    const [f32, f64] = PRECISIONS.map((precision) => inTurn({ name: network, precision, seconds, repeat, ...(n !== undefined && { n }) }));
    onDone({ network, n: f32.n, simulator: f32.simulator, f32: f32.pairs, f64: f64.pairs });
  }
}

interface Turn {
  readonly name: string;
  readonly n?: number;
  readonly precision: Precision;
  readonly seconds: number;
  readonly repeat: number;
}

function inTurn({ repeat, ...turn }: Turn) {
  const theirs: PeerRun[] = [];
  const ours = Array.from({ length: repeat }, () => {
    theirs.push(runPeer(turn));
    const { name, ...sizes } = turn;
    return benchStandard({ names: [name], statistics: false, peers: false, scaling: false, json: true, ...sizes, repeat: 1 });
  });
  const pairs: Pairs = {
    ours: ours.map((run) => run.loop_s_per_model_s[0]),
    theirs: theirs.map((run) => run.loop_s_per_model_s[0]),
    rates: { ours: ours[0].rate_hz, theirs: theirs[0].rate_hz },
    compile: { ours: median(ours.map((run) => run.compile_s + run.build_s)), theirs: median(theirs.map((run) => run.compile_s)) },
  };
  return { pairs, n: theirs[0].n, simulator: theirs[0].simulator };
}

function requireBrian(): void {
  if (spawnSync(PYTHON, ['-c', 'import brian2']).status === 0) return;
  throw new BenchError(`${PYTHON} has no brian2, which is what this bench compares with.\nInstall it: apt-get install python3-brian g++`);
}

function runPeer({ name, n, precision, seconds }: Omit<Turn, 'repeat'>): PeerRun {
  const size = n === undefined ? [] : ['--n', String(n)];
  const args = [SCRIPT, name, '--seconds', String(seconds), '--repeat', '1', '--precision', precision, ...size];
  const { status, stdout, stderr, error } = spawnSync(PYTHON, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new BenchError(`Brian 2 failed at ${name}:\n${stderr.trim()}`);
  return JSON.parse(stdout) as PeerRun;
}

/** How many times as long the peer takes: median, least and most over the pairs. */
export function ratioOf({ ours, theirs }: Pick<Pairs, 'ours' | 'theirs'>): { readonly median: number; readonly min: number; readonly max: number } {
  const ratios = theirs.map((time, i) => time / ours[i]);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

export function peersText(figures: readonly PeerFigures[]): string {
  const rows = figures.map(({ network, n, f32, f64 }) => {
    const faster = median(f32.theirs) < median(f64.theirs) ? f32.theirs : f64.theirs;
    const ratio = (pairs: Pick<Pairs, 'ours' | 'theirs'>): string => {
      const { median: middle, min, max } = ratioOf(pairs);
      return `${middle.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
    };
    const times = ({ ours, theirs }: Pairs): string[] => [median(ours).toFixed(3), median(theirs).toFixed(3)];
    const rates = `${f32.rates.ours.toFixed(1)} / ${f32.rates.theirs.toFixed(1)}`;
    const compile = `${f32.compile.ours.toFixed(2)} / ${f32.compile.theirs.toFixed(1)}`;
    return [network, String(n), ...times(f32), ratio(f32), ...times(f64), ratio(f64), ratio({ ours: f32.ours, theirs: faster }), rates, compile];
  });
  const head = ['network', 'n', 'f32, s/s', 'peer', 'ratio', 'f64, s/s', 'peer', 'ratio', 'f32 against its faster', 'Hz', 's until it runs'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |\n`;
  const simulator = figures[0]?.simulator ?? '';
  return `spikeloom and ${simulator} in turn, one thread each; s a second of model time, medians; ratios: median (least to most)\n\n${[head, head.map((_, i) => '-'.repeat(widths[i])), ...rows].map(line).join('')}`;
}
