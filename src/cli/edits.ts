import { SpikeloomError, suggest, withPath } from '../core/error.ts';
import type { Precision } from '../ir/expr.ts';
import type { NetworkDef, ValueSpec } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import { requireRoom } from '../simulation/requireMemory.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { NetworkFlags } from './flags.ts';

/** A change that a flag makes to a network before it runs. */
export interface Edit {
  /** As it was given. */
  readonly flag: string;
  readonly apply: (def: NetworkDef) => NetworkDef;
}

/** The changes that flags make to a network, in the order in which they are made. */
export function editsOf({ dt, seed, set = [], record = [] }: NetworkFlags): Edit[] {
  const edits: Edit[] = [];
  if (dt !== undefined) edits.push({ flag: `--dt ${dt}`, apply: (def) => ({ ...def, dt }) });
  if (seed !== undefined) edits.push({ flag: `--seed ${seed}`, apply: (def) => ({ ...def, seed }) });
  for (const text of set) edits.push({ flag: `--set ${text}`, apply: (def) => applySetting(def, settingOf(def, text)) });
  for (const text of record) edits.push({ flag: `--record ${text}`, apply: (def) => applyRecord(def, text) });
  return edits;
}

/** The changed network. @throws SpikeloomError that names the flag */
export function applyEdits(def: NetworkDef, edits: readonly Edit[]): NetworkDef {
  return edits.reduce((before, { flag, apply }) => withPath([flag], () => apply(before)), def);
}

/**
 * Does something with a changed network. What is found wrong only when all of it is compiled, such as an expression with an unknown
 * name, is told with the flag that brought it in.
 */
export async function withEdits<T>(
  def: NetworkDef,
  edits: readonly Edit[],
  precision: Precision,
  body: (edited: NetworkDef) => Promise<T>,
): Promise<T> {
  try {
    return await body(applyEdits(def, edits));
  } catch (error) {
    if (error instanceof SpikeloomError && edits.length > 0) await blame(def, edits, precision);
    throw error;
  }
}

/** Throws the error of the first change after which the network no longer compiles; nothing where it compiles, or never did. */
async function blame(def: NetworkDef, edits: readonly Edit[], precision: Precision): Promise<void> {
  const [{ compileNetwork }, { ContentsAtLoad }] = await Promise.all([import('../compile/compile.ts'), import('../ir/program.ts')]);
  // Values of synapses are made when a program is loaded.
  const make = (network: NetworkDef): void => {
    const { program } = compileNetwork(network, precision);
    const contents = new ContentsAtLoad(program);
    for (const { columns } of program.fillings) contents.of(columns[0]);
  };
  const compiles = (network: NetworkDef): boolean => {
    try {
      requireRoom(network, { backend: 'wasm', precision, threads: 1, maxMemory: undefined });
      make(network);
      return true;
    } catch {
      return false;
    }
  };
  let before = def;
  if (!compiles(before)) return;
  for (const { flag, apply } of edits) {
    before = withPath([flag], () => {
      const changed = apply(before);
      make(changed);
      return changed;
    });
  }
}

/** What `--set` says. */
export interface Setting {
  readonly target: Target;
  readonly quantity: string;
  readonly value: ValueSpec;
}

interface Target {
  readonly kind: 'population' | 'projection';
  readonly name: string;
}

/**
 * Reads `exc.a=0.03`, `exc.i_in=10[mV]`, `exc->inh.w=uniform(0, 1)`, `train.times=[1, 2, 3]`.
 *
 * @throws SpikeloomError where it names nothing of the network
 */
export function settingOf(def: NetworkDef, text: string): Setting {
  const equals = text.indexOf('=');
  if (equals < 0 || text.slice(equals + 1).trim() === '') {
    throw new SpikeloomError({
      code: 'usage',
      message: equals < 0 ? `'${text}' says no value` : `'${text}' says an empty value`,
      hint: 'Give population.quantity=value or projection.quantity=value: --set exc.a=0.03',
    });
  }
  return { ...quantityOf(def, text.slice(0, equals).trim()), value: valueSpec(text.slice(equals + 1).trim()) };
}

