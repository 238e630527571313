import { describe, isList, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';

/** Which cells of a lattice are active. It is a heat map, too: `plotHeatMap([pattern])`. */
export interface Pattern {
  readonly rows: number;
  readonly columns: number;
  /** Row by row: 1 for an active cell, 0 for one that is not. */
  readonly values: Uint8Array;
}

const HINT = "Give rows of the same length: ['.#.', '###'] with # for an active cell and . for one that is not, or [[0, 1, 0], [1, 1, 1]].";

/**
 * A pattern from its rows: text with `#` for active and `.` for inactive cells, or arrays of 1 and 0, or of true and false.
 *
 * @throws SpikeloomError 'invalid-shape' for rows of different lengths, 'invalid-value' for anything else than two kinds of cells
 */
export function pattern(rows: readonly (string | readonly (number | boolean)[])[]): Pattern {
  if (!Array.isArray(rows)) throw wrongKind('the pattern', rows, HINT, ['pattern']);
  const cells = rows.map((row: unknown, r) => {
    if (typeof row !== 'string' && !isList(row)) throw wrongKind(`row ${r}`, row, HINT, ['pattern']);
    return Array.from<unknown>(row).map((cell, c) => cellValue(cell, r, c));
  });
  const columns = cells[0]?.length ?? 0;
  const ragged = cells.findIndex((row) => row.length !== columns);
  if (columns === 0) throw shapeError('a pattern without cells', HINT);
  if (ragged >= 0) throw shapeError(`row ${ragged} of the pattern has ${cells[ragged].length} cells, row 0 has ${columns}`, HINT);
  return { rows: cells.length, columns, values: Uint8Array.from(cells.flat()) };
}

function cellValue(cell: unknown, row: number, column: number): number {
  if (cell === '#' || cell === 1 || cell === true) return 1;
  if (cell === '.' || cell === 0 || cell === false) return 0;
  const message = `the cell in row ${row}, column ${column} is ${describe(cell)}`;
  throw new SpikeloomError({ code: 'invalid-value', message, path: ['pattern'], hint: HINT });
}

/** Lines of `#` and `.`, one a row. */
export function printPattern({ rows, columns, values }: Pattern): string {
  return Array.from({ length: rows }, (_, r) =>
    Array.from(values.subarray(r * columns, (r + 1) * columns), (active) => (active === 1 ? '#' : '.')).join(''),
  ).join('\n');
}

/**
 * The part of cells that are alike in two patterns, from 0 to 1: the accuracy of a recall. The overlap of theory is 2 * agreement - 1.
 *
 * @throws SpikeloomError 'invalid-shape' where they are not of one shape
 */
export function agreement(a: Pattern, b: Pattern): number {
  requireSameShape([a, b]);
  const alike = a.values.reduce((sum, value, i) => sum + (value === b.values[i] ? 1 : 0), 0);
  return alike / a.values.length;
}

/** Refuses no patterns, what is none, and patterns of different shapes. */
export function requireSameShape(patterns: readonly Pattern[]): void {
  if (!Array.isArray(patterns)) throw wrongKind('the patterns', patterns, 'Give an array of patterns.', ['attractors']);
  if (patterns.length === 0) throw shapeError('there are no patterns', 'Give at least one; pattern([...]) makes one.');
  patterns.forEach((one, i) => {
    requirePattern(one, `pattern ${i}`);
    if (one.rows === patterns[0].rows && one.columns === patterns[0].columns) return;
    const message = `pattern ${i} is ${one.rows} x ${one.columns}, pattern 0 is ${patterns[0].rows} x ${patterns[0].columns}`;
    throw shapeError(message, 'Give patterns of one shape.');
  });
}

export function requirePattern(one: Pattern, what: string): void {
  const { rows, columns, values } = (one ?? {}) as Partial<Pattern>;
  if (!(values instanceof Uint8Array)) throw wrongKind(what, one, 'Make it by pattern([...]) or randomPatterns({ ... }).', ['attractors']);
  if (rows !== undefined && columns !== undefined && rows * columns === values.length && values.every((x) => x <= 1)) return;
  throw shapeError(`${what} says ${rows} x ${columns} and has ${values.length} values`, 'Give a 1 or 0 for each cell, row by row.');
}

export function shapeError(message: string, hint: string): SpikeloomError {
  return new SpikeloomError({ code: 'invalid-shape', message, path: ['attractors'], hint });
}
