import type { FlatModel } from './flat.ts';

/** `i_gap`, or `glutamate.conc` for the port that receptors for glutamate share. */
export function portName(name: string, { inputs }: Pick<FlatModel, 'inputs'>): string | undefined {
  return [name, `input.${name}`].find((n) => inputs.has(n));
}
