import { ProblemList } from '../core/error.ts';
import { DIMENSIONLESS } from '../core/unit.ts';
import { copyNodes, KernelBuilder, mapStatement } from '../ir/build.ts';
import { type Calculator, interpretCalculation } from '../ir/calculate.ts';
import { expand } from '../ir/expand.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Action, ColumnArray, Draw, Program } from '../ir/program.ts';
import type { Expression } from '../language/ast.ts';
import { checkExpression, type ValueKind } from '../language/check.ts';
import { lowerExpression } from '../language/lower.ts';
import { parseExpression } from '../language/parser.ts';
import { ColumnTable } from './columns.ts';
import { prune } from './hoist.ts';

/** Elements that are evaluated together: their values fit into a processor's cache. */
const AT_ONCE = 2048;

/** What is known of an expression before it is evaluated. */
export interface TextNames {
  /** Names that it may use. */
  readonly names: readonly string[];
  /** Those of them that have one value for all elements. */
  readonly shared?: readonly string[];
  /** Where its random numbers come from; absent where it may draw none. */
  readonly draws?: { readonly stream: number; readonly seed: readonly [number, number] };
  readonly wanted: ValueKind['kind'];
}

/** How an expression is evaluated. */
export interface TextOptions {
  /** Elements that there are, at most; as many as are evaluated together unless given. */
  readonly count?: number;
  /** How often it is evaluated for all of them: once unless given. */
  readonly times?: number;
  /** What evaluates it; interpreted unless given. */
  readonly calculate?: Calculator;
}

/** Says which words an element draws: three numbers of 32 bits, of the last the upper 24. */
type Counter = readonly [Uint32Array, Uint32Array, Uint32Array];

/**
 * An expression that is evaluated for many elements, some at a time, in f64, with the functions of the IR, so that every
 * machine gets the same bits: write what it reads, `run`, read `values`, before another one is run.
 */
export class EvaluatedText {
  /** At most so many elements at a time. */
  readonly capacity: number;
  /** The value of each element, of conditions 1 or 0. */
  readonly values: Float64Array;
  /** What the expression reads, by name, of one element or `capacity`. */
  readonly reads: ReadonlyMap<string, Float64Array>;
  /** What the draws of each element depend on; absent where there are none. */
  readonly counter: Counter | undefined;
  /** Evaluates it for the first `count` elements. */
  readonly run: (count: number) => void;

  /** @throws SpikeloomError where the text does not parse or check */
  constructor(text: string, known: TextNames, { count = AT_ONCE, times = 1, calculate = interpretCalculation }: TextOptions = {}) {
    this.capacity = Math.max(1, Math.min(count, AT_ONCE));
    const made = programOf(text, known, { capacity: this.capacity, calculate });
    const { view, run } = calculate(made.program, count * times);
    const used = (id: ColumnId): ColumnArray => view(id).subarray(0, made.program.columns[id].length);
    this.values = used(made.values) as Float64Array;
    this.reads = new Map([...made.reads].map(([name, id]) => [name, used(id) as Float64Array]));
    this.counter = made.draws.length > 0 ? (made.draws[0].counter.map(used) as unknown as Counter) : undefined;
    const [numbers, stream, drawn] = [made.table, made.stream, made.count].map(view);
    this.run = (n) => {
      // Another expression may have been there.
      numbers.set(made.numbers);
      stream[0] = known.draws?.stream ?? 0;
      drawn[0] = n;
      run();
    };
  }
}

/** @throws SpikeloomError where the text, which may draw, does not parse or check */
export function requireText(text: string, known: TextNames): void {
  parsed(text, { ...known, draws: { stream: 0, seed: [0, 0] } });
}

function parsed(text: string, { names, draws, wanted }: TextNames): Expression {
  const expression = parseExpression(text);
  const problems = new ProblemList();
  const number: ValueKind = { kind: 'number', dimension: DIMENSIONLESS };
  const scope = { lookup: (name: string) => (names.includes(name) ? number : undefined), names: () => names, functions: new Map() };
  const kind = checkExpression(expression, scope, { text, path: [], problems, unitless: true, random: draws ? 'draws' : 'none' });
  if (kind && kind.kind !== wanted) {
    problems.add({
      code: 'type-mismatch',
      message: `this is a ${kind.kind}, but a ${wanted} is wanted here`,
      source: { text, span: expression.span },
      hint: wanted === 'boolean' ? "Compare two numbers, such as 'pre.row < post.row'." : 'Give an expression for a number.',
    });
  }
  problems.throwIfAny();
  return expression;
}

/** A program that evaluates an expression, and where in it things lie. */
interface TextProgram {
  readonly program: Program;
  readonly values: ColumnId;
  readonly reads: ReadonlyMap<string, ColumnId>;
  readonly draws: readonly Draw[];
  readonly stream: ColumnId;
  readonly count: ColumnId;
  /** The numbers in the text are data: one program will do for all texts that differ in them alone. */
  readonly table: ColumnId;
  readonly numbers: readonly number[];
}

