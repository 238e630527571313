import { SpikeloomError } from '../../core/error.ts';
import { RowDraws } from '../../core/rowDraws.ts';
import type { RuleDef } from '../definition.ts';
import { chooseCells } from './choose.ts';
import { CountLaw } from './countLaw.ts';
import { type DegreeOptions, requireCount, requireSwitches } from './options.ts';
import { type Edges, EdgesByTarget, positionsWithin, type RuleContext } from './rule.ts';

/** Exactly `total` synapses, their pairs drawn at random: different ones, unless `multapses: true`. */
export function fixedTotal(total: number, options: DegreeOptions = {}): RuleDef {
  const { autapses, multapses } = requireSwitches('fixed-total', options, ['autapses', 'multapses']);
  return { kind: 'fixed-total', total: requireCount('total', total), autapses, multapses };
}

/** Each target in turn draws how many of the synapses that are left are its own, then every target its sources. */
export function fixedTotalEdges(rule: Extract<RuleDef, { kind: 'fixed-total' }>, context: RuleContext): Edges {
  const { source, target } = context;
  const { of: all, first } = context.part ?? { of: target, first: 0 };
  const own = positionsWithin(all, source);
  const barred = rule.autapses ? own.fill(-1) : own;
  const among = source.cells.length;
  const candidates = (t: number): number => among - (barred[t] < 0 ? 0 : 1);
  let pairs = 0;
  for (let t = 0; t < all.cells.length; t++) pairs += candidates(t);
  requireEnough(rule, pairs);
  const draws = new RowDraws(context);
  let left = rule.total;
  const end = first + target.cells.length;
  const counts = all.cells.subarray(0, end).map((cell, t) => {
    const n = candidates(t);
    const law = rule.multapses ? CountLaw.binomial(left, pairs === 0 ? 0 : n / pairs) : CountLaw.hypergeometric(pairs, n, left);
    const count = law.at(draws.begin(cell, 0).unit());
    left -= count;
    pairs -= n;
    return count;
  });
  const { starts, cells } = chooseCells({
    rows: target,
    among,
    counts: counts.subarray(first),
    barred: barred.subarray(first, end),
    repeated: rule.multapses,
    draws,
  });
  return new EdgesByTarget(cells, starts);
}

function requireEnough({ total, multapses }: Extract<RuleDef, { kind: 'fixed-total' }>, pairs: number): void {
  if (total <= pairs || (multapses && pairs > 0)) return;
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `there are to be ${total} synapses, but only ${pairs} pairs of cells`,
    hint: pairs > 0 ? `Ask for at most ${pairs}, or let synapses join the same cells: { multapses: true }.` : "Allow a cell's synapse onto itself.",
  });
}
