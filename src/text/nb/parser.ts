import { type Problem, ProblemList, type Span, SpikeloomError, suggest } from '../../core/error.ts';
import type { AssignmentOperator, BinaryOperator, Expression } from '../../language/ast.ts';
import type { SourceText } from '../sourceText.ts';
import { type Comment, type Token, tokenize } from './lexer.ts';
import {
  BLOCKS,
  type Block,
  type BlockKind,
  type Forms,
  GROUP,
  type Group,
  type Named,
  type NbStatement,
  SPELLINGS,
  type Variable,
} from './syntax.ts';

/** How tightly each operator binds. Comparisons are above && and ||, as in the language that the reference turns them into. */
const OPERATORS: Readonly<Record<string, { readonly power: number; readonly operator: BinaryOperator }>> = {
  '||': { power: 1, operator: 'or' },
  '&&': { power: 2, operator: 'and' },
  '<': { power: 3, operator: '<' },
  '<=': { power: 3, operator: '<=' },
  '>': { power: 3, operator: '>' },
  '>=': { power: 3, operator: '>=' },
  '==': { power: 3, operator: '==' },
  '!=': { power: 3, operator: '!=' },
  '+': { power: 4, operator: '+' },
  '-': { power: 4, operator: '-' },
  '*': { power: 5, operator: '*' },
  '/': { power: 5, operator: '/' },
  '^': { power: 7, operator: '^' },
};
const COMPARISON = 3;
/** A prefix minus binds between * and ^: -x ^ y is -(x ^ y). */
const MINUS = 6;
/** `!` takes the operand right behind it. */
const NOT = 8;

const MAX_DEPTH = 100;
const MAX_PROBLEMS = 20;
const ASSIGNMENTS: ReadonlySet<string> = new Set<AssignmentOperator>(['=', '+=', '-=', '*=', '/=']);

/**
 * Reads the blocks of a .nb text.
 *
 * @throws SpikeloomError `syntax` and others, with the mistakes of all lines
 */
export function parseBlocks(source: SourceText): Block[] {
  return new Parser(source).blocks();
}

/** A key whose value is at fault is there without one. */
type Keys = { [key: string]: Forms[keyof Forms] | undefined };

class Parser {
  readonly #source: SourceText;
  readonly #tokens: readonly Token[];
  readonly #comments: readonly Comment[];
  readonly #problems = new ProblemList();
  readonly #heights = new WeakMap<Expression, number>();
  #at = 0;
  #endTold = false;
  #depth = 0;

  constructor(source: SourceText) {
    this.#source = source;
    const { tokens, comments } = tokenize(source.text);
    this.#tokens = tokens;
    this.#comments = comments;
  }

