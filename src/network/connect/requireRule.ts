import { isObject, type Kind, requireKind, wrongKind } from '../../core/checks.ts';
import { SpikeloomError, suggest } from '../../core/error.ts';
import { requireKnownKeys } from '../../core/keys.ts';
import type { RuleDef } from '../definition.ts';
import { allToAll } from './allToAll.ts';
import { distanceKernel } from './distanceKernel.ts';
import { fixedInDegree, fixedOutDegree } from './fixedDegree.ts';
import { fixedTotal } from './fixedTotal.ts';
import { requireSwitches } from './options.ts';
import { probability } from './probability.ts';

/** What rules that are nothing but their data are made of. */
const DATA = {
  'one-to-one': {},
  where: { condition: 'text' },
  predicate: { predicate: 'function' },
  matrix: { quantity: 'text', values: 'list', sources: 'number', targets: 'number' },
  'edge-list': { sources: 'list', targets: 'list' },
} as const satisfies { readonly [K in RuleDef['kind']]?: Readonly<Record<string, Kind>> };

const KINDS = ['all-to-all', 'probability', 'fixed-in-degree', 'fixed-out-degree', 'fixed-total', 'distance-kernel', ...Object.keys(DATA)];

/**
 * A rule given as data, with what it leaves out filled in and every check that its function makes.
 *
 * @throws SpikeloomError where there is no such rule, or it can't be meant like this
 */
export function requireRule(rule: RuleDef): RuleDef {
  if (!isObject(rule))
    throw wrongKind('the rule', rule, "Give what one of the rules returns: allToAll(), oneToOne(), where('pre.index != post.index').");
  switch (rule.kind) {
    case 'all-to-all': {
      const { kind: _, ...options } = rule;
      return allToAll(options);
    }
    case 'probability': {
      const { kind: _, p, ...options } = rule;
      return probability(p, options);
    }
    case 'fixed-in-degree':
    case 'fixed-out-degree': {
      const { kind, degree, ...options } = rule;
      return kind === 'fixed-in-degree' ? fixedInDegree(degree, options) : fixedOutDegree(degree, options);
    }
    case 'fixed-total': {
      const { kind: _, total, ...options } = rule;
      return fixedTotal(total, options);
    }
    case 'distance-kernel': {
      const { kind: _, kernel, cutoff, ...options } = rule;
      return distanceKernel(kernel, { ...options, ...(typeof cutoff === 'number' && { cutoff }) });
    }
    case 'one-to-one':
    case 'where':
    case 'predicate':
    case 'matrix':
      requireData(rule);
      return rule;
    case 'edge-list': {
      const { torus, ...list } = rule;
      requireData(list);
      return { ...list, ...(torus !== undefined && requireSwitches('edge-list', { torus }, ['torus'])) };
    }
    default:
      throw unknownRule(rule);
  }
}

function requireData(rule: Extract<RuleDef, { kind: keyof typeof DATA }>): void {
  const parts: Readonly<Record<string, Kind>> = DATA[rule.kind];
  requireKnownKeys(rule, ['kind', ...Object.keys(parts)], `rule ${rule.kind}`);
  const given: Readonly<Record<string, unknown>> = { ...rule };
  for (const [key, wanted] of Object.entries(parts)) requireKind(wanted, key, given[key], [`rule ${rule.kind}`]);
}

function unknownRule(rule: never): SpikeloomError {
  const kind = String((rule as { readonly kind?: unknown } | null)?.kind);
  return new SpikeloomError({ code: 'unknown-name', message: `there is no rule '${kind}'`, hint: suggest(kind, KINDS) });
}
