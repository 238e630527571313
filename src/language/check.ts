import { type ErrorCode, type ProblemList, type Span, SpikeloomError, suggest, unreachable } from '../core/error.ts';
import {
  DIMENSIONLESS,
  type Dimension,
  divideDimensions,
  multiplyDimensions,
  parseUnit,
  powerDimension,
  printDimension,
  sameDimension,
  toCoherent,
} from '../core/unit.ts';
import type { BinaryOperator, Equation, Expression, Statement } from './ast.ts';
import { BUILTINS, type Builtin, type BuiltinName, isBuiltin } from './builtins.ts';
import { printExpression } from './print.ts';

/** What an expression gives. `'any'` fits every unit: the literal 0, and every number of a model without units. */
export type ValueKind = { readonly kind: 'number'; readonly dimension: Dimension | 'any' } | { readonly kind: 'boolean' };

export interface UserFunction {
  readonly parameters: readonly string[];
  readonly body: Expression;
}

/** The names that an expression can see. */
export interface Scope {
  /** Kind of a name, or undefined when unknown. */
  lookup(name: string): ValueKind | undefined;
  names(): Iterable<string>;
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** The unit of what a list of that name holds, or undefined where there is none. */
  list?(name: string): Dimension | 'any' | undefined;
  /** A reason why the name may not be assigned, or undefined when it may. */
  assignable?(name: string): string | undefined;
}

export interface CheckOptions {
  /** The text that the spans of what is checked refer to. */
  readonly text: string;
  readonly path: readonly string[];
  /** Receives what is wrong; a call stops after 20 problems. */
  readonly problems: ProblemList;
  /** No units are compared; names, kinds and numbers of arguments still are. */
  readonly unitless: boolean;
  readonly random: 'none' | 'noise' | 'draws';
}

/** The kind of an expression; undefined after a reported problem. */
export function checkExpression(expression: Expression, scope: Scope, options: CheckOptions): ValueKind | undefined {
  return new Checker(scope, options).infer(expression);
}

/** Reports a right side that is not in the unit of the variable per ms. White noise is allowed, draws are not, whatever `options.random` says. */
export function checkDerivative(equation: Extract<Equation, { kind: 'derivative' }>, scope: Scope, options: CheckOptions): void {
  new Checker(scope, { ...options, random: 'noise' }).derivative(equation);
}

export function checkStatements(statements: readonly Statement[], scope: Scope, options: CheckOptions): void {
  new Checker(scope, options).statements(statements);
}

type Quantity = Dimension | 'any';

const TIME: Dimension = [1, 0, 0, 0, 0, 0];
const NOISE: Dimension = powerDimension(TIME, -0.5);
const MAX_PROBLEMS = 20;
const MAX_EXPANSION = 10_000;

const VERBS: Readonly<Record<Exclude<BinaryOperator, '*' | '/' | '^' | 'and' | 'or'>, string>> = {
  '+': 'added',
  '-': 'subtracted',
  '<': 'compared',
  '<=': 'compared',
  '>': 'compared',
  '>=': 'compared',
  '==': 'compared',
  '!=': 'compared',
};

/** A user function that is being entered, outermost first. */
interface Frame {
  readonly callee: string;
  readonly locals: ReadonlyMap<string, ValueKind>;
}

class Checker {
  readonly #scope: Scope;
  readonly #options: CheckOptions;
  #frames: readonly Frame[] = [];
  /** The outermost call of a user function: spans within its body refer to another text. */
  #callSpan: Span | undefined;
  #reported = 0;
  #expanded = 0;

  constructor(scope: Scope, options: CheckOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  infer(e: Expression): ValueKind | undefined {
    if (this.#reported >= MAX_PROBLEMS || this.#expanded > MAX_EXPANSION) return undefined;
    if (this.#frames.length > 0) this.#expanded++;
    switch (e.kind) {
      case 'number':
        return this.#literal(e);
      case 'name':
        return this.#name(e);
      case 'unary':
        return e.operator === 'not' ? this.#condition(e.operand) : this.#quantityKind(this.#number(e.operand));
      case 'binary':
        return this.#binary(e);
      case 'call':
        return isBuiltin(e.callee) ? this.#builtin(e, e.callee) : this.#userCall(e);
      default:
        return unreachable(e);
    }
  }

  derivative(equation: Extract<Equation, { kind: 'derivative' }>): void {
    const start = equation.span.start + 1;
    const variable = this.#number({ kind: 'name', name: equation.variable, span: { start, end: start + equation.variable.length } });
    const rhs = this.#number(equation.rhs);
    if (variable === undefined || rhs === undefined || variable === 'any' || rhs === 'any') return;
    const expected = divideDimensions(variable, TIME);
    if (sameDimension(rhs, expected)) return;
    const hint = sameDimension(rhs, variable)
      ? 'Divide the right side by a time constant.'
      : `Its right side must be in ${printDimension(expected)}.`;
    this.#report(
      'unit-mismatch',
      `'d${equation.variable}/dt' is in ${printDimension(expected)} but '${show(equation.rhs)}' ${inUnit(rhs)}`,
      equation.rhs.span,
      hint,
    );
  }

  statements(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.kind === 'assign') {
        this.#assignment(statement);
      } else {
        this.#condition(statement.condition);
        this.statements(statement.then);
        this.statements(statement.otherwise);
      }
    }
  }

