import { isList, isObject, wrongKind } from '../core/checks.ts';
import type { NetworkDef, ValueSpec } from './definition.ts';

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

/** Values by name as they are now: what is written into arrays later changes nothing. Refuses what is no value. */
export function copyValues(values: unknown, path: readonly string[]): Record<string, ValueSpec> {
  if (!isObject(values)) throw wrongKind('what is to be set', values, 'Give values by name: { v: -65 }.', path);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, copyValue(name, value, path)]));
}

function copyValue(name: string, value: unknown, path: readonly string[]): ValueSpec {
  if (typeof value === 'number' || typeof value === 'string') return value;
  const copy = (list: unknown): unknown => (isList(list) ? (list as unknown as number[]).slice() : list);
  if (isList(value)) return copy(Array.isArray(value) && isList(value[0]) ? value.map(copy) : value) as ValueSpec;
  throw wrongKind(`the value of '${name}'`, value, 'Give a number, an expression as text, or an array.', path);
}
