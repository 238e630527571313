import { SpikeloomError } from '../../core/error.ts';
import type { NodeId } from '../../ir/expr.ts';
import type { Expression } from '../../language/ast.ts';
import { type LinearForm, linearForm, NotLinear, noiseUnknown } from '../../language/linear.ts';
import { lowerExpression, select, standardNormal } from '../../language/lower.ts';
import { printExpression } from '../../language/print.ts';
import { walkExpression } from '../../language/transform.ts';
import type { Integrator } from '../../model/definition.ts';
import type { FlatDerivative } from '../../model/flat.ts';
import { namesReached } from '../../model/reach.ts';
import type { CellEnvironment } from '../environment.ts';

/** Equations that are integrated together over one step. */
export interface System {
  /** Values at the start of the step. */
  readonly environment: CellEnvironment;
  readonly derivatives: readonly FlatDerivative[];
  /** False for a cell whose variables marked `unless refractory` are held. */
  readonly free: NodeId | undefined;
}

/** New values of a system's variables. */
export type Integrate = (system: System) => Map<string, NodeId>;

/** An equation taken apart into a part without noise and the factor of each noise source. */
interface Parts {
  readonly drift: Expression | undefined;
  readonly noise: ReadonlyMap<string, Expression>;
}

function noiseNames(system: System, e: Expression): string[] {
  const found: string[] = [];
  const visit = (part: Expression): void => {
    if (part.kind === 'call' && part.callee === 'xi' && part.args[0]?.kind === 'name') found.push(part.args[0].name);
  };
  walkExpression(e, visit, system.environment.functions);
  return found;
}

export function hasNoise(system: System, d: FlatDerivative): boolean {
  return noiseNames(system, d.value).length > 0;
}

/** The sources of noise of an equation, written as they are there: `xi(name)`. */
export function noiseOf(system: System, d: FlatDerivative): string[] {
  return [...split(system, d).noise.keys()];
}

function split(system: System, d: FlatDerivative): Parts {
  const names = noiseNames(system, d.value);
  if (names.length === 0) return { drift: d.value, noise: new Map() };
  const { functions } = system.environment;
  try {
    const form = linearForm(d.value, { unknowns: new Set(names.map(noiseUnknown)), expand: () => undefined, functions, freeze: false });
    return { drift: form.constant, noise: form.coefficients };
  } catch (error) {
    if (!(error instanceof NotLinear)) throw error;
    throw new SpikeloomError({
      code: 'integrator',
      message: `noise must enter an equation as a sum of terms 'factor * xi(name)'; '${printExpression(error.term)}' is not one`,
      path: d.path,
      source: { text: d.text, span: error.term.span },
      hint: 'Take the noise out of the function or product.',
    });
  }
}

function lowerOrZero(e: Expression | undefined, environment: CellEnvironment): NodeId {
  return e ? lowerExpression(e, environment) : environment.builder.constant(0);
}

/** A value that is `otherwise` for the variables that are held in a refractory cell. */
export function unlessHeld(system: System, d: FlatDerivative, value: NodeId, otherwise: NodeId): NodeId {
  return system.free === undefined || !d.unlessRefractory ? value : select(system.environment.builder, system.free, value, otherwise);
}

/** The right side without noise, at the values of `environment`, times dt where that is given; 0 for a variable that is held. */
export function drift(system: System, d: FlatDerivative, environment: CellEnvironment, dt?: NodeId): NodeId {
  const b = environment.builder;
  const rate = lowerOrZero(split(system, d).drift, environment);
  return unlessHeld(system, d, dt === undefined ? rate : b.math('mul', dt, rate), b.constant(0));
}

/** What noise adds to a variable over the step: the sum of factor * sqrt(dt) * a standard normal draw. */
export function diffusion(system: System, d: FlatDerivative, environment: CellEnvironment): NodeId | undefined {
  const b = environment.builder;
  const scale = b.math('sqrt', b.constant(environment.plan.clock.dt));
  return sumOfNoise(system, d, environment, () => scale);
}

/** The sum over an equation's noise sources of factor * `scale` * a standard normal draw; undefined without noise. */
export function sumOfNoise(system: System, d: FlatDerivative, environment: CellEnvironment, scale: () => NodeId): NodeId | undefined {
  const b = environment.builder;
  let sum: NodeId | undefined;
  for (const [name, factor] of split(system, d).noise) {
    const stream = environment.plan.stream(name);
    const draw = standardNormal(b, b.random(stream, 0), b.random(stream, 1));
    const term = b.math('mul', b.math('mul', lowerExpression(factor, environment), scale()), draw);
    sum = sum === undefined ? term : b.math('add', sum, term);
  }
  return sum === undefined ? undefined : unlessHeld(system, d, sum, b.constant(0));
}

/** The noise factors must not depend on these variables. */
export function requireAdditiveNoise(system: System, d: FlatDerivative, variables: ReadonlySet<string>, integrator: Integrator): void {
  for (const factor of split(system, d).noise.values()) {
    if (!dependsOn(system, factor, variables)) continue;
    throw new SpikeloomError({
      code: 'integrator',
      message: `'${integrator}' takes additive noise only, but the factor '${printExpression(factor)}' depends on a variable`,
      path: d.path,
      source: { text: d.text, span: factor.span },
      hint: "Use integrator: 'heun' (Stratonovich's sense) or 'euler' (Ito's).",
    });
  }
}

/** Whether an expression reads one of the names, itself or through named expressions. */
export function dependsOn(system: System, e: Expression, names: ReadonlySet<string>): boolean {
  return [...namesReached(system.environment.plan.model, e)].some((name) => names.has(name));
}

/** An equation as a linear form in `variables`, or a refusal that names the term and proposes `instead`. */
export function linearIn(system: System, d: FlatDerivative, variables: ReadonlySet<string>, integrator: Integrator, instead: string): LinearForm {
  const noiseless = split(system, d).drift;
  if (!noiseless) return { constant: undefined, coefficients: new Map() };
  const { functions, plan } = system.environment;
  const expand = (name: string): Expression | undefined => plan.model.definitions.get(name)?.value;
  try {
    return linearForm(noiseless, { unknowns: variables, expand, functions, freeze: integrator === 'exponential-euler' });
  } catch (error) {
    if (!(error instanceof NotLinear)) throw error;
    throw new SpikeloomError({
      code: 'integrator',
      message: `'${integrator}' needs d${d.variable}/dt to be linear in ${[...variables].join(', ')}, but '${printExpression(error.term)}' is not`,
      path: d.path,
      hint: instead,
    });
  }
}
