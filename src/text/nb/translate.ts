import { type Problem, type ProblemList, type Span, SpikeloomError, suggest } from '../../core/error.ts';
import type { AssignmentOperator, BinaryOperator, Expression, Statement } from '../../language/ast.ts';
import type { SourceText } from '../sourceText.ts';
import type { Named, NbStatement } from './syntax.ts';

/** What a name of a .nb text stands for in a model of ours. */
export type Meaning =
  /** A quantity; a flag is one that is 0 or 1. */
  | { readonly kind: 'quantity'; readonly name: string; readonly flag: boolean; readonly value?: Expression; readonly fixed?: string }
  /** An expression, which can't be assigned for the reason that is given. */
  | { readonly kind: 'value'; readonly value: Expression; readonly condition: boolean; readonly fixed: string };

/** A statement in our names. */
export type Line =
  | Extract<Statement, { kind: 'assign' }>
  | { readonly kind: 'derivative'; readonly variable: string; readonly rhs: Expression; readonly span: Span }
  | { readonly kind: 'if'; readonly condition: Expression; readonly then: readonly Line[]; readonly otherwise: readonly Line[]; readonly span: Span }
  /** A call on a member, as what it does to the members that it names. */
  | { readonly kind: 'member'; readonly action: Action; readonly name: string; readonly span: Span };

export type Action = 'gate' | 'channel' | 'kinetics' | 'currents' | 'release';

type Call = Extract<Expression, { kind: 'call' }>;

export interface Translation {
  readonly source: SourceText;
  readonly problems: ProblemList;
  readonly names: ReadonlyMap<string, Meaning>;
  /** What a call on a member does; undefined where there is no such member. */
  readonly member?: ((call: Call) => { readonly action: Action; readonly name: string } | undefined) | undefined;
  /** The value of a call on a member; undefined where there is no such member. */
  readonly memberValue?: ((call: Call, translate: (e: Expression) => Expression) => Expression | undefined) | undefined;
}

/** Functions of the .nb language, by what they are in ours. */
const FUNCTIONS: Readonly<
  Record<string, { readonly arity: number; readonly condition?: true; make(args: readonly Expression[], span: Span): Expression }>
> = {
  ...Object.fromEntries(
    ['exp', 'tanh', 'sinh', 'cosh', 'sin', 'cos', 'heaviside'].map((name) => [
      name,
      { arity: 1, make: (args: readonly Expression[], span: Span) => call(name, args, span) },
    ]),
  ),
  min: { arity: 2, make: (args, span) => call('min', args, span) },
  max: { arity: 2, make: (args, span) => call('max', args, span) },
  tan: { arity: 1, make: ([x], span) => binary('/', call('sin', [x], span), call('cos', [x], span), span) },
  isnan: { arity: 1, condition: true, make: ([x], span) => binary('!=', x, x, span) },
};

/** Calls of the text's own functions are written out; they may grow to no more than this. */
const MAX_EXPANSION = 2000;
const MAX_HEIGHT = 110;

interface UserFunction {
  readonly parameters: readonly string[];
  readonly body: Expression;
}

interface Translated {
  readonly value: Expression;
  readonly type: 'number' | 'condition' | 'flag';
}

export function call(callee: string, args: readonly Expression[], span: Span): Call {
  return { kind: 'call', callee, args, span };
}

export function binary(operator: BinaryOperator, left: Expression, right: Expression, span: Span): Expression {
  return { kind: 'binary', operator, left, right, span };
}

export function named(name: string, span: Span = NOWHERE): Expression {
  return { kind: 'name', name, span };
}

export function literal(value: number, span: Span = NOWHERE): Expression {
  return { kind: 'number', value, span };
}

export const NOWHERE: Span = { start: 0, end: 0 };

/** Turns statements and expressions of a block into ours: names, types, functions written out. Problems go to the list. */
export class Translator {
  readonly #options: Translation;
  readonly #functions = new Map<string, UserFunction>();
  /** The functions that are being written out, and what the parameters of the innermost stand for. */
  #calling: readonly string[] = [];
  #locals: ReadonlyMap<string, Expression> = new Map();

  constructor(options: Translation) {
    this.#options = options;
  }

  /** The statements in our names; those at fault are left out. */
  lines(statements: readonly NbStatement[]): Line[] {
    for (const s of statements) if (s.kind === 'function') this.#collect(() => this.#define(s));
    return this.#lines(statements);
  }

  /** A condition in our names; undefined after a problem. */
  condition(e: Expression): Expression | undefined {
    return this.#collect(() => this.#condition(e));
  }

  number(e: Expression): Expression | undefined {
    return this.#collect(() => this.#number(e));
  }

