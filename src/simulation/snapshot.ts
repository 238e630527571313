import type { Marks } from '../compile/mergeProjections.ts';
import type { PopulationPlan } from '../compile/plan.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import { isObject } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { crc32 } from '../core/hash.ts';
import type { ColumnArray } from '../ir/program.ts';
import { type Container, damaged, packContainer, unpackContainer } from './container.ts';
import type { Loaded } from './loaded.ts';
import type { RecordedChunk, Recordings } from './recordings.ts';
import type { Spreads } from './spread.ts';
import {
  cellColumns,
  placeCursors,
  put,
  putSynapseState,
  roomFor,
  type SynapseState,
  storedSynapseColumn,
  storeSynapseColumn,
  synapseState,
  widen,
} from './state.ts';

export interface SnapshotOptions {
  /** Whether the snapshot carries what has been recorded so far; it does not unless asked. */
  readonly recordings?: boolean;
}

interface PopulationHead {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly quantities: readonly string[];
}

interface ProjectionHead {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly synapses: number;
  /** CRC-32 of the cells at both ends, where synapses have values of their own. */
  readonly ends: number | null;
  readonly quantities: readonly string[];
}

/** What a snapshot says of itself. */
export interface SnapshotHead {
  readonly precision: string;
  readonly dt: number;
  readonly seed: number;
  /** Steps done. */
  readonly step: number;
  readonly populations: readonly PopulationHead[];
  readonly projections: readonly ProjectionHead[];
  /** Definitions of the recorders, as JSON. */
  readonly recorders: readonly string[];
  /** Whether it carries what they recorded. */
  readonly recordings: boolean;
}

/** The state of a network as bytes: columns by name, whatever the backend and however the synapses lie in memory. */
export function takeSnapshot(loaded: Loaded, recordings: Recordings | undefined): Uint8Array {
  const { compiled } = loaded;
  const columns = new Map<string, ColumnArray>();
  for (const plan of compiled.populations.values()) for (const [name, { values }] of stateOfCells(loaded, plan)) columns.set(name, values);
  for (const plan of compiled.projections.values()) {
    for (const name of plan.quantities.keys()) columns.set(`projection ${plan.def.name}.${name}`, storedSynapseColumn(loaded, plan, name));
    for (const [name, values] of Object.entries(synapseState(loaded, plan))) columns.set(`projection ${plan.def.name} ${name}`, values);
  }
  compiled.recorders.forEach((plan, i) => {
    if (plan.kind === 'counts') columns.set(`recorder ${i}.counts`, loaded.values(plan.counts));
    if (!recordings) return;
    const { steps, values } = recordings.chunk(i);
    columns.set(`recorder ${i}.steps`, steps).set(`recorder ${i}.values`, values);
  });
  const head: SnapshotHead = {
    precision: compiled.program.precision,
    dt: compiled.def.dt,
    seed: compiled.def.seed,
    step: loaded.step,
    populations: [...compiled.populations.values()].map(headOfPopulation),
    projections: [...compiled.projections.values()].map((plan) => headOfProjection(plan, hasOwnValues(plan))),
    recorders: compiled.recorders.map(({ def }) => JSON.stringify(def)),
    recordings: recordings !== undefined,
  };
  return packContainer({ header: { ...head }, columns });
}

interface StateColumn {
  readonly values: ColumnArray;
  /** Of a parameter that is one for all: its name. */
  readonly parameter?: string;
}

/** Everything that is kept of the cells of a population, by the names that it has in snapshots. */
function stateOfCells(loaded: Loaded, plan: PopulationPlan): Map<string, StateColumn> {
  const state = new Map<string, StateColumn>();
  const key = (name: string): string => `population ${plan.columnName(name)}`;
  for (const [name, { column, per }] of plan.quantities)
    state.set(key(name), { values: loaded.values(column), ...(per === 'population' && { parameter: name }) });
  for (const [name, values] of cellColumns(loaded, plan)) state.set(key(name), { values });
  return state;
}

function headOfPopulation({ def, quantities }: PopulationPlan): PopulationHead {
  return { name: def.name, rows: def.rows, columns: def.columns, quantities: [...quantities.keys()].sort() };
}

function headOfProjection(plan: ProjectionPlan, withEnds: boolean): ProjectionHead {
  const { def, synapses, quantities } = plan;
  const ends = withEnds ? checksumOfEnds(plan) : null;
  return { name: def.name, source: def.source.population, target: def.target.population, synapses, ends, quantities: [...quantities.keys()].sort() };
}

