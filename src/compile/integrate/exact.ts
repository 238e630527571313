import { SpikeloomError } from '../../core/error.ts';
import type { KernelBuilder } from '../../ir/build.ts';
import type { NodeId } from '../../ir/expr.ts';
import { lowerExpression } from '../../language/lower.ts';
import { printExpression } from '../../language/print.ts';
import type { FlatDerivative } from '../../model/flat.ts';
import { dependsOn, type Integrate, linearIn, noiseOf, requireAdditiveNoise, type System, sumOfNoise, unlessHeld } from './system.ts';

const INSTEAD = "Use integrator: 'exponential-euler', 'heun' or 'rk4'.";

/** A square matrix of nodes; an absent entry is zero, which keeps the propagators of sparse systems small. */
type Matrix = readonly (readonly (NodeId | undefined)[])[];

/**
 * Exact for dx/dt = A x + b with A constant and b held over the step (Rotter and Diesmann 1999):
 * x(t + dt) = P x + Q b, P = exp(A dt), Q = the integral of exp(A s) over the step. P and Q depend on parameters
 * and dt alone. Noise must be additive, on variables that no other variable of the system reads; its variance is exact.
 */
export const exact: Integrate = (system) => {
  const { environment, derivatives } = system;
  const b = environment.builder;
  const variables = new Set(derivatives.map((d) => d.variable));
  const forms = derivatives.map((d) => linearIn(system, d, variables, 'exact', INSTEAD));
  forms.forEach((form, i) => {
    for (const c of form.coefficients.values()) requireConstant(system, derivatives[i], c);
  });
  const a = derivatives.map((_, i) =>
    derivatives.map((other) => {
      const c = forms[i].coefficients.get(other.variable);
      return c && lowerExpression(c, environment);
    }),
  );
  requireExactRefractoriness(system, a);
  const { p, q } = propagators(b, a, environment.plan.clock.dt);
  const constants = forms.map((form) => form.constant && lowerExpression(form.constant, environment));
  const next = new Map<string, NodeId>();
  derivatives.forEach((d, i) => {
    const old = environment.lookup(d.variable);
    const terms = derivatives.flatMap((other, j) => {
      const entry = p[i][j];
      return entry === undefined ? [] : [b.math('mul', entry, environment.lookup(other.variable))];
    });
    constants.forEach((c, j) => {
      const entry = q[i][j];
      if (entry !== undefined && c !== undefined) terms.push(b.math('mul', entry, c));
    });
    const moved = terms.reduce((sum, term) => b.math('add', sum, term), b.constant(0));
    const noise = exactNoise(system, d, i, a);
    next.set(d.variable, unlessHeld(system, d, noise === undefined ? moved : b.math('add', moved, noise), old));
  });
  return next;
};

function requireConstant(system: System, d: FlatDerivative, coefficient: Parameters<typeof lowerExpression>[0]): void {
  const { model } = system.environment.plan;
  const changing = new Set(['t', 'spiked', 'since_spike', ...model.inputs.keys()]);
  for (const q of model.quantities.values()) if (q.role === 'variable') changing.add(q.name);
  if (!dependsOn(system, coefficient, changing)) return;
  throw new SpikeloomError({
    code: 'integrator',
    message: `'exact' needs constant coefficients, but '${printExpression(coefficient)}' in d${d.variable}/dt changes with time`,
    path: d.path,
    hint: INSTEAD,
  });
}

/** While one variable is held, those that read it no longer follow the propagator. */
function requireExactRefractoriness(system: System, a: Matrix): void {
  if (system.free === undefined) return;
  system.derivatives.forEach((d, i) => {
    const held = system.derivatives.find((other, j) => other.unlessRefractory && !d.unlessRefractory && j !== i && a[i][j] !== undefined);
    if (!held) return;
    throw new SpikeloomError({
      code: 'integrator',
      message: `'exact' can't hold '${held.variable}' while refractory, because d${d.variable}/dt reads it and goes on`,
      path: d.path,
      hint: INSTEAD,
    });
  });
}

function exactNoise(system: System, d: FlatDerivative, row: number, a: Matrix): NodeId | undefined {
  const b = system.environment.builder;
  const variables = new Set(system.derivatives.map((x) => x.variable));
  requireAdditiveNoise(system, d, variables, 'exact');
  const dt = b.constant(system.environment.plan.clock.dt);
  const rate = a[row][row] ?? b.constant(0);
  const deviation = (): NodeId => b.math('sqrt', b.math('mul', dt, b.math('exprel', b.math('mul', b.math('mul', b.constant(2), dt), rate))));
  const noise = sumOfNoise(system, d, system.environment, deviation);
  const reader = noise === undefined ? undefined : system.derivatives.find((_, i) => i !== row && a[i][row] !== undefined);
  if (reader) {
    throw new SpikeloomError({
      code: 'integrator',
      message: `'exact' takes noise only on variables that no other equation reads, but d${reader.variable}/dt reads '${d.variable}'`,
      path: d.path,
      hint: "Use integrator: 'heun' or 'euler'.",
    });
  }
  requireOneRate(system, d, row, a);
  return noise;
}

