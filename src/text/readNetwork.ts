import { type Problem, SpikeloomError, suggest, unreachable } from '../core/error.ts';
import type { AnyModel, Neuron, Synapse } from '../model/define.ts';
import { allToAll, edgeList, matrix, oneToOne } from '../network/connect/index.ts';
import { requireRule } from '../network/connect/requireRule.ts';
import type { CellSelection, NumberArray, RuleDef, ValueSpec } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import type { Lattice, View } from '../network/view.ts';
import type { Locator } from './locate.ts';
import type { NetworkText } from './networkSchema.ts';
import { ModelReader } from './readModel.ts';
import { type FileLists, isSpikeFile, type SpikeFile } from './spikeFiles.ts';
import type { NodePath } from './tree.ts';

type PopulationText = NetworkText['populations'][string];
type StimulusText = NonNullable<NetworkText['stimuli']>[string];
type ProjectionText = NonNullable<NetworkText['projections']>[number];
type RecorderText = NonNullable<NetworkText['recorders']>[number];
type RuleText = NonNullable<ProjectionText['rule']>;
type ViewText = ProjectionText['source'];
type SelectionText = Omit<Extract<ViewText, object>, 'population'>;
type ValueText = NonNullable<ProjectionText['set']>[string];
type CellValuesText = Readonly<Record<string, ValueText | SpikeFile>>;
type NumbersText = Extract<RuleText, { kind: 'edge-list' }>['sources'] & {};

type Cells = AnyModel<'neuron'> | AnyModel<'spikeTrain'>;

/** Builds the network that a text describes, by the methods that TypeScript calls. */
export class NetworkReader {
  readonly #text: NetworkText;
  readonly #locator: Locator;
  readonly #models: ModelReader;
  readonly #files: FileLists;
  readonly #problems: Problem[] = [];
  /** Undefined for those that could not be made: what uses them would only repeat their mistakes. */
  readonly #populations = new Map<string, Lattice<Cells> | undefined>();

  /** @param files what was read of the files that the text names */
  constructor(text: NetworkText, locator: Locator, files: FileLists = new Map()) {
    this.#text = text;
    this.#files = files;
    this.#locator = locator;
    this.#models = new ModelReader(locator, text.models);
  }

  /** @throws SpikeloomError with every mistake that can be seen before the network is compiled */
  read(): Network {
    const { dt, seed, duration, models = {}, populations, stimuli = {}, projections = [], recorders = [] } = this.#text;
    const network = this.#locator.at(
      [],
      () => new Network({ ...(dt !== undefined && { dt }), ...(seed !== undefined && { seed }), ...(duration !== undefined && { duration }) }),
    );
    for (const name of Object.keys(models)) this.#collect(['models', name], () => this.#models.own(name));
    for (const [name, text] of Object.entries(populations)) {
      const path = ['populations', name];
      this.#locator.name(`population '${name}'`, path);
      this.#populations.set(name, undefined);
      this.#collect(path, () => this.#addPopulation(network, name, text, path));
    }
    for (const [name, text] of Object.entries(stimuli)) {
      const path = ['stimuli', name];
      this.#locator.name(`stimulus '${name}'`, path);
      this.#locator.name(`population '${name}'`, path);
      this.#populations.set(name, undefined);
      this.#collect(path, () => this.#addStimulus(network, name, text, path));
    }
    for (const [i, text] of projections.entries()) this.#collect(['projections', i], () => this.#addProjection(network, text, ['projections', i]));
    // A projection at fault would only be missed once more.
    const projected = this.#problems.length === 0;
    for (const [i, text] of recorders.entries())
      if (projected || !('projection' in text)) this.#collect(['recorders', i], () => this.#addRecorder(network, text, ['recorders', i]));
    // An own model that several places use is at fault once.
    const problems = [...new Set(this.#problems)];
    if (problems.length > 0) throw new SpikeloomError(problems);
    return network;
  }

  #collect(path: NodePath, body: () => unknown): void {
    try {
      this.#locator.at(path, body);
    } catch (error) {
      if (!(error instanceof SpikeloomError)) throw error;
      this.#problems.push(...error.problems);
    }
  }

