import { unreachable } from '../../core/error.ts';
import type { RuleDef } from '../definition.ts';
import { allToAllEdges } from './allToAll.ts';
import { distanceKernelEdges } from './distanceKernel.ts';
import { edgeListEdges } from './edgeList.ts';
import { fixedDegreeEdges } from './fixedDegree.ts';
import { fixedTotalEdges } from './fixedTotal.ts';
import { matrixEdges } from './matrix.ts';
import { oneToOneEdges } from './oneToOne.ts';
import { probabilityEdges } from './probability.ts';
import type { Edges, RuleContext } from './rule.ts';
import { predicateEdges, whereEdges } from './where.ts';

/** The synapses that a rule makes. */
export function edgesOf(rule: RuleDef, context: RuleContext): Edges {
  switch (rule.kind) {
    case 'all-to-all':
      return allToAllEdges(rule, context);
    case 'one-to-one':
      return oneToOneEdges(context);
    case 'where':
      return whereEdges(rule, context);
    case 'predicate':
      return predicateEdges(rule, context.source, context.target);
    case 'probability':
      return probabilityEdges(rule, context);
    case 'fixed-in-degree':
    case 'fixed-out-degree':
      return fixedDegreeEdges(rule, context);
    case 'fixed-total':
      return fixedTotalEdges(rule, context);
    case 'distance-kernel':
      return distanceKernelEdges(rule, context);
    case 'matrix':
      return matrixEdges(rule, context);
    case 'edge-list':
      return edgeListEdges(rule, context);
    default:
      return unreachable(rule);
  }
}
