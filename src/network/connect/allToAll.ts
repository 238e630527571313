import type { RuleDef } from '../definition.ts';
import { type AutapseOptions, requireSwitches } from './options.ts';
import { allocateCells, type Edges, EdgesByTarget, positionsWithin, type RuleContext, rowsOf } from './rule.ts';

/** Every source to every target; a cell onto itself too, unless `autapses: false`. */
export function allToAll(options: AutapseOptions = {}): RuleDef {
  const { autapses } = requireSwitches('all-to-all', options, ['autapses']);
  return { kind: 'all-to-all', autapses };
}

export function allToAllEdges(rule: Extract<RuleDef, { kind: 'all-to-all' }>, { source, target }: RuleContext): Edges {
  const own = positionsWithin(target, source);
  const barred = (t: number): number => (rule.autapses ? -1 : own[t]);
  const n = source.cells.length;
  const rows = rowsOf(own.map((_, t) => n - (barred(t) < 0 ? 0 : 1)));
  const sources = allocateCells(rows[own.length]);
  for (let t = 0, at = 0; t < own.length; t++) {
    const skip = barred(t);
    for (let s = 0; s < n; s++) if (s !== skip) sources[at++] = s;
  }
  return new EdgesByTarget(sources, rows);
}