function valueSpec(text: string): ValueSpec {
  if (text.startsWith('[')) return listOf(text);
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

function listOf(text: string): number[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (Array.isArray(list) && list.every((x): x is number => typeof x === 'number')) return list;
  throw new SpikeloomError({ code: 'invalid-value', message: `${text} is no list of numbers`, hint: 'Write numbers between commas: [1, 2.5, 3].' });
}

/** Splits `exc.ampa.g` where the name of a population or projection of the network ends. */
function quantityOf(def: NetworkDef, text: string): { readonly target: Target; readonly quantity: string } {
  const targets: Target[] = [
    ...def.populations.map(({ name }): Target => ({ kind: 'population', name })),
    ...def.projections.map(({ name }): Target => ({ kind: 'projection', name })),
  ];
  const fits = targets.filter(({ name }) => text.startsWith(`${name}.`)).sort((a, b) => b.name.length - a.name.length);
  if (fits.length > 0) return { target: fits[0], quantity: text.slice(fits[0].name.length + 1) };
  const names = targets.map(({ name }) => name);
  if (names.includes(text)) {
    throw new SpikeloomError({ code: 'usage', message: `'${text}' names no quantity`, hint: `Write ${text}.quantity.` });
  }
  const name = text.includes('.') ? text.slice(0, text.indexOf('.')) : text;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `there is no population or projection '${name}' in this network`,
    hint: suggest(name, names),
  });
}

function applySetting(def: NetworkDef, { target, quantity, value }: Setting): NetworkDef {
  const network = Network.from(def);
  const values = { [quantity]: value };
  if (target.kind === 'projection') network.projectionNamed(target.name).set(values);
  else network.populationNamed(target.name).set(values);
  return network.def;
}

/** Sets the same in a simulation, as an intervention. */
export async function performSetting(simulation: Simulation, { target, quantity, value }: Setting): Promise<void> {
  const values = { [quantity]: value };
  if (target.kind === 'projection') await simulation.setSynapses(target.name, values);
  else await simulation.write({ population: target.name, cells: { kind: 'all' } }, values);
}

const RECORD_FORMS =
  'Give population.quantity, population.quantity:mean, population:spikes, population:counts or projection.quantity, with @steps behind it for one sample in so many steps: --record exc.v:mean@10';

/** Reads `exc.v`, `exc.v:mean@10`, `exc:spikes`, `exc:counts`, `exc->inh.w@100`, and records that too. */
function applyRecord(def: NetworkDef, text: string): NetworkDef {
  const match = /^(?<what>.*?)(?::(?<how>\w*))?(?:@(?<every>[^@]*))?$/.exec(text);
  const { what = '', how, every } = match?.groups ?? {};
  const steps = every === undefined ? 1 : Number(every);
  if (!Number.isSafeInteger(steps) || steps < 1 || every === '') {
    throw new SpikeloomError({ code: 'usage', message: `'${every}' is no whole number of steps`, hint: RECORD_FORMS });
  }
  const network = Network.from(def);
  const options = every === undefined ? {} : { every: steps };
  if (how === 'spikes' || how === 'counts') {
    if (every !== undefined) throw new SpikeloomError({ code: 'usage', message: `${how} are of every step`, hint: `Leave @${every} away.` });
    const population = network.populationNamed(what);
    if (how === 'spikes') network.recordSpikes(population);
    else network.recordSpikeCounts(population);
  } else if (how === undefined || how === 'mean') {
    recordQuantity(network, def, what, { ...options, mean: how === 'mean' });
  } else {
    throw new SpikeloomError({ code: 'usage', message: `'${how}' is no way of recording`, hint: RECORD_FORMS });
  }
  return withoutRepetition(network.def);
}

function recordQuantity(
  network: Network,
  def: NetworkDef,
  what: string,
  { mean, ...options }: { readonly every?: number; readonly mean: boolean },
): void {
  const { target, quantity } = quantityOf(def, what);
  if (target.kind === 'population') {
    network.record(network.populationNamed(target.name), quantity, { ...options, mean });
    return;
  }
  if (mean) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `of the synapses of '${target.name}' no mean can be recorded`,
      hint: `Record them all: --record ${target.name}.${quantity}`,
    });
  }
  network.recordSynapses(target.name, quantity, options);
}

/** What is recorded already is not recorded twice. */
function withoutRepetition(def: NetworkDef): NetworkDef {
  const last = def.recorders.at(-1);
  const before = def.recorders.slice(0, -1);
  return before.some((other) => JSON.stringify(other) === JSON.stringify(last)) ? { ...def, recorders: before } : def;
}
