import { type Problem, ProblemList, SpikeloomError, suggest, withPath } from '../core/error.ts';
import { parseUnit, sameDimension, toCoherent, type Unit } from '../core/unit.ts';
import type { Expression, Statement } from '../language/ast.ts';
import type { UserFunction } from '../language/check.ts';
import { parseBlock, parseExpression } from '../language/parser.ts';
import { type Renaming, renameExpression, renameStatements, walkAssignments } from '../language/transform.ts';
import type { ModelDef } from './definition.ts';
import type { FlatDerivative, FlatInput, FlatModel, FlatQuantity, FlatSpike, FlatStep, Located, Stage } from './flat.ts';
import { checkName, DEFAULT_PART_UNITS, type Group, type PartUnits, parseGroup, parseQuantityUnit } from './group.ts';
import { orderSteps } from './order.ts';
import { namesReached } from './reach.ts';
import { checkGroups } from './scope.ts';
import { checkSynapse } from './synapse.ts';

/** Checks a part on its own, as far as that is possible without its neuron. */
export function checkPart(def: ModelDef): void {
  const problems = new ProblemList();
  const path = [`${def.kind} '${def.name}'`];
  const group = parseGroup(def, '', path, DEFAULT_PART_UNITS, problems);
  if (def.kind === 'synapse') checkSynapse(group, problems);
  else {
    requireOutput(group, problems);
    checkGroups([group], undefined, new Map(), problems);
  }
  problems.throwIfAny();
}

const OUTPUTS: { readonly [kind: string]: string } = { channel: 'current', transmitter: 'conc' };

function requireOutput(group: Group, problems: ProblemList): void {
  const output = OUTPUTS[group.def.kind];
  if (output === undefined || group.quantities.has(output) || group.definitions.has(output)) return;
  problems.add({
    code: 'invalid-model',
    message: `a ${group.def.kind} must define '${output}'`,
    path: group.path,
    hint:
      group.def.kind === 'channel'
        ? "Write its current in the equations: 'current = g * (v - e)'."
        : "Declare it as a quantity, conc: quantity(0, 'mM', ...), and change it in an equation or the step block.",
  });
}

/** In a cell, a part must also do something: a receptor without current changes what it reads of its neuron. */
function requireEffect(group: Group, problems: ProblemList): void {
  requireOutput(group, problems);
  if (group.stage !== 'metabotropic' || group.modulations.size > 0) return;
  const shared = new Set([group.def, ...(group.def.kinetics ? [group.def.kinetics] : [])].flatMap((m) => Object.keys(m.reads ?? {})));
  let changes = false;
  for (const step of group.steps) {
    walkAssignments(step.value, (s) => {
      changes ||= shared.has(s.target);
    });
  }
  if (changes) return;
  problems.add({
    code: 'invalid-model',
    message: `receptor '${group.prefix}' gives no 'current' and changes nothing of its neuron`,
    path: group.path,
    hint: "Write its current in the equations, 'current = g * r * (v - e)'; say what it modulates, { 'nmda.current': '1 - s * r' }; or let its step block assign what it declares in 'reads'.",
  });
}

/** Refuses channels and receptors whose currents the neuron's equations leave out; in a voltage clamp there are none. */
function requireReadCurrents(host: Group, groups: readonly Group[], problems: ProblemList): void {
  if (host.derivatives.length === 0) return;
  const texts = [host.def.equations, host.def.step, host.def.reset, host.def.spike?.kind === 'threshold' ? host.def.spike.condition : ''];
  const read = new Set(texts.flatMap((text) => (text ?? '').match(/[A-Za-z_][\w.]*/g) ?? []));
  for (const group of groups) {
    const sum = group.stage === 'channels' ? 'i_channels' : 'i_receptors';
    if ((group.stage !== 'channels' && group.stage !== 'receptors') || read.has(sum) || read.has(`${group.prefix}.current`)) continue;
    problems.add({
      code: 'invalid-model',
      message: `${group.def.kind} '${group.prefix}' has no effect: no equation of '${host.def.name}' reads its current`,
      path: host.path,
      hint: `Subtract '${sum}' (the sum of all of them) or '${group.prefix}.current' in the equation of the membrane potential.`,
    });
  }
}

const cache = new WeakMap<ModelDef, FlatModel>();

/**
 * A neuron, spike train or stimulus with its parts, as one flat, checked model.
 *
 * @throws SpikeloomError with all problems of the model and its parts
 */
