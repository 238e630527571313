import { matrix, Network } from 'spikeloom';
import { electrical, izhikevich } from 'spikeloom/models';

/** A square lattice of n Izhikevich neurons, all-to-all by gap junctions with a matrix of weights. */
export function lattice(n: number): Network {
  const side = Math.round(Math.sqrt(n));
  const network = new Network({ dt: 1, seed: 1 });
  const model = izhikevich({ c: -55, w: 30, c_m: 100, g_gap: 7 });
  const cells = network.lattice('cells', model, { rows: side, columns: side, normalize: 'mean' }).set({ v: 'uniform(v_init, v_th)' });
  const weights = Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? Number.NaN : ((i * 7919) % 1000) / 500 - 1));
  network.connect(cells, cells, electrical(), matrix(weights, { columns: n }));
  return network;
}
