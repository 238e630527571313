import { ProblemList, SpikeloomError, withPath } from '../core/error.ts';
import { type Dimension, printDimension, sameDimension, toCoherent, type Unit } from '../core/unit.ts';
import { KernelBuilder } from '../ir/build.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Expression } from '../language/ast.ts';
import { checkExpression, type ValueKind } from '../language/check.ts';
import { lowerExpression, select } from '../language/lower.ts';
import { parseExpression } from '../language/parser.ts';
import { namesIn, walkExpression } from '../language/transform.ts';
import { requireQuantity } from '../model/compose.ts';
import { type FlatModel, type FlatQuantity, isSchedule, type Located, sampledUnit } from '../model/flat.ts';
import { namesReached } from '../model/reach.ts';
import type { CellSelection, NumberArray, ValueSpec } from '../network/definition.ts';
import { CellEnvironment } from './environment.ts';
import { requireFinite } from './finite.ts';
import { declareList, type GivenList } from './lists.ts';
import type { PopulationPlan } from './plan.ts';
import { declareSchedule } from './schedule.ts';
import { selectCells } from './selection.ts';

/** What cells of a population start with: a number, numbers in the order of `cells`, or an expression. */
type Start = { readonly cells: CellSelection; readonly value: number | Float64Array | Located<Expression> };

/**
 * Declares the columns of a population's quantities, with their initial contents; the kernels that come back compute
 * those that are given by expressions, in an order in which each finds what it reads.
 */
export function declareQuantities(plan: PopulationPlan): Kernel[] {
  const starts = new Map<string, Start[]>();
  for (const q of plan.model.quantities.values()) {
    if (q.role === 'list') continue;
    const value = Array.isArray(q.initial) ? 0 : (q.initial as number | Located<Expression>);
    starts.set(q.name, [{ cells: { kind: 'all' }, value }]);
  }
  const path = ['network', `population '${plan.def.name}'`];
  const lists = new Map<string, GivenList[]>();
  for (const { cells, values } of plan.def.assignments) {
    for (const [name, spec] of Object.entries(values)) {
      const quantity = requireQuantity(plan.model, name, path);
      if (quantity.role === 'list') lists.set(name, [...(lists.get(name) ?? []), { cells, spec }]);
      else starts.get(name)?.push({ cells, value: startValue(plan, quantity, spec, cells) });
    }
  }
  for (const q of plan.model.quantities.values()) {
    if (q.role !== 'list') continue;
    const declare = isSchedule(plan.model, q.name) ? declareSchedule : declareList;
    declare(plan, q, lists.get(q.name) ?? []);
  }
  for (const [name, list] of starts) declareQuantity(plan, name, list);
  return inOrderOfNeed(plan, starts).flatMap((name) => initKernels(plan, name, starts.get(name) ?? []));
}

/** A value as `set` takes it, in coherent units. */
export function startValue(plan: PopulationPlan, q: FlatQuantity, spec: ValueSpec, cells: CellSelection): Start['value'] {
  const path = ['network', `population '${plan.def.name}'`, `quantity '${q.name}'`];
  if (typeof spec === 'string') return checkedExpression(plan.model, q, spec, path);
  const numbers = typeof spec === 'number' ? [spec] : (spec as NumberArray);
  const count = selectCells(cells, plan.def).length;
  if (typeof spec !== 'number' && spec.length !== count) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `${spec.length} values for ${count} cells`,
      path,
      hint: 'Give one value for each cell, or a single number or expression for all.',
    });
  }
  requireFinite(numbers, path);
  return typeof spec === 'number' ? toCoherent(spec, q.unit) : Float64Array.from(numbers, (x) => toCoherent(x, q.unit));
}

const COORDINATES = ['row', 'col', 'index', 'size'];

function checkedExpression(model: FlatModel, q: FlatQuantity, text: string, path: readonly string[]): Located<Expression> {
  const value = withPath(path, () => parseExpression(text));
  const problems = new ProblemList();
  const lookup = (name: string): ValueKind | undefined => {
    if (COORDINATES.includes(name)) return { kind: 'number', dimension: 'any' };
    const found = model.quantities.get(name);
    return found && found.role !== 'list' ? { kind: 'number', dimension: model.unitless ? 'any' : found.unit.dimension } : undefined;
  };
  const names = (): string[] => [...model.quantities.keys(), ...COORDINATES];
  const list = (name: string): Dimension | undefined => sampledUnit(model, name);
  // Plain numbers alone are taken in the quantity's own unit, so that 'uniform(-70, -50)' needs no brackets. Beside names
  // that would be a guess where the unit is not a coherent one: then every number must say its unit.
  const strict = !model.unitless && q.unit.scale !== 1 && !isPlain(value);
  const scope = { lookup, list, names, functions: model.functions };
  const kind = checkExpression(value, scope, { text, path, problems, unitless: !strict, random: 'draws' });
  if (strict && kind?.kind === 'number' && kind.dimension !== 'any' && !sameDimension(kind.dimension, q.unit.dimension)) {
    problems.add({
      code: 'unit-mismatch',
      message: `this is in ${printDimension(kind.dimension)}, but '${q.name}' is in ${q.unit.text}`,
      path,
      source: { text, span: value.span },
      hint: `Write units behind numbers, such as 1[${q.unit.text}].`,
    });
  }
  if (kind?.kind === 'boolean') {
    problems.add({
      code: 'type-mismatch',
      message: 'a condition is no value',
      path,
      source: { text, span: value.span },
      hint: 'Use where(condition, a, b).',
    });
  }
  problems.throwIfAny();
  return { value: withUnit(value, q.unit), text, path };
}

