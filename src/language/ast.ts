import type { Span } from '../core/error.ts';

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '<' | '<=' | '>' | '>=' | '==' | '!=' | 'and' | 'or';
export type UnaryOperator = '-' | 'not';

/** An expression. Plain data; `span` is a range of characters of the text it was parsed from. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly unit?: string; readonly span: Span }
  /** A possibly dotted name: `v`, `ca.current`, `pre.v`. */
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression; readonly span: Span }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression; readonly span: Span }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expression[]; readonly span: Span };

export type AssignmentOperator = '=' | '+=' | '-=' | '*=' | '/=';

/** A statement of a block (reset, step, on pre, ...). */
export type Statement =
  | {
      readonly kind: 'assign';
      readonly target: string;
      readonly targetSpan: Span;
      readonly operator: AssignmentOperator;
      readonly value: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly span: Span;
    };

/** A line of an equations text. */
export type Equation =
  | { readonly kind: 'derivative'; readonly variable: string; readonly rhs: Expression; readonly unlessRefractory: boolean; readonly span: Span }
  | { readonly kind: 'definition'; readonly name: string; readonly rhs: Expression; readonly span: Span }
  | { readonly kind: 'function'; readonly name: string; readonly parameters: readonly string[]; readonly body: Expression; readonly span: Span };