/** Programs of texts by what carries them out and all that they depend on: many projections have the same one. */
const MADE = new WeakMap<Calculator, Map<string, TextProgram>>();

function programOf(text: string, known: TextNames, { capacity, calculate }: { capacity: number; calculate: Calculator }): TextProgram {
  // One that many networks share would keep theirs for ever.
  if (calculate === interpretCalculation) return textProgram(parsed(text, known), known, capacity);
  const programs = MADE.get(calculate) ?? new Map<string, TextProgram>();
  MADE.set(calculate, programs);
  const key = JSON.stringify([text, known.names, known.shared, known.wanted, known.draws?.seed, capacity]);
  const made = programs.get(key) ?? textProgram(parsed(text, known), known, capacity);
  programs.set(key, made);
  return made;
}

function textProgram(expression: Expression, { shared = [], draws: from }: TextNames, capacity: number): TextProgram {
  const columns = new ColumnTable('f64');
  const once = (name: string, type: 'u32' | 'f64'): ColumnId => columns.declare(name, type, 1, 'state');
  const [step, t, stream, count] = [once('step', 'u32'), once('t', 'f64'), once('stream', 'u32'), once('count', 'u32')];
  const values = columns.declare('values', 'f64', capacity, 'state');
  const b = new KernelBuilder('f64');
  const reads = new Map<string, ColumnId>();
  const lookup = (name: string): NodeId => {
    const isShared = shared.includes(name);
    const column = reads.get(name) ?? columns.declare(name, 'f64', isShared ? 1 : capacity, 'state');
    reads.set(name, column);
    return b.load(column, isShared ? 'once' : 'self');
  };
  const words = (name: string): ColumnId => columns.declare(name, 'u32', capacity, 'state');
  const draws: Draw[] = [];
  let drawn = 0;
  const random = (): NodeId => {
    const [block, word] = [drawn >>> 2, drawn++ & 3];
    if (word === 0) {
      const counter = draws[0]?.counter ?? ([words('counter a'), words('counter b'), words('counter c')] as const);
      const four = [0, 1, 2, 3].map((k) => words(`word ${4 * block + k}`)) as unknown as Draw['words'];
      draws.push({ counter, stream, block, words: four, count });
    }
    return b.load(draws[block].words[word], 'self', 'u32');
  };
  const node = lowerExpression(expression, { builder: b, functions: new Map(), lookup, random });
  const value = b.type(node) === 'bool' ? b.math('select', node, b.constant(1), b.constant(0)) : node;
  b.body.push({ kind: 'store', column: values, value });
  const whole = prune(expand(b.finish('expression', { kind: 'neurons', count: capacity })));
  const numbers = whole.nodes.flatMap((n) => (n.op === 'constant' && n.type === 'float' ? [n.value] : []));
  const table = columns.declare('numbers', 'f64', Math.max(1, numbers.length), 'parameter');
  const program: Program = {
    precision: 'f64',
    threads: 1,
    dt: 1,
    seed: from?.seed ?? [0, 0],
    ...columns.place(),
    clock: { step, t },
    kernels: [withNumbersFrom(table, whole)],
    schedule: { init: [...draws.map((draw): Action => ({ kind: 'draw', ...draw })), { kind: 'kernel', kernel: 0 }], derive: [], step: [] },
    onDemand: new Map(),
    data: new Map(),
    fillings: [],
  };
  return { program, values, reads, draws, stream, count, table, numbers };
}

/** The same kernel with its numbers read from a table, in their order. */
function withNumbersFrom(table: ColumnId, kernel: Kernel): Kernel {
  const b = new KernelBuilder(kernel.precision);
  let next = 0;
  const mapped = copyNodes(kernel.nodes, b, (node) =>
    node.op === 'constant' && node.type === 'float' ? b.gather(table, b.u32(next++), 'float') : undefined,
  );
  b.body.push(...kernel.body.map((s) => mapStatement(s, mapped)));
  return b.finish(kernel.name, kernel.domain);
}

export interface Evaluation {
  /** Values of names: one number for all elements, or an array of one for each. */
  readonly names: ReadonlyMap<string, number | ArrayLike<number>>;
  readonly count: number;
  readonly wanted: ValueKind['kind'];
}

/**
 * Evaluates an expression without draws for many elements.
 *
 * @throws SpikeloomError where the text does not parse or check
 */
export function evaluateText(text: string, { names, count, wanted }: Evaluation): Float64Array {
  const shared = [...names].flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
  const evaluated = new EvaluatedText(text, { names: [...names.keys()], shared, wanted }, { count });
  const values = new Float64Array(count);
  for (let start = 0; start < count; start += evaluated.capacity) {
    const n = Math.min(evaluated.capacity, count - start);
    for (const [name, column] of evaluated.reads) {
      const value = names.get(name) ?? 0;
      if (typeof value === 'number') column[0] = value;
      else for (let i = 0; i < n; i++) column[i] = value[start + i];
    }
    evaluated.run(n);
    values.set(evaluated.values.subarray(0, n), start);
  }
  return values;
}
