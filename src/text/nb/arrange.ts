import type { Span } from '../../core/error.ts';
import type { Equation, Expression, Statement } from '../../language/ast.ts';
import { namesIn } from '../../language/transform.ts';
import { binary, call, type Line, literal, named, substitute } from './translate.ts';

/*
 * A list of statements of the .nb language is carried out in order; increments of differential equations are computed at
 * their place and added at the end. Two forms of ours do the same: equations, where the list is no more than that, and a
 * step block, always.
 */

/** A list that became equations, and what is left of it for a step block. */
export interface Equations {
  readonly equations: readonly Equation[];
  readonly side: readonly Line[];
  /** Names that are named expressions now. */
  readonly defined: ReadonlySet<string>;
}

export interface EquationOptions {
  /** Named expressions that are read from outside, behind the integration. */
  readonly outputs?: readonly string[];
  /** Names that something else reads as they were computed in the list. */
  readonly kept?: ReadonlySet<string>;
  /** Whether other statements may be carried out in a step block behind the equations. */
  readonly sides?: boolean;
}

type Assign = Extract<Line, { kind: 'assign' }>;
type Derivative = Extract<Line, { kind: 'derivative' }>;

/** Names that a line reads, and those that it changes. */
export interface Access {
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

/** What a gate `z` is beside its state. */
export const gateRates = (gate: string): { readonly alpha: string; readonly beta: string } => ({ alpha: `${gate}_alpha`, beta: `${gate}_beta` });

const accesses = new WeakMap<Line, Access>();

export function accessOf(line: Line): Access {
  const known = accesses.get(line);
  if (known) return known;
  const access = findAccess(line);
  accesses.set(line, access);
  return access;
}

function findAccess(line: Line): Access {
  switch (line.kind) {
    case 'derivative':
      return { reads: new Set([...namesIn(line.rhs), line.variable]), writes: new Set([line.variable]) };
    case 'assign':
      return {
        reads: new Set([...namesIn(line.value), ...(line.operator === '=' ? [] : [line.target])]),
        writes: new Set([line.target]),
      };
    case 'if': {
      const parts = [...line.then, ...line.otherwise].map(accessOf);
      return {
        reads: new Set([...namesIn(line.condition), ...parts.flatMap((p) => [...p.reads])]),
        writes: new Set(parts.flatMap((p) => [...p.writes])),
      };
    }
    case 'member': {
      if (line.action !== 'gate') return { reads: new Set(), writes: new Set() };
      const { alpha, beta } = gateRates(line.name);
      return { reads: new Set([line.name, alpha, beta]), writes: new Set([line.name]) };
    }
  }
}

/** All lines in the order of the text, those within conditions too. */
export function allLines(lines: readonly Line[]): Line[] {
  return lines.flatMap((line) => (line.kind === 'if' ? [line, ...allLines(line.then), ...allLines(line.otherwise)] : [line]));
}

/** The right side of `dz/dt` of a gate: alpha (1 - z) - beta z. */
function gateRate(gate: string, span: Span): Expression {
  const { alpha, beta } = gateRates(gate);
  const closed = binary('-', literal(1), named(gate), span);
  return binary('-', binary('*', named(alpha), closed, span), binary('*', named(beta), named(gate), span), span);
}

/** The list as equations; undefined where they would not do the same under Euler's method. */
export function asEquations(lines: readonly Line[], { outputs = [], kept = new Set(), sides = false }: EquationOptions): Equations | undefined {
  const form = new EquationForm(lines, { kept, sides });
  if (!form.fits(sides)) return undefined;
  return form.write(outputs);
}

class EquationForm {
  readonly #lines: readonly Line[];
  /** Where each variable with a differential equation has it, and where each gate is updated. */
  readonly #derived = new Map<string, number>();
  readonly #gates = new Map<string, number>();
  /** Named expressions, by what they name. */
  readonly #definitions = new Map<string, number>();
  readonly #sides = new Set<number>();
  #unique = true;

