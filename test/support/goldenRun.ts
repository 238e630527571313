import { describe, expect, it } from 'vitest';
import { type BackendName, Network, type SimulateOptions, type Simulation, simulate, type View } from '../../src/index.ts';
import { type Golden, goldenColumn, loadGolden } from './golden.ts';

/** What to run on. */
export interface Configuration {
  readonly backend: BackendName;
  readonly precision: NonNullable<SimulateOptions['precision']>;
}

export const CONFIGURATIONS: readonly Configuration[] = [
  { backend: 'js', precision: 'f32' },
  { backend: 'js', precision: 'f64' },
  { backend: 'wasm', precision: 'f32' },
  { backend: 'wasm', precision: 'f64' },
];

/** A value fits where it is off by at most the largest of these. */
export interface Tolerance {
  readonly absolute: number;
  /** Of the expected value. */
  readonly relative?: number;
  /** Of the largest expected value of the series: for what passes through 0. */
  readonly ofLargest?: number;
  /** Of the change per step of the expected values around: so much of a step that a steep flank may come early or late. */
  readonly ofSlope?: number;
  /** In place of `absolute` for runs in f64, which don't share the rounding of the recorded one. */
  readonly absoluteInF64?: number;
}

/** Membrane potentials and adaptation, mV. */
export const VOLTAGE: Tolerance = { absolute: 1e-2 };
/** Gates, concentrations, fractions of open receptors; the absolute part is for values that fade to nothing. */
export const FRACTION: Tolerance = { absolute: 1e-6, relative: 1e-4 };
/** Currents in the model's unit. */
export const CURRENT: Tolerance = { absolute: 0, ofLargest: 1e-4 };

/** Compares sample by sample. With GOLDEN_REPORT set, the largest deviation is printed. */
export function expectClose(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
  precision: Configuration['precision'] = 'f32',
): void {
  const { relative = 0, ofLargest = 0, ofSlope = 0 } = tolerance;
  const absolute = precision === 'f64' ? (tolerance.absoluteInF64 ?? tolerance.absolute) : tolerance.absolute;
  let most = 0;
  for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs(expected[i]));
  const floor = Math.max(absolute, ofLargest * most);
  expect(actual.length, `${what}: number of samples`).toBe(expected.length);
  let largest = 0;
  let misses = 0;
  let first = '';
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i] - expected[i]);
    largest = Math.max(largest, off);
    const slope = Math.abs((expected[Math.min(i + 1, expected.length - 1)] - expected[Math.max(i - 1, 0)]) / 2);
    if (off <= Math.max(floor, relative * Math.abs(expected[i]), ofSlope * slope)) continue;
    if (misses++ === 0) first = `sample ${i} is ${actual[i]} instead of ${expected[i]}`;
  }
  if (process.env.GOLDEN_REPORT) process.stderr.write(`GOLDEN ${what}: ${largest.toExponential(2)}${misses ? ` MISSES ${misses}` : ''}\n`);
  expect(misses, `${what}: ${first}; the largest deviation is ${largest}`).toBe(0);
}

type Derivation = (of: (view: View | string, quantity: string, cell?: number) => ArrayLike<number>, simulation: Simulation) => ArrayLike<number>;

/** A golden trace, the network that is to reproduce it, and what of it to compare. */
export class GoldenRun {
  readonly golden: Golden;
  readonly network: Network;
  readonly #checks: ((simulation: Simulation, steps: number, on: string) => void)[] = [];

  constructor(name: string) {
    this.golden = loadGolden(name);
    this.network = new Network({ dt: this.golden.dt });
  }

  /** Records a quantity and compares one cell's with a series (by name) or with other numbers. */
  compare(view: View, quantity: string, series: string | ArrayLike<number>, tolerance: Tolerance, cell = 0): this {
    this.record(view, quantity);
    const name = typeof series === 'string' ? ` (${series})` : '';
    return this.derive(`${quantity} of ${view.def.population} ${cell}${name}`, (of) => of(view, quantity, cell), series, tolerance);
  }