function hasOwnValues(plan: ProjectionPlan): boolean {
  return [...plan.quantities.values()].some(({ per }) => per === 'synapse');
}

function checksumOfEnds(plan: ProjectionPlan): number {
  const { sources, targets } = plan.ends();
  const bytes = (values: Uint32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return crc32(bytes(targets), crc32(bytes(sources)));
}

/** A snapshot's head and columns. @throws SpikeloomError where the bytes are no whole snapshot */
export function readSnapshot(bytes: Uint8Array): { readonly head: SnapshotHead; readonly columns: Container['columns'] } {
  const { header, columns } = unpackContainer(bytes);
  if (!isHead(header)) throw damaged(bytes, 'its header is not one of a snapshot');
  return { head: header, columns };
}

function isHead(header: unknown): header is SnapshotHead {
  if (!isObject(header)) return false;
  const { precision, dt, seed, step, populations, projections, recorders } = header;
  const texts = (list: unknown): boolean => Array.isArray(list) && list.every((x) => typeof x === 'string');
  const named = (list: unknown): boolean =>
    Array.isArray(list) && list.every((x) => isObject(x) && typeof x.name === 'string' && texts(x.quantities));
  const numbers = [dt, seed].every((x) => typeof x === 'number') && Number.isSafeInteger(step) && Number(step) >= 0 && Number(step) < 2 ** 32;
  return typeof precision === 'string' && numbers && named(populations) && named(projections) && texts(recorders);
}

/**
 * The network in the state of a snapshot: the same memory, or another where it has to be loaded anew. Where the snapshot
 * does not fit, or is damaged, nothing changes.
 *
 * @throws SpikeloomError with what differs
 */
export async function restoreSnapshot(loaded: Loaded, bytes: Uint8Array): Promise<Loaded> {
  const { head, columns } = readSnapshot(bytes);
  requireSame('precision', head.precision, loaded.compiled.program.precision);
  requireSame('dt', head.dt, loaded.compiled.def.dt, ' ms');
  let target = loaded;
  const swap = (next: Loaded): void => {
    if (target !== loaded) target.dispose();
    target = next;
  };
  try {
    if (head.seed !== loaded.compiled.def.seed) swap(await loaded.seeded(head.seed));
    requireStructure(target, head);
    const room = roomFor(target, spikesOnTheirWay(target, columns));
    const marks = marksFrom(target, columns);
    if (marks || [...room].some(([name, n]) => target.room.get(name) !== n)) {
      swap(await target.sibling(target.compiled.def, { exact: target.exact, room, ...(marks && { marks }) }));
    }
    const spreads = spreadsFor(target, columns);
    if (spreads.populations.length + spreads.projections.length > 0) swap(await widen(target, spreads));
    fill(target, head, columns);
  } catch (error) {
    if (target !== loaded) target.dispose();
    throw error;
  }
  restoreCounts(target, head, columns);
  placeCursors(target);
  target.executor.derive();
  return target;
}

function requireSame(what: string, theirs: unknown, ours: unknown, unit = ''): void {
  if (theirs === ours) return;
  throw new SpikeloomError({
    code: 'invalid-network',
    message: `the snapshot has ${what} ${String(theirs)}${unit}, the network ${String(ours)}${unit}`,
    hint: `Simulate the network with ${what} ${String(theirs)}${unit} to go on from it.`,
  });
}

function requireStructure({ compiled }: Loaded, head: SnapshotHead): void {
  const populations = [...compiled.populations.values()];
  requireSameNames('populations', head.populations, populations.map(headOfPopulation), ['network']);
  for (const theirs of head.populations) {
    const plan = compiled.populations.get(theirs.name);
    if (!plan) continue;
    const path = ['network', `population '${theirs.name}'`];
    const ours = headOfPopulation(plan);
    requireEqual(
      `${theirs.rows} x ${theirs.columns} cells`,
      `${ours.rows} x ${ours.columns}`,
      theirs.rows === ours.rows && theirs.columns === ours.columns,
      path,
    );
    requireSameNames('quantities', named(theirs.quantities), named(ours.quantities), path);
  }
  requireSameNames(
    'projections',
    head.projections,
    [...compiled.projections.values()].map((plan) => headOfProjection(plan, false)),
    ['network'],
  );
  for (const theirs of head.projections) {
    const plan = compiled.projections.get(theirs.name);
    if (!plan) continue;
    const path = ['network', `projection '${theirs.name}'`];
    const ours = headOfProjection(plan, theirs.ends !== null && plan.synapses === theirs.synapses);
    requireEqual(
      `synapses from '${theirs.source}' to '${theirs.target}'`,
      `from '${ours.source}' to '${ours.target}'`,
      theirs.source === ours.source && theirs.target === ours.target,
      path,
    );
    requireEqual(`${theirs.synapses} synapses`, `${ours.synapses}`, theirs.synapses === ours.synapses, path);
    if (theirs.ends !== null && theirs.ends !== ours.ends)
      throw misfit('the synapses of the snapshot join other cells than those of the network', path);
    requireSameNames('quantities', named(theirs.quantities), named(ours.quantities), path);
  }
}

function named(names: readonly string[]): { readonly name: string }[] {
  return names.map((name) => ({ name }));
}

function requireSameNames(
  what: string,
  theirs: readonly { readonly name: string }[],
  ours: readonly { readonly name: string }[],
  path: string[],
): void {
  const missing = theirs.filter(({ name }) => !ours.some((x) => x.name === name)).map(({ name }) => `'${name}'`);
  const extra = ours.filter(({ name }) => !theirs.some((x) => x.name === name)).map(({ name }) => `'${name}'`);
  if (missing.length + extra.length === 0) return;
  const parts = [missing.length > 0 ? `has ${missing.join(', ')}, which the network lacks` : '', extra.length > 0 ? `lacks ${extra.join(', ')}` : ''];
  throw misfit(`of the ${what}, the snapshot ${parts.filter((x) => x !== '').join(', and ')}`, path);
}

function requireEqual(theirs: string, ours: string, equal: boolean, path: string[]): void {
  if (!equal) throw misfit(`the snapshot has ${theirs}, the network ${ours}`, path);
}

function misfit(message: string, path: string[]): SpikeloomError {
  return new SpikeloomError({
    code: 'invalid-network',
    message,
    path,
    hint: 'Restore it in the network that it was taken from; nothing has changed here.',
  });
}

/** Parameters that are one for all here, and one for each in the snapshot. */
function spreadsFor(loaded: Loaded, columns: Container['columns']): Spreads {
  const populations: [string, string][] = [];
  const projections: [string, string][] = [];
  for (const plan of loaded.compiled.populations.values()) {
    for (const [key, { parameter }] of stateOfCells(loaded, plan)) {
      if (parameter !== undefined && plan.size > 1 && (columns.get(key)?.length ?? 0) === plan.size) populations.push([plan.def.name, parameter]);
    }
  }
  for (const plan of loaded.compiled.projections.values()) {
    for (const [name, { per }] of plan.quantities) {
      const given = columns.get(`projection ${plan.def.name}.${name}`)?.length ?? 0;
      if (per === 'projection' && plan.synapses > 1 && given === plan.synapses) projections.push([plan.def.name, name]);
    }
  }
  return { populations, projections };
}

function spikesOnTheirWay(loaded: Loaded, columns: Container['columns']): Map<string, number> {
  return new Map([...loaded.compiled.projections.keys()].map((name) => [name, columns.get(`projection ${name} sources`)?.length ?? 0]));
}

/** What tells projections apart that have other spikes on their way in the snapshot than those which they share them with; undefined where none have. */
function marksFrom({ compiled }: Loaded, columns: Container['columns']): Marks | undefined {
  const markOf = (name: string): string => ['sources', 'births'].map((what) => columns.get(`projection ${name} ${what}`)?.join()).join('/');
  const marks = new Map([...compiled.projections.keys()].map((name) => [name, markOf(name)]));
  const differ = [...compiled.projections].some(([name, { together }]) => together.some((other) => marks.get(other) !== marks.get(name)));
  return differ ? marks : undefined;
}

/** What a snapshot says of a projection besides its quantities. @throws SpikeloomError where that can't be */
function stateOfProjection(plan: ProjectionPlan, size: number, head: SnapshotHead, columns: Container['columns']): SynapseState {
  const path = ['network', `projection '${plan.def.name}'`];
  const given = (name: keyof SynapseState, length?: number): Uint32Array => {
    const values = columns.get(`projection ${plan.def.name} ${name}`);
    if (values instanceof Uint32Array && (length === undefined || values.length === length)) return values;
    throw misfit(`the snapshot does not say of ${plan.synapses} synapses what it should: their '${name}'`, path);
  };
  const touched = plan.courses && given('touched', plan.synapses);
  const sources = plan.calendar && given('sources');
  const births = sources && given('births', sources.length);
  const late = (n: number, i: number, all: Uint32Array): boolean => n > head.step || (i > 0 && n < all[i - 1]);
  if (touched?.some((n) => n > head.step) || sources?.some((s) => s >= size) || births?.some(late)) {
    throw misfit('the snapshot has spikes on their way that can’t have been', path);
  }
  const common = { ...(touched && { touched }), ...(sources && { sources }), ...(births && { births }) };
  if (plan.sharedTouched === undefined) return common;
  const shared = columns.get(`projection ${plan.def.name} shared`);
  const sharedTouched = given('sharedTouched', 1);
  if (!(shared instanceof Float64Array) || shared.length !== plan.shared.size || sharedTouched[0] > head.step) {
    throw misfit('the snapshot does not say what the synapses share', path);
  }
  return { ...common, shared, sharedTouched };
}

/** Checks every column before the first is written; sets the clock. */
function fill(loaded: Loaded, head: SnapshotHead, columns: Container['columns']): void {
  const writes: (() => void)[] = [];
  const given = (key: string, length: number, path: string[]): ColumnArray => {
    const values = columns.get(key);
    if (!values) throw misfit(`the snapshot has no '${key}'`, path);
    if (values.length !== length && values.length !== 1) throw misfit(`the snapshot has ${values.length} values of '${key}' for ${length}`, path);
    return values;
  };
  for (const plan of loaded.compiled.populations.values()) {
    for (const [key, { values }] of stateOfCells(loaded, plan)) {
      const from = given(key, values.length, ['network', `population '${plan.def.name}'`]);
      writes.push(() => put(values, from));
    }
  }
  for (const plan of loaded.compiled.projections.values()) {
    for (const [name, { per }] of plan.quantities) {
      const from = given(`projection ${plan.def.name}.${name}`, per === 'projection' ? 1 : plan.synapses, [
        'network',
        `projection '${plan.def.name}'`,
      ]);
      writes.push(() => storeSynapseColumn(loaded, plan, name, from));
    }
    const state = stateOfProjection(plan, loaded.population(plan.def.source.population).size, head, columns);
    writes.push(() => putSynapseState(loaded, plan, state));
  }
  loaded.step = head.step;
  for (const write of writes) write();
}

/** For each recorder of the network, the place of the same one in the snapshot. */
function placesOfRecorders(loaded: Loaded, head: SnapshotHead): (number | undefined)[] {
  const left = head.recorders.map((text, i) => ({ text, i }));
  return loaded.compiled.recorders.map(({ def }) => {
    const at = left.findIndex(({ text }) => text === JSON.stringify(def));
    return at < 0 ? undefined : left.splice(at, 1)[0].i;
  });
}

/** Counts go on from those of the same recorder; recorders that the snapshot does not know begin at 0. */
function restoreCounts(loaded: Loaded, head: SnapshotHead, columns: Container['columns']): void {
  const places = placesOfRecorders(loaded, head);
  loaded.compiled.recorders.forEach((plan, i) => {
    if (plan.kind !== 'counts') {
      loaded.values(plan.sampler.cursor)[0] = 0;
      return;
    }
    const counts = loaded.values(plan.counts);
    const from = columns.get(`recorder ${places[i]}.counts`);
    if (from?.length === counts.length) counts.set(from);
    else counts.fill(0);
  });
  for (const { column } of loaded.counters) loaded.values(column).fill(0);
}

/** Gives recordings what a snapshot carries for the same recorders. */
export function restoreRecordings(loaded: Loaded, recordings: Recordings, bytes: Uint8Array): void {
  const { head, columns } = readSnapshot(bytes);
  if (!head.recordings) return;
  const places = placesOfRecorders(loaded, head);
  recordings.infos.slice(0, loaded.compiled.recorders.length).forEach(({ width, def }, i) => {
    const steps = columns.get(`recorder ${places[i]}.steps`);
    const values = columns.get(`recorder ${places[i]}.values`);
    if (!(steps instanceof Uint32Array) || !values || values instanceof Uint16Array) return;
    const chunk: RecordedChunk = { steps: steps.slice(), values: values.slice() };
    const fits = def.kind === 'spike-counts' ? values.length === width : values.length === steps.length * width;
    if (fits) recordings.append(i, chunk);
  });
}
