import { allToAll, Network } from 'spikeloom';
import { electrical, izhikevich } from 'spikeloom/models';

/**
 * An inhibitory and an excitatory lattice of Izhikevich neurons, each wired all-to-all and both to each other by
 * gap junctions, started at random voltages.
 */
export function interactingLattices(options: { readonly seed?: number; readonly duration?: number } = {}): Network {
  const network = new Network({ dt: 1, seed: options.seed ?? 6, duration: options.duration ?? 1000 });
  const cell = izhikevich({ a: 0.02, b: 0.2, c: -55, d: 8, w: 30, c_m: 100, tau_m: 1, v_init: -65, v_th: 30, g_gap: 7 });
  const inhibitory = network.lattice('inhibitory', cell, { rows: 4, columns: 4, normalize: 'mean' });
  const excitatory = network.lattice('excitatory', cell, { rows: 7, columns: 7, normalize: 'mean' });

  network.connect(inhibitory, inhibitory, electrical({ w: -1 }), allToAll({ autapses: false }));
  network.connect(excitatory, excitatory, electrical({ w: 1 }), allToAll({ autapses: false }));
  network.connect(inhibitory, excitatory, electrical({ w: -1 }));
  network.connect(excitatory, inhibitory, electrical({ w: 1 }));

  for (const lattice of [inhibitory, excitatory]) {
    lattice.set({ v: 'uniform(v_init, v_th)' });
    network.record(lattice, 'v', { mean: true });
    network.recordSpikes(lattice);
  }
  return network;
}
