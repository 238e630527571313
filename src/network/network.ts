import { isObject, requireKinds, wrongKind } from '../core/checks.ts';
import { ProblemList, SpikeloomError, suggest, withPath } from '../core/error.ts';
import { requireKnownKeys } from '../core/keys.ts';
import { composeModel, requireQuantity } from '../model/compose.ts';
import type { AnyModel, Synapse } from '../model/define.ts';
import type { ModelDef, ModelKind, Normalization } from '../model/definition.ts';
import { requireMade } from '../model/made.ts';
import { composeStimulus, stimulusTarget } from '../model/stimulus.ts';
import { copyValues, isDefinition, requireView } from './checks.ts';
import { requireClock, requireNumber } from './clock.ts';
import { allToAll } from './connect/allToAll.ts';
import { requireRule } from './connect/requireRule.ts';
import type { Assignment, CellSelection, NetworkDef, PopulationDef, ProjectionDef, RecorderDef, RuleDef, ValueSpec, ViewDef } from './definition.ts';
import { Lattice, Population, type ReadableNames, type View, type ViewOwner } from './view.ts';

export interface NetworkOptions {
  /** Step of integration, ms. */
  readonly dt?: number;
  /** An integer from 0 to 2^53 - 1; the same seed gives the same bits everywhere. */
  readonly seed?: number;
  /** How long a run goes on where nothing else is said, ms. */
  readonly duration?: number;
}

export interface PopulationOptions {
  /** How input ports pool their synapses: all of them, or by port. The models' own choice (mostly sum) where not given. */
  readonly normalize?: Normalization | Readonly<Record<string, Normalization>>;
}

type CellModel = AnyModel<'neuron'> | AnyModel<'spikeTrain'>;
/** What has values for each cell: the cells themselves, and the stimuli onto them. */
type ValuedModel = CellModel | AnyModel<'stimulus'>;

/** A projection in a network that is being built. */
export interface Projection<S extends string = string> {
  readonly name: string;
  /** Values of the synapses' quantities: numbers, expressions over `pre.*` and `post.*`, or arrays in the rule's order. */
  set(values: { readonly [K in S]?: ValueSpec }): Projection<S>;
}

/** Populations and projections, and what to record of them. Describes; `simulate` makes it run. */
export class Network {
  readonly #options: Required<NetworkOptions>;
  readonly #populations = new Map<string, PopulationDef>();
  readonly #projections = new Map<string, ProjectionDef>();
  readonly #recorders: RecorderDef[] = [];
  readonly #owner: ViewOwner = { assign: (population, cells, values) => this.#assign(population, cells, values) };

