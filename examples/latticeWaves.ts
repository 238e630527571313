import { Network, oneToOne } from 'spikeloom';
import { electrical, morrisLecar } from 'spikeloom/models';

/** From a cell to the eight around it: rows and columns. */
const NEIGHBOURS = [-1, 0, 1].flatMap((rows) => [-1, 0, 1].map((columns) => [rows, columns] as const)).filter(([r, c]) => r !== 0 || c !== 0);

/** What is left of a side of the sheet when it is laid over itself, moved by some cells. */
function shifted(by: number, size: number): readonly [number, number] {
  return [Math.max(0, by), size + Math.min(0, by)];
}

/**
 * A sheet of Morris-Lecar neurons just below their threshold current, each coupled to its eight neighbours by gap junctions. A stretch
 * of a wave front starts with cells behind it that can't fire yet: its free end curls into a spiral that never stops.
 */
export function latticeWaves(options: { readonly size?: number; readonly conductance?: number } = {}): Network {
  const size = options.size ?? 50;
  const network = new Network({ dt: 0.25, duration: 300 });
  const cell = morrisLecar({ v: -60, i_in: 38, g_gap: options.conductance ?? 0.3 });
  const sheet = network.lattice('sheet', cell, { rows: size, columns: size });
  const front = Math.floor(size * 0.4);
  sheet.region([0, Math.floor(size / 2)], [front, front + 5]).set({ v: 30, 'k.n': 0 });
  sheet.region([0, Math.floor(size / 2)], [0, front]).set({ 'k.n': 0.5 });
  for (const [rows, columns] of NEIGHBOURS) {
    const source = sheet.region(shifted(-rows, size), shifted(-columns, size));
    const target = sheet.region(shifted(rows, size), shifted(columns, size));
    network.connect(source, target, electrical(), oneToOne());
  }
  network.record(sheet, 'v', { every: 8 }).recordSpikes(sheet);
  return network;
}
