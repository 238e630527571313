import { decimal } from '../core/decimal.ts';
import { SpikeloomError } from '../core/error.ts';
import type { AnyModel } from '../model/define.ts';
import type { ModelDef } from '../model/definition.ts';
import { Network } from '../network/network.ts';
import type { Recordings } from '../simulation/recordings.ts';
import { type Simulation, simulate } from '../simulation/simulation.ts';

/** When the current begins and when all ends, ms. */
const ONSET = 20;
const DURATION = 220;
/** Spikes that are worth a picture. */
const ENOUGH = 3;

/** A model of the library: the name of the function that makes variants of it, and its definition. */
export interface LibraryModel {
  readonly name: string;
  readonly def: ModelDef;
}

/** How a neuron answers a current that is switched on. */
export interface Response {
  readonly recordings: Recordings;
  readonly values: Float32Array | Float64Array;
  /** Of v. */
  readonly unitOfV: string;
  /** The least of 1, 2, 5, 10, 20 ... 5000 at which it spikes at least three times. */
  readonly current: number;
  readonly unit: string;
  /** ms */
  readonly duration: number;
}

const CURRENTS = [1, 10, 100, 1000].flatMap((scale) => [scale, 2 * scale, 5 * scale]);

/** @throws SpikeloomError where the model has no `i_in`, or never spikes */
export async function respond({ name, def }: LibraryModel): Promise<Response> {
  const quantity = Object.hasOwn(def.quantities, 'i_in') ? def.quantities.i_in : undefined;
  const network = new Network({ dt: 0.05, duration: DURATION });
  const model: AnyModel<'neuron'> = { kind: 'neuron', def };
  const cell = network.population('cell', model, 1);
  network.recordSpikes(cell).record(cell, 'v', { every: 4 });
  const simulation = await simulate(network);
  try {
    for (const current of quantity ? CURRENTS : []) {
      await runWith(simulation, current);
      if (simulation.recordings.spikes('cell').times.length < ENOUGH) continue;
      const { values, unit } = simulation.recordings.trace('cell', 'v');
      return { recordings: simulation.recordings, values, unitOfV: unit, current, unit: quantity?.unit ?? '', duration: decimal(DURATION) };
    }
  } finally {
    simulation.dispose();
  }
  throw new SpikeloomError({ code: 'unsupported', message: `no current i_in makes '${name}' fire`, hint: 'There is no picture of it.' });
}

async function runWith(simulation: Simulation, current: number): Promise<void> {
  await simulation.reset();
  await simulation.run(ONSET);
  await simulation.write({ population: 'cell', cells: { kind: 'all' } }, { i_in: current });
  await simulation.run(DURATION - ONSET);
}
