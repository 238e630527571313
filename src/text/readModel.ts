import { SpikeloomError, suggest, unreachable } from '../core/error.ts';
import {
  type AnyModel,
  defineChannel,
  defineNeuron,
  defineReceptor,
  defineSpikeTrain,
  defineStimulus,
  defineSynapse,
  defineTransmitter,
  variantOf,
} from '../model/define.ts';
import type { Input, ModelDef, ModelKind, Quantity } from '../model/definition.ts';
import { LIBRARY, TYPES } from './library.ts';
import type { Locator } from './locate.ts';
import type { InputText, ModelText, QuantityText, QuantityValue, SlotText, VariantText } from './modelSchema.ts';
import { splitQuantity } from './quantityText.ts';
import type { NodePath } from './tree.ts';

const PARTS = { channels: 'channel', receptors: 'receptor', transmitters: 'transmitter' } as const satisfies Record<string, ModelKind>;
type PartModels = { readonly [K in keyof typeof PARTS]?: Readonly<Record<string, AnyModel<(typeof PARTS)[K]>>> };

const KIND_NAMES: { readonly [K in ModelKind]: string } = {
  neuron: 'neuron',
  spikeTrain: 'spike train',
  channel: 'channel',
  receptor: 'receptor',
  transmitter: 'transmitter',
  synapse: 'synapse',
  stimulus: 'stimulus',
};

/** Makes the models that a text describes, by the functions that TypeScript calls. */
export class ModelReader {
  readonly #locator: Locator;
  readonly #own: ReadonlyMap<string, VariantText | ModelText>;
  /** What an own model became: its error where it could not be made, and nothing yet while it is being made. */
  readonly #made = new Map<string, AnyModel | SpikeloomError | undefined>();

  constructor(locator: Locator, own: Readonly<Record<string, VariantText | ModelText>> = {}) {
    this.#locator = locator;
    this.#own = new Map(Object.entries(own));
  }

  /** @throws SpikeloomError where an own model can't be made, each time that it is asked for */
  own(name: string): AnyModel {
    const text = this.#own.get(name);
    const made = this.#made.get(name);
    if (made instanceof SpikeloomError) throw made;
    if (made || !text) return made ?? this.#unknown(name, []);
    const path = ['models', name];
    if (this.#made.has(name)) {
      const problem = {
        code: 'invalid-model',
        message: `model '${name}' is a variant of itself`,
        hint: 'Begin with a model of the library, or write it out.',
      } as const;
      throw new SpikeloomError(this.#locator.problemAt(path, problem));
    }
    this.#made.set(name, undefined);
    try {
      const model = this.model(text, path, { name, hidden: name });
      this.#made.set(name, model);
      return model;
    } catch (error) {
      if (error instanceof SpikeloomError) this.#made.set(name, error);
      throw error;
    }
  }

  /** A model of one of these kinds. @param name what a model that gives no name is called */
  slot(text: SlotText, path: NodePath, kinds: readonly ModelKind[], name?: string): AnyModel {
    const model = typeof text === 'string' ? this.#named(text, path) : this.model(text, path, { name });
    if (kinds.includes(model.kind)) return model;
    const wanted = kinds.map((kind) => KIND_NAMES[kind]).join(' or ');
    throw new SpikeloomError(
      this.#locator.problemAt(path, {
        code: 'invalid-model',
        message: `model '${model.def.name}' is a ${KIND_NAMES[model.kind]}, not a ${wanted}`,
        hint: 'Populations are of neurons or spike trains, projections of synapses, stimuli and parts of their own kind.',
      }),
    );
  }

  /** @param options.hidden an own name that means the model of the library here */
  model(text: VariantText | ModelText, path: NodePath, options: { readonly name?: string | undefined; readonly hidden?: string } = {}): AnyModel {
    if ('from' in text) return this.#variant(text, path, options.hidden);
    const name = text.name ?? options.name;
    if (name === undefined) {
      const problem = { code: 'invalid-model', message: 'this model has no name', hint: 'Give it one: name: my neuron.' } as const;
      throw new SpikeloomError(this.#locator.problemAt(path, problem));
    }
    return this.#written(text, name, path);
  }

  #named(name: string, path: NodePath, hidden?: string): AnyModel {
    if (this.#own.has(name) && !(name === hidden && LIBRARY.has(name))) return this.own(name);
    return LIBRARY.get(name) ?? TYPES.get(name) ?? this.#unknown(name, path);
  }

  #unknown(name: string, path: NodePath): never {
    const known = [...this.#own.keys(), ...(name.includes('.') ? TYPES : LIBRARY).keys()];
    const problem = { code: 'unknown-name', message: `there is no model '${name}'`, hint: suggest(name, known) } as const;
    throw new SpikeloomError(this.#locator.problemAt(path, problem));
  }

  #variant(
    { from, values, kinetics, transmitter, types, target, integrator, coupling, ...parts }: VariantText,
    path: NodePath,
    hidden?: string,
  ): AnyModel {
    const base = this.#named(from, [...path, 'from'], hidden);
    const options = {
      ...this.#parts(parts, path),
      ...(values && { values }),
      ...(kinetics !== undefined && { kinetics: this.slot(kinetics, [...path, 'kinetics'], ['receptor']) as AnyModel<'receptor'> }),
      ...(transmitter !== undefined && { transmitter }),
      ...(types && { types }),
      ...(target !== undefined && { target }),
      ...(integrator && { integrator }),
      ...(coupling && { coupling }),
    };
    return this.#locator.at(path, () => variantOf(base, options));
  }

  #written(text: ModelText, name: string, path: NodePath): AnyModel {
    const { kind, quantities, shared, bounds, inputs, reads, modulates, units, kinetics, channels, receptors, transmitters, types, ...same } = text;
    const spec = {
      ...(defined(same) as Omit<Partial<ModelDef>, keyof PartModels | 'kinetics' | 'types' | 'spike' | 'shared' | 'bounds' | 'modulates'>),
      name,
      quantities: mapValues(quantities, quantityOf),
      ...(shared && { shared: mapValues(shared, quantityOf) }),
      ...(bounds && { bounds: mapValues(bounds, ([low, high]) => [String(low), String(high)] as const) }),
      ...(inputs && { inputs: mapValues(inputs, inputOf) }),
      ...(reads && { reads: mapValues(reads, String) }),
      ...(modulates && { modulates: mapValues(modulates, String) }),
      ...(units && { units: { conductance: String(units.conductance), current: String(units.current) } }),
      ...this.#parts({ channels, receptors, transmitters }, path),
      ...(kinetics !== undefined && { kinetics: this.slot(kinetics, [...path, 'kinetics'], ['receptor']) as AnyModel<'receptor'> }),
    };
    return this.#locator.at(path, () => {
      const def = define(kind, spec);
      return types ? variantOf({ kind, def }, { types }) : { kind, def };
    });
  }

  #parts(texts: { readonly [K in keyof typeof PARTS]?: Readonly<Record<string, SlotText>> | undefined }, path: NodePath): PartModels {
    const models = Object.entries(PARTS).flatMap(([key, kind]) => {
      const parts = texts[key as keyof typeof PARTS];
      return parts ? [[key, mapValues(parts, (part, name) => this.slot(part, [...path, key, name], [kind], name))]] : [];
    });
    return Object.fromEntries(models) as PartModels;
  }
}

