import { defineSynapse } from '../../src/model/define.ts';
import { quantity } from '../../src/model/quantity.ts';
import { izhikevich } from '../../src/models/index.ts';
import { allToAll } from '../../src/network/connect/index.ts';
import { Network } from '../../src/network/network.ts';

export const facilitating = defineSynapse({
  name: 'facilitating',
  quantities: { w: quantity(0.25) },
  continuous: 'post.i_gap += w * post.g_gap * (pre.v - post.v)',
});

/** A small network that spikes, with every kind of recorder, several of the same, and names that need care in files. */
export function recordedNetwork(duration = 60): Network {
  const network = new Network({ dt: 0.1, duration, seed: 3 });
  const exc = network.lattice('exc', izhikevich(), { rows: 3, columns: 4 }).set({ i_in: '20 + 3 * index', v: '-65 - index / 7' });
  const inh = network.population('in-h', izhikevich({ i_in: 31.7 }), 3);
  const odd = network.connect(exc.slice(0, 4), inh, facilitating(), allToAll(), { name: 'to "in-h", 1/2' }).set({ w: 'pre.index / 3' });
  network.recordSpikes(exc).recordSpikes(inh).recordSpikes(exc.slice(4, 9));
  network.record(exc.slice(1, 4), 'v').record(inh, 'w', { every: 3 }).record(exc.slice(1, 4), 'v', { every: 7 });
  network.record(exc, 'v', { mean: true }).record(exc.where('row > 0 and\n  col < 2'), 'v', { mean: true, every: 2 });
  network.recordSynapses(odd, 'w', { every: 20 });
  network.recordSpikeCounts(exc.cells([1, 3, 4, 11])).recordSpikeCounts(inh);
  return network;
}