export function composeModel(def: ModelDef): FlatModel {
  const known = cache.get(def);
  if (known) return known;
  const problems = new ProblemList();
  const path = [`model '${def.name}'`];
  const host = parseGroup(def, '', path, DEFAULT_PART_UNITS, problems);
  const units = def.units ?? DEFAULT_PART_UNITS;
  const groups = [...partGroups(def, path, units, problems), host];
  for (const group of groups) if (group !== host) requireEffect(group, problems);
  refuseEqualNames(groups, path, problems);
  const inputs = composeInputs(def, groups, path, problems);
  const kinds = checkGroups(groups, host, inputs, problems);
  requireReadCurrents(host, groups, problems);
  problems.throwIfAny();
  const declared = [
    parseUnit(units.current),
    parseUnit(units.conductance),
    ...declaredUnits([host, ...groups]),
    ...[...inputs.values()].map((i) => i.unit),
  ];
  // Named expressions are shown in a unit that the author uses, where one fits.
  const unitOf = (group: Group, definition: string): Unit => {
    const unit = kinds.get(group)?.unitOf(definition) ?? parseUnit('1');
    return declared.find((other) => sameDimension(other.dimension, unit.dimension)) ?? unit;
  };
  const flat = new Flattener(def, host, groups, inputs).flatten(unitOf, problems);
  problems.throwIfAny();
  cache.set(def, flat);
  return flat;
}

function declaredUnits(groups: readonly Group[]): Unit[] {
  return groups.flatMap((g) => [...g.quantities.values()].map((q) => q.parsedUnit));
}

function partGroups(def: ModelDef, path: readonly string[], units: PartUnits, problems: ProblemList): Group[] {
  return (['receptors', 'channels', 'transmitters'] as const).flatMap((key) =>
    Object.entries(def[key] ?? {}).map(([name, part]) => {
      checkName(name, path, problems);
      return parseGroup(part, name, [...path, `${part.kind} '${name}'`], units, problems);
    }),
  );
}

/** A channel `ca` and a transmitter `ca` may stand side by side as long as their quantities differ. */
function refuseEqualNames(groups: readonly Group[], path: readonly string[], problems: ProblemList): void {
  const owner = new Map<string, Group>();
  for (const group of groups) {
    for (const local of [...group.quantities.keys(), ...group.definitions.keys()]) {
      const name = flatName(group, local);
      const other = owner.get(name);
      if (other && other !== group) {
        problems.add({
          code: 'duplicate-name',
          message: `'${name}' is both in ${other.def.kind} '${other.prefix}' and in ${group.def.kind} '${group.prefix}'`,
          path,
          hint: `Give one of the two parts another key than '${group.prefix}'.`,
        });
      }
      owner.set(name, group);
    }
  }
}

function flatName(group: Group, local: string): string {
  return group.prefix === '' ? local : `${group.prefix}.${local}`;
}

/** The flat name of the port that a receptor for `transmitter` feels as `conc`. */
function concentrationPort(transmitter: string): string {
  return `input.${transmitter}.conc`;
}

function composeInputs(def: ModelDef, groups: readonly Group[], path: readonly string[], problems: ProblemList): Map<string, FlatInput> {
  const inputs = new Map<string, FlatInput>();
  for (const [name, spec] of Object.entries(def.inputs ?? {})) {
    checkPortName(name, groups, path, problems);
    inputs.set(name, { name, unit: parseQuantityUnit(name, spec.unit, DEFAULT_PART_UNITS, path, problems), normalize: spec.normalize });
  }
  for (const group of groups) {
    if (group.def.kind !== 'receptor' || !readsConcentration(group)) continue;
    const name = concentrationPort(group.def.transmitter ?? group.prefix);
    inputs.set(name, { name, unit: parseUnit('mM'), normalize: 'sum' });
  }
  return inputs;
}

/** Receptors that spikes open feel no transmitter. */
function readsConcentration({ def }: Group): boolean {
  const texts = [def, ...(def.kinetics ? [def.kinetics] : [])].flatMap(({ equations = '', step = '', modulates = {} }) => [
    equations,
    step,
    ...Object.values(modulates),
  ]);
  return texts.some((text) => /\bconc\b/.test(text));
}

function checkPortName(name: string, groups: readonly Group[], path: readonly string[], problems: ProblemList): void {
  checkName(name, path, problems);
  const host = groups.find((g) => g.prefix === '');
  if (!host?.quantities.has(name) && !host?.definitions.has(name)) return;
  problems.add({
    code: 'duplicate-name',
    message: `'${name}' is an input port and something else too`,
    path,
    hint: 'Give one of the two another name.',
  });
}

class Flattener {
  readonly #def: ModelDef;
  readonly #host: Group;
  readonly #groups: readonly Group[];
  readonly #inputs: ReadonlyMap<string, FlatInput>;

  constructor(def: ModelDef, host: Group, groups: readonly Group[], inputs: ReadonlyMap<string, FlatInput>) {
    this.#def = def;
    this.#host = host;
    this.#groups = groups;
    this.#inputs = inputs;
  }

