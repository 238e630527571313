import { Network } from 'spikeloom';
import { izhikevich } from 'spikeloom/models';

/** n Izhikevich neurons, each with a current of its own, that fire at rates from a few Hz on; all spikes and 100 traces recorded. */
export function spontaneous(n: number): Network {
  const network = new Network({ dt: 0.5, seed: 1 });
  const cells = network.population('cells', izhikevich(), n).set({ v: 'uniform(-65, v_th)', i_in: 'uniform(4, 8)' });
  return network.recordSpikes(cells).recordSpikeCounts(cells).record(cells.slice(0, 100), 'v');
}
