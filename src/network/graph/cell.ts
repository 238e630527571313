import { isList, wrongKind } from '../../core/checks.ts';
import { SpikeloomError } from '../../core/error.ts';

/** A cell by its index within its population, or by its row and column. */
export type CellPlace = number | readonly [row: number, col: number];

/** The name and the shape of a population. */
export interface Shape {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** The index of a cell. @throws SpikeloomError where the population has no such cell */
export function cellIndex(shape: Shape, place: CellPlace, path: readonly string[]): number {
  const { name, rows, columns } = shape;
  const [row, col] = typeof place === 'number' ? [0, place] : isPlace(place) ? place : [];
  if (row === undefined || col === undefined) {
    throw wrongKind(`what names a cell of '${name}'`, place, 'Give its index, or its row and column: [3, 0].', path);
  }
  const isInside = Number.isInteger(row) && Number.isInteger(col) && row >= 0 && col >= 0;
  if (isInside && (typeof place === 'number' ? col < rows * columns : row < rows && col < columns)) return row * columns + col;
  throw new SpikeloomError({
    code: 'invalid-shape',
    message: `cell ${typeof place === 'number' ? place : `[${row}, ${col}]`} of '${name}': it has ${rows} x ${columns} cells`,
    path,
    hint: 'Give an index, or [row, column]; both are counted from 0.',
  });
}

function isPlace(place: unknown): place is readonly [number, number] {
  return isList(place) && place.length === 2 && Array.from(place as ArrayLike<unknown>).every((x) => typeof x === 'number');
}

/** `cell [1, 2] of 'sheet'` where there are rows, else `cell 7 of 'exc'`. */
export function cellText({ name, rows, columns }: Shape, index: number): string {
  const place = rows > 1 ? `[${Math.floor(index / columns)}, ${index % columns}]` : String(index);
  return `cell ${place} of '${name}'`;
}
