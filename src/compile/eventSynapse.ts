import { ProblemList, withPath } from '../core/error.ts';
import { DIMENSIONLESS, parseUnit, sameDimension } from '../core/unit.ts';
import type { Expression, Statement } from '../language/ast.ts';
import {
  type CheckOptions,
  checkDerivative,
  checkExpression,
  checkStatements,
  type Scope,
  type UserFunction,
  type ValueKind,
} from '../language/check.ts';
import { linearForm, NotLinear } from '../language/linear.ts';
import { parseBlock, parseExpression } from '../language/parser.ts';
import { printExpression } from '../language/print.ts';
import { namesIn } from '../language/transform.ts';
import type { FlatModel } from '../model/flat.ts';
import { DEFAULT_PART_UNITS, type Group, parseGroup } from '../model/group.ts';
import { portName } from '../model/port.ts';
import { ARRIVED, DELAY, EVENT_BLOCKS, type EventBlock, expressionsIn, REWARD, synapseVariables } from '../model/synapse.ts';
import { type Ends, portHint, refusePorts, synapseScope } from './synapse.ts';

/** What becomes of a variable of a synapse between events. */
export type Course =
  /** dx/dt = rate * x + drive, of parameters alone. */
  | { readonly kind: 'decay'; readonly variable: string; readonly rate: Expression | undefined; readonly drive: Expression | undefined }
  /** dx/dt = the sum of products of parameters and of variables that decay without a drive. */
  | { readonly kind: 'integral'; readonly variable: string; readonly terms: readonly Product[] }
  /** dx/dt = x times such a sum, so that the logarithm of x is the integral. */
  | { readonly kind: 'growth'; readonly variable: string; readonly terms: readonly Product[] };

export interface Product {
  readonly coefficient: Expression;
  /** Variables, each as often as it is a factor. */
  readonly factors: readonly string[];
}

/** What a synapse does for spikes and rewards, checked against both ends. */
export interface EventSynapse {
  readonly blocks: ReadonlyMap<EventBlock, readonly Statement[]>;
  /** Own quantities that are changed: each synapse has its own. */
  readonly variables: ReadonlySet<string>;
  readonly courses: ReadonlyMap<string, Course>;
  /** Variables that all synapses share. */
  readonly shared: ReadonlySet<string>;
  /** Between which expressions of parameters variables stay. */
  readonly bounds: ReadonlyMap<string, { readonly low: Expression; readonly high: Expression }>;
  readonly definitions: ReadonlyMap<string, Expression>;
  readonly functions: ReadonlyMap<string, UserFunction>;
}

/** @throws SpikeloomError with every mistake */
export function eventSynapseOf(ends: Ends): EventSynapse {
  const { synapse } = ends;
  const path = [...ends.path, `synapse '${synapse.name}'`];
  const problems = new ProblemList();
  const group = parseGroup(synapse, '', path, DEFAULT_PART_UNITS, problems);
  problems.throwIfAny();
  const scope = eventScope(ends, group);
  const options = (text: string, at: readonly string[]): CheckOptions => ({
    text,
    path: at,
    problems,
    unitless: ends.pre.unitless && ends.post.unitless,
    random: 'none',
  });
  const blocks = new Map<EventBlock, readonly Statement[]>();
  for (const key of EVENT_BLOCKS) {
    const text = synapse[key];
    if (text === undefined) continue;
    const block = withPath([...path, key], () => parseBlock(text));
    checkStatements(block, key === 'onPost' ? withArrival(scope) : scope, options(text, [...path, key]));
    for (const e of expressionsIn(block)) refusePorts(e, ends, options(text, [...path, key]));
    blocks.set(key, block);
  }
  const delay = group.quantities.get(DELAY);
  if (delay?.unit !== undefined && !sameDimension(delay.parsedUnit.dimension, parseUnit('ms').dimension)) {
    problems.add({
      code: 'unit-mismatch',
      message: `'${DELAY}' is in ${delay.parsedUnit.text}, but a time is wanted`,
      path,
      hint: "Declare it in 'ms'.",
    });
  }
  const shared = new Set(Object.keys(synapse.shared ?? {}));
  const changed = synapseVariables(group, [...blocks.values()]);
  for (const d of group.derivatives) checkDerivative(d.value, scope, options(d.text, d.path));
  const courses = new Courses(group, changed, shared, problems).find();
  const bounds = new Map(
    Object.entries(synapse.bounds ?? {}).map(([name, [low, high]]) => {
      const bound = (text: string): Expression => boundOf(text, name, { group, changed, scope, options: options(text, [...path, 'bounds', name]) });
      return [name, { low: bound(low), high: bound(high) }];
    }),
  );
  problems.throwIfAny();
  const definitions = new Map([...group.definitions].map(([name, { value }]) => [name, value]));
  const variables = new Set([...changed].filter((name) => !shared.has(name)));
  return { blocks, variables, courses, shared, bounds, definitions, functions: group.functions };
}

