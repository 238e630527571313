import { unreachable } from '../core/error.ts';
import type { Equation, Expression, Statement } from './ast.ts';
import { BINARY_POWER, UNARY_POWER } from './parser.ts';

/** An expression as text, with no more parentheses than it needs; `parseExpression` reads the same expression back. */
export function printExpression(e: Expression): string {
  switch (e.kind) {
    case 'number':
      // A double's own text is the shortest that reads back exactly.
      return e.unit === undefined ? String(e.value) : `${e.value}[${e.unit}]`;
    case 'name':
      return e.name;
    case 'call':
      return `${e.callee}(${e.args.map(printExpression).join(', ')})`;
    case 'unary':
      return `${e.operator}${e.operator === '-' ? '' : ' '}${printOperand(e.operand, UNARY_POWER[e.operator])}`;
    case 'binary':
      return printBinary(e);
    default:
      return unreachable(e);
  }
}

function printBinary(e: Extract<Expression, { kind: 'binary' }>): string {
  const power = BINARY_POWER[e.operator];
  if (e.operator === '^') {
    // On the right a minus needs no parentheses: 2^-x.
    const right = e.right.kind === 'unary' && e.right.operator === '-' ? printExpression(e.right) : printOperand(e.right, power);
    return `${printOperand(e.left, power + 1)}^${right}`;
  }
  const chains = power !== BINARY_POWER['<'];
  // A minus that begins the right operand is read as a prefix, so that only what binds less tightly needs parentheses.
  return `${printOperand(e.left, chains ? power : power + 1)} ${e.operator} ${printOperand(e.right, power + 1)}`;
}

function printOperand(e: Expression, power: number): string {
  const text = printExpression(e);
  return powerOf(e) < power ? `(${text})` : text;
}

function powerOf(e: Expression): number {
  if (e.kind === 'binary') return BINARY_POWER[e.operator];
  if (e.kind === 'unary') return UNARY_POWER[e.operator];
  return e.kind === 'number' && (e.value < 0 || Object.is(e.value, -0)) ? UNARY_POWER['-'] : Number.POSITIVE_INFINITY;
}

/** One equation a line; `parseEquations` reads the same equations back. */
export function printEquations(equations: readonly Equation[]): string {
  return equations.map(printEquation).join('\n');
}

function printEquation(equation: Equation): string {
  switch (equation.kind) {
    case 'derivative':
      return `d${equation.variable}/dt = ${printExpression(equation.rhs)}${equation.unlessRefractory ? ' (unless refractory)' : ''}`;
    case 'definition':
      return `${equation.name} = ${printExpression(equation.rhs)}`;
    case 'function':
      return `function ${equation.name}(${equation.parameters.join(', ')}) = ${printExpression(equation.body)}`;
    default:
      return unreachable(equation);
  }
}

/** One statement a line, two spaces in for every brace; `parseBlock` reads the same statements back. */
export function printBlock(statements: readonly Statement[]): string {
  return statements.flatMap(printStatement).join('\n');
}

function printStatement(statement: Statement): string[] {
  if (statement.kind === 'assign') return [`${statement.target} ${statement.operator} ${printExpression(statement.value)}`];
  const lines = [`if (${printExpression(statement.condition)}) {`, ...indent(statement.then)];
  const { otherwise } = statement;
  if (otherwise.length === 1 && otherwise[0].kind === 'if') {
    const [first, ...rest] = printStatement(otherwise[0]);
    return [...lines, `} else ${first}`, ...rest];
  }
  return otherwise.length > 0 ? [...lines, '} else {', ...indent(otherwise), '}'] : [...lines, '}'];
}

function indent(statements: readonly Statement[]): string[] {
  return statements.flatMap(printStatement).map((line) => `  ${line}`);
}
