import { isList, isObject, requireKind, requireKinds, wrongKind } from '../core/checks.ts';
import { SpikeloomError, suggest, unreachable } from '../core/error.ts';
import { requireKnownKeys } from '../core/keys.ts';
import { checkPart, composeModel } from './compose.ts';
import {
  type Coupling,
  INTEGRATORS,
  type Input,
  type Integrator,
  type ModelDef,
  type ModelKind,
  type Quantity,
  type SpikeCondition,
} from './definition.ts';
import { requireMade } from './made.ts';
import { requireSpec } from './spec.ts';
import { tidyText } from './tidyText.ts';

type Quantities = Readonly<Record<string, Quantity>>;
type KeyOf<T> = Extract<keyof T, string>;

type Space = ' ' | '\t';
type Trim<S extends string> = S extends `${Space}${infer R}` ? Trim<R> : S extends `${infer R}${Space}` ? Trim<R> : S;
type DefinedIn<Line extends string> = Line extends `${infer Left}=${string}` ? DefinedName<Trim<Left>> : never;
type DefinedName<Left extends string> = Left extends `${string}/dt` | `function ${string}` | `#${string}` ? never : Left;
/** The names that an equations text defines: `i_leak` of `i_leak = g * (v - e)`. */
type DefinedNames<Text extends string> = Text extends `${infer Line}\n${infer Rest}` ? DefinedInLine<Line> | DefinedNames<Rest> : DefinedInLine<Text>;
type DefinedInLine<Line extends string> = Line extends `${infer One};${infer Rest}`
  ? DefinedIn<Trim<One>> | DefinedInLine<Rest>
  : DefinedIn<Trim<Line>>;

declare const names: unique symbol;

/** A checked model. `Settable` are the names of its quantities, `Readable` those of its named expressions and ports too. */
export interface Model<Kind extends ModelKind, Settable extends string = string, Readable extends string = string> {
  readonly kind: Kind;
  readonly def: ModelDef;
  readonly [names]?: { readonly settable: Settable; readonly readable: Readable };
}

/** A neuron model. `S` are the names that can be set, `R` those that can be read too. */
export type Neuron<S extends string = string, R extends string = string> = Model<'neuron', S, R>;
/** A model that only emits. */
export type SpikeTrain<S extends string = string, R extends string = string> = Model<'spikeTrain', S, R>;
/** An ion channel: gives `current`, outward positive. */
export type Channel<S extends string = string, R extends string = string> = Model<'channel', S, R>;
/** A receptor, or the kinetics of one. */
export type Receptor<S extends string = string, R extends string = string> = Model<'receptor', S, R>;
/** A transmitter: gives `conc`, mM. */
export type Transmitter<S extends string = string, R extends string = string> = Model<'transmitter', S, R>;
/** A synapse model. */
export type Synapse<S extends string = string> = Model<'synapse', S, S>;
/** What comes to cells from outside the network: a current, or events at random times. */
export type Stimulus<S extends string = string, R extends string = string> = Model<'stimulus', S, R>;

/** Any model of a kind, whatever its names. */
export interface AnyModel<Kind extends ModelKind = ModelKind> {
  readonly kind: Kind;
  readonly def: ModelDef;
}

type Parts<K extends ModelKind> = Readonly<Record<string, AnyModel<K>>>;
type SettableOf<M> = M extends Model<ModelKind, infer S, string> ? S : never;
type ReadableOf<M> = M extends Model<ModelKind, string, infer R> ? R : never;
type SettableOfParts<P> = { [K in KeyOf<P>]: `${K}.${SettableOf<P[K]>}` }[KeyOf<P>];
type ReadableOfParts<P> = { [K in KeyOf<P>]: `${K}.${ReadableOf<P[K]>}` }[KeyOf<P>];

/** Other values for the quantities of a model, by name; a dotted name reaches into a part. */
export type Overrides<S extends string> = { readonly [K in S]?: number | string | ArrayLike<number> };

interface Described {
  readonly name: string;
  readonly description?: string;
  readonly citation?: string;
}

interface CellOptions<C, R, T> {
  /** By the name under which equations read them: `ca.current`. */
  readonly channels?: C;
  /** By name; each says which transmitter it feels. */
  readonly receptors?: R;
  /** By the name under which receptors feel them. */
  readonly transmitters?: T;
  readonly integrator?: Integrator;
  readonly coupling?: Coupling;
}

