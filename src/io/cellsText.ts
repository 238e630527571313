import { unreachable } from '../core/error.ts';
import type { CellSelection } from '../network/definition.ts';

/** Which cells of a population a view has, in few words; empty for all of them. Tells apart what was recorded of one population. */
export function cellsText(cells: CellSelection): string {
  switch (cells.kind) {
    case 'all':
      return '';
    case 'slice':
      return cells.end - cells.start === 1 ? `cell ${cells.start}` : `cells ${range(cells.start, cells.end)}`;
    case 'region':
      return `rows ${range(...cells.rows)}, columns ${range(...cells.columns)}`;
    case 'cells':
      return `cells ${cells.cells.slice(0, 4).join(' ')}${cells.cells.length > 4 ? ' ...' : ''}`;
    case 'where':
      return `where ${cells.condition.replaceAll(/\s+/g, ' ')}`;
    default:
      return unreachable(cells);
  }
}

function range(start: number, end: number): string {
  return end - start === 1 ? `${start}` : `${start} to ${end - 1}`;
}