  constructor(lines: readonly Line[], { kept, sides }: { readonly kept: ReadonlySet<string>; readonly sides: boolean }) {
    this.#lines = lines;
    const integrated = namesBehind(lines);
    const writers = new Map<string, number>();
    for (const line of lines) for (const name of accessOf(line).writes) writers.set(name, (writers.get(name) ?? 0) + 1);
    lines.forEach((line, i) => {
      if (line.kind === 'derivative' || line.kind === 'member') {
        const [table, name] = line.kind === 'derivative' ? [this.#derived, line.variable] : [this.#gates, line.name];
        if (writers.get(name) !== 1) this.#unique = false;
        table.set(name, i);
      } else if (
        line.kind === 'assign' &&
        line.operator === '=' &&
        writers.get(line.target) === 1 &&
        !kept.has(line.target) &&
        // What no differential equation needs is there to be read from outside: as a quantity that holds what was assigned.
        (integrated.has(line.target) || !sides) &&
        this.#readOnlyBehind(line, i)
      ) {
        this.#definitions.set(line.target, i);
      } else this.#sides.add(i);
    });
  }

  /** A name that is read before it is assigned carries its value from step to step. */
  #readOnlyBehind({ target }: Assign, at: number): boolean {
    return !this.#lines.some((line, i) => i <= at && accessOf(line).reads.has(target));
  }

