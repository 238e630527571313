import { packContainer } from '../simulation/container.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { readSnapshot } from '../simulation/snapshot.ts';
import { sha256 } from './sha256.ts';

/** Bytes of a network above which no copy of its state is made for a hash. */
const LARGEST = 256 * 2 ** 20;

/**
 * SHA-256 of the whole state of a simulation, whatever it records and whichever backend carries it out; undefined for networks
 * above 256 MiB.
 */
export async function stateHash(simulation: Simulation): Promise<string | undefined> {
  if (simulation.bytes > LARGEST) return undefined;
  const { head, columns } = readSnapshot(simulation.snapshot());
  const { recorders: _, recordings: __, ...header } = head;
  const state = new Map([...columns].filter(([name]) => !name.startsWith('recorder ')));
  return sha256(Uint8Array.from(packContainer({ header, columns: state })));
}
