import type { ProgramMemory } from '../now.ts';
import type { PopulationPlan } from '../plan.ts';

/** How many cells are looked at where nothing else is said. */
const CELLS = 64;

/**
 * Some cells of a population, or all where they are few: those in `first`, those with the least and the greatest value of each
 * quantity, and others at equal distances. Ascending.
 */
export function sampleCells(plan: PopulationPlan, memory: ProgramMemory, limit: number = CELLS, first: Iterable<number> = []): Uint32Array {
  if (plan.size <= limit) return Uint32Array.from({ length: plan.size }, (_, i) => i);
  const cells = new Set(first);
  for (const { column, per } of plan.quantities.values()) {
    if (per !== 'cell') continue;
    for (const cell of extremes(memory.view(column), plan.size)) cells.add(cell);
  }
  for (let i = 0; i < limit; i++) cells.add(Math.floor((i * plan.size) / limit));
  return Uint32Array.from(cells).slice(0, limit).sort();
}

function extremes(values: ArrayLike<number>, count: number): [number, number] {
  let [low, high] = [0, 0];
  for (let i = 1; i < count; i++) {
    if (values[i] < values[low]) low = i;
    if (values[i] > values[high]) high = i;
  }
  return [low, high];
}

/** A number as people read it: three digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
