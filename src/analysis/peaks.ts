import { requireOptions, wrongKind } from '../core/checks.ts';

/**
 * Where a trace has its peaks: samples that are higher than the one before and not lower than the one after, from the first to the
 * last but one. A plateau counts once, where it begins, if it falls behind.
 *
 * @param values samples in order of time, such as `trace.of(cell)`
 * @param options.above only peaks that are higher; any height unless given
 * @param options.apart samples that lie between two peaks at least; of closer ones the higher stays, of equal ones the earlier
 * @returns the indices of the samples, ascending
 */
export function findPeaks(values: ArrayLike<number>, options: { readonly above?: number; readonly apart?: number } = {}): Uint32Array {
  requireOptions('findPeaks', options, ['above', 'apart']);
  const { above = Number.NEGATIVE_INFINITY, apart = 1 } = options;
  if (typeof above !== 'number' || Number.isNaN(above)) throw wrongKind('above', above, 'Give a number in the unit of the trace.');
  if (!(Number.isInteger(apart) && apart >= 1)) throw wrongKind('apart', apart, 'Give a whole number of samples, at least 1.');
  const found: number[] = [];
  for (let i = 1; i + 1 < values.length; i++) {
    if (!(values[i] > values[i - 1] && values[i] > above)) continue;
    let end = i;
    while (values[end + 1] === values[i]) end++;
    if (values[end + 1] < values[i]) found.push(i);
    i = end;
  }
  if (apart === 1) return Uint32Array.from(found);
  const kept: number[] = [];
  const byHeight = [...found].sort((a, b) => values[b] - values[a] || a - b);
  for (const i of byHeight) if (kept.every((k) => Math.abs(k - i) >= apart)) kept.push(i);
  return Uint32Array.from(kept).sort();
}
