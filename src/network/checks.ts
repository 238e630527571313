import { isList, isObject, type Kind, requireKind, wrongKind } from '../core/checks.ts';
import { requireKnownKeys } from '../core/keys.ts';
import type { NetworkDef, RuleDef, ValueSpec } from './definition.ts';

/*
 * What JavaScript can hand over where TypeScript would refuse it.
 */

/** Whether something is at first sight the definition of a network. */
export function isDefinition(value: unknown): value is NetworkDef {
  return isObject(value) && ['populations', 'projections', 'recorders'].every((key) => Array.isArray(value[key]));
}

/** Refuses what is neither a population nor a view of one. */
export function requireView(what: string, view: unknown, path: readonly string[]): void {
  if (isObject(view) && isObject(view.def) && typeof view.isPartOf === 'function') return;
  throw wrongKind(what, view, 'Give what network.population or network.lattice returned, or a view of it.', path);
}

/** What a rule of each kind is made of. */
const RULES: { readonly [K in RuleDef['kind']]: Readonly<Record<Exclude<keyof Extract<RuleDef, { kind: K }>, 'kind'>, Kind>> } = {
  'all-to-all': { self: 'flag' },
  'one-to-one': {},
  where: { condition: 'text' },
  predicate: { predicate: 'function' },
  probability: { p: 'number', self: 'flag' },
  matrix: { quantity: 'text', values: 'list', sources: 'number', targets: 'number' },
  'edge-list': { sources: 'list', targets: 'list' },
};

/** Refuses what is no rule. */
export function requireRule(rule: unknown, path: readonly string[]): void {
  const known = Object.keys(RULES);
  if (!isObject(rule))
    throw wrongKind('the rule', rule, "Give what one of the rules returns: allToAll(), oneToOne(), where('pre.index != post.index').", path);
  const { kind } = rule;
  if (typeof kind !== 'string' || !known.includes(kind)) throw wrongKind('the kind of the rule', kind, `Choose one of: ${known.join(', ')}.`, path);
  const parts: Readonly<Record<string, Kind>> = RULES[kind as RuleDef['kind']];
  requireKnownKeys(rule, ['kind', ...Object.keys(parts)], `rule ${kind}`);
  for (const [key, wanted] of Object.entries(parts)) requireKind(wanted, key, rule[key], [...path, `rule ${kind}`]);
}

/** Values by name as they are now: what is written into arrays later changes nothing. Refuses what is no value. */
export function copyValues(values: unknown, path: readonly string[]): Record<string, ValueSpec> {
  if (!isObject(values)) throw wrongKind('what is to be set', values, 'Give values by name: { v: -65 }.', path);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, copyValue(name, value, path)]));
}

function copyValue(name: string, value: unknown, path: readonly string[]): ValueSpec {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (isList(value)) return (value as number[]).slice();
  throw wrongKind(`the value of '${name}'`, value, 'Give a number, an expression as text, or an array.', path);
}
