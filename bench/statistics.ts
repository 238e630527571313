import { readFileSync } from 'node:fs';
import { simulate } from 'spikeloom';
import { correlation, fanoFactor, meanRate, type SpikeTimes, variationOfIntervals } from 'spikeloom/analysis';
import { UsageError } from './help.ts';
import type { BenchOptions } from './options.ts';
import { STANDARD } from './standardNetworks.ts';

/** The statistics that are compared, by the names that they have in the reference. */
const STATISTICS = { rate_hz: meanRate, cv_isi: variationOfIntervals, count_fano: fanoFactor, corr: correlation };

type Statistic = keyof typeof STATISTICS;

interface Figure {
  readonly mean: number;
  /** From, to. */
  readonly band: readonly [number, number];
}

/** A network of reference.json. */
export interface ReferenceNetwork {
  readonly discard_ms: number;
  readonly window_ms: number;
  readonly populations: Readonly<Record<string, Partial<Readonly<Record<Statistic, Figure>>>>>;
}

/** One statistic of one population against its band. */
export interface Verdict {
  readonly population: string;
  readonly statistic: Statistic;
  /** Over the seeds that count. */
  readonly mean: number;
  readonly band: readonly [number, number];
  readonly inside: boolean;
}

export interface Comparison {
  readonly name: string;
  readonly seeds: readonly number[];
  /** Those in which the activity died out: left out. */
  readonly died: readonly number[];
  readonly verdicts: readonly Verdict[];
}

/** Names of the bench, with those of the reference. */
const REFERENCES: Readonly<Record<string, string>> = { cuba: 'cuba', coba: 'coba', cobahh: 'cobahh', brunel: 'brunel', pd14: 'pd14_scale_0.1' };

/** What is compared at another size than the network's own: the cortical column at full scale. */
const AT_SIZES: Readonly<Record<string, ReadonlyMap<number, string>>> = { pd14: new Map([[77_169, 'pd14_full']]) };

/** The activity has died out where nothing spikes in the end of the window, ms. */
const END = 100;
/** More seeds than this, times those that are wanted, are not tried. */
const TRIES = 4;

/** @throws UsageError where there is no reference for a network */
export async function benchStatistics(options: BenchOptions, onDone: (comparison: Comparison) => void): Promise<boolean> {
  const { names, seeds = 3, n } = options;
  const chosen = names.length > 0 ? names : Object.keys(REFERENCES);
  const unknown = chosen.find((name) => !Object.hasOwn(REFERENCES, name));
  if (unknown !== undefined) throw new UsageError(`there is no reference for '${unknown}': choose of ${Object.keys(REFERENCES).join(', ')}.`);
  const references = new Map(chosen.map((name) => [name, n === undefined ? REFERENCES[name] : atSize(name, n)]));
  let inside = true;
  for (const [name, reference] of references) {
    const comparison = await compare(name, reference, seeds, options);
    inside &&= agrees(comparison, seeds);
    onDone(comparison);
  }
  return inside;
}

function atSize(name: string, n: number): string {
  const found = AT_SIZES[name]?.get(n);
  if (found !== undefined) return found;
  const sizes = Object.entries(AT_SIZES).flatMap(([of, bySize]) => [...bySize.keys()].map((size) => `${of} with ${size}`));
  throw new UsageError(`there is no reference for ${name} with ${n} cells, but for ${sizes.join(', ')}.`);
}

/** All that was wanted was found, and within its band. */
function agrees({ seeds, verdicts }: Comparison, wanted: number): boolean {
  return seeds.length === wanted && verdicts.every((v) => v.inside);
}

async function compare(name: string, referred: string, wanted: number, options: BenchOptions): Promise<Comparison> {
  const reference = referenceNamed(referred);
  const results: Results[] = [];
  const [seeds, died]: [number[], number[]] = [[], []];
  for (let seed = 1; seeds.length < wanted && seed <= TRIES * wanted; seed++) {
    const result = await statisticsOf(name, seed, options, reference);
    if (result) results.push(result);
    (result ? seeds : died).push(seed);
  }
  return { name, seeds, died, verdicts: judge(reference, results) };
}

export function referenceNamed(name: string): ReferenceNetwork {
  const file = new URL('networks/reference.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly networks: Readonly<Record<string, ReferenceNetwork>> }).networks[name];
}

/** Statistics of the populations of one run. */
export type Results = Readonly<Record<string, Readonly<Partial<Record<Statistic, number>>>>>;

/** What one seed gives; undefined where the activity died out. */
async function statisticsOf(
  name: string,
  seed: number,
  { n, precision = 'f32', threads = 1 }: BenchOptions,
  reference: ReferenceNetwork,
): Promise<Results | undefined> {
  const { discard_ms: from, window_ms: length, populations } = reference;
  const to = from + length;
  const network = (await STANDARD[name]())(n, { variant: 'reference', seed });
  const simulation = await simulate(network, { precision, threads });
  await simulation.run(to);
  const results: Record<string, Results[string]> = {};
  let alive = false;
  for (const [population, figures] of Object.entries(populations)) {
    const spikes: SpikeTimes = simulation.recordings.spikes(population);
    const { size } = network.populationNamed(population);
    alive ||= meanRate(spikes, { size, from: to - END, to }) > 0;
    const window = { size, from, to };
    const wanted = Object.keys(figures) as Statistic[];
    results[population] = Object.fromEntries(wanted.map((statistic) => [statistic, STATISTICS[statistic](spikes, window)]));
  }
  simulation.dispose();
  return alive ? results : undefined;
}

/** Means over runs against the bands of the reference, where it has one. */
export function judge({ populations }: Pick<ReferenceNetwork, 'populations'>, results: readonly Results[]): Verdict[] {
  return Object.entries(populations).flatMap(([population, figures]) =>
    Object.entries(figures).map(([key, { band }]): Verdict => {
      const statistic = key as Statistic;
      const mean = results.reduce((sum, result) => sum + (result[population][statistic] ?? Number.NaN), 0) / results.length;
      return { population, statistic, mean, band, inside: mean >= band[0] && mean <= band[1] };
    }),
  );
}

export function comparisonText({ name, seeds, died, verdicts }: Comparison): string {
  const gone = died.length > 0 ? `; died out and left out: ${died.join(' ')}` : '';
  const rows = verdicts.map(({ population, statistic, mean, band, inside }) =>
    [
      `  ${population.padEnd(6)}${statistic.padEnd(12)}`,
      mean.toPrecision(4).padStart(10),
      `   ${band[0].toPrecision(4)} to ${band[1].toPrecision(4)}`.padEnd(28),
      inside ? 'inside' : 'OUTSIDE',
    ].join(''),
  );
  return `${name}: means over seeds ${seeds.join(' ') || 'none'}${gone}\n${rows.join('\n')}\n`;
}
