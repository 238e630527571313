import { Network } from 'spikeloom';
import { morrisLecar } from 'spikeloom/models';

/** One Morris-Lecar neuron under a constant current: it fires periodically. */
export function morrisLecarStaticInput(options: { readonly current?: number } = {}): Network {
  const network = new Network({ dt: 0.01, duration: 500 });
  const cell = network.population('cell', morrisLecar({ i_in: options.current ?? 100 }), 1);
  network.record(cell, 'v', { every: 10 });
  network.record(cell, 'k.n', { every: 10 });
  network.recordSpikes(cell);
  return network;
}
