import type { Span } from '../core/error.ts';
import { isUnitSymbol } from '../core/unit.ts';

export type Token =
  | { readonly kind: 'number'; readonly text: string; readonly span: Span; readonly value: number; readonly unit?: string }
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  | { readonly kind: 'keyword'; readonly text: string; readonly span: Span }
  /** Operators and punctuation; an opening bracket without a partner is not `closed`. */
  | { readonly kind: 'symbol'; readonly text: string; readonly span: Span; readonly closed: boolean }
  /** The end of a line, or `;`. */
  | { readonly kind: 'end'; readonly text: string; readonly span: Span }
  | { readonly kind: 'eof'; readonly text: string; readonly span: Span }
  /** What can't be read; reported when the parser comes to it, so that it can go on at the next line. */
  | { readonly kind: 'error'; readonly text: string; readonly span: Span; readonly message: string; readonly hint: string };

const KEYWORDS: ReadonlySet<string> = new Set(['if', 'else', 'function', 'unless']);
const WORD_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

/** Words that are no names. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([...KEYWORDS, ...WORD_OPERATORS]);

const MAX_NAME = 128;

const SPACE = /(?:[^\S\n]+|#[^\n]*)*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const UNIT = /\[([^\]\n]*)\]/y;
const NAME = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
const FOREIGN = /\*\*|&&?|\|\|?|!(?!=)|[[\]'?%]/y;
const SYMBOL = /<=|>=|==|!=|[-+*/]=|[-+*/^<>=(),{}]/y;

/** Spellings of other languages, with the one of this. */
const ADVICE: Readonly<Record<string, string>> = {
  '**': "Write powers with '^'.",
  '&': "Write 'and'.",
  '&&': "Write 'and'.",
  '|': "Write 'or'.",
  '||': "Write 'or'.",
  '!': "Write 'not'.",
  '[': 'A unit stands directly behind its number: 10[mV].',
  ']': 'A unit stands directly behind its number: 10[mV].',
  "'": 'Write a derivative as dv/dt = ...',
  '?': 'Write where(condition, a, b).',
  '%': 'Write the remainder of x / y as x - y * floor(x / y).',
};

/** Cuts a text into tokens, the last of which is `eof`. Never throws. */
export function tokenize(text: string): Token[] {
  return joinLines(matchBrackets(new Lexer(text).tokens()), text);
}

class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  tokens(): Token[] {
    const tokens: Token[] = [];
    for (;;) {
      this.#match(SPACE);
      if (this.#at >= this.#text.length) return tokens;
      tokens.push(this.#next());
    }
  }

  #next(): Token {
    const start = this.#at;
    const character = this.#text.charAt(start);
    if (character === '\n' || character === ';') {
      this.#at++;
      return { kind: 'end', text: character, span: this.#span(start) };
    }
    const number = this.#match(NUMBER);
    if (number) return this.#number(start, number[0]);
    const name = this.#match(NAME);
    if (name) return this.#word(start, name[0]);
    const foreign = this.#match(FOREIGN);
    if (foreign)
      return this.#error(
        start,
        `'${foreign[0]}' ${/[[\]]/.test(foreign[0]) ? "can't stand here" : 'is not part of the language'}`,
        ADVICE[foreign[0]],
      );
    const symbol = this.#match(SYMBOL);
    if (symbol) return { kind: 'symbol', text: symbol[0], span: this.#span(start), closed: true };
    const unknown = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    this.#at += unknown.length;
    return this.#error(
      start,
      `the character ${JSON.stringify(unknown)} is not part of the language`,
      'Names are made of the letters a to z, A to Z, digits and _.',
    );
  }