/** Variables that share a noise but not their rate are correlated less than one draw for both would make them. */
function requireOneRate(system: System, d: FlatDerivative, row: number, a: Matrix): void {
  const own = noiseOf(system, d);
  system.derivatives.forEach((other, j) => {
    const shared = noiseOf(system, other).find((name) => own.includes(name));
    if (shared === undefined || a[row][row] === a[j][j]) return;
    throw new SpikeloomError({
      code: 'integrator',
      message: `'exact' takes noise that variables share only where they decay at one rate, but '${shared}' is in d${d.variable}/dt and d${other.variable}/dt`,
      path: d.path,
      hint: "Give each its own noise, or use integrator: 'heun' or 'euler'.",
    });
  });
}

/** Terms of the series: at a norm below 1/4 the rest is beyond the last digit. */
const ORDER = 12;
/** Enough for steps of a million time constants. */
const DOUBLINGS = 22;

/**
 * P = exp(A dt) and Q by Taylor's series for a step h = dt / 2^s that is short for A (scaling and squaring, Higham 2005),
 * then s times P(2h) = P(h)^2, Q(2h) = Q(h) + P(h) Q(h). As s depends on parameters, all doublings are written out, and
 * those beyond s are left out by selection.
 */
function propagators(b: KernelBuilder, a: Matrix, dt: number): { p: Matrix; q: Matrix } {
  const diagonal = a.every((row, i) => row.every((x, j) => i === j || x === undefined));
  if (diagonal) return diagonalPropagators(b, a, dt);
  const doublings = b.math('add', b.math('exponent', b.math('mul', norm(b, a), b.constant(dt))), b.constant(3));
  const s = b.math('min', b.math('max', doublings, b.constant(0)), b.constant(DOUBLINGS));
  const h = b.math('mul', b.constant(dt), b.math('pow2', b.math('neg', s)));
  const ah = scale(b, a, h);
  const identity: Matrix = a.map((_, i) => a.map((__, j) => (i === j ? b.constant(1) : undefined)));
  let term = identity;
  let p = identity;
  let q = identity;
  for (let k = 1; k <= ORDER; k++) {
    term = scale(b, multiply(b, term, ah), b.constant(1 / k));
    p = plus(b, p, term);
    q = plus(b, q, scale(b, term, b.constant(1 / (k + 1))));
  }
  q = scale(b, q, h);
  for (let k = 0; k < DOUBLINGS; k++) {
    const more = b.math('lt', b.constant(k), s);
    q = choose(b, more, plus(b, q, multiply(b, p, q)), q);
    p = choose(b, more, multiply(b, p, p), p);
  }
  return { p, q };
}

/** The largest sum of absolute values of a row. */
function norm(b: KernelBuilder, a: Matrix): NodeId {
  const sums = a.map((row) => row.reduce<NodeId>((sum, x) => (x === undefined ? sum : b.math('add', sum, b.math('abs', x))), b.constant(0)));
  return sums.reduce((x, y) => b.math('max', x, y));
}

function diagonalPropagators(b: KernelBuilder, a: Matrix, dt: number): { p: Matrix; q: Matrix } {
  const z = a.map((row, i) => b.math('mul', row[i] ?? b.constant(0), b.constant(dt)));
  const only = (value: (i: number) => NodeId): Matrix => a.map((_, i) => a.map((__, j) => (i === j ? value(i) : undefined)));
  return { p: only((i) => b.math('exp', z[i])), q: only((i) => b.math('mul', b.constant(dt), b.math('exprel', z[i]))) };
}

function multiply(b: KernelBuilder, x: Matrix, y: Matrix): Matrix {
  return x.map((row) =>
    y.map((_, j) =>
      row.reduce<NodeId | undefined>((sum, entry, k) => {
        const other = y[k][j];
        if (entry === undefined || other === undefined) return sum;
        const product = b.math('mul', entry, other);
        return sum === undefined ? product : b.math('add', sum, product);
      }, undefined),
    ),
  );
}

function plus(b: KernelBuilder, x: Matrix, y: Matrix): Matrix {
  return x.map((row, i) =>
    row.map((entry, j) => {
      const other = y[i][j];
      return entry === undefined || other === undefined ? (entry ?? other) : b.math('add', entry, other);
    }),
  );
}

function scale(b: KernelBuilder, x: Matrix, factor: NodeId): Matrix {
  return x.map((row) => row.map((entry) => (entry === undefined ? undefined : b.math('mul', entry, factor))));
}

/** x or y, which have the same entries. */
function choose(b: KernelBuilder, condition: NodeId, x: Matrix, y: Matrix): Matrix {
  return x.map((row, i) =>
    row.map((entry, j) => {
      const other = y[i][j];
      return entry === undefined || other === undefined ? undefined : b.math('select', condition, entry, other);
    }),
  );
}
