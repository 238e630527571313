import { requireNamed } from '../core/keys.ts';
import { seedWords } from '../core/rng.ts';
import type { Precision } from '../ir/expr.ts';
import { COLUMN_BYTES, type Column } from '../ir/program.ts';
import { actsOnEvents, DELAY } from '../model/synapse.ts';
import type { End } from '../network/connect/rule.ts';
import type { NetworkDef, NumberArray, ProjectionDef, RecorderDef, RuleDef, ValueSpec, ViewDef } from '../network/definition.ts';
import { type CompiledNetwork, compileNetwork } from './compile.ts';
import { leadingFactor, separate } from './factors.ts';
import { type ProjectionPlan, withoutSelf } from './projection.ts';
import { selectCells } from './selection.ts';
import { countSynapses, type SynapseCount } from './synapseCount.ts';

/** Bytes of a projection by what they hold. */
export interface ProjectionMemory extends SynapseCount {
  readonly name: string;
  /** Weights, variables, and when a synapse was touched last. */
  readonly values: number;
  /** Which synapses there are: their cells, and how long spikes take to them. */
  readonly tables: number;
  /** Spikes on their way. */
  readonly spikes: number;
  readonly bytes: number;
}

/** What a network takes in the memory of an executor, bytes. */
export interface MemoryPlan {
  readonly precision: Precision;
  readonly threads: number;
  /** Whether it was made before the network was: right within some hundredths. */
  readonly isEstimate: boolean;
  /** Stimuli are populations too. */
  readonly populations: readonly { readonly name: string; readonly cells: number; readonly bytes: number }[];
  readonly projections: readonly ProjectionMemory[];
  /** Buffers of recorders, and what they compute. */
  readonly recorders: number;
  /** All that, the clock included. */
  readonly bytes: number;
}

type Kind = 'values' | 'tables' | 'spikes';

/** What a compiled network takes. */
export function memoryOf({ def, program, projections }: CompiledNetwork): MemoryPlan {
  const counts = def.projections.map((p) => ({ synapses: requireNamed('projection', p.name, projections).synapses, isExact: true }));
  return planOf(def, { program, projections }, counts, (column) => bytesOf(column.type, column.padded));
}

/**
 * What a network will take, before anything of the size of its synapses is made: it is compiled without synapses and with some of those
 * that it will have, and what differs grows with their number.
 *
 * @throws SpikeloomError with the mistakes that are found on the way
 */
export function estimateMemory(given: NetworkDef, precision: Precision, threads: number): MemoryPlan {
  const def = { ...given, projections: given.projections.map(withoutSelf) };
  const ends = def.projections.map((p) => [endOf(def, p.source), endOf(def, p.target)] as const);
  const counts = def.projections.map((p, i) => countSynapses(p, ends[i][0], ends[i][1], seedWords(def.seed)));
  const each = def.projections.map((_, i) => synapsesASource(counts[i].synapses, ends[i][0]));
  const most = (p: ProjectionDef): number => Math.max(...each.filter((_, i) => def.projections[i].source.population === p.source.population));
  const samples = def.projections.map((p, i) => sampleOf(p, counts[i].synapses, ends[i], { each: each[i], most: most(p) }));
  const compiled = (edges: readonly Sample[]): CompiledNetwork =>
    compileNetwork(
      { ...def, projections: def.projections.map((p, i) => withSample(p, edges[i])), recorders: sampledRecorders(def, edges) },
      precision,
      {
        threads,
      },
    );
  const some = compiled(samples);
  const without = new Map(compiled(samples.map(() => NONE)).program.columns.map((c) => [c.name, c.length]));
  const places = new Map(def.projections.map((p, i) => [p.name, i]));
  const sizes = (column: Column, projection: string | undefined, kind: Kind): number => {
    const i = places.get(projection ?? recordedWhole(def, column.name) ?? '');
    // How many spikes wait follows from the sources, and from delays as they are.
    if (i === undefined || kind === 'spikes') return bytesOf(column.type, column.padded);
    const members = projection === undefined ? [i] : togetherWith(projection, some).map((name) => places.get(name) ?? i);
    const length = members.reduce((sum, k) => sum + samples[k].sources.length, 0);
    const synapses = members.reduce((sum, k) => sum + counts[k].synapses, 0);
    const least = without.get(column.name) ?? 0;
    const growth = length === 0 ? 0 : (column.length - least) / length;
    // Buffers hold fewer samples where these are longer.
    const most = /^recorder \d+\.buffer$/.test(column.name) ? Math.max(column.length, synapses) : Number.POSITIVE_INFINITY;
    return bytesOf(column.type, Math.min(most, Math.round(least + growth * synapses)));
  };
  const plan = { ...planOf(def, some, counts, sizes), isEstimate: true };
  return withMatrices(plan, def, some, ends, precision);
}

