/** Dots of a cell of braille, by row and column: bits above U+2800. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A curve in letters of braille, 2 x 4 dots each, with its range at the left. */
export function brailleLines(values: ArrayLike<number>, { columns, rows }: { readonly columns: number; readonly rows: number }): string[] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  const height = rows * 4;
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
  const level = (value: number): number => Math.round(((high - value) / (high - low || 1)) * (height - 1));
  for (let x = 0; x < columns * 2; x++) {
    // A column of dots shows all that happens in its time, and joins the next.
    const begin = Math.floor((x * values.length) / (columns * 2));
    const end = Math.min(values.length - 1, Math.floor(((x + 1) * values.length) / (columns * 2)));
    let [top, bottom] = [height, -1];
    for (let i = begin; i <= end; i++) {
      top = Math.min(top, level(values[i]));
      bottom = Math.max(bottom, level(values[i]));
    }
    for (let y = top; y <= bottom; y++) cells[y >> 2][x >> 1] |= DOTS[y & 3][x & 1];
  }
  const labels = cells.map((_, i) => (i === 0 ? high.toFixed(0) : i === rows - 1 ? low.toFixed(0) : ''));
  const width = Math.max(...labels.map((label) => label.length));
  return cells.map((row, i) => `  ${labels[i].padStart(width)} ${String.fromCharCode(...Array.from(row, (dots) => 0x2800 + dots))}`);
}
