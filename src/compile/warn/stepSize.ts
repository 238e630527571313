import { SpikeloomError } from '../../core/error.ts';
import { parseUnit, sameDimension } from '../../core/unit.ts';
import { Warning } from '../../core/warning.ts';
import { KernelBuilder } from '../../ir/build.ts';
import { differentiate } from '../../ir/differentiate.ts';
import type { Integrator } from '../../model/definition.ts';
import type { FlatDerivative } from '../../model/flat.ts';
import { CellEnvironment } from '../environment.ts';
import { INTEGRATE } from '../integrate/index.ts';
import { drift } from '../integrate/system.ts';
import { evaluateFor, type ProgramMemory, type SomeCells } from '../now.ts';
import type { PopulationPlan } from '../plan.ts';
import { sampleCells, short } from './sample.ts';

/** Time constants that a step may last at most, where a decay is not to grow: ends of the intervals of absolute stability (Hairer and Wanner 1996, IV.2). */
const STABLE: { readonly [K in Integrator]?: number } = { euler: 2, heun: 2, rk4: 2.785 };

/** Voltages between which gates are looked at besides the present one, mV. */
const VOLTAGES = { from: -80, to: 40, count: 25 };

interface Decay {
  readonly equation: FlatDerivative;
  /** Relaxations per ms: minus the derivative of the right side by the variable itself. */
  readonly rate: number;
  /** Where that is: in which cell, at which voltage. */
  readonly where: string;
}

/**
 * Says where an explicit method takes steps longer than the fastest time constant of a population. Rates are those of the
 * present state of some cells; those of gates also at other voltages that a membrane passes through.
 */
export function warnOfStepSize(plan: PopulationPlan, memory: ProgramMemory): Warning[] {
  const { integrator } = plan.model;
  const stable = STABLE[integrator];
  if (stable === undefined || plan.model.derivatives.length === 0) return [];
  const { dt } = plan.clock;
  const cells = sampleCells(plan, memory);
  const now = fastest(plan, memory, plan.model.derivatives, { cells }, (i) => `in cell ${cells[i]}`);
  const found = now && now.rate * dt > 1 ? now : fastestGate(plan, memory, cells[0]);
  if (!found || found.rate * dt <= 1) return [];
  const tau = 1 / found.rate;
  const { variable } = found.equation;
  const other = fits(plan, 'exponential-euler') ? ", or integrator: 'exponential-euler', which has no such limit" : '';
  return [
    new Warning({
      code: 'step-size',
      message: `dt is ${dt} ms, longer than the fastest time constant, ${short(tau)} ms of ${variable} ${found.where}: '${integrator}' is far off there, and runs away above ${short(stable * tau)} ms`,
      path: ['network', `population '${plan.def.name}'`, ...found.equation.path],
      hint: `Take dt at most ${short(tau)} ms${other}.`,
    }),
  ];
}

/** The fastest decay of the variables other than `v`, along voltages that a membrane passes through. */
function fastestGate(plan: PopulationPlan, memory: ProgramMemory, cell: number): Decay | undefined {
  const v = plan.model.quantities.get('v');
  if (v?.role !== 'variable' || !sameDimension(v.unit.dimension, parseUnit('mV').dimension)) return undefined;
  const { from, to, count } = VOLTAGES;
  const voltages = Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  const gates = plan.model.derivatives.filter((d) => d.variable !== 'v');
  const cells = new Uint32Array(count).fill(cell);
  return fastest(plan, memory, gates, { cells, given: new Map([['v', voltages]]) }, (i) => `at v = ${voltages[i]} mV`);
}

function fastest(
  plan: PopulationPlan,
  memory: ProgramMemory,
  equations: readonly FlatDerivative[],
  cells: SomeCells,
  where: (i: number) => string,
): Decay | undefined {
  const slopes = evaluateFor(plan, memory, cells, (cell) =>
    equations.map((d) => {
      const variable = cell.lookup(d.variable);
      const b = cell.builder;
      return differentiate(b, drift({ environment: cell, derivatives: equations, free: undefined }, d, cell), variable) ?? b.constant(0);
    }),
  );
  let found: Decay | undefined;
  equations.forEach((equation, k) => {
    slopes[k].forEach((slope, i) => {
      // What is not finite can't be judged.
      if (Number.isFinite(slope) && -slope > (found?.rate ?? 0)) found = { equation, rate: -slope, where: where(i) };
    });
  });
  return found;
}

/** Whether another integrator takes the population's equations. */
function fits(plan: PopulationPlan, integrator: Integrator): boolean {
  const environment = new CellEnvironment(plan, new KernelBuilder('f64'));
  try {
    INTEGRATE[integrator]({ environment, derivatives: plan.model.derivatives, free: undefined });
    return true;
  } catch (error) {
    if (error instanceof SpikeloomError) return false;
    throw error;
  }
}