/** What defines a neuron or a spike train. */
export interface NeuronSpec<Q extends Quantities, I, E extends string, C, R, T> extends Described, CellOptions<C, R, T> {
  /** Parameters and variables by name; see `quantity`. */
  readonly quantities: Q;
  /** Ports that synapses add to, by name; see `input`. */
  readonly inputs?: I;
  /** `dx/dt = ...`, `name = ...` and `function f(x) = ...`, one a line or separated by `;`. */
  readonly equations?: E;
  /** A block carried out once a step, after the equations. */
  readonly step?: string;
  /** A condition such as 'v >= v_th', `peak(...)` or `scheduled(...)`. */
  readonly spike?: string | SpikeCondition;
  /** A block carried out by a cell that spikes. */
  readonly reset?: string;
  /** An expression for the time (ms) during which what is marked `(unless refractory)` is held after a spike. */
  readonly refractory?: string;
  /** What `conductance` and `current` of its parts mean; nS and pA unless given. */
  readonly units?: { readonly conductance: string; readonly current: string };
}

type None = Readonly<Record<never, never>>;

/** Makes variants of a cell model: other values, other or more parts, another integrator. */
export interface CellFactory<Kind extends 'neuron' | 'spikeTrain', S extends string, R extends string> {
  <C extends Parts<'channel'> = None, X extends Parts<'receptor'> = None, T extends Parts<'transmitter'> = None>(
    options?: Overrides<S | SettableOfParts<C> | SettableOfParts<X> | SettableOfParts<T>> & CellOptions<C, X, T>,
  ): Model<Kind, S | SettableOfParts<C> | SettableOfParts<X> | SettableOfParts<T>, R | ReadableOfParts<C> | ReadableOfParts<X> | ReadableOfParts<T>>;
  readonly def: ModelDef;
}

const CELL_OPTIONS = ['channels', 'receptors', 'transmitters', 'integrator', 'coupling'] as const;

/**
 * Defines a neuron model. All its mistakes are reported together.
 *
 * @returns a function that makes variants of it: `lif({ tau_m: 20 })`, `lif({ receptors: { ampa: ampa() } })`
 * @throws SpikeloomError with every problem of names, units, types and integration
 */
export function defineNeuron<
  const Q extends Quantities,
  const I extends Readonly<Record<string, Input>> = None,
  const E extends string = '',
  C extends Parts<'channel'> = None,
  R extends Parts<'receptor'> = None,
  T extends Parts<'transmitter'> = None,
>(
  spec: NeuronSpec<Q, I, E, C, R, T>,
): CellFactory<
  'neuron',
  KeyOf<Q> | SettableOfParts<C> | SettableOfParts<R> | SettableOfParts<T>,
  KeyOf<Q> | KeyOf<I> | DefinedNames<E> | ReadableOfParts<C> | ReadableOfParts<R> | ReadableOfParts<T>
> {
  return cellFactory('neuron', spec);
}

/** Defines a population that only emits: like a neuron, without inputs, channels or receptors. */
export function defineSpikeTrain<const Q extends Quantities, const E extends string = '', T extends Parts<'transmitter'> = None>(
  spec: Omit<NeuronSpec<Q, None, E, None, None, T>, 'inputs' | 'channels' | 'receptors' | 'units' | 'coupling'>,
): CellFactory<'spikeTrain', KeyOf<Q> | SettableOfParts<T>, KeyOf<Q> | DefinedNames<E> | ReadableOfParts<T>> {
  return cellFactory('spikeTrain', spec);
}

const DESCRIBED = ['name', 'description', 'citation'];
const CELL_KEYS = [...DESCRIBED, 'quantities', 'inputs', 'equations', 'step', 'spike', 'reset', 'refractory', 'units', ...CELL_OPTIONS];
const PART_SPEC_KEYS = [...DESCRIBED, 'quantities', 'reads', 'equations', 'step'];

const NEURON_ONLY = ['inputs', 'channels', 'receptors', 'units'];

function requireChoices(def: ModelDef): void {
  requireChoice('integrator', def.integrator, INTEGRATORS, def.name);
  requireChoice('coupling', def.coupling, ['simultaneous', 'staggered'], def.name);
  if (def.kind === 'spikeTrain' && (def.channels || def.receptors)) {
    throw new SpikeloomError({
      code: 'invalid-model',
      message: 'a spike train takes no input: it has neither channels nor receptors',
      path: [`model '${def.name}'`],
      hint: 'Define a neuron instead.',
    });
  }
}