  #assignment(statement: Extract<Statement, { kind: 'assign' }>): void {
    const { target, targetSpan: span, operator, value } = statement;
    const name: Expression = { kind: 'name', name: target, span };
    const kind = this.infer(name);
    const reason = kind && this.#scope.assignable?.(target);
    if (reason !== undefined) this.#report('invalid-model', `'${target}' can't be assigned`, span, reason);
    if (kind?.kind === 'boolean' && operator === '=') {
      this.#condition(value);
      return;
    }
    const left = kind && this.#requireNumber(name, kind);
    const right = this.#number(value);
    if (left === undefined || right === undefined) return;
    if (operator === '*=' || operator === '/=') {
      if (fits(right, DIMENSIONLESS)) return;
      this.#report(
        'unit-mismatch',
        `'${show(value)}' ${inUnit(right)}: '${operator}' would change the unit of '${target}'`,
        value.span,
        `Use a number without unit behind '${operator}'.`,
      );
      return;
    }
    const verb = { '=': "the one can't be assigned to the other", '+=': "they can't be added", '-=': "they can't be subtracted" }[operator];
    this.#common([name, value], [left, right], verb);
  }

  // ---- kinds and units

  /** The unit of a number, `'any'`, or undefined after a reported problem. */
  #number(e: Expression): Quantity | undefined {
    const kind = this.infer(e);
    return kind && this.#requireNumber(e, kind);
  }

  #requireNumber(e: Expression, kind: ValueKind): Quantity | undefined {
    if (kind.kind === 'number') return kind.dimension;
    return this.#report(
      'type-mismatch',
      `'${show(e)}' is a condition, but a number is expected here`,
      e.span,
      `Write where(${show(e)}, 1, 0) to make a number of it.`,
    );
  }

  #condition(e: Expression): ValueKind | undefined {
    const kind = this.infer(e);
    if (kind?.kind !== 'number') return kind;
    return this.#report(
      'type-mismatch',
      `'${show(e)}' is a number, but a condition is expected here`,
      e.span,
      `Compare it with something: ${show(e)} > 0.`,
    );
  }

  #quantityKind(quantity: Quantity | undefined): ValueKind | undefined {
    if (quantity === undefined) return undefined;
    return { kind: 'number', dimension: this.#options.unitless ? 'any' : quantity };
  }

  /** The unit that all `quantities` have, those of `operands`; undefined after a reported difference. */
  #common(operands: readonly Expression[], quantities: readonly Quantity[], complaint: string): Quantity | undefined {
    const first = quantities.findIndex((q) => q !== 'any');
    if (first < 0) return 'any';
    const dimension = quantities[first] as Dimension;
    const other = quantities.findIndex((q) => !fits(q, dimension));
    if (other < 0) return dimension;
    const [a, b] = [operands[first], operands[other]];
    const message = `'${show(a)}' ${inUnit(dimension)} but '${show(b)}' ${inUnit(quantities[other])}: ${complaint}`;
    return this.#report('unit-mismatch', message, b.span, mismatchHint([a, b], [dimension, quantities[other]]));
  }

  #pure(e: Expression, quantity: Quantity, user: string): boolean {
    if (fits(quantity, DIMENSIONLESS)) return true;
    this.#report(
      'unit-mismatch',
      `'${show(e)}' ${inUnit(quantity)}, but ${user} takes a number without unit`,
      e.span,
      `Divide it by something in ${printDimension(quantity as Dimension)}.`,
    );
    return false;
  }

  // ---- expressions

  #literal(e: Extract<Expression, { kind: 'number' }>): ValueKind | undefined {
    if (e.unit === undefined) return this.#quantityKind(e.value === 0 ? 'any' : DIMENSIONLESS);
    try {
      return this.#quantityKind(parseUnit(e.unit).dimension);
    } catch (error) {
      if (!(error instanceof SpikeloomError)) throw error;
      const [{ code, message, hint }] = error.problems;
      return this.#report(code, message, this.#unitSpan(e.span, error.span), hint);
    }
  }

  /** Where a part of a literal's unit lies in the text. */
  #unitSpan(literal: Span, part: Span | undefined): Span {
    const { text } = this.#options;
    const bracket = text.indexOf('[', literal.start) + 1;
    if (part === undefined || bracket === 0 || bracket > literal.end) return literal;
    const start = bracket + text.slice(bracket).search(/\S/);
    return { start: start + part.start, end: start + part.end };
  }

  #name(e: Extract<Expression, { kind: 'name' }>): ValueKind | undefined {
    const { name } = e;
    const kind = this.#frames.at(-1)?.locals.get(name) ?? this.#scope.lookup(name);
    if (kind) return kind.kind === 'number' ? this.#quantityKind(kind.dimension) : kind;
    if (this.#scope.list?.(name) !== undefined)
      return this.#report(
        'type-mismatch',
        `'${name}' is a list of numbers, but one is expected here`,
        e.span,
        `Take one of them: sample(${name}, i).`,
      );
    if (isBuiltin(name) || this.#scope.functions.has(name))
      return this.#report('unknown-name', `'${name}' is a function`, e.span, `Give it arguments: ${this.#signature(name)}.`);
    const known = new Set([...(this.#frames.at(-1)?.locals.keys() ?? []), ...this.#scope.names()]);
    return this.#report('unknown-name', `'${name}' is not defined`, e.span, suggest(name, known));
  }

  #binary(e: Extract<Expression, { kind: 'binary' }>): ValueKind | undefined {
    const { operator } = e;
    if (operator === 'and' || operator === 'or') {
      const left = this.#condition(e.left);
      return this.#condition(e.right) && left;
    }
    const left = this.#number(e.left);
    const right = this.#number(e.right);
    if (left === undefined || right === undefined) return undefined;
    switch (operator) {
      case '*':
        return this.#quantityKind(left === 'any' || right === 'any' ? 'any' : multiplyDimensions(left, right));
      case '/':
        return this.#quantityKind(left === 'any' || right === 'any' ? 'any' : divideDimensions(left, right));
      case '^':
        return this.#power(e.left, left, e.right, right);
      case '+':
      case '-':
        return this.#quantityKind(this.#common([e.left, e.right], [left, right], `they can't be ${VERBS[operator]}`));
      default:
        return this.#common([e.left, e.right], [left, right], `they can't be ${VERBS[operator]}`) && { kind: 'boolean' };
    }
  }

  #power(base: Expression, baseUnit: Quantity, exponent: Expression, exponentUnit: Quantity): ValueKind | undefined {
    if (!this.#pure(exponent, exponentUnit, 'an exponent')) return undefined;
    if (fits(baseUnit, DIMENSIONLESS)) return this.#quantityKind(baseUnit);
    const value = constantValue(exponent);
    if (value !== undefined && Number.isFinite(value)) return this.#quantityKind(powerDimension(baseUnit as Dimension, value));
    const hint = `Divide '${show(base)}' by something in ${printDimension(baseUnit as Dimension)}, or write the exponent as a number.`;
    return this.#report(
      'unit-mismatch',
      `'${show(base)}' ${inUnit(baseUnit)}: the exponent '${show(exponent)}' must be a plain number`,
      exponent.span,
      hint,
    );
  }

  // ---- calls

  #builtin(e: Extract<Expression, { kind: 'call' }>, name: BuiltinName): ValueKind | undefined {
    const { overloads, rule, random }: Builtin = BUILTINS[name];
    if (!overloads.some((parameters) => parameters.length === e.args.length)) return this.#arity(e);
    if (random && !this.#mayDraw(e, random)) return undefined;
    if (rule === 'noise') return this.#noise(e);
    if (rule === 'where') return this.#where(e);
    if (rule === 'list') return this.#sample(e);
    const units = this.#numbers(e.args);
    if (units === undefined) return undefined;
    switch (rule) {
      case 'pure':
      case 'chance':
        if (!this.#pure(e.args[0], units[0], name)) return undefined;
        return rule === 'chance' ? { kind: 'boolean' } : this.#quantityKind(DIMENSIONLESS);
      case 'keep':
        return this.#quantityKind(units[0]);
      case 'root':
        return this.#quantityKind(units[0] === 'any' ? 'any' : powerDimension(units[0], 0.5));
      case 'drop':
        return this.#quantityKind(DIMENSIONLESS);
      case 'truncated':
        if (!this.#canBeTruncated(e)) return undefined;
        return this.#quantityKind(this.#common(e.args, units, `${name} can't take both`));
      case 'same':
        return this.#quantityKind(units.length === 0 ? DIMENSIONLESS : this.#common(e.args, units, `${name} can't take both`));
      case 'power':
        return this.#power(e.args[0], units[0], e.args[1], units[1]);
      default:
        return unreachable(rule);
    }
  }

  /** The units of several expressions; undefined where one has none, all having been checked. */
  #numbers(args: readonly Expression[]): Quantity[] | undefined {
    const units = args.map((arg) => this.#number(arg)).filter((unit) => unit !== undefined);
    return units.length === args.length ? units : undefined;
  }

  #where(e: Extract<Expression, { kind: 'call' }>): ValueKind | undefined {
    const [condition, ...branches] = e.args;
    const checked = this.#condition(condition);
    const units = this.#numbers(branches);
    return checked && units && this.#quantityKind(this.#common(branches, units, "where can't choose between them"));
  }

  #sample(e: Extract<Expression, { kind: 'call' }>): ValueKind | undefined {
    const [list, place] = e.args;
    const index = this.#number(place);
    const isLocal = list.kind === 'name' && this.#frames.at(-1)?.locals.has(list.name);
    const unit = list.kind === 'name' && !isLocal ? this.#scope.list?.(list.name) : undefined;
    if (unit === undefined) {
      const hint = "Name a quantity that was declared with a list: values: quantity([1, 2, 3], 'pA', 'samples').";
      return this.#report('type-mismatch', `sample takes numbers from a list, which '${show(list)}' is not`, list.span, hint);
    }
    return index !== undefined && this.#pure(place, index, 'sample') ? this.#quantityKind(unit) : undefined;
  }

  #canBeTruncated(e: Extract<Expression, { kind: 'call' }>): boolean {
    const [law, low, high] = e.args;
    if (law.kind !== 'call' || !(law.callee === 'normal' || law.callee === 'lognormal')) {
      const hint = `Write truncated(normal(mean, sd), low, high) or truncated(lognormal(mean, sd), low, high); clamp(x, low, high) bounds any x.`;
      this.#report('type-mismatch', `truncated takes a law to draw from, not '${show(law)}'`, law.span, hint);
      return false;
    }
    const [least, most] = [literalValue(low), literalValue(high)];
    if (least === undefined || most === undefined || least < most) return true;
    this.#report(
      'invalid-value',
      `nothing lies between '${show(low)}' and '${show(high)}'`,
      { start: low.span.start, end: high.span.end },
      'Give the lower bound first.',
    );
    return false;
  }

  #noise(e: Extract<Expression, { kind: 'call' }>): ValueKind | undefined {
    if (e.args[0].kind === 'name') return this.#quantityKind(NOISE);
    return this.#report(
      'type-mismatch',
      `xi takes a name of its own, not '${show(e.args[0])}'`,
      e.args[0].span,
      'Write xi(a): equal names are the same noise, different names are independent.',
    );
  }

  #mayDraw(e: Extract<Expression, { kind: 'call' }>, random: 'draw' | 'noise'): boolean {
    const allowed = this.#options.random;
    if (random === 'noise') {
      if (allowed === 'noise') return true;
      const hint = allowed === 'draws' ? 'Use normal(mean, sd) here.' : 'Write dv/dt = ... + sigma * xi(a).';
      this.#report('unsupported', "'xi' is white noise, which belongs in a differential equation", e.span, hint);
      return false;
    }
    if (allowed === 'draws') return true;
    if (allowed === 'noise')
      this.#report(
        'unsupported',
        `'${e.callee}' draws a random number, which a differential equation can't do`,
        e.span,
        'Use white noise, xi(a), or draw in a step block.',
      );
    else
      this.#report(
        'unsupported',
        `'${e.callee}' draws a random number, which can't be done here`,
        e.span,
        'Draw in a block (reset, step, on pre) or in an init or set expression.',
      );
    return false;
  }

  #userCall(e: Extract<Expression, { kind: 'call' }>): ValueKind | undefined {
    const called = this.#scope.functions.get(e.callee);
    if (!called) return this.#unknownFunction(e);
    if (called.parameters.length !== e.args.length) return this.#arity(e);
    if (this.#frames.some((frame) => frame.callee === e.callee)) {
      return this.#report('invalid-model', `'${e.callee}' calls itself`, e.span, 'A function can only call others, down to the built-in ones.');
    }
    const kinds = e.args.map((arg) => this.infer(arg)).filter((kind) => kind !== undefined);
    if (kinds.length < e.args.length) return undefined;
    const outer = this.#frames;
    this.#frames = [...outer, { callee: e.callee, locals: new Map(called.parameters.map((parameter, i) => [parameter, kinds[i]])) }];
    if (outer.length === 0) this.#callSpan = e.span;
    const kind = this.infer(called.body);
    this.#frames = outer;
    if (outer.length > 0) return kind;
    this.#callSpan = undefined;
    // Calls are expanded in place when the model is compiled, and functions that call functions can grow without bound.
    if (this.#expanded <= MAX_EXPANSION) return kind;
    return this.#report(
      'unsupported',
      `the functions called here expand to more than ${MAX_EXPANSION} operations`,
      e.span,
      'Let functions call each other less often.',
    );
  }

  #unknownFunction(e: Extract<Expression, { kind: 'call' }>): undefined {
    const span = { start: e.span.start, end: e.span.start + e.callee.length };
    const isValue = this.#frames.at(-1)?.locals.has(e.callee) || this.#scope.lookup(e.callee) !== undefined;
    if (isValue) return this.#report('unknown-name', `'${e.callee}' is not a function`, span, `To multiply, write ${e.callee} * (...).`);
    return this.#report(
      'unknown-name',
      `'${e.callee}' is not a function`,
      span,
      suggest(e.callee, [...Object.keys(BUILTINS), ...this.#scope.functions.keys()]),
    );
  }

  #arity(e: Extract<Expression, { kind: 'call' }>): undefined {
    const count = e.args.length === 1 ? '1 argument' : `${e.args.length} arguments`;
    return this.#report('type-mismatch', `'${e.callee}' can't take ${count}`, e.span, `Write ${this.#signature(e.callee)}.`);
  }

  #signature(name: string): string {
    const overloads = isBuiltin(name) ? BUILTINS[name].overloads : [this.#scope.functions.get(name)?.parameters ?? []];
    return overloads.map((parameters) => `${name}(${parameters.join(', ')})`).join(' or ');
  }

  #report(code: ErrorCode, message: string, span: Span, hint: string | undefined): undefined {
    this.#reported++;
    const path = [...this.#options.path, ...this.#frames.map((frame) => `function '${frame.callee}'`)];
    const source = { text: this.#options.text, span: this.#callSpan ?? span };
    this.#options.problems.add({ code, message, path, source, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }
}

function fits(quantity: Quantity, dimension: Dimension): boolean {
  return quantity === 'any' || sameDimension(quantity, dimension);
}

function inUnit(quantity: Quantity): string {
  return fits(quantity, DIMENSIONLESS) ? 'has no unit' : `is in ${printDimension(quantity as Dimension)}`;
}

function mismatchHint(operands: readonly [Expression, Expression], quantities: readonly [Quantity, Quantity]): string {
  const literal = operands.findIndex(isLiteral);
  const other = quantities[1 - literal];
  if (literal >= 0 && other !== 'any' && !fits(other, DIMENSIONLESS))
    return `Give the number its unit: ${show(operands[literal])}[${printDimension(other)}].`;
  return 'Convert one of them, or correct the unit that it is declared with.';
}

function isLiteral(e: Expression): boolean {
  return e.kind === 'number' ? e.unit === undefined : e.kind === 'unary' && isLiteral(e.operand);
}

/** The value of an expression of plain numbers. */
function constantValue(e: Expression): number | undefined {
  if (e.kind === 'number') return e.unit === undefined ? e.value : undefined;
  if (e.kind === 'unary' && e.operator === '-') {
    const value = constantValue(e.operand);
    return value === undefined ? undefined : -value;
  }
  if (e.kind !== 'binary') return undefined;
  const a = constantValue(e.left);
  const b = constantValue(e.right);
  if (a === undefined || b === undefined) return undefined;
  switch (e.operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return undefined;
  }
}

/** The value of a number with its unit, or of an expression of plain numbers. */
function literalValue(e: Expression): number | undefined {
  if (e.kind === 'number' && e.unit !== undefined) return toCoherent(e.value, parseUnit(e.unit));
  return constantValue(e);
}

/** An expression as text, cut where it would fill the message. */
function show(e: Expression): string {
  const text = printExpression(e);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
