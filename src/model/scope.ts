import { InternalError, type ProblemList, withPath } from '../core/error.ts';
import { DIMENSIONLESS, type Dimension, parseUnit, printDimension, sameDimension, type Unit } from '../core/unit.ts';
import type { Expression, Statement } from '../language/ast.ts';
import { type CheckOptions, checkDerivative, checkExpression, checkStatements, type Scope, type ValueKind } from '../language/check.ts';
import { parseBlock, parseExpression } from '../language/parser.ts';
import type { ModelKind } from './definition.ts';
import type { FlatInput } from './flat.ts';
import type { Group } from './group.ts';

/** What surrounds a part while it is checked; `host` is undefined for a part on its own. */
interface CellContext {
  readonly groups: readonly Group[];
  readonly host: Group | undefined;
  readonly inputs: ReadonlyMap<string, FlatInput>;
  readonly checkers: Map<Group, GroupChecker>;
}

export interface CheckedGroup {
  /** The unit of a named expression, in coherent units. */
  unitOf(definition: string): Unit | undefined;
}

const number = (dimension: Dimension | 'any'): ValueKind => ({ kind: 'number', dimension });
const BOOLEAN: ValueKind = { kind: 'boolean' };
const MS = parseUnit('ms').dimension;

/** Names that every model of a kind may read without declaring them, and their units. */
const READS: { readonly [K in ModelKind]: Readonly<Record<string, string>> } = {
  neuron: {},
  spikeTrain: {},
  synapse: {},
  stimulus: {},
  channel: { v: 'mV' },
  receptor: { v: 'mV', conc: 'mM' },
  transmitter: { v: 'mV' },
};

/** The flags of a spike, where they can be read: `spike` exists only once the test of this step is made. */
function builtin(group: Group, name: string, afterSpike: boolean): ValueKind | undefined {
  if (name === 't' || name === 'dt') return number(group.unitless ? 'any' : MS);
  if (group.def.kind === 'stimulus') return undefined;
  if (name === 'since_spike') return number(group.unitless ? 'any' : MS);
  if (name === 'spiked') return BOOLEAN;
  return name === 'spike' && afterSpike ? BOOLEAN : undefined;
}

class GroupChecker implements CheckedGroup {
  readonly #group: Group;
  readonly #context: CellContext;
  readonly #problems: ProblemList;
  readonly #definitions = new Map<string, ValueKind | 'open'>();
  /** Names that it reads of its neuron and that were found wanting. */
  readonly #missing = new Set<string>();

  constructor(group: Group, context: CellContext, problems: ProblemList) {
    this.#group = group;
    this.#context = context;
    this.#problems = problems;
  }

  unitOf(definition: string): Unit | undefined {
    const kind = this.#definitions.get(definition);
    if (!kind || kind === 'open' || kind.kind !== 'number' || kind.dimension === 'any') return undefined;
    return { text: printDimension(kind.dimension), dimension: kind.dimension, scale: 1 };
  }

  check(): void {
    const g = this.#group;
    for (const name of g.definitions.keys()) this.#definition(name);
    const derived = new Set<string>();
    for (const d of g.derivatives) {
      if (!this.#checkDerivativeTarget(d.value.variable, derived, { text: d.text, span: d.value.span }, d.path)) continue;
      if (d.value.unlessRefractory && g.def.refractory === undefined) {
        this.#problems.add({
          code: 'invalid-model',
          message: `'${d.value.variable}' is held while refractory, but the model has no refractory period`,
          path: d.path,
          source: { text: d.text, span: d.value.span },
          hint: "Give the model one, refractory: 't_ref', or leave out '(unless refractory)'.",
        });
      }
      checkDerivative(d.value, this.#scope(false), this.#options(d.text, d.path, 'noise'));
    }
    for (const s of g.steps) this.#block(s.value, s.text, s.path, g.stage === 'transmitters' || g.def.kind === 'spikeTrain');
    for (const { text, path } of g.modulations.values()) this.#expression(text, path, number(g.unitless ? 'any' : DIMENSIONLESS), 'none');
    for (const [name, q] of g.quantities) {
      if (typeof q.value === 'string') this.#expression(q.value, [...g.path, `quantity '${name}'`], this.#quantityKind(name), 'draws');
    }
    this.#cell();
  }