  /** Records what `derive` needs. */
  record(view: View, ...quantities: readonly string[]): this {
    for (const quantity of quantities) {
      const known = this.network.def.recorders.some(
        (r) => r.kind === 'trace' && r.quantity === quantity && r.view.population === view.def.population,
      );
      if (!known) this.network.record(view, quantity);
    }
    return this;
  }

  /** Compares numbers, one a step, that are computed from what was recorded. */
  derive(what: string, derivation: Derivation, series: string | ArrayLike<number>, tolerance: Tolerance, limit = Number.POSITIVE_INFINITY): this {
    const expected = Array.from(typeof series === 'string' ? goldenColumn(this.golden, series) : series);
    this.#checks.push((simulation, steps, on) => {
      const of = (view: View | string, quantity: string, cell = 0) => simulation.recordings.trace(view, quantity).of(cell);
      const count = Math.min(steps, limit, expected.length);
      expectClose(
        `${on}: ${what}`,
        Array.from(derivation(of, simulation)).slice(0, count),
        expected.slice(0, count),
        tolerance,
        simulation.precision,
      );
    });
    return this;
  }

  /** Records spikes and compares the steps of one cell's. */
  compareSpikes(view: View, series: string | readonly number[], cell = 0): this {
    const known = this.network.def.recorders.some((r) => r.kind === 'spikes' && r.view.population === view.def.population);
    if (!known) this.network.recordSpikes(view);
    const expected = typeof series === 'string' ? goldenColumn(this.golden, series) : series;
    this.#checks.push((simulation, steps, on) => {
      const spikes = simulation.recordings.spikes(view);
      const actual = [...spikes.steps].filter((_, i) => spikes.cells[i] === cell);
      expect(actual, `${on}: steps of spikes of ${view.def.population} ${cell}`).toEqual(expected.filter((step) => step < steps));
    });
    return this;
  }

  /** Any other check after the run. */
  also(check: (simulation: Simulation, steps: number) => void): this {
    this.#checks.push(check);
    return this;
  }

  async check(configuration: Configuration, steps = this.golden.steps): Promise<void> {
    const simulation = await this.simulate(configuration, steps);
    const on = `${this.golden.scenario} on ${configuration.backend} in ${configuration.precision}`;
    for (const check of this.#checks) check(simulation, steps, on);
    simulation.dispose();
  }

  async simulate(configuration: Configuration, steps: number): Promise<Simulation> {
    const simulation = await simulate(this.network, configuration);
    await simulation.run(steps * this.golden.dt);
    expect(simulation.step).toBe(steps);
    return simulation;
  }
}

/** The tests of a scenario: the trace on each backend in each precision, and the same bits from both backends. */
export function goldenTests(title: string, build: () => GoldenRun): void {
  describe(title, () => {
    it.each(CONFIGURATIONS)('on $backend in $precision', async (configuration) => {
      await build().check(configuration);
    });

    it.each(['f32', 'f64'] as const)('has the same bits on both backends in %s', async (precision) => {
      const run = build();
      const steps = Math.min(500, run.golden.steps);
      const js = await run.simulate({ backend: 'js', precision }, steps);
      const wasm = await run.simulate({ backend: 'wasm', precision }, steps);
      for (const recorder of run.network.def.recorders) {
        if (recorder.kind !== 'trace') continue;
        const values = (simulation: Simulation) => simulation.recordings.trace({ def: recorder.view }, recorder.quantity).values;
        expect(Buffer.from(values(wasm).buffer).equals(Buffer.from(values(js).buffer)), `${recorder.view.population}.${recorder.quantity}`).toBe(
          true,
        );
      }
    });
  });
}

/** For each step the value before it. */
export function shifted(initial: number, values: ArrayLike<number>): number[] {
  return [initial, ...Array.from(values).slice(0, -1)];
}
