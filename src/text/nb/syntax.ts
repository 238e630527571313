import type { Span } from '../../core/error.ts';
import type { AssignmentOperator, Expression } from '../../language/ast.ts';

/*
 * The blocks of a .nb text as they are written. Expressions are those of our own language with the names of the text:
 * `true` and `false` are names, methods are calls with a dotted callee, `a r^ b` is max(a, 0)^b.
 */

/** The kinds of blocks and, for each key that they may have, the form of what stands behind it. */
export const BLOCKS = {
  neuron: {
    type: 'name',
    kinetics: 'names',
    receptors: 'name',
    ion_channels: 'pairs',
    vars: 'vars',
    on_spike: 'statements',
    spike_detection: 'expression',
    on_iteration: 'statements',
    on_electrochemical_iteration: 'statements',
  },
  ion_channel: { type: 'name', vars: 'vars', gating_vars: 'names', on_iteration: 'statements' },
  neurotransmitter_kinetics: { type: 'name', vars: 'vars', on_iteration: 'statements' },
  receptor_kinetics: { type: 'name', vars: 'vars', on_iteration: 'statements' },
  receptors: { type: 'name', kinetics: 'name', vars: 'vars' },
  spike_train: {
    type: 'name',
    neurotransmitter: 'name',
    kinetics: 'name',
    neural_refractoriness: 'name',
    vars: 'vars',
    on_iteration: 'statements',
  },
  neural_refractoriness: { type: 'name', vars: 'vars', effect: 'expression' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, keyof Forms>>>>;

/** The keys of a group of a [receptors] block, which begins with its neurotransmitter. */
export const GROUP = { neurotransmitter: 'name', receptors: 'names', vars: 'vars', on_iteration: 'statements' } as const satisfies Readonly<
  Record<string, keyof Forms>
>;

/** Another spelling of a key, which the reference reads. */
export const SPELLINGS: Readonly<Record<string, string>> = { neural_refractorienss: 'neural_refractoriness' };

export type BlockKind = keyof typeof BLOCKS;

/** A name at its place. */
export interface Named {
  readonly name: string;
  readonly span: Span;
}

/** A variable with what it is at first. */
export interface Variable extends Named {
  readonly value: number | boolean;
}

export interface Pair extends Named {
  readonly type: Named;
}

/** What may stand behind a key. */
export interface Forms {
  readonly name: Named;
  readonly names: readonly Named[];
  readonly vars: readonly Variable[];
  readonly pairs: readonly Pair[];
  readonly statements: readonly NbStatement[];
  readonly expression: Expression;
}

export type NbStatement =
  | { readonly kind: 'derivative'; readonly variable: Named; readonly rhs: Expression; readonly span: Span }
  | { readonly kind: 'assign'; readonly target: Named; readonly operator: AssignmentOperator; readonly value: Expression; readonly span: Span }
  | { readonly kind: 'call'; readonly call: Extract<Expression, { kind: 'call' }>; readonly span: Span }
  | { readonly kind: 'function'; readonly name: Named; readonly parameters: readonly string[]; readonly body: Expression; readonly span: Span }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: readonly NbStatement[];
      readonly otherwise: readonly NbStatement[];
      readonly span: Span;
    };

/** The keys of a block; where one is missing it is not there. */
type Keys<K extends Readonly<Record<string, keyof Forms>>> = { readonly [P in keyof K]?: Forms[K[P]] };

interface BlockOf<K extends BlockKind> extends Named {
  readonly kind: K;
  /** The tag that begins it. */
  readonly tag: Span;
  /** The comment right above it. */
  readonly comment: string | undefined;
  readonly keys: Keys<(typeof BLOCKS)[K]>;
}

export interface Group extends Named {
  readonly keys: Keys<typeof GROUP>;
}

export interface ReceptorsBlock extends BlockOf<'receptors'> {
  readonly groups: readonly Group[];
}

export type Block = { [K in Exclude<BlockKind, 'receptors'>]: BlockOf<K> }[Exclude<BlockKind, 'receptors'>] | ReceptorsBlock;
export type BlockNamed<K extends BlockKind> = Extract<Block, { kind: K }>;