  /** @throws SpikeloomError where dt, seed or duration make no sense */
  constructor(options: NetworkOptions = {}) {
    requireKnownKeys(options, ['dt', 'seed', 'duration'], 'network');
    this.#options = { dt: options.dt ?? 0.1, seed: options.seed ?? 0, duration: options.duration ?? 1000 };
    requireClock(this.#options);
  }

  /**
   * Builds the network that a definition describes, with every check of the methods below.
   *
   * @throws SpikeloomError with every mistake that can be seen before the network is compiled
   */
  static from(def: NetworkDef): Network {
    if (!isDefinition(def)) throw wrongKind('the network', def, 'Give a Network, or a definition with populations, projections and recorders.');
    try {
      return Network.#build(def);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // What is not built like a definition can fail in many places; in a definition that is typed it can't.
      throw new SpikeloomError({
        code: 'invalid-network',
        message: `the definition is not built like that of a network (${error.message})`,
        path: ['network'],
        hint: 'Build it by new Network(), or read it from a text.',
      });
    }
  }

  static #build(def: NetworkDef): Network {
    requireKnownKeys(def, ['dt', 'seed', 'duration', 'populations', 'projections', 'recorders'], 'network');
    const network = new Network({ dt: def.dt, seed: def.seed, duration: def.duration });
    const problems = new ProblemList();
    for (const p of def.populations) problems.collect(() => (p.onto ? network.#addStimulus(p, p.onto) : network.#addPopulation(p)));
    // What refers to a population that is at fault would only repeat its problem.
    problems.throwIfAny();
    for (const p of def.projections) problems.collect(() => network.#addProjection(p));
    for (const r of def.recorders) problems.collect(() => network.#addRecorder(r));
    problems.throwIfAny();
    return network;
  }

  #addPopulation({ name, model, rows, columns, assignments, normalize }: PopulationDef): void {
    withPath(['network', `population '${name}'`], () => requireModel(model, ['neuron', 'spikeTrain']));
    const population = this.lattice(name, { kind: model.kind, def: model } as CellModel, { rows, columns, normalize });
    for (const { cells, values } of assignments) population.select(cells).set(values);
  }

  #addStimulus({ name, model, assignments }: PopulationDef, onto: ViewDef): void {
    withPath(['network', `stimulus '${name}'`], () => requireModel(model, ['stimulus']));
    const view = this.populationNamed(onto.population).select(onto.cells);
    this.stimulate(view, { kind: 'stimulus', def: model } as AnyModel<'stimulus'>, { name });
    for (const { cells, values } of assignments) this.populationNamed(name).select(cells).set(values);
  }

  #addProjection({ name, source, target, synapse, rule, values }: ProjectionDef): void {
    withPath(['network', `projection '${name}'`], () => requireModel(synapse, ['synapse']));
    const ends = [source, target].map((view) => this.populationNamed(view.population).select(view.cells));
    const model = { kind: 'synapse', def: synapse } as const;
    this.connect(ends[0], ends[1] as View<AnyModel<'neuron'>>, model, rule, { name }).set(values);
  }

  #addRecorder(def: RecorderDef): void {
    if (def.kind === 'synapses') {
      const { every, synapses } = def;
      this.recordSynapses(def.projection, def.quantity, { every, ...(synapses && { synapses }) });
      return;
    }
    if (def.kind === 'histogram') {
      const { every, bins, range } = def;
      this.recordHistogram(def.projection, def.quantity, { every, bins, range });
      return;
    }
    const view = this.populationNamed(def.view.population).select(def.view.cells);
    if (def.kind === 'spikes') this.recordSpikes(view);
    else if (def.kind === 'spike-counts') this.recordSpikeCounts(view);
    else this.record(view, def.quantity, { every: def.every, mean: def.kind === 'mean' });
  }

