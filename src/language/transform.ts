import type { Expression, Statement } from './ast.ts';
import type { UserFunction } from './check.ts';

type Functions = ReadonlyMap<string, UserFunction>;

export interface Renaming {
  name(name: string): string;
  callee(callee: string): string;
  /** The argument of xi names a source of noise, not a quantity. */
  noise(name: string): string;
}

/** The expression with its names and callees replaced; spans stay, so that errors still point into the user's text. */
export function renameExpression(e: Expression, to: Renaming): Expression {
  switch (e.kind) {
    case 'number':
      return e;
    case 'name':
      return { ...e, name: to.name(e.name) };
    case 'unary':
      return { ...e, operand: renameExpression(e.operand, to) };
    case 'binary':
      return { ...e, left: renameExpression(e.left, to), right: renameExpression(e.right, to) };
    case 'call':
      return { ...e, callee: to.callee(e.callee), args: e.args.map((a) => (e.callee === 'xi' ? renameNoise(a, to) : renameExpression(a, to))) };
  }
}

function renameNoise(e: Expression, to: Renaming): Expression {
  return e.kind === 'name' ? { ...e, name: to.noise(e.name) } : e;
}

export function renameStatements(block: readonly Statement[], to: Renaming): Statement[] {
  return block.map((s) =>
    s.kind === 'assign'
      ? { ...s, target: to.name(s.target), value: renameExpression(s.value, to) }
      : { ...s, condition: renameExpression(s.condition, to), then: renameStatements(s.then, to), otherwise: renameStatements(s.otherwise, to) },
  );
}

/**
 * Calls `visit` on every part of an expression and of the bodies of those `functions` that it calls, outer ones first;
 * names that stand for a function's parameters are left out, and so is the name of a source of noise.
 */
export function walkExpression(e: Expression, visit: (e: Expression) => void, functions?: Functions, parameters: readonly string[] = []): void {
  if (e.kind === 'name' && parameters.includes(e.name)) return;
  visit(e);
  for (const part of partsOf(e)) walkExpression(part, visit, functions, parameters);
  const called = e.kind === 'call' ? functions?.get(e.callee) : undefined;
  if (called) walkExpression(called.body, visit, functions, called.parameters);
}

function partsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'number':
    case 'name':
      return [];
    case 'unary':
      return [e.operand];
    case 'binary':
      return [e.left, e.right];
    case 'call':
      return e.callee === 'xi' ? [] : e.args;
  }
}

/** Calls `visit` on every assignment of a block, in order. */
export function walkAssignments(block: readonly Statement[], visit: (s: Extract<Statement, { kind: 'assign' }>) => void): void {
  for (const s of block) {
    if (s.kind === 'assign') visit(s);
    else {
      walkAssignments(s.then, visit);
      walkAssignments(s.otherwise, visit);
    }
  }
}

/** Every expression of a block: conditions and assigned values. */
export function expressionsIn(block: readonly Statement[]): Expression[] {
  return block.flatMap((s) => (s.kind === 'assign' ? [s.value] : [s.condition, ...expressionsIn(s.then), ...expressionsIn(s.otherwise)]));
}

/** Every name that an expression reads, itself or in a function that it calls, in order of appearance. */
export function namesIn(e: Expression, functions?: Functions): string[] {
  const found: string[] = [];
  walkExpression(
    e,
    (part) => {
      if (part.kind === 'name') found.push(part.name);
    },
    functions,
  );
  return found;
}
