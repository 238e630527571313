import { ProblemList, type Span, SpikeloomError } from '../core/error.ts';
import type { AssignmentOperator, BinaryOperator, Equation, Expression, Statement } from './ast.ts';
import { type Token, tokenize } from './lexer.ts';

/** How tightly each binary operator binds. */
export const BINARY_POWER: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '==': 4,
  '!=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '^': 8,
};

/** How tightly the prefix operators bind: `not` above `and`, `-` between `*` and `^`. */
export const UNARY_POWER = { not: 3, '-': 7 } as const;

const COMPARISON = BINARY_POWER['<'];
const MAX_DEPTH = 256;
const MAX_PROBLEMS = 20;

/**
 * Reads one expression.
 * @throws SpikeloomError `syntax`
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).wholeExpression();
}

/**
 * Reads differential equations, named expressions and functions, one a line.
 * @throws SpikeloomError `syntax`, with the mistakes of all lines
 */
export function parseEquations(text: string): Equation[] {
  return new Parser(text).equations();
}

/**
 * Reads the statements of a block.
 * @throws SpikeloomError `syntax`, with the mistakes of all lines
 */
export function parseBlock(text: string): Statement[] {
  return new Parser(text).block();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #problems = new ProblemList();
  /** Levels below each node: a long sum is as deep as it has terms, and later stages walk the tree by recursion. */
  readonly #heights = new WeakMap<Expression, number>();
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  wholeExpression(): Expression {
    this.#skipEnds();
    const expression = this.#expression(0);
    this.#skipEnds();
    if (this.#token.kind !== 'eof') this.#failOperator();
    return expression;
  }

  equations(): Equation[] {
    const equations = this.#lines(() => this.#line(() => this.#equation()));
    this.#problems.throwIfAny();
    return equations;
  }

  block(): Statement[] {
    const statements = this.#lines(() => this.#statement());
    this.#problems.throwIfAny();
    return statements;
  }

  // ---- lines

  /** Reads lines up to the end of the text or of the enclosing braces; after a mistake goes on at the next line. */
  #lines<T>(parse: () => T): T[] {
    const lines: T[] = [];
    for (;;) {
      this.#skipEnds();
      if (this.#token.kind === 'eof' || (this.#depth > 0 && this.#is('}'))) return lines;
      const depth = this.#depth;
      const line = this.#problems.collect(parse);
      if (line !== undefined) {
        lines.push(line);
        continue;
      }
      this.#depth = depth;
      if (this.#problems.length >= MAX_PROBLEMS) this.#at = this.#tokens.length - 1;
      else this.#recover();
    }
  }

  /** To the end of the line, with the braces that are opened on it, or of the enclosing braces. */
  #recover(): void {
    let braces = 0;
    for (; this.#token.kind !== 'eof'; this.#at++) {
      if (this.#token.kind === 'end' && braces === 0) return;
      if (this.#is('{')) braces++;
      if (!this.#is('}')) continue;
      if (braces > 0) braces--;
      else if (this.#depth > 0) return;
    }
  }

  #line<T>(parse: () => T): T {
    const result = parse();
    if (this.#token.kind !== 'end' && this.#token.kind !== 'eof' && !this.#is('}')) this.#failOperator();
    return result;
  }

  #skipEnds(): void {
    while (this.#token.kind === 'end') this.#at++;
  }

  // ---- equations

  #equation(): Equation {
    const start = this.#token.span.start;
    if (this.#is('function')) return this.#function(start);
    if (this.#is('}')) this.#fail("'}' has no '{' before it", this.#token, 'Equations need no braces.');
    const name = this.#name('an equation', 'Equations look like dv/dt = ..., name = ... or function f(x) = ...');
    const slash = this.#take('/');
    if (slash) this.#derivativeSign(name);
    this.#equals();
    const rhs = this.#expression(0);
    const unlessRefractory = this.#unlessRefractory(slash);
    const span = this.#spanFrom(start);
    return slash
      ? { kind: 'derivative', variable: name.text.slice(1), rhs, unlessRefractory, span }
      : { kind: 'definition', name: name.text, rhs, span };
  }

  #derivativeSign(name: Token): void {
    const hint = 'Write a differential equation as dv/dt = ...';
    if (!/^d[A-Za-z_]/.test(name.text)) this.#fail(`'${name.text}' is not the 'd' of a variable`, name, hint);
    if (this.#token.text !== 'dt') this.#fail(`'dt' is expected here, not ${describe(this.#token)}`, this.#token, hint);
    this.#at++;
  }

  #equals(): void {
    if (this.#take('=')) return;
    const hint =
      this.#token.kind === 'symbol' && this.#token.text.endsWith('=')
        ? 'Changes like += belong in blocks: reset, step, on pre.'
        : 'Equations look like dv/dt = ... or name = ...';
    this.#fail(`'=' is expected here, not ${describe(this.#token)}`, this.#token, hint);
  }

  #unlessRefractory(derivative: boolean): boolean {
    if (!this.#startsUnless()) return false;
    const open = this.#token;
    this.#at += 2;
    if (this.#token.text !== 'refractory')
      this.#fail(`'refractory' is expected here, not ${describe(this.#token)}`, this.#token, 'Write (unless refractory).');
    this.#at++;
    if (!this.#take(')')) this.#fail(`')' is expected here, not ${describe(this.#token)}`, this.#token, 'Write (unless refractory).');
    if (!derivative) this.#fail('only a differential equation can be held while refractory', open, 'Remove (unless refractory) here.');
    return true;
  }

  #startsUnless(): boolean {
    return this.#is('(') && this.#tokens[this.#at + 1].text === 'unless';
  }

  #function(start: number): Equation {
    const hint = 'Functions look like function relu(x) = max(x, 0).';
    this.#at++;
    const name = this.#simpleName(hint);
    if (!this.#take('(')) this.#fail(`'(' is expected here, not ${describe(this.#token)}`, this.#token, hint);
    const parameters: string[] = [];
    while (!this.#take(')')) {
      if (parameters.length > 0 && !this.#take(',')) this.#fail(`',' or ')' is expected here, not ${describe(this.#token)}`, this.#token, hint);
      const token = this.#token;
      const parameter = this.#simpleName(hint);
      if (parameters.includes(parameter)) this.#fail(`'${parameter}' is a parameter already`, token, 'Choose another name.');
      parameters.push(parameter);
    }
    this.#equals();
    const body = this.#expression(0);
    return { kind: 'function', name, parameters, body, span: this.#spanFrom(start) };
  }

  #name(what: string, hint: string): Token {
    const token = this.#token;
    if (token.kind === 'name') {
      this.#at++;
      return token;
    }
    if (token.kind === 'error') this.#failToken(token);
    if (token.text === '-') this.#fail("a line can't begin with '-'", token, "To go on with the line before, put the '-' at its end.");
    return this.#fail(`${what} is expected here, not ${describe(token)}`, token, hint);
  }

  #simpleName(hint: string): string {
    const token = this.#name('a name', hint);
    if (token.text.includes('.')) this.#fail(`'${token.text}' has a dot, which names of functions and parameters can't have`, token, hint);
    return token.text;
  }

  // ---- statements

  #statement(): Statement {
    const start = this.#token.span.start;
    if (this.#is('if')) return this.#if(start);
    if (this.#is('else')) this.#fail("'else' has no 'if' before it", this.#token, 'Write if (condition) { ... } else { ... }.');
    if (this.#is('}')) this.#fail("'}' has no '{' before it", this.#token, "Remove the '}'.");
    return this.#line(() => this.#assignment(start));
  }

  #assignment(start: number): Statement {
    const hint = 'Statements look like v = c, u += d or if (v > v_th) { ... }.';
    const target = this.#name('a statement', hint);
    const operator = this.#token;
    if (!isAssignment(operator)) {
      const derivative = operator.text === '/' && this.#tokens[this.#at + 1].text === 'dt';
      this.#fail(
        `an assignment is expected here, not ${describe(operator)}`,
        operator,
        derivative ? 'Differential equations belong in the equations of the model.' : hint,
      );
    }
    this.#at++;
    const value = this.#expression(0);
    return { kind: 'assign', target: target.text, targetSpan: target.span, operator: operator.text, value, span: this.#spanFrom(start) };
  }

  #if(start: number): Statement {
    this.#at++;
    const condition = this.#nested(() => this.#condition());
    const then = this.#braces();
    const beforeElse = this.#at;
    this.#skipEnds();
    if (!this.#take('else')) {
      this.#at = beforeElse;
      return { kind: 'if', condition, then, otherwise: [], span: this.#spanFrom(start) };
    }
    const elseStart = this.#token.span.start;
    const otherwise = this.#is('if') ? [this.#nested(() => this.#if(elseStart))] : this.#braces();
    return { kind: 'if', condition, then, otherwise, span: this.#spanFrom(start) };
  }

  #condition(): Expression {
    const hint = 'Write if (condition) { ... }, with one pair of parentheses around the whole condition.';
    const open = this.#token;
    if (!this.#take('(')) this.#fail(`'(' is expected here, not ${describe(open)}`, open, hint);
    if (open.kind === 'symbol' && !open.closed) this.#failUnclosed(open);
    const condition = this.#expression(0);
    if (!this.#take(')')) this.#failOperator(')');
    if (!this.#is('{')) this.#fail(`'{' is expected here, not ${describe(this.#token)}`, this.#token, hint);
    return condition;
  }

  #braces(): Statement[] {
    const open = this.#token;
    if (!this.#take('{')) this.#fail(`'{' is expected here, not ${describe(open)}`, open, 'Write else { ... } or else if (condition) { ... }.');
    if (open.kind === 'symbol' && !open.closed) this.#failUnclosed(open);
    const statements = this.#nested(() => this.#lines(() => this.#statement()));
    if (!this.#take('}') && this.#problems.length < MAX_PROBLEMS) this.#failUnclosed(open);
    return statements;
  }

  // ---- expressions

  /** Reads operators that bind at least as tightly as `power`. */
  #expression(power: number): Expression {
    return this.#nested(() => {
      const start = this.#token.span.start;
      let left = this.#prefix(power);
      for (;;) {
        const token = this.#token;
        if (!isBinary(token) || BINARY_POWER[token.text] < power) return left;
        this.#at++;
        const own = BINARY_POWER[token.text];
        const right = this.#expression(token.text === '^' ? own : own + 1);
        left = this.#node({ kind: 'binary', operator: token.text, left, right, span: this.#spanFrom(start) }, left, right);
        if (own === COMPARISON) this.#refuseChain();
      }
    });
  }

  #refuseChain(): void {
    const token = this.#token;
    if (isBinary(token) && BINARY_POWER[token.text] === COMPARISON) this.#fail("comparisons can't be chained", token, 'Write a < b and b < c.');
  }

  #prefix(power: number): Expression {
    const token = this.#token;
    if (this.#is('-') || this.#is('not')) {
      const operator = this.#is('-') ? '-' : 'not';
      if (operator === 'not' && power > UNARY_POWER.not) this.#fail("'not' can't stand here", token, 'Put parentheses around it: (not x).');
      this.#at++;
      const operand = this.#expression(UNARY_POWER[operator]);
      return this.#node({ kind: 'unary', operator, operand, span: this.#spanFrom(token.span.start) }, operand);
    }
    return this.#primary(token);
  }

  #primary(token: Token): Expression {
    switch (token.kind) {
      case 'number':
        this.#at++;
        return { kind: 'number', value: token.value, ...(token.unit === undefined ? {} : { unit: token.unit }), span: token.span };
      case 'name':
        this.#at++;
        return this.#is('(') && !this.#startsUnless() ? this.#call(token) : { kind: 'name', name: token.text, span: token.span };
      case 'symbol':
        return token.text === '(' && !this.#startsUnless() ? this.#parentheses(token) : this.#failExpression(token);
      default:
        return this.#failExpression(token);
    }
  }

  #parentheses(open: Token & { kind: 'symbol' }): Expression {
    if (!open.closed) this.#failUnclosed(open);
    this.#at++;
    const inner = this.#expression(0);
    if (!this.#take(')')) this.#failOperator(')');
    return inner;
  }

  #call(name: Token): Expression {
    const open = this.#token;
    if (open.kind === 'symbol' && !open.closed) this.#failUnclosed(open);
    if (name.text.includes('.')) this.#fail(`'${name.text}' is not a function`, name, 'Names of functions have no dots; write * to multiply.');
    this.#at++;
    const args: Expression[] = [];
    while (!this.#take(')')) {
      if (args.length > 0 && !this.#take(',')) this.#failOperator(')');
      args.push(this.#expression(0));
    }
    return this.#node({ kind: 'call', callee: name.text, args, span: this.#spanFrom(name.span.start) }, ...args);
  }

  #node(node: Expression, ...children: readonly Expression[]): Expression {
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
    return this.#tokens[this.#at];
  }

  #is(text: string): boolean {
    const token = this.#token;
    return (token.kind === 'symbol' || token.kind === 'keyword') && token.text === text;
  }

  #take(text: string): boolean {
    const is = this.#is(text);
    if (is) this.#at++;
    return is;
  }

  /** From `start` to the end of the last token read. */
  #spanFrom(start: number): Span {
    return { start, end: this.#tokens[this.#at - 1].span.end };
  }

  #failExpression(token: Token): never {
    if (token.kind === 'error') this.#failToken(token);
    if (token.kind === 'eof' && this.#tokens.length === 1)
      this.#fail('an expression is expected, but the text is empty', token, 'Write an expression such as v >= v_th.');
    const hint =
      token.text === '='
        ? 'To compare, write ==.'
        : token.text === '+'
          ? "There is no '+' in front of an expression; remove it."
          : 'Write a number, a name, a function or parentheses here.';
    return this.#fail(`an expression is expected here, not ${describe(token)}`, token, hint);
  }

  /** An expression ended where it can't; `or` is what else could stand there. */
  #failOperator(or?: string): never {
    const token = this.#token;
    if (token.kind === 'error') this.#failToken(token);
    if (token.text === '=') this.#fail("'=' can't stand in an expression", token, 'To compare, write ==.');
    if (token.text === ')' || token.text === '}')
      this.#fail(`'${token.text}' has no '${token.text === ')' ? '(' : '{'}' before it`, token, `Remove the '${token.text}'.`);
    const previous = this.#at > 0 ? this.#tokens[this.#at - 1] : token;
    const product = (token.kind === 'number' || token.kind === 'name' || token.text === '(') && previous.kind !== 'end';
    const hint = product
      ? "To multiply, write '*'."
      : or === undefined
        ? 'One line holds one equation, statement or expression.'
        : `Close the parentheses with '${or}' or go on with an operator.`;
    return this.#fail(`an operator ${or === undefined ? '' : `or '${or}' `}is expected here, not ${describe(token)}`, token, hint);
  }

  #failToken(token: Token & { kind: 'error' }): never {
    this.#fail(token.message, token, token.hint);
  }

  #failUnclosed(open: Token): never {
    this.#fail(`this '${open.text}' is never closed`, open, `Add a '${open.text === '(' ? ')' : '}'}'.`);
  }

  #failDeep(span: Span): never {
    this.#fail(`this is nested more than ${MAX_DEPTH} levels deep`, { span }, 'Give parts of it names of their own.');
  }

  #fail(message: string, { span }: { readonly span: Span }, hint: string): never {
    throw new SpikeloomError({ code: 'syntax', message, source: { text: this.#text, span }, hint });
  }
}

function isBinary(token: Token): token is Token & { kind: 'symbol'; text: BinaryOperator } {
  return token.kind === 'symbol' && Object.hasOwn(BINARY_POWER, token.text);
}

const ASSIGNMENTS: ReadonlySet<string> = new Set<AssignmentOperator>(['=', '+=', '-=', '*=', '/=']);

function isAssignment(token: Token): token is Token & { kind: 'symbol'; text: AssignmentOperator } {
  return token.kind === 'symbol' && ASSIGNMENTS.has(token.text);
}

function describe(token: Token): string {
  if (token.kind === 'eof') return 'the end of the text';
  return token.text === '\n' ? 'the end of the line' : `'${token.text}'`;
}
