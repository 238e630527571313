import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { SpikeloomError, suggest } from '../core/error.ts';
import type { Input, ModelDef, ModelKind, Quantity } from '../model/definition.ts';
import * as library from '../models/index.ts';
import { TYPES } from '../text/library.ts';
import { jsonLine } from './jsonLines.ts';
import type { LibraryModel } from './response.ts';
import { messageOf } from './runFolder.ts';
import { lines, table } from './table.ts';
import { usageOf } from './usageOf.ts';

export interface ModelsFlags {
  readonly json?: boolean;
  readonly yaml?: boolean;
  readonly picture?: string;
}

const KINDS: { readonly [K in ModelKind]: string } = {
  neuron: 'Neurons',
  spikeTrain: 'Spike trains',
  channel: 'Channels',
  transmitter: 'Transmitters',
  receptor: 'Receptors',
  synapse: 'Synapses',
  stimulus: 'Stimuli',
};

/** Every model of the library, by kind, then name. */
function allModels(): LibraryModel[] {
  const found = Object.entries(library).flatMap(([name, value]) => ('def' in value ? [{ name, def: value.def as ModelDef }] : []));
  const order = Object.keys(KINDS);
  return found.sort((a, b) => order.indexOf(a.def.kind) - order.indexOf(b.def.kind) || (a.name < b.name ? -1 : 1));
}

/** `spikeloom models [NAME]`: the library, or one model of it. Answers the exit code. */
export async function models(name: string | undefined, flags: ModelsFlags): Promise<number> {
  if (name === undefined) {
    const given = (['yaml', 'picture'] as const).find((flag) => flags[flag] !== undefined);
    if (given) throw new SpikeloomError({ code: 'usage', message: `--${given} of which model?`, hint: 'Give its name: spikeloom models izhikevich' });
    const all = allModels();
    if (flags.json)
      for (const { name, def } of all) process.stdout.write(jsonLine({ event: 'model', name, kind: def.kind, description: def.description }));
    else process.stdout.write(listText(all));
    return 0;
  }
  const model = modelNamed(name);
  if (flags.picture !== undefined) return drawModel(model, flags.picture);
  if (flags.json) process.stdout.write(jsonLine({ event: 'model', name: model.name, def: model.def }));
  else if (flags.yaml) process.stdout.write((await import('../text/index.ts')).printModel(model.def, { format: 'yaml' }));
  else process.stdout.write(await modelText(model));
  return 0;
}

