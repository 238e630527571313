export interface Builtin {
  /** Names of the parameters, for each number of arguments it can take. */
  readonly overloads: readonly (readonly string[])[];
  /**
   * What it asks of its arguments and gives: `pure` takes and gives numbers without unit; `keep` gives the unit of its argument,
   * `root` its root, `drop` none; `same` takes one unit and gives it; the others are rules of their own.
   */
  readonly rule: 'pure' | 'keep' | 'root' | 'drop' | 'same' | 'power' | 'where' | 'chance' | 'noise' | 'truncated' | 'list';
  readonly random?: 'draw' | 'noise';
}

/** Every function of the language. */
export const BUILTINS = {
  exp: { overloads: [['x']], rule: 'pure' },
  log: { overloads: [['x']], rule: 'pure' },
  sqrt: { overloads: [['x']], rule: 'root' },
  abs: { overloads: [['x']], rule: 'keep' },
  sin: { overloads: [['x']], rule: 'pure' },
  cos: { overloads: [['x']], rule: 'pure' },
  tanh: { overloads: [['x']], rule: 'pure' },
  cosh: { overloads: [['x']], rule: 'pure' },
  sinh: { overloads: [['x']], rule: 'pure' },
  /** (exp(x) - 1) / x, and 1 at 0. */
  exprel: { overloads: [['x']], rule: 'pure' },
  floor: { overloads: [['x']], rule: 'pure' },
  ceil: { overloads: [['x']], rule: 'pure' },
  sign: { overloads: [['x']], rule: 'drop' },
  /** 1 where x >= 0, else 0. */
  heaviside: { overloads: [['x']], rule: 'drop' },
  min: { overloads: [['a', 'b']], rule: 'same' },
  max: { overloads: [['a', 'b']], rule: 'same' },
  clamp: { overloads: [['x', 'low', 'high']], rule: 'same' },
  pow: { overloads: [['base', 'exponent']], rule: 'power' },
  where: { overloads: [['condition', 'a', 'b']], rule: 'where' },
  /** Its argument; exponential Euler may hold it constant over a step. */
  frozen: { overloads: [['x']], rule: 'keep' },
  /** The value from the start of the step: lets two parts read each other. */
  previous: { overloads: [['x']], rule: 'keep' },
  /** The number of a list at the place floor(i): the first at 0 and below, the last at its place and beyond. */
  sample: { overloads: [['list', 'i']], rule: 'list' },
  uniform: { overloads: [[], ['low', 'high']], rule: 'same', random: 'draw' },
  normal: { overloads: [[], ['mean', 'sd']], rule: 'same', random: 'draw' },
  /** By the mean and the standard deviation of the values themselves. */
  lognormal: { overloads: [['mean', 'sd']], rule: 'same', random: 'draw' },
  /** A draw of normal or lognormal, drawn again until it is not below `low` and not above `high`. */
  truncated: { overloads: [['law', 'low', 'high']], rule: 'truncated', random: 'draw' },
  poisson: { overloads: [['mean']], rule: 'pure', random: 'draw' },
  bernoulli: { overloads: [['p']], rule: 'chance', random: 'draw' },
  /** White noise, in ms^(-1/2); equal names are the same noise. */
  xi: { overloads: [['name']], rule: 'noise', random: 'noise' },
} as const satisfies Readonly<Record<string, Builtin>>;

export type BuiltinName = keyof typeof BUILTINS;

export function isBuiltin(name: string): name is BuiltinName {
  return Object.hasOwn(BUILTINS, name);
}