function requireChoice(key: string, value: string | undefined, known: readonly string[], name: string): void {
  if (value === undefined || known.includes(value)) return;
  throw new SpikeloomError({
    code: 'invalid-model',
    message: `${key} '${value}' is not known`,
    path: [`model '${name}'`],
    hint: `Choose one of: ${known.join(', ')}.`,
  });
}

function cellFactory<S extends string, R extends string, Kind extends 'neuron' | 'spikeTrain'>(
  kind: Kind,
  spec: NeuronSpec<Quantities, Readonly<Record<string, Input>>, string, Parts<'channel'>, Parts<'receptor'>, Parts<'transmitter'>>,
): CellFactory<Kind, S, R> {
  if (kind === 'neuron') requireSpec('neuron', spec, CELL_KEYS);
  else
    requireSpec(
      'spike train',
      spec,
      CELL_KEYS.filter((key) => !NEURON_ONLY.includes(key)),
    );
  const { spike, channels, receptors, transmitters, ...rest } = spec;
  const base = inOrder({
    kind,
    ...tidied(rest),
    ...(spike !== undefined && { spike: typeof spike === 'string' ? { kind: 'threshold', condition: spike } : spike }),
    ...partDefs({ channels, receptors, transmitters }),
  });
  requireChoices(base);
  composeModel(base);
  const make = (options: CellVariant = {}) => {
    requireValues(options, base);
    return { kind, def: cellVariant(base, options) } as Model<Kind, never, never>;
  };
  return Object.assign(make, { def: base }) as unknown as CellFactory<Kind, S, R>;
}

type CellVariant = Overrides<string> & CellOptions<Parts<'channel'>, Parts<'receptor'>, Parts<'transmitter'>>;

function cellVariant(base: ModelDef, { integrator, coupling, channels, receptors, transmitters, ...values }: CellVariant): ModelDef {
  const parts = partDefs({ channels, receptors, transmitters });
  const def = inOrder({
    ...base,
    ...(integrator && { integrator }),
    ...(coupling && { coupling }),
    ...Object.fromEntries(Object.entries(parts).map(([key, more]) => [key, { ...base[key as PartKey], ...more }])),
  });
  const changed = overrideQuantities(def, values as Overrides<string>);
  requireChoices(changed);
  composeModel(changed);
  return changed;
}

const DEF_KEYS: readonly (keyof ModelDef)[] = [
  ...(['kind', 'name', 'description', 'citation', 'transmitter', 'kinetics', 'quantities', 'inputs', 'reads', 'modulates', 'units'] as const),
  ...(['channels', 'receptors', 'transmitters', 'equations', 'step', 'output', 'spike', 'reset', 'refractory'] as const),
  ...(['target', 'shared', 'bounds', 'continuous', 'onPre', 'onPost', 'onReward', 'types', 'integrator', 'coupling'] as const),
];

/** The definition with its keys in one order, so that equal models print alike, wherever they were written. */
function inOrder(def: ModelDef): ModelDef {
  return Object.fromEntries(DEF_KEYS.flatMap((key) => (def[key] === undefined ? [] : [[key, def[key]]]))) as unknown as ModelDef;
}

const TEXTS = ['equations', 'step', 'reset', 'continuous', 'onPre', 'onPost', 'onReward'] as const;

/** Equations without the indentation that the code around them has. */
function tidied<T extends { readonly [K in (typeof TEXTS)[number]]?: string | undefined }>(spec: T): T {
  const texts = TEXTS.flatMap((key) => {
    const text = spec[key];
    return typeof text === 'string' ? [[key, tidyText(text)]] : [];
  });
  return { ...spec, ...Object.fromEntries(texts) };
}

const PART_KEYS = ['channels', 'receptors', 'transmitters'] as const;
type PartKey = (typeof PART_KEYS)[number];

function partDefs(parts: { readonly [K in PartKey]?: Parts<ModelKind> | undefined }): { [K in PartKey]?: Record<string, ModelDef> } {
  const defs: { [K in PartKey]?: Record<string, ModelDef> } = {};
  for (const key of PART_KEYS) {
    const models = parts[key];
    if (!models) continue;
    for (const [name, model] of Object.entries(models)) requirePart(model, key, name);
    defs[key] = Object.fromEntries(Object.entries(models).map(([name, model]) => [name, model.def]));
  }
  return defs;
}

