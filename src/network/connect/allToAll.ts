import type { RuleDef } from '../definition.ts';
import { type AutapseOptions, requireSwitches } from './options.ts';
import { allocateEdges, type Edges, positionsWithin, type RuleContext } from './rule.ts';

/** Every source to every target; a cell onto itself too, unless `autapses: false`. */
export function allToAll(options: AutapseOptions = {}): RuleDef {
  const { autapses } = requireSwitches('all-to-all', options, ['autapses']);
  return { kind: 'all-to-all', autapses };
}

export function allToAllEdges(rule: Extract<RuleDef, { kind: 'all-to-all' }>, { source, target }: RuleContext): Edges {
  const own = positionsWithin(target, source);
  const barred = (t: number): number => (rule.autapses ? -1 : own[t]);
  const [n, m] = [source.cells.length, target.cells.length];
  let total = n * m;
  for (let t = 0; t < m; t++) if (barred(t) >= 0) total--;
  const { sources, targets } = allocateEdges(total);
  let at = 0;
  for (let t = 0; t < m; t++) {
    const start = at;
    const skip = barred(t);
    for (let s = 0; s < n; s++) if (s !== skip) sources[at++] = s;
    targets.fill(t, start, at);
  }
  return { sources, targets };
}
