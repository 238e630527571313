import { SpikeloomError } from '../../core/error.ts';
import type { RuleDef } from '../definition.ts';
import type { Edges, RuleContext } from './rule.ts';

/** The first source to the first target, the second to the second, and so on; both views must have the same size. */
export function oneToOne(): RuleDef {
  return { kind: 'one-to-one' };
}

export function oneToOneEdges(context: RuleContext): Edges {
  const n = context.source.cells.length;
  const m = context.target.cells.length;
  if (n !== m) {
    throw new SpikeloomError({
      code: 'invalid-shape',
      message: `one-to-one needs as many sources as targets, but there are ${n} and ${m}`,
      hint: 'Take views of equal size, or another rule.',
    });
  }
  const cells = Uint32Array.from({ length: n }, (_, i) => i);
  return { sources: cells, targets: cells };
}
