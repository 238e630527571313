import { SpikeloomError, unreachable } from '../core/error.ts';
import type { ModelDef } from '../model/definition.ts';
import { allToAll } from '../network/connect/index.ts';
import type {
  Assignment,
  CellSelection,
  NetworkDef,
  NumberArray,
  PopulationDef,
  ProjectionDef,
  RecorderDef,
  RuleDef,
  ValueSpec,
  ViewDef,
} from '../network/definition.ts';
import { LIBRARY } from './library.ts';
import type { ModelText, SlotText, VariantText } from './modelSchema.ts';
import { sameData } from './sameData.ts';
import { mapValues, slotText } from './writeModel.ts';

/**
 * A network as what a text holds.
 *
 * @throws SpikeloomError 'unsupported' where a projection's rule is a function
 */
export function networkText(def: NetworkDef): object {
  const models = new ModelTable([...def.populations.map((p) => p.model), ...def.projections.map((p) => p.synapse)]);
  const names = new Set<string>();
  const projections = def.projections.map((p) => projectionText(p, models, names));
  const recorders = def.recorders.map(recorderText);
  const stimuli = def.populations.flatMap((p) => (p.onto ? [[p.name, stimulusText(p, p.onto, models)] as const] : []));
  return {
    spikeloom: 1,
    dt: def.dt,
    seed: def.seed,
    duration: def.duration,
    ...(models.texts.size > 0 && { models: Object.fromEntries(models.texts) }),
    populations: Object.fromEntries(def.populations.filter((p) => !p.onto).map((p) => [p.name, populationText(p, models)])),
    ...(stimuli.length > 0 && { stimuli: Object.fromEntries(stimuli) }),
    ...(projections.length > 0 && { projections }),
    ...(recorders.length > 0 && { recorders }),
  };
}

/** The models of a network that stand by themselves: those written out, and variants that are used more than once. */
class ModelTable {
  readonly texts = new Map<string, VariantText | ModelText>();
  /** One of each that are equal, with the text that stands where the model is used. */
  readonly #used: { readonly def: ModelDef; readonly text: SlotText }[] = [];

  constructor(defs: readonly ModelDef[]) {
    const distinct: { readonly def: ModelDef; uses: number }[] = [];
    for (const def of defs) {
      const same = distinct.find((other) => sameData(other.def, def));
      if (same) same.uses++;
      else distinct.push({ def, uses: 1 });
    }
    for (const { def, uses } of distinct) this.#used.push({ def, text: this.#place(def, uses) });
  }

  at(def: ModelDef): SlotText {
    return this.#used.find((used) => sameData(used.def, def))?.text ?? slotText(def);
  }

  #place(def: ModelDef, uses: number): SlotText {
    const text = slotText(def);
    if (typeof text === 'string' || ('from' in text && uses === 1)) return text;
    const name = this.#freeName(def.name);
    this.texts.set(name, text);
    return name;
  }

  /** Not a name of the library: that would hide its model. */
  #freeName(wanted: string): string {
    // Names that look like numbers would come before all others.
    const base = /^\d/.test(wanted) || wanted === '__proto__' ? `model ${wanted}` : wanted;
    for (let n = LIBRARY.has(base) ? 2 : 1; ; n++) {
      const name = n === 1 ? base : `${base} ${n}`;
      if (!this.texts.has(name)) return name;
    }
  }
}

function populationText({ model, rows, columns, assignments, normalize }: PopulationDef, models: ModelTable): object {
  return {
    model: models.at(model),
    ...(rows === 1 ? { size: columns } : { rows, columns }),
    ...((typeof normalize === 'string' || Object.keys(normalize).length > 0) && { normalize }),
    ...assignmentsText(assignments),
  };
}

function stimulusText({ model, assignments }: PopulationDef, onto: ViewDef, models: ModelTable): object {
  return { model: models.at(model), onto: viewText(onto), ...assignmentsText(assignments) };
}

function assignmentsText(assignments: readonly Assignment[]): object {
  if (assignments.length === 0) return {};
  const [first] = assignments;
  return { set: assignments.length === 1 && first.cells.kind === 'all' ? valuesText(first.values) : assignments.map(assignmentText) };
}

function assignmentText({ cells, values }: Assignment): object {
  return { ...selectionText(cells), values: valuesText(values) };
}

function projectionText({ name, source, target, synapse, rule, values }: ProjectionDef, models: ModelTable, names: Set<string>): object {
  const given = name === defaultName(source, target, names) ? {} : { name };
  names.add(name);
  return {
    ...given,
    source: viewText(source),
    target: viewText(target),
    synapse: models.at(synapse),
    ...(!sameData(rule, allToAll()) && { rule: ruleText(rule, name) }),
    ...(Object.keys(values).length > 0 && { set: valuesText(values) }),
  };
}