  /** A population, or a stimulus, by its name. @throws SpikeloomError 'unknown-name' */
  populationNamed(name: string): Lattice<CellModel> {
    const def = this.#requirePopulation(name, ['network']);
    return new Lattice(this.#owner, { kind: def.model.kind, def: def.model } as CellModel, def);
  }

  /** A projection by its name. @throws SpikeloomError 'unknown-name' */
  projectionNamed(name: string): Projection {
    return this.#handle(this.#requireProjection(name).name);
  }

  /** Adds `size` cells of a neuron or spike train model. */
  population<M extends CellModel>(name: string, model: M, size: number, options: PopulationOptions = {}): Population<M> {
    requireKnownKeys(options, ['normalize'], 'population');
    return new Population(this.#owner, model, this.#add(name, model, 1, size, options));
  }

  /** Adds a grid of cells. */
  lattice<M extends CellModel>(name: string, model: M, options: PopulationOptions & { readonly rows: number; readonly columns: number }): Lattice<M> {
    requireKnownKeys(options, ['rows', 'columns', 'normalize'], 'lattice');
    return new Lattice(this.#owner, model, this.#add(name, model, options.rows, options.columns, options));
  }

  /**
   * Lets a stimulus act on the cells of a view: each gets its own, with values and draws of its own. It acts at the beginning of a
   * step, on cells as they are at t_k: variables that are held after a spike take nothing.
   *
   * @param options.name under which it is set and recorded, and which its random numbers depend on; made of the population's name
   *   and the model's unless given
   * @returns the stimulus as a view, to be set and recorded like the cells that it acts on
   * @throws SpikeloomError where the cells have no such target, or what is added has not its unit
   */
  stimulate<M extends AnyModel<'stimulus'>>(onto: View<ValuedModel>, stimulus: M, options: { readonly name?: string } = {}): View<M> {
    requireView('what is stimulated', onto, ['network', 'stimulate']);
    requireKnownKeys(options, ['name'], 'stimulus');
    requireKinds(options, { name: 'text' }, ['network', 'stimulate']);
    this.#requireOwn(onto, ['network', 'stimulate']);
    const { model, rows, columns } = this.#requirePopulation(onto.def.population, ['network', 'stimulate']);
    requireMade('the stimulus', stimulus, ['stimulus'], ['network', 'stimulate']);
    const name = options.name ?? this.#freePopulationName(`${onto.def.population}-${stimulus.def.name}`);
    const path = ['network', `stimulus '${name}'`];
    this.#requireFreeName('stimulus', name);
    composeStimulus(stimulus.def, stimulusTarget(stimulus.def, composeModel(model), path), path);
    const def: PopulationDef = { name, model: stimulus.def, rows, columns, assignments: [], normalize: {}, onto: onto.def };
    this.#populations.set(name, def);
    return new Lattice(this.#owner, stimulus, def).select(onto.def.cells);
  }

  /**
   * Adds synapses from one view to another.
   *
   * @param which the rule of which pairs; all of them (a cell onto itself included) unless given
   */
  connect<S extends string>(
    source: View<CellModel>,
    target: View<AnyModel<'neuron'>>,
    synapse: Synapse<S>,
    which: RuleDef = allToAll(),
    options: { readonly name?: string } = {},
  ): Projection<S> {
    requireView('the source', source, ['network', 'connect']);
    requireView('the target', target, ['network', 'connect']);
    requireKnownKeys(options, ['name'], 'projection');
    requireKinds(options, { name: 'text' }, ['network', 'connect']);
    const name = options.name ?? this.#freeName(`${source.def.population}->${target.def.population}`);
    const path = ['network', `projection '${name}'`];
    requireMade('the synapse', synapse, ['synapse'], path);
    const rule = withPath(path, () => requireRule(which));
    if (this.#projections.has(name)) throw duplicate('projection', name);
    for (const end of [source, target]) this.#refuseStimulus(end, 'has no synapses', 'Connect the cells that it acts on.', path);
    if ((target.model.kind as string) === 'spikeTrain') {
      throw new SpikeloomError({
        code: 'invalid-network',
        message: `'${target.def.population}' is a spike train: it takes no input`,
        path,
        hint: 'Connect to a population of neurons.',
      });
    }
    if (rule.kind === 'matrix' && !Object.hasOwn(synapse.def.quantities, rule.quantity)) {
      throw new SpikeloomError({
        code: 'unknown-name',
        message: `the matrix is of '${rule.quantity}', which is not a quantity of synapse '${synapse.def.name}'`,
        path,
        hint: suggest(rule.quantity, Object.keys(synapse.def.quantities)),
      });
    }
    this.#requireOwn(source, path);
    this.#requireOwn(target, path);
    this.#requirePopulation(source.def.population, path);
    this.#requirePopulation(target.def.population, path);
    this.#projections.set(name, { name, source: source.def, target: target.def, synapse: synapse.def, rule, values: {} });
    return this.#handle(name);
  }

  #handle<S extends string>(name: string): Projection<S> {
    const projection: Projection<S> = {
      name,
      set: (values) => {
        this.#setProjection(name, values as Readonly<Record<string, ValueSpec>>);
        return projection;
      },
    };
    return projection;
  }

  /**
   * Records a quantity, named expression or port of each cell of a view, or with `mean` its average over the view.
   *
   * @param options.every in steps, 1 unless given; a sample is taken at the end of a step
   */
  record<V extends View>(view: V, quantity: ReadableNames<V['model']>, options: { readonly every?: number; readonly mean?: boolean } = {}): this {
    requireKnownKeys(options, ['every', 'mean'], 'recorder');
    requireKinds(options, { mean: 'flag' }, ['network', 'record']);
    const every = requireEvery(options.every);
    this.#requireOwn(view, ['network', 'record']);
    this.#requireReadable(view, quantity);
    this.#recorders.push({ kind: options.mean ? 'mean' : 'trace', view: view.def, quantity, every });
    return this;
  }

  /** Records the spikes of each cell of a view. */
  recordSpikes(view: View): this {
    this.#requireOwn(view, ['network', 'record']);
    this.#refuseStimulus(view, 'has no spikes', 'Record the spikes of the cells that it acts on.', ['network', 'record']);
    this.#recorders.push({ kind: 'spikes', view: view.def });
    return this;
  }

  /** Counts the spikes of each cell of a view without keeping their times. */
  recordSpikeCounts(view: View): this {
    this.#requireOwn(view, ['network', 'record']);
    this.#refuseStimulus(view, 'has no spikes', 'Count the spikes of the cells that it acts on.', ['network', 'record']);
    this.#recorders.push({ kind: 'spike-counts', view: view.def });
    return this;
  }

  /**
   * Records a quantity of each synapse of a projection, given by itself or its name. Samples show values of that moment, also of
   * variables that are brought up to date only by events; taking them changes nothing.
   *
   * @param options.every in steps, 1 unless given; a sample is taken at the end of a step
   * @param options.synapses chosen ones, by their places in the order of `getSynapses`, ascending; all unless given
   */
  recordSynapses<S extends string>(
    projection: Projection<S> | string,
    quantity: S,
    options: { readonly every?: number; readonly synapses?: readonly number[] } = {},
  ): this {
    requireKnownKeys(options, ['every', 'synapses'], 'recorder');
    const def = this.#recordedSynapses(projection, quantity, options.every);
    if (options.synapses !== undefined) requirePlaces(options.synapses);
    this.#recorders.push({ kind: 'synapses', ...def, ...(options.synapses && { synapses: [...options.synapses] }) });
    return this;
  }

  /**
   * Records how a quantity is spread over the synapses of a projection: how many have it in each of equal parts of a range. A value
   * at the upper end counts into the last part, values outside count nowhere.
   *
   * @param options.range the lower and the upper end, in the unit of the quantity
   * @param options.bins 50 unless given
   * @param options.every in steps, 1 unless given
   */
  recordHistogram<S extends string>(
    projection: Projection<S> | string,
    quantity: S,
    options: { readonly range: readonly [low: number, high: number]; readonly bins?: number; readonly every?: number },
  ): this {
    requireKnownKeys(options, ['range', 'bins', 'every'], 'recorder');
    const { range, bins = 50 } = options;
    requireNumber('bins', bins, Number.isInteger(bins) && bins >= 1 && bins <= 65536, 'Give a whole number of parts, from 1 to 65536.');
    if (!isRange(range)) throw wrongKind('the range', range, 'Give two numbers, the lower one first: range: [0, 1].', ['network', 'record']);
    const def = this.#recordedSynapses(projection, quantity, options.every);
    this.#recorders.push({ kind: 'histogram', ...def, bins, range: [range[0], range[1]] });
    return this;
  }

  #recordedSynapses<S extends string>(projection: Projection<S> | string, quantity: S, wanted: number | undefined) {
    const given: unknown = isObject(projection) ? projection.name : projection;
    if (typeof given !== 'string') throw wrongKind('the projection', projection, 'Give what connect returned, or its name.', ['network', 'record']);
    const { name, synapse } = this.#requireProjection(given);
    requireSynapseQuantity(synapse, quantity, ['network', `projection '${name}'`, 'record']);
    return { projection: name, quantity: quantity as string, every: requireEvery(wanted) };
  }

  /** The network as plain data. */
  get def(): NetworkDef {
    const populations = [...this.#populations.values()];
    return {
      ...this.#options,
      populations: [...populations.filter((p) => !p.onto), ...populations.filter((p) => p.onto)],
      projections: [...this.#projections.values()],
      recorders: [...this.#recorders],
    };
  }

  #add(name: string, model: CellModel, rows: number, columns: number, options: PopulationOptions): PopulationDef {
    const path = ['network', `population '${name}'`];
    this.#requireFreeName('population', name);
    for (const [what, n] of [
      ['rows', rows],
      ['columns', columns],
    ] as const) {
      if (Number.isInteger(n) && n >= 1) continue;
      throw new SpikeloomError({
        code: 'invalid-shape',
        message: rows === 1 && what === 'columns' ? `a population of ${JSON.stringify(n)} cells` : `a lattice with ${JSON.stringify(n)} ${what}`,
        path,
        hint: 'Give whole numbers, at least 1.',
      });
    }
    requireMade('its model', model, ['neuron', 'spikeTrain'], path);
    const flat = composeModel(model.def);
    for (const wish of isObject(options.normalize)
      ? Object.values(options.normalize)
      : [options.normalize === undefined ? 'sum' : options.normalize]) {
      if (wish === 'sum' || wish === 'mean') continue;
      throw new SpikeloomError({ code: 'invalid-value', message: `normalize is ${JSON.stringify(wish)}`, path, hint: "Choose 'sum' or 'mean'." });
    }
    if (isObject(options.normalize)) {
      for (const port of Object.keys(options.normalize)) {
        if (flat.inputs.has(port)) continue;
        throw new SpikeloomError({
          code: 'unknown-name',
          message: `'${port}' is not a port of model '${flat.name}'`,
          path,
          hint: suggest(port, flat.inputs.keys()),
        });
      }
    }
    const def: PopulationDef = { name, model: model.def, rows, columns, assignments: [], normalize: options.normalize ?? {} };
    this.#populations.set(name, def);
    return def;
  }

  #requireFreeName(kind: 'population' | 'stimulus', name: string): void {
    if (typeof name !== 'string' || !/^[A-Za-z][\w-]*$/.test(name)) {
      throw new SpikeloomError({
        code: 'invalid-network',
        message: `'${name}' can't name a ${kind}`,
        path: ['network'],
        hint: 'Use letters, digits, _ and -, beginning with a letter.',
      });
    }
    const taken = this.#populations.get(name);
    if (taken) throw duplicate(taken.onto ? 'stimulus' : 'population', name);
  }

  #refuseStimulus(view: View, message: string, hint: string, path: readonly string[]): void {
    if ((view.model.kind as ModelKind) !== 'stimulus') return;
    throw new SpikeloomError({ code: 'invalid-network', message: `'${view.def.population}' is a stimulus: it ${message}`, path, hint });
  }

  #assign(population: string, cells: CellSelection, values: Readonly<Record<string, ValueSpec>>): void {
    const def = this.#requirePopulation(population, ['network']);
    const model = composeModel(def.model);
    const path = ['network', `population '${population}'`, 'set'];
    const copied = copyValues(values, path);
    for (const name of Object.keys(copied)) requireQuantity(model, name, path);
    const assignment: Assignment = { cells, values: copied };
    this.#populations.set(population, { ...def, assignments: [...def.assignments, assignment] });
  }

  #setProjection(name: string, values: Readonly<Record<string, ValueSpec>>): void {
    const def = this.#requireProjection(name);
    const path = ['network', `projection '${name}'`, 'set'];
    const copied = copyValues(values, path);
    for (const quantity of Object.keys(copied)) {
      if (def.rule.kind === 'matrix' && def.rule.quantity === quantity) {
        throw new SpikeloomError({
          code: 'invalid-network',
          message: `'${quantity}' is given by the matrix already`,
          path,
          hint: 'Change the matrix, or use another rule.',
        });
      }
      requireSynapseQuantity(def.synapse, quantity, path);
      if (Object.hasOwn(def.synapse.quantities, quantity)) continue;
      throw new SpikeloomError({
        code: 'unsupported',
        message: `'${quantity}' is shared by all synapses of a projection: it begins as its model says`,
        path,
        hint: `Give the model its value: ${/^[a-z]\w*$/i.test(def.synapse.name) ? def.synapse.name : 'synapse'}({ ${quantity}: ... }).`,
      });
    }
    this.#projections.set(name, { ...def, values: { ...def.values, ...copied } });
  }

  #requirePopulation(name: string, path: readonly string[]): PopulationDef {
    const def = this.#populations.get(name);
    if (def) return def;
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `there is no population '${String(name)}' in this network`,
      path,
      hint: suggest(String(name), this.#populations.keys()),
    });
  }

  #requireProjection(name: string): ProjectionDef {
    const def = this.#projections.get(name);
    if (def) return def;
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `there is no projection '${String(name)}' in this network`,
      path: ['network'],
      hint: suggest(String(name), this.#projections.keys()),
    });
  }

  #requireOwn(view: View, path: readonly string[]): void {
    requireView('the view', view, path);
    if (view.isPartOf(this.#owner)) return;
    throw new SpikeloomError({
      code: 'invalid-network',
      message: `population '${view.def.population}' belongs to another network`,
      path,
      hint: 'Add it to this network, and use what that returns.',
    });
  }

  #requireReadable(view: View, quantity: string): void {
    const model = composeModel(view.model.def);
    if (model.quantities.get(quantity)?.role === 'variable' || model.quantities.get(quantity)?.role === 'parameter') return;
    if (model.definitions.has(quantity) || model.inputs.has(quantity)) return;
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `'${String(quantity)}' is not a quantity, named expression or port of model '${model.name}'`,
      path: ['network', `population '${view.def.population}'`, 'record'],
      hint: suggest(String(quantity), [...model.quantities.keys(), ...model.definitions.keys(), ...model.inputs.keys()]),
    });
  }

  #freePopulationName(wanted: string): string {
    const base = wanted.replace(/[^\w-]+/g, '-');
    for (let n = 1; ; n++) {
      const name = n === 1 ? base : `${base}-${n}`;
      if (!this.#populations.has(name)) return name;
    }
  }

  #freeName(wanted: string): string {
    for (let n = 1; ; n++) {
      const name = n === 1 ? wanted : `${wanted} ${n}`;
      if (!this.#projections.has(name)) return name;
    }
  }
}

