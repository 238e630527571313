/** Whose definition of a standard network: that of the Brian 2 script in `peers`, or that whose statistics lie in `reference.json`. */
export type Variant = 'peer' | 'reference';

export interface StandardOptions {
  readonly variant?: Variant;
  readonly seed?: number;
}

/** How many of n cells are excitatory: four fifths. */
export function excitatory(n: number): number {
  return Math.floor(0.8 * n);
}