  fits(mayHaveSides: boolean): boolean {
    if (!this.#unique || (this.#sides.size > 0 && !mayHaveSides)) return false;
    if ([...this.#sides].some((i) => hasDerivative(this.#lines[i]) || !this.#fitsBeside(i))) return false;
    return this.#lines.every((line, i) => (line.kind !== 'derivative' && line.kind !== 'member') || !this.#readsNewGate(line, i));
  }

  /** Whether a line does the same once a step, behind all equations. */
  #fitsBeside(i: number): boolean {
    const { reads, writes } = accessOf(this.#lines[i]);
    for (const name of writes) {
      if (this.#derived.has(name)) return false;
      if (this.#lines.some((line, j) => j > i && !this.#sides.has(j) && accessOf(line).reads.has(name))) return false;
    }
    return ![...reads].some((name) => this.#definitions.has(name) || name.includes('.'));
  }

  /** Whether a line reads, itself or through named expressions, a gate behind its update: that would be the value of before in an equation. */
  #readsNewGate(line: Line, at: number, seen = new Set<string>()): boolean {
    return [...accessOf(line).reads].some((name) => {
      const gate = this.#gates.get(name);
      if (gate !== undefined && gate < at) return true;
      const definition = this.#definitions.get(name);
      if (definition === undefined || seen.has(name)) return false;
      seen.add(name);
      return this.#readsNewGate(this.#lines[definition], definition, seen);
    });
  }

  write(outputs: readonly string[]): Equations {
    const shown = this.#reachedFrom(outputs);
    const equations = this.#lines.flatMap((line, i): Equation[] => {
      const { span } = line;
      if (line.kind === 'derivative') return [{ kind: 'derivative', variable: line.variable, rhs: line.rhs, unlessRefractory: false, span }];
      if (line.kind === 'member') return [{ kind: 'derivative', variable: line.name, rhs: gateRate(line.name, span), unlessRefractory: false, span }];
      if (line.kind !== 'assign' || this.#sides.has(i)) return [];
      const rhs = shown.has(line.target) ? this.#before(line.value, i) : line.value;
      return [{ kind: 'definition', name: line.target, rhs, span }];
    });
    const side = [...this.#sides].map((i) => mapExpressions(this.#lines[i], (e) => this.#before(e, i)));
    return { equations, side, defined: new Set(this.#definitions.keys()) };
  }

  #reachedFrom(outputs: readonly string[]): Set<string> {
    const found = new Set<string>();
    const visit = (name: string): void => {
      const i = this.#definitions.get(name);
      if (i === undefined || found.has(name)) return;
      found.add(name);
      accessOf(this.#lines[i]).reads.forEach(visit);
    };
    outputs.forEach(visit);
    return found;
  }

  /** The expression as it is read behind the integration: variables have not moved yet, gates only behind their update. */
  #before(e: Expression, at: number): Expression {
    return substitute(e, (name) => {
      const gate = this.#gates.get(name);
      const old = this.#derived.has(name) || (gate !== undefined && at < gate);
      return old ? call('previous', [named(name)], e.span) : undefined;
    });
  }
}

/** What differential equations and gates read, themselves or through what is assigned. */
function namesBehind(lines: readonly Line[]): Set<string> {
  const found = new Set<string>();
  const visit = (line: Line): void => {
    for (const name of accessOf(line).reads) {
      if (found.has(name)) continue;
      found.add(name);
      for (const other of lines) if (other.kind === 'assign' && other.target === name) visit(other);
    }
  };
  for (const line of lines) if (line.kind === 'derivative' || line.kind === 'member') visit(line);
  return found;
}

export function hasDerivative(line: Line): boolean {
  return line.kind === 'derivative' || (line.kind === 'if' && [...line.then, ...line.otherwise].some(hasDerivative));
}

export function mapExpressions(line: Line, change: (e: Expression) => Expression): Line {
  switch (line.kind) {
    case 'assign':
      return { ...line, value: change(line.value) };
    case 'derivative':
      return { ...line, rhs: change(line.rhs) };
    case 'if': {
      const all = (lines: readonly Line[]): Line[] => lines.map((l) => mapExpressions(l, change));
      return { ...line, condition: change(line.condition), then: all(line.then), otherwise: all(line.otherwise) };
    }
    case 'member':
      return line;
  }
}

/** A list as the statements of a step block, and quantities that it needs besides those of the model. */
export interface StepBlock {
  readonly statements: readonly Statement[];
  readonly helpers: readonly string[];
}

/** @param fresh makes a name that nothing has yet */
export function asStep(lines: readonly Line[], fresh: (wanted: string) => string): StepBlock {
  return new StepForm(fresh).write(lines);
}

class StepForm {
  readonly #fresh: (wanted: string) => string;
  /** Where the increments of variables wait that can't be added at once. */
  readonly #increments = new Map<string, string>();

  constructor(fresh: (wanted: string) => string) {
    this.#fresh = fresh;
  }

  write(lines: readonly Line[]): StepBlock {
    const body = this.#block(lines, []);
    const increments = [...this.#increments];
    return {
      statements: [
        ...increments.map(([, helper]) => assign(helper, '=', literal(0))),
        ...body,
        ...increments.map(([variable, helper]) => assign(variable, '+=', named(helper))),
      ],
      helpers: increments.map(([, helper]) => helper),
    };
  }

  /** @param behind what follows the lines, within the conditions around them */
  #block(lines: readonly Line[], behind: readonly Line[]): Statement[] {
    return lines.flatMap((line, i): Statement[] => {
      if (line.kind === 'assign') return [line];
      if (line.kind === 'member') return line.action === 'gate' ? [assign(line.name, '+=', timesStep(gateRate(line.name, line.span)))] : [];
      const after = hasDerivative(line) ? [...lines.slice(i + 1), ...behind] : [];
      if (line.kind === 'derivative') return [this.#derivative(line, after)];
      return [{ ...line, then: this.#block(line.then, after), otherwise: this.#block(line.otherwise, after) }];
    });
  }

  /** An increment is added at once where nothing behind it would notice. */
  #derivative({ variable, rhs }: Derivative, behind: readonly Line[]): Statement {
    const known = this.#increments.get(variable);
    const noticed = known !== undefined || behind.some((line) => accessOf(line).reads.has(variable) || accessOf(line).writes.has(variable));
    if (!noticed) return assign(variable, '+=', timesStep(rhs));
    const helper = known ?? this.#fresh(`delta_${variable}`);
    this.#increments.set(variable, helper);
    return assign(helper, '+=', timesStep(rhs));
  }
}

export function assign(target: string, operator: Assign['operator'], value: Expression): Assign {
  return { kind: 'assign', target, targetSpan: value.span, operator, value, span: value.span };
}

export function timesStep(rate: Expression): Expression {
  return binary('*', rate, named('dt'), rate.span);
}
