import { formatProblem } from './error.ts';

/** Every kind of thing that is allowed but hardly meant; each has a test that pins its whole text. */
export type WarningCode =
  /** Something does nothing. */
  | 'no-effect'
  /** The step is longer than a time constant. */
  | 'step-size'
  /** Cells are coupled so strongly that they overshoot each other in a step. */
  | 'strong-coupling'
  /** A time is no multiple of the step. */
  | 'rounded-time'
  /** A probability is not between 0 and 1. */
  | 'probability';

/** What a warning says, as plain data. */
export type WarningData = Pick<Warning, 'code' | 'message' | 'path' | 'hint'>;

/** Something that is allowed but hardly meant: where, what with the numbers, and what can be done. Plain data with a text form. */
export class Warning {
  readonly code: WarningCode;
  readonly message: string;
  /** From the outside in, e.g. `network`, `population 'exc'`, `model 'lif'`, `dv/dt`. */
  readonly path: readonly string[];
  readonly hint: string;

  constructor({ code, message, path, hint }: WarningData) {
    this.code = code;
    this.message = message;
    this.path = path;
    this.hint = hint;
  }

  /** Like the text of an error. */
  toString(): string {
    return formatProblem(this);
  }
}