type Spec = Omit<ModelDef, 'kind' | 'channels' | 'receptors' | 'transmitters' | 'kinetics' | 'spike'> &
  PartModels & { readonly kinetics?: AnyModel<'receptor'>; readonly spike?: string | ModelDef['spike'] };

/** The schema gave each kind the keys that it may have; those that it must have are checked by the functions themselves. */
function define(kind: ModelKind, spec: Spec): ModelDef {
  switch (kind) {
    case 'neuron':
      return defineNeuron(spec as Parameters<typeof defineNeuron>[0]).def;
    case 'spikeTrain':
      return defineSpikeTrain(spec as Parameters<typeof defineSpikeTrain>[0]).def;
    case 'channel':
      return defineChannel(spec).def;
    case 'receptor':
      return defineReceptor(spec as Parameters<typeof defineReceptor>[0]).def;
    case 'transmitter':
      return defineTransmitter(spec).def;
    case 'synapse':
      return defineSynapse(spec as Parameters<typeof defineSynapse>[0]).def;
    case 'stimulus':
      return defineStimulus(spec as Parameters<typeof defineStimulus>[0]).def;
    default:
      return unreachable(kind);
  }
}

function quantityOf(text: QuantityText): Quantity {
  if (typeof text !== 'object' || Array.isArray(text)) return shortQuantity(text as QuantityValue);
  const { value, unit, meaning } = text as Exclude<QuantityText, QuantityValue>;
  const declared = unit === undefined ? shortQuantity(value) : { value, unit: String(unit) };
  return { ...declared, ...(meaning !== undefined && { meaning }) };
}

function shortQuantity(value: QuantityValue): Quantity {
  return (typeof value === 'string' ? splitQuantity(value) : undefined) ?? { value };
}

function inputOf(text: InputText): Input {
  if (typeof text === 'string') return { unit: text, normalize: 'sum' };
  const { unit, meaning, normalize } = text;
  return { ...(unit !== undefined && { unit: String(unit) }), ...(meaning !== undefined && { meaning }), normalize: normalize ?? 'sum' };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function defined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
