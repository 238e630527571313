/** The number without the noise of binary fractions: 1.9, not 1.9000000000000001. */
export function decimal(value: number): number {
  return Number(value.toPrecision(12));
}
