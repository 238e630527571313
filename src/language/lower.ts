import { InternalError, unreachable } from '../core/error.ts';
import { parseUnit, toCoherent } from '../core/unit.ts';
import type { KernelBuilder } from '../ir/build.ts';
import type { NodeId } from '../ir/expr.ts';
import type { BinaryOperator, Expression, Statement } from './ast.ts';
import { type BuiltinName, isBuiltin } from './builtins.ts';
import type { UserFunction } from './check.ts';
import { truncatedStandardNormal } from './normalLaw.ts';

/** Where the names and draws of an expression come from while it becomes nodes. */
export interface LowerContext {
  readonly builder: KernelBuilder;
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** The node of a name: float or bool. */
  lookup(name: string): NodeId;
  /** A fresh 32-bit random word. */
  random(): NodeId;
  /** A number of a list, at a place that is no whole number yet; absent where there are no lists. */
  sample?(list: string, place: NodeId): NodeId;
  /** Where names have the values from the start of the step; absent where there is no step. */
  readonly previous?: LowerContext | undefined;
  /** Within the body of a function: the context around all calls, in which the body's own names are looked up. */
  readonly root?: LowerContext;
}

type Call = Extract<Expression, { kind: 'call' }>;

/** Nodes for a checked expression. */
export function lowerExpression(e: Expression, context: LowerContext): NodeId {
  const b = context.builder;
  switch (e.kind) {
    case 'number':
      return b.constant(e.unit === undefined ? e.value : toCoherent(e.value, parseUnit(e.unit)));
    case 'name':
      return context.lookup(e.name);
    case 'unary':
      return b.math(e.operator === '-' ? 'neg' : 'not', lowerExpression(e.operand, context));
    case 'binary':
      return lowerBinary(b, e.operator, lowerExpression(e.left, context), lowerExpression(e.right, context));
    case 'call':
      return lowerCall(e, context);
    default:
      return unreachable(e);
  }
}

function lowerBinary(b: KernelBuilder, operator: BinaryOperator, left: NodeId, right: NodeId): NodeId {
  switch (operator) {
    case '+':
      return b.math('add', left, right);
    case '-':
      return b.math('sub', left, right);
    case '*':
      return b.math('mul', left, right);
    case '/':
      return b.math('div', left, right);
    case '^':
      return b.math('pow', left, right);
    case '<':
      return b.math('lt', left, right);
    case '<=':
      return b.math('le', left, right);
    case '>':
      return b.math('lt', right, left);
    case '>=':
      return b.math('le', right, left);
    case '==':
      return b.math('eq', left, right);
    case '!=':
      return b.math('ne', left, right);
    case 'and':
      return b.math('and', left, right);
    case 'or':
      return b.math('or', left, right);
    default:
      return unreachable(operator);
  }
}

/** Built-in functions that do more with their arguments than to take their values; `xi` is taken apart by the integrators. */
type Special = 'xi' | 'previous' | 'truncated' | 'sample';

/** What each other one is in terms of nodes. */
const CALLS: { readonly [K in Exclude<BuiltinName, Special>]: (context: LowerContext, args: readonly NodeId[]) => NodeId } = {
  exp: ({ builder: b }, [x]) => b.math('exp', x),
  log: ({ builder: b }, [x]) => b.math('log', x),
  sqrt: ({ builder: b }, [x]) => b.math('sqrt', x),
  abs: ({ builder: b }, [x]) => b.math('abs', x),
  sin: ({ builder: b }, [x]) => b.math('sin', x),
  cos: ({ builder: b }, [x]) => b.math('cos', x),
  tanh: ({ builder: b }, [x]) => b.math('tanh', x),
  cosh: ({ builder: b }, [x]) => b.math('cosh', x),
  sinh: ({ builder: b }, [x]) => b.math('sinh', x),
  exprel: ({ builder: b }, [x]) => b.math('exprel', x),
  floor: ({ builder: b }, [x]) => b.math('floor', x),
  ceil: ({ builder: b }, [x]) => b.math('neg', b.math('floor', b.math('neg', x))),
  sign: ({ builder: b }, [x]) => sign(b, x),
  min: ({ builder: b }, args) => args.reduce((a, x) => b.math('min', a, x)),
  max: ({ builder: b }, args) => args.reduce((a, x) => b.math('max', a, x)),
  clamp: ({ builder: b }, [x, low, high]) => b.math('min', b.math('max', x, low), high),
  heaviside: ({ builder: b }, [x]) => b.math('select', b.math('lt', x, b.constant(0)), b.constant(0), b.constant(1)),
  pow: ({ builder: b }, [x, y]) => b.math('pow', x, y),
  where: ({ builder: b }, [condition, x, y]) => select(b, condition, x, y),
  frozen: (_, [x]) => x,
  uniform: (context, [low, high]) => uniform(context, low, high),
  normal: (context, [mean, deviation]) => normal(context, mean, deviation),
  lognormal: (context, [mean, deviation]) => lognormal(context, mean, deviation),
  bernoulli: (context, [p]) => bernoulli(context, p),
  poisson: (context, [mean]) => poisson(context, mean),
};