  blocks(): Block[] {
    const blocks: Block[] = [];
    for (;;) {
      this.#skipEnds();
      if (this.#token.kind === 'eof') break;
      const start = this.#at;
      const block = this.#collect(() => this.#block());
      const atBlock = (token: Token): boolean => token.kind === 'tag' && isKind(token.text);
      if (block) blocks.push(block);
      // What was never closed was missed at the block behind it.
      else if (this.#at === start || !atBlock(this.#token)) this.#recover(atBlock);
      if (this.#full) break;
    }
    this.#problems.throwIfAny();
    return blocks;
  }

  // ---- blocks

  #block(): Block {
    const tag = this.#token;
    const kind = tag.kind === 'tag' ? tag.text : '';
    if (tag.kind !== 'tag') this.#fail(`a block is expected here, not ${describe(tag)}`, tag, `Blocks begin with ${tags()}.`);
    if (kind === 'end') this.#fail('this [end] closes nothing', tag, 'Remove it, or one above that is too many.');
    if (!isKind(kind)) this.#fail(`there is no block [${kind}]`, tag, suggest(kind, Object.keys(BLOCKS)), 'unknown-name');
    this.#at++;
    const comment = this.#commentAbove(tag.span.start);
    const keys: Keys = {};
    const groups: { readonly type: Named; readonly keys: Keys }[] = [];
    for (;;) {
      this.#skipEnds();
      if (this.#tag('end')) break;
      if (this.#token.kind === 'eof' || (this.#token.kind === 'tag' && isKind(this.#token.text)) || this.#full)
        this.#fail(`this [${kind}] is never closed`, tag, 'Close it with [end].');
      if (this.#collect(() => this.#key(kind, keys, groups)) === undefined) this.#toNextKey();
    }
    this.#at++;
    const type = (keys.type as Named | undefined) ?? { name: '', span: tag.span };
    if (!Object.hasOwn(keys, 'type')) {
      const hint = `Give it one: type: My${kind === 'neuron' ? 'Neuron' : 'Model'}.`;
      this.#add({ code: 'invalid-model', message: `this [${kind}] has no 'type'`, hint }, tag.span);
    }
    const read = groups.map((group): Group => ({ ...group.type, keys: group.keys }) as Group);
    return { kind, ...type, tag: tag.span, comment, keys, ...(kind === 'receptors' && { groups: read }) } as Block;
  }

  #key(kind: BlockKind, own: Keys, groups: { readonly type: Named; readonly keys: Keys }[]): true {
    const token = this.#token;
    if (token.kind !== 'name' || !this.#atKey)
      this.#fail(`a key is expected here, not ${describe(token)}`, token, `The keys of [${kind}] are ${keysOf(kind)}.`);
    const key = Object.hasOwn(SPELLINGS, token.text) ? SPELLINGS[token.text] : token.text;
    if (kind === 'receptors' && key === 'neurotransmitter') {
      this.#at += 2;
      const type = this.#plainName('the name of a neurotransmitter', 'Write neurotransmitter: Glutamate.');
      groups.push({ type, keys: {} });
      return this.#keyEnd('name');
    }
    const group = groups.at(-1);
    const [forms, keys] = group && Object.hasOwn(GROUP, key) ? [GROUP, group.keys] : [BLOCKS[kind], own];
    if (!Object.hasOwn(forms, key)) {
      const known = [...Object.keys(forms), ...(group ? Object.keys(GROUP) : kind === 'receptors' ? ['neurotransmitter'] : [])];
      this.#fail(`[${kind}] has no key '${key}'`, token, suggest(key, new Set(known)), 'unknown-name');
    }
    if (Object.hasOwn(keys, key)) {
      const hint = 'Join the two, or remove one.';
      this.#add({ code: 'duplicate-name', message: `'${key}' stands in this ${group ? 'group' : 'block'} twice`, hint }, token.span);
    }
    this.#at += 2;
    const form = (forms as Readonly<Record<string, keyof Forms>>)[key];
    keys[key] ??= undefined;
    keys[key] = this.#form(form, key);
    return this.#keyEnd(form);
  }

  #keyEnd(form: keyof Forms): true {
    if (form === 'statements' || this.#atLineEnd) return true;
    if (form === 'expression') return this.#failOperator();
    const what = form === 'name' ? 'the end of the line' : "',' or the end of the line";
    return this.#fail(`${what} is expected here, not ${describe(this.#token)}`, this.#token, 'The next key stands in a line of its own.');
  }

  #form(form: keyof Forms, key: string): Forms[keyof Forms] {
    switch (form) {
      case 'name':
        return this.#plainName('a name', `Write ${key}: Name.`);
      case 'names':
        return this.#list(() => this.#plainName('a name', `Write ${key}: a, b.`));
      case 'vars':
        return this.#list(() => this.#variable());
      case 'pairs':
        return this.#list(() => this.#pair());
      case 'statements':
        return this.#statements();
      case 'expression':
        return this.#expression(0);
    }
  }

  /** Items with commas between them; after a comma the list may go on in the next line, or be over. */
  #list<T>(item: () => T): T[] {
    const items: T[] = [];
    if (!this.#nextItem()) return items;
    do items.push(item());
    while (this.#take(',') && this.#nextItem());
    return items;
  }

  #variable(): Variable {
    const hint = 'Write vars: a = 1, b = -0.5, c = true.';
    const { name, span } = this.#plainName('a variable', hint);
    if (!this.#take('=')) this.#fail(`'=' is expected here, not ${describe(this.#token)}`, this.#token, hint);
    const sign = this.#take('-') ? -1 : 1;
    const token = this.#token;
    this.#at++;
    if (token.kind === 'number') return { name, span, value: sign * token.value };
    if (sign === 1 && (token.text === 'true' || token.text === 'false')) return { name, span, value: token.text === 'true' };
    this.#at--;
    return this.#fail(`a number, true or false is expected here, not ${describe(token)}`, token, hint);
  }

  #pair(): Named & { readonly type: Named } {
    const hint = 'Write ion_channels: na = Sodium, k = Potassium.';
    const name = this.#plainName('the name of a channel', hint);
    if (!this.#take('=')) this.#fail(`'=' is expected here, not ${describe(this.#token)}`, this.#token, hint);
    return { ...name, type: this.#plainName('the type of a channel', hint) };
  }

  // ---- statements

  /** Up to a key, a tag that closes or the end of the text; after a mistake goes on at the next line. */
  #statements(): NbStatement[] {
    const statements: NbStatement[] = [];
    for (;;) {
      this.#skipEnds();
      const token = this.#token;
      if (token.kind === 'eof' || this.#atKey || this.#full || (token.kind === 'tag' && token.text !== 'if')) return statements;
      const depth = this.#depth;
      const start = this.#at;
      const statement = this.#collect(() => this.#statement());
      if (statement) statements.push(statement);
      else {
        this.#depth = depth;
        // What was never closed was missed at the key behind it.
        if (this.#at === start || !this.#atKey) this.#recover(() => this.#tokens[this.#at - 1].kind === 'end');
      }
    }
  }

  #statement(): NbStatement {
    const start = this.#token.span.start;
    if (this.#tag('if')) return this.#nested(() => this.#if(start));
    const hint = 'Statements look like v = c, dv/dt = ..., z.update(dt) or [if] v > v_th [then].';
    const name = this.#name('a statement', hint);
    const token = this.#token;
    if (token.text === '(' && token.kind === 'symbol') return this.#callOrFunction(name, start);
    if (token.text === '/' && /^d[A-Za-z_]/.test(name.name) && this.#tokens[this.#at + 1].text === 'dt') {
      this.#at += 2;
      if (!this.#take('=')) this.#fail(`'=' is expected here, not ${describe(this.#token)}`, this.#token, `Write d${name.name.slice(1)}/dt = ...`);
      const variable = { name: name.name.slice(1), span: { start: name.span.start + 1, end: name.span.end } };
      return this.#line(() => ({ kind: 'derivative', variable, rhs: this.#expression(0), span: this.#spanFrom(start) }));
    }
    if (!(token.kind === 'symbol' && ASSIGNMENTS.has(token.text))) this.#fail(`an assignment is expected here, not ${describe(token)}`, token, hint);
    this.#at++;
    const operator = token.text as AssignmentOperator;
    return this.#line(() => ({ kind: 'assign', target: name, operator, value: this.#expression(0), span: this.#spanFrom(start) }));
  }

  #callOrFunction(name: Named, start: number): NbStatement {
    const call = this.#call(name);
    const isFunction = this.#take('=');
    if (!isFunction) return this.#line(() => ({ kind: 'call', call, span: call.span }));
    const parameters = call.args.map((e) => {
      if (e.kind !== 'name' || e.name.includes('.')) this.#fail('a parameter is a name', { span: e.span }, 'Write f(x, y) = ...');
      return e.name;
    });
    const twice = parameters.find((name, i) => parameters.indexOf(name) < i);
    if (twice !== undefined) this.#fail(`'${twice}' is a parameter twice`, { span: call.span }, 'Choose another name for one of them.');
    return this.#line(() => ({ kind: 'function', name, parameters, body: this.#expression(0), span: this.#spanFrom(start) }));
  }

  #if(start: number): NbStatement {
    const open = this.#token;
    this.#at++;
    const condition = this.#condition();
    const then = this.#statements();
    const span = this.#spanFrom(start);
    if (this.#tag('elseif')) {
      const otherwise = [this.#nested(() => this.#if(this.#token.span.start))];
      return { kind: 'if', condition, then, otherwise, span };
    }
    const hasElse = this.#tag('else');
    if (hasElse) this.#at++;
    const otherwise = hasElse ? this.#statements() : [];
    if (!this.#tag('end')) this.#fail(`this [${open.text}] is never closed`, open, 'Close it with [end].');
    this.#at++;
    return { kind: 'if', condition, then, otherwise, span };
  }

  /** What stands up to [then]. After a mistake in it the statements below still belong to the [if]. */
  #condition(): Expression {
    const { span } = this.#token;
    const depth = this.#depth;
    const condition = this.#collect(() => {
      const e = this.#expression(0);
      if (this.#tag('then')) return e;
      if (this.#symbol('=')) this.#failOperator();
      const hint = 'Write [if] condition [then], with the statements below it.';
      return this.#fail(`[then] is expected here, not ${describe(this.#token)}`, this.#token, hint);
    });
    this.#depth = depth;
    while (!this.#tag('then') && this.#token.kind !== 'end' && this.#token.kind !== 'eof') this.#at++;
    if (this.#tag('then')) this.#at++;
    return condition ?? { kind: 'number', value: 0, span };
  }

  #line<T>(parse: () => T): T {
    const result = parse();
    return this.#atLineEnd ? result : this.#failOperator();
  }

  get #atLineEnd(): boolean {
    const { kind } = this.#token;
    return kind === 'end' || kind === 'eof' || kind === 'tag';
  }

  // ---- expressions

  /** Reads operators that bind at least as tightly as `power`; all are left-associative. */
  #expression(power: number): Expression {
    return this.#nested(() => {
      const start = this.#token.span.start;
      let left = this.#prefix();
      for (;;) {
        const rectified = this.#atRectifiedPower;
        const found = rectified ? OPERATORS['^'] : this.#operator;
        if (!found || found.power < power) return left;
        this.#at += rectified ? 2 : 1;
        const right = this.#expression(found.power + 1);
        const span = this.#spanFrom(start);
        const zero: Expression = { kind: 'number', value: 0, span: left.span };
        const base = rectified ? this.#node({ kind: 'call', callee: 'max', args: [left, zero], span: left.span }, left) : left;
        left = this.#node({ kind: 'binary', operator: found.operator, left: base, right, span }, base, right);
        if (found.power === COMPARISON && this.#operator?.power === COMPARISON)
          this.#fail("comparisons can't be chained", this.#token, 'Write a < b && b < c.');
      }
    });
  }

  /** `a r^ b`: the r stands directly before the ^, where an operator is expected. */
  get #atRectifiedPower(): boolean {
    const next = this.#tokens.at(this.#at + 1);
    return this.#token.kind === 'name' && this.#token.text === 'r' && next?.text === '^' && next.span.start === this.#token.span.end;
  }

  get #operator(): { readonly power: number; readonly operator: BinaryOperator } | undefined {
    const token = this.#token;
    return token.kind === 'symbol' && Object.hasOwn(OPERATORS, token.text) ? OPERATORS[token.text] : undefined;
  }

  #prefix(): Expression {
    const { start } = this.#token.span;
    const minus = this.#take('-');
    if (!minus && !this.#take('!')) return this.#primary();
    const operand = this.#expression(minus ? MINUS : NOT);
    return this.#node({ kind: 'unary', operator: minus ? '-' : 'not', operand, span: this.#spanFrom(start) }, operand);
  }

  #primary(): Expression {
    const token = this.#token;
    if (token.kind === 'number') {
      this.#at++;
      return { kind: 'number', value: token.value, span: token.span };
    }
    if (token.kind === 'name') {
      this.#at++;
      const name = { name: token.text, span: token.span };
      return this.#symbol('(') ? this.#call(name) : { kind: 'name', ...name };
    }
    if (!this.#take('(')) {
      this.#fail(`an expression is expected here, not ${describe(token)}`, token, 'Write a number, a name, a function or parentheses here.');
    }
    const inner = this.#expression(0);
    if (!this.#take(')')) this.#failOperator(')');
    return inner;
  }

  #call({ name, span }: Named): Extract<Expression, { kind: 'call' }> {
    this.#at++;
    const args: Expression[] = [];
    while (!this.#take(')')) {
      if (args.length > 0 && !this.#take(',')) this.#failOperator(')');
      args.push(this.#expression(0));
    }
    return this.#node({ kind: 'call', callee: name, args, span: this.#spanFrom(span.start) }, ...args);
  }

  #node<T extends Expression>(node: T, ...children: readonly Expression[]): T {
    const height = children.reduce((most, child) => Math.max(most, this.#heights.get(child) ?? 0), 0) + 1;
    if (height > MAX_DEPTH) this.#failDeep(node.span);
    this.#heights.set(node, height);
    return node;
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#failDeep(this.#token.span);
    const result = parse();
    this.#depth--;
    return result;
  }

  // ---- tokens and errors

  get #token(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)];
  }

  /** Whether a key such as `vars:` stands here. */
  get #atKey(): boolean {
    const next = this.#tokens.at(this.#at + 1);
    return this.#token.kind === 'name' && next?.kind === 'symbol' && next.text === ':';
  }

  get #full(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  #tag(text: string): boolean {
    return this.#token.kind === 'tag' && this.#token.text === text;
  }

  #symbol(text: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === text;
  }

  #take(text: string): boolean {
    const is = this.#symbol(text);
    if (is) this.#at++;
    return is;
  }

