import { requireKind, requireKinds } from '../../core/checks.ts';
import { SpikeloomError } from '../../core/error.ts';
import { requireKnownKeys } from '../../core/keys.ts';
import type { RuleDef } from '../definition.ts';
import { type Edges, isSelf, pairsWhere, type RuleContext } from './rule.ts';

/** Every pair with probability `p`, each decided on its own from the seed and the two cells. */
export function probability(p: number, options: { readonly self?: boolean } = {}): RuleDef {
  requireKind('number', 'the probability', p);
  requireKnownKeys(options, ['self'], 'rule');
  requireKinds(options, { self: 'flag' }, ['probability']);
  if (!(p >= 0 && p <= 1)) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `the probability ${p} is not between 0 and 1`,
      hint: 'Give a fraction: 0.1 for ten percent.',
    });
  }
  return { kind: 'probability', p, self: options.self ?? true };
}

export function probabilityEdges(rule: Extract<RuleDef, { kind: 'probability' }>, context: RuleContext): Edges {
  const threshold = rule.p * 2 ** 32;
  return pairsWhere(
    context,
    (s, t) => context.randomWord(context.source.cells[s], context.target.cells[t], 0) < threshold && (rule.self || !isSelf(context, s, t)),
  );
}
