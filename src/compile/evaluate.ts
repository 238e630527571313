import { ProblemList } from '../core/error.ts';
import { DIMENSIONLESS } from '../core/unit.ts';
import { KernelBuilder } from '../ir/build.ts';
import { expand } from '../ir/expand.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import { interpretKernel } from '../ir/interpret.ts';
import { checkExpression, type ValueKind } from '../language/check.ts';
import { lowerExpression } from '../language/lower.ts';
import { parseExpression } from '../language/parser.ts';
import { prune } from './hoist.ts';

/** Elements that are evaluated together: their values fit into a processor's cache. */
const AT_ONCE = 2048;

/** What is known of an expression before it is evaluated. */
export interface TextNames {
  /** Names that it may use. */
  readonly names: readonly string[];
  /** Those of them that have one value for all elements. */
  readonly shared?: readonly string[];
  /** Whether it may draw random numbers. */
  readonly draws: boolean;
  readonly wanted: ValueKind['kind'];
}

/**
 * An expression that is evaluated for many elements, some at a time, in f64, with the functions of the IR, so that every
 * machine gets the same bits: write what it reads, `run`, read `values`.
 */
export class EvaluatedText {
  /** At most so many elements at a time. */
  readonly capacity: number;
  /** The value of each element, of conditions 1 or 0. */
  readonly values: Float64Array;
  /** What the expression reads, by name, of one element or `capacity`. */
  readonly reads: ReadonlyMap<string, Float64Array>;
  /** Random words that it asks for, by the numbers of draws. */
  readonly words: readonly Uint32Array[];
  readonly run: () => void;

  /** @throws SpikeloomError where the text does not parse or check */
  constructor(text: string, { names, shared = [], draws, wanted }: TextNames, count = AT_ONCE) {
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

    this.capacity = Math.max(1, Math.min(count, AT_ONCE));
    this.values = new Float64Array(this.capacity);
    const b = new KernelBuilder('f64');
    const columns: (Float64Array | Uint32Array)[] = [new Uint32Array(1), this.values];
    const addColumn = (values: Float64Array | Uint32Array): ColumnId => (columns.push(values) - 1) as ColumnId;
    const reads = new Map<string, Float64Array>();
    const known = new Map<string, NodeId>();
    const lookup = (name: string): NodeId => {
      const node = known.get(name);
      if (node !== undefined) return node;
      const values = new Float64Array(shared.includes(name) ? 1 : this.capacity);
      reads.set(name, values);
      const loaded = b.load(addColumn(values), shared.includes(name) ? 'once' : 'self');
      known.set(name, loaded);
      return loaded;
    };
    const words: Uint32Array[] = [];
    const random = (): NodeId => b.load(addColumn(words[words.push(new Uint32Array(this.capacity)) - 1]), 'self', 'u32');
    const node = lowerExpression(expression, { builder: b, functions: new Map(), lookup, random });
    const value = b.type(node) === 'bool' ? b.math('select', node, b.constant(1), b.constant(0)) : node;
    b.body.push({ kind: 'store', column: 1 as ColumnId, value });
    const kernel = prune(expand(b.finish('expression', { kind: 'neurons', count: this.capacity })));
    this.run = interpretKernel(kernel, { columns, step: 0 as ColumnId, seed: [0, 0] });
    this.reads = reads;
    this.words = words;
  }
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
  const evaluated = new EvaluatedText(text, { names: [...names.keys()], shared, draws: false, wanted }, count);
  const values = new Float64Array(count);
  for (let start = 0; start < count; start += evaluated.capacity) {
    const n = Math.min(evaluated.capacity, count - start);
    for (const [name, column] of evaluated.reads) {
      const value = names.get(name) ?? 0;
      if (typeof value === 'number') column[0] = value;
      else for (let i = 0; i < n; i++) column[i] = value[start + i];
    }
    evaluated.run();
    values.set(evaluated.values.subarray(0, n), start);
  }
  return values;
}