function lowerCall(e: Call, context: LowerContext): NodeId {
  if (e.callee === 'previous' && !context.functions.has(e.callee)) return lowerExpression(e.args[0], context.previous ?? context);
  if (e.callee === 'truncated' && !context.functions.has(e.callee)) return truncated(e, context);
  if (e.callee === 'sample' && !context.functions.has(e.callee)) return sample(e, context);
  const args = e.args.map((a) => lowerExpression(a, context));
  const user = context.functions.get(e.callee);
  if (user) {
    const bound = new Map(user.parameters.map((p, i) => [p, args[i]]));
    return lowerExpression(user.body, withBound(context.root ?? context, bound));
  }
  if (!isBuiltin(e.callee) || e.callee === 'xi' || e.callee === 'previous' || e.callee === 'truncated' || e.callee === 'sample')
    throw new InternalError(`no lowering for ${e.callee}`);
  return CALLS[e.callee](context, args);
}

function sample({ args: [list, place] }: Call, context: LowerContext): NodeId {
  if (list.kind !== 'name' || !context.sample) throw new InternalError('sample takes a list of cells');
  return context.sample(list.name, lowerExpression(place, context));
}

/** The context of a function's body: its parameters come before the names around it. */
function withBound(context: LowerContext, bound: ReadonlyMap<string, NodeId>): LowerContext {
  return {
    builder: context.builder,
    functions: context.functions,
    root: context,
    random: () => context.random(),
    ...(context.sample && { sample: (list: string, place: NodeId) => context.sample?.(list, place) as NodeId }),
    lookup: (name) => bound.get(name) ?? context.lookup(name),
    get previous() {
      return context.previous && withBound(context.previous, bound);
    },
  };
}

function sign(b: KernelBuilder, x: NodeId): NodeId {
  const zero = b.constant(0);
  // x itself where it is 0 or not a number.
  return b.math('select', b.math('lt', zero, x), b.constant(1), b.math('select', b.math('lt', x, zero), b.constant(-1), x));
}

/** `select` for numbers and for conditions alike. */
export function select(b: KernelBuilder, condition: NodeId, x: NodeId, y: NodeId): NodeId {
  if (b.type(x) !== 'bool') return b.math(b.type(x) === 'u32' ? 'selectU32' : 'select', condition, x, y);
  if (x === y) return x;
  return b.math('or', b.math('and', condition, x), b.math('and', b.math('not', condition), y));
}

/** The upper 24 bits of a word as a number, times `scale`: the same in f32 and f64. */
function unitInterval(b: KernelBuilder, word: NodeId, scale: number): NodeId {
  return b.math('mul', b.math('toFloat', b.math('shrU32', word, b.u32(8))), b.constant(scale));
}

/** Decides on the whole word, so that rare events are as rare as they should be, and f32 and f64 decide alike. */
function bernoulli(context: LowerContext, p: NodeId): NodeId {
  const b = context.builder;
  const threshold = b.math('toU32', b.math('mul', p, b.constant(2 ** 32)));
  return b.math('or', b.math('ltU32', context.random(), threshold), b.math('le', b.constant(1), p));
}

function uniform(context: LowerContext, low?: NodeId, high?: NodeId): NodeId {
  const b = context.builder;
  const u = unitInterval(b, context.random(), 2 ** -24);
  return low === undefined || high === undefined ? u : b.math('add', low, b.math('mul', b.math('sub', high, low), u));
}

/** Box and Muller 1958; the first of the two values, so that a draw never depends on another. */
export function standardNormal(b: KernelBuilder, first: NodeId, second: NodeId): NodeId {
  const u = b.math('add', unitInterval(b, first, 2 ** -24), b.constant(2 ** -24));
  const radius = b.math('sqrt', b.math('mul', b.constant(-2), b.math('log', u)));
  return b.math('mul', radius, b.math('cos', unitInterval(b, second, 2 * Math.PI * 2 ** -24)));
}

function normal(context: LowerContext, mean?: NodeId, deviation?: NodeId): NodeId {
  const b = context.builder;
  const first = context.random();
  const z = standardNormal(b, first, context.random());
  return mean === undefined || deviation === undefined ? z : b.math('add', mean, b.math('mul', deviation, z));
}

/** Of the normal law whose exponential has that mean and standard deviation, the standard deviation and half the variance. */
function logarithmic(b: KernelBuilder, mean: NodeId, deviation: NodeId): { readonly sigma: NodeId; readonly half: NodeId } {
  const ratio = b.math('div', deviation, mean);
  const variance = b.math('log', b.math('add', b.constant(1), b.math('mul', ratio, ratio)));
  return { sigma: b.math('sqrt', variance), half: b.math('mul', b.constant(0.5), variance) };
}

function lognormal(context: LowerContext, mean: NodeId, deviation: NodeId): NodeId {
  const b = context.builder;
  const { sigma, half } = logarithmic(b, mean, deviation);
  return b.math('mul', mean, b.math('exp', b.math('sub', b.math('mul', sigma, normal(context)), half)));
}

