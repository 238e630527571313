import type { Dimension, Unit } from '../core/unit.ts';
import type { Expression, Statement } from '../language/ast.ts';
import type { UserFunction } from '../language/check.ts';
import type { Coupling, Integrator, Normalization } from './definition.ts';

/** Something parsed, with the text it came from and where that text stands. */
export interface Located<T> {
  readonly value: T;
  readonly text: string;
  readonly path: readonly string[];
}

/** The order in which the parts of a cell advance within a step. */
export const STAGES = ['metabotropic', 'receptors', 'channels', 'membrane', 'transmitters'] as const;
export type Stage = (typeof STAGES)[number];

export interface FlatQuantity {
  readonly name: string;
  /** A variable is changed by an equation or a block; a parameter only by `set`. */
  readonly role: 'parameter' | 'variable' | 'list';
  readonly unit: Unit;
  readonly meaning: string;
  /** In coherent units. */
  readonly initial: number | readonly number[] | Located<Expression>;
}

export interface FlatInput {
  readonly name: string;
  readonly unit: Unit;
  readonly normalize: Normalization;
}

export interface FlatDerivative extends Located<Expression> {
  readonly variable: string;
  readonly stage: Stage;
  readonly unlessRefractory: boolean;
}

export interface FlatStep extends Located<readonly Statement[]> {
  readonly stage: Stage;
}

export type FlatSpike =
  | { readonly kind: 'threshold'; readonly condition: Located<Expression> }
  | { readonly kind: 'peak'; readonly variable: string; readonly above: Located<Expression> }
  | { readonly kind: 'scheduled'; readonly times: string };

/** A cell with all its parts: names are dotted (`na.m`), everything is checked. */
export interface FlatModel {
  readonly name: string;
  readonly kind: 'neuron' | 'spikeTrain' | 'stimulus';
  readonly quantities: ReadonlyMap<string, FlatQuantity>;
  readonly inputs: ReadonlyMap<string, FlatInput>;
  /** Named expressions, recomputed where used. */
  readonly definitions: ReadonlyMap<string, Located<Expression> & { readonly unit: Unit }>;
  readonly functions: ReadonlyMap<string, UserFunction>;
  readonly derivatives: readonly FlatDerivative[];
  readonly steps: readonly FlatStep[];
  readonly spike: FlatSpike | undefined;
  readonly reset: Located<readonly Statement[]> | undefined;
  readonly refractory: Located<Expression> | undefined;
  /** What a stimulus adds to its target in a step. */
  readonly output: Located<Expression> | undefined;
  readonly integrator: Integrator;
  readonly coupling: Coupling;
  /** Transmitters that the cell releases. */
  readonly transmitters: readonly string[];
  readonly unitless: boolean;
}

/** Whether a list is that of the times of spikes, which no expression reads. */
export function isSchedule({ spike }: Pick<FlatModel, 'spike'>, name: string): boolean {
  return spike?.kind === 'scheduled' && spike.times === name;
}

/** The unit of the numbers that expressions take from a list; undefined where there is no such list. */
export function sampledUnit(model: FlatModel, name: string): Dimension | undefined {
  const q = model.quantities.get(name);
  return q?.role === 'list' && !isSchedule(model, name) ? q.unit.dimension : undefined;
}
