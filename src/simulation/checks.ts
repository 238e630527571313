import { SpikeloomError, suggest } from '../core/error.ts';
import type { NetworkDef } from '../network/definition.ts';

/** The error for something of the wrong kind, such as JavaScript can hand over. */
export function wrongKind(what: string, value: unknown, hint: string): SpikeloomError {
  return new SpikeloomError({ code: 'usage', message: `${what} is ${describe(value)}`, hint });
}

export function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `'${value}'`;
  return Array.isArray(value) ? 'an array' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuses what is no object or has keys that are not known. */
export function requireOptions(what: string, options: unknown, known: readonly string[]): void {
  if (!isObject(options)) throw wrongKind(`the options of ${what}`, options, `Give an object with any of: ${known.join(', ')}.`);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new SpikeloomError({ code: 'usage', message: `${what} has no option '${key}'`, hint: suggest(key, known) });
  }
}

/** Refuses what is given and no function. */
export function requireFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw wrongKind(name, value, 'Give a function.');
}

/** The value of an option that is one of several words. */
export function requireOption(name: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  throw new SpikeloomError({ code: 'usage', message: `there is no ${name} '${String(value)}'`, hint: `Choose one of: ${known.join(', ')}.` });
}

/** Whether something is at first sight the definition of a network. */
export function isDefinition(value: unknown): value is NetworkDef {
  return isObject(value) && ['populations', 'projections', 'recorders'].every((key) => Array.isArray(value[key]));
}
