import { isObject, wrongKind } from './checks.ts';
import { SpikeloomError, suggest } from './error.ts';

/** Refuses, by name, what something can't have: nothing that is written is ignored. */
export function requireKnownKeys(given: object, known: readonly string[], what: string): void {
  if (!isObject(given)) throw wrongKind(`what describes a ${what}`, given, `Give an object with any of: ${known.join(', ')}.`);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const name = 'name' in given && typeof given.name === 'string' ? [`${what} '${given.name}'`] : [];
    throw new SpikeloomError({ code: 'unknown-name', message: `a ${what} has no '${key}'`, path: name, hint: suggest(key, known) });
  }
}

/** The thing of that name. @throws SpikeloomError 'unknown-name' */
export function requireNamed<T>(kind: string, name: string, things: ReadonlyMap<string, T>): T {
  const thing = things.get(name);
  if (thing !== undefined) return thing;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `there is no ${kind} '${String(name)}'`,
    path: ['network'],
    hint: suggest(String(name), things.keys()),
  });
}
