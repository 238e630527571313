/** A half-open range of characters in a source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Every kind of mistake that a user can make; each has a test that pins its whole text. */
export type ErrorCode =
  | 'syntax'
  | 'unknown-name'
  | 'duplicate-name'
  | 'unit-mismatch'
  | 'unknown-unit'
  | 'type-mismatch'
  | 'invalid-value'
  | 'invalid-shape'
  | 'invalid-model'
  | 'invalid-network'
  | 'integrator'
  | 'unsupported'
  | 'diverged'
  | 'input-output'
  | 'usage';

/** A place in a file, lines and columns counted from 1. */
export interface Place {
  /** Absent where the text came from no file. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong: where, what (with the user's own text) and how to fix it. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where in the file that the user wrote. */
  readonly place?: Place;
  /** From the outside in, e.g. `network`, `population 'exc'`, `model 'lif'`, `dv/dt`. */
  readonly path?: readonly string[];
  /** The user's text and the part of it that is wrong. */
  readonly source?: { readonly text: string; readonly span: Span };
  readonly hint?: string;
}

/** A mistake in what the user wrote or asked for. Carries every problem found, not only the first. */
export class SpikeloomError extends Error {
  override readonly name: string;
  readonly problems: readonly Problem[];

  constructor(problem: Problem | readonly Problem[]) {
    const problems = Array.isArray(problem) ? (problem as readonly Problem[]) : [problem as Problem];
    super(problems.map((p, i) => (i === 0 ? '' : `[${p.code}]: `) + formatProblem(p)).join('\n\n'));
    this.name = `SpikeloomError [${problems[0].code}]`;
    this.problems = problems;
  }

  /** Of the first problem. */
  get code(): ErrorCode {
    return this.problems[0].code;
  }

  /** Of the first problem, from the outside in. */
  get path(): readonly string[] {
    return this.problems[0].path ?? [];
  }

  /** Of the first problem: what is wrong in its text. */
  get span(): Span | undefined {
    return this.problems[0].source?.span;
  }

  /** Of the first problem: how to mend it. */
  get hint(): string | undefined {
    return this.problems[0].hint;
  }
}

/** A fault of the program itself, never of its user. */
export class InternalError extends Error {
  override readonly name = 'InternalError';

  constructor(message: string) {
    super(`${message}. This is a fault in spikeloom, please report it.`);
  }
}

/** For the default branch of a switch over a closed union: does not compile when a case is missing. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}

/** Runs `body`; whatever it throws gets `path` put before its own. */
export function withPath<T>(path: readonly string[], body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof SpikeloomError)) throw error;
    throw new SpikeloomError(error.problems.map((p) => ({ ...p, path: [...path, ...(p.path ?? [])] })));
  }
}

/** Collects problems of several independent checks and throws them together. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** Runs `body`, keeping its SpikeloomError instead of throwing it. */
  collect<T>(body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      if (!(error instanceof SpikeloomError)) throw error;
      this.#problems.push(...error.problems);
      return undefined;
    }
  }

  get length(): number {
    return this.#problems.length;
  }

  throwIfAny(): void {
    if (this.#problems.length > 0) throw new SpikeloomError(this.#problems);
  }
}

/** What, where, the user's text, the fix: a line each. */
export function formatProblem(problem: Omit<Problem, 'code'>): string {
  const lines = [problem.message];
  if (problem.place) lines.push(`  at ${printPlace(problem.place)}`);
  if (problem.path && problem.path.length > 0) lines.push(`  in ${problem.path.join(' > ')}`);
  if (problem.source) lines.push(...caret(problem.source.text, problem.source.span));
  if (problem.hint) lines.push(`  ${problem.hint}`);
  return lines.join('\n');
}

/** `net.yaml:12:5`, which terminals and editors open; `line 12, column 5` where there is no file. */
function printPlace({ file, line, column }: Place): string {
  return file === undefined ? `line ${line}, column ${column}` : `${file}:${line}:${column}`;
}

function caret(text: string, span: Span): string[] {
  const lineStart = span.start === 0 ? 0 : text.lastIndexOf('\n', span.start - 1) + 1;
  const newline = text.indexOf('\n', span.start);
  const lineEnd = newline < 0 ? text.length : newline;
  const line = text.slice(lineStart, lineEnd).replace(/\t/g, ' ');
  const width = Math.max(1, Math.min(span.end, lineEnd) - span.start);
  return [`    ${line}`, `    ${' '.repeat(span.start - lineStart)}${'^'.repeat(width)}`];
}

/** `Did you mean 'tau'? Known here: ...` for an unknown name. */
export function suggest(name: string, known: Iterable<string>): string {
  const names = [...known];
  const near = names
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(Math.min(name.length, candidate.length) / 2)))
    .sort((a, b) => a.distance - b.distance)[0];
  const list = names.length > 0 ? `Known here: ${names.join(', ')}.` : 'Nothing is defined here.';
  return near ? `Did you mean '${near.candidate}'? ${list}` : list;
}

/** Insertions, deletions, substitutions and swaps of neighbours each cost one. */
function editDistance(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.length][b.length];
}
