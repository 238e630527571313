import { type Problem, type ProblemList, withPath } from '../core/error.ts';
import { DIMENSIONLESS, parseUnit, type Unit } from '../core/unit.ts';
import type { Equation, Expression, Statement } from '../language/ast.ts';
import { isBuiltin } from '../language/builtins.ts';
import type { UserFunction } from '../language/check.ts';
import { RESERVED_WORDS } from '../language/lexer.ts';
import { parseBlock, parseEquations, parseExpression } from '../language/parser.ts';
import type { ModelDef, Quantity } from './definition.ts';
import type { Located, Stage } from './flat.ts';

/** Names that mean something everywhere and can't be declared. */
const RESERVED = [
  't',
  'dt',
  'spike',
  'spiked',
  'since_spike',
  'i_channels',
  'i_receptors',
  'pre',
  'post',
  'input',
  'reward',
  'arrived',
  ...RESERVED_WORDS,
];
/** The word that stands for the unit of what a synapse or stimulus adds to. */
export const TARGET_UNIT = /\btarget\b/g;
const OPTION_NAMES = ['channels', 'receptors', 'transmitters', 'integrator', 'coupling', 'kinetics', 'transmitter', 'types', 'target'];

/** One part of a cell (or its own equations), parsed: the scope in which its names are looked up first. */
export interface Group {
  /** `''` for the cell itself, else such as `na`. */
  readonly prefix: string;
  readonly stage: Stage;
  readonly path: readonly string[];
  readonly def: ModelDef;
  readonly unitless: boolean;
  readonly quantities: ReadonlyMap<string, Quantity & { readonly parsedUnit: Unit }>;
  readonly definitions: ReadonlyMap<string, Located<Expression>>;
  readonly derivatives: readonly Located<Extract<Equation, { kind: 'derivative' }>>[];
  readonly steps: readonly Located<readonly Statement[]>[];
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** Factors by which it multiplies named expressions of its neuron, by their names. */
  readonly modulations: ReadonlyMap<string, Located<Expression>>;
}

export interface PartUnits {
  readonly conductance: string;
  readonly current: string;
}

export const DEFAULT_PART_UNITS: PartUnits = { conductance: 'nS', current: 'pA' };

/** Parses what a model (and, for a receptor, its kinetics) declares; problems go to the list. */
export function parseGroup(def: ModelDef, prefix: string, path: readonly string[], units: PartUnits, problems: ProblemList): Group {
  const members = def.kinetics ? [def.kinetics, def] : [def];
  const quantities = new Map<string, Quantity & { parsedUnit: Unit }>();
  const definitions = new Map<string, Located<Expression>>();
  const derivatives: Located<Extract<Equation, { kind: 'derivative' }>>[] = [];
  const steps: Located<readonly Statement[]>[] = [];
  const functions = new Map<string, UserFunction>();
  const modulations = new Map<string, Located<Expression>>();
  const declared = new Set<string>();
  const declare = (name: string, problem: Pick<Problem, 'source'>): void => {
    if (declared.has(name))
      problems.add({ code: 'duplicate-name', message: `'${name}' is defined twice`, path, ...problem, hint: 'Give one of the two another name.' });
    declared.add(name);
  };
  for (const member of members) {
    for (const [name, q] of [...Object.entries(member.quantities), ...Object.entries(member.shared ?? {})]) {
      checkName(name, path, problems);
      declare(name, {});
      // What a synapse or stimulus adds to, and its unit, are known when its target is.
      const unit = def.kind === 'synapse' || def.kind === 'stimulus' ? q.unit?.replace(TARGET_UNIT, '1') : q.unit;
      const parsedUnit = parseQuantityUnit(name, unit, units, path, problems);
      checkQuantityValue(name, q, path, problems);
      quantities.set(name, { ...q, parsedUnit });
    }
    const text = member.equations ?? '';
    for (const equation of problems.collect(() => withPath(path, () => parseEquations(text))) ?? []) {
      const source = { text, span: equation.span };
      if (equation.kind === 'derivative') {
        derivatives.push({ value: equation, text, path: [...path, `d${equation.variable}/dt`] });
      } else if (equation.kind === 'function') {
        if (isBuiltin(equation.name) || functions.has(equation.name)) problems.add(takenFunction(equation.name, path, source));
        functions.set(equation.name, { parameters: equation.parameters, body: equation.body });
      } else {
        checkName(equation.name, path, problems);
        declare(equation.name, { source });
        definitions.set(equation.name, { value: equation.rhs, text, path: [...path, equation.name] });
      }
    }
    if (member.step !== undefined) {
      const block = problems.collect(() => withPath([...path, 'step'], () => parseBlock(member.step ?? '')));
      if (block) steps.push({ value: block, text: member.step, path: [...path, 'step'] });
    }
    for (const [name, factor] of Object.entries(member.modulates ?? {})) {
      const at = [...path, 'modulates', name];
      const value = problems.collect(() => withPath(at, () => parseExpression(factor)));
      if (value) modulations.set(name, { value, text: factor, path: at });
    }
  }
  const unitless = members.every((m) => Object.values({ ...m.quantities, ...m.inputs }).every((q) => q.unit === undefined));
  const stage = stageOf(def, quantities.has('current') || definitions.has('current'));
  return { prefix, stage, path, def, unitless, quantities, definitions, derivatives, steps, functions, modulations };
}

