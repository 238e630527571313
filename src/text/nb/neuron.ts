import type { Problem, Span } from '../../core/error.ts';
import type { Equation, Expression } from '../../language/ast.ts';
import { walkExpression } from '../../language/transform.ts';
import { accessOf, allLines, asEquations, asStep, assign, mapExpressions, type StepBlock } from './arrange.ts';
import { binary, call, type Line, NOWHERE, named } from './translate.ts';

/** The call that stands for what receptors take from the voltage in a step, over its capacitance. */
export const RECEPTOR_CURRENT = 'receptor_current';

type Assign = Extract<Line, { kind: 'assign' }>;
type Fail = (problem: Problem, span: Span) => never;

/** What a neuron does in a step: equations, and a step block behind them. */
export interface Iteration {
  readonly equations: readonly Equation[];
  readonly step: StepBlock | undefined;
  readonly defined: ReadonlySet<string>;
}

export interface IterationOptions {
  readonly channels: readonly string[];
  /** Names that the spike condition and the reset read. */
  readonly kept: ReadonlySet<string>;
  readonly fresh: (wanted: string) => string;
  readonly fail: Fail;
}

/**
 * The statements of a neuron in our form. Its parts advance before its membrane, at the voltage from before the step: what the
 * text asks of them must be able to come first.
 */
export function arrangeIteration(lines: readonly Line[], options: IterationOptions): Iteration {
  requireMembersFirst(lines, options);
  const plain = lines.filter((line) => line.kind !== 'member');
  return asMembraneEquations(plain, options) ?? asMembraneStep(lines, options);
}

/** Refuses what would be another model if all members advanced before the membrane. */
function requireMembersFirst(lines: readonly Line[], { channels, fail }: IterationOptions): void {
  const updated = new Set<string>();
  let currentsSet: Line | undefined;
  let changed: Line | undefined;
  for (const line of lines) {
    if (line.kind === 'if') for (const inner of allLines([line])) if (inner.kind === 'member') failConditional(inner, fail);
    for (const name of accessOf(line).reads) {
      const channel = name.endsWith('.current') ? name.slice(0, -'.current'.length) : undefined;
      if (channel === undefined || updated.has(channel)) continue;
      const hint = `Call ${channel}.update_current(v, dt) in a line above.`;
      fail({ code: 'invalid-model', message: `'${name}' is read before the channel is updated`, hint }, line.span);
    }
    if (readsReceptors(line) && !currentsSet) {
      const hint = 'Call receptors.update_receptor_kinetics(t, dt) and receptors.set_receptor_currents(v, dt) in lines above.';
      fail({ code: 'invalid-model', message: 'the currents of receptors are read before they are set', hint }, line.span);
    }
    if (line.kind === 'assign' && line.target === 'v') changed ??= line;
    if (line.kind !== 'member' || line.action === 'release') continue;
    if (changed) {
      const hint = 'Put it above all lines that assign v.';
      fail({ code: 'unsupported', message: 'members are updated at the voltage from before the step, and v is assigned above', hint }, line.span);
    }
    if (line.action === 'currents') currentsSet = line;
    if (line.action !== 'channel') continue;
    if (updated.has(line.name))
      fail({ code: 'unsupported', message: `'${line.name}' is updated twice in a step`, hint: 'Update it once.' }, line.span);
    updated.add(line.name);
  }
  const idle = channels.find((name) => !updated.has(name));
  if (idle === undefined) return;
  const hint = `Call ${idle}.update_current(v) or ${idle}.update_current(v, dt), or leave the channel out.`;
  fail({ code: 'invalid-model', message: `the channel '${idle}' is never updated`, hint }, lines.at(-1)?.span ?? NOWHERE);
}

function failConditional({ span }: Line, fail: Fail): never {
  return fail({ code: 'unsupported', message: 'members are updated in every step', hint: 'Put this call above the [if].' }, span);
}

function readsReceptors(line: Line): boolean {
  let found = false;
  mapExpressions(line, (e) => {
    walkExpression(e, (part) => {
      found ||= part.kind === 'call' && part.callee === RECEPTOR_CURRENT;
    });
    return e;
  });
  return found;
}

// ---- equations

function asMembraneEquations(lines: readonly Line[], { kept, fresh }: IterationOptions): Iteration | undefined {
  const rates: Assign[] = [];
  const rest: Line[] = [];
  for (const [i, line] of lines.entries()) {
    const rate = line.kind === 'assign' && line.target === 'v' ? receptorRate(line) : undefined;
    if (!rate) {
      rest.push(line);
      continue;
    }
    // What is behind it would see the voltage that it changed.
    if (
      lines
        .slice(i + 1)
        .some((later) => accessOf(later).reads.has('v') && !(later.kind === 'derivative' && later.variable === 'v' && !readsOwn(later)))
    )
      return undefined;
    rates.push(rate);
  }
  if (rest.some((line) => (line.kind === 'assign' || line.kind === 'if') && (readsReceptors(line) || accessOf(line).writes.has('v'))))
    return undefined;
  const form = asEquations(rest, { kept, sides: true });
  if (!form) return undefined;
  const equations = form.equations.map((e) => withRates({ ...e, ...(e.kind !== 'function' && { rhs: currentOverStep(e.rhs) }) } as Equation, rates));
  const missing = rates.length > 0 && !equations.some((e) => e.kind === 'derivative' && e.variable === 'v');
  // Behind the equations they would see what the receptors changed, and nothing says what was before.
  if (missing && form.side.some((line) => accessOf(line).reads.has('v'))) return undefined;
  const own = missing ? [membraneOf(rates)] : [];
  const step = form.side.length > 0 ? asStep(form.side, fresh) : undefined;
  return { equations: [...equations, ...own], step, defined: form.defined };
}