function requirePart(model: AnyModel, key: PartKey, name: string): void {
  const wanted = key.slice(0, -1);
  const actual: unknown = typeof model === 'function' ? 'function' : model?.kind;
  if (actual === wanted) return;
  throw new SpikeloomError({
    code: 'invalid-model',
    message:
      actual === 'function'
        ? `'${name}' in ${key} is a function that makes models, not a model`
        : `'${name}' in ${key} is ${actual === undefined ? 'no model' : `a ${String(actual)}`}, not a ${wanted}`,
    hint:
      actual === 'function'
        ? `Call it, with or without values: ${name}: theFunction().`
        : `Use a model made by define${wanted[0].toUpperCase()}${wanted.slice(1)}.`,
  });
}

/** Refuses what holds no values by name. */
function requireValues(values: unknown, { name }: ModelDef): asserts values is object {
  const path = [`model '${name}'`];
  if (!isObject(values)) throw wrongKind('what holds the values', values, 'Give values by name, or nothing.', path);
  requireKinds(
    values,
    { channels: 'object', receptors: 'object', transmitters: 'object', integrator: 'text', coupling: 'text', transmitter: 'text', target: 'text' },
    path,
  );
}

/** The definition with other values; a dotted name reaches into a part. */
function overrideQuantities(def: ModelDef, values: Overrides<string>): ModelDef {
  let result = def;
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const changed = overrideQuantity(result, name, value);
    if (!changed) {
      throw new SpikeloomError({
        code: 'unknown-name',
        message: `'${name}' is not a quantity`,
        path: [`model '${def.name}'`],
        hint: suggest(name, quantityNames(def)),
      });
    }
    result = changed;
  }
  return result;
}

function overrideQuantity(def: ModelDef, name: string, given: number | string | ArrayLike<number>): ModelDef | undefined {
  const value = typeof given === 'object' && isList(given) ? Array.from(given) : given;
  if (Object.hasOwn(def.quantities, name)) {
    return { ...def, quantities: { ...def.quantities, [name]: { ...def.quantities[name], value } } };
  }
  if (def.shared && Object.hasOwn(def.shared, name)) {
    return { ...def, shared: { ...def.shared, [name]: { ...def.shared[name], value } } };
  }
  if (def.kinetics) {
    const kinetics = overrideQuantity(def.kinetics, name, value);
    if (kinetics) return { ...def, kinetics };
  }
  const [head, ...tail] = name.split('.');
  for (const key of PART_KEYS) {
    const parts = def[key] ?? {};
    const part = Object.hasOwn(parts, head) ? parts[head] : undefined;
    const changed = part && tail.length > 0 && overrideQuantity(part, tail.join('.'), value);
    if (changed) return { ...def, [key]: { ...def[key], [head]: changed } };
  }
  return undefined;
}

function quantityNames(def: ModelDef): string[] {
  const parts = PART_KEYS.flatMap((key) =>
    Object.entries(def[key] ?? {}).flatMap(([prefix, part]) => quantityNames(part).map((n) => `${prefix}.${n}`)),
  );
  return [...Object.keys(def.quantities), ...Object.keys(def.shared ?? {}), ...(def.kinetics ? quantityNames(def.kinetics) : []), ...parts];
}

/** What defines a channel, transmitter or receptor. */
export interface PartSpec<Q extends Quantities, E extends string> extends Described {
  readonly quantities: Q;
  /** What it reads of its neuron besides `v`: names and units. */
  readonly reads?: Readonly<Record<string, string>>;
  readonly equations?: E;
  readonly step?: string;
}

/** Makes variants of a part with other values. */
export interface PartFactory<Kind extends ModelKind, S extends string, R extends string> {
  (values?: Overrides<S>): Model<Kind, S, R>;
  readonly def: ModelDef;
}

function partFactory<Kind extends ModelKind, S extends string, R extends string>(base: ModelDef): PartFactory<Kind, S, R> {
  checkPart(base);
  const make = (values: Overrides<string> = {}) => {
    requireValues(values, base);
    return { kind: base.kind, def: partVariant(base, values) } as Model<Kind, S, R>;
  };
  return Object.assign(make, { def: base }) as PartFactory<Kind, S, R>;
}

