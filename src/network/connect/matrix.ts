import { isList, requireKinds, wrongKind } from '../../core/checks.ts';
import { SpikeloomError } from '../../core/error.ts';
import { requireKnownKeys } from '../../core/keys.ts';
import type { NumberArray, RuleDef } from '../definition.ts';
import { allocateCells, type Edges, EdgesByTarget, type RuleContext } from './rule.ts';

type Matrix = readonly (readonly (number | null)[])[];

/**
 * Synapses from a matrix of weights, a row a source, a column a target; null or NaN: no synapse.
 *
 * @param values rows of numbers, or a flat row-major array together with `columns`
 * @param options.quantity the quantity of the synapse that the matrix holds, `w` unless said
 */
export function matrix(
  values: Matrix | Float32Array | Float64Array,
  options: { readonly columns?: number; readonly quantity?: string } = {},
): RuleDef {
  requireKnownKeys(options, ['columns', 'quantity'], 'matrix');
  requireKinds(options, { columns: 'number', quantity: 'text' }, ['matrix']);
  const quantity = options.quantity ?? 'w';
  if (values instanceof Float32Array || values instanceof Float64Array) {
    const columns = options.columns;
    if (columns === undefined || !Number.isInteger(columns) || columns < 1 || values.length % columns !== 0) {
      throw new SpikeloomError({
        code: 'invalid-shape',
        message: `a flat matrix of ${values.length} numbers can't have ${columns ?? 'an unknown number of'} columns`,
        hint: 'Give { columns: number of targets }.',
      });
    }
    return { kind: 'matrix', quantity, values: values.slice(), sources: values.length / columns, targets: columns };
  }
  requireRows(values);
  const targets = values[0]?.length ?? 0;
  const ragged = values.findIndex((row) => row.length !== targets);
  if (ragged >= 0) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `row ${ragged} of the matrix has ${values[ragged].length} numbers, row 0 has ${targets}`,
      hint: 'Give every row one number (or null) per target.',
    });
  }
  return { kind: 'matrix', quantity, values: Float64Array.from(values.flat(), (x) => x ?? Number.NaN), sources: values.length, targets };
}

function requireRows(values: Matrix): void {
  const hint = 'Give an array of rows: [[1, 0.5], [null, 2]], or a Float64Array with { columns }.';
  if (!Array.isArray(values)) throw wrongKind('the matrix', values, hint, ['matrix']);
  values.forEach((row: unknown, r) => {
    if (!isList(row)) throw wrongKind(`row ${r}`, row, hint, ['matrix']);
    const bad = Array.from(row).findIndex((x) => x !== null && typeof x !== 'number');
    if (bad >= 0) throw wrongKind(`number ${bad} of row ${r}`, row[bad], hint, ['matrix']);
  });
}

/** Refuses a matrix whose shape is not sources x targets. */
function checkMatrixShape(rule: Extract<RuleDef, { kind: 'matrix' }>, sources: number, targets: number): void {
  if (rule.sources === sources && rule.targets === targets) return;
  throw new SpikeloomError({
    code: 'invalid-shape',
    message: `the matrix is ${rule.sources} x ${rule.targets}, but there are ${sources} sources and ${targets} targets`,
    hint: 'A matrix has a row for each source and a column for each target.',
  });
}

export function matrixEdges(rule: Extract<RuleDef, { kind: 'matrix' }>, context: RuleContext): Edges {
  checkMatrixShape(rule, context.source.cells.length, context.target.cells.length);
  const { values } = rule;
  const present = numbersIn(values);
  const sources = allocateCells(present);
  const weights = new Float64Array(present);
  const rows = new Uint32Array(rule.targets + 1);
  let n = 0;
  for (let t = 0; t < rule.targets; t++) {
    for (let s = 0; s < rule.sources; s++) {
      const weight = values[s * rule.targets + t];
      if (Number.isNaN(weight)) continue;
      sources[n] = s;
      weights[n++] = weight;
    }
    rows[t + 1] = n;
  }
  return new EdgesByTarget(sources, rows, new Map([[rule.quantity, weights]]));
}

/** How many of a matrix's values stand for a synapse. */
export function numbersIn(values: NumberArray): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) count++;
  return count;
}
