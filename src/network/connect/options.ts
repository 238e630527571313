import { describe } from '../../core/checks.ts';
import { SpikeloomError } from '../../core/error.ts';
import { requireKnownKeys } from '../../core/keys.ts';

export interface AutapseOptions {
  /** Whether a cell may have a synapse onto itself: true unless given. */
  readonly autapses?: boolean;
}

export interface DegreeOptions extends AutapseOptions {
  /** Whether the same two cells may be joined more than once: false unless given. */
  readonly multapses?: boolean;
}

/** Names of the rules' switches, with what holds where they are not given. */
const SWITCHES = { autapses: true, multapses: false, torus: false };

type Switch = keyof typeof SWITCHES;

/** The switches of a rule, each true or false. `others` may be given besides. @throws SpikeloomError for any other option */
export function requireSwitches<S extends Switch>(
  rule: string,
  options: object,
  switches: readonly S[],
  others: readonly string[] = [],
): Record<S, boolean> {
  requireKnownKeys(options, [...switches, ...others], `rule ${rule}`);
  const given = options as Partial<Record<string, unknown>>;
  const result = switches.map((name): [S, boolean] => {
    const value = given[name] ?? SWITCHES[name];
    if (typeof value === 'boolean') return [name, value];
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `'${name}' of rule ${rule} is ${describe(value)}`,
      hint: 'Give true or false.',
    });
  });
  return Object.fromEntries(result) as Record<S, boolean>;
}

/** A number of synapses. */
export function requireCount(what: string, n: number): number {
  if (Number.isInteger(n) && n >= 0 && n < 2 ** 32) return n;
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `the ${what} is ${describe(n)}`,
    hint: 'Give a whole number of synapses, at least 0.',
  });
}

export function requireProbability(p: number): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `the probability ${describe(p)} is not between 0 and 1`,
    hint: 'Give a fraction: 0.1 for ten percent.',
  });
}
