import type { Precision } from '../../src/ir/expr.ts';
import type { AnyModel } from '../../src/model/define.ts';
import { Network } from '../../src/network/network.ts';
import { type BackendName, simulate } from '../../src/simulation/simulation.ts';

interface SolveOptions {
  /** ms */
  readonly dt: number;
  /** Points in time, ms, ascending, whole steps. */
  readonly at: readonly number[];
  readonly cells?: number;
  readonly values?: Readonly<Record<string, number | readonly number[] | string>>;
  readonly seed?: number;
  readonly backend?: BackendName;
  readonly precision?: Precision;
}

/** Integrates uncoupled cells of a model: `result[time][name][cell]`. */
export async function solve<N extends string>(
  model: AnyModel<'neuron'>,
  names: readonly N[],
  { dt, at, cells = 1, values = {}, seed = 0, backend = 'wasm', precision = 'f64' }: SolveOptions,
): Promise<Record<N, Float64Array>[]> {
  const network = new Network({ dt, seed });
  const population = network.population('cells', model, cells).set(values);
  const simulation = await simulate(network, { backend, precision });
  const results: Record<N, Float64Array>[] = [];
  for (const time of at) {
    await simulation.run(time - simulation.time);
    results.push(Object.fromEntries(names.map((name) => [name, simulation.get(population, name)])) as Record<N, Float64Array>);
  }
  simulation.dispose();
  return results;
}