  #name(what: string, hint: string): Named {
    const token = this.#token;
    if (token.kind !== 'name') this.#fail(`${what} is expected here, not ${describe(token)}`, token, hint);
    this.#at++;
    return { name: token.text, span: token.span };
  }

  #plainName(what: string, hint: string): Named {
    const name = this.#name(what, hint);
    if (name.name.includes('.')) this.#fail(`'${name.name}' has a dot, which the names of members have`, name, hint);
    return name;
  }

  #skipEnds(): void {
    while (this.#token.kind === 'end') this.#at++;
  }

  /** Skips line ends before an item of a list; whether one follows. */
  #nextItem(): boolean {
    const before = this.#at;
    this.#skipEnds();
    if (this.#token.kind === 'name' && !this.#atKey) return true;
    this.#at = before;
    return this.#token.kind !== 'end' && this.#token.kind !== 'eof' && this.#token.kind !== 'tag';
  }

  #recover(isOver: (token: Token) => boolean): void {
    while (this.#token.kind !== 'eof') {
      this.#at++;
      if (isOver(this.#token)) return;
    }
  }

  /** To the next key or the end of the block, over whole [if]s. */
  #toNextKey(): void {
    let ifs = 0;
    this.#recover((token) => {
      if (token.kind === 'tag' && token.text === 'if') ifs++;
      if (token.kind === 'tag' && (isKind(token.text) || (token.text === 'end' && ifs-- === 0))) return true;
      return ifs === 0 && this.#atKey;
    });
  }

  /** From `start` to the end of the last token read. */
  #spanFrom(start: number): Span {
    return { start, end: this.#tokens[this.#at - 1].span.end };
  }

  /** The comments between a block and what stands before it, if nothing but space is between them. */
  #commentAbove(start: number): string | undefined {
    const above: string[] = [];
    let below = start;
    for (let i = this.#comments.findLastIndex((c) => c.span.end <= start); i >= 0; i--) {
      const { text, span } = this.#comments[i];
      if (!/^[^\S\n]*\n?[^\S\n]*$/.test(this.#source.text.slice(span.end, below))) break;
      below = span.start;
      above.unshift(text.startsWith('//') ? text.slice(2) : text.slice(2, -2));
    }
    const words = above.join(' ').replace(/\s+/g, ' ').trim();
    return words === '' ? undefined : words;
  }

  /** At the end of the text one problem is told: it is missing there what others miss there too. */
  #collect<T>(parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof SpikeloomError)) throw error;
      const isEnd = this.#token.kind === 'eof';
      if (!this.#full && !(isEnd && this.#endTold)) for (const problem of error.problems) this.#problems.add(problem);
      this.#endTold ||= isEnd;
      return undefined;
    }
  }

  #add(problem: Problem, span: Span): void {
    this.#problems.add(this.#source.problemAt(span, problem));
  }

  #failOperator(or?: string): never {
    const token = this.#token;
    if (token.text === '=') this.#fail("'=' can't stand in an expression", token, 'To compare, write ==.');
    const product = token.kind === 'number' || token.kind === 'name' || token.text === '(';
    const hint = product ? "To multiply, write '*'." : or === undefined ? 'One line holds one statement.' : `Close the parentheses with '${or}'.`;
    return this.#fail(`an operator ${or === undefined ? '' : `or '${or}' `}is expected here, not ${describe(token)}`, token, hint);
  }

  #failDeep(span: Span): never {
    this.#fail(`this is nested more than ${MAX_DEPTH} levels deep`, { span }, 'Give parts of it variables of their own.');
  }

  /** What is no part of the language is said to be so, wherever it stands. */
  #fail(message: string, at: Token | { readonly span: Span }, hint: string, code: Problem['code'] = 'syntax'): never {
    const problem = 'kind' in at && at.kind === 'error' ? { code, message: at.message, hint: at.hint } : { code, message, hint };
    throw new SpikeloomError(this.#source.problemAt(at.span, problem));
  }
}

function isKind(text: string): text is BlockKind {
  return Object.hasOwn(BLOCKS, text);
}

function tags(): string {
  return Object.keys(BLOCKS)
    .map((kind) => `[${kind}]`)
    .join(', ');
}

function keysOf(kind: BlockKind): string {
  return [...Object.keys(BLOCKS[kind]), ...(kind === 'receptors' ? Object.keys(GROUP) : [])].join(', ');
}

function describe(token: Token): string {
  if (token.kind === 'eof') return 'the end of the text';
  if (token.kind === 'end') return 'the end of the line';
  return token.kind === 'tag' ? `[${token.text}]` : `'${token.text}'`;
}