interface Sample {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

const NONE: Sample = { sources: new Uint32Array(0), targets: new Uint32Array(0) };
const MOST_SAMPLED = 4096;
/** Of sources, where they have that many. */
const FEWEST_SAMPLED = 16;

/** As far as they are sampled. */
function synapsesASource(synapses: number, source: End): number {
  return Math.max(1, Math.min(MOST_SAMPLED, Math.round(synapses / source.cells.length)));
}

/**
 * Some sources with as many synapses as each will have, as far as that is known, their targets spread evenly; by places in the views.
 * Projections that may share a fan-out have as many sources in their samples: `most` is the largest number of synapses that a source of
 * that population has in one of them.
 */
function sampleOf(
  { rule }: ProjectionDef,
  synapses: number,
  [source, target]: readonly [End, End],
  { each, most }: { readonly each: number; readonly most: number },
): Sample {
  if (synapses === 0) return NONE;
  const wanted = Math.max(FEWEST_SAMPLED, Math.floor(MOST_SAMPLED / most));
  const count = Math.min(source.cells.length, wanted, Math.max(1, Math.floor(synapses / each)));
  const single = rule.kind === 'one-to-one';
  const place = (i: number): number => (single ? i : Math.floor(((i % each) * target.cells.length) / each));
  return {
    sources: Uint32Array.from({ length: count * each }, (_, i) => Math.floor(i / each)),
    targets: Uint32Array.from({ length: count * each }, (_, i) => Math.min(target.cells.length - 1, place(i))),
  };
}

function withSample(def: ProjectionDef, { sources, targets }: Sample): ProjectionDef {
  const values: Record<string, ValueSpec> = {};
  const given = { ...def.values, ...(def.rule.kind === 'matrix' && { [def.rule.quantity]: def.rule.values }) };
  for (const [name, value] of Object.entries(given)) {
    values[name] = typeof value === 'number' || typeof value === 'string' ? value : firstOf(value as NumberArray, sources.length);
  }
  return { ...def, rule: { kind: 'edge-list', sources, targets, torus: isTorus(def.rule) }, values };
}

function firstOf(values: NumberArray, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => values[i % values.length] || 0);
}

function isTorus(rule: RuleDef): boolean {
  return (rule.kind === 'distance-kernel' || rule.kind === 'edge-list') && rule.torus === true;
}

/** Places beyond the sample are left out. */
function sampledRecorders(def: NetworkDef, edges: readonly Sample[]): RecorderDef[] {
  return def.recorders.map((recorder): RecorderDef => {
    if (recorder.kind !== 'synapses' || !recorder.synapses) return recorder;
    const i = def.projections.findIndex((p) => p.name === recorder.projection);
    const length = edges[i]?.sources.length ?? 0;
    return { ...recorder, synapses: recorder.synapses.filter((place) => place < length) };
  });
}

/** The projection all of whose synapses a column of a recorder is about. */
function recordedWhole({ recorders }: NetworkDef, column: string): string | undefined {
  const recorder = recorders[Number(/^recorder (\d+)\./.exec(column)?.[1] ?? -1)];
  if (recorder?.kind === 'histogram') return recorder.projection;
  return recorder?.kind === 'synapses' && !recorder.synapses ? recorder.projection : undefined;
}

function endOf({ populations }: NetworkDef, { population, cells }: ViewDef): End {
  const def = requireNamed('population', population, new Map(populations.map((p) => [p.name, p])));
  return { cells: selectCells(cells, def), population: def };
}

/** As columns are placed. */
function bytesOf(type: Column['type'], length: number): number {
  return Math.ceil((Math.ceil(length / 4) * 4 * COLUMN_BYTES[type]) / 64) * 64;
}

