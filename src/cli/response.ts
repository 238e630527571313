import { decimal } from '../core/decimal.ts';
import { SpikeloomError } from '../core/error.ts';
import type { AnyModel } from '../model/define.ts';
import type { ModelDef } from '../model/definition.ts';
import { Network } from '../network/network.ts';
import type { Population } from '../network/view.ts';
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
  /** In words, the least current of 1, 2, 5, 10, 20 ... 5000 at which it spikes at least three times. */
  readonly given: string;
  /** ms */
  readonly duration: number;
}

const CURRENTS = [1, 10, 100, 1000].flatMap((scale) => [scale, 2 * scale, 5 * scale]);

/** @throws SpikeloomError where the model has no `i_in`, or never spikes */
export async function respond({ name, def }: LibraryModel): Promise<Response> {
  const quantity = Object.hasOwn(def.quantities, 'i_in') ? def.quantities.i_in : undefined;
  const network = new Network({ dt: 0.05, duration: DURATION });
  const model: AnyModel<'neuron'> = { kind: 'neuron', def };
  // A published type has the name of its model before its own.
  const cell = network.population(name.replace(/.*\./, ''), model, 1);
  network.recordSpikes(cell).record(cell, 'v');
  const simulation = await simulate(network);
  try {
    for (const current of quantity ? CURRENTS : []) {
      await runWith(simulation, cell, current);
      if (simulation.recordings.spikes(cell).times.length < ENOUGH) continue;
      const { values, unit } = simulation.recordings.trace(cell, 'v');
      const shown = quantity?.unit === '1' ? `${current}` : `${current} ${quantity?.unit}`;
      return { recordings: simulation.recordings, values, unitOfV: unit, given: `i_in = ${shown} from ${ONSET} ms on`, duration: decimal(DURATION) };
    }
  } finally {
    simulation.dispose();
  }
  throw new SpikeloomError({ code: 'unsupported', message: `no current i_in makes '${name}' fire`, hint: 'There is no picture of it.' });
}

async function runWith(simulation: Simulation, cell: Population<AnyModel<'neuron'>>, current: number): Promise<void> {
  await simulation.reset();
  await simulation.run(ONSET);
  await simulation.write(cell.def, { i_in: current });
  await simulation.run(DURATION - ONSET);
}
