import type { Expression } from './ast.ts';
import type { UserFunction } from './check.ts';

/** constant + sum of coefficient * unknown; what is absent is zero. */
export interface LinearForm {
  readonly constant: Expression | undefined;
  readonly coefficients: ReadonlyMap<string, Expression>;
}

/** Thrown where an expression is not linear; the caller knows what to propose. */
export class NotLinear extends Error {
  readonly term: Expression;
  constructor(term: Expression) {
    super('not linear');
    this.term = term;
  }
}

const span = { start: 0, end: 0 };

function add(a: Expression | undefined, b: Expression | undefined): Expression | undefined {
  if (!a || !b) return a ?? b;
  return { kind: 'binary', operator: '+', left: a, right: b, span: a.span };
}

function negate(a: Expression | undefined): Expression | undefined {
  return a && { kind: 'unary', operator: '-', operand: a, span: a.span };
}

function combine(operator: '*' | '/', a: Expression, b: Expression): Expression {
  if (b === one) return a;
  return a === one && operator === '*' ? b : { kind: 'binary', operator, left: a, right: b, span: a.span };
}

const one: Expression = { kind: 'number', value: 1, span };

function mapForm(form: LinearForm, f: (e: Expression) => Expression): LinearForm {
  return { constant: form.constant && f(form.constant), coefficients: new Map([...form.coefficients].map(([name, c]) => [name, f(c)])) };
}

function addForms(a: LinearForm, b: LinearForm): LinearForm {
  const coefficients = new Map(a.coefficients);
  for (const [name, c] of b.coefficients) {
    const sum = add(coefficients.get(name), c);
    if (sum) coefficients.set(name, sum);
  }
  return { constant: add(a.constant, b.constant), coefficients };
}

/** The name under which `xi(name)` appears among the unknowns of a linear form. */
export function noiseUnknown(name: string): string {
  return `xi(${name})`;
}

export interface LinearOptions {
  readonly unknowns: ReadonlySet<string>;
  /** The expressions of names that are to be looked into. */
  readonly expand: (name: string) => Expression | undefined;
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** `frozen(x)` counts as constant. */
  readonly freeze: boolean;
}

/**
 * Takes an expression apart into a linear form in `unknowns`; a function of the user that reads one is not linear.
 *
 * @throws NotLinear with the term that is to blame
 */
export function linearForm(e: Expression, options: LinearOptions): LinearForm {
  const { unknowns, expand, functions, freeze } = options;
  const recurse = (x: Expression): LinearForm => linearForm(x, options);
  switch (e.kind) {
    case 'number':
      return { constant: e, coefficients: new Map() };
    case 'name': {
      if (unknowns.has(e.name)) return { constant: undefined, coefficients: new Map([[e.name, one]]) };
      const definition = expand(e.name);
      const form = definition && recurse(definition);
      return form && form.coefficients.size > 0 ? form : { constant: e, coefficients: new Map() };
    }
    case 'unary':
      return e.operator === '-' ? mapForm(recurse(e.operand), (x) => negate(x) ?? x) : constantOnly(e, [e.operand], recurse);
    case 'binary':
      return linearBinary(e, recurse);
    case 'call': {
      if (e.callee === 'xi' && e.args[0]?.kind === 'name' && unknowns.has(noiseUnknown(e.args[0].name))) {
        return { constant: undefined, coefficients: new Map([[noiseUnknown(e.args[0].name), one]]) };
      }
      if (e.callee === 'frozen') {
        const form = freeze ? undefined : recurse(e.args[0]);
        return form && form.coefficients.size > 0 ? form : { constant: e, coefficients: new Map() };
      }
      if (e.callee === 'previous') return { constant: e, coefficients: new Map() };
      const called = functions.get(e.callee);
      if (called && readsUnknown(called, options)) throw new NotLinear(e);
      return constantOnly(e, e.args, recurse);
    }
  }
}

function linearBinary(e: Extract<Expression, { kind: 'binary' }>, recurse: (x: Expression) => LinearForm): LinearForm {
  if (!['+', '-', '*', '/'].includes(e.operator)) return constantOnly(e, [e.left, e.right], recurse);
  const left = recurse(e.left);
  const right = recurse(e.right);
  if (e.operator === '+') return addForms(left, right);
  if (e.operator === '-')
    return addForms(
      left,
      mapForm(right, (x) => negate(x) ?? x),
    );
  if (left.coefficients.size === 0 && right.coefficients.size === 0) return { constant: e, coefficients: new Map() };
  if (right.coefficients.size === 0) return mapForm(left, (x) => combine(e.operator === '/' ? '/' : '*', x, e.right));
  if (left.coefficients.size === 0 && e.operator === '*') return mapForm(right, (x) => combine('*', e.left, x));
  throw new NotLinear(e);
}

/** Whether the body of a function reads an unknown itself, not through its parameters. */
function readsUnknown({ parameters, body }: UserFunction, options: LinearOptions): boolean {
  const { unknowns, expand } = options;
  try {
    const form = linearForm(body, {
      ...options,
      unknowns: new Set([...unknowns].filter((name) => !parameters.includes(name))),
      expand: (name) => (parameters.includes(name) ? undefined : expand(name)),
    });
    return form.coefficients.size > 0;
  } catch (error) {
    if (error instanceof NotLinear) return true;
    throw error;
  }
}

function constantOnly(e: Expression, parts: readonly Expression[], recurse: (x: Expression) => LinearForm): LinearForm {
  if (parts.some((p) => recurse(p).coefficients.size > 0)) throw new NotLinear(e);
  return { constant: e, coefficients: new Map() };
}