  #addPopulation(network: Network, name: string, text: PopulationText, path: NodePath): void {
    const { size, rows, columns, normalize, set } = text;
    const wrong =
      size !== undefined
        ? (rows ?? columns) !== undefined && 'a population has a size, or rows and columns, not both'
        : (rows === undefined || columns === undefined) && 'how many cells are there?';
    if (wrong) this.#fail(path, wrong, 'Give size: 100, or rows: 10 and columns: 10.');
    const model = this.#models.slot(text.model, [...path, 'model'], ['neuron', 'spikeTrain'], name) as Cells;
    const options = { rows: rows ?? 1, columns: columns ?? size ?? 1, ...(normalize !== undefined && { normalize }) };
    const population = network.lattice(name, model, options);
    this.#populations.set(name, population);
    this.#assign(population, set, path);
  }

  #addStimulus(network: Network, name: string, { model: slot, onto, set }: StimulusText, path: NodePath): void {
    const model = this.#models.slot(slot, [...path, 'model'], ['stimulus'], name) as AnyModel<'stimulus'>;
    const view = this.#view(onto, [...path, 'onto']);
    if (!view) return;
    network.stimulate(view, model, { name });
    const stimulus = network.populationNamed(name);
    this.#populations.set(name, stimulus);
    this.#assign(stimulus, set, path);
  }

  #assign(population: Lattice<Cells>, set: PopulationText['set'], path: NodePath): void {
    if (set === undefined) return;
    const assignments = Array.isArray(set) ? set : [{ values: set }];
    for (const [i, { values, ...selection }] of assignments.entries()) {
      const place = Array.isArray(set) ? [...path, 'set', i] : [...path, 'set'];
      this.#collect(place, () => {
        const cells = this.#selection(selection, place);
        population.select(cells).set(this.#cellValues(values, Array.isArray(set) ? [...place, 'values'] : place, countOf(cells, population)));
      });
    }
  }

  /** @param count how many cells; undefined where a condition says which */
  #cellValues(texts: CellValuesText, path: NodePath, count: number | undefined): Record<string, ValueSpec> {
    return Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, isSpikeFile(text) ? this.#lists(text, [...path, name], count) : specOf(text)]),
    );
  }

  /** The last cells of a file may be silent, and so not be in it. */
  #lists(text: SpikeFile, path: NodePath, count: number | undefined): readonly NumberArray[] {
    const lists = this.#files.get(text);
    if (lists) return lists.length < (count ?? 0) ? Array.from({ length: count ?? 0 }, (_, cell) => lists[cell] ?? []) : lists;
    throw new SpikeloomError(
      this.#locator.problemAt([...path, 'file'], {
        code: 'unsupported',
        message: `'${text.file}' is not read here, where there is a text alone`,
        hint: 'Use the command, spikeloom run, or readNetworkWithFiles; or write the times themselves: times: [[10, 20], [15]].',
      }),
    );
  }

  #addProjection(network: Network, text: ProjectionText, path: NodePath): void {
    const source = this.#view(text.source, [...path, 'source']);
    const target = this.#view(text.target, [...path, 'target']);
    const synapse = this.#models.slot(text.synapse, [...path, 'synapse'], ['synapse']) as Synapse;
    const rule =
      text.rule === undefined ? undefined : this.#locator.at([...path, 'rule'], () => this.#rule(text.rule as RuleText, [...path, 'rule']));
    if (!source || !target) return;
    const options = text.name === undefined ? {} : { name: text.name };
    const projection = network.connect(source, target as View<Neuron>, synapse, rule, options);
    this.#locator.name(`projection '${projection.name}'`, path);
    if (text.set) this.#locator.at([...path, 'set'], () => projection.set(valuesOf(text.set as Readonly<Record<string, ValueText>>)));
  }

  #addRecorder(network: Network, text: RecorderText, path: NodePath): void {
    if (text.kind === 'synapses') {
      network.recordSynapses(text.projection, text.quantity, { ...every(text), ...(text.synapses && { synapses: text.synapses }) });
      return;
    }
    if (text.kind === 'histogram') {
      const { range, bins } = text;
      network.recordHistogram(text.projection, text.quantity, { ...every(text), range, ...(bins !== undefined && { bins }) });
      return;
    }
    const view = this.#view(text.view, [...path, 'view']);
    if (!view) return;
    if (text.kind === 'spikes') network.recordSpikes(view);
    else if (text.kind === 'spike-counts') network.recordSpikeCounts(view);
    else network.record(view, text.quantity, { ...every(text), mean: text.kind === 'mean' });
  }

  /** Undefined where the population itself is at fault. */
  #view(text: ViewText, path: NodePath): View<Cells> | undefined {
    const { population, ...selection } = typeof text === 'string' ? { population: text } : text;
    if (this.#populations.has(population)) {
      const [key] = Object.keys(selection);
      const place = key === undefined ? path : [...path, key];
      return this.#locator.at(place, () => this.#populations.get(population)?.select(this.#selection(selection, path)) as View<Cells> | undefined);
    }
    const problem = {
      code: 'unknown-name',
      message: `there is no population '${population}' in this network`,
      hint: suggest(population, this.#populations.keys()),
    } as const;
    throw new SpikeloomError(this.#locator.problemAt(typeof text === 'string' ? path : [...path, 'population'], problem));
  }

  #selection({ slice, region, cells, where: condition }: SelectionText, path: NodePath): CellSelection {
    const given = [slice, region, cells, condition].filter((x) => x !== undefined);
    if (given.length > 1)
      this.#fail(path, 'cells are selected in several ways', "Give one of slice, region, cells and where; 'where' can join conditions by 'and'.");
    if (slice) return { kind: 'slice', start: slice[0], end: slice[1] };
    if (region) return { kind: 'region', rows: region.rows, columns: region.columns };
    if (cells) return { kind: 'cells', cells };
    return condition === undefined ? { kind: 'all' } : { kind: 'where', condition };
  }

  #rule(text: RuleText, path: NodePath): RuleDef {
    if (typeof text === 'string') return text === 'all-to-all' ? allToAll() : oneToOne();
    switch (text.kind) {
      case 'all-to-all':
      case 'one-to-one':
      case 'where':
      case 'probability':
      case 'fixed-in-degree':
      case 'fixed-out-degree':
      case 'fixed-total':
      case 'distance-kernel':
        return requireRule(text as RuleDef);
      case 'matrix':
        return this.#matrix(text, path);
      case 'edge-list':
        return this.#edgeList(text, path);
      default:
        return unreachable(text);
    }
  }

  #matrix({ values, columns, quantity, type }: Extract<RuleText, { kind: 'matrix' }>, path: NodePath): RuleDef {
    const name = quantity === undefined ? {} : { quantity };
    const single = type === 'float32';
    const rows = values.length === 0 && columns === undefined ? [] : values.filter((row) => Array.isArray(row));
    if (rows.length === values.length && columns === undefined) {
      const rule = matrix(rows, name) as Extract<RuleDef, { kind: 'matrix' }>;
      return single ? { ...rule, values: Float32Array.from(rule.values) } : rule;
    }
    if (rows.length > 0) this.#fail(path, 'a matrix of rows needs no columns', 'Leave columns out.');
    const flat = Float64Array.from(values as readonly (number | null)[], (x) => x ?? Number.NaN);
    return matrix(single ? Float32Array.from(flat) : flat, { ...name, ...(columns !== undefined && { columns }) });
  }

  #edgeList({ pairs, sources, targets, torus }: Extract<RuleText, { kind: 'edge-list' }>, path: NodePath): RuleDef {
    const around = torus === undefined ? {} : { torus };
    if (pairs && !sources && !targets) return edgeList(pairs, around);
    if (pairs || !sources || !targets) {
      this.#fail(path, 'an edge list has pairs, or sources and targets', 'Write { kind: edge-list, pairs: [[0, 1], [1, 2]] }.');
    }
    return edgeList({ sources: numbersOf(sources), targets: numbersOf(targets) }, around);
  }

  #fail(path: NodePath, message: string, hint: string): never {
    throw new SpikeloomError(this.#locator.problemAt(path, { code: 'invalid-network', message, hint }));
  }
}

