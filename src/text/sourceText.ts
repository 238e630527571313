import type { Place, Problem, Span } from '../core/error.ts';

/** How much of a long line is shown around a mistake. */
const SHOWN = 120;

/** What the user wrote, and the places in it. */
export class SourceText {
  readonly text: string;
  readonly file: string | undefined;
  readonly #lineStarts: readonly number[];

  constructor(text: string, file?: string) {
    // A byte order mark is no part of the first line.
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.file = file;
    this.#lineStarts = [0, ...Array.from(this.text.matchAll(/\n/g), (m) => m.index + 1)];
  }

  /** The problem with its place and the line that it is in. */
  problemAt(span: Span, problem: Problem): Problem {
    return { ...problem, place: this.placeOf(span.start), source: this.#excerpt(span) };
  }

  placeOf(offset: number): Place {
    const line = this.#lineOf(offset);
    return { ...(this.file !== undefined && { file: this.file }), line: line + 1, column: offset - this.#lineStarts[line] + 1 };
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lineStarts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The line of a span, cut to its surroundings where it is long. */
  #excerpt({ start, end }: Span): { readonly text: string; readonly span: Span } {
    const line = this.#lineOf(start);
    const from = this.#lineStarts[line];
    const to = this.#lineStarts[line + 1] ?? this.text.length + 1;
    const whole = this.text.slice(from, to - 1).trimEnd();
    const first = start - from;
    const last = Math.max(first + 1, Math.min(end - from, whole.length));
    const left = whole.length > SHOWN ? Math.max(0, first - SHOWN / 2) : 0;
    const text = whole.slice(left, left + SHOWN);
    return { text, span: { start: first - left, end: Math.min(last - left, Math.max(text.length, first - left + 1)) } };
  }
}