/** A model, or a published type of one, such as `izhikevich.chattering`. */
function modelNamed(name: string): LibraryModel {
  const all = [...allModels(), ...[...TYPES].map(([type, { def }]) => ({ name: type, def }))];
  const found = all.find((model) => model.name === name) ?? all.find(({ def }) => def.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new SpikeloomError({
    code: 'usage',
    message: `there is no model '${name}' in the library`,
    hint: suggest(
      name,
      all.map((model) => model.name),
    ),
  });
}

function listText(all: readonly LibraryModel[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const sections = (Object.keys(KINDS) as ModelKind[]).map((kind) => [
    KINDS[kind],
    ...all.filter(({ def }) => def.kind === kind).map(({ name, def }) => `  ${name.padEnd(width)}   ${def.description ?? ''}`.trimEnd()),
    '',
  ]);
  return lines([
    ...sections.flat(),
    `Published types: ${[...TYPES.keys()].join(', ')}.`,
    "One of them in full: spikeloom models NAME. Models of one's own are written in the same language.",
  ]);
}

async function modelText(model: LibraryModel): Promise<string> {
  const { name, def } = model;
  return lines([
    `${name}, ${KIND_TEXTS[def.kind]}${def.name === name ? '' : ` ('${def.name}' in results)`}`,
    ...(def.description ? [`  ${def.description}`] : []),
    ...equationLines(def),
    ...quantityLines({ ...def.quantities, ...sharedQuantities(def) }),
    ...portLines(def.inputs ?? {}),
    ...partLines(def),
    ...(def.citation ? ['', 'From', `  ${def.citation}`] : []),
    '',
    'In TypeScript',
    ...usageOf(model).map((line) => `  ${line}`),
    ...(await pictureLines(model)),
  ]);
}

const KIND_TEXTS: { readonly [K in ModelKind]: string } = {
  neuron: 'a neuron',
  spikeTrain: 'a spike train',
  channel: 'a channel',
  transmitter: 'a transmitter',
  receptor: 'a receptor',
  synapse: 'a synapse',
  stimulus: 'a stimulus',
};

/** The text of every equation and block, as the model's author wrote it. */
function equationLines(def: ModelDef): string[] {
  const blocks: readonly (readonly [string, string | undefined])[] = [
    ['Equations', def.equations],
    ['Stays within', boundsText(def)],
    ['Multiplies', modulationText(def)],
    ['Output', def.output],
    ['Every step', def.continuous],
    ['For each spike that arrives', def.onPre],
    ['For each spike of the target', def.onPost],
    ['For each reward', def.onReward],
    ['After its equations, every step', def.step],
    ['Spikes when', spikeText(def)],
    ['At a spike', def.reset],
    ['Refractory for', def.refractory],
    ['Integrated by', def.integrator],
  ];
  return blocks.flatMap(([title, text]) => (text === undefined || text.trim() === '' ? [] : ['', title, ...undented(text)]));
}

function boundsText({ bounds = {} }: ModelDef): string | undefined {
  return joined(Object.entries(bounds).map(([name, [low, high]]) => `${low} <= ${name} <= ${high}`));
}

function modulationText({ modulates = {} }: ModelDef): string | undefined {
  return joined(Object.entries(modulates).map(([name, factor]) => `${name} *= ${factor}`));
}

function joined(all: readonly string[]): string | undefined {
  return all.length === 0 ? undefined : all.join('\n');
}

function spikeText({ spike }: ModelDef): string | undefined {
  switch (spike?.kind) {
    case undefined:
      return undefined;
    case 'threshold':
      return spike.condition;
    case 'peak':
      return `${spike.variable} no longer rises, above ${spike.above}`;
    default:
      return `a time of ${spike?.times} has come`;
  }
}

function undented(text: string): string[] {
  const all = text
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const indent = Math.min(...all.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  return all.map((line) => `  ${line.slice(indent)}`.trimEnd());
}

function quantityLines(quantities: Readonly<Record<string, Quantity>>): string[] {
  const rows = Object.entries(quantities).map(([name, { value, unit, meaning }]) => [name, valueText(value), unitText(unit), meaning ?? '']);
  return rows.length > 0 ? ['', ...table([['quantity', 'value', 'unit', 'meaning'], ...rows], [])] : [];
}

function sharedQuantities({ shared = {} }: ModelDef): Readonly<Record<string, Quantity>> {
  return Object.fromEntries(
    Object.entries(shared).map(([name, quantity]) => [name, { ...quantity, meaning: `${quantity.meaning ?? name}, shared by a projection` }]),
  );
}

function valueText(value: Quantity['value']): string {
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}

function unitText(unit: string | undefined): string {
  return unit === undefined || unit === '1' ? '' : unit;
}

function portLines(inputs: Readonly<Record<string, Input>>): string[] {
  const rows = Object.entries(inputs).map(([name, { unit, normalize, meaning }]) => [name, normalize, unitText(unit), meaning ?? '']);
  return rows.length > 0 ? ['', ...table([['port', 'pools by', 'unit', 'meaning'], ...rows], [])] : [];
}

/** Parts with their quantities under the names that they have in the whole. */
function partLines(def: ModelDef): string[] {
  const parts = [
    ...(def.kinetics ? [['', 'kinetics', def.kinetics] as const] : []),
    ...(['channels', 'receptors', 'transmitters'] as const).flatMap((key) =>
      Object.entries(def[key] ?? {}).map(([name, part]) => [`${name}.`, key.slice(0, -1), part] as const),
    ),
  ];
  return parts.flatMap(([prefix, what, part]) => [
    '',
    `${prefix === '' ? 'With the' : `${prefix.slice(0, -1)}, a`} ${what} '${part.name}'`,
    ...(part.equations ? undented(part.equations) : []),
    ...quantityLines(Object.fromEntries(Object.entries(part.quantities).map(([name, quantity]) => [`${prefix}${name}`, quantity]))),
  ]);
}

async function pictureLines(model: LibraryModel): Promise<string[]> {
  if (model.def.kind !== 'neuron') return [];
  const [{ respond }, { brailleLines }] = await Promise.all([import('./response.ts'), import('./braille.ts')]);
  const { given, values, unitOfV, duration } = await respond(model);
  const v = unitText(unitOfV) === '' ? 'v' : `v (${unitOfV})`;
  return ['', `${v} over ${duration} ms, ${given}`, ...brailleLines(values, { columns: 72, rows: 7 })];
}

async function drawModel(model: LibraryModel, file: string): Promise<number> {
  const { name, def } = model;
  if (def.kind !== 'neuron') {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `--picture shows how a neuron answers a current, and '${name}' is ${KIND_TEXTS[def.kind]}`,
      hint: 'Choose a neuron: spikeloom models',
    });
  }
  const extension = extname(file);
  if (extension !== '.svg' && extension !== '.png') {
    throw new SpikeloomError({
      code: 'usage',
      message: `${file} is neither .svg nor .png`,
      path: ['--picture'],
      hint: 'Choose one of these endings.',
    });
  }
  const [{ respond }, plot] = await Promise.all([import('./response.ts'), import('../plot/index.ts')]);
  const { recordings, given } = await respond(model);
  const svg = plot.plotTraces(recordings, { title: given }) ?? '';
  const content = extension === '.svg' ? svg : await (await import('../plot/png.ts')).renderPng(svg);
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new SpikeloomError({ code: 'input-output', message: `can't write ${file}: ${messageOf(error)}`, hint: 'Choose another file.' });
  }
  process.stdout.write(`Written: ${file}\n`);
  return 0;
}
