import { RowDraws } from '../../core/rowDraws.ts';
import type { RuleDef } from '../definition.ts';
import { chooseCells } from './choose.ts';
import { CountLaw } from './countLaw.ts';
import { type AutapseOptions, requireProbability, requireSwitches } from './options.ts';
import { type Edges, EdgesByTarget, positionsWithin, type RuleContext } from './rule.ts';

/** Every pair with probability `p`, each on its own. */
export function probability(p: number, options: AutapseOptions = {}): RuleDef {
  const { autapses } = requireSwitches('probability', options, ['autapses']);
  return { kind: 'probability', p: requireProbability(p), autapses };
}

/** First how many sources a target has, then which: in time in proportion to the synapses, not to the pairs. */
export function probabilityEdges(rule: Extract<RuleDef, { kind: 'probability' }>, context: RuleContext): Edges {
  const { source, target } = context;
  const draws = new RowDraws(context);
  const own = positionsWithin(target, source);
  const barred = rule.autapses ? own.fill(-1) : own;
  const laws = new Map<number, CountLaw>();
  const lawOf = (candidates: number): CountLaw => {
    const known = laws.get(candidates) ?? CountLaw.binomial(candidates, rule.p);
    laws.set(candidates, known);
    return known;
  };
  const among = source.cells.length;
  const counts = target.cells.map((cell, t) => lawOf(among - (barred[t] < 0 ? 0 : 1)).at(draws.begin(cell, 0).unit()));
  const { starts, cells } = chooseCells({ rows: target, among, counts, barred, repeated: false, draws });
  return new EdgesByTarget(cells, starts);
}
