import { isList, isObject, type Kind, requireKind, requireKinds, wrongKind } from '../core/checks.ts';
import { requireKnownKeys } from '../core/keys.ts';

/** What each part of a specification is. `quantities` and the like are looked into further. */
const PARTS: Readonly<Record<string, Kind>> = {
  name: 'text',
  description: 'text',
  citation: 'text',
  quantities: 'object',
  inputs: 'object',
  reads: 'object',
  modulates: 'object',
  units: 'object',
  equations: 'text',
  step: 'text',
  reset: 'text',
  refractory: 'text',
  channels: 'object',
  receptors: 'object',
  transmitters: 'object',
  integrator: 'text',
  coupling: 'text',
  transmitter: 'text',
  continuous: 'text',
  output: 'text',
  target: 'text',
};

/** Refuses a specification that has other keys, lacks what every model has, or holds something of another kind than it should. */
export function requireSpec(what: string, spec: object, keys: readonly string[]): void {
  requireKnownKeys(spec, keys, what);
  const given = spec as Readonly<Record<string, unknown>>;
  requireKind('text', 'its name', given.name, [what]);
  const path = [`${what} '${String(given.name)}'`];
  requireKinds(given, PARTS, path);
  requireKind('object', 'what holds its quantities', given.quantities, path);
  for (const [name, quantity] of entriesOf(given.quantities)) requireQuantitySpec(name, quantity, path);
  for (const [name, port] of entriesOf(given.inputs)) {
    if (!isObject(port)) throw wrongKind(`the port '${name}'`, port, "Declare it: input('pA', 'what it is').", path);
    const { normalize = 'sum', ...rest } = port;
    requireKinds(rest, { unit: 'text', meaning: 'text' }, [...path, `port '${name}'`]);
    if (normalize !== 'sum' && normalize !== 'mean') throw wrongKind('normalize', normalize, "Choose 'sum' or 'mean'.", [...path, `port '${name}'`]);
  }
  for (const key of ['reads', 'units'] as const)
    for (const [name, unit] of entriesOf(given[key])) requireKind('text', `the unit of '${name}'`, unit, [...path, key]);
  for (const [name, factor] of entriesOf(given.modulates)) requireKind('text', `the factor of '${name}'`, factor, [...path, 'modulates']);
  if (given.spike !== undefined) requireSpike(given.spike, path);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function requireQuantitySpec(name: string, quantity: unknown, path: readonly string[]): void {
  if (!isObject(quantity)) throw wrongKind(`the quantity '${name}'`, quantity, "Declare it: quantity(-65, 'mV', 'what it is').", path);
  const { value } = quantity;
  if (typeof value !== 'number' && typeof value !== 'string' && !isList(value)) {
    throw wrongKind(`the value of '${name}'`, value, 'Give a number, an expression as text, or a list of numbers.', path);
  }
  requireKinds(quantity, { unit: 'text', meaning: 'text' }, [...path, `quantity '${name}'`]);
}

function requireSpike(spike: unknown, path: readonly string[]): void {
  const known = ['threshold', 'peak', 'scheduled'];
  if (typeof spike === 'string' || (isObject(spike) && typeof spike.kind === 'string' && known.includes(spike.kind))) return;
  throw wrongKind(
    'spike',
    isObject(spike) ? spike.kind : spike,
    "Give a condition as text, 'v >= v_th', or what peak(...) or scheduled(...) returns.",
    path,
  );
}
