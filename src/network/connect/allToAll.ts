import { requireKinds } from '../../core/checks.ts';
import { requireKnownKeys } from '../../core/keys.ts';
import type { RuleDef } from '../definition.ts';
import { type Edges, isSelf, pairsWhere, type RuleContext } from './rule.ts';

/** Every source to every target; `self: false` leaves out a cell's synapse onto itself. */
export function allToAll(options: { readonly self?: boolean } = {}): RuleDef {
  requireKnownKeys(options, ['self'], 'rule');
  requireKinds(options, { self: 'flag' }, ['allToAll']);
  return { kind: 'all-to-all', self: options.self ?? true };
}

export function allToAllEdges(rule: Extract<RuleDef, { kind: 'all-to-all' }>, context: RuleContext): Edges {
  return pairsWhere(context, (s, t) => rule.self || !isSelf(context, s, t));
}