function stageOf(def: ModelDef, givesCurrent: boolean): Stage {
  switch (def.kind) {
    case 'channel':
      return 'channels';
    case 'receptor':
      return givesCurrent ? 'receptors' : 'metabotropic';
    case 'transmitter':
      return 'transmitters';
    default:
      return 'membrane';
  }
}

function takenFunction(name: string, path: readonly string[], source: Problem['source']): Problem {
  const taken = isBuiltin(name) ? 'is a function of the language' : 'is defined twice';
  return { code: 'duplicate-name', message: `'${name}' ${taken}`, path, ...(source && { source }), hint: 'Give the function another name.' };
}

/** Whether a name means something everywhere. */
export function isReserved(name: string): boolean {
  return RESERVED.includes(name) || OPTION_NAMES.includes(name);
}

/** Refuses what can't name a quantity, named expression, port or part. */
export function checkName(name: string, path: readonly string[], problems: ProblemList): void {
  const fault = !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)
    ? 'is not a name: use letters, digits and _, beginning with a letter'
    : isReserved(name)
      ? 'has a meaning of its own and can’t be declared'
      : undefined;
  if (fault) problems.add({ code: 'invalid-model', message: `'${name}' ${fault}`, path, hint: 'Choose another name.' });
}

/** A declared unit, with `conductance` and `current` standing for those of the neuron. */
export function parseQuantityUnit(name: string, unit: string | undefined, units: PartUnits, path: readonly string[], problems: ProblemList): Unit {
  const given = unit ?? '1';
  const standsFor = (word: string): string => units[word as keyof PartUnits];
  const text = Object.hasOwn(units, given) ? standsFor(given) : given.replace(/\b(conductance|current)\b/g, (word) => `(${standsFor(word)})`);
  return (
    problems.collect(() => withPath([...path, `quantity '${name}'`], () => parseUnit(text))) ?? { text: '1', dimension: DIMENSIONLESS, scale: 1 }
  );
}

function checkQuantityValue(name: string, q: Quantity, path: readonly string[], problems: ProblemList): void {
  const numbers = typeof q.value === 'number' ? [q.value] : typeof q.value === 'string' ? [] : q.value;
  const bad = Array.isArray(numbers) ? numbers.find((x) => typeof x !== 'number' || !Number.isFinite(x)) : q.value;
  if (bad !== undefined) {
    problems.add({
      code: 'invalid-value',
      message: `the value of '${name}' is ${String(bad)}`,
      path,
      hint: 'Give a finite number, an expression over the model’s other quantities, or a list of finite numbers.',
    });
  }
}