function requireEvery(every = 1): number {
  requireNumber('every', every, Number.isInteger(every) && every >= 1, 'Give a whole number of steps, at least 1.');
  return every;
}

function requirePlaces(synapses: readonly number[]): void {
  const fits = Array.isArray(synapses) && synapses.length > 0 && synapses.every((n, i) => Number.isInteger(n) && n >= 0 && !(n <= synapses[i - 1]));
  if (fits) return;
  throw wrongKind('what chooses synapses', synapses, 'Give their places in the order of getSynapses, ascending: synapses: [0, 7].', [
    'network',
    'record',
  ]);
}

function isRange(range: unknown): range is readonly [number, number] {
  return Array.isArray(range) && range.length === 2 && range.every((x) => Number.isFinite(x)) && range[0] < range[1];
}

function requireSynapseQuantity(synapse: ModelDef, quantity: string, path: readonly string[]): void {
  if (Object.hasOwn({ ...synapse.quantities, ...synapse.shared }, quantity)) return;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `'${quantity}' is not a quantity of synapse '${synapse.name}'`,
    path,
    hint: suggest(quantity, Object.keys(synapse.quantities)),
  });
}

/** A model given as data has the kind that is wanted; what else it is, composing it tells. */
function requireModel(def: ModelDef, kinds: readonly ModelDef['kind'][]): void {
  if (kinds.includes(def.kind)) return;
  throw new SpikeloomError({
    code: 'invalid-network',
    message: `model '${def.name}' is a ${String(def.kind)}, not a ${kinds.join(' or ')}`,
    hint: 'Populations are of neurons or spike trains, projections of synapses, stimuli of stimuli.',
  });
}

function duplicate(kind: string, name: string): SpikeloomError {
  return new SpikeloomError({
    code: 'duplicate-name',
    message: `there is a ${kind} '${name}' already`,
    path: ['network'],
    hint: 'Choose another name: names are how results and random numbers are told apart.',
  });
}
