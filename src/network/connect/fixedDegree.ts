import { SpikeloomError } from '../../core/error.ts';
import { RowDraws } from '../../core/rowDraws.ts';
import type { RuleDef } from '../definition.ts';
import { byTarget, chooseCells } from './choose.ts';
import { type DegreeOptions, requireCount, requireSwitches } from './options.ts';
import { type Edges, EdgesByTarget, positionsWithin, type RuleContext } from './rule.ts';

type FixedDegree = Extract<RuleDef, { kind: 'fixed-in-degree' | 'fixed-out-degree' }>;

/**
 * Exactly `degree` synapses onto each target, from sources drawn at random: different ones, unless `multapses: true`,
 * where each synapse draws its source on its own.
 */
export function fixedInDegree(degree: number, options: DegreeOptions = {}): RuleDef {
  return fixedDegree('fixed-in-degree', degree, options);
}

/** Exactly `degree` synapses from each source, onto targets drawn at random: different ones, unless `multapses: true`. */
export function fixedOutDegree(degree: number, options: DegreeOptions = {}): RuleDef {
  return fixedDegree('fixed-out-degree', degree, options);
}

function fixedDegree(kind: FixedDegree['kind'], degree: number, options: DegreeOptions): RuleDef {
  const { autapses, multapses } = requireSwitches(kind, options, ['autapses', 'multapses']);
  return { kind, degree: requireCount('degree', degree), autapses, multapses };
}

export function fixedDegreeEdges(rule: FixedDegree, context: RuleContext): Edges {
  const inwards = rule.kind === 'fixed-in-degree';
  const [rows, others] = inwards ? [context.target, context.source] : [context.source, context.target];
  const own = positionsWithin(rows, others);
  const barred = rule.autapses ? own.fill(-1) : own;
  const among = others.cells.length;
  const fewest = among - (barred.some((position) => position >= 0) ? 1 : 0);
  requireEnough(rule, fewest, among);
  const counts = new Uint32Array(rows.cells.length).fill(rule.degree);
  const chosen = chooseCells({ rows, among, counts, barred, repeated: rule.multapses, draws: new RowDraws(context) });
  return inwards ? new EdgesByTarget(chosen.cells, chosen.starts) : byTarget(chosen, among);
}

function requireEnough({ kind, degree, multapses }: FixedDegree, fewest: number, among: number): void {
  if (degree <= fewest || (multapses && fewest > 0)) return;
  const [each, others] = kind === 'fixed-in-degree' ? ['target', 'sources'] : ['source', 'targets'];
  const besides = fewest < among ? ' besides a cell itself' : '';
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `each ${each} is to have ${degree} synapses, but there are ${fewest} ${others}${besides}`,
    hint:
      fewest > 0
        ? `Ask for at most ${fewest}, or let synapses join the same cells: { multapses: true }.`
        : `Allow a cell's synapse onto itself, or take other ${others}.`,
  });
}
