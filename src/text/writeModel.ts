import type { AnyModel, VariantOptions } from '../model/define.ts';
import { variantOf } from '../model/define.ts';
import type { Input, ModelDef, Quantity } from '../model/definition.ts';
import { LIBRARY } from './library.ts';
import type { InputText, ModelText, QuantityText, SlotText, VariantText } from './modelSchema.ts';
import { splitQuantity } from './quantityText.ts';
import { sameData } from './sameData.ts';

/*
 * Models as what a text holds, in a fixed order of keys. A model of the library stands there by its name, and a variant of
 * one as what it changes; what can't be said so is written out.
 */

const PARTS = ['channels', 'receptors', 'transmitters'] as const;

/** Models that stand beside in the same text, by their names there. */
export type Beside = ReadonlyMap<string, ModelDef>;

const NONE: Beside = new Map();

/** A model where a name will do. */
export function slotText(def: ModelDef, beside: Beside = NONE): SlotText {
  for (const [name, other] of beside) if (sameData(other, def)) return name;
  for (const [name, model] of LIBRARY) if (sameData(model.def, def)) return name;
  return entryText(def, beside);
}

/** A model as a variant of one of the library, or written out. */
function entryText(def: ModelDef, beside: Beside): VariantText | ModelText {
  for (const [name, base] of LIBRARY) {
    const variant = base.kind === def.kind && base.def.name === def.name ? variantText(name, base, def) : undefined;
    if (variant) return variant;
  }
  return modelText(def, beside);
}

/** A model written out, but for parts that have a name in the text or in the library. */
export function modelText(def: ModelDef, beside: Beside = NONE): ModelText {
  const { kind, name, description, citation, quantities, inputs, reads, modulates, units, equations, step, spike, reset, refractory } = def;
  return withoutUndefined<ModelText>({
    kind,
    name,
    description,
    citation,
    transmitter: def.transmitter,
    kinetics: def.kinetics && slotText(def.kinetics, beside),
    quantities: mapValues(quantities, quantityText),
    target: def.target,
    shared: def.shared && mapValues(def.shared, quantityText),
    bounds: def.bounds && mapValues(def.bounds, ([low, high]) => [boundText(low), boundText(high)]),
    inputs: inputs && mapValues(inputs, inputText),
    reads: reads && mapValues(reads, unitText),
    modulates: modulates && mapValues(modulates, boundText),
    units: units && { conductance: unitText(units.conductance), current: unitText(units.current) },
    ...Object.fromEntries(PARTS.map((key) => [key, partsText(def[key], beside)])),
    equations,
    step,
    spike: spike?.kind === 'threshold' ? spike.condition : spike,
    reset,
    refractory,
    output: def.output,
    continuous: def.continuous,
    onPre: def.onPre,
    onPost: def.onPost,
    onReward: def.onReward,
    types: def.types,
    integrator: def.integrator,
    coupling: def.coupling,
  });
}

/** What makes `def` of a library model; undefined where a variant can't be that. */
function variantText(from: string, base: AnyModel, def: ModelDef): VariantText | undefined {
  const changed = (key: 'integrator' | 'coupling' | 'transmitter' | 'types' | 'target' | 'kinetics') => !sameData(base.def[key], def[key]);
  const kept = def.kinetics && base.def.kinetics && def.kinetics.name === base.def.kinetics.name;
  const own = changedValues(base.def, def);
  const values = { ...own, ...(kept && def.kinetics && base.def.kinetics ? changedValues(base.def.kinetics, def.kinetics) : {}) };
  const swapped = changed('kinetics') && !kept ? def.kinetics : undefined;
  const parts = Object.fromEntries(PARTS.flatMap((key) => changedParts(base.def[key], def[key], key)));
  const scalars = {
    ...(def.integrator && changed('integrator') && { integrator: def.integrator }),
    ...(def.coupling && changed('coupling') && { coupling: def.coupling }),
    ...(def.transmitter !== undefined && changed('transmitter') && { transmitter: def.transmitter }),
    ...(def.types && changed('types') && { types: def.types }),
    ...(def.target !== undefined && changed('target') && { target: def.target }),
  };
  const options = {
    ...scalars,
    values,
    ...(swapped && { kinetics: { kind: 'receptor', def: swapped } }),
    ...mapValues(parts, (models) => mapValues(models, (part) => ({ kind: part.kind, def: part }))),
  } as VariantOptions;
  if (!sameData(variantOf(base, options).def, def)) return undefined;
  return {
    from,
    ...(Object.keys(values).length > 0 && { values }),
    ...(swapped && { kinetics: slotText(swapped) }),
    ...mapValues(parts, (models) => mapValues(models, (part) => slotText(part))),
    ...scalars,
  };
}

function changedValues(base: ModelDef, def: ModelDef): Record<string, Quantity['value']> {
  const before = { ...base.shared, ...base.quantities };
  const changed = Object.entries({ ...def.shared, ...def.quantities }).filter(
    ([name, q]) => Object.hasOwn(before, name) && !sameData(before[name].value, q.value),
  );
  return Object.fromEntries(changed.map(([name, q]) => [name, q.value]));
}

function changedParts(base: ModelDef['channels'], parts: ModelDef['channels'], key: string): [string, Record<string, ModelDef>][] {
  const changed = Object.entries(parts ?? {}).filter(([name, part]) => !(base && Object.hasOwn(base, name) && sameData(base[name], part)));
  return changed.length > 0 ? [[key, Object.fromEntries(changed)]] : [];
}

function partsText(parts: ModelDef['channels'], beside: Beside): Record<string, SlotText> | undefined {
  return parts && mapValues(parts, (part) => slotText(part, beside));
}

function quantityText({ value, unit, meaning }: Quantity): QuantityText {
  if (meaning === undefined && typeof value === 'number' && unit !== undefined) {
    const short = `${Object.is(value, -0) ? '-0' : value} ${unit}`;
    const read = splitQuantity(short);
    if (read && Object.is(read.value, value) && read.unit === unit) return short;
  }
  // Text that looks like a number with its unit stands for that only where no unit is given.
  if (meaning === undefined && unit === undefined) return value;
  return { value, ...(unit !== undefined && { unit: unitText(unit) }), ...(meaning !== undefined && { meaning }) };
}

/** What reads back as the same text may stand there as the number that it is. */
function boundText(text: string): string | number {
  return Number.isFinite(Number(text)) && String(Number(text)) === text ? Number(text) : text;
}

function inputText({ unit, meaning, normalize }: Input): InputText {
  if (meaning === undefined && unit !== undefined && normalize === 'sum') return unit;
  return {
    ...(unit !== undefined && { unit: unitText(unit) }),
    ...(meaning !== undefined && { meaning }),
    ...(normalize === 'mean' && { normalize }),
  };
}

function unitText(unit: string): string | 1 {
  return unit === '1' ? 1 : unit;
}

export function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