  fail(problem: Problem, span: Span): never {
    throw new SpikeloomError(this.#options.source.problemAt(span, problem));
  }

  // ---- statements

  #lines(statements: readonly NbStatement[]): Line[] {
    return statements.flatMap((s) => this.#collect(() => this.#line(s)) ?? []);
  }

  #line(s: NbStatement): Line[] {
    switch (s.kind) {
      case 'function':
        return [];
      case 'derivative':
        return [{ kind: 'derivative', variable: this.#derived(s.variable), rhs: this.#number(s.rhs), span: s.span }];
      case 'assign':
        return [this.#assignment(s.target, s.operator, s.value, s.span)];
      case 'if': {
        const condition = this.#collect(() => this.#condition(s.condition));
        const then = this.#lines(s.then);
        const otherwise = this.#lines(s.otherwise);
        return condition ? [{ kind: 'if', condition, then, otherwise, span: s.span }] : [];
      }
      case 'call':
        return [this.#memberCall(s.call)];
    }
  }

  #memberCall(e: Call): Line {
    const found = this.#options.member?.(e);
    if (found) return { kind: 'member', ...found, span: e.span };
    const hint = 'Calls that stand by themselves are those of members: z.update(dt), na.update_current(v, dt).';
    return this.fail({ code: 'unknown-name', message: `'${e.callee}' does nothing here`, hint }, calleeSpan(e));
  }

  #derived({ name, span }: Named): string {
    const meaning = this.#meaning(name, span);
    if (meaning.kind === 'quantity' && !meaning.flag && meaning.fixed === undefined) return meaning.name;
    const reason = meaning.fixed ?? 'It is true or false.';
    return this.fail({ code: 'invalid-model', message: `'${name}' can't have a differential equation`, hint: reason }, span);
  }

  #assignment({ name, span: nameSpan }: Named, operator: AssignmentOperator, value: Expression, span: Span): Line {
    const meaning = this.#meaning(name, nameSpan);
    if (meaning.kind === 'value' || meaning.fixed !== undefined)
      this.fail({ code: 'invalid-model', message: `'${name}' can't be assigned`, hint: meaning.fixed ?? 'It is not a variable.' }, nameSpan);
    if (meaning.flag && operator !== '=')
      this.fail({ code: 'type-mismatch', message: `'${name}' is true or false, so '${operator}' can't change it`, hint: 'Assign it with =.' }, span);
    const ours = meaning.flag ? this.#bit(value) : this.#number(value);
    return { kind: 'assign', target: meaning.name, targetSpan: nameSpan, operator, value: ours, span };
  }

  // ---- types

  #number(e: Expression): Expression {
    const { value, type } = this.#expression(e);
    if (type === 'number') return value;
    const message = 'this is true or false, but a number is expected here';
    return this.fail({ code: 'type-mismatch', message, hint: 'Choose between two numbers with [if] ... [then] ... [else] ... [end].' }, e.span);
  }

