import { describe, requireKind } from '../../core/checks.ts';
import { SpikeloomError } from '../../core/error.ts';
import type { EndOfPair, RuleDef } from '../definition.ts';
import { cellText } from '../graph/cell.ts';
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
  const pairText = (s: number, t: number) => `${cellText(source.population, source.cells[s])} and ${cellText(target.population, target.cells[t])}`;
  return pairsWhere({ source, target }, (s, t) => {
    let joined: unknown;
    try {
      joined = rule.predicate(pre[s], post[t]);
    } catch (error) {
      throw refused(`failed for ${pairText(s, t)}: ${error instanceof Error ? error.message : String(error)}`);
    }
    // A promise, say, would count as true for every pair.
    if (typeof joined !== 'boolean') throw refused(`returns ${describe(joined)} for ${pairText(s, t)}`);
    return joined;
  });
}

function refused(what: string): SpikeloomError {
  return new SpikeloomError({
    code: 'usage',
    message: `the function given to where ${what}`,
    hint: 'No synapse was made. Let it return true or false for every pair of cells.',
  });
}
