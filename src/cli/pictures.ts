import type { NetworkDef } from '../network/definition.ts';
import type { Picture } from '../plot/index.ts';
import type { Recordings } from '../simulation/recordings.ts';

/** What pictures are made of. */
export interface PictureSource {
  readonly recordings: Recordings;
  /** The network that was recorded, where it is known: lattices need its shapes. */
  readonly network?: Pick<NetworkDef, 'populations'>;
  /** How far the run went, ms: pictures of spikes end there, not at the last of them; 0 where that is not known. */
  readonly time: number;
  readonly theme: 'light' | 'dark';
}

/** The kinds of pictures, with which their names begin, and what they show. */
export const KINDS: ReadonlyMap<string, string> = new Map([
  ['raster', 'spikes'],
  ['means', 'means'],
  ['traces', 'traces of cells'],
  ['synapses', 'quantities of synapses over time'],
  ['histograms', 'how quantities of synapses are spread'],
  ['lattice', 'the last sample of a lattice'],
  ['spike-counts', 'spikes of each cell of a lattice'],
  ['phase-plane', 'one quantity over another'],
]);

/** Each picture of which something was recorded. @param kinds all unless given */
export async function draw(
  { recordings, network, time, theme }: PictureSource,
  kinds: readonly string[] = [...KINDS.keys()],
): Promise<readonly Picture[]> {
  const { pictures } = await import('../plot/index.ts');
  const all = pictures(network ?? { populations: [] }, recordings, { theme, ...(time > 0 && { end: time }) });
  return all.filter(({ name }) => kinds.some((kind) => name === kind || name.startsWith(`${kind}-`)));
}
