import type { Expression } from '../language/ast.ts';
import { namesIn } from '../language/transform.ts';

type Side = 'pre' | 'post' | 'own';

/** factor * (pre - post) or factor * pre, summed over sources: what lets uniform all-to-all coupling cost O(N). */
export interface Separated {
  /** Reads `post.*` and the synapse's own quantities. */
  readonly factor: Expression;
  /** Reads `pre.*` only. */
  readonly pre: Expression;
  /** Reads `post.*` only; absent where the summand has no such part. */
  readonly post: Expression | undefined;
}

function sidesOf(e: Expression): Set<Side> {
  return new Set(namesIn(e).map((name): Side => (name.startsWith('pre.') ? 'pre' : name.startsWith('post.') ? 'post' : 'own')));
}

/** The factors of a product, with a minus sign as a factor -1. */
function factorsOf(e: Expression): Expression[] {
  if (e.kind === 'binary' && e.operator === '*') return [...factorsOf(e.left), ...factorsOf(e.right)];
  if (e.kind === 'unary' && e.operator === '-') return [{ kind: 'number', value: -1, span: e.span }, ...factorsOf(e.operand)];
  if (e.kind === 'binary' && e.operator === '/') {
    const one: Expression = { kind: 'number', value: 1, span: e.span };
    return [...factorsOf(e.left), { kind: 'binary', operator: '/', left: one, right: e.right, span: e.span }];
  }
  return [e];
}

function product(factors: readonly Expression[], span: Expression['span']): Expression {
  const one: Expression = { kind: 'number', value: 1, span };
  return factors.reduce((left, right) => ({ kind: 'binary', operator: '*', left, right, span }), one);
}

/** Takes a summand apart, or says that it can't be. */
export function separate(e: Expression): Separated | undefined {
  const factors = factorsOf(e);
  const withPre = factors.filter((f) => sidesOf(f).has('pre'));
  const others = factors.filter((f) => !sidesOf(f).has('pre'));
  if (withPre.every((f) => sidesOf(f).size === 1)) return { factor: product(others, e.span), pre: product(withPre, e.span), post: undefined };
  const [only] = withPre;
  if (withPre.length !== 1 || only.kind !== 'binary' || only.operator !== '-') return undefined;
  const pure = (x: Expression, side: Side): boolean => [...sidesOf(x)].every((s) => s === side);
  if (pure(only.left, 'pre') && pure(only.right, 'post')) return { factor: product(others, e.span), pre: only.left, post: only.right };
  if (pure(only.left, 'post') && pure(only.right, 'pre')) {
    const minus: Expression = { kind: 'number', value: -1, span: e.span };
    return { factor: product([minus, ...others], e.span), pre: only.right, post: only.left };
  }
  return undefined;
}

/** Whether an expression is finite for every pair of cells whose state is, so that 0 times it is 0: sums and products only. */
export function staysFinite(e: Expression): boolean {
  switch (e.kind) {
    case 'number':
      return true;
    case 'name':
      return !e.name.endsWith('.since_spike');
    case 'unary':
      return staysFinite(e.operand);
    case 'binary':
      return ['+', '-', '*'].includes(e.operator) && staysFinite(e.left) && staysFinite(e.right);
    case 'call':
      return false;
  }
}

/** The first of the names that is a factor of the whole expression: where it is 0, the expression is. */
export function leadingFactor(e: Expression, names: Iterable<string>): string | undefined {
  const candidates = new Set(names);
  for (const f of factorsOf(e)) if (f.kind === 'name' && candidates.has(f.name)) return f.name;
  return undefined;
}
