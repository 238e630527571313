import { SpikeloomError, suggest } from './error.ts';

/** The error for something of the wrong kind, such as JavaScript can hand over. */
export function wrongKind(what: string, value: unknown, hint: string, path: readonly string[] = []): SpikeloomError {
  return new SpikeloomError({ code: 'usage', message: `${what} is ${describe(value)}`, path, hint });
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

/** Whether something is an array, typed or not. */
export function isList<T>(value: T): value is T & ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Kinds of values: what they are asked by, and what to do where something else is given. */
const KINDS = {
  text: { fits: (x: unknown) => typeof x === 'string', hint: 'Give text, in quotes.' },
  flag: { fits: (x: unknown) => typeof x === 'boolean', hint: 'Give true or false.' },
  number: { fits: (x: unknown) => typeof x === 'number', hint: 'Give a number.' },
  list: { fits: isList, hint: 'Give an array.' },
  object: { fits: isObject, hint: 'Give an object, with what it holds by name.' },
  function: { fits: (x: unknown) => typeof x === 'function', hint: 'Give a function.' },
} as const satisfies Record<string, { fits(x: unknown): boolean; hint: string }>;

export type Kind = keyof typeof KINDS;

export function requireKind(kind: Kind, what: string, value: unknown, path: readonly string[] = []): void {
  if (!KINDS[kind].fits(value)) throw wrongKind(what, value, KINDS[kind].hint, path);
}

/** Refuses values of an object that are given and of another kind than they should be. */
export function requireKinds(given: object, kinds: Readonly<Record<string, Kind>>, path: readonly string[] = []): void {
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && Object.hasOwn(kinds, key)) requireKind(kinds[key], key, value, path);
  }
}