function partVariant(base: ModelDef, values: Overrides<string>): ModelDef {
  const def = overrideQuantities(base, values);
  if (def !== base) checkPart(def);
  return def;
}

/** Defines an ion channel: its equations give `current`, outward positive, from `v` and its own gating variables. */
export function defineChannel<const Q extends Quantities, const E extends string = ''>(
  spec: PartSpec<Q, E>,
): PartFactory<'channel', KeyOf<Q>, KeyOf<Q> | DefinedNames<E>> {
  requireSpec('channel', spec, PART_SPEC_KEYS);
  return partFactory(inOrder({ kind: 'channel', ...tidied(spec) }));
}

/** Defines transmitter kinetics: its equations and step block give `conc`, from `v`, `spike` (this step) and `spiked` (the step before). */
export function defineTransmitter<const Q extends Quantities, const E extends string = ''>(
  spec: PartSpec<Q, E>,
): PartFactory<'transmitter', KeyOf<Q>, KeyOf<Q> | DefinedNames<E>> {
  requireSpec('transmitter', spec, PART_SPEC_KEYS);
  return partFactory(inOrder({ kind: 'transmitter', ...tidied(spec) }));
}

/** Makes variants of a ligand-gated receptor: other kinetics, other values. */
export interface ReceptorFactory<S extends string, R extends string, K extends AnyModel> {
  (values?: Overrides<S | SettableOf<K>> & { readonly transmitter?: string }): Receptor<S | SettableOf<K>, R | ReadableOf<K>>;
  <M extends AnyModel<'receptor'>>(
    kinetics: M,
    values?: Overrides<S | SettableOf<M>> & { readonly transmitter?: string },
  ): Receptor<S | SettableOf<M>, R | ReadableOf<M>>;
  readonly def: ModelDef;
}

/**
 * Defines receptor kinetics (equations for `r` from `conc`), or, with `kinetics` given, a receptor: its equations
 * give `current`, outward positive, from `r` and `v`. `transmitter` is the one whose concentration it feels as `conc`.
 * A metabotropic receptor gives no current but `modulates` others: `{ 'nmda.current': '1 - s * r' }` multiplies a named expression of the
 * neuron by a factor, `{ glutamate: '1 - s * r' }` the currents of all receptors for a transmitter. Factors of several receptors multiply.
 */
export function defineReceptor<const Q extends Quantities, const E extends string = '', K extends AnyModel<'receptor'> = never>(
  spec: PartSpec<Q, E> & { readonly kinetics?: K; readonly transmitter?: string; readonly modulates?: Readonly<Record<string, string>> },
): ReceptorFactory<KeyOf<Q>, KeyOf<Q> | DefinedNames<E>, K> {
  requireSpec('receptor', spec, [...PART_SPEC_KEYS, 'kinetics', 'transmitter', 'modulates']);
  const { kinetics, ...rest } = spec;
  if (kinetics !== undefined) requireMade('what gives its kinetics', kinetics, ['receptor'], [`receptor '${spec.name}'`]);
  const base = inOrder({ kind: 'receptor', ...tidied(rest), ...(kinetics && { kinetics: kinetics.def }) });
  checkPart(base);
  const make = (first: unknown = {}, second: Readonly<Record<string, unknown>> = {}) => {
    for (const values of isModel(first) ? [second] : [first]) requireValues(values, base);
    const given = isModel(first) ? first.def : undefined;
    const { transmitter, ...values } = (given ? second : first) as { transmitter?: string } & Overrides<string>;
    return { kind: 'receptor', def: receptorVariant(base, { kinetics: given, transmitter, values }) };
  };
  return Object.assign(make, { def: base }) as ReceptorFactory<KeyOf<Q>, KeyOf<Q> | DefinedNames<E>, K>;
}

interface ReceptorVariant {
  readonly kinetics: ModelDef | undefined;
  readonly transmitter: string | undefined;
  readonly values: Overrides<string>;
}

function receptorVariant(base: ModelDef, { kinetics, transmitter, values }: ReceptorVariant): ModelDef {
  const swapped = inOrder({ ...base, ...(kinetics && { kinetics }), ...(transmitter !== undefined && { transmitter }) });
  const def = overrideQuantities(swapped, values);
  checkPart(def);
  return def;
}

