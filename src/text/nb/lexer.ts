import type { Span } from '../../core/error.ts';

export type Token =
  | { readonly kind: 'number'; readonly text: string; readonly span: Span; readonly value: number }
  /** A possibly dotted name. */
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  /** `[neuron]`, `[if]`, `[end]`: its text is what stands between the brackets. */
  | { readonly kind: 'tag'; readonly text: string; readonly span: Span }
  | { readonly kind: 'symbol'; readonly text: string; readonly span: Span }
  | { readonly kind: 'end'; readonly text: string; readonly span: Span }
  | { readonly kind: 'eof'; readonly text: string; readonly span: Span }
  | { readonly kind: 'error'; readonly text: string; readonly span: Span; readonly message: string; readonly hint: string };

export interface Comment {
  readonly text: string;
  readonly span: Span;
}

export interface Lexed {
  /** The last is `eof`. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

const MAX_NAME = 100;

const SPACE = /[^\S\n]+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
const TAG = /\[ *([A-Za-z_]\w*) *\]/y;
const SYMBOL = /&&|\|\||<=|>=|==|!=|[-+*/]=|[-+*/^<>=(),:!]/y;

/** Cuts a text into tokens. Never throws; line ends within comments do not count. */
export function tokenize(text: string): Lexed {
  return new Lexer(text).lex();
}

class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  lex(): Lexed {
    const tokens: Token[] = [];
    const comments: Comment[] = [];
    while (this.#at < this.#text.length) {
      const start = this.#at;
      if (this.#match(SPACE)) continue;
      const comment = this.#match(COMMENT);
      if (comment) comments.push({ text: comment[0], span: this.#span(start) });
      else tokens.push(this.#next(start));
    }
    tokens.push({ kind: 'eof', text: '', span: { start: this.#at, end: this.#at } });
    return { tokens, comments };
  }

  #next(start: number): Token {
    if (this.#text.startsWith('/*', start)) {
      this.#at = this.#text.length;
      return { kind: 'error', text: '/*', span: { start, end: start + 2 }, message: 'this comment is never closed', hint: "Close it with '*/'." };
    }
    if (this.#text[start] === '\n') {
      this.#at++;
      return { kind: 'end', text: '\n', span: this.#span(start) };
    }
    const number = this.#match(NUMBER);
    if (number) return this.#number(start, number[0]);
    const name = this.#match(NAME);
    if (name) return this.#name(start, name[0]);
    const tag = this.#match(TAG);
    if (tag) return { kind: 'tag', text: tag[1], span: this.#span(start) };
    const symbol = this.#match(SYMBOL);
    if (symbol) return { kind: 'symbol', text: symbol[0], span: this.#span(start) };
    const unknown = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    this.#at += unknown.length;
    const hint = unknown === '[' ? 'Tags look like [neuron], [if] or [end].' : "Names are made of letters, digits and _; a comment follows '//'.";
    return {
      kind: 'error',
      text: unknown,
      span: this.#span(start),
      message: `the character ${JSON.stringify(unknown)} is not part of the .nb language`,
      hint,
    };
  }

  #number(start: number, text: string): Token {
    const value = Number(text);
    const span = this.#span(start);
    if (Number.isFinite(value)) return { kind: 'number', text, span, value };
    return { kind: 'error', text, span, message: `${text} is outside the range of numbers`, hint: 'Numbers lie below 1.7e308.' };
  }

  #name(start: number, text: string): Token {
    const span = this.#span(start);
    if (text.length <= MAX_NAME) return { kind: 'name', text, span };
    return {
      kind: 'error',
      text,
      span,
      message: `a name has at most ${MAX_NAME} characters, this one has ${text.length}`,
      hint: 'Choose a shorter one.',
    };
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
