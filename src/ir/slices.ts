/*
 * How a population is shared out among threads. Whatever belongs to a cell (its columns, its ports, the synapses that lead to it)
 * belongs to the thread of its slice.
 */

/** More threads than this are of no use: an aid against mistaken numbers. */
export const MOST_THREADS = 64;

/** Cells that stay together: a line of memory of f32, so that no two threads write into one. */
export const GRAIN = 16;

/** The first of the cells of a slice, of `count` in all; that of the slice behind the last is `count`. Only whole grains are divided. */
export function sliceStart(count: number, slices: number, slice: number, grain: number = GRAIN): number {
  return Math.min(count, Math.floor((Math.ceil(count / grain) * slice) / slices) * grain);
}

/** The slice in which each cell lies. */
export function slicesOf(count: number, slices: number): Uint32Array {
  const result = new Uint32Array(count);
  for (let k = 1; k < slices; k++) result.fill(k, sliceStart(count, slices, k));
  return result;
}
