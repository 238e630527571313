import type { Equation, Expression } from '../../language/ast.ts';
import { namesIn } from '../../language/transform.ts';
import { binary, call, type Line, literal, NOWHERE, named, substitute } from './translate.ts';

/** A condition for a spike, from the state before the step, with the named expressions that it uses. */
export interface SpikeTest {
  readonly condition: Expression;
  readonly definitions: readonly Equation[];
}

/** Named expressions may build upon each other so often, and an expression may be nested so deep. */
const MAX_HEIGHT = 80;

/**
 * What a flag is after a list of statements, as a condition on what was before it: a train of ours tests for a spike first
 * and carries out its step block behind that. Undefined where that would be nested too deep.
 */
export function spikeTest(lines: readonly Line[], flag: string, fresh: (wanted: string) => string): SpikeTest | undefined {
  const run = new Run(fresh);
  const value = run.carryOut(lines, new Map()).get(flag) ?? named(flag);
  return run.test(conditionOf(value));
}

type Values = ReadonlyMap<string, Expression>;

class Run {
  readonly #fresh: (wanted: string) => string;
  readonly #named = new Map<string, Expression>();

  constructor(fresh: (wanted: string) => string) {
    this.#fresh = fresh;
  }

  /** Values of variables behind the lines; increments come at the end of the list, which is behind the test. */
  carryOut(lines: readonly Line[], before: Values): Values {
    const now = new Map(before);
    const read = (e: Expression): Expression => substitute(e, (name) => now.get(name));
    for (const line of lines) {
      if (line.kind === 'assign') {
        const old = now.get(line.target) ?? named(line.target);
        const value = read(line.value);
        now.set(line.target, this.#name(line.target, line.operator === '=' ? value : binary(line.operator.charAt(0) as '+', old, value, NOWHERE)));
      } else if (line.kind === 'if') {
        const condition = read(line.condition);
        const then = this.carryOut(line.then, now);
        const otherwise = this.carryOut(line.otherwise, now);
        for (const name of new Set([...then.keys(), ...otherwise.keys()])) {
          const [a, b] = [then.get(name) ?? named(name), otherwise.get(name) ?? named(name)];
          if (a !== b) now.set(name, this.#name(name, call('where', [condition, a, b], NOWHERE)));
        }
      }
    }
    return now;
  }

  /** A name for what is more than a name or number, so that nothing is written out twice. */
  #name(of: string, value: Expression): Expression {
    if (value.kind === 'name' || value.kind === 'number' || bitCondition(value)) return value;
    const name = this.#fresh(`${of}_next`);
    this.#named.set(name, value);
    return named(name);
  }

  /** Only what the condition needs; what is used once stands where it is used. */
  test(condition: Expression): SpikeTest | undefined {
    const uses = new Map<string, number>();
    const heights = new Map<string, number>();
    const count = (e: Expression): void => {
      for (const name of namesIn(e)) {
        const value = this.#named.get(name);
        if (!value) continue;
        uses.set(name, (uses.get(name) ?? 0) + 1);
        if (uses.get(name) === 1) count(value);
      }
    };
    const heightOf = (e: Expression): number => {
      switch (e.kind) {
        case 'number':
          return 1;
        case 'name': {
          const value = this.#named.get(e.name);
          if (!value) return 1;
          const known = heights.get(e.name) ?? heightOf(value);
          heights.set(e.name, known);
          return known;
        }
        case 'unary':
          return 1 + heightOf(e.operand);
        case 'binary':
          return 1 + Math.max(heightOf(e.left), heightOf(e.right));
        case 'call':
          return 1 + Math.max(0, ...e.args.map(heightOf));
      }
    };
    // In the order in which they were made, so that none is deeper than the call stack.
    for (const name of this.#named.keys()) if (heightOf(named(name)) > MAX_HEIGHT) return undefined;
    if (heightOf(condition) > MAX_HEIGHT) return undefined;
    count(condition);
    const inlined = (e: Expression): Expression =>
      substitute(e, (name) => {
        const value = uses.get(name) === 1 ? this.#named.get(name) : undefined;
        return value && inlined(value);
      });
    const definitions = [...this.#named].flatMap(([name, value]): Equation[] =>
      (uses.get(name) ?? 0) > 1 ? [{ kind: 'definition', name, rhs: inlined(value), span: NOWHERE }] : [],
    );
    return { condition: inlined(condition), definitions };
  }
}

const conditions = new WeakMap<Expression, Expression | 'none'>();

/** The condition of `where(condition, 1, 0)` and its like. */
function bitCondition(e: Expression): Expression | undefined {
  const known = conditions.get(e) ?? findBitCondition(e) ?? 'none';
  conditions.set(e, known);
  return known === 'none' ? undefined : known;
}

function findBitCondition(e: Expression): Expression | undefined {
  if (e.kind !== 'call' || e.callee !== 'where') return undefined;
  const [condition, a, b] = e.args;
  if (!isBit(a) || !isBit(b)) return undefined;
  const not = (x: Expression): Expression => ({ kind: 'unary', operator: 'not', operand: x, span: x.span });
  if (a.kind === 'number' && b.kind === 'number') return a.value === b.value ? constant(a.value) : a.value === 1 ? condition : not(condition);
  if (a.kind === 'number')
    return a.value === 1 ? binary('or', condition, conditionOf(b), e.span) : binary('and', not(condition), conditionOf(b), e.span);
  if (b.kind === 'number')
    return b.value === 1 ? binary('or', not(condition), conditionOf(a), e.span) : binary('and', condition, conditionOf(a), e.span);
  return undefined;
}

function isBit(e: Expression): boolean {
  return (e.kind === 'number' && (e.value === 0 || e.value === 1)) || bitCondition(e) !== undefined;
}

function conditionOf(bit: Expression): Expression {
  if (bit.kind === 'number') return constant(bit.value);
  return bitCondition(bit) ?? binary('>', bit, literal(0.5), bit.span);
}

function constant(bit: number): Expression {
  return binary('==', literal(bit), literal(1), NOWHERE);
}
