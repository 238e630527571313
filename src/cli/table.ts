/** Columns as wide as they need be; those of numbers to the right. */
export function table(rows: readonly (readonly string[])[], numbers: readonly number[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const cell = (text: string, i: number): string => (numbers.includes(i) ? text.padStart(widths[i]) : text.padEnd(widths[i]));
  return rows.map((row) => `  ${row.map(cell).join('   ')}`.trimEnd());
}

export function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** `1 cell`, `2 cells`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A time of a clock. */
export function milliseconds(ms: number): string {
  return ms < 10_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
