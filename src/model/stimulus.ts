import { ProblemList, SpikeloomError, suggest, unreachable } from '../core/error.ts';
import { parseUnit, printDimension, sameDimension, type Unit } from '../core/unit.ts';
import { checkExpression, type ValueKind } from '../language/check.ts';
import { composeModel } from './compose.ts';
import type { ModelDef, Quantity } from './definition.ts';
import { type FlatModel, sampledUnit } from './flat.ts';
import { TARGET_UNIT } from './group.ts';
import { portName } from './port.ts';

/**
 * What a stimulus acts on. A `variable` is changed; a `port` has in each step what comes in besides; a `parameter` has what it was
 * set to and that.
 */
export interface StimulusTarget {
  readonly kind: 'variable' | 'port' | 'parameter';
  readonly name: string;
  readonly unit: Unit;
}

/** What a stimulus acts on in cells of a model. @throws SpikeloomError where they have no such thing */
export function stimulusTarget({ name, target }: ModelDef, cells: FlatModel, path: readonly string[]): StimulusTarget {
  if (target === undefined) {
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `stimulus '${name}' adds to something that is not named`,
      path,
      hint: `Name it: ${factoryName(name)}({ target: '${targets(cells)[0] ?? 'v'}' }). Known here: ${targets(cells).join(', ')}.`,
    });
  }
  const port = portName(target, cells);
  const found = port === undefined ? cells.quantities.get(target) : cells.inputs.get(port);
  if (found && !('role' in found)) return { kind: 'port', name: found.name, unit: found.unit };
  switch (found?.role) {
    case 'variable':
    case 'parameter':
      return { kind: found.role, name: target, unit: found.unit };
    case 'list':
    case undefined:
      throw new SpikeloomError({
        code: 'unknown-name',
        message: `'${target}', which stimulus '${name}' adds to, is no port, variable or parameter of model '${cells.name}'`,
        path,
        hint: suggest(target, targets(cells)),
      });
    default:
      return unreachable(found as never);
  }
}

/** Ports first, then variables, then parameters. */
function targets({ inputs, quantities }: FlatModel): string[] {
  const ports = [...inputs.keys()].map((n) => n.replace(/^input\./, ''));
  const of = (role: string): string[] => [...quantities.values()].flatMap((q) => (q.role === role ? [q.name] : []));
  return [...ports, ...of('variable'), ...of('parameter')];
}

function factoryName(name: string): string {
  return /^[a-z]\w*$/i.test(name) ? name : 'stimulus';
}

/**
 * A stimulus whose quantities have the units that they have at its target.
 *
 * @throws SpikeloomError where what it adds has another unit than its target
 */
export function composeStimulus(def: ModelDef, { name, unit }: Pick<StimulusTarget, 'name' | 'unit'>, path: readonly string[]): FlatModel {
  const model = composeModel(withTargetUnit(def, unit.text || '1'));
  const { output } = model;
  if (!output) return model;
  const problems = new ProblemList();
  const lookup = (n: string): ValueKind | undefined => {
    if (n === 't' || n === 'dt') return { kind: 'number', dimension: parseUnit('ms').dimension };
    const q = model.quantities.get(n);
    const found = q?.role === 'list' ? undefined : (q ?? model.definitions.get(n));
    return found && { kind: 'number', dimension: model.unitless ? 'any' : found.unit.dimension };
  };
  const scope = { lookup, list: (n: string) => sampledUnit(model, n), names: () => model.quantities.keys(), functions: model.functions };
  const options = { text: output.text, path: [...path, ...output.path], problems, unitless: model.unitless, random: 'draws' } as const;
  const kind = checkExpression(output.value, scope, options);
  if (kind?.kind === 'number' && kind.dimension !== 'any' && !model.unitless && !sameDimension(kind.dimension, unit.dimension)) {
    problems.add({
      code: 'unit-mismatch',
      message: `this is in ${printDimension(kind.dimension)}, but '${name}' is in ${unit.text || '1'}`,
      path: options.path,
      source: { text: output.text, span: output.value.span },
      hint: "Correct its unit; a quantity in the unit 'target' has that of whatever the stimulus adds to.",
    });
  }
  problems.throwIfAny();
  return model;
}

function withTargetUnit(def: ModelDef, unit: string): ModelDef {
  const changed = (q: Quantity): Quantity =>
    q.unit === undefined ? q : { ...q, unit: q.unit === 'target' ? unit : q.unit.replace(TARGET_UNIT, `(${unit})`) };
  return { ...def, quantities: Object.fromEntries(Object.entries(def.quantities).map(([name, q]) => [name, changed(q)])) };
}
