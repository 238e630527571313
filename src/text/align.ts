import type { Span } from '../core/error.ts';

/**
 * Where a part of a text stands in the scalar that it was read from, whatever the scalar's style: what is not blank
 * comes in the same order in both; blanks may be folded, cut and indented, quotes and backslashes stand for something.
 *
 * @param raw the scalar as it stands in the file, quotes or the header of a block included
 */
export function spanWithin(raw: string, text: string, span: Span): Span {
  const offsets = alignText(raw, text);
  const start = offsets[span.start] ?? 0;
  // The end of what is marked, not the beginning of what follows: that may stand on another line.
  const last = offsets[Math.max(span.start, span.end - 1)] ?? start;
  return { start, end: Math.max(start, last) + 1 };
}

/** For each character of the text, and its end, the offset within the scalar. */
function alignText(raw: string, text: string): number[] {
  const style = /^[|>"']/.exec(raw)?.[0];
  let at = style === '|' || style === '>' ? raw.indexOf('\n') + 1 : style === undefined ? 0 : 1;
  const offsets: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (!isBlank(text[i])) at = skipBlanks(raw, at, style === '"');
    offsets.push(at);
    if (isBlank(text[i]) && !isEscape(raw, at, style)) at += isBlank(raw[at]) ? 1 : 0;
    else at += signLength(raw, at, style);
  }
  offsets.push(at);
  return offsets;
}

function isBlank(sign: string | undefined): boolean {
  return sign !== undefined && /\s/.test(sign);
}

function isEscape(raw: string, at: number, style: string | undefined): boolean {
  return style === '"' && raw[at] === '\\';
}

/** In double quotes a backslash at the end of a line is a blank too. */
function skipBlanks(raw: string, from: number, quoted: boolean): number {
  let at = from;
  while (isBlank(raw[at]) || (quoted && raw[at] === '\\' && isBlank(raw[at + 1]) && raw[at + 1] !== ' ' && raw[at + 1] !== '\t')) at++;
  return at;
}

const ESCAPE_LENGTHS: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/** How many characters of the file make one of the text. */
function signLength(raw: string, at: number, style: string | undefined): number {
  if (isEscape(raw, at, style)) return ESCAPE_LENGTHS[raw[at + 1]] ?? 2;
  return style === "'" && raw[at] === "'" ? 2 : 1;
}