/** Keeps quotients by a standard deviation of 0 apart from 0 / 0. */
const NO_DEVIATION = 2 ** -100;

/** The law between its bounds, as if it were drawn again until it lies there. */
function truncated(e: Call, context: LowerContext): NodeId {
  const b = context.builder;
  const law = e.args[0];
  if (law.kind !== 'call') throw new InternalError('truncated takes a law');
  const [low, high] = e.args.slice(1).map((a) => lowerExpression(a, context));
  const [mean = b.constant(0), given = b.constant(1)] = law.args.map((a) => lowerExpression(a, context));
  const u = b.math('add', unitInterval(b, context.random(), 2 ** -24), b.constant(2 ** -25));
  const within = (value: NodeId): NodeId => b.math('min', b.math('max', value, low), high);
  if (law.callee === 'normal') {
    const deviation = b.math('max', b.math('abs', given), b.constant(NO_DEVIATION));
    const [least, most] = [low, high].map((bound) => b.math('div', b.math('sub', bound, mean), deviation));
    return within(b.math('add', mean, b.math('mul', deviation, truncatedStandardNormal(b, u, least, most))));
  }
  const { sigma, half } = logarithmic(b, mean, given);
  const deviation = b.math('max', sigma, b.constant(NO_DEVIATION));
  // Of a negative mean, the bound that is farther from 0 is the lower one.
  const [first, second] = [low, high].map((bound) => b.math('div', bound, mean));
  const [least, most] = [b.math('min', first, second), b.math('max', first, second)].map((quotient) =>
    b.math('div', b.math('add', b.math('log', b.math('max', quotient, b.constant(0))), half), deviation),
  );
  const z = truncatedStandardNormal(b, u, least, most);
  return within(b.math('mul', mean, b.math('exp', b.math('sub', b.math('mul', deviation, z), half))));
}

const POISSON_EXACT = 16;
const POISSON_TERMS = 64;
/** Terms below the resolution of a word do not count. */
const POISSON_LEAST = 2 ** -34;

/**
 * Up to a mean of 16 by inversion of the distribution function (cut at 64 events, of probability below 1e-18), decided on the
 * whole word; above by the expansion of Cornish and Fisher 1938 of its quantiles, rounded.
 */
function poisson(context: LowerContext, mean: NodeId): NodeId {
  const b = context.builder;
  const first = context.random();
  const small = b.math('min', mean, b.constant(POISSON_EXACT));
  let probability = b.math('exp', b.math('neg', small));
  let cumulative = probability;
  const thresholds: NodeId[] = [];
  for (let k = 1; k <= POISSON_TERMS; k++) {
    // Where rounding keeps the sum below 1 to the end, no draw may run through to the last term.
    const reached = b.math('select', b.math('lt', probability, b.constant(POISSON_LEAST)), b.constant(1), cumulative);
    // So that the words above the last one that is not are the part 1 - reached of all.
    thresholds.push(b.math('toU32', b.math('sub', b.math('mul', reached, b.constant(2 ** 32)), b.constant(0.5))));
    probability = b.math('div', b.math('mul', probability, small), b.constant(k));
    cumulative = b.math('add', cumulative, probability);
  }
  const count = b.math('toFloat', b.rank(first, thresholds));
  const z = standardNormal(b, first, context.random());
  const skew = b.math('div', b.math('sub', b.math('mul', z, z), b.constant(1)), b.constant(6));
  const large = b.math('add', b.math('add', mean, b.math('mul', b.math('sqrt', mean), z)), b.math('add', skew, b.constant(0.5)));
  return b.math('select', b.math('le', mean, b.constant(POISSON_EXACT)), count, b.math('max', b.math('floor', large), b.constant(0)));
}

/** Where a block may write: later look-ups find the new value. */
export interface Assignable {
  assign(name: string, value: NodeId): void;
}

/** Carries out a block: assignments replace values; under a condition both branches become selects. */
export function lowerBlock(block: readonly Statement[], context: LowerContext & Assignable, condition?: NodeId): void {
  const b = context.builder;
  for (const s of block) {
    if (s.kind === 'assign') {
      const old = context.lookup(s.target);
      const value = assigned(b, s.operator, old, lowerExpression(s.value, context));
      context.assign(s.target, condition === undefined ? value : select(b, condition, value, old));
    } else {
      const test = lowerExpression(s.condition, context);
      lowerBlock(s.then, context, both(b, condition, test));
      if (s.otherwise.length > 0) lowerBlock(s.otherwise, context, both(b, condition, b.math('not', test)));
    }
  }
}

function both(b: KernelBuilder, condition: NodeId | undefined, test: NodeId): NodeId {
  return condition === undefined ? test : b.math('and', condition, test);
}

function assigned(b: KernelBuilder, operator: Extract<Statement, { kind: 'assign' }>['operator'], old: NodeId, value: NodeId): NodeId {
  switch (operator) {
    case '=':
      return value;
    case '+=':
      return b.math('add', old, value);
    case '-=':
      return b.math('sub', old, value);
    case '*=':
      return b.math('mul', old, value);
    case '/=':
      return b.math('div', old, value);
    default:
      return unreachable(operator);
  }
}
