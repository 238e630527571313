import { SpikeloomError } from '../../core/error.ts';
import type { RuleDef } from '../definition.ts';
import type { End } from './rule.ts';

/**
 * How far apart two cells are that lie so many rows and columns from each other, as a rule measures it: around the lattice where
 * it is a torus.
 */
export function distanceWithin(rule: RuleDef, source: End['population'], target: End['population']): (rows: number, columns: number) => number {
  if (!isTorus(rule)) return (rows, columns) => Math.sqrt(rows * rows + columns * columns);
  if (source.rows !== target.rows || source.columns !== target.columns) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `a torus of ${source.rows} x ${source.columns} sources and ${target.rows} x ${target.columns} targets`,
      hint: 'Take lattices of the same shape, or leave torus out.',
    });
  }
  return (rows, columns) => {
    const r = around(rows, source.rows);
    const c = around(columns, source.columns);
    return Math.sqrt(r * r + c * c);
  };
}

/** Whether a rule measures distances around the lattice. */
export function isTorus(rule: RuleDef): boolean {
  return (rule.kind === 'distance-kernel' || rule.kind === 'edge-list') && rule.torus === true;
}

function around(steps: number, n: number): number {
  const size = Math.abs(steps) % n;
  return Math.min(size, n - size);
}
