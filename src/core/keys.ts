import { SpikeloomError, suggest } from './error.ts';

/** Refuses, by name, what something can't have: nothing that is written is ignored. */
export function requireKnownKeys(given: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const name = 'name' in given && typeof given.name === 'string' ? [`${what} '${given.name}'`] : [];
    throw new SpikeloomError({ code: 'unknown-name', message: `a ${what} has no '${key}'`, path: name, hint: suggest(key, known) });
  }
}
