/** At most `wanted` of the numbers 0 to count - 1, at equal distances, the last among them. */
export function spread(count: number, wanted: number): number[] {
  const n = Math.min(count, wanted);
  return Array.from({ length: n }, (_, i) => (n === 1 ? count - 1 : Math.round((i * (count - 1)) / (n - 1))));
}