/** Decaying variables with bounds that another one integrates, by their names: the name of that one. */
export function integratedWithin({ courses, bounds }: EventSynapse): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const course of courses.values()) {
    if (course.kind === 'decay') continue;
    for (const name of course.terms.flatMap(({ factors }) => factors)) {
      if (bounds.has(name) && courses.has(name)) found.set(name, course.variable);
    }
  }
  return found;
}

interface BoundContext {
  readonly group: Group;
  readonly changed: ReadonlySet<string>;
  readonly scope: Scope;
  readonly options: CheckOptions;
}

function boundOf(text: string, variable: string, { group, changed, scope, options }: BoundContext): Expression {
  const bound = withPath(options.path, () => parseExpression(text));
  const span = { start: 0, end: text.length };
  // Bounds must have the unit of what they bound.
  const difference: Expression = { kind: 'binary', operator: '-', left: { kind: 'name', name: variable, span }, right: bound, span };
  checkExpression(difference, scope, options);
  const bad = namesIn(bound, group.functions).find((name) => !isParameter(group, changed, name));
  if (bad !== undefined) {
    options.problems.add({
      code: 'invalid-model',
      message: `the bound '${text}' reads '${bad}', which is no parameter of the synapse`,
      path: options.path,
      source: { text, span },
      hint: 'Make bounds of parameters: quantities that no equation and no block changes.',
    });
  }
  return bound;
}

/** Whether a name stands for something that only `set` changes. */
function isParameter(group: Group, changed: ReadonlySet<string>, name: string): boolean {
  const definition = group.definitions.get(name);
  if (definition) return namesIn(definition.value, group.functions).every((n) => isParameter(group, changed, n));
  return group.quantities.has(name) && !changed.has(name) && name !== DELAY;
}

/** Finds closed forms for the equations of a synapse. */
class Courses {
  readonly #group: Group;
  readonly #changed: ReadonlySet<string>;
  readonly #shared: ReadonlySet<string>;
  readonly #problems: ProblemList;
  readonly #found = new Map<string, Course>();

  constructor(group: Group, changed: ReadonlySet<string>, shared: ReadonlySet<string>, problems: ProblemList) {
    this.#group = group;
    this.#changed = changed;
    this.#shared = shared;
    this.#problems = problems;
  }

  find(): ReadonlyMap<string, Course> {
    const rest = this.#group.derivatives.filter((d) => {
      const decay = this.#decay(d);
      if (decay) this.#found.set(decay.variable, decay);
      return !decay;
    });
    for (const d of rest) this.#integral(d);
    return this.#found;
  }

  #decay({ value: { variable, rhs } }: Derivative): Course | undefined {
    const { functions, definitions } = this.#group;
    try {
      const form = linearForm(rhs, { unknowns: new Set([variable]), expand: (name) => definitions.get(name)?.value, functions, freeze: false });
      const rate = form.coefficients.get(variable);
      const fixed = [rate, form.constant].every((part) => part === undefined || this.#isFixed(part));
      return fixed ? { kind: 'decay', variable, rate, drive: form.constant } : undefined;
    } catch (error) {
      if (error instanceof NotLinear) return undefined;
      throw error;
    }
  }

  #isFixed(e: Expression): boolean {
    return namesIn(e, this.#group.functions).every((name) => isParameter(this.#group, this.#changed, name));
  }

  #integral(d: Derivative): void {
    const { variable, rhs } = d.value;
    try {
      if (this.#shared.has(variable)) throw new NoClosedForm(rhs, 'is no decay of its own, as a shared variable needs it');
      const factor = this.#commonFactor(rhs, variable);
      const course: Course = factor
        ? { kind: 'growth', variable, terms: this.#products(factor, variable) }
        : { kind: 'integral', variable, terms: this.#products(rhs, variable) };
      this.#found.set(variable, course);
      if (mayTurn(course.terms) && this.#group.def.bounds?.[variable]) this.#refuseBounds(d);
    } catch (error) {
      if (!(error instanceof NoClosedForm)) throw error;
      this.#problems.add({
        code: 'integrator',
        message: `between events d${variable}/dt is advanced in closed form, for which there is none: '${printExpression(error.term)}' ${error.why}`,
        path: d.path,
        source: { text: d.text, span: error.term.span },
        hint: 'Let each variable decay by parameters of the synapse alone, or integrate products of such variables; or make it a variable of the neuron, where any equation can stand.',
      });
    }
  }

  /** What is multiplied by the variable, where it is a factor of all there is. */
  #commonFactor(rhs: Expression, variable: string): Expression | undefined {
    const { functions, definitions } = this.#group;
    try {
      const form = linearForm(rhs, { unknowns: new Set([variable]), expand: (name) => definitions.get(name)?.value, functions, freeze: false });
      return form.constant ? undefined : form.coefficients.get(variable);
    } catch (error) {
      if (error instanceof NotLinear) return undefined;
      throw error;
    }
  }

  #refuseBounds({ text, path, value: { variable, rhs } }: Derivative): void {
    this.#problems.add({
      code: 'integrator',
      message: `the bounds of '${variable}' can't be kept between events: d${variable}/dt is a sum, whose sign may change on the way`,
      path,
      source: { text, span: rhs.span },
      hint: `Make it one product, or leave the bounds out and clip '${variable}' in the blocks.`,
    });
  }

  /** An expression as a sum of products. */
  #products(e: Expression, variable: string): Product[] {
    if (this.#isFixed(e)) return [{ coefficient: e, factors: [] }];
    const scaled = (terms: readonly Product[], scale: (coefficient: Expression) => Expression): Product[] =>
      terms.map((t) => ({ ...t, coefficient: scale(t.coefficient) }));
    if (e.kind === 'name') return this.#factor(e, variable);
    if (e.kind === 'unary' && e.operator === '-') {
      return scaled(this.#products(e.operand, variable), (c) => ({ kind: 'unary', operator: '-', operand: c, span: e.span }));
    }
    if (e.kind === 'binary') {
      const { operator, span } = e;
      if (operator === '+') return [...this.#products(e.left, variable), ...this.#products(e.right, variable)];
      if (operator === '-') return this.#products({ ...e, operator: '+', right: { kind: 'unary', operator: '-', operand: e.right, span } }, variable);
      if (operator === '*') {
        return this.#products(e.left, variable).flatMap((a) =>
          this.#products(e.right, variable).map(
            (b): Product => ({
              coefficient: { kind: 'binary', operator: '*', left: a.coefficient, right: b.coefficient, span },
              factors: [...a.factors, ...b.factors],
            }),
          ),
        );
      }
      if (operator === '/' && this.#isFixed(e.right)) {
        return scaled(this.#products(e.left, variable), (c) => ({ kind: 'binary', operator: '/', left: c, right: e.right, span }));
      }
    }
    throw new NoClosedForm(e, 'is no sum of products');
  }

  #factor(e: Extract<Expression, { kind: 'name' }>, variable: string): Product[] {
    const definition = this.#group.definitions.get(e.name);
    if (definition) return this.#products(definition.value, variable);
    const course = this.#found.get(e.name);
    if (e.name === variable) throw new NoClosedForm(e, 'stands in a product with other variables');
    if (!this.#group.quantities.has(e.name)) throw new NoClosedForm(e, 'belongs to a cell and changes all the time');
    if (!course && !this.#group.derivatives.some((d) => d.value.variable === e.name)) {
      // It changes at events alone.
      return [{ coefficient: { kind: 'number', value: 1, span: e.span }, factors: [e.name] }];
    }
    if (course?.kind !== 'decay' || course.drive) throw new NoClosedForm(e, 'does not simply decay');
    return [{ coefficient: { kind: 'number', value: 1, span: e.span }, factors: [e.name] }];
  }
}

