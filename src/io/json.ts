/** JSON for people and programs: two spaces a level, lists of numbers and short lists on one line. */
export function printJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((x) => typeof x !== 'object' || x === null)) return JSON.stringify(value);
    return `[\n${value.map((x) => `${inner}${printJson(x, inner)}`).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, x]) => x !== undefined);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, x]) => `${inner}${JSON.stringify(key)}: ${printJson(x, inner)}`).join(',\n')}\n${indent}}`;
}
