import { requireKind } from '../../core/checks.ts';
import type { EndOfPair, RuleDef } from '../definition.ts';
import { type Edges, type End, endOfPair, pairsWhere, type RuleContext } from './rule.ts';

/**
 * The pairs for which a condition holds: text over `pre.row`, `pre.col`, `pre.index`, `pre.size` and the same of
 * `post`, which can be saved and replayed; or, for small networks, a function.
 */
export function where(condition: string | ((pre: EndOfPair, post: EndOfPair) => boolean)): RuleDef {
  if (typeof condition !== 'function') requireKind('text', 'the condition', condition);
  return typeof condition === 'function' ? { kind: 'predicate', predicate: condition } : { kind: 'where', condition };
}

export function whereEdges(rule: Extract<RuleDef, { kind: 'where' }>, context: RuleContext): Edges {
  let row = new Uint8Array(0);
  let rowTarget = -1;
  return pairsWhere(context, (s, t) => {
    if (t !== rowTarget) {
      row = new Uint8Array(context.testSources(rule.condition, t));
      rowTarget = t;
    }
    return row[s] !== 0;
  });
}

export function predicateEdges(rule: Extract<RuleDef, { kind: 'predicate' }>, source: End, target: End): Edges {
  const pre = Array.from(source.cells, (_, s) => endOfPair(source, s));
  const post = Array.from(target.cells, (_, t) => endOfPair(target, t));
  return pairsWhere({ source, target }, (s, t) => rule.predicate(pre[s], post[t]));
}