function planOf(
  def: NetworkDef,
  compiled: Pick<CompiledNetwork, 'program' | 'projections'>,
  counts: readonly SynapseCount[],
  sizeOf: (column: Column, projection: string | undefined, kind: Kind) => number,
): MemoryPlan {
  const cells = new Map(def.populations.map((p) => [p.name, 0]));
  const synapses = new Map(def.projections.map((p) => [p.name, { values: 0, tables: 0, spikes: 0 }]));
  const { program } = compiled;
  let [recorders, bytes] = [0, 0];
  for (const column of program.columns) {
    const projection = ownerOf(column.name, 'projection ', synapses.keys());
    const kind = kindOf(column.name.slice(`projection ${projection}.`.length));
    const size = sizeOf(column, projection, kind);
    // What lies within another column is counted there.
    if (column.within === undefined) bytes += size;
    const parts = projection !== undefined && synapses.get(projection);
    if (parts) parts[kind] += size;
    else if (column.name.startsWith('recorder ')) recorders += size;
    else {
      const population = ownerOf(column.name, '', cells.keys());
      if (population !== undefined) cells.set(population, (cells.get(population) ?? 0) + size);
    }
  }
  const synapsesOf = new Map(def.projections.map(({ name }, i) => [name, counts[i].synapses]));
  /** What lies together for several projections is each one's by the number of its synapses. */
  const shareOf = (name: string, i: number): { values: number; tables: number; spikes: number } => {
    const together = togetherWith(name, compiled);
    const all = together.reduce((sum, other) => sum + (synapsesOf.get(other) ?? 0), 0);
    const parts = synapses.get(together[0]) ?? { values: 0, tables: 0, spikes: 0 };
    const share = all === 0 ? 1 / together.length : counts[i].synapses / all;
    const of = (bytesOfAll: number): number => Math.round(bytesOfAll * share);
    return { values: of(parts.values), tables: of(parts.tables), spikes: of(parts.spikes) };
  };
  return {
    precision: program.precision,
    threads: program.threads,
    isEstimate: false,
    populations: def.populations.map(({ name, rows, columns }) => ({ name, cells: rows * columns, bytes: cells.get(name) ?? 0 })),
    projections: def.projections.map(({ name }, i): ProjectionMemory => {
      const parts = shareOf(name, i);
      return { name, ...counts[i], ...parts, bytes: parts.values + parts.tables + parts.spikes };
    }),
    recorders,
    bytes,
  };
}

/** The projections that share columns with one, which have the first one's name. */
function togetherWith(name: string, { projections }: Pick<CompiledNetwork, 'projections'>): readonly string[] {
  return requireNamed('projection', name, projections).together;
}

/** The one whose name the path of a column begins with; names may have dots, so the longest. */
function ownerOf(path: string, prefix: string, names: Iterable<string>): string | undefined {
  let found: string | undefined;
  for (const name of names) if (path.startsWith(`${prefix}${name}.`) && name.length >= (found?.length ?? 0)) found = name;
  return found;
}

function kindOf(what: string): Kind {
  if (what.startsWith('calendar ')) return 'spikes';
  return what.startsWith('value ') || what === 'touched' ? 'values' : 'tables';
}

/** Synapses that act every step and join most pairs lie as a matrix, or nowhere where all are equal. */
function withMatrices(
  plan: MemoryPlan,
  def: NetworkDef,
  { projections }: CompiledNetwork,
  ends: readonly (readonly [End, End])[],
  precision: Precision,
): MemoryPlan {
  let { bytes } = plan;
  const changed = plan.projections.map((memory, i): ProjectionMemory => {
    const columns = matrixColumns(def.projections[i], memory.synapses, requireNamed('projection', memory.name, projections), ends[i]);
    if (columns === undefined) return memory;
    const [sources, targets] = ends[i].map(({ population }) => population.rows * population.columns);
    // What is stored nowhere sums up a value of each source; its own are single numbers, as in the list that was compiled.
    const sums = requireNamed('projection', memory.name, projections).contributions.length * (bytesOf(precision, sources) + bytesOf('f64', 1));
    const values = columns === 0 ? memory.values : columns * bytesOf(precision, sources * Math.ceil(targets / 4) * 4);
    const tables = columns === 0 ? sums : 0;
    bytes += values + tables - memory.bytes;
    return { ...memory, values, tables, spikes: 0, bytes: values + tables };
  });
  return { ...plan, projections: changed, bytes };
}

/** How many values of each pair a projection keeps that lies as a matrix, or not at all; undefined where it is a list. */
function matrixColumns(def: ProjectionDef, synapses: number, { contributions }: ProjectionPlan, ends: readonly [End, End]): number | undefined {
  const { rule, synapse } = def;
  const [sources, targets] = ends.map(({ population }) => population.rows * population.columns);
  const mayRepeat = rule.kind === 'edge-list' || ('multapses' in rule && rule.multapses);
  if (actsOnEvents(synapse) || synapses === 0 || mayRepeat || 2 * synapses < sources * targets) return undefined;
  const names = Object.keys(synapse.quantities).filter((name) => name !== DELAY);
  const own = names.filter(
    (name) => (rule.kind === 'matrix' && rule.quantity === name) || typeof (def.values[name] ?? synapse.quantities[name].value) !== 'number',
  );
  const isWhole = def.source.cells.kind === 'all' && def.target.cells.kind === 'all';
  if (rule.kind === 'all-to-all' && isWhole && own.length === 0 && contributions.every((c) => separate(c.value))) return 0;
  const factors = contributions.map((c) => leadingFactor(c.value, names));
  return factors.some((f) => f === undefined) ? undefined : new Set([...own, ...factors.flatMap((f) => f ?? [])]).size;
}