  #number(start: number, digits: string): Token {
    const value = Number(digits);
    const bracket = this.#text.charAt(this.#at) === '[';
    const unit = this.#match(UNIT)?.[1].trim();
    if (bracket && unit === undefined) {
      this.#match(/[^\n]*/y);
      return this.#error(start, "this '[' is never closed", `Write the unit as ${digits}[mV].`);
    }
    const word = this.#match(NAME)?.[0];
    if (word !== undefined)
      return this.#error(
        start,
        'a number and a name stand side by side',
        unit === undefined && isUnitSymbol(word) ? `Write ${digits}[${word}] or ${digits} * ${word}.` : `Write ${digits} * ${word}.`,
      );
    const lost = value === 0 && /[1-9]/.test(digits.replace(/e.*/i, ''));
    if (lost || !Number.isFinite(value))
      return this.#error(start, `${digits} is outside the range of numbers`, 'Numbers lie between 5e-324 and 1.7e308.');
    const token = { kind: 'number', text: this.#text.slice(start, this.#at), span: this.#span(start), value } as const;
    return unit === undefined ? token : { ...token, unit };
  }

  #word(start: number, text: string): Token {
    if (text.length > MAX_NAME)
      return this.#error(start, `a name has at most ${MAX_NAME} characters, this one has ${text.length}`, 'Choose a shorter one.');
    const span = this.#span(start);
    if (WORD_OPERATORS.has(text)) return { kind: 'symbol', text, span, closed: true };
    return { kind: KEYWORDS.has(text) ? 'keyword' : 'name', text, span };
  }

  #error(start: number, message: string, hint: string): Token {
    return { kind: 'error', text: this.#text.slice(start, this.#at), span: this.#span(start), message, hint };
  }

  #span(start: number): Span {
    return { start, end: this.#at };
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }
}

const PARTNERS: Readonly<Record<string, string>> = { ')': '(', '}': '{' };

/** Marks brackets that have no partner. A '}' also ends every '(' that was opened since its '{'. */
function matchBrackets(tokens: readonly Token[]): Token[] {
  const open: number[] = [];
  const alone = new Set<number>();
  tokens.forEach((token, i) => {
    if (token.kind !== 'symbol') return;
    if (token.text === '(' || token.text === '{') open.push(i);
    const partner = PARTNERS[token.text];
    if (partner === undefined) return;
    if (partner === '{') while (open.length > 0 && tokens[open[open.length - 1]].text === '(') alone.add(open.pop() as number);
    if (open.length > 0 && tokens[open[open.length - 1]].text === partner) open.pop();
    else alone.add(i);
  });
  for (const i of open) alone.add(i);
  return tokens.map((token, i) => (token.kind === 'symbol' && alone.has(i) ? { ...token, closed: false } : token));
}

/** A line that ends in one of these goes on. */
const OPEN_ENDED: ReadonlySet<string> = new Set('+ - * / ^ < <= > >= == != and or not = += -= *= /= ( ,'.split(' '));
/** A line goes on where the next begins with one of these. */
const CONTINUES: ReadonlySet<string> = new Set('+ * / ^ < <= > >= == != and or'.split(' '));

/** Drops the line ends that end no line: those within parentheses and those before or after an operator. */
function joinLines(tokens: readonly Token[], text: string): Token[] {
  const joined: Token[] = [];
  let depth = 0;
  let newline: Token | undefined;
  tokens.forEach((token, i) => {
    if (token.text === '\n') {
      newline ??= token;
      return;
    }
    if (newline && depth === 0 && !goesOn(joined.at(-1), token, tokens[i + 1])) joined.push(newline);
    newline = undefined;
    if (token.kind === 'symbol' && token.closed) depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    joined.push(token);
  });
  const end = joined.at(-1)?.span.end ?? text.length;
  joined.push({ kind: 'eof', text: '', span: { start: end, end } });
  return joined;
}

function goesOn(before: Token | undefined, token: Token, next: Token | undefined): boolean {
  if (before?.kind === 'symbol' && OPEN_ENDED.has(before.text)) return true;
  if (token.kind !== 'symbol') return false;
  return CONTINUES.has(token.text) || (token.text === '(' && next?.text === 'unless');
}