  #condition(e: Expression): Expression {
    const translated = this.#expression(e);
    if (translated.type !== 'number') return conditionOf(translated);
    const message = 'this is a number, but a condition is expected here';
    return this.fail({ code: 'type-mismatch', message, hint: 'Compare it with something: x > 0.' }, e.span);
  }

  /** A condition as 0 or 1. */
  #bit(e: Expression): Expression {
    const translated = this.#expression(e);
    if (translated.type !== 'number') return bitOf(translated);
    return this.fail(
      { code: 'type-mismatch', message: 'this is a number, but true or false is expected here', hint: 'Compare it with something.' },
      e.span,
    );
  }

  // ---- expressions

  #expression(e: Expression): Translated {
    switch (e.kind) {
      case 'number':
        return { value: e, type: 'number' };
      case 'name':
        return this.#name(e.name, e.span);
      case 'unary':
        return e.operator === '-'
          ? { value: { ...e, operand: this.#number(e.operand) }, type: 'number' }
          : { value: { ...e, operand: this.#condition(e.operand) }, type: 'condition' };
      case 'binary':
        return this.#binary(e);
      case 'call':
        return this.#call(e);
    }
  }

  #binary(e: Extract<Expression, { kind: 'binary' }>): Translated {
    const { operator } = e;
    if (operator === 'and' || operator === 'or')
      return { value: { ...e, left: this.#condition(e.left), right: this.#condition(e.right) }, type: 'condition' };
    const left = this.#expression(e.left);
    if ((operator === '==' || operator === '!=') && left.type !== 'number')
      return { value: { ...e, left: bitOf(left), right: this.#bit(e.right) }, type: 'condition' };
    const value = { ...e, left: this.#number(e.left), right: this.#number(e.right) };
    return { value, type: ['<', '<=', '>', '>=', '==', '!='].includes(operator) ? 'condition' : 'number' };
  }

  #name(name: string, span: Span): Translated {
    if (name === 'true' || name === 'false') return { value: literal(name === 'true' ? 1 : 0, span), type: 'flag' };
    const local = this.#locals.get(name);
    if (local) return { value: local, type: 'number' };
    const meaning = this.#meaning(name, span);
    if (meaning.kind === 'value') return { value: at(meaning.value, span), type: meaning.condition ? 'condition' : 'number' };
    return { value: at(meaning.value ?? named(meaning.name), span), type: meaning.flag ? 'flag' : 'number' };
  }

  #meaning(name: string, span: Span): Meaning {
    const found = this.#options.names.get(name);
    if (found) return found;
    const hint = suggest(name, this.#options.names.keys());
    return this.fail({ code: 'unknown-name', message: `'${name}' is not a variable of this block`, hint }, span);
  }

  #call(e: Call): Translated {
    const user = this.#functions.get(e.callee);
    if (user) return this.#userCall(e, user);
    if (Object.hasOwn(FUNCTIONS, e.callee)) {
      const { arity, condition, make } = FUNCTIONS[e.callee];
      if (e.args.length !== arity) this.#failArity(e, arity);
      const args = e.args.map((a) => this.#number(a));
      return { value: make(args, e.span), type: condition ? 'condition' : 'number' };
    }
    const value = this.#options.memberValue?.(e, (part) => this.#number(part));
    if (value) return { value, type: 'number' };
    const known = [...Object.keys(FUNCTIONS), ...this.#functions.keys()];
    return this.fail({ code: 'unknown-name', message: `there is no function '${e.callee}' here`, hint: suggest(e.callee, known) }, calleeSpan(e));
  }

  #userCall(e: Call, { parameters, body }: UserFunction): Translated {
    if (e.args.length !== parameters.length) this.#failArity(e, parameters.length);
    if (this.#calling.includes(e.callee)) {
      const message = `'${e.callee}' calls itself`;
      this.fail({ code: 'invalid-model', message, hint: 'A function can only call others, down to the built-in ones.' }, calleeSpan(e));
    }
    const args = new Map(parameters.map((name, i) => [name, this.#number(e.args[i])]));
    const [calling, locals] = [this.#calling, this.#locals];
    this.#calling = [...calling, e.callee];
    this.#locals = args;
    try {
      const result = this.#expression(body);
      if (!exceeds(result.value, MAX_EXPANSION)) return { ...result, value: at(result.value, e.span) };
    } finally {
      this.#calling = calling;
      this.#locals = locals;
    }
    const message = `the functions called here expand to more than ${MAX_EXPANSION} operations`;
    return this.fail({ code: 'unsupported', message, hint: 'Let functions call each other less often, or give parts of them variables.' }, e.span);
  }

  #failArity(e: Call, wanted: number): never {
    const message = `'${e.callee}' takes ${wanted} ${wanted === 1 ? 'argument' : 'arguments'}, not ${e.args.length}`;
    return this.fail({ code: 'type-mismatch', message, hint: 'Give it as many as it takes.' }, e.span);
  }

  #define({ name, parameters, body }: Extract<NbStatement, { kind: 'function' }>): void {
    if (Object.hasOwn(FUNCTIONS, name.name) || this.#functions.has(name.name)) {
      const message = `'${name.name}' is ${this.#functions.has(name.name) ? 'defined twice' : 'a function of the language'}`;
      this.fail({ code: 'duplicate-name', message, hint: 'Give the function another name.' }, name.span);
    }
    this.#functions.set(name.name, { parameters, body });
  }

  #collect<T>(body: () => T): T | undefined {
    return this.#options.problems.collect(body);
  }
}

function conditionOf({ value, type }: Translated): Expression {
  return type === 'flag' ? (truth(value) ?? binary('>', value, literal(0.5), value.span)) : value;
}

function bitOf({ value, type }: Translated): Expression {
  return type === 'flag' ? value : call('where', [value, literal(1), literal(0)], value.span);
}

/** A condition that is always or never so. */
function truth(value: Expression): Expression | undefined {
  return value.kind === 'number' ? binary('==', value, literal(1), value.span) : undefined;
}

function calleeSpan(e: Call): Span {
  return { start: e.span.start, end: e.span.start + e.callee.length };
}

/** The expression as one that stands there. */
function at(e: Expression, span: Span): Expression {
  return { ...e, span };
}

/** Whether an expression has more parts than that, or is nested deeper than our own language reads. */
function exceeds(e: Expression, limit: number): boolean {
  let left = limit;
  const visit = (part: Expression, depth: number): boolean => {
    if (--left < 0 || depth > MAX_HEIGHT) return true;
    if (part.kind === 'unary') return visit(part.operand, depth + 1);
    if (part.kind === 'binary') return visit(part.left, depth + 1) || visit(part.right, depth + 1);
    return part.kind === 'call' && part.args.some((arg) => visit(arg, depth + 1));
  };
  return visit(e, 0);
}

/** The expression with names replaced. */
export function substitute(e: Expression, to: (name: string) => Expression | undefined): Expression {
  switch (e.kind) {
    case 'number':
      return e;
    case 'name':
      return to(e.name) ?? e;
    case 'unary':
      return { ...e, operand: substitute(e.operand, to) };
    case 'binary':
      return { ...e, left: substitute(e.left, to), right: substitute(e.right, to) };
    case 'call':
      return { ...e, args: e.args.map((a) => substitute(a, to)) };
  }
}