type Derivative = Group['derivatives'][number];

/** Products of decaying variables keep their signs; sums of different ones may not. */
function mayTurn(terms: readonly Product[]): boolean {
  return new Set(terms.map(({ factors }) => [...factors].sort().join(' '))).size > 1;
}

class NoClosedForm extends Error {
  readonly term: Expression;
  readonly why: string;
  constructor(term: Expression, why: string) {
    super(why);
    this.term = term;
    this.why = why;
  }
}

function withArrival(scope: Scope): Scope {
  return { ...scope, lookup: (name) => (name === ARRIVED ? { kind: 'boolean' } : scope.lookup(name)) };
}

/** The names of both ends, the synapse's own ones, and what it may write. */
function eventScope(ends: Ends, group: Group): Scope {
  const base = synapseScope({ ...ends, synapse: { ...ends.synapse, quantities: { ...ends.synapse.quantities, ...ends.synapse.shared } } });
  const kinds = new Map<string, ValueKind | undefined>();
  const scope: Scope = {
    functions: group.functions,
    names: () => [...base.names(), ...group.definitions.keys()],
    lookup: (name) => {
      const definition = group.definitions.get(name);
      if (!definition) return name === REWARD ? { kind: 'number', dimension: 'any' } : base.lookup(name);
      if (!kinds.has(name)) {
        kinds.set(name, undefined);
        const own = { text: definition.text, path: definition.path, problems: new ProblemList(), unitless: false, random: 'none' as const };
        kinds.set(name, checkExpression(definition.value, scope, own) ?? { kind: 'number', dimension: DIMENSIONLESS });
        own.problems.throwIfAny();
      }
      return kinds.get(name);
    },
    assignable: (name) => {
      if (name.startsWith('post.')) return reasonAgainst(name.slice('post.'.length), ends.post);
      return group.quantities.has(name) ? undefined : 'it is a named expression, recomputed where it is used';
    },
  };
  return scope;
}

/** Why a synapse may not add to something of its target. */
function reasonAgainst(name: string, post: FlatModel): string | undefined {
  if (portName(name, post) !== undefined) return undefined;
  const quantity = post.quantities.get(name);
  if (quantity?.role === 'variable') return undefined;
  if (quantity) return `it is a parameter of '${post.name}': a synapse adds to variables and ports`;
  if (post.definitions.has(name)) return 'it is a named expression, recomputed where it is used';
  return portHint(`post.${name}`, post);
}
