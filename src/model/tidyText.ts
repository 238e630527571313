/**
 * A text without the indentation that all its lines share, without blank lines around it and without blanks at the
 * ends of its lines: the same equations are the same text, wherever they were written.
 */
export function tidyText(text: string): string {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== '');
  if (first < 0) return '';
  const last = lines.findLastIndex((line) => line !== '');
  const body = lines.slice(first, last + 1);
  const indent = body.filter((line) => line !== '').reduce((shared, line) => sharedPrefix(shared, indentOf(line)), indentOf(body[0]));
  return body.map((line) => line.slice(indent.length)).join('\n');
}

function indentOf(line: string): string {
  return line.slice(0, line.search(/\S/));
}

function sharedPrefix(a: string, b: string): string {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return a.slice(0, n);
}