function every({ every }: { readonly every?: number | undefined }): { readonly every?: number } {
  return every === undefined ? {} : { every };
}

function valuesOf(texts: Readonly<Record<string, ValueText>>): Record<string, ValueSpec> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, specOf(text)]));
}

function specOf(text: ValueText): ValueSpec {
  return typeof text === 'object' ? listOf(text) : text;
}

function countOf(selection: CellSelection, { size }: Lattice<Cells>): number | undefined {
  switch (selection.kind) {
    case 'all':
      return size;
    case 'slice':
      return selection.end - selection.start;
    case 'region':
      return (selection.rows[1] - selection.rows[0]) * (selection.columns[1] - selection.columns[0]);
    case 'cells':
      return selection.cells.length;
    default:
      return undefined;
  }
}

function listOf(text: Extract<ValueText, object>): NumberArray | readonly NumberArray[] {
  return Array.isArray(text) && typeof text[0] === 'object' ? (text as readonly NumbersText[]).map(numbersOf) : numbersOf(text as NumbersText);
}

function numbersOf(text: NumbersText): NumberArray {
  if (Array.isArray(text)) return text;
  if ('float64' in text) return Float64Array.from(text.float64);
  if ('float32' in text) return Float32Array.from(text.float32);
  return 'int32' in text ? Int32Array.from(text.int32) : Uint32Array.from((text as { readonly uint32: readonly number[] }).uint32);
}