function isModel(value: unknown): value is AnyModel {
  return typeof value === 'object' && value !== null && 'def' in value && 'kind' in value;
}

/** What defines a synapse. */
export interface SynapseSpec<Q extends Quantities, S extends Quantities> extends Described {
  /** A quantity `delay` in ms, where there is one, is how long spikes of the source take to arrive. */
  readonly quantities: Q;
  /**
   * Of its own and shared variables: each decays linearly by itself, or is the integral of sums of products of those that do.
   * Advanced in closed form when a spike or a reward comes, so that silent synapses cost nothing.
   */
  readonly equations?: string;
  /** What `<target>` stands for in the blocks where nothing else is said. */
  readonly target?: string;
  /** Variables that all synapses of a projection share, such as a concentration of dopamine. */
  readonly shared?: S;
  /** Expressions of parameters between which variables are kept: `{ w: ['0', 'w_max'] }`. */
  readonly bounds?: { readonly [K in KeyOf<Q>]?: readonly [low: string, high: string] };
  /** A block evaluated every step: adds to ports of `post` from `pre`, `post` and the synapse's own quantities. */
  readonly continuous?: string;
  /** A block for each spike that arrives: changes the synapse's own quantities, adds to ports and variables of `post`. */
  readonly onPre?: string;
  /** A block for each spike of the target. */
  readonly onPost?: string;
  /** A block for each reward, whose size it reads as `reward`: for shared variables, and for every synapse's own. */
  readonly onReward?: string;
}

interface SynapseOptions {
  readonly types?: readonly string[];
  /** A variable or port of the target, such as 'i_ex'. */
  readonly target?: string;
}

/** Makes variants of a synapse model; `types` limits the transmitters that `<type>` stands for, `target` is what `<target>` stands for. */
export interface SynapseFactory<S extends string> {
  (values?: Overrides<S> & SynapseOptions): Synapse<S>;
  readonly def: ModelDef;
}

const SYNAPSE_KEYS = [...DESCRIBED, 'quantities', 'equations', 'target', 'shared', 'bounds', 'continuous', 'onPre', 'onPost', 'onReward'];

/** Defines a synapse model. Its block is checked in full where both ends are known: when it is used in a network. */
export function defineSynapse<const Q extends Quantities, const S extends Quantities = None>(
  spec: SynapseSpec<Q, S>,
): SynapseFactory<KeyOf<Q> | KeyOf<S>> {
  requireSpec('synapse', spec, SYNAPSE_KEYS);
  const base = inOrder({ kind: 'synapse', ...tidied(spec) } as ModelDef);
  checkPart(base);
  const make = (options: SynapseVariant = {}) => {
    requireValues(options, base);
    const path = [`model '${base.name}'`];
    if (options.types !== undefined) requireKind('list', 'types', options.types, path);
    return { kind: 'synapse', def: synapseVariant(base, options) } as Synapse<KeyOf<Q> | KeyOf<S>>;
  };
  return Object.assign(make, { def: base }) as SynapseFactory<KeyOf<Q> | KeyOf<S>>;
}

type SynapseVariant = Overrides<string> & SynapseOptions;

function synapseVariant(base: ModelDef, { types, target, ...values }: SynapseVariant): ModelDef {
  const def = inOrder({ ...base, ...(types && { types }), ...(target !== undefined && { target }) });
  if (types !== undefined || target !== undefined) checkPart(def);
  return overrideQuantities(def, values as Overrides<string>);
}

/** What defines a stimulus. */
export interface StimulusSpec<Q extends Quantities, E extends string> extends Described {
  /** In the unit `target`, alone or in a product, they have that of what the stimulus adds to. */
  readonly quantities: Q;
  /** `dx/dt = ...`, `name = ...` and `function f(x) = ...`; carried out for each cell, behind `output`. */
  readonly equations?: E;
  /** A block carried out once a step, after the equations. */
  readonly step?: string;
  /**
   * An expression for what is added in the step from t to t + dt: over its own quantities as they are at t, `t`, `dt` and draws
   * such as `poisson(rate * dt)`.
   */
  readonly output: string;
  /** What it adds to where nothing else is said. */
  readonly target?: string;
  readonly integrator?: Integrator;
}

interface StimulusOptions {
  /** A port, variable or parameter of the cells, such as 'v' or 'i_in'. */
  readonly target?: string;
  readonly integrator?: Integrator;
}

