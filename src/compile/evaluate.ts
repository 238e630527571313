import { ProblemList } from '../core/error.ts';
import { DIMENSIONLESS } from '../core/unit.ts';
import { KernelBuilder } from '../ir/build.ts';
import { expand } from '../ir/expand.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import { interpretKernel } from '../ir/interpret.ts';
import { checkExpression, type ValueKind } from '../language/check.ts';
import { lowerExpression } from '../language/lower.ts';
import { parseExpression } from '../language/parser.ts';

export interface Evaluation {
  readonly count: number;
  /** Values of names: one number for all elements, or an array of `count`. */
  readonly names: ReadonlyMap<string, number | ArrayLike<number>>;
  /** Random words of draw number `draw`, one per element; absent where draws are not allowed. */
  readonly words?: (draw: number) => Uint32Array;
  readonly wanted: ValueKind['kind'];
}

/**
 * Evaluates an expression for many elements at once, in f64, with the functions of the IR, so that every machine
 * gets the same bits.
 *
 * @throws SpikeloomError where the text does not parse or check
 */
export function evaluateText(text: string, { count, names, words, wanted }: Evaluation): Float64Array {
  const expression = parseExpression(text);
  const problems = new ProblemList();
  const number: ValueKind = { kind: 'number', dimension: DIMENSIONLESS };
  const scope = { lookup: (name: string) => (names.has(name) ? number : undefined), names: () => names.keys(), functions: new Map() };
  const kind = checkExpression(expression, scope, { text, path: [], problems, unitless: true, random: words ? 'draws' : 'none' });
  if (kind && kind.kind !== wanted) {
    problems.add({
      code: 'type-mismatch',
      message: `this is a ${kind.kind}, but a ${wanted} is wanted here`,
      source: { text, span: expression.span },
      hint: wanted === 'boolean' ? "Compare two numbers, such as 'pre.row < post.row'." : 'Give an expression for a number.',
    });
  }
  problems.throwIfAny();

  const b = new KernelBuilder('f64');
  const columns: (Float64Array | Uint32Array)[] = [new Uint32Array(1), new Float64Array(count)];
  const addColumn = (values: Float64Array | Uint32Array): ColumnId => (columns.push(values) - 1) as ColumnId;
  let draw = 0;
  const known = new Map<string, NodeId>();
  const lookup = (name: string): NodeId => {
    const value = names.get(name) ?? 0;
    const node = known.get(name) ?? (typeof value === 'number' ? b.constant(value) : b.load(addColumn(Float64Array.from(value)), 'self'));
    known.set(name, node);
    return node;
  };
  const random = (): NodeId => b.load(addColumn(words ? words(draw++) : new Uint32Array(count)), 'self', 'u32');
  const node = lowerExpression(expression, { builder: b, functions: new Map(), lookup, random });
  const value = b.type(node) === 'bool' ? b.math('select', node, b.constant(1), b.constant(0)) : node;
  b.body.push({ kind: 'store', column: 1 as ColumnId, value });
  interpretKernel(expand(b.finish('expression', { kind: 'neurons', count })), { columns, step: 0 as ColumnId, seed: [0, 0] })();
  return columns[1] as Float64Array;
}