  flatten(unitOf: (group: Group, definition: string) => Unit, problems: ProblemList): FlatModel {
    const def = this.#def;
    const derivatives = this.#groups.flatMap((g) => this.#derivatives(g));
    // The step block of a spike train follows its spike test.
    const stage = (g: Group): Stage => (g.def.kind === 'spikeTrain' ? 'transmitters' : g.stage);
    const steps = this.#groups.flatMap((g) => g.steps.map((s): FlatStep => ({ ...s, value: this.#renameBlock(g, s.value), stage: stage(g) })));
    const reset = def.reset === undefined ? undefined : this.#located('reset', def.reset, (text) => this.#renameBlock(this.#host, parseBlock(text)));
    const functions = new Map(this.#groups.flatMap((g) => this.#functions(g)));
    const definitions = this.#modulated(this.#definitions(unitOf), functions, problems);
    const variables = new Set(derivatives.map((d) => d.variable));
    for (const block of [...steps, ...(reset ? [reset] : [])]) walkAssignments(block.value, (s) => variables.add(s.target));
    return {
      name: def.name,
      kind: def.kind === 'spikeTrain' || def.kind === 'stimulus' ? def.kind : 'neuron',
      quantities: new Map(this.#groups.flatMap((g) => this.#quantities(g, variables)).map((q) => [q.name, q])),
      inputs: this.#inputs,
      definitions,
      functions,
      derivatives,
      steps: orderSteps(steps, { definitions, functions }, this.#host.path, problems),
      spike: this.#spike(),
      reset,
      refractory: def.refractory === undefined ? undefined : this.#hostExpression('refractory', def.refractory),
      output: def.output === undefined ? undefined : this.#hostExpression('output', def.output),
      integrator: def.integrator ?? 'euler',
      coupling: def.coupling ?? 'simultaneous',
      transmitters: Object.keys(def.transmitters ?? {}),
      unitless: this.#host.unitless,
    };
  }

  #quantities(group: Group, variables: ReadonlySet<string>): FlatQuantity[] {
    return [...group.quantities].map(([local, q]): FlatQuantity => {
      const name = flatName(group, local);
      const unit = q.parsedUnit;
      const role = Array.isArray(q.value) ? 'list' : variables.has(name) ? 'variable' : 'parameter';
      const initial =
        typeof q.value === 'number'
          ? toCoherent(q.value, unit)
          : typeof q.value === 'string'
            ? { value: this.#rename(group, parseExpression(q.value)), text: q.value, path: [...group.path, `quantity '${local}'`] }
            : q.value.map((x) => toCoherent(x, unit));
      return { name, role, unit, meaning: q.meaning ?? '', initial };
    });
  }

  #definitions(unitOf: (group: Group, definition: string) => Unit): FlatModel['definitions'] {
    const result = new Map<string, Located<Expression> & { unit: Unit }>();
    for (const g of this.#groups) {
      for (const [local, d] of g.definitions) result.set(flatName(g, local), { ...d, value: this.#rename(g, d.value), unit: unitOf(g, local) });
    }
    const current = parseUnit(this.#def.units?.current ?? DEFAULT_PART_UNITS.current);
    for (const [name, kind] of [
      ['i_channels', 'channel'],
      ['i_receptors', 'receptor'],
    ]) {
      const members = this.#groups.filter((g) => g.def.kind === kind && g.stage !== 'metabotropic').map((g) => flatName(g, 'current'));
      result.set(name, { value: sumOf(members), text: members.join(' + ') || '0', path: [...this.#host.path, name], unit: current });
    }
    return result;
  }

  /** Named expressions times the factors that receptors modulate them by. */
  #modulated(definitions: FlatModel['definitions'], functions: FlatModel['functions'], problems: ProblemList): FlatModel['definitions'] {
    const result = new Map(definitions);
    const factors: { readonly group: Group; readonly target: string; readonly factor: Located<Expression> }[] = [];
    for (const group of this.#groups) {
      for (const [name, located] of group.modulations) {
        const factor = { ...located, value: this.#rename(group, located.value) };
        const targets = this.#modulationTargets(group, name, definitions);
        if (targets.length === 0) problems.add(this.#noTarget(group, name, factor));
        for (const target of targets) {
          factors.push({ group, target, factor });
          const known = result.get(target);
          const { value } = factor;
          if (known) result.set(target, { ...known, value: { kind: 'binary', operator: '*', left: known.value, right: value, span: value.span } });
        }
      }
    }
    for (const { group, target, factor } of factors) {
      if (!namesReached({ definitions: result, functions }, factor.value).has(target)) continue;
      problems.add({
        code: 'invalid-model',
        message: `receptor '${group.prefix}' modulates '${target}' by a factor that depends on it`,
        path: factor.path,
        source: { text: factor.text, span: factor.value.span },
        hint: 'Let the factor read variables instead, such as the fraction of open receptors.',
      });
    }
    return result;
  }

  /** A named expression, or the currents of all other receptors for a transmitter. */
  #modulationTargets(group: Group, name: string, definitions: FlatModel['definitions']): string[] {
    if (definitions.has(name)) return [name];
    const felt = this.#groups.filter((g) => g !== group && g.stage === 'receptors' && (g.def.transmitter ?? g.prefix) === name);
    return felt.map((g) => flatName(g, 'current')).filter((current) => definitions.has(current));
  }

  #noTarget(group: Group, name: string, { path }: Located<Expression>): Problem {
    const quantity = this.#groups.some((g) => [...g.quantities.keys()].some((local) => flatName(g, local) === name));
    const receptors = this.#groups.filter((g) => g !== group && g.stage === 'receptors');
    const known = [...new Set(receptors.flatMap((g) => [g.def.transmitter ?? g.prefix, flatName(g, 'current')])), 'i_receptors', 'i_channels'];
    return {
      code: 'unknown-name',
      message: quantity
        ? `receptor '${group.prefix}' modulates '${name}', which is a quantity, not a named expression`
        : `receptor '${group.prefix}' modulates '${name}', which its neuron has not`,
      path,
      hint: `${quantity ? 'Modulate the current that it is part of.' : 'Name a current, or a transmitter for those of all its receptors.'} Known here: ${known.join(', ')}.`,
    };
  }

  #functions(group: Group): [string, UserFunction][] {
    return [...group.functions].map(([name, f]) => [
      flatName(group, name),
      {
        parameters: f.parameters,
        body: renameExpression(f.body, { ...this.#renaming(group), name: (n) => (f.parameters.includes(n) ? n : this.#resolve(group, n)) }),
      },
    ]);
  }

  #derivatives(group: Group): FlatDerivative[] {
    return group.derivatives.map((d) => ({
      variable: flatName(group, d.value.variable),
      value: this.#rename(group, d.value.rhs),
      text: d.text,
      path: d.path,
      stage: group.stage,
      unlessRefractory: d.value.unlessRefractory,
    }));
  }

  #spike(): FlatSpike | undefined {
    const spike = this.#def.spike;
    if (!spike || spike.kind === 'scheduled') return spike;
    return spike.kind === 'threshold'
      ? { kind: 'threshold', condition: this.#hostExpression('spike', spike.condition) }
      : { kind: 'peak', variable: spike.variable, above: this.#hostExpression('spike', spike.above) };
  }

  #hostExpression(key: string, text: string): Located<Expression> {
    return this.#located(key, text, (t) => this.#rename(this.#host, parseExpression(t)));
  }

  #located<T>(key: string, text: string, parse: (text: string) => T): Located<T> {
    const path = [...this.#host.path, key];
    return { value: withPath(path, () => parse(text)), text, path };
  }

  #rename(group: Group, e: Expression): Expression {
    return renameExpression(e, this.#renaming(group));
  }

  #renameBlock(group: Group, block: readonly Statement[]): Statement[] {
    return renameStatements(block, this.#renaming(group));
  }

  /** Noise of a part is its own: two equal parts do not share it. */
  #renaming(group: Group): Renaming {
    return { name: (n) => this.#resolve(group, n), callee: (c) => this.#callee(group, c), noise: (n) => flatName(group, n) };
  }

  #resolve(group: Group, name: string): string {
    if (group.quantities.has(name) || group.definitions.has(name)) return flatName(group, name);
    if (group.def.kind === 'receptor' && name === 'conc') return concentrationPort(group.def.transmitter ?? group.prefix);
    return name;
  }

  #callee(group: Group, callee: string): string {
    return group.functions.has(callee) ? flatName(group, callee) : callee;
  }
}

function sumOf(names: readonly string[]): Expression {
  const span = { start: 0, end: 0 };
  const terms = names.map((name): Expression => ({ kind: 'name', name, span }));
  if (terms.length === 0) return { kind: 'number', value: 0, span };
  return terms.reduce((left, right) => ({ kind: 'binary', operator: '+', left, right, span }));
}

/** The flat model's quantity, or an error that names the known ones. */
export function requireQuantity(model: FlatModel, name: string, path: readonly string[]): FlatQuantity {
  const found = model.quantities.get(name);
  if (found) return found;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: model.definitions.has(name)
      ? `'${name}' is a named expression of the model: it can be read but not set`
      : `'${name}' is not a quantity of model '${model.name}'`,
    path,
    hint: suggest(name, model.quantities.keys()),
  });
}
