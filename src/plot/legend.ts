import { element, fitted, line, text, textWidth, titleWidth } from './svg.ts';

/** One entry: a curve, or, where it has an opacity, something filled. */
export interface Key {
  readonly label: string;
  readonly color: string;
  readonly dash?: string;
  readonly opacity?: number;
}

export interface Legend {
  /** Of its lines below the title; none where it fits beside the title. */
  readonly height: number;
  /** @param bottom base line of the last line */
  draw(bottom: number): string[];
}

const LINE = 18;
const SAMPLE = 18;
const GAP = 20;

/** The keys to what is drawn between two edges: beside the title where all fit there, else in lines below it. */
export function legendOf(keys: readonly Key[], title: string, { left, right }: { readonly left: number; readonly right: number }): Legend {
  if (keys.length === 0) return { height: 0, draw: () => [] };
  const entries = keys.map((key) => ({ ...key, label: fitted(key.label, right - left - SAMPLE - GAP) }));
  // Entries in several lines stand below each other.
  const column = Math.max(...entries.map(widthOf)) + GAP;
  const inRow = rowWidth(entries) <= right - left ? entries.length : Math.max(1, Math.floor((right - left + GAP) / column));
  const rows = Array.from({ length: Math.ceil(entries.length / inRow) }, (_, i) => entries.slice(i * inRow, (i + 1) * inRow));
  const beside = rows.length === 1 && titleWidth(title) + 30 + rowWidth(entries) <= right - left;
  return {
    height: beside ? 0 : rows.length * LINE,
    draw: (bottom) =>
      rows.flatMap((row, i) =>
        drawRow(row, beside ? right - rowWidth(row) : left, bottom - (rows.length - 1 - i) * LINE, rows.length > 1 ? column : undefined),
      ),
  };
}

function widthOf({ label }: Key): number {
  return SAMPLE + 6 + textWidth(label);
}

function rowWidth(row: readonly Key[]): number {
  return row.reduce((sum, key) => sum + widthOf(key), 0) + GAP * (row.length - 1);
}

/** @param column width of every entry; their own where none is given */
function drawRow(row: readonly Key[], left: number, y: number, column: number | undefined): string[] {
  let x = left;
  return row.flatMap((key) => {
    const { label, color, dash, opacity } = key;
    const at = x;
    x += column ?? widthOf(key) + GAP;
    const sample =
      opacity === undefined
        ? line(at, y - 4, at + SAMPLE, y - 4, color, { 'stroke-width': 2.5, ...(dash && { 'stroke-dasharray': dash }) })
        : element('rect', { x: at, y: y - 9, width: SAMPLE, height: 10, fill: color, 'fill-opacity': opacity });
    return [sample, text(at + SAMPLE + 6, y, label)];
  });
}
