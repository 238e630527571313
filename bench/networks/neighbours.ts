import { edgeList, Network } from 'spikeloom';
import { electrical, izhikevich } from 'spikeloom/models';

/** A lattice of Izhikevich neurons, each joined to the four beside it by gap junctions. */
export function neighbours(side: number): Network {
  const network = new Network({ dt: 0.5, seed: 1 });
  const model = izhikevich({ c: -55, w: 30, c_m: 100, g_gap: 7 });
  const cells = network.lattice('cells', model, { rows: side, columns: side, normalize: 'mean' }).set({ v: 'uniform(v_init, v_th)' });
  const pairs: [number, number][] = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (const [r, c] of [
        [row - 1, column],
        [row + 1, column],
        [row, column - 1],
        [row, column + 1],
      ]) {
        if (r < 0 || c < 0 || r >= side || c >= side) continue;
        pairs.push([r * side + c, row * side + column]);
      }
    }
  }
  network.connect(cells, cells, electrical(), edgeList(pairs));
  return network;
}
