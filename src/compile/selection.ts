import { SpikeloomError, unreachable, withPath } from '../core/error.ts';
import type { CellSelection, PopulationDef } from '../network/definition.ts';
import { evaluateText } from './evaluate.ts';

type Shape = Pick<PopulationDef, 'name' | 'rows' | 'columns'>;

/** The coordinates of every cell of a population, by the names that expressions use. */
export function coordinates({ rows, columns }: Shape): Map<string, number | Float64Array> {
  const size = rows * columns;
  const index = Float64Array.from({ length: size }, (_, i) => i);
  return new Map<string, number | Float64Array>([
    ['row', index.map((i) => Math.floor(i / columns))],
    ['col', index.map((i) => i % columns)],
    ['index', index],
    ['size', size],
  ]);
}

/** The indices of the selected cells within their population, ascending. */
export function selectCells(selection: CellSelection, shape: Shape): Uint32Array {
  const size = shape.rows * shape.columns;
  const all = Uint32Array.from({ length: size }, (_, i) => i);
  switch (selection.kind) {
    case 'all':
      return all;
    case 'slice':
      return all.slice(selection.start, selection.end);
    case 'region': {
      const [top, bottom] = selection.rows;
      const [left, right] = selection.columns;
      return all.filter((i) => {
        const row = Math.floor(i / shape.columns);
        const col = i % shape.columns;
        return row >= top && row < bottom && col >= left && col < right;
      });
    }
    case 'cells':
      return Uint32Array.from(selection.cells);
    case 'where':
      return selectWhere(selection.condition, shape, all);
    default:
      return unreachable(selection);
  }
}

function selectWhere(condition: string, shape: Shape, all: Uint32Array): Uint32Array {
  const path = ['network', `population '${shape.name}'`, 'where'];
  const holds = withPath(path, () => evaluateText(condition, { count: all.length, names: coordinates(shape), wanted: 'boolean' }));
  const cells = all.filter((i) => holds[i] !== 0);
  if (cells.length > 0) return cells;
  throw new SpikeloomError({
    code: 'invalid-shape',
    message: `no cell fulfils '${condition}'`,
    path,
    hint: `Rows go from 0 to ${shape.rows - 1}, columns from 0 to ${shape.columns - 1}.`,
  });
}