/** Makes variants of a stimulus: other values, another target. */
export interface StimulusFactory<S extends string, R extends string> {
  (options?: Overrides<S> & StimulusOptions): Stimulus<S, R>;
  readonly def: ModelDef;
}

const STIMULUS_OPTIONS = ['target', 'integrator'];
const STIMULUS_KEYS = [...DESCRIBED, 'quantities', 'equations', 'step', 'output', ...STIMULUS_OPTIONS];

/**
 * Defines a stimulus: what comes to each of some cells from outside the network. What it adds must have the unit of its target,
 * which is checked where a network puts it onto cells.
 *
 * @returns a function that makes variants of it: `poissonInput({ target: 'v', rate: 2000, w: 0.1 })`
 * @throws SpikeloomError with every problem of names, units and integration
 */
export function defineStimulus<const Q extends Quantities, const E extends string = ''>(
  spec: StimulusSpec<Q, E>,
): StimulusFactory<KeyOf<Q>, KeyOf<Q> | DefinedNames<E>> {
  requireSpec('stimulus', spec, STIMULUS_KEYS);
  const base = inOrder({ kind: 'stimulus', ...tidied(spec) });
  requireStimulus(base);
  const make = (options: StimulusVariant = {}) => {
    requireValues(options, base);
    return { kind: 'stimulus', def: stimulusVariant(base, options) } as Stimulus<never, never>;
  };
  return Object.assign(make, { def: base }) as unknown as StimulusFactory<KeyOf<Q>, KeyOf<Q> | DefinedNames<E>>;
}

type StimulusVariant = Overrides<string> & StimulusOptions;

function stimulusVariant(base: ModelDef, { target, integrator, ...values }: StimulusVariant): ModelDef {
  const def = inOrder({ ...base, ...(target !== undefined && { target }), ...(integrator && { integrator }) });
  const changed = overrideQuantities(def, values as Overrides<string>);
  if (changed !== base) requireStimulus(changed);
  return changed;
}

function requireStimulus(def: ModelDef): void {
  requireChoices(def);
  if (def.output === undefined) {
    throw new SpikeloomError({
      code: 'invalid-model',
      message: `stimulus '${def.name}' adds nothing`,
      path: [`model '${def.name}'`],
      hint: "Say what it adds in a step, in the unit of its target: output: 'w * poisson(rate * dt)'.",
    });
  }
  composeModel(def);
}

/** What a variant of a model changes; its values stand by themselves. */
export interface VariantOptions extends CellOptions<Parts<'channel'>, Parts<'receptor'>, Parts<'transmitter'>> {
  readonly values?: Overrides<string>;
  readonly kinetics?: AnyModel<'receptor'>;
  readonly transmitter?: string;
  readonly types?: readonly string[];
  readonly target?: string;
}

const VARIANT_KEYS: { readonly [K in ModelKind]: readonly string[] } = {
  neuron: CELL_OPTIONS,
  spikeTrain: ['transmitters', 'integrator', 'coupling'],
  channel: [],
  transmitter: [],
  receptor: ['kinetics', 'transmitter'],
  synapse: ['types', 'target'],
  stimulus: STIMULUS_OPTIONS,
};

/**
 * Another variant of any model, as the function that made it would make it.
 *
 * @throws SpikeloomError with every problem of the variant
 */
export function variantOf({ kind, def }: AnyModel, { values = {}, ...options }: VariantOptions): AnyModel {
  requireKnownKeys(options, ['values', ...VARIANT_KEYS[kind]], `variant of a ${kind === 'spikeTrain' ? 'spike train' : kind}`);
  switch (kind) {
    case 'neuron':
    case 'spikeTrain':
      return { kind, def: cellVariant(def, { ...values, ...options } as CellVariant) };
    case 'receptor':
      return { kind, def: receptorVariant(def, { kinetics: options.kinetics?.def, transmitter: options.transmitter, values }) };
    case 'synapse':
      return { kind, def: synapseVariant(def, { ...values, ...options } as SynapseVariant) };
    case 'stimulus':
      return { kind, def: stimulusVariant(def, { ...values, ...options } as StimulusVariant) };
    case 'channel':
    case 'transmitter':
      return { kind, def: partVariant(def, values) };
    default:
      return unreachable(kind);
  }
}