function readsOwn(line: Extract<Line, { kind: 'derivative' }>): boolean {
  let found = false;
  walkExpression(line.rhs, (e) => {
    found ||= e.kind === 'name' && e.name === line.variable;
  });
  return found;
}

/** The change of the voltage by receptors, per time; as the assignment that makes it. */
function receptorRate(line: Assign): Assign | undefined {
  const { value, operator } = line;
  const isV = (e: Expression): boolean => e.kind === 'name' && e.name === 'v';
  const change = (sign: '+=' | '-=', e: Expression): Assign | undefined => {
    const rate = rateOf(e);
    return rate && { ...line, operator: sign, value: rate };
  };
  if (operator === '+=' || operator === '-=') return change(operator, value);
  if (operator !== '=' || value.kind !== 'binary') return undefined;
  if (value.operator === '+' && isV(value.right)) return change('+=', value.left);
  if (value.operator === '+' && isV(value.left)) return change('+=', value.right);
  return value.operator === '-' && isV(value.left) ? change('-=', value.right) : undefined;
}

/** A multiple of what receptors take in a step, as a rate. */
function rateOf(e: Expression): Expression | undefined {
  if (e.kind === 'call' && e.callee === RECEPTOR_CURRENT) return binary('/', named('i_receptors'), e.args[0], e.span);
  if (e.kind === 'unary' && e.operator === '-') {
    const operand = rateOf(e.operand);
    return operand && { ...e, operand };
  }
  if (e.kind !== 'binary' || (e.operator !== '*' && e.operator !== '/')) return undefined;
  const left = rateOf(e.left);
  const right = e.operator === '*' ? rateOf(e.right) : undefined;
  if (left) return right || mentions(e.right) ? undefined : { ...e, left };
  return right && !mentions(e.left) ? { ...e, right } : undefined;
}

function mentions(e: Expression): boolean {
  let found = false;
  walkExpression(e, (part) => {
    found ||= (part.kind === 'call' && part.callee === RECEPTOR_CURRENT) || (part.kind === 'name' && part.name === 'v');
  });
  return found;
}

function withRates(equation: Equation, rates: readonly Assign[]): Equation {
  if (equation.kind !== 'derivative' || equation.variable !== 'v') return equation;
  return { ...equation, rhs: rates.reduce((sum, { operator, value }) => binary(operator === '-=' ? '-' : '+', sum, value, NOWHERE), equation.rhs) };
}

function membraneOf([first, ...rest]: readonly Assign[]): Equation {
  const rhs: Expression = first.operator === '-=' ? { kind: 'unary', operator: '-', operand: first.value, span: NOWHERE } : first.value;
  return withRates({ kind: 'derivative', variable: 'v', rhs, unlessRefractory: false, span: NOWHERE }, rest);
}

/** What receptors take in a step, where an equation reads it. */
function currentOverStep(e: Expression, current = 'i_receptors'): Expression {
  switch (e.kind) {
    case 'number':
    case 'name':
      return e;
    case 'unary':
      return { ...e, operand: currentOverStep(e.operand, current) };
    case 'binary':
      return { ...e, left: currentOverStep(e.left, current), right: currentOverStep(e.right, current) };
    case 'call': {
      const args = e.args.map((a) => currentOverStep(a, current));
      if (e.callee !== RECEPTOR_CURRENT) return call(e.callee, args, e.span);
      return binary('/', binary('*', named(current), named('dt'), e.span), args[0], e.span);
    }
  }
}

// ---- step block

/** Everything in order. Currents are kept as they were when they were set: later lines may have moved the voltage. */
function asMembraneStep(lines: readonly Line[], { fresh }: IterationOptions): Iteration {
  const held = new Map<string, string>();
  const reads = new Set(allLines(lines).flatMap((line) => [...accessOf(line).reads]));
  const hold = (current: string, wanted: string): Line[] => {
    const name = fresh(wanted);
    held.set(current, name);
    return [assign(name, '=', named(current))];
  };
  const rewritten = lines.flatMap((line): Line[] => {
    if (line.kind === 'member') {
      if (line.action === 'channel') return reads.has(`${line.name}.current`) ? hold(`${line.name}.current`, `${line.name}_current`) : [];
      return line.action === 'currents' && lines.some(readsReceptors) ? hold('i_receptors', 'receptor_current') : [];
    }
    const renamed = mapExpressions(line, (e) => currentOverStep(e, held.get('i_receptors')));
    return [mapExpressions(renamed, (e) => substituteHeld(e, held))];
  });
  const step = asStep(rewritten, fresh);
  return { equations: [], step: { ...step, helpers: [...held.values(), ...step.helpers] }, defined: new Set() };
}

function substituteHeld(e: Expression, held: ReadonlyMap<string, string>): Expression {
  switch (e.kind) {
    case 'number':
      return e;
    case 'name':
      return held.has(e.name) ? named(held.get(e.name) ?? e.name, e.span) : e;
    case 'unary':
      return { ...e, operand: substituteHeld(e.operand, held) };
    case 'binary':
      return { ...e, left: substituteHeld(e.left, held), right: substituteHeld(e.right, held) };
    case 'call':
      return { ...e, args: e.args.map((a) => substituteHeld(a, held)) };
  }
}