  /** What only a whole cell has: spike condition, reset, refractory period. */
  #cell(): void {
    const { def, path } = this.#group;
    if (def.spike?.kind === 'threshold') this.#expression(def.spike.condition, [...path, 'spike'], BOOLEAN, 'draws');
    if (def.spike?.kind === 'peak') {
      const kind = this.#expression(def.spike.variable, [...path, 'spike'], undefined, 'none');
      if (kind) this.#expression(def.spike.above, [...path, 'spike'], kind, 'none');
      if (kind && !this.#group.quantities.has(def.spike.variable)) {
        this.#problems.add({
          code: 'invalid-model',
          message: `'${def.spike.variable}' is no variable of the model: a peak is found in one`,
          path: [...path, 'spike'],
          hint: "Name it: peak('v', { above: 'v_th' }).",
        });
      }
    }
    if (def.spike?.kind === 'scheduled' && !Array.isArray(this.#group.quantities.get(def.spike.times)?.value)) {
      this.#problems.add({
        code: 'invalid-model',
        message: `'${def.spike.times}' is not a list of times`,
        path: [...path, 'spike'],
        hint: `Declare it: ${def.spike.times}: quantity([], 'ms', 'spike times').`,
      });
    }
    if (def.reset !== undefined) {
      const text = def.reset;
      const block = this.#problems.collect(() => withPath([...path, 'reset'], () => parseBlock(text)));
      if (block) this.#block(block, text, [...path, 'reset'], true);
    }
    if (def.refractory !== undefined) this.#expression(def.refractory, [...path, 'refractory'], number(this.#group.unitless ? 'any' : MS), 'none');
    if (def.output !== undefined) this.#output(def.output);
  }

  /** Its unit is that of a target which may not be known yet. */
  #output(text: string): void {
    const path = [...this.#group.path, 'output'];
    const kind = this.#expression(text, path, undefined, 'draws');
    if (kind?.kind === 'boolean') this.#requireKind(kind, number('any'), parseExpression(text), text, path);
  }

  #block(block: readonly Statement[], text: string, path: readonly string[], afterSpike: boolean): void {
    checkStatements(block, this.#scope(afterSpike), this.#options(text, path, 'draws'));
  }

  /** Parses and checks an expression; its kind must be `wanted` where that is given. */
  #expression(text: string, path: readonly string[], wanted: ValueKind | undefined, random: CheckOptions['random']): ValueKind | undefined {
    const parsed = this.#problems.collect(() => withPath(path, () => parseExpression(text)));
    if (!parsed) return undefined;
    const kind = checkExpression(parsed, this.#scope(false), this.#options(text, path, random));
    if (kind && wanted) this.#requireKind(kind, wanted, parsed, text, path);
    return kind;
  }

  #requireKind(kind: ValueKind, wanted: ValueKind, e: Expression, text: string, path: readonly string[]): void {
    const source = { text, span: e.span };
    if (kind.kind !== wanted.kind) {
      this.#problems.add({
        code: 'type-mismatch',
        message: `this is a ${kind.kind}, but a ${wanted.kind} is wanted here`,
        path,
        source,
        hint:
          wanted.kind === 'boolean' ? "Compare two numbers, such as 'v >= v_th'." : 'Use where(condition, a, b) to turn a condition into a number.',
      });
    } else if (kind.kind === 'number' && wanted.kind === 'number' && !this.#group.unitless && !fits(kind.dimension, wanted.dimension)) {
      this.#problems.add({
        code: 'unit-mismatch',
        message: `this is in ${print(kind.dimension)}, but ${print(wanted.dimension)} is wanted here`,
        path,
        source,
        hint: 'Change the declared unit, or convert with a quantity or a literal such as 1[mV].',
      });
    }
  }

  #checkDerivativeTarget(
    variable: string,
    derived: Set<string>,
    source: { text: string; span: { start: number; end: number } },
    path: readonly string[],
  ): boolean {
    const quantity = this.#group.quantities.get(variable);
    if (!quantity || Array.isArray(quantity.value)) {
      this.#problems.add({
        code: 'unknown-name',
        message: `'${variable}' has an equation but is not declared as a quantity`,
        path,
        source,
        hint: `Declare it with its initial value: ${variable}: quantity(0, 'mV', 'meaning').`,
      });
    } else if (derived.has(variable)) {
      this.#problems.add({
        code: 'duplicate-name',
        message: `'${variable}' has two differential equations`,
        path,
        source,
        hint: 'Join them into one.',
      });
    }
    derived.add(variable);
    return quantity !== undefined;
  }

  #options(text: string, path: readonly string[], random: CheckOptions['random']): CheckOptions {
    return { text, path, problems: this.#problems, unitless: this.#group.unitless, random };
  }

  #scope(afterSpike: boolean): Scope {
    return {
      lookup: (name) => this.#lookup(name, afterSpike),
      list: (name) => this.#list(name),
      names: () => this.#names(afterSpike),
      functions: this.#group.functions,
      assignable: (name) => this.#assignable(name),
    };
  }

  #names(afterSpike: boolean): string[] {
    const g = this.#group;
    const own = [...g.quantities.keys(), ...g.definitions.keys(), ...this.#reads().keys()];
    const cell = g === this.#context.host ? [...this.#context.inputs.keys(), ...this.#partNames(), 'i_channels', 'i_receptors'] : [];
    const flags = g.def.kind === 'stimulus' ? [] : ['spiked', 'since_spike', ...(afterSpike ? ['spike'] : [])];
    return [...own, ...cell, 't', 'dt', ...flags];
  }

  #partNames(): string[] {
    return this.#context.groups
      .filter((p) => p.prefix !== '')
      .flatMap((p) => [...p.quantities.keys(), ...p.definitions.keys()].map((n) => `${p.prefix}.${n}`));
  }

  #reads(): Map<string, string> {
    const members = [this.#group.def, ...(this.#group.def.kinetics ? [this.#group.def.kinetics] : [])];
    return new Map(members.flatMap((m) => [...Object.entries(READS[m.kind]), ...Object.entries(m.reads ?? {})]));
  }

  #lookup(name: string, afterSpike: boolean): ValueKind | undefined {
    const g = this.#group;
    const quantity = g.quantities.get(name);
    if (quantity) return Array.isArray(quantity.value) ? undefined : this.#quantityKind(name);
    if (g.definitions.has(name)) return this.#definition(name);
    const flag = builtin(g, name, afterSpike);
    if (flag) return flag;
    if (g === this.#context.host) return this.#cellName(name);
    const unit = this.#reads().get(name);
    return unit === undefined ? undefined : this.#hostName(name, unit);
  }

  /** The unit of a list that expressions read: of all but that of the times of spikes. */
  #list(name: string): Dimension | 'any' | undefined {
    const { quantities, def, unitless } = this.#group;
    const quantity = quantities.get(name);
    if (!Array.isArray(quantity?.value) || (def.spike?.kind === 'scheduled' && def.spike.times === name)) return undefined;
    return unitless ? 'any' : quantity?.parsedUnit.dimension;
  }

  #quantityKind(name: string): ValueKind {
    const dimension = this.#group.quantities.get(name)?.parsedUnit.dimension ?? DIMENSIONLESS;
    return number(this.#group.unitless ? 'any' : dimension);
  }

  #cellName(name: string): ValueKind | undefined {
    if (name === 'i_channels' || name === 'i_receptors') return this.#sumOfCurrents(name === 'i_channels' ? 'channel' : 'receptor');
    const port = this.#context.inputs.get(name);
    if (port) return number(this.#group.unitless ? 'any' : port.unit.dimension);
    const [prefix, ...rest] = name.split('.');
    for (const part of this.#context.groups) {
      if (part.prefix !== prefix || part.prefix === '') continue;
      const kind = this.#peer(part).#ownName(rest.join('.'));
      if (kind) return kind;
    }
    return undefined;
  }

  #sumOfCurrents(kind: 'channel' | 'receptor'): ValueKind {
    const parts = this.#context.groups.filter((p) => p.def.kind === kind && p.stage !== 'metabotropic');
    return (parts.length > 0 && this.#peer(parts[0]).#ownName('current')) || number('any');
  }

  #peer(group: Group): GroupChecker {
    const checker = this.#context.checkers.get(group);
    if (!checker) throw new InternalError(`no checker for '${group.prefix}'`);
    return checker;
  }

  /** The kind of one of this group's own names, as its neuron sees it. */
  #ownName(name: string): ValueKind | undefined {
    if (this.#group.unitless) return this.#group.quantities.has(name) || this.#group.definitions.has(name) ? number('any') : undefined;
    if (this.#group.quantities.has(name)) return this.#quantityKind(name);
    return this.#group.definitions.has(name) ? this.#definition(name) : undefined;
  }

  /** A name that a part reads of its neuron: of the declared unit, and the neuron must have it in that unit. */
  #hostName(name: string, unit: string): ValueKind {
    const wanted = parseUnit(unit).dimension;
    const host = this.#context.host;
    if (!host || (name === 'conc' && this.#group.def.kind === 'receptor')) return number(this.#group.unitless ? 'any' : wanted);
    const kind = this.#peer(host).#lookup(name, false);
    if (!kind) {
      if (this.#missing.has(name)) return number('any');
      this.#missing.add(name);
      this.#problems.add({
        code: 'unknown-name',
        message: `${this.#group.def.kind} '${this.#group.def.name}' reads '${name}' of its neuron, which has none`,
        path: this.#group.path,
        hint: name.includes('.')
          ? `Give '${host.def.name}' a part '${name.split('.')[0]}' that has it.`
          : `Add a quantity '${name}' to model '${host.def.name}'.`,
      });
    } else if (kind.kind === 'number' && !host.unitless && !fits(kind.dimension, wanted)) {
      this.#problems.add({
        code: 'unit-mismatch',
        message: `${this.#group.def.kind} '${this.#group.def.name}' reads '${name}' in ${print(wanted)}, but the neuron has it in ${print(kind.dimension)}`,
        path: this.#group.path,
        hint: 'Declare both in units of one kind.',
      });
    }
    return number(this.#group.unitless ? 'any' : wanted);
  }

  #definition(name: string): ValueKind | undefined {
    const known = this.#definitions.get(name);
    const d = this.#group.definitions.get(name);
    if (known === 'open' && d) {
      this.#problems.add({
        code: 'invalid-model',
        message: `'${name}' is defined by itself`,
        path: d.path,
        source: { text: d.text, span: d.value.span },
        hint: 'Break the loop: make one of the names a quantity and change it in a step block.',
      });
      return number('any');
    }
    if (known && known !== 'open') return known;
    if (!d) return undefined;
    this.#definitions.set(name, 'open');
    const kind = checkExpression(d.value, this.#scope(false), this.#options(d.text, d.path, 'none')) ?? number('any');
    this.#definitions.set(name, kind);
    return kind;
  }

  #assignable(name: string): string | undefined {
    const quantity = this.#group.quantities.get(name);
    if (quantity) return Array.isArray(quantity.value) ? 'it is a list' : undefined;
    if (this.#group.definitions.has(name)) return 'it is a named expression, recomputed where it is used';
    if (this.#context.inputs.has(name)) return 'it is an input port: only synapses add to it';
    if (Object.hasOwn(this.#group.def.reads ?? {}, name)) return undefined;
    const [prefix, ...rest] = name.split('.');
    const part = this.#group === this.#context.host && this.#context.groups.find((p) => p.prefix === prefix && p.quantities.has(rest.join('.')));
    if (part) return undefined;
    return name === 'v' ? 'it belongs to the neuron: only the neuron’s own equations and blocks change it' : 'it is not a quantity of this model';
  }
}

function fits(a: Dimension | 'any', b: Dimension | 'any'): boolean {
  return a === 'any' || b === 'any' || sameDimension(a, b);
}

function print(dimension: Dimension | 'any'): string {
  return dimension === 'any' ? 'any unit' : printDimension(dimension);
}

/** Checks all texts of a cell's parts (or of one part alone, without host); problems go to the list. */
export function checkGroups(
  groups: readonly Group[],
  host: Group | undefined,
  inputs: ReadonlyMap<string, FlatInput>,
  problems: ProblemList,
): ReadonlyMap<Group, CheckedGroup> {
  const checkers = new Map<Group, GroupChecker>();
  for (const group of groups) checkers.set(group, new GroupChecker(group, { groups, host, inputs, checkers }, problems));
  for (const checker of checkers.values()) checker.check();
  return checkers;
}