/** The name that a projection gets where none is given, after those before it. */
function defaultName(source: ViewDef, target: ViewDef, taken: ReadonlySet<string>): string {
  const wanted = `${source.population}->${target.population}`;
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted} ${n}`;
    if (!taken.has(name)) return name;
  }
}

function recorderText(def: RecorderDef): object {
  if (def.kind === 'spikes' || def.kind === 'spike-counts') return { kind: def.kind, view: viewText(def.view) };
  const every = def.every === 1 ? {} : { every: def.every };
  if (def.kind === 'synapses' || def.kind === 'histogram') {
    const { kind, projection, quantity } = def;
    if (kind === 'synapses') return { kind, projection, quantity, ...every, ...(def.synapses && { synapses: def.synapses }) };
    return { kind, projection, quantity, ...every, ...(def.bins !== 50 && { bins: def.bins }), range: def.range };
  }
  return { kind: def.kind, view: viewText(def.view), quantity: def.quantity, ...every };
}

function viewText({ population, cells }: ViewDef): string | object {
  return cells.kind === 'all' ? population : { population, ...selectionText(cells) };
}

function selectionText(cells: CellSelection): object {
  switch (cells.kind) {
    case 'all':
      return {};
    case 'slice':
      return { slice: [cells.start, cells.end] };
    case 'region':
      return { region: { rows: cells.rows, columns: cells.columns } };
    case 'cells':
      return { cells: cells.cells };
    case 'where':
      return { where: cells.condition };
    default:
      return unreachable(cells);
  }
}

function ruleText(rule: RuleDef, projection: string): string | object {
  switch (rule.kind) {
    case 'all-to-all':
      return rule.autapses ? rule.kind : { kind: rule.kind, autapses: false };
    case 'one-to-one':
      return rule.kind;
    case 'where':
      return { kind: rule.kind, condition: rule.condition };
    case 'predicate':
      throw new SpikeloomError({
        code: 'unsupported',
        message: 'a rule that is a function can’t be written as text',
        path: ['network', `projection '${projection}'`],
        hint: "Give it as text, where('pre.row != post.row'), or as a list of edges.",
      });
    case 'probability':
      return { kind: rule.kind, p: rule.p, ...switchesText(rule) };
    case 'fixed-in-degree':
    case 'fixed-out-degree':
      return { kind: rule.kind, degree: rule.degree, ...switchesText(rule) };
    case 'fixed-total':
      return { kind: rule.kind, total: rule.total, ...switchesText(rule) };
    case 'distance-kernel': {
      const { kind, kernel, width, p, cutoff, torus } = rule;
      return { kind, kernel, width, ...(p !== 1 && { p }), ...(cutoff !== null && { cutoff }), ...(torus && { torus }), ...switchesText(rule) };
    }
    case 'matrix':
      return matrixText(rule, projection);
    case 'edge-list':
      return edgesText(rule);
    default:
      return unreachable(rule);
  }
}

function switchesText({ autapses, multapses = false }: { readonly autapses: boolean; readonly multapses?: boolean }): object {
  return { ...(!autapses && { autapses }), ...(multapses && { multapses }) };
}

function matrixText({ kind, quantity, values, sources, targets }: Extract<RuleDef, { kind: 'matrix' }>, projection: string): object {
  if (values.length !== sources * targets) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `a matrix of ${sources} x ${targets} has ${values.length} values`,
      path: ['network', `projection '${projection}'`],
      hint: 'Make it by matrix(...).',
    });
  }
  const numbers = Array.from(values, (x) => (Number.isNaN(x) ? null : x));
  const rows = Array.from({ length: sources }, (_, s) => numbers.slice(s * targets, (s + 1) * targets));
  return {
    kind,
    ...(quantity !== 'w' && { quantity }),
    ...(values instanceof Float32Array && { type: 'float32' }),
    ...(sources === 0 && targets > 0 && { columns: targets }),
    values: rows,
  };
}

function edgesText({ kind, sources, targets, torus }: Extract<RuleDef, { kind: 'edge-list' }>): object {
  const around = torus === true ? { torus } : {};
  if (Array.isArray(sources) && Array.isArray(targets) && sources.length === targets.length) {
    return { kind, pairs: sources.map((source: number, i) => [source, targets[i]]), ...around };
  }
  return { kind, sources: numbersText(sources), targets: numbersText(targets), ...around };
}

function valuesText(values: Readonly<Record<string, ValueSpec>>): object {
  const listText = (value: NumberArray | readonly NumberArray[]): object =>
    typeof value[0] === 'object' ? Array.from(value as readonly NumberArray[], numbersText) : numbersText(value as NumberArray);
  return mapValues(values, (value) => (typeof value === 'object' ? listText(value) : value));
}

function numbersText(numbers: NumberArray): object {
  if (numbers instanceof Float64Array) return { float64: [...numbers] };
  if (numbers instanceof Float32Array) return { float32: [...numbers] };
  if (numbers instanceof Int32Array) return { int32: [...numbers] };
  if (numbers instanceof Uint32Array) return { uint32: [...numbers] };
  return numbers;
}