/** Numbers without units, coordinates and functions of them only. */
function isPlain(e: Expression): boolean {
  let hasUnit = false;
  walkExpression(e, (part) => {
    hasUnit ||= part.kind === 'number' && part.unit !== undefined;
  });
  return !hasUnit && namesIn(e).every((name) => COORDINATES.includes(name));
}

/** A plain expression, which is in the quantity's unit, in coherent units. */
function withUnit(e: Expression, unit: Unit): Expression {
  if (unit.scale === 1 || !isPlain(e)) return e;
  return { kind: 'binary', operator: '*', left: e, right: { kind: 'number', value: unit.scale, span: e.span }, span: e.span };
}

function declareQuantity(plan: PopulationPlan, name: string, starts: readonly Start[]): void {
  const role = plan.model.quantities.get(name)?.role === 'variable' ? 'state' : 'parameter';
  const whole = starts.filter((s) => s.cells.kind === 'all').at(-1);
  const oneNumber = typeof whole?.value === 'number' && starts.at(-1) === whole ? whole.value : undefined;
  const path = plan.columnName(name);
  if (oneNumber !== undefined && role === 'parameter') {
    plan.quantities.set(name, { column: plan.columns.declare(path, 'f64', 1, role, [oneNumber]), per: 'population' });
    return;
  }
  // Parameters stay in f64, one for all or one a cell: giving one cell its own changes nothing for the others.
  const type = role === 'parameter' ? 'f64' : plan.columns.precision;
  const data = type === 'f32' ? new Float32Array(plan.size) : new Float64Array(plan.size);
  for (const { cells, value } of starts) {
    if (typeof value === 'number') for (const i of selectCells(cells, plan.def)) data[i] = value;
    else if (value instanceof Float64Array) selectCells(cells, plan.def).forEach((cell, i) => (data[cell] = value[i]));
  }
  plan.quantities.set(name, { column: plan.columns.declare(path, type, plan.size, role, data), per: 'cell' });
}

/** The kernels that compute a quantity's expressions; numbers given later for some cells win over them. */
function initKernels(plan: PopulationPlan, name: string, starts: readonly Start[]): Kernel[] {
  const quantity = plan.quantity(name);
  if (quantity.per === 'population') return [];
  return starts.flatMap((start, i) => {
    if (typeof start.value === 'number' || start.value instanceof Float64Array) return [];
    const others = overriding(plan, name, starts, i);
    return others.some((c) => c.kind === 'all') ? [] : [initKernel(plan, name, start.cells, others, start.value, i)];
  });
}

/** The cells that later starts give a value of their own, one that does not build on the value so far. */
function overriding(plan: PopulationPlan, name: string, starts: readonly Start[], i: number): CellSelection[] {
  return starts.slice(i + 1).flatMap(({ cells, value }) => (expressionReads(plan.model, value).includes(name) ? [] : [cells]));
}

function expressionReads(model: FlatModel, value: Start['value']): string[] {
  return typeof value === 'number' || value instanceof Float64Array ? [] : quantitiesRead(model, value.value);
}

/** Computes a quantity for the selected cells, leaving out those that are given otherwise. */
function initKernel(
  plan: PopulationPlan,
  name: string,
  cells: CellSelection,
  except: readonly CellSelection[],
  value: Located<Expression>,
  statement: number,
): Kernel {
  const b = new KernelBuilder('f64');
  const environment = new CellEnvironment(plan, b).useStream(`init ${name} ${statement}`);
  const { column } = plan.quantity(name);
  let node = lowerExpression(value.value, environment);
  if (cells.kind !== 'all' || except.length > 0) {
    const mask = new Uint32Array(plan.size);
    for (const i of selectCells(cells, plan.def)) mask[i] = 1;
    for (const other of except) for (const i of selectCells(other, plan.def)) mask[i] = 0;
    const path = plan.columnName(`${name}.mask ${statement}`);
    const chosen = b.math('ltU32', b.u32(0), b.load(plan.columns.declare(path, 'u32', plan.size, 'constant', mask), 'self', 'u32'));
    node = select(b, chosen, node, b.load(column, 'self'));
  }
  b.body.push({ kind: 'store', column, value: node });
  return b.finish(`${plan.def.name}.${name}.init ${statement}`, { kind: 'neurons', count: plan.size });
}

/** Names of quantities, those that an expression reads before the one that it gives. */
function inOrderOfNeed(plan: PopulationPlan, starts: ReadonlyMap<string, readonly Start[]>): string[] {
  const order: string[] = [];
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    if (visiting.has(name)) {
      throw new SpikeloomError({
        code: 'invalid-model',
        message: `the initial value of '${name}' depends on itself`,
        path: ['network', `population '${plan.def.name}'`, `quantity '${name}'`],
        hint: 'Give one of the values in the loop as a number.',
      });
    }
    visiting.add(name);
    const own = starts.get(name) ?? [];
    own.forEach(({ value }, i) => {
      if (overriding(plan, name, own, i).some((c) => c.kind === 'all')) return;
      for (const other of expressionReads(plan.model, value)) if (other !== name) visit(other);
    });
    visiting.delete(name);
    order.push(name);
  };
  for (const name of starts.keys()) visit(name);
  // Lists are there from the start.
  return order.filter((name) => starts.has(name));
}

/** Quantities that an expression reads, through named expressions too. */
function quantitiesRead(model: FlatModel, e: Expression): string[] {
  return [...namesReached(model, e)].filter((name) => model.quantities.has(name));
}
